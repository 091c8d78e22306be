"""The two ways in which a motor settles, worked out once for a step of a given length.

    x = (i, w)      i = s_i + p e^(a t) + q e^(c t)      w = s_w + r_a p e^(a t) + r_c q e^(c t)

``s`` is where the motor would settle, a and c are the eigenvalues of its linear equations (a the
slow one), r the ratio of speed to current in each. Everything a step needs, integrals of i, w and
i^2 among it, is a few products of these numbers. A winding that is slow beside the rotor rings:
then a and c are complex, and the same formulas hold for real parts.

In the types below a complex number counts as a float; only a ringing motor meets one.
Source: any textbook on linear systems. Nothing here knows of friction that holds or of limits.
"""

from __future__ import annotations

import cmath
import math
from typing import Any, NamedTuple

APART = 1e-4  # least distance of the two decays, of their mean: equal ones would divide by zero (E)


class Modes(NamedTuple):
    """Settling of one motor with one resistance over one step. ``slow`` and ``fast`` in 1/s."""

    amps_per_volt: float  # s_i = amps_per_volt V + amps_at_rest
    amps_at_rest: float
    speed_per_volt: float  # s_w = speed_per_volt V + speed_at_rest
    speed_at_rest: float
    of_amps: float  # q = of_amps (i - s_i) + of_speed (w - s_w); p is the rest of i - s_i
    of_speed: float
    slow: float
    fast: float
    slow_ratio: float  # w over i
    fast_ratio: float
    slow_end: float  # e^(a h), e^(c h)
    fast_end: float
    slow_sum: float  # integrals of e^(a t), e^(c t) over the step, s
    fast_sum: float
    slow_square: float  # integrals of e^(2 a t), e^(2 c t) and 2 e^((a + c) t), s
    fast_square: float
    cross: float
    resistance_ohm: float
    rings: bool


class Equations(NamedTuple):
    """V = R i + L di/dt + K w and J dw/dt = K i - b w - T."""

    resistance_ohm: float
    inductance_h: float
    torque_constant_nm_a: float
    inertia_kg_m2: float
    viscous_nm_s: float
    torque_nm: float


def modes(e: Equations, step_s: float) -> Modes:
    """The modes of ``e`` over ``step_s``.

    >>> e = Equations(2.0, 2e-4, 0.02, 1e-5, 0.0, 0.0)
    >>> m = modes(e, 0.01)
    >>> round(m.slow, 2), round(m.fast, 1), m.rings
    (-20.04, -9980.0, False)
    """
    slow, fast, rings = _decays(e)
    slow_ratio, fast_ratio = _ratio(e, slow), _ratio(e, fast)
    apart = fast_ratio - slow_ratio
    stiff = e.resistance_ohm * e.viscous_nm_s + e.torque_constant_nm_a**2
    slow_sum, fast_sum, slow_square, fast_square, cross = sums(slow, fast, step_s)
    return Modes(
        amps_per_volt=e.viscous_nm_s / stiff,
        amps_at_rest=e.torque_constant_nm_a * e.torque_nm / stiff,
        speed_per_volt=e.torque_constant_nm_a / stiff,
        speed_at_rest=-e.resistance_ohm * e.torque_nm / stiff,
        of_amps=-slow_ratio / apart,
        of_speed=1.0 / apart,
        slow=slow,
        fast=fast,
        slow_ratio=slow_ratio,
        fast_ratio=fast_ratio,
        slow_end=_power(slow * step_s),
        fast_end=_power(fast * step_s),
        slow_sum=slow_sum,
        fast_sum=fast_sum,
        slow_square=slow_square,
        fast_square=fast_square,
        cross=cross,
        resistance_ohm=e.resistance_ohm,
        rings=rings,
    )


def sums(slow: float, fast: float, time_s: float) -> tuple[float, float, float, float, float]:
    """Integrals over ``time_s`` of e^at, e^ct, e^2at, e^2ct and 2 e^(a+c)t."""
    return (
        _sum(slow, time_s),
        _sum(fast, time_s),
        _sum(2 * slow, time_s),
        _sum(2 * fast, time_s),
        2 * _sum(slow + fast, time_s),
    )


def _decays(e: Equations) -> tuple[float, float, bool]:
    """Eigenvalues, the slow one first, and whether they are complex."""
    mean = -(e.resistance_ohm / e.inductance_h + e.viscous_nm_s / e.inertia_kg_m2) / 2
    product = (e.resistance_ohm * e.viscous_nm_s + e.torque_constant_nm_a**2) / (
        e.inductance_h * e.inertia_kg_m2
    )
    spread = mean * mean - product
    root = math.sqrt(abs(spread))
    if root < -APART * mean:
        return mean * (1 - APART), mean * (1 + APART), False
    if spread > 0.0:
        fast = mean - root
        return product / fast, fast, False
    ringing = complex(mean, root)
    return ringing, ringing.conjugate(), True  # type: ignore[return-value]  # complex only when it rings


def _ratio(e: Equations, decay: float) -> float:
    """w over i in a mode; from whichever equation loses fewer digits."""
    volts = e.resistance_ohm + e.inductance_h * decay
    torque = e.inertia_kg_m2 * decay + e.viscous_nm_s
    kept = abs(torque) / (e.inertia_kg_m2 * abs(decay) + e.viscous_nm_s)
    if abs(volts) / (e.resistance_ohm + e.inductance_h * abs(decay)) > kept:
        return -volts / e.torque_constant_nm_a
    return e.torque_constant_nm_a / torque


def _power(exponent: Any) -> Any:
    if isinstance(exponent, complex):
        return cmath.exp(exponent)
    return math.exp(exponent)


def _sum(decay: Any, time_s: float) -> Any:
    if isinstance(decay, complex):
        return (cmath.exp(decay * time_s) - 1.0) / decay
    return math.expm1(decay * time_s) / decay
