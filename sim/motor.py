"""A brushed DC motor behind a half bridge (behind a single transistor: :mod:`sim.low_side`).

    V = R i + L di/dt + Kt w          J dw/dt = Kt i - b w - Tc - load          (Ke = Kt in SI)
    V = duty x (supply without this motor's share)      R = winding + driver + duty^2 x supply's own

Source: safety.md, "Motors"; any textbook. Rules kept here:

1. While the motor turns and current flows the equations are linear, so a step is exact for any
   length (:mod:`sim.modes`). The sag that its own current makes is part of R, so it is exact too.
2. The half bridge holds the winding at duty x supply both ways, so duty 0 brakes the motor
   through its own winding. Without power or with a broken wire it coasts: no current.
3. At rest the motor needs ``start_voltage_v``, which lies above the lowest voltage at which it
   keeps turning, R Tc / Kt: hysteresis. Friction only ever stops it, and the moment is found.
4. The peak current within a step is found from the closed form, since the end of a step misses it.

Not modelled: brush drop, ripple of the commutator, cogging, iron loss beyond what b and Tc hold.
"""

from __future__ import annotations

import cmath
import math

from sim.modes import Modes, sums
from sim.motor_state import Circuit, Meters, MotorState
from sim.winding import DUTIES

__all__ = ["Circuit", "Meters", "Motor"]

NO_CURRENT_A = 1e-9  # below it a winding counts as empty
HALVINGS = 40  # of a step in which the shaft stops: the moment to 1e-14 s


