"""What a winding adds to a motor's mean current: ripple of the PWM, and heat.

Ripple: between two levels a fraction d of each period T, a first-order winding of time constant
L/R stays within  (1 - e^(-d T R/L)) / (1 - e^(-T R/L)) - d  of V/R above its mean; its mean square
is d (1 - d) less what the slopes take. Both are exact in the steady state of the PWM.

Heat: two nodes, winding and housing, from the data sheet's two resistances and two time constants:

    C_w dT_w/dt = P - (T_w - T_h) / R_wh        C_h dT_h/dt = (T_w - T_h) / R_wh - (T_h - T_air) / R_ha

Source: safety.md, "Motors"; copper gains 0.39 % of its resistance at 25 C for each kelvin.
Not modelled: heat from friction and iron, the magnet's own drift (ferrite loses 0.2 %/K), skin effect.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from programs.hardware import MotorHeat

COPPER_1_K = 0.0039  # of the resistance at 25 C, per kelvin (safety.md, W)
RATED_C = 25.0  # at which data sheets state a resistance (W)
PWM_HZ = 20_000.0  # middle of 10 to 25 kHz (safety.md, Motors, D)
DUTIES = 1024  # parts of the table of ripple; between two of them it changes by under 0.4 % (E)


class Ripple(NamedTuple):
    """At one duty: peak above the mean, A per volt of supply; heat, W per volt squared."""

    peak_a_v: float
    heat_w_v2: float


def ripple(duty: float, resistance_ohm: float, inductance_h: float, pwm_hz: float) -> Ripple:
    """Ripple of a winding between supply and ground at ``duty`` 0..1.

    >>> round(ripple(0.5, 2.18, 2.38e-4, 20_000.0).peak_a_v * 24.0, 3)
    0.628
    """
    periods = resistance_ohm / inductance_h / pwm_hz  # one period in time constants
    on, off, whole = (-math.expm1(-each * periods) for each in (duty, 1.0 - duty, 1.0))
    peak = on / whole - duty
    square = duty * (1.0 - duty) - on * off / whole / periods
    return Ripple(max(0.0, peak) / resistance_ohm, max(0.0, square) / resistance_ohm)


@lru_cache(maxsize=16)
def ripple_table(resistance_ohm: float, inductance_h: float, pwm_hz: float) -> tuple[Ripple, ...]:
    """``ripple`` for duties k / 1024, k = 0..1024; kept, since a campaign asks for the same ones."""
    return tuple(ripple(k / DUTIES, resistance_ohm, inductance_h, pwm_hz) for k in range(DUTIES + 1))


class Warmth:
    """Temperatures of one motor's winding and housing; both start at ``air_c``.

    ``step(watts)`` lets ``step_s`` pass with a constant loss in the winding, exactly.
    """

    def __init__(self, heat: MotorHeat, air_c: float, step_s: float) -> None:
        self.winding_c = self.housing_c = air_c
        self._air_c = air_c
        self._r_wh, self._r_ha = heat.winding_housing_k_w, heat.housing_air_k_w
        c_w, c_h = heat.winding_s / self._r_wh, heat.housing_s / self._r_ha
        # y = (T_w, T_h) less where it settles; y' = A y.
        a, b = -1.0 / (self._r_wh * c_w), 1.0 / (self._r_wh * c_w)
        c, d = 1.0 / (self._r_wh * c_h), -1.0 / (self._r_wh * c_h) - 1.0 / (self._r_ha * c_h)
        mean, root = (a + d) / 2, math.sqrt(((a - d) / 2) ** 2 + b * c)
        slow, fast = math.exp((mean + root) * step_s), math.exp((mean - root) * step_s)
        even, odd = (slow + fast) / 2, (slow - fast) / (2 * root)
        self._ww, self._wh = even + odd * (a - mean), odd * b
        self._hw, self._hh = odd * c, even + odd * (d - mean)

    def step(self, watts: float) -> None:
        housing_c = self._air_c + watts * self._r_ha
        winding_c = housing_c + watts * self._r_wh
        w, h = self.winding_c - winding_c, self.housing_c - housing_c
        self.winding_c = winding_c + self._ww * w + self._wh * h
        self.housing_c = housing_c + self._hw * w + self._hh * h
