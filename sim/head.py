"""A motor with the head it turns, as a profile describes it: an eccentric mass, or a crank.

    eccentric: force m r w^2 on the contact mass        crank: acceleration (stroke / 2) (w / gear)^2

Both accelerations are peaks of a sine at the speed of the moment. Source: safety.md, "Motors".
"""

from __future__ import annotations

from functools import partial

from programs.hardware import Output
from sim.crank import Crank, crank_inertia_kg_m2, crank_load_nm
from sim.low_side import LowSideMotor
from sim.motor import Circuit, Motor
from sim.person import Person
from sim.winding import PWM_HZ


def erm_force_n(eccentric_kg_m: float, speed_rad_s: float) -> float:
    """Force of an eccentric mass: m r w^2.

    >>> round(erm_force_n(1e-6, 1000.0), 6)
    1.0
    """
    return eccentric_kg_m * speed_rad_s * speed_rad_s


class MotorOutput:
    """A motor and its head, on the output ``index`` of the profile."""

    def __init__(
        self, output: Output, index: int, person: Person, supply_ohm: float, step_s: float = 0.01
    ) -> None:
        self.index = index
        self.name = output.name
        self.head = output.head
        parameters = output.motor
        if parameters is None:
            raise ValueError(
                f"Output {output.name!r} has no motor; give it [output.erm] or [output.percussion]."
            )
        kind = LowSideMotor if output.driver == "low-side" else Motor
        driver_ohm = output.driver_resistance_ohm or 0.0
        circuit = Circuit(supply_ohm, driver_ohm, output.pwm_hz or PWM_HZ, parameters.heat, person.ambient_c)
        if output.percussion is not None:
            crank = output.percussion
            shape = crank.stroke_m, crank.gear_ratio
            self.motor: Motor = kind(
                crank, step_s, crank_inertia_kg_m2(crank.moving_mass_kg, *shape), circuit
            )
            ohm = crank.resistance_ohm + driver_ohm
            self.motor.press(
                crank_load_nm(person.pressing_force_n, *shape),
                partial(Crank, crank, ohm, person.pressing_force_n),
            )
            self.peak_m_s2_per_speed2 = crank.stroke_m / 2 / crank.gear_ratio**2
        else:
            self.motor = kind(parameters, step_s, 0.0, circuit)
            mass_kg = output.erm.contact_mass_kg if output.erm is not None else 1.0
            self.peak_m_s2_per_speed2 = (
                erm_force_n(output.erm.eccentric_kg_m, 1.0) / mass_kg if output.erm else 0.0
            )

    @property
    def acceleration_m_s2(self) -> float:
        """Peak acceleration of an eccentric's contact mass, or of a crank's head."""
        return self.peak_m_s2_per_speed2 * self.motor.speed_rad_s**2
