"""A percussion head: what the press of the hand costs the motor, and when it stops it.

The crank pushes the tissue out over half a turn and takes nothing back on the other half:

    torque at the motor shaft = F (stroke / 2) sin(angle / gear) / gear on the way out, 0 on the way back

Over a turn that is a mean of F stroke / (2 pi gear), which the motor carries as a load. It stalls
when neither motor torque nor the energy of its rotor brings it through the way out:

    d(J w^2 / 2) / d angle = Kt (V - Kt w) / R - Tc - b w - torque(angle)  reaches zero

Source: energy balance of a slider crank with a long rod; S of the stroke in profiles. Not modelled:
the tissue's own spring and damping (the force is constant), the angle itself (speed is a mean).
"""

from __future__ import annotations

import math

from programs.hardware import PercussionHead

PARTS = 32  # of the way out; twice as many change a stall speed by under 2 % (E)
HALVINGS = 12  # of a range in which a limit is looked for: to 1/4096 of it
TABLE = 24  # voltages for which the stall speed is kept


def crank_inertia_kg_m2(moving_mass_kg: float, stroke_m: float, gear_ratio: float) -> float:
    """What a mass moved to and fro by a crank adds at the motor shaft, averaged over a turn."""
    return moving_mass_kg * (stroke_m / 2) ** 2 / 2 / gear_ratio**2


def crank_load_nm(pressing_force_n: float, stroke_m: float, gear_ratio: float) -> float:
    """Mean torque at the motor shaft of a head pressed on with ``pressing_force_n``.

    Work of one outward stroke, force x stroke, spread over a turn; what the tissue gives back on
    the return is taken as lost.
    """
    return pressing_force_n * stroke_m / (2 * math.pi * gear_ratio)


def strokes_per_min(speed_rad_s: float, gear_ratio: float) -> float:
    """Strokes per minute of a crank behind ``gear_ratio``: one stroke a turn."""
    return speed_rad_s / gear_ratio * 30.0 / math.pi


class Crank:
    """The limits of one head at one press.

    It starts at ``start_v`` and cannot stall from ``never_stalls_v`` on; below that it stalls when
    slower than ``stall_speed(volts)``. ``wear`` multiplies friction and start voltage.
    """

    def __init__(
        self, head: PercussionHead, resistance_ohm: float, pressing_force_n: float, wear: float = 1.0
    ) -> None:
        self._kt, self._ohm = head.torque_constant_nm_a, resistance_ohm
        self._tc, self._viscous = head.coulomb_nm * wear, head.viscous_nm_s * wear
        self._gear = head.gear_ratio
        added = crank_inertia_kg_m2(head.moving_mass_kg, head.stroke_m, head.gear_ratio)
        self._inertia = head.inertia_kg_m2 + added
        self.load_nm = crank_load_nm(pressing_force_n, head.stroke_m, head.gear_ratio)
        self.peak_nm = pressing_force_n * head.stroke_m / 2 / head.gear_ratio
        self.never_stalls_v = self._least_start_v() if pressing_force_n > 0.0 else 0.0
        self.start_v = max(head.start_voltage_v * wear, self.never_stalls_v)
        self._speeds: list[float] = []

    def passes(self, volts: float, speed_rad_s: float) -> bool:
        """Whether it comes through the way out, from the inner dead point at ``speed_rad_s``."""
        part = math.pi / PARTS
        step_rad = part * self._gear
        energy = self._inertia * speed_rad_s**2 / 2
        for k in range(PARTS):
            load = self.peak_nm * math.sin((k + 0.5) * part)
            half = energy + self._torque(volts, energy, load) * step_rad / 2
            energy += self._torque(volts, max(0.0, half), load) * step_rad
            if energy <= 0.0:
                return False
        return True

    def _torque(self, volts: float, energy: float, load: float) -> float:
        speed = math.sqrt(2 * energy / self._inertia)
        return self._kt * (volts - self._kt * speed) / self._ohm - self._tc - self._viscous * speed - load

    def _least_start_v(self) -> float:
        """The voltage at which it comes through the way out from rest."""
        low, high = 0.0, (self.peak_nm + self._tc) * self._ohm / self._kt  # turns it at any angle
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if self.passes(middle, 0.0) else (middle, high)
        return high

    def stall_speed(self, volts: float) -> float:
        """Below this speed, rad/s, it stalls at ``volts`` < ``never_stalls_v``."""
        if not self._speeds:
            self._speeds = [self._least_speed(k / TABLE * self.never_stalls_v) for k in range(TABLE + 1)]
        place = volts / self.never_stalls_v * TABLE
        k = min(int(place), TABLE - 1)
        low, high = self._speeds[k], self._speeds[k + 1]
        return low + (high - low) * (place - k)

    def _least_speed(self, volts: float) -> float:
        if self.passes(volts, 0.0):
            return 0.0
        low, high = 0.0, 1.0
        while not self.passes(volts, high):
            low, high = high, 2 * high
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if self.passes(volts, middle) else (middle, high)
        return high
