"""What must fit together in a rig: board, pins, chips, parts, profile, calibration.

Rules kept here: each check yields diagnostics and none stops at the first, so every mistake of a file is
said in one go; a pin or address that is wrong is not judged a second time. What the device refuses anyway
is a warning (no NTC, no ENABLE); what would burn, move unasked or do nothing is an error. Pages: codes.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from firmware_bridge.device.config import NAME_BYTES, fits
from firmware_bridge.rig import device_config
from firmware_bridge.rigs import chip_checks, part_checks
from firmware_bridge.rigs.boards import BOARDS, Board, Pin
from firmware_bridge.rigs.document import Rig
from firmware_bridge.rigs.findings import error, warning
from programs.diagnostics import Diagnostic, Where
from programs.phrasing import did_you_mean
from programs.profile import Profile
from programs.strict import shown

Use = tuple[Where, str, str]  # where a pin is named, its name, what it is to do there

CAN = {
    "pwm": "drive a part",
    "adc": "measure a voltage",
    "gpio": "be wired",
    "led": "light an LED",
}


def mistakes(rig: Rig, profile: Profile | None) -> list[Diagnostic]:
    """Everything in the rig that cannot be, or should not; ``profile`` is None when it could not be read.

    What no check of ours has found may still be what the device refuses to start with.
    """
    found = list(_found(rig, profile))
    if profile is not None and all(each.severity != "error" for each in found):
        problem = device_config(profile, rig).problem()
        if problem:
            say = f"The device would not start with this rig: {problem}."
            found.append(error("G148", say, ("profile",), "Mend the profile, or the rig's calibration."))
    return found


def _found(rig: Rig, profile: Profile | None) -> Iterator[Diagnostic]:
    yield from check_id(rig)
    yield from check_pins(rig)
    yield from check_pwm(rig)
    yield from chip_checks.mistakes(rig)
    yield from part_checks.fields(rig)
    yield from check_port(rig)
    if profile is not None:
        yield from part_checks.against_profile(rig, profile)


def check_id(rig: Rig) -> Iterator[Diagnostic]:
    """The device tells its whole name, so that another rig is never taken for it."""
    if not fits(rig.id):
        say = f"The id '{shown_id(rig.id)}' has {len(rig.id)} characters; the device tells {NAME_BYTES}."
        yield error("G106", say, ("id",), "Choose a shorter id, and call the file like it.")


def shown_id(rig_id: str) -> str:
    """An id, shortened where it is very long."""
    return rig_id if len(rig_id) <= 40 else rig_id[:39] + "\u2026"


def uses_of(rig: Rig) -> list[Use]:
    """Every pin that the rig names, and what it is to do, in the order of the document."""
    uses: list[Use] = [(("pins", "stop"), rig.pins.stop, "gpio")]
    if rig.pins.enable is not None:
        uses.append((("pins", "enable"), rig.pins.enable, "gpio"))
    if rig.pins.led is not None:
        uses.append((("pins", "led"), rig.pins.led, "led"))
    if rig.i2c is not None:
        uses += [(("i2c", "scl"), rig.i2c.scl, "SCL"), (("i2c", "sda"), rig.i2c.sda, "SDA")]
    for index, part in enumerate(rig.parts):
        for key, duty in (("pin", "pwm"), ("reverse_pin", "gpio"), ("enable_pin", "gpio")):
            name = getattr(part, key)
            if name is not None:
                uses.append((("part", index, key), name, duty))
    if rig.ntc is not None and rig.ntc.pin is not None:
        uses.append((("ntc", "pin"), rig.ntc.pin, "adc"))
    return uses


def check_pins(rig: Rig) -> Iterator[Diagnostic]:
    """Pins that the board has, each used once, each for what it can do."""
    board, first = BOARDS[rig.board], dict[str, Where]()
    for where, name, duty in uses_of(rig):
        pin = board.pins.get(name)
        if pin is None:
            yield _no_such_pin(board, where, name)
            continue
        if name in first:
            say = f"{name} is used twice: as {named(first[name])} and as {named(where)}."
            yield error("G111", say, where, "Give one of them another pin.")
            continue
        first[name] = where
        yield from _check_duty(board, pin, where, duty)
    yield from _check_bus(rig, board)


def named(where: Where) -> str:
    """A place as a person says it.

    >>> named(("part", 1, "pin")), named(("pins", "stop"))
    ('part 2, pin', 'pins.stop')
    """
    if where[0] == "part":
        return f"part {int(where[1]) + 1}, {where[2]}"
    return ".".join(str(step) for step in where)


def _no_such_pin(board: Board, where: Where, name: str) -> Diagnostic:
    usable = [pin.name for pin in board.pins.values() if pin.header]
    number = re.search(r"[0-9]{1,2}$", name)
    meant = board.example.rstrip("0123456789") + str(int(number[0])) if number else ""
    if meant in usable:
        hint = f'Write the name that the board prints: "{meant}".'
    else:
        hint = did_you_mean(name.upper(), usable) or f"Pins are called {usable[0]} to {usable[-1]}."
    say = f"A {board.title} has no pin {shown(name)}."
    return error("G110", say, where, hint)


def _check_duty(board: Board, pin: Pin, where: Where, duty: str) -> Iterator[Diagnostic]:
    """Whether the pin can do what it is to do, and does nothing worse before."""
    if not pin.header and not (duty == "led" and pin.led):
        say = f"{pin.name} is not on the header of a {board.title}: the board uses it for {pin.used_for}."
        yield error("G112", say, where, "Choose a pin that can be wired.")
    elif duty == "pwm" and pin.pwm is None:
        able = ", ".join(board.with_pwm())
        hint = f"Use one of {able}; or drive it through a PCA9685."
        yield error("G112", f"{pin.name} of a {board.title} cannot drive a part: it has no PWM.", where, hint)
    elif duty == "adc" and not pin.adc:
        able = ", ".join(board.with_adc())
        hint = f"Use one of {able}." if able else "It has no such pin: use an ADS1115 (ads1115 = 0x48)."
        yield error("G112", f"{pin.name} of a {board.title} cannot measure: it has no ADC.", where, hint)
    elif duty in ("SCL", "SDA") and not pin.i2c.endswith(duty):
        able = ", ".join(each.name for each in board.pins.values() if each.i2c.endswith(duty) and each.header)
        yield error("G112", f"{pin.name} of a {board.title} cannot be {duty}.", where, f"Use one of {able}.")
    elif _of_the_system(pin, where):
        say = f"{pin.name} is the {pin.system} of a {board.title}: {named(where)} would follow what it says."
        yield error("G116", say, where, "Choose another pin, such as GPIO27 or GPIO24.")
    elif pin.pulled_up and (where[0] == "part" or where[-1] == "enable"):
        say = (
            f"{pin.name} is pulled up until the program runs: "
            f"what {named(where)} holds could switch on at power-up."
        )
        yield warning("G115", say, where, "Choose a pin from GPIO9 up; those are pulled down.")


def _of_the_system(pin: Pin, where: Where) -> bool:
    """Whether the operating system could move what this pin holds: motor power, or a part."""
    if pin.system == "UART":
        return where[0] == "part" or where[-1] == "enable"
    return pin.system == "SPI" and where == ("pins", "enable")


def _check_bus(rig: Rig, board: Board) -> Iterator[Diagnostic]:
    """Both lines of a bus belong to the same one."""
    if rig.i2c is None:
        return
    scl, sda = board.pins.get(rig.i2c.scl), board.pins.get(rig.i2c.sda)
    if scl is None or sda is None or not scl.i2c.endswith("SCL") or not sda.i2c.endswith("SDA"):
        return
    if scl.i2c[:4] != sda.i2c[:4]:
        say = f"{scl.name} is {scl.i2c}, but {sda.name} is {sda.i2c}: two buses."
        yield error("G112", say, ("i2c", "sda"), "Take both lines from one bus, such as neighbours.")


def check_pwm(rig: Rig) -> Iterator[Diagnostic]:
    """Each driven part has PWM hardware of its own."""
    board = BOARDS[rig.board]
    first: dict[tuple[int, int], tuple[str, int]] = {}
    for index, part in enumerate(rig.parts):
        pin = board.pins.get(part.pin or "")
        if pin is None or pin.pwm is None:
            continue
        if pin.pwm in first and first[pin.pwm][0] != pin.name:
            name, other = first[pin.pwm]
            unit = (
                f"PWM channel {pin.pwm[1]}"
                if pin.pwm[0] < 0
                else f"PWM slice {pin.pwm[0]}, channel {'AB'[pin.pwm[1]]}"
            )
            say = f"{pin.name} and {name} (part {other + 1}) are the same {unit}: both would play the same."
            free = [each for each in board.with_pwm() if _free(board.pins[each], rig, first)]
            yield error("G113", say, ("part", index, "pin"), f"Use {free[0]}." if free else "")
        first.setdefault(pin.pwm, (pin.name, index))


def _free(pin: Pin, rig: Rig, taken: dict[tuple[int, int], tuple[str, int]]) -> bool:
    used = {name for _, name, _ in uses_of(rig)}
    return pin.pwm is not None and pin.pwm not in taken and pin.name not in used


def check_port(rig: Rig) -> Iterator[Diagnostic]:
    """A microcontroller has a port, best by a lasting name; a Pi drives its own pins."""
    if rig.on_a_pi and rig.port:
        say = f"port is {shown(rig.port)}, but a {BOARDS[rig.board].title} drives its own pins."
        hint = 'Take port out; for a Pico on the Pi\'s USB write board = "pico".'
        yield error("G160", say, ("port",), hint)
    elif rig.port.startswith(("/dev/ttyACM", "/dev/ttyUSB", "/dev/cu.")):
        say = f"{rig.port} can be another device tomorrow: such names go by the order of plugging in."
        yield warning("G161", say, ("port",), "Use the lasting name that 'thrum ports' shows.")