class Motor(MotorState):
    """One motor: ``step(duty, source_v)`` moves it by ``step_s``; the readings say where it is."""

    def step(self, duty: float, source_v: float) -> None:
        """One step at ``duty`` 0..1 of a supply that gives ``source_v`` without this motor's current."""
        volts = duty * source_v
        speed = self.speed_rad_s
        if self.blocked or self.open_circuit or (speed == 0.0 and volts < self._start_v):
            self._held_step(duty, volts, source_v)
            return
        if volts < self._stall_v and self._stalls(volts, speed):
            self._held_step(duty, volts, source_v)
            return
        key = int((self._base_ohm + duty * duty * self.supply_ohm) * self._per_ohm + 0.5)
        m = self._modes.get(key) or self._modes_at(key)
        if m.rings:
            self._ring(m, duty, volts, source_v)
            return
        (a_v, a_0, s_v, s_0, of_a, of_s, slow, fast, r_p, r_q, end_p, end_q,
         sum_p, sum_q, pp, qq, pq, ohm, _) = m  # fmt: skip
        step_s = self.step_s
        amps = a_v * volts + a_0
        settled = s_v * volts + s_0
        current = self.current_a
        p = current - amps
        q = of_a * p + of_s * (speed - settled)
        p -= q
        late_p, late_q = p * end_p, q * end_q
        turned = settled + r_p * late_p + r_q * late_q
        if turned <= 0.0:
            self._stop_inside(m, volts, duty, source_v)
            return
        after = amps + late_p + late_q
        # The greatest current inside: where the two slopes cancel.
        peak = after if after > current else current
        if slow * p + fast * q > 0.0 > slow * late_p + fast * late_q and p:
            top = (-fast * q / (slow * p)) ** (slow / (slow - fast))
            inside = amps + p * (1.0 - slow / fast) * top
            if inside > peak:
                peak = inside
        sum_p *= p
        sum_q *= q
        charge = sum_p + sum_q
        square = amps * (charge + charge + amps * step_s) + p * p * pp + q * q * qq + p * q * pq
        angle = r_p * sum_p + r_q * sum_q
        speed_p, speed_q = r_p * p, r_q * q
        self._w2 += (
            settled * (angle + angle + settled * step_s)
            + speed_p * speed_p * pp + speed_q * speed_q * qq + speed_p * speed_q * pq
        )  # fmt: skip
        self._turned_rad += angle + settled * step_s
        charge += amps * step_s
        self.current_a = after
        self.speed_rad_s = turned
        self._i2 += square
        self._ohmic_j += ohm * square
        self._given_j += volts * charge
        above, heat = self._ripples[int(duty * DUTIES + 0.5)]
        heat *= source_v
        self._ripple_j += heat * source_v * step_s
        self.peak_current_a = peak + above * source_v
        self.mean_current_a = mean = charge / step_s
        self.drawn_a = duty * mean + heat

    def coast(self) -> None:
        """One step without current: friction and load alone."""
        self.meters.driver_j += self.parameters.inductance_h * self.current_a**2 / 2  # in the diodes
        self.current_a = self.mean_current_a = self.peak_current_a = self.drawn_a = 0.0
        speed, step_s = self.speed_rad_s, self.step_s
        if speed == 0.0:
            return
        drag, torque = self.viscous_nm_s / self.inertia_kg_m2, self._torque_nm / self.inertia_kg_m2
        lasts_s = _stops_after_s(speed, drag, torque)
        time_s = min(step_s, lasts_s)
        after = speed + (torque + drag * speed) * (math.expm1(-drag * time_s) / drag if drag else -time_s)
        if lasts_s <= step_s or self.blocked or self._stalls(0.0, after):
            self._hold(after if lasts_s > step_s else 0.0)
        else:
            self.speed_rad_s = after
        # The trapezium with the correction of its ends: off by the fourth power of the step.
        angle = (speed + after) * time_s / 2 + drag * (after - speed) * time_s**2 / 12
        self._turned_rad += angle
        if time_s > 0.0:
            self._w2 += angle * angle / time_s + (after - speed) ** 2 * time_s / 12

    def _stalls(self, volts: float, speed: float) -> bool:
        """Whether the head's next stroke stops it."""
        stall = self._stall
        return stall is not None and volts < self._stall_v and speed < stall.stall_speed(volts)

    def _hold(self, speed: float) -> None:
        """Stop the shaft; what was in it goes to whatever stopped it."""
        self.meters.load_j += self.inertia_kg_m2 * speed * speed / 2
        self.speed_rad_s = 0.0

    def _held_step(self, duty: float, volts: float, source_v: float) -> None:
        """A step in which the shaft stands still, or the wire is broken."""
        if self.open_circuit:
            self.coast()
            return
        self._hold(self.speed_rad_s)
        self.blocked_steps += self.blocked and volts > 0.0
        ohm = self._base_ohm + duty * duty * self.supply_ohm
        before = self.current_a
        charge, square = self._fill(volts, ohm, self.step_s)
        self._finish(duty, source_v, ohm, charge, square, max(before, self.current_a))

    def _fill(self, volts: float, ohm: float, time_s: float) -> tuple[float, float]:
        """The winding alone follows: integrals of i and i^2."""
        settled, tau_s = volts / ohm, self.parameters.inductance_h / ohm
        away = self.current_a - settled
        gone = -math.expm1(-time_s / tau_s)
        after = settled + away * (1.0 - gone)
        self.current_a = after if abs(after) > NO_CURRENT_A else 0.0
        first = away * tau_s * gone
        second = away * away * tau_s / 2 * gone * (2.0 - gone)
        return settled * time_s + first, settled * (settled * time_s + 2 * first) + second

    def _stop_inside(self, m: Modes, volts: float, duty: float, source_v: float) -> None:
        """The shaft comes to rest within the step, and stays there for what is left of it."""
        before, speed = self.current_a, self.speed_rad_s
        low_s, high_s = 0.0, self.step_s
        for _ in range(HALVINGS):
            middle_s = (low_s + high_s) / 2
            low_s, high_s = (
                (middle_s, high_s) if _at(m, volts, before, speed, middle_s)[1] > 0 else (low_s, middle_s)
            )
        amps, _, charge, square, angle, turning = _at(m, volts, before, speed, low_s)
        self._turned_rad += angle
        self._w2 += turning
        self.current_a, self.speed_rad_s = amps, 0.0
        still_charge, still_square = self._fill(volts, m.resistance_ohm, self.step_s - low_s)
        peak = max(before, amps, self.current_a)
        self._finish(duty, source_v, m.resistance_ohm, charge + still_charge, square + still_square, peak)

    def _ring(self, m: Modes, duty: float, volts: float, source_v: float) -> None:
        """A step of a winding that is slow beside its rotor."""
        before, speed = self.current_a, self.speed_rad_s
        after, turned, charge, square, angle, turning = _at(m, volts, before, speed, self.step_s)
        if turned <= 0.0:
            self._stop_inside(m, volts, duty, source_v)
            return
        self.current_a, self.speed_rad_s = after, turned
        self._turned_rad += angle
        self._w2 += turning
        inside = (
            _at(m, volts, before, speed, at_s)[0] for at_s in _tops_s(m, volts, before, speed, self.step_s)
        )
        self._finish(duty, source_v, m.resistance_ohm, charge, square, max(before, after, *inside))

    def _finish(
        self, duty: float, source_v: float, ohm: float, charge: float, square: float, peak: float
    ) -> None:
        """Readings and energy of a step, from its integrals."""
        above, heat = self._ripples[int(duty * DUTIES + 0.5)]
        self._i2 += square
        self._ohmic_j += ohm * square
        self._given_j += duty * source_v * charge
        self._ripple_j += heat * source_v * source_v * self.step_s
        self.peak_current_a = peak + above * source_v
        self.mean_current_a = charge / self.step_s
        self.drawn_a = duty * self.mean_current_a + heat * source_v


