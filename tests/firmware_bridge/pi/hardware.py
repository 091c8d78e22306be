"""A Raspberry Pi whose pins, PWM and chips are files: their state outlives every process, as hardware does.

``lay_out(folder)`` makes one; a device process is given it by ``--platform``, and the test that holds a
:class:`Pi` looks at the registers meanwhile. As strict as sim/chips, and besides:

* a digital line belongs to the process that asked for it; when that ends, the kernel lets go of it, and
  what it does then is left to the pull that was set;
* a PWM channel that somebody left exported is refused to the next one, and goes on driving;
* an I2C bus is one master's;
* what is written arrives whole or not at all, whenever its writer is killed, as from a kernel's driver.
"""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from firmware_bridge.gpio.platform import Computer, Platform
from firmware_bridge.gpio.sysfs_pwm import CHANNELS
from sim.chips.ads1115 import Ads1115
from sim.chips.bus import I2C, Chip, Wire
from sim.chips.drv2605 import Drv2605
from sim.chips.errors import Unlawful
from sim.chips.ina219 import Ina219
from sim.chips.pca9685 import Pca9685
from sim.chips.pins import DigitalModule, Pin

SPEC = "tests.firmware_bridge.pi.hardware:"
PINS = struct.Struct("<iiIB")  # drives (-1: nothing), owner, edges, pull (1 up, 2 down)
AT_PINS, AT_OUTSIDE, AT_WIRE, AT_SENSORS, SIZE = 1024, 2048, 2080, 2300, 4096
PULLS = ("", "up", "down")
FULL = 65535
Seen = TypeVar("Seen")
EBUSY, TIMED_OUT, NO_DEVICE = 16, 110, 121
PAGE = 256  # registers of a chip
SETTLES_S = 2.0  # longer than that nobody is in the middle of writing


def lay_out(folder: Path, board: str = "raspberry-pi-4") -> Pi:
    """A Pi that was just switched on."""
    number = board[-1]
    for name in ("dev", "pwm/pwmchip0/device", "tree/pwm@7e20c000", "tree/pwm@98000"):
        (folder / name).mkdir(parents=True)
    (folder / "model").write_text(f"Raspberry Pi {number} Model B Rev 1.4\0")
    (folder / "boot_id").write_text("f7a0\n")
    for name in ("dev/gpiochip0", "dev/i2c-1", "pwm/pwmchip0/export", "pwm/pwmchip0/unexport"):
        (folder / name).touch()
    node = "pwm@7e20c000" if number == "4" else "pwm@98000"
    (folder / "pwm/pwmchip0/device/of_node").symlink_to(folder / "tree" / node)
    (folder / "board").write_text(board)
    (folder / "state").write_bytes(bytes(SIZE))
    pi = Pi(folder)
    pi.begin()
    return pi


def computer(argument: str) -> Computer:
    folder = Path(argument)
    return PaperComputer(folder / "model", folder / "dev", folder / "pwm", folder / "boot_id")


class PaperComputer(Computer):
    """Files ``lacking`` and ``forbidden`` hold what is not installed, and what may not be used."""

    def has(self, module: str) -> bool:
        return module not in self._words("lacking")

    def may(self, path: Path, mode: int = os.R_OK | os.W_OK) -> bool:
        return path.exists() and path.name not in self._words("forbidden")

    def _words(self, name: str) -> list[str]:
        file = self.model.parent / name
        return file.read_text().split() if file.exists() else []


def platform(argument: str, board: str) -> Platform:
    pi = Pi(Path(argument))
    return Platform(pi, DigitalModule, pi.pwm_module(), None, BusModule, 1, computer(argument))


class BusModule:
    I2C = I2C


