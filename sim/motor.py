"""A brushed DC motor behind a half bridge, and the two heads it turns.

    V = R i + L di/dt + Ke w          J dw/dt = Kt i - b w - Tc - load          (Ke = Kt in SI)

Source: safety.md, "Motors"; any textbook. Rules kept here:

1. While the motor turns and current flows the equations are linear, so a step is exact for any
   length (the matrix exponential is worked out once). Explicit Euler on the current is unstable.
2. The half bridge holds the winding at duty x supply both ways, so duty 0 brakes the motor
   through its own winding. Without power (ENABLE open) it coasts: no current, friction alone.
3. At rest the motor needs ``start_voltage_v``, which lies above the lowest voltage at which it
   keeps turning, R Tc / Kt: hysteresis. Friction only ever stops it.
4. The peak current within a step is found from the closed form, since the end of a step misses it.

PWM enters as its mean: duty x supply voltage (10-25 kHz against 0.1 ms of winding and more).
Not modelled here: winding heat, brush drop, ripple of the commutator.
"""

from __future__ import annotations

import math
from typing import Protocol

RAD_S_TO_RPM = 30.0 / math.pi
Matrix = tuple[tuple[float, float], tuple[float, float]]


class MotorParameters(Protocol):
    """What a profile says of a motor."""

    @property
    def resistance_ohm(self) -> float: ...
    @property
    def inductance_h(self) -> float: ...
    @property
    def torque_constant_nm_a(self) -> float: ...
    @property
    def inertia_kg_m2(self) -> float: ...
    @property
    def viscous_nm_s(self) -> float: ...
    @property
    def coulomb_nm(self) -> float: ...
    @property
    def start_voltage_v(self) -> float: ...


class Motor:
    """One motor: ``step(volts)`` moves it by ``step_s``; ``speed_rad_s`` and ``current_a`` say where it is.

    ``added_inertia_kg_m2`` is what the head adds at the shaft. ``load_nm`` may be set at any time;
    ``blocked`` holds the shaft still.
    """

    def __init__(self, motor: MotorParameters, step_s: float, added_inertia_kg_m2: float = 0.0) -> None:
        self.resistance_ohm = motor.resistance_ohm
        self.inductance_h = motor.inductance_h
        self.torque_constant_nm_a = motor.torque_constant_nm_a
        self.coulomb_nm = motor.coulomb_nm
        self.start_voltage_v = motor.start_voltage_v
        self.step_s = step_s
        self.load_nm = 0.0
        self.blocked = False
        self.blocked_steps = 0  # steps in which a held shaft was driven
        self.speed_rad_s = 0.0
        self.current_a = 0.0
        self.peak_current_a = 0.0  # of the last step
        inertia = motor.inertia_kg_m2 + added_inertia_kg_m2
        self._set_up_coasting(motor.viscous_nm_s, inertia)
        self._set_up_driven(motor.viscous_nm_s, inertia)

    def _set_up_coasting(self, viscous: float, inertia: float) -> None:
        """w' = -(b w + T) / J over one step: w -> decay w - drop T."""
        self._coast_decay = math.exp(-viscous * self.step_s / inertia)
        self._coast_drop = (1.0 - self._coast_decay) / viscous if viscous > 0 else self.step_s / inertia
        self._still_decay = math.exp(-self.resistance_ohm * self.step_s / self.inductance_h)

    def _set_up_driven(self, viscous: float, inertia: float) -> None:
        """x' = A x + B u with x = (i, w), u = (V, T): x -> P x + G u, G = A^-1 (P - 1) B."""
        a: Matrix = (
            (-self.resistance_ohm / self.inductance_h, -self.torque_constant_nm_a / self.inductance_h),
            (self.torque_constant_nm_a / inertia, -viscous / inertia),
        )
        trace, determinant = a[0][0] + a[1][1], a[0][0] * a[1][1] - a[0][1] * a[1][0]
        spread = trace * trace / 4 - determinant
        root = math.sqrt(abs(spread))
        self._eigen = (trace / 2 + root, trace / 2 - root) if spread > 0 else None
        (self._p_ii, self._p_iw), (self._p_wi, self._p_ww) = p = _exponential(a, self.step_s)
        b_v, b_t = 1.0 / self.inductance_h, -1.0 / inertia
        ((e, f), (g, h)) = p
        e, h = e - 1.0, h - 1.0  # P - 1, then A^-1 from the left
        m: Matrix = (
            ((a[1][1] * e - a[0][1] * g) / determinant, (a[1][1] * f - a[0][1] * h) / determinant),
            ((a[0][0] * g - a[1][0] * e) / determinant, (a[0][0] * h - a[1][0] * f) / determinant),
        )
        self._g_iv, self._g_it = m[0][0] * b_v, m[0][1] * b_t
        self._g_wv, self._g_wt = m[1][0] * b_v, m[1][1] * b_t
        # Where it all settles: (i, w) = S (V, T), S = -A^-1 B; the current is needed for the peak.
        self._s_iv, self._s_it = -a[1][1] * b_v / determinant, a[0][1] * b_t / determinant

    @property
    def speed_rpm(self) -> float:
        return self.speed_rad_s * RAD_S_TO_RPM

    def step(self, volts: float) -> None:
        """One step at a mean voltage of ``volts`` >= 0."""
        speed = self.speed_rad_s
        current = self.current_a
        if self.blocked:
            self.speed_rad_s = speed = 0.0
            self.blocked_steps += volts > 0.0
        if speed == 0.0 and (self.blocked or volts < self.start_voltage_v):
            self._stand_still(volts, current)
            return
        torque = self.coulomb_nm + self.load_nm
        after = self._p_ii * current + self._p_iw * speed + self._g_iv * volts + self._g_it * torque
        self._record_peak(volts, torque, current, speed, after)
        turned = self._p_wi * current + self._p_ww * speed + self._g_wv * volts + self._g_wt * torque
        self.current_a = after
        if turned <= 0.0:
            turned = 0.0
        self.speed_rad_s = turned

    def _stand_still(self, volts: float, current: float) -> None:
        """The shaft does not turn: only the winding charges."""
        settled = volts / self.resistance_ohm
        after = settled + (current - settled) * self._still_decay
        if after < 1e-9:
            after = 0.0
        self.current_a = after
        self.peak_current_a = after if after > current else current

    def coast(self) -> None:
        """One step with the bridge without power: no current, friction alone."""
        torque = self.coulomb_nm + self.load_nm
        after = self.speed_rad_s * self._coast_decay - torque * self._coast_drop
        self.speed_rad_s = after if after > 0.0 and not self.blocked else 0.0
        self.current_a = self.peak_current_a = 0.0

    def _record_peak(self, volts: float, torque: float, current: float, speed: float, after: float) -> None:
        """The greatest current inside this step: where di/dt = 0 of the two exponentials."""
        peak = after if after > current else current
        slope = (
            volts - self.resistance_ohm * current - self.torque_constant_nm_a * speed
        ) / self.inductance_h
        eigen = self._eigen
        if slope > 0.0 and eigen is not None:
            slow, fast = eigen
            settled = self._s_iv * volts + self._s_it * torque
            of_fast = (slope - (current - settled) * slow) / (fast - slow)
            of_slow = current - settled - of_fast
            ratio = -of_fast * fast / (of_slow * slow) if of_slow else 0.0
            if ratio > 1e-300:
                at_s = math.log(ratio) / (slow - fast)
                if 0.0 < at_s < self.step_s:
                    inside = settled + of_slow * math.exp(slow * at_s) + of_fast * math.exp(fast * at_s)
                    if inside > peak:
                        peak = inside
        self.peak_current_a = peak