def _parts(m: Modes, volts: float, current: float, speed: float) -> tuple[float, float, float, float]:
    """Where current and speed would settle, and what of the current is in either mode."""
    amps = m.amps_per_volt * volts + m.amps_at_rest
    settled = m.speed_per_volt * volts + m.speed_at_rest
    q = m.of_amps * (current - amps) + m.of_speed * (speed - settled)
    return amps, settled, current - amps - q, q


def _at(
    m: Modes, volts: float, current: float, speed: float, time_s: float
) -> tuple[float, float, float, float, float, float]:
    """After ``time_s``: current and speed; until then the integrals of i, i^2, w and w^2."""
    amps, settled, p, q = _parts(m, volts, current, speed)
    sum_p, sum_q, pp, qq, pq = sums(m.slow, m.fast, time_s)
    late_p, late_q = p * (1.0 + m.slow * sum_p), q * (1.0 + m.fast * sum_q)
    charge = (p * sum_p + q * sum_q).real
    square = amps * (2 * charge + amps * time_s) + (p * p * pp + q * q * qq + p * q * pq).real
    turned = settled + (m.slow_ratio * late_p + m.fast_ratio * late_q).real
    p, q = m.slow_ratio * p, m.fast_ratio * q
    angle = (p * sum_p + q * sum_q).real
    turning = settled * (2 * angle + settled * time_s) + (p * p * pp + q * q * qq + p * q * pq).real
    after = amps + (late_p + late_q).real
    return after, turned, amps * time_s + charge, square, settled * time_s + angle, turning


def _tops_s(m: Modes, volts: float, current: float, speed: float, step_s: float) -> list[float]:
    """Moments within a step at which a ringing current is greatest: di/dt = 2 Re(a p e^(a t)) = 0."""
    slope = complex(m.slow * _parts(m, volts, current, speed)[2])
    turn = complex(m.slow).imag
    first_s = (math.pi / 2 - cmath.phase(slope)) % math.pi / turn
    count = min(3, int((step_s - first_s) * turn / math.pi) + 1) if first_s < step_s else 0
    return [first_s + k * math.pi / turn for k in range(count)]


def _stops_after_s(speed: float, drag: float, torque: float) -> float:
    """When friction has stopped a coasting shaft: w' = -drag w - torque."""
    if torque <= 0.0:
        return math.inf
    return math.log1p(drag * speed / torque) / drag if drag else speed / torque