class Registers(MutableMapping[int, int]):
    """Registers of a chip, in the file."""

    def __init__(self, state: mmap.mmap, start: int, known: list[int]) -> None:
        self._state, self._start, self._known = state, start, known
        self._page: bytearray | None = None  # while a transaction lasts

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is written within arrives together."""
        here = slice(self._start, self._start + PAGE)
        self._page = bytearray(self._state[here])
        yield
        self._state[here] = bytes(self._page)
        self._page = None

    def __getitem__(self, register: int) -> int:
        if register not in self._known:
            raise KeyError(register)
        return self._state[self._start + register] if self._page is None else self._page[register]

    def __setitem__(self, register: int, value: int) -> None:
        if self._page is None:
            self._state[self._start + register] = value
        else:
            self._page[register] = value

    def __delitem__(self, register: int) -> None:
        raise TypeError("a chip loses no register")

    def __iter__(self) -> Iterator[int]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def kept(chip: Any, state: mmap.mmap, start: int, fresh: bool) -> Any:
    """The same chip with its registers in the file."""
    values, write = chip.registers, chip.write
    chip.registers = Registers(state, start, sorted(values))
    if fresh:
        chip.registers.update(values)

    def whole(data: bytes) -> None:
        with chip.registers.at_once():
            write(data)

    chip.write = whole
    return chip


def once_settled(read: Callable[[], Seen]) -> Seen:
    """What ``read`` sees once nobody is in the middle of writing. Raises AssertionError after 2 s."""
    until_s = time.monotonic() + SETTLES_S
    while True:
        try:
            return read()
        except (Torn, Unlawful) as error:
            if time.monotonic() > until_s:
                raise AssertionError(f"for {SETTLES_S} s the outputs make no sense: {error}") from error
            time.sleep(0.001)


class Torn(Exception):
    """A value of the kernel's PWM that is half written."""


class PaperWire(Wire):
    """``wedged`` and ``lost`` are in the file."""

    def __init__(self, state: mmap.mmap, *chips: Chip) -> None:
        super().__init__(*chips)
        self.keep = False
        self._state = state

    def chip(self, address: int) -> Chip:
        if self._state[AT_WIRE]:
            raise OSError(TIMED_OUT, "Connection timed out")
        if self._state[AT_WIRE + 1 + address] or address not in self.chips:
            raise OSError(NO_DEVICE, "Remote I/O error")
        return self.chips[address]


class PaperPin(Pin):
    """A pin whose state is in the file. ``number``: of its GPIO."""

    def __init__(self, state: mmap.mmap, number: int) -> None:
        self._state, self._at = state, AT_PINS + PINS.size * number
        self._outside = AT_OUTSIDE + number
        super().__init__(f"GPIO{number}")
        self.i2c = {2: "SDA 1", 3: "SCL 1"}.get(number, "")

    def _get(self) -> tuple[int, int, int, int]:
        return PINS.unpack_from(self._state, self._at)

    @property
    def outside(self) -> bool | None:  # type: ignore[override]
        return (None, False, True)[self._state[self._outside]]

    @outside.setter
    def outside(self, level: bool | None) -> None:
        """What is soldered to it is laid out by the test, not by a process."""

    @property
    def pull(self) -> str:  # type: ignore[override]
        return PULLS[self._get()[3]]

    @pull.setter
    def pull(self, value: str) -> None:
        if self.user is not None:
            PINS.pack_into(self._state, self._at, *self._get()[:3], PULLS.index(value))

    @property
    def drives(self) -> int | None:  # type: ignore[override]
        duty, owner, _, _ = self._get()
        return duty if duty >= 0 and alive(owner) else None

    @drives.setter
    def drives(self, duty: int | None) -> None:
        """Only :meth:`drive` does."""

    def claim(self, user: object) -> None:
        owner = self._get()[1]
        if owner not in (0, os.getpid()) and alive(owner):
            raise OSError(EBUSY, f"{self.name} is requested by process {owner}")
        super().claim(user)
        PINS.pack_into(self._state, self._at, -1, os.getpid(), *self._get()[2:])

    def drive(self, duty: int | None) -> None:
        before, owner, edges, pull = self._get()
        now = -1 if duty is None else duty
        if now != before:
            PINS.pack_into(self._state, self._at, now, owner, edges + 1, pull)

    def release(self) -> None:
        """The pull stays as it was, the direction goes back to input."""
        self.user = None
        self.drive(None)
        PINS.pack_into(self._state, self._at, -1, 0, *self._get()[2:])

    def level(self) -> int | None:
        """What is at the pin: 0, 65535; None: it floats."""
        if self.drives is not None:
            return self.drives
        return {"up": FULL, "down": 0}.get(self.pull)


