"""Parts of a rig that cannot be: values of a profile that are possible one by one, but not together.

A motor follows from its own table how fast it turns and how soon; a pad, how fast it warms and what
it takes to stay warm. Rules kept here: what passes can be simulated, and the device can supervise it
(its heat checks work with the stated rates). The bounds are wide: a factor of several around any
part that is sold (E), so that a wrong unit or a slipped decimal is found and a real part is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from programs.diagnostics import Diagnostic, Where
from programs.hardware import Erm, Heater, Limits, Motor, Output, PercussionHead, Supply

# fmt: off
STALL_A = 60.0             # A; a device measures up to 65 A (E)
WINDING_S = (1e-6, 0.1)    # s, L/R: from coreless coin motors to far beyond any hand-held one (E)
RISE_TIMES = 2.2           # time constants from 10 to 90 %
RISE_FACTOR = 5.0          # that the stated rise may be off what the motor's own table gives (E)
SPIN_HZ = (5.0, 400.0)     # turns per second of an eccentric mass at full level (domain: 80 to 240)
STROKES_MIN = (100.0, 6000.0)  # strokes per minute at full level (resellers: 1200 to 3200)
STALL_FACTOR = 3.0         # that the stated stall force may be off stall torque over crank radius (E)
ACCELERATION_M_S2 = 3000.0  # m/s2, peak at full level (a 16 mm stroke at 2400 per minute: 505)
PAD_W_CM2 = 1.0            # W/cm2 at full power (round 70 mm pads: 0.34; 75 x 150 mm: 0.22)
PAD_J_K_CM2 = 0.05         # J/K per cm2, the least that is not a film alone (1 mm of silicone: 0.2)
RATE_SHARE = (0.1, 1.0)    # stated heating rate over power / heat capacity: skin takes its part, gives none
HOLD_W_CM2 = (0.01, 0.5)   # W/cm2 into skin to hold the limit (50 cm2 at 41 C: a few watts)
AMBIENT_C = 20.0           # C; a cool room
READING = (0.01, 0.99)     # of the sensor's divider, over the temperatures below
READ_C = (0.0, 60.0)       # C; a cold room, and well above the trip at 43 C
KELVIN, T25_K = 273.15, 298.15
# fmt: on


def unlikely_parts(output: Output, where: Where, supply: Supply, limits: Limits) -> Iterator[Diagnostic]:
    """What is wrong with the physics of one output."""
    if output.motor is not None:
        table = (*where, "erm" if output.erm is not None else "percussion")
        yield from _motor(output, output.motor, table, supply)
    if output.heater is not None:
        table = (*where, "heater")
        yield from _warmth(output.heater, table)
        yield from _holding(output.heater, table, limits.heat_c)
        yield from _sensor(output.heater, table)


def _error(message: str, where: Where, hint: str) -> Diagnostic:
    return Diagnostic("error", "D140", message, where, "the physics of the part", hint)


def _motor(output: Output, motor: Motor, where: Where, supply: Supply) -> Iterator[Diagnostic]:
    stall_a = supply.volts / (motor.resistance_ohm + supply.internal_resistance_ohm)
    if not stall_a <= STALL_A:
        say = f"Held still at {supply.volts:g} V the motor takes {stall_a:.3g} A; allowed {STALL_A:g} A."
        yield _error(say, (*where, "resistance_ohm"), "Raise resistance_ohm, or lower volts.")
    winding_s = motor.inductance_h / motor.resistance_ohm
    if not WINDING_S[0] <= winding_s <= WINDING_S[1]:
        say = (
            f"The winding follows in {winding_s:.3g} s (L/R); allowed {WINDING_S[0]:g} to {WINDING_S[1]:g} s."
        )
        yield _error(say, (*where, "inductance_h"), "Is it in henry, and resistance_ohm in ohm?")
    rise_s = RISE_TIMES * motor.time_constant_s
    if not rise_s / RISE_FACTOR <= output.rise_time_s <= rise_s * RISE_FACTOR:
        say = f"rise_time_s is {output.rise_time_s:g}; by its own table the motor takes {rise_s:.3g} s."
        yield _error(say, (*where[:-1], "rise_time_s"), "Measure it again, or correct inertia and friction.")
    yield from _movement(motor, where, motor.speed_rad_s(output.max_duty * supply.volts))
    if isinstance(motor, PercussionHead):
        yield from _stall(motor, where, output.max_duty * supply.volts)
    yield from _motor_heat(motor, where)


def _stall(head: PercussionHead, where: Where, volts: float) -> Iterator[Diagnostic]:
    """What holds the head at full level: the crank at right angles against the motor held still."""
    torque_nm = head.torque_constant_nm_a * volts / head.resistance_ohm
    force_n = torque_nm * head.gear_ratio / (head.stroke_m / 2)
    low, high = force_n / STALL_FACTOR, force_n * STALL_FACTOR
    if not low <= head.stall_force_n <= high:
        say = (
            f"stall_force_n is {head.stall_force_n:g}; motor, gear and stroke hold "
            f"{force_n:.3g} N at full level, so {low:.3g} to {high:.3g} N are allowed."
        )
        yield _error(say, (*where, "stall_force_n"), f"Write about {force_n:.3g}, or correct the motor.")


HEAT_KEYS = ("winding_housing_k_w", "housing_air_k_w", "winding_time_constant_s", "housing_time_constant_s")


def _motor_heat(motor: Motor, where: Where) -> Iterator[Diagnostic]:
    """All four numbers or none, and a housing that is slower than the winding in it."""
    missing = [key for key in HEAT_KEYS if getattr(motor, key) is None]
    if missing and len(missing) < len(HEAT_KEYS):
        say = f"The motor's warming needs four numbers; {', '.join(missing)} is missing."
        yield Diagnostic(
            "error", "D121", say, where, "the physics of the part", "Add it, or leave all four out."
        )
    heat = motor.heat
    if heat is not None and not heat.winding_s < heat.housing_s:
        say = (
            f"winding_time_constant_s is {heat.winding_s:g}; it must be below "
            f"housing_time_constant_s ({heat.housing_s:g})."
        )
        yield _error(say, (*where, "winding_time_constant_s"), "Are the two exchanged?")


def _movement(motor: Motor, where: Where, speed_rad_s: float) -> Iterator[Diagnostic]:
    """What the head does at full level without load."""
    if isinstance(motor, Erm):
        per_s, unit, (low, high) = speed_rad_s / math.tau, "turns per second", SPIN_HZ
        peak = motor.eccentric_kg_m * speed_rad_s**2 / motor.contact_mass_kg
        key, heavy = "torque_constant_nm_a", "eccentric_kg_m"
    elif isinstance(motor, PercussionHead):
        turns_s = speed_rad_s / math.tau / motor.gear_ratio
        per_s, unit, (low, high) = turns_s * 60, "strokes per minute", STROKES_MIN
        peak = motor.stroke_m / 2 * (math.tau * turns_s) ** 2
        key, heavy = "gear_ratio", "stroke_m"
    else:
        return
    if not low <= per_s <= high:
        say = f"At full level it makes {per_s:.4g} {unit}; allowed {low:g} to {high:g}."
        yield _error(say, (*where, key), "Check torque_constant_nm_a, max_duty and volts.")
    elif not peak <= ACCELERATION_M_S2:
        say = f"At full level it accelerates {peak:.4g} m/s2; allowed {ACCELERATION_M_S2:g}."
        yield _error(say, (*where, heavy), "Is it in kg and m?")


def _warmth(heater: Heater, where: Where) -> Iterator[Diagnostic]:
    """How fast the pad warms: the device takes a pad that stays far behind for a broken one."""
    dense = heater.power_w / heater.area_cm2
    if not dense <= PAD_W_CM2:
        say = f"{heater.power_w:g} W on {heater.area_cm2:g} cm2 is {dense:.3g} W/cm2; allowed {PAD_W_CM2:g}."
        yield _error(say, (*where, "power_w"), "Lower the power, or spread it over more area.")
    thin = heater.pad_heat_capacity_j_k / heater.area_cm2
    if not thin >= PAD_J_K_CM2:
        say = f"The pad stores {thin:.3g} J/K per cm2; at least {PAD_J_K_CM2:g}, or it would overshoot."
        yield _error(say, (*where, "pad_heat_capacity_j_k"), "Add up mass x specific heat of its layers.")
    alone_c_s = heater.power_w / heater.pad_heat_capacity_j_k
    low, high = (share * alone_c_s for share in RATE_SHARE)
    if not low <= heater.heating_rate_c_s <= high:
        say = (
            f"heating_rate_c_s is {heater.heating_rate_c_s:g}; power_w over pad_heat_capacity_j_k "
            f"allows {low:.3g} to {high:.3g}."
        )
        yield _error(say, (*where, "heating_rate_c_s"), "Measure it at full power on skin near 30 C.")


def _holding(heater: Heater, where: Where, limit_c: float) -> Iterator[Diagnostic]:
    """What the pad needs to stay at its limit: skin takes some, the air behind it the rest."""
    held_w = heater.holding_power * heater.power_w
    lost_w = heater.ambient_loss_w_k * max(0.0, limit_c - AMBIENT_C)
    low, high = (lost_w + each * heater.area_cm2 for each in HOLD_W_CM2)
    if not low <= held_w <= high:
        say = (
            f"holding_power is {held_w:.3g} W; {heater.area_cm2:g} cm2 of skin and ambient_loss_w_k "
            f"take {low:.3g} to {high:.3g} W at {limit_c:g} C."
        )
        yield _error(say, (*where, "holding_power"), "It is a fraction of power_w; measure it on skin.")


def _sensor(heater: Heater, where: Where) -> Iterator[Diagnostic]:
    """Where the divider reads close to its ends, the device takes the sensor for open or shorted."""
    for celsius in READ_C:
        ohm = heater.ntc_r25_ohm * math.exp(heater.ntc_beta_k * (1 / (celsius + KELVIN) - 1 / T25_K))
        share = ohm / (ohm + heater.divider_ohm)
        if not READING[0] <= share <= READING[1]:
            say = (
                f"At {celsius:g} C the sensor's {ohm:.4g} ohm beside divider_ohm = {heater.divider_ohm:g} "
                f"read {share:.1%}; allowed {READING[0]:.0%} to {READING[1]:.0%}."
            )
            yield _error(say, (*where, "divider_ohm"), f"Write about {heater.ntc_r25_ohm:g}.")
            return
