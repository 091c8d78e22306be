"""Parts: each driver with its fields, each output of the profile with its part and what protects it."""

from __future__ import annotations

from collections.abc import Iterator

from firmware_bridge.rig import outlives
from firmware_bridge.rigs.boards import (
    BOARDS,
    DRV2605_LOAD_OHM,
    DRV2605_SUPPLY_V,
    INA219_BUS_V,
    INA219_SHUNT_V,
    PCA9685_MOST_HZ,
)
from firmware_bridge.rigs.calibration_checks import check_calibrations
from firmware_bridge.rigs.document import Part, Rig
from firmware_bridge.rigs.findings import error, warning
from firmware_bridge.rigs.loads import stall_a
from programs.diagnostics import Diagnostic, Where
from programs.phrasing import did_you_mean, nearest
from programs.profile import Output, Profile
from programs.strict import shown

NEEDS = {
    "mosfet": ("pin",),
    "h-bridge": ("pin", "reverse_pin"),
    "pca9685": ("address", "channel"),
    "drv2605": ("address",),
}
MAY = {"h-bridge": ("enable_pin",)}
ADD_ENABLE = "Name a free pin as enable under [pins]; then 'thrum rig wiring' draws the one-shot behind it."
FIELDS = ("pin", "reverse_pin", "enable_pin", "address", "channel")
EXAMPLES = {"pin": '"{pin}"', "reverse_pin": "the pin at its reverse input"}
EXAMPLES |= {"address": "{address}", "channel": "0"}


def fields(rig: Rig) -> Iterator[Diagnostic]:
    """What each driver needs is there, and nothing that it has no use for."""
    for index, part in enumerate(rig.parts):
        where: Where = ("part", index)
        for key in FIELDS:
            given = getattr(part, key) is not None
            if not given and key in NEEDS[part.driver]:
                address = "0x5A" if part.driver == "drv2605" else "0x40"
                example = EXAMPLES[key].format(pin=BOARDS[rig.board].example, address=address)
                say = f"Part {index + 1} is a {part.driver}, but has no {key}."
                yield error("G133", say, where, f"Add {key} = {example}.")
            elif given and key not in (*NEEDS[part.driver], *MAY.get(part.driver, ())):
                say = f"Part {index + 1} is a {part.driver}, which has no {key}."
                yield error("G133", say, (*where, key), "Take it out, or name another driver.")
    yield from _sensor(rig)


def _sensor(rig: Rig) -> Iterator[Diagnostic]:
    """The NTC is read in one way, whole."""
    ntc = rig.ntc
    if ntc is None:
        return
    if (ntc.pin is None) == (ntc.ads1115 is None):
        say = "The NTC is read by a pin or by an ADS1115"
        say += ", not by both." if ntc.pin is not None else "; [ntc] names neither."
        yield error("G143", say, ("ntc",), 'Write pin = "GP26", or ads1115 = 0x48 and channel = 0.')
    elif (ntc.ads1115 is None) != (ntc.channel is None):
        extra = ntc.channel is not None
        say = "A pin has no channel." if extra else "The ADS1115 has four inputs, and [ntc] names none."
        hint = "Take channel out." if extra else "Add channel = 0."
        yield error("G143", say, ("ntc", "channel") if extra else ("ntc",), hint)


def against_profile(rig: Rig, profile: Profile) -> Iterator[Diagnostic]:
    """The rig and its profile speak of the same parts."""
    yield from _check_outputs(rig, profile)
    for index, part in enumerate(rig.parts):
        output = _output(profile, part.output)
        if output is not None:
            yield from _check_driver(part, output, profile, ("part", index))
    yield from _check_slices(rig, profile)
    yield from _check_protection(rig, profile)
    yield from _check_current(rig, profile)
    yield from check_calibrations(rig, profile)


def _output(profile: Profile, name: str) -> Output | None:
    return next((each for each in profile.outputs if each.name == name), None)


def _check_outputs(rig: Rig, profile: Profile) -> Iterator[Diagnostic]:
    names = [output.name for output in profile.outputs]
    first: dict[str, int] = {}
    misspelt: set[str | None] = set()
    for index, part in enumerate(rig.parts):
        where: Where = ("part", index, "output")
        if part.output not in names:
            say = f"The profile {profile.id} has no output {shown(part.output)}."
            hint = did_you_mean(part.output, names) or f"It has: {', '.join(names)}."
            misspelt.add(nearest(part.output, names))
            yield error("G131", say, where, hint)
        elif part.output in first:
            say = f"Output '{part.output}' has two parts: {first[part.output] + 1} and {index + 1}."
            yield error("G132", say, where, "Keep one.")
        first.setdefault(part.output, index)
    for name in names:
        if name not in first and name not in misspelt:
            say = f"The profile {profile.id} has an output '{name}', but no part of the rig drives it."
            hint = "Add a [[part]] for it, or name a profile without it."
            yield error("G130", say, ("profile",), hint)


def _check_driver(part: Part, output: Output, profile: Profile, where: Where) -> Iterator[Diagnostic]:
    if part.driver == "drv2605":
        yield from _check_drv2605(output, profile, (*where, "driver"))
    if part.driver == "pca9685" and output.pwm_hz is not None:
        most = f"a PCA9685 ends at {PCA9685_MOST_HZ:g} Hz"
        say = f"The profile drives '{output.name}' at {output.pwm_hz:g} Hz; {most}."
        yield error("G137", say, (*where, "driver"), "Use a pin of the board, or take pwm_hz out.")
    low_side = output.driver == "low-side"
    alike = part.driver not in ("mosfet", "h-bridge") or low_side == (part.driver == "mosfet")
    if output.motor is not None and not alike:
        kind, other = ("low-side", "half-bridge") if low_side else ("half-bridge", "low-side")
        then = "coasts to a stop" if part.driver == "mosfet" else "is braked"
        say = f"The profile has a {kind} driver for '{output.name}'; behind this {part.driver} it {then}."
        hint = f'Write driver = "{other}" in a profile of your own, so that simulations stop alike.'
        yield warning("G136", say, (*where, "driver"), hint)


