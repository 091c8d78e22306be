"""Everything that the rig drives, written off, whoever left it on; and who of its chips answers.

Rules kept here: ENABLE first, then every pin, then every chip; each whatever becomes of the others; the
pins are left as inputs that are pulled down, since the kernel lets go of a line when its process ends;
nothing stays open, so that the device's own process finds the pins and the bus free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from firmware_bridge.boards.drivers import wire
from firmware_bridge.boards.first import silence
from firmware_bridge.gpio.platform import Platform
from firmware_bridge.gpio.sysfs_pwm import SysfsPwm

I2C_HZ = 400_000
FAILURES = (OSError, RuntimeError, ValueError)  # how pins, buses and their libraries say no
TRIES = 3  # a bus that was left in the middle of a transfer answers the second time
DRIVING = ("pca9685", "drv2605")


class Chip(NamedTuple):
    """One chip on the bus; ``drives``: something moves or warms by it."""

    title: str
    address: int
    drives: bool


class Failure(NamedTuple):
    """Something that may still be on: a pin as the board prints it, or a chip."""

    what: str
    chip: Chip | None
    error: BaseException


def chips_of(plan: dict[str, Any]) -> list[Chip]:
    """The chips of a plan, each once, those that drive first.

    >>> outputs = (("pca9685", 64, 0), ("pca9685", 64, 1))
    >>> chips_of({"outputs": outputs, "ntc": ("ads1115", 72, 0), "current": None})
    [Chip(title='PCA9685', address=64, drives=True), Chip(title='ADS1115', address=72, drives=False)]
    """
    found = [Chip(part[0].upper(), part[1], True) for part in plan["outputs"] if part[0] in DRIVING]
    if plan["ntc"] is not None and plan["ntc"][0] == "ads1115":
        found.append(Chip("ADS1115", plan["ntc"][1], False))
    if plan["current"] is not None:
        found.append(Chip("INA219", plan["current"][0], False))
    return list(dict.fromkeys(found))


def lines_of(plan: dict[str, Any]) -> list[str]:
    """Digital lines that the rig drives, ENABLE first."""
    found = [plan["enable"]]
    for part in plan["outputs"]:
        found += part[2:] if part[0] == "h-bridge" else ()
    return [name for name in (*found, plan["led"]) if name]


def pwm_pins_of(plan: dict[str, Any]) -> list[str]:
    return [part[1] for part in plan["outputs"] if part[0] in ("mosfet", "h-bridge")]


def printed(pin: str) -> str:
    """As the board prints it: Blinka's D18 is GPIO18."""
    return f"GPIO{pin[1:]}" if pin[:1] == "D" else pin


def write_off(plan: dict[str, Any], platform: Platform) -> list[Failure]:
    """Everything off; what did not obey."""
    pwm = SysfsPwm(platform.computer.pwm, plan["name"])
    failures = _try(lines_of(plan)[:1] if plan["enable"] else [], lambda name: _low(platform, name))
    failures += _try(pwm_pins_of(plan), pwm.silence)
    lines = [name for name in lines_of(plan) if name != plan["enable"]]
    failures += _try(lines, lambda name: _low(platform, name))
    failures += _on_bus(plan, platform, [chip for chip in chips_of(plan) if chip.drives], _silence)
    return failures


def deaf(plan: dict[str, Any], platform: Platform) -> list[Failure]:
    """The chips that do not answer."""
    return _on_bus(plan, platform, chips_of(plan), _ask)


def _try(names: list[str], act: Callable[[str], None]) -> list[Failure]:
    failures = []
    for name in names:
        try:
            act(name)
        except FAILURES as error:
            failures.append(Failure(printed(name), None, error))
    return failures


def _low(platform: Platform, name: str) -> None:
    line = platform.digitalio.DigitalInOut(getattr(platform.pins, name))
    try:
        line.switch_to_output(value=False)
        line.switch_to_input(pull=platform.digitalio.Pull.DOWN)
    finally:
        line.deinit()


def _on_bus(
    plan: dict[str, Any], platform: Platform, chips: list[Chip], act: Callable[[Any, Chip], None]
) -> list[Failure]:
    if not chips or plan["i2c"] is None:
        return []
    scl, sda = (getattr(platform.pins, name) for name in plan["i2c"])
    try:
        bus = platform.busio.I2C(scl, sda, frequency=I2C_HZ)
    except FAILURES as error:
        return [Failure("the I2C bus", None, error)]
    try:
        return list(_each(bus, chips, act))
    finally:
        bus.deinit()


def _each(bus: Any, chips: list[Chip], act: Callable[[Any, Chip], None]) -> Iterator[Failure]:
    for chip in chips:
        for attempt in range(TRIES):
            try:
                act(bus, chip)
                break
            except FAILURES as error:
                if attempt == TRIES - 1:
                    yield Failure(f"{chip.title} at 0x{chip.address:02X}", chip, error)


def _silence(bus: Any, chip: Chip) -> None:
    turn_off: Any = silence
    turn_off(bus, chip.title.lower(), chip.address)


def _ask(bus: Any, chip: Chip) -> None:
    reader: Any = wire
    if chip.drives:
        reader.get(bus, chip.address, 0)  # MODE1 of a PCA9685, STATUS of a DRV2605
    else:
        reader.get_word(bus, chip.address, 1 if chip.title == "ADS1115" else 0)  # their configuration