def alive(pid: int) -> bool:
    """A zombie has let go of everything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Pi:
    """What one process, or the test, sees of it. Its attributes are the pins, D2 to D27."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with (folder / "state").open("r+b") as file:
            self.state = mmap.mmap(file.fileno(), SIZE)
        fresh = not self.state[SIZE - 1]
        self.state[SIZE - 1] = 1
        self.pca9685 = kept(Pca9685(0x40), self.state, 0, fresh)
        self.drv2605 = kept(Drv2605(), self.state, 512, fresh)
        self.ads1115 = Ads1115(0x48)
        self.ina219 = Ina219(0x41, 10_000)
        self.ads1115.inputs_mv[0] = 1470  # 30 C
        self.ina219.ma, self.ina219.mv = 60, 24_000
        self.wire = PaperWire(self.state, self.pca9685, self.drv2605, self.ads1115, self.ina219)
        self.pins = {f"D{number}": PaperPin(self.state, number) for number in range(2, 28)}
        self.wire.solder(self.pins["D3"], self.pins["D2"])
        self._chip = folder / "pwm/pwmchip0"
        self._channels = CHANNELS[(folder / "board").read_text()]

    def __getattr__(self, name: str) -> PaperPin:
        pins: dict[str, PaperPin] = self.__dict__.get("pins", {})
        if name not in pins:
            raise AttributeError(f"the board has no pin {name}")
        return pins[name]

    # -- what a test does with it ----------------------------------------------------------------

    def begin(self) -> None:
        """The stop is closed; a pull-down of the wiring is at no pin: software has to see to it."""
        self.state[AT_OUTSIDE + 17] = 1

    def press_stop(self, is_open: bool) -> None:
        self.state[AT_OUTSIDE + 17] = 2 if is_open else 1

    def wedge(self, wedged: bool = True) -> None:
        self.state[AT_WIRE] = wedged

    def lose(self, address: int, lost: bool = True) -> None:
        self.state[AT_WIRE + 1 + address] = lost

    def edges(self, name: str) -> int:
        return self.pins[name]._get()[2]

    def pwm(self, name: str) -> int:
        """What a PWM pin puts out now, 0..65535, whoever set it."""
        return once_settled(lambda: self._pwm(name))

    def _pwm(self, name: str) -> int:
        self.settle()
        path, keys = self._chip / f"pwm{self._channels[name]}", ("enable", "duty_cycle", "period", "polarity")
        try:
            values = [(path / key).read_text().strip() for key in keys]
        except OSError:
            return 0
        if "" in values:
            raise Torn(f"{path / keys[values.index('')]} is empty")
        enable, duty_ns, period_ns, polarity = values
        duty = int(duty_ns) * FULL // int(period_ns) if enable == "1" else 0
        return FULL - duty if polarity == "inversed" and enable == "1" else duty

    def driven(self) -> dict[str, int]:
        """Everything that drives: the PWM pins and the chips' channels that are not at zero."""
        return once_settled(self._driven)

    def _driven(self) -> dict[str, int]:
        found = {f"PWM{channel}": self._pwm(name) for name, channel in self._channels.items()}
        found |= {f"LED{channel}": self.pca9685.duty(channel) for channel in range(16)}
        found["DRV2605"] = self.drv2605.drive
        return {name: duty for name, duty in found.items() if duty}

    def floating(self, *names: str) -> list[str]:
        return [name for name in names if self.pins[name].level() is None]

    # -- the kernel's PWM ------------------------------------------------------------------------

    def settle(self) -> None:
        """What the kernel does with a number in ``unexport``."""
        wish = self._chip / "unexport"
        if text := wish.read_text().strip():
            wish.write_text("")
            shutil.rmtree(self._chip / f"pwm{text}", ignore_errors=True)

    def pwm_module(self) -> Any:
        pi = self

        class PWMOut:
            """As the package of Blinka does it on hardware: exported anew, or not at all."""

            def __init__(self, pin: PaperPin, duty_cycle: int = 0, frequency: int = 500) -> None:
                pi.settle()
                name = f"D{pin.name[4:]}"
                if name not in pi._channels:
                    raise ValueError("frequency must be from 1 to 10000")  # software PWM
                self._channel = pi._channels[name]
                self._path = pi._chip / f"pwm{self._channel}"
                if self._path.exists():
                    raise RuntimeError(f"Refusing pre-existing PWM export: {self._path}")
                self._period = 1_000_000_000 // frequency
                self._path.mkdir()
                self._set(period=self._period, polarity="normal", duty_cycle=0, enable=1)
                self.duty_cycle = duty_cycle

            def _set(self, **values: int | str) -> None:
                for key, value in values.items():
                    new = self._path / f"{key}.new"
                    new.write_text(f"{value}\n")
                    new.replace(self._path / key)

            @property
            def duty_cycle(self) -> int:
                return self._duty

            @duty_cycle.setter
            def duty_cycle(self, value: int) -> None:
                if not isinstance(value, int) or not 0 <= value <= FULL:
                    raise ValueError("duty_cycle must be between 0 and 65535")
                if not self._path.exists():
                    raise RuntimeError("Owned PWM export disappeared; refusing further writes")
                self._set(duty_cycle=self._period * value // FULL)
                self._duty = value

        class PwmModule:
            pass

        PwmModule.PWMOut = PWMOut  # type: ignore[attr-defined]
        return PwmModule