def _check_drv2605(output: Output, profile: Profile, where: Where) -> Iterator[Diagnostic]:
    if output.head != "vibrating":
        what = "a heater" if output.head == "heater" else "a percussion head"
        say = f"A drv2605 drives small vibration motors; '{output.name}' is {what}."
        yield error("G134", say, where, "Use a mosfet, an h-bridge, or a pca9685 with a MOSFET behind it.")
        return
    motor = output.motor
    if motor is not None and not motor.resistance_ohm >= DRV2605_LOAD_OHM:
        least = f"a drv2605 drives {DRV2605_LOAD_OHM:g} ohm or more"
        say = f"'{output.name}' has {motor.resistance_ohm:g} ohm; {least}."
        yield error("G135", say, where, "Use a mosfet or an h-bridge.")
    if not profile.supply.volts <= DRV2605_SUPPLY_V:
        say = f"The supply is {profile.supply.volts:g} V; a drv2605 takes {DRV2605_SUPPLY_V:g} V at most."
        yield error("G135", say, where, "Use a mosfet or an h-bridge.")


def _check_slices(rig: Rig, profile: Profile) -> Iterator[Diagnostic]:
    """A slice of a Pico has one frequency."""
    board = BOARDS[rig.board]
    first: dict[int, tuple[float, str]] = {}
    for index, part in enumerate(rig.parts):
        pin, output = board.pins.get(part.pin or ""), _output(profile, part.output)
        if pin is None or pin.pwm is None or pin.pwm[0] < 0 or output is None or output.pwm_hz is None:
            continue
        hz, name = first.setdefault(pin.pwm[0], (output.pwm_hz, pin.name))
        if hz != output.pwm_hz:
            say = (
                f"{pin.name} ({output.pwm_hz:g} Hz) and {name} ({hz:g} Hz) share a PWM slice, one frequency."
            )
            hint = "Use a pin of another slice: GPn and GPn+1 share one."
            yield error("G114", say, ("part", index, "pin"), hint)


def _check_protection(rig: Rig, profile: Profile) -> Iterator[Diagnostic]:
    """What the device insists on: a sensor for heat, ENABLE for heat and percussion."""
    heater = next((each for each in profile.outputs if each.heater is not None), None)
    if heater is not None and rig.ntc is None:
        say = f"'{heater.name}' has no NTC: without one the device never heats."
        yield warning("G140", say, ("part", _part_of(rig, heater.name)), "Add [ntc].")
    if heater is None and rig.ntc is not None:
        yield warning("G142", "There is an NTC, but the profile has no heater.", ("ntc",), "Take [ntc] out.")
    needing = [each for each in profile.channels if each == "heat" or profile.head(each) == "percussive"]
    if needing and rig.pins.enable is None:
        say = f"There is no ENABLE line: without it the device refuses {' and '.join(needing)}."
        yield warning("G141", say, ("pins",), ADD_ENABLE)
    yield from _check_outliving(rig, profile)
    if profile.supply.cells and rig.current is None:
        say = f"The supply is a battery of {profile.supply.cells} cells, and nothing measures its voltage."
        hint = "Add [current] with an INA219, or use a pack that protects itself."
        yield warning("G146", say, ("profile",), hint)


def _check_outliving(rig: Rig, profile: Profile) -> Iterator[Diagnostic]:
    """Vibration too needs ENABLE where its driver would go on without the program."""
    for index, part in enumerate(rig.parts):
        output = _output(profile, part.output)
        if rig.pins.enable is None and output and output.head == "vibrating" and outlives(rig, part):
            what = "the PWM of a Raspberry Pi" if part.pin is not None else f"a {part.driver}"
            say = f"There is no ENABLE line, and {what} outlives the program: the device refuses "
            yield warning("G147", f"{say}'{output.name}'.", ("part", index, "driver"), ADD_ENABLE)


def _part_of(rig: Rig, name: str) -> int:
    return next((index for index, part in enumerate(rig.parts) if part.output == name), 0)


def _check_current(rig: Rig, profile: Profile) -> Iterator[Diagnostic]:
    if rig.current is None:
        return
    volts = profile.supply.volts * (4.2 / 3.6 if profile.supply.cells else 1.0)  # full cells: 4.2 V
    if not volts <= INA219_BUS_V:
        say = f"The supply reaches {volts:.1f} V; an INA219 takes {INA219_BUS_V:g} V."
        yield error("G145", say, ("current", "ina219"), "Leave it out, or use a supply below that.")
    most = INA219_SHUNT_V / rig.current.shunt_ohm
    stall = sum(stall_a(output, profile) for output in profile.outputs)
    if not most >= stall:
        reads = f"Over {rig.current.shunt_ohm:g} ohm it reads {most:.1f} A at most"
        say = f"{reads}; held motors and heater draw {stall:.1f} A."
        hint = f"Use a shunt of {INA219_SHUNT_V / stall:.3f} ohm or less."
        yield warning("G144", say, ("current", "shunt_ohm"), hint)
