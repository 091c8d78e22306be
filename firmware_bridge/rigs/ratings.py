"""Ratings: what a part must at least bear, from the profile's own figures.

Rules kept here: every figure is computed or stands on a line with its reason and source, and is rounded up
to one that is sold. Arithmetic, not experience: nobody has built these rigs yet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from firmware_bridge.rigs.document import Part
from firmware_bridge.rigs.loads import running_a, stall_a
from programs.profile import Heater, Output, Profile

FUSES_A = (
    0.1, 0.16, 0.2, 0.25, 0.315, 0.4, 0.5, 0.63, 0.8, 1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8, 10, 12.5, 16,
)  # fmt: skip
BLOWS_AT = 2.1  # times its rating: a time-lag fuse opens within two minutes there (IEC 60127-2)
CARRIES = 1.25  # a fuse for ever loaded above 80 % of its rating ages: usual practice
DIODES_A = (1, 3, 5, 10, 15, 20, 30)
FARADS_U = (100, 220, 470, 1000, 2200, 4700)
VOLTS_SOLD = (20, 30, 40, 60, 100)
GATE_OHM = 220  # 3.3 V / 220 ohm = 15 mA while the gate charges, near what a pin gives (12 mA)
STOP_PULL_UP_OHM = 4700  # 0.7 mA keeps contacts clean and hum out of a long wire
LED_OHM = 330  # (3.3 V - 2.0 V of a red LED) / 330 ohm = 4 mA
ONE_SHOT_OHM, ONE_SHOT_F = 150e3, 1e-6  # 0.7 R C = 105 ms (data sheets of the 4538)
ONE_SHOT_SPREAD = 0.26  # of it: resistor 1 %, film capacitor 10 %, the chip itself 15 %
# C, nominal, and its tolerance: opens at or below 50 C whatever its tolerance (a pad stuck on behind a later
# one burns, simulated), and not before the software's own trip at 43 C.
TRIP_C = 45  # ENABLE opens before the cut-off acts, on a sensor of its own (safety.md, "thermal cut-off")
CUT_OFF_C, CUT_OFF_SPREAD_C = 47, 3
FULL_CELL_V = 4.2  # V, a lithium cell at the end of its charge


class Bridge(NamedTuple):
    """An H-bridge that is sold on boards: its range by its data sheet."""

    name: str
    low_v: float
    high_v: float
    amps: float

    def __str__(self) -> str:
        return f"{self.low_v:g} to {self.high_v:g} V, {self.amps:g} A"


# The smallest first. A BTS7960 is the half of a bridge, its boards have two; 43 A is its current limit.
BRIDGES = (
    Bridge("DRV8833", 2.7, 10.8, 1.5),
    Bridge("DRV8871", 6.5, 45, 3.6),
    Bridge("BTS7960", 5.5, 27.5, 43),
)


def output_of(part: Part, profile: Profile) -> Output:
    """The output that the part drives (a checked rig has it)."""
    return next(each for each in profile.outputs if each.name == part.output)


def bridge_for(stall: float, profile: Profile) -> Bridge:
    """The smallest bridge for a held motor, on this supply; the strongest when none is enough."""
    low, high = profile.supply.volts, full_v(profile)
    able = (each for each in BRIDGES if each.low_v <= low and high <= each.high_v and stall <= each.amps)
    return next(able, BRIDGES[-1])


def full_v(profile: Profile) -> float:
    """The most that the supply puts out: full cells."""
    supply = profile.supply
    return max(supply.volts, FULL_CELL_V * supply.cells)


def fuse_a(output: Output, profile: Profile) -> float:
    """The fuse of one part: the largest that a held motor opens, but one that carries it for ever."""
    carried = at_least(FUSES_A, CARRIES * running_a(output, profile))
    if output.heater is not None:
        return carried
    opened = [size for size in FUSES_A if size * BLOWS_AT <= stall_a(output, profile)]
    return max(carried, opened[-1] if opened else FUSES_A[0])


def main_fuse_a(profile: Profile) -> float:
    """The fuse of the supply line: what the fuses behind it carry together."""
    return at_least(FUSES_A, sum(fuse_a(output, profile) for output in profile.outputs))


def one_shot_ms() -> tuple[int, int, int]:
    """For how long the one-shot holds after an edge: at least, nominally, at most.

    >>> one_shot_ms()
    (78, 105, 132)
    """
    nominal = 0.7 * ONE_SHOT_OHM * ONE_SHOT_F * 1000
    return round(nominal * (1 - ONE_SHOT_SPREAD)), round(nominal), round(nominal * (1 + ONE_SHOT_SPREAD))


def at_least(sizes: Sequence[float], value: float) -> float:
    return next((size for size in sizes if size >= value), math.ceil(value))


def amps(value: float) -> str:
    """A rating as it is printed on the part.

    >>> amps(0.63), amps(3.15)
    ('630 mA', '3.15 A')
    """
    return f"{value:g} A" if value >= 1 else f"{value * 1000:.0f} mA"


def trip_ohm(heater: Heater) -> float:
    """What the comparator's own sensor, of the pad's kind, has at the temperature at which it trips."""
    kelvin = 273.15
    return heater.ntc_r25_ohm * math.exp(heater.ntc_beta_k * (1 / (TRIP_C + kelvin) - 1 / (25 + kelvin)))
