"""What a session does to a hand and to skin: hand-arm exposure and thermal dose.

Both work on plain sequences, so they serve a simulated trace and a record from a rig alike.

    A(8) = sqrt(sum(a_hv^2 T) / 8 h)         points = 2 a_hv^2 t[h]      (2002/44/EC, HSE)
    CEM43 = sum R^(43 - T) dt, R = 0.5 at or above 43 C, 0.25 below

Sources: safety.md, "Hand-arm exposure" and "Heat and skin". No limit was found for local vibration on the
person who is massaged, so none is computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

EIGHT_HOURS_S = 8 * 3600.0
CEM43_BREAK_C = 43.0
A_HV_M_S2 = {"percussive": 7.3, "vibrating": 2.5}  # at the handle, when the profile says nothing (E)


def hand_a8_m_s2(uses: Iterable[tuple[float, float]]) -> float:
    """Daily exposure A(8) in m/s2 from pairs (a_hv in m/s2, time in s).

    >>> hand_a8_m_s2([(2.5, 8 * 3600.0)])
    2.5
    >>> round(hand_a8_m_s2([(7.3, 600.0), (2.5, 600.0)]), 3)
    1.114
    """
    return math.sqrt(sum(a * a * time_s for a, time_s in uses) / EIGHT_HOURS_S)


def hand_points(uses: Iterable[tuple[float, float]]) -> float:
    """Exposure points: 100 is the action value (2.5 m/s2 over 8 h), 400 the limit.

    >>> hand_points([(2.5, 8 * 3600.0)])
    100.0
    """
    return sum(2.0 * a * a * time_s / 3600.0 for a, time_s in uses)


def cem43_min(temperatures_c: Sequence[float], step_s: float) -> float:
    """Cumulative equivalent minutes at 43 C of temperatures ``step_s`` apart; NaN counts as none.

    >>> cem43_min([43.0] * 60, 1.0), cem43_min([44.0] * 60, 1.0), cem43_min([42.0] * 60, 1.0)
    (1.0, 2.0, 0.25)
    """
    total = 0.0
    for temperature_c in temperatures_c:
        if temperature_c >= CEM43_BREAK_C:
            total += 0.5 ** (CEM43_BREAK_C - temperature_c)
        elif temperature_c > 0.0:  # NaN: no heater
            total += 0.25 ** (CEM43_BREAK_C - temperature_c)
    return total * step_s / 60.0


def turning_s(speeds_rpm: Iterable[float], step_s: float) -> float:
    """How long a motor turned, in s."""
    return step_s * sum(1 for speed in speeds_rpm if speed > 0.0)
