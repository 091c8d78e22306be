"""A motor behind one transistor to ground, with a diode across the motor.

    on:  V = supply           off: V = -diode drop while current flows, then none: the winding is open

Rules kept here:

1. Current never turns round. At duty 0 the winding empties through the diode and the motor coasts;
   it does not brake.
2. While current flows through the whole period the mean voltage is duty x supply - (1 - duty) x
   drop, and the motor's linear step holds (:mod:`sim.motor`).
3. When it runs dry within a period, its mean follows from one pulse: up for d T against the
   back-EMF, down through the diode until it is gone. The winding follows within a period or a few,
   so current is taken as settled and the speed alone is integrated.

Source: buck converter in discontinuous conduction, any textbook. The supply's sag by the motor's own
current is known one step late while the current runs dry.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.motor import Motor
from sim.motor_state import Circuit, MotorParameters
from sim.winding import DUTIES

DIODE_V = 0.5  # V; a Schottky diode at an ampere (W)
PARTS = 4  # of a mechanical time constant in one part of a step (E)


class Pulse(NamedTuple):
    """Means over one PWM period in which the current starts from zero and runs dry."""

    amps: float
    drawn_a: float
    square_a2: float
    peak_a: float


class LowSideMotor(Motor):
    """As :class:`sim.motor.Motor`, with other power electronics."""

    def __init__(
        self,
        motor: MotorParameters,
        step_s: float,
        added_inertia_kg_m2: float = 0.0,
        circuit: Circuit | None = None,
    ) -> None:
        circuit = circuit or Circuit()
        super().__init__(motor, step_s, added_inertia_kg_m2, circuit)
        self._period_s = 1.0 / circuit.pwm_hz
        kt = motor.torque_constant_nm_a
        settles_s = self.inertia_kg_m2 / (motor.viscous_nm_s + kt * kt / self._base_ohm)
        self._parts = max(2, math.ceil(PARTS * step_s / settles_s))

    def step(self, duty: float, source_v: float) -> None:
        if duty <= 0.0 or self.open_circuit or source_v <= 0.0:
            self.coast()
            return
        emf_v = 0.0 if self.blocked else self.parameters.torque_constant_nm_a * self.speed_rad_s
        pulse = self._pulse(duty, source_v - self.supply_ohm * self.drawn_a, emf_v)
        if pulse is None:
            self._flow(duty, source_v)
        else:
            self._run_dry(duty, source_v - self.supply_ohm * self.drawn_a, pulse)

    def _pulse(self, duty: float, supply_v: float, emf_v: float) -> Pulse | None:
        """The settled pulse at a back-EMF; None when current flows all the time."""
        ohm, henry, period_s = self._base_ohm, self.parameters.inductance_h, self._period_s
        tau_s, on_s = henry / ohm, duty * period_s
        up_a, down_a = (supply_v - emf_v) / ohm, (emf_v + DIODE_V) / ohm
        if up_a <= 0.0:
            return Pulse(0.0, 0.0, 0.0, 0.0)
        risen = -math.expm1(-on_s / tau_s)
        top_a = up_a * risen
        off_s = tau_s * math.log1p(top_a / down_a)
        if off_s >= period_s - on_s:
            return None
        fallen = top_a / (top_a + down_a)
        charge_on = up_a * (on_s - tau_s * risen)
        charge_off = tau_s * top_a - down_a * off_s
        square = up_a**2 * (on_s - tau_s * risen * (1.0 + risen / 2))
        above = (top_a + down_a) * fallen
        square += tau_s * above * ((top_a + down_a) * (2.0 - fallen) / 2 - 2 * down_a) + down_a**2 * off_s
        return Pulse((charge_on + charge_off) / period_s, charge_on / period_s, square / period_s, top_a)

    def _flow(self, duty: float, source_v: float) -> None:
        """Current all the time: the linear step at the mean voltage."""
        bridge_v, swing_v = source_v - (1.0 - duty) / duty * DIODE_V, source_v + DIODE_V
        super().step(duty, bridge_v)
        self.current_a = max(0.0, self.current_a)
        # Ripple goes with the swing at the winding, which is the drop wider than the supply.
        above, heat = self._ripples[int(duty * DUTIES + 0.5)]
        self.peak_current_a += above * (swing_v - bridge_v)
        self.drawn_a += heat * (swing_v - bridge_v)
        self._ripple_j += heat * (swing_v**2 - bridge_v**2) * self.step_s
        lost_j = DIODE_V * max(0.0, self.mean_current_a - self.drawn_a) * self.step_s
        self._given_j += lost_j
        self.meters.driver_j += lost_j

    def _run_dry(self, duty: float, supply_v: float, pulse: Pulse) -> None:
        """Current in pulses: the speed alone is integrated, by midpoints."""
        self._given_j -= self._field_j()  # the winding's store follows the mean current; see _show
        speed = self.speed_rad_s
        start = pulse.amps * self._base_ohm < self._start_v
        if self.blocked or (speed == 0.0 and start) or self._stalls(pulse.amps * self._base_ohm, speed):
            self._hold(speed)
            self.blocked_steps += self.blocked
            self._add(pulse, supply_v, self.step_s)
            self._show(pulse, pulse.amps, pulse.drawn_a)
            return
        part_s = self.step_s / self._parts
        charge = drawn = peak = 0.0
        for _ in range(self._parts):
            half = max(0.0, speed + self._pull(pulse.amps, speed) * part_s / 2)
            pulse = self._settled(duty, supply_v, half)
            after = max(0.0, speed + self._pull(pulse.amps, half) * part_s)
            self._turned_rad += half * part_s
            self._w2 += half * half * part_s
            self._add(pulse, supply_v, part_s)
            charge += pulse.amps * part_s
            drawn += pulse.drawn_a * part_s
            peak = max(peak, pulse.peak_a)
            speed = after
            pulse = self._settled(duty, supply_v, speed)
        self.speed_rad_s = speed
        self._show(pulse._replace(peak_a=max(peak, pulse.peak_a)), charge / self.step_s, drawn / self.step_s)

    def _settled(self, duty: float, supply_v: float, speed: float) -> Pulse:
        """The pulse at a speed; with current all the time, its mean alone."""
        emf_v = self.parameters.torque_constant_nm_a * speed
        pulse = self._pulse(duty, supply_v, emf_v)
        if pulse is not None:
            return pulse
        amps = (duty * supply_v - (1.0 - duty) * DIODE_V - emf_v) / self._base_ohm
        return Pulse(amps, duty * amps, amps * amps, amps)

    def _pull(self, amps: float, speed: float) -> float:
        """dw/dt."""
        torque = self.parameters.torque_constant_nm_a * amps - self.viscous_nm_s * speed - self._torque_nm
        return torque / self.inertia_kg_m2

    def _add(self, pulse: Pulse, supply_v: float, time_s: float) -> None:
        square = pulse.square_a2 * time_s
        self._i2 += square
        self._ohmic_j += self._base_ohm * square
        self._given_j += supply_v * pulse.drawn_a * time_s
        self.meters.driver_j += DIODE_V * (pulse.amps - pulse.drawn_a) * time_s

    def _show(self, pulse: Pulse, mean_a: float, drawn_a: float) -> None:
        self.current_a = pulse.amps
        self.peak_current_a, self.mean_current_a, self.drawn_a = pulse.peak_a, mean_a, drawn_a
        self._given_j += self._field_j()

    def _field_j(self) -> float:
        return self.parameters.inductance_h * self.current_a**2 / 2