def _exponential(a: Matrix, step_s: float) -> Matrix:
    """exp(A step) of a 2 x 2 matrix in closed form, real or complex eigenvalues."""
    mean, determinant = (a[0][0] + a[1][1]) / 2, a[0][0] * a[1][1] - a[0][1] * a[1][0]
    spread = mean * mean - determinant
    root = math.sqrt(abs(spread))
    if spread > 0:  # as two decays, so that a fast winding cannot overflow cosh
        slow, fast = math.exp((mean + root) * step_s), math.exp((mean - root) * step_s)
        even, odd = (slow + fast) / 2, (slow - fast) / (2 * root)
    else:
        decay = math.exp(mean * step_s)
        even = decay * math.cos(root * step_s)
        odd = decay * (math.sin(root * step_s) / root if root else step_s)
    return (
        (even + odd * (a[0][0] - mean), odd * a[0][1]),
        (odd * a[1][0], even + odd * (a[1][1] - mean)),
    )


def erm_force_n(eccentric_kg_m: float, speed_rad_s: float) -> float:
    """Force of an eccentric mass: m r w^2.

    >>> round(erm_force_n(1e-6, 1000.0), 6)
    1.0
    """
    return eccentric_kg_m * speed_rad_s * speed_rad_s


def strokes_per_min(speed_rad_s: float, gear_ratio: float) -> float:
    """Strokes per minute of a crank behind ``gear_ratio``: one stroke a turn."""
    return speed_rad_s / gear_ratio * RAD_S_TO_RPM


def crank_inertia_kg_m2(moving_mass_kg: float, stroke_m: float, gear_ratio: float) -> float:
    """What a mass moved to and fro by a crank adds at the motor shaft, averaged over a turn."""
    return moving_mass_kg * (stroke_m / 2) ** 2 / 2 / gear_ratio**2


def crank_load_nm(pressing_force_n: float, stroke_m: float, gear_ratio: float) -> float:
    """Mean torque at the motor shaft of a head pressed on with ``pressing_force_n``.

    Work of one outward stroke, force x stroke, spread over a turn; what the tissue gives back on
    the return is taken as lost.
    """
    return pressing_force_n * stroke_m / (2 * math.pi * gear_ratio)
