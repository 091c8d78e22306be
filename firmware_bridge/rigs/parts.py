"""The parts list of a rig: what to buy, of which rating, and why that rating.

Rules kept here: every figure is computed from the profile's own figures or stands on a line with its
reason and source; a rating is what the part must at least bear, rounded up to one that is sold. Nobody
has built these rigs yet: the list is arithmetic, not experience.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from firmware_bridge.rigs.boards import BOARDS, PIN_V, PULL_DOWN_OHM
from firmware_bridge.rigs.document import Part, Rig
from firmware_bridge.rigs.loads import motor_stall_a, running_a, stall_a
from firmware_bridge.rigs.ratings import (
    BLOWS_AT,
    CARRIES,
    CUT_OFF_C,
    CUT_OFF_SPREAD_C,
    DIODES_A,
    FARADS_U,
    FUSES_A,
    GATE_OHM,
    LED_OHM,
    STOP_PULL_UP_OHM,
    TRIP_C,
    VOLTS_SOLD,
    amps,
    at_least,
    bridge_for,
    full_v,
    fuse_a,
    main_fuse_a,
    one_shot_ms,
    output_of,
    trip_ohm,
)  # fmt: skip
from programs.profile import Heater, Output, Profile


class Item(NamedTuple):
    """One line of the list. ``for_`` is what it belongs to."""

    for_: str
    what: str
    value: str
    why: str


def parts_list(rig: Rig, profile: Profile) -> list[Item]:
    """Everything that is needed beside wire and solder, in the order of the current."""
    return [
        *_supply(rig, profile),
        *_protection(rig, profile),
        *(item for part in rig.parts for item in _part(part, rig, profile)),
        *_sensors(rig, profile),
    ]


def _supply(rig: Rig, profile: Profile) -> Iterator[Item]:
    supply, board = profile.supply, BOARDS[rig.board]
    main = main_fuse_a(profile)
    if supply.cells:
        kind = f"battery, {supply.cells} lithium cells in series, {supply.volts:g} V, with its own protection"
    else:
        kind = f"{supply.volts:g} V adapter, double insulated, safety extra-low voltage"
    why = "for motors and heater alone; what limits its current sooner than the fuse is welcome"
    yield Item("supply", kind, f"{amps(at_least(FUSES_A, main))} or more", why)
    yield Item("supply", "main fuse, time-lag, and holder", amps(main), _main_fuse_why(profile))
    area = next(mm2 for most, mm2 in ((3, 0.5), (6, 0.75), (10, 1.0), (1e9, 1.5)) if main <= most)
    yield Item(
        "supply", "wire from supply to parts", f"{area:g} mm2", "the fuse must protect it (IEC 60335-1)"
    )
    yield Item("supply", board.title, board.usb, "not from the motor supply, whose dips would reset it")
    yield Item(
        "supply", "one common ground", "at one point", "so that motor current never flows through signals"
    )


def _main_fuse_why(profile: Profile) -> str:
    fuses = [fuse_a(output, profile) for output in profile.outputs]
    if len(fuses) == 1:
        return _fuse_why(profile.outputs[0], profile)
    return f"{' + '.join(f'{each:g}' for each in fuses)} A behind it; it protects the wire"


def _fuse_why(output: Output, profile: Profile) -> str:
    runs, held, fuse = running_a(output, profile), stall_a(output, profile), fuse_a(output, profile)
    if output.heater is not None:
        return f"{output.heater.power_w:g} W / {profile.supply.volts:g} V = {held:.2f} A, times {CARRIES:g}"
    say = f"runs free at {runs:.2f} A, held {held:.2f} A"
    if held >= BLOWS_AT * fuse:
        return f"{say}: opens within 2 min when held ({BLOWS_AT:g} x rating), and not before"
    return f"{say}: too close for a fuse to tell a held motor; it protects the wire"


def _protection(rig: Rig, profile: Profile) -> Iterator[Item]:
    main, volts = main_fuse_a(profile), full_v(profile)
    yield Item(
        "stop", "push button, latching, normally closed, two poles",
        f"{amps(main)} at {volts:.0f} V DC or more",
        f"in the recipient's hand: one pole breaks motors and heater, one tells {rig.pins.stop}",
    )  # fmt: skip
    yield Item(
        "stop", "pull-up resistor", f"{STOP_PULL_UP_OHM} ohm", "0.7 mA: an open contact or wire reads high"
    )
    yield Item("stop", "capacitor to ground", "100 nF", "0.5 ms with the pull-up: motor noise is no stop")
    if rig.pins.enable is None:
        return
    least, nominal, most = one_shot_ms()
    yield Item(
        "ENABLE", "one-shot, retriggerable: half a 74HC4538 at 3.3 V", f"{nominal} ms",
        f"{least} to {most} ms with its parts' tolerances: longer than the 20 ms between edges, under 200 ms",
    )  # fmt: skip
    yield Item("ENABLE", "its resistor and film capacitor", "150 kohm 1 %, 1 uF 10 %", "0.7 R C = 105 ms")
    gate = " with a 12 V zener at its gate" if volts > 15 else ""  # gates bear 20 V
    yield Item(
        "ENABLE", f"series switch: high-side switch, or P-channel MOSFET{gate}",
        f"{amps(main)} and {_volts(2 * volts)} or more",
        "a second switch, so that a shorted driver still loses its supply",
    )  # fmt: skip
    yield Item(
        "ENABLE", "pull-down at the switch's input", f"{PULL_DOWN_OHM} ohm", "off without the one-shot"
    )
    for output in profile.outputs:
        if output.heater is not None:
            yield from _comparator(output.heater)


def _comparator(heater: Heater) -> Iterator[Item]:
    """What opens ENABLE on a hot pad, whatever the device believes."""
    ohm = trip_ohm(heater)
    at = f"below {ohm / (ohm + heater.divider_ohm):.3f} of 3.3 V"
    yield Item(
        "ENABLE", f"comparator at {TRIP_C} C, latching: LM393, its other half as the latch",
        f"{ohm:.0f} ohm over {heater.divider_ohm:g} ohm 1 %: trips {at}",
        "holds the one-shot's reset low until the power is off; no program in it",
    )  # fmt: skip
    yield Item(
        "ENABLE", "second NTC, glued beside the first",
        f"{heater.ntc_r25_ohm:g} ohm at 25 C, beta {heater.ntc_beta_k:g} K",
        "of its own: a sensor that lies to the device does not lie to the comparator",
    )  # fmt: skip


def _volts(volts: float) -> str:
    return f"{at_least(VOLTS_SOLD, volts):g} V"


def _part(part: Part, rig: Rig, profile: Profile) -> Iterator[Item]:
    output = output_of(part, profile)
    if len(profile.outputs) > 1:
        yield Item(part.output, "fuse, time-lag", amps(fuse_a(output, profile)), _fuse_why(output, profile))
    stall = motor_stall_a(output, profile) if output.motor is not None else stall_a(output, profile)
    volts = full_v(profile)
    if part.driver == "pca9685":
        at = f"0x{part.address:02X}, channel {part.channel}"
        why = "its outputs are logic: a transistor does the work"
        yield Item(part.output, "PCA9685 board, OE to ground", at, why)
    if part.driver in ("mosfet", "pca9685"):
        ohm = min(0.5 / stall**2, 0.1)  # 0.5 W, warm but no heat sink
        what = "N-channel MOSFET, on-resistance stated at 3.3 V or less"
        yield Item(
            part.output, what,
            f"{_volts(2 * volts)}, {at_least(DIODES_A, 1.5 * stall):g} A, {ohm * 1000:.0f} mohm",
            f"{stall:.1f} A {'held' if output.motor else 'on'}: 0.5 W at most, no heat sink; twice the volts",
        )  # fmt: skip
        yield Item(part.output, "gate resistor", f"{GATE_OHM} ohm", "15 mA while the gate charges")
        why = "off while the board starts; 8.2 kohm is the most for a Pico 2"
        yield Item(part.output, "gate pull-down", f"{PULL_DOWN_OHM} ohm", why)
        if output.motor is not None:
            yield Item(
                part.output, "flyback diode, Schottky, cathode to plus",
                f"{_volts(2 * volts)}, {at_least(DIODES_A, stall):g} A",
                f"carries the motor's {stall:.1f} A whenever the transistor opens",
            )  # fmt: skip
    elif part.driver == "h-bridge":
        chip = bridge_for(stall, profile)
        why = f"{stall:.1f} A held; its diodes are inside, its logic supply is 3.3 V"
        what = f"H-bridge, such as a {chip.name} board"
        yield Item(part.output, what, f"{volts:.0f} V, {stall:.1f} A; it takes {chip}", why)
        why = "on each input: off while the board starts"
        yield Item(part.output, "input pull-downs", f"{PULL_DOWN_OHM} ohm", why)
    else:
        yield Item(part.output, "DRV2605L board", "0x5A", "made for one small vibration motor")
    if output.motor is not None:
        farad = at_least(FARADS_U, 100 * stall)
        what = "electrolytic capacitor across its supply"
        yield Item(
            part.output, what, f"{farad:g} uF, {_volts(1.5 * volts)}", "100 uF for each ampere, our estimate"
        )
    if output.heater is not None:
        yield from _heater(part, output.heater, stall, profile)


def _heater(part: Part, heater: Heater, stall: float, profile: Profile) -> Iterator[Item]:
    power = f"{heater.power_w:g} W at {profile.supply.volts:g} V, {heater.area_cm2:g} cm2"
    yield Item(part.output, "heated pad", power, "as the profile has it")
    low, high = CUT_OFF_C - CUT_OFF_SPREAD_C, CUT_OFF_C + CUT_OFF_SPREAD_C
    bears = amps(at_least(FUSES_A, CARRIES * stall))
    opens = f"opens from {low} to {high} C ({CUT_OFF_C} C +- {CUT_OFF_SPREAD_C} K), {bears} DC or more"
    yield Item(
        part.output, "thermal cut-off, manual reset or one-time, never self-resetting", opens,
        "in series, on the pad's skin side: at or below 50 C with its tolerance, whatever else fails",
    )  # fmt: skip


def _sensors(rig: Rig, profile: Profile) -> Iterator[Item]:
    heater = next((output.heater for output in profile.outputs if output.heater is not None), None)
    if rig.ntc is not None and heater is not None:
        warm = heater.ntc_r25_ohm * math.exp(heater.ntc_beta_k * (1 / 313.15 - 1 / 298.15))
        says = PIN_V * warm / (warm + heater.divider_ohm)
        value = f"{heater.ntc_r25_ohm:g} ohm at 25 C, beta {heater.ntc_beta_k:g} K"
        yield Item("sensor", "NTC, glued to the pad's skin side", value, f"{warm:.0f} ohm at 40 C")
        why = f"{says:.2f} V at 40 C; the profile counts with this value"
        yield Item("sensor", "divider resistor to 3.3 V, 0.1 or 1 %", f"{heater.divider_ohm:g} ohm", why)
        yield Item("sensor", "capacitor to ground", "100 nF", "against the motors' noise")
        if rig.ntc.ads1115 is not None:
            at = f"0x{rig.ntc.ads1115:02X}, input {rig.ntc.channel}"
            yield Item("sensor", "ADS1115 board, supplied with 3.3 V", at, "a Raspberry Pi has no ADC")
    if rig.current is not None:
        reads = 0.32 / rig.current.shunt_ohm
        value = f"0x{rig.current.ina219:02X}, {rig.current.shunt_ohm:g} ohm"
        yield Item(
            "sensor",
            "INA219 board, in the plus line behind the main fuse",
            value,
            f"reads up to {reads:.1f} A",
        )
    if rig.i2c is not None and not BOARDS[rig.board].i2c_pull_ups:
        why = "unless the chips' boards have them already"
        yield Item("sensor", "pull-ups of the I2C bus, two", "4700 ohm", why)
    if rig.pins.led is not None and not BOARDS[rig.board].pins[rig.pins.led].led:
        yield Item("sensor", "LED and its resistor", f"{LED_OHM} ohm", "4 mA with a red LED")
