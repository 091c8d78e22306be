"""What a session does to a hand and to skin: hand-arm exposure, thermal dose, energy.

All of it works on plain sequences, so it serves a simulated trace and a record from a rig alike
(:mod:`sim.recorded` reads files row by row).

    A(8) = sqrt(sum(a_hv^2 T) / 8 h)         points = 2 a_hv^2 t[h]      (2002/44/EC, HSE)
    CEM43 = sum R^(43 - T) dt, R = 0.5 at or above 43 C, 0.25 below

The hand's a_hv is an estimate: the profile states it at full level, and it is taken to follow the
speed as w^2 Wh(f), since a rotating or reciprocating mass is shaken with w^2 and the standard
weighs by frequency. The upper bound beside it takes the full value for as long as anything turns.

Sources: safety.md, "Hand-arm exposure" and "Heat and skin". No limit was found for local vibration on the
person who is massaged, so none is computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import mul

from programs.hardware import Output, PercussionHead

EIGHT_HOURS_S = 8 * 3600.0
CEM43_BREAK_C = 43.0
A_HV_M_S2 = {"percussive": 7.3, "vibrating": 2.5}  # at the handle, when the profile says nothing (E)
WARN_POINTS = 50.0  # a day: the operator is warned (safety.md, "hand of the operator")
STOP_POINTS = 100.0  # a day: A(8) = 2.5 m/s2, the action value of 2002/44/EC (D)
CEM43_MOST_MIN = 15.0  # 1/16 of the lowest published burn pair (safety.md, "thermal dose")
FINE = 2048  # parts that the range of speeds up to the full one is cut into
_TURN = 2 * math.pi

# Wh of ISO 5349-1 with the exact parameters of ISO 8041-1 (wh_parameters.csv), in rad/s.
_W1 = _TURN * 10.0**0.8  # band limit, high-pass: 6.310 Hz (D)
_W2 = _TURN * 10.0**3.1  # band limit, low-pass: 1258.9 Hz (D)
_W3 = _W4 = 100.0  # from acceleration to velocity, zero and pole pair: 15.915 Hz (D)
_Q1, _Q2, _GAIN = math.sqrt(0.5), 0.64, 1.0  # (D)


def wh_weight(frequency_hz: float) -> float:
    """Wh: how much an acceleration at this frequency counts for the hand, 0 to about 0.96.

    >>> [round(wh_weight(each), 3) for each in (0.0, 10 ** 1.1, 10 ** 1.5, 10 ** 1.9)]
    [0.0, 0.958, 0.519, 0.202]
    """
    w2 = (_TURN * frequency_hz) ** 2
    high = w2 * w2 / ((_W1**2 - w2) ** 2 + w2 * (_W1 / _Q1) ** 2)
    low = _W2**4 / ((_W2**2 - w2) ** 2 + w2 * (_W2 / _Q1) ** 2)
    to_velocity = (w2 + _W3**2) / ((_W4**2 - w2) ** 2 + w2 * (_W4 / _Q2) ** 2) * (_GAIN * _W4**2 / _W3) ** 2
    return math.sqrt(high * low * to_velocity)


@dataclass(frozen=True)
class Handle:
    """What one motor does to the hand that holds it.

    ``a_hv_m_s2``: weighted vector sum at ``full_rpm`` (motor, without load); ``rpm_per_hz`` turns the
    motor's speed into the frequency of the shaking.

    >>> head = Handle(5.5, 3300.0, 105.0)
    >>> head.a_hv_at(3300.0), round(head.a_hv_at(1650.0), 2), head.a_hv_at(0.0)
    (5.5, 2.37, 0.0)
    """

    a_hv_m_s2: float
    full_rpm: float
    rpm_per_hz: float

    def a_hv_at(self, rpm: float) -> float:
        """Weighted acceleration at a speed, by w^2 Wh(f), in m/s2."""
        share = abs(rpm) / self.full_rpm
        return self.a_hv_m_s2 * share * share * wh_weight(abs(rpm) / self.rpm_per_hz) / self._at_full

    @cached_property
    def _at_full(self) -> float:
        return wh_weight(self.full_rpm / self.rpm_per_hz)

    def square_sum(self, speeds_rpm: Sequence[float]) -> float:
        """Sum of a_hv squared over speeds, in m2/s4."""
        if not any(speeds_rpm):
            return 0.0
        squares, scale = _squares(self), FINE / self.full_rpm
        try:
            return sum([squares[int(each * scale)] for each in speeds_rpm])
        except IndexError:  # faster than anything this motor should do
            return sum(self.a_hv_at(each) ** 2 for each in speeds_rpm)


@lru_cache(maxsize=16)
def _squares(handle: Handle) -> tuple[float, ...]:
    """a_hv squared over speeds up to twice the full one: of a run's hundred thousand speeds none is
    worked out by itself, and their sum is within 0.1 %. Kept, since a campaign asks for the same."""
    step_rpm = handle.full_rpm / FINE
    return (0.0, *(handle.a_hv_at((k + 0.5) * step_rpm) ** 2 for k in range(1, 2 * FINE)))


def handle_of(output: Output, supply_v: float) -> Handle | None:
    """The handle's part of an output; None of a heater."""
    motor = output.motor
    if motor is None:
        return None
    turns = motor.gear_ratio if isinstance(motor, PercussionHead) else 1.0
    full_rpm = motor.speed_rad_s(output.max_duty * supply_v) * 60.0 / _TURN
    return Handle(output.a_hv_m_s2 or A_HV_M_S2[output.head], full_rpm, 60.0 * turns)


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


def cem43_rate(temperature_c: float) -> float:
    """Equivalent minutes at 43 C per minute at a temperature; NaN (no heater) counts as none.

    >>> cem43_rate(43.0), cem43_rate(44.0), cem43_rate(42.0), cem43_rate(float("nan"))
    (1.0, 2.0, 0.25, 0.0)
    """
    if temperature_c >= CEM43_BREAK_C:
        return float(0.5 ** (CEM43_BREAK_C - temperature_c))
    return float(0.25 ** (CEM43_BREAK_C - temperature_c)) if temperature_c > 0.0 else 0.0


def cem43_min(temperatures_c: Iterable[float], step_s: float) -> float:
    """Cumulative equivalent minutes at 43 C of temperatures ``step_s`` apart; NaN counts as none.

    >>> cem43_min([43.0] * 60, 1.0), cem43_min([44.0] * 60, 1.0), cem43_min([42.0] * 60, 1.0)
    (1.0, 2.0, 0.25)
    """
    return sum(map(cem43_rate, temperatures_c)) * step_s / 60.0


def turning_s(speeds_rpm: Iterable[float], step_s: float) -> float:
    """How long a motor turned, in s."""
    return step_s * sum(map((0.0).__lt__, speeds_rpm))


def energy_j(currents_a: Iterable[float], volts_v: Iterable[float], step_s: float) -> float:
    """Electrical energy of currents at voltages ``step_s`` apart.

    >>> energy_j([2.0, 1.0], [12.0, 12.0], 0.5)
    18.0
    """
    return float(sum(map(mul, currents_a, volts_v))) * step_s
