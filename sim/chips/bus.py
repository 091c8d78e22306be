"""An I2C bus as busio drives it: locks, acknowledges, and every write kept.

A :class:`Wire` is what is soldered: chips by address, pull-ups, and what can go wrong with it.
An :class:`I2C` is a controller on two pins that hang on a wire.
"""

from sim.chips.errors import Unlawful
from sim.chips.pins import Pin

NO_DEVICE, TIMED_OUT, IO_ERROR = 19, 110, 5  # errno
TO_THE_END = 1 << 30


class Chip:
    """What hangs on a wire. ``write`` and ``read`` are one transaction each."""

    addresses: tuple[int, ...] = ()

    def write(self, data: bytes) -> None:
        raise Unlawful("this chip cannot be written")

    def read(self, count: int) -> bytes:
        raise Unlawful("this chip cannot be read")

    def power_cycle(self) -> None:
        """Its supply went away and came back: as after power-on."""


class Wire:
    """``wedged``: a line is held low, nothing goes through. ``lost``: addresses that do not answer.

    ``fail``: so many of the next transactions break off in the middle (nothing of them counts).
    ``writes``: (address, bytes) of every write that went through; ``count``: of every transaction.
    """

    def __init__(self, *chips: Chip, pull_ups: bool = True) -> None:
        self.chips: dict[int, Chip] = {}
        self.pull_ups = pull_ups
        self.wedged = False
        self.lost: set[int] = set()
        self.fail = 0
        self.felt = 0  # transactions that failed
        self.count = 0
        self.keep = True  # every write in `writes`
        self.writes: list[tuple[int, bytes]] = []
        for chip in chips:
            for address in chip.addresses:
                if address in self.chips:
                    raise Unlawful("two chips at 0x%02X" % address)
                self.chips[address] = chip

    def solder(self, scl: Pin, sda: Pin) -> None:
        scl.wire = sda.wire = self

    def chip(self, address: int) -> Chip:
        self.count += 1
        if self.wedged:
            self.felt += 1
            raise OSError(TIMED_OUT, "the bus is held low")
        if self.fail:
            self.fail -= 1
            self.felt += 1
            raise OSError(IO_ERROR, "broken off")
        if address in self.lost or address not in self.chips:
            self.felt += 1
            raise OSError(NO_DEVICE, "nobody acknowledges")
        return self.chips[address]


class I2C:
    """As busio's: pins are claimed, a lock is needed for everything."""

    def __init__(self, scl: Pin, sda: Pin, frequency: int = 100000) -> None:
        wire = scl.wire
        if scl.i2c[:3] != "SCL" or sda.i2c[:3] != "SDA" or scl.i2c[3:] != sda.i2c[3:]:
            raise ValueError("Invalid pins")
        if not isinstance(wire, Wire) or sda.wire is not wire or not wire.pull_ups:
            raise RuntimeError("No pull up found on SDA or SCL; check your wiring")
        if not 1 <= frequency <= 400000:
            raise Unlawful("the slowest chip here takes 400 kHz")
        scl.claim(self)
        sda.claim(self)
        self._pins: tuple[Pin, ...] = (scl, sda)
        self._wire = wire
        self._locked = False

    def deinit(self) -> None:
        for pin in self._pins:
            pin.release()
        self._pins = ()

    def try_lock(self) -> bool:
        self._open()
        if self._locked:
            return False
        self._locked = True
        return True

    def unlock(self) -> None:
        self._needs_lock()
        self._locked = False

    def writeto(self, address: int, buffer: bytes, start: int = 0, end: int = TO_THE_END) -> None:
        wire = self._ready(address)
        data = bytes(buffer)[start:end]
        chip = wire.chip(address)
        if data:
            chip.write(data)
            self._keep(address, data)

    def readfrom_into(self, address: int, buffer: bytearray, start: int = 0, end: int = TO_THE_END) -> None:
        wire = self._ready(address)
        self._read(wire.chip(address), buffer, start, end)

    def writeto_then_readfrom(
        self,
        address: int,
        out_buffer: bytes,
        in_buffer: bytearray,
        out_start: int = 0,
        out_end: int = TO_THE_END,
        in_start: int = 0,
        in_end: int = TO_THE_END,
    ) -> None:
        wire = self._ready(address)
        chip = wire.chip(address)
        chip.write(bytes(out_buffer)[out_start:out_end])
        self._read(chip, in_buffer, in_start, in_end)

    def _read(self, chip: Chip, buffer: bytearray, start: int, end: int) -> None:
        count = min(end, len(buffer)) - start
        if count < 1:
            raise Unlawful("a read of nothing")
        data = chip.read(count)
        for at in range(count):
            buffer[start + at] = data[at]

    def _keep(self, address: int, data: bytes) -> None:
        if self._wire.keep:
            self._wire.writes.append((address, data))

    def _open(self) -> None:
        if not self._pins:
            raise ValueError("Object has been deinitialized and can no longer be used.")

    def _needs_lock(self) -> None:
        self._open()
        if not self._locked:
            raise RuntimeError("Function requires lock")

    def _ready(self, address: int) -> Wire:
        self._needs_lock()
        if not 0x08 <= address <= 0x77:
            raise Unlawful("a reserved address: " + str(address))
        return self._wire


class BusModule:
    """Stands for the module busio."""

    I2C = I2C
