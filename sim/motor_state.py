"""What a motor is and where it stands: parameters, readings, what faults may set, energy.

The stepping is in :mod:`sim.motor`, which says the equations. Rules kept here:

1. Resistance follows the winding's temperature, where the profile says how the motor warms; both
   are brought up to date once a second, since a winding takes 10 s and more.
2. Energy is counted from the motion itself (integrals of i^2, w and w^2), not from what is missing,
   so that the balance is a proof. What flows in is heat in copper, driver and friction, work on the
   load, or stored.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from programs.hardware import MotorHeat
from sim.modes import Equations, Modes, modes
from sim.winding import COPPER_1_K, PWM_HZ, RATED_C, Warmth, ripple_table

RAD_S_TO_RPM = 30.0 / math.pi
SETTLE_S = 1.0  # between two calls of ``settle`` (E)
STEPS_OF_R = 1000.0  # modes are kept for effective resistances 0.1 % apart (E)


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


@dataclass(frozen=True, slots=True)
class Circuit:
    """What lies between a motor and an ideal source, and around it."""

    supply_ohm: float = 0.0
    driver_ohm: float = 0.0
    pwm_hz: float = PWM_HZ
    heat: MotorHeat | None = None
    air_c: float = RATED_C


class Stall(Protocol):
    """What a head says of starting and stalling (:class:`sim.crank.Crank`)."""

    @property
    def start_v(self) -> float: ...
    @property
    def never_stalls_v(self) -> float: ...
    def stall_speed(self, volts: float) -> float: ...


@dataclass(slots=True)
class Meters:
    """Energy of one motor since the start, in joules: what the supply gave, and where it went."""

    in_j: float = 0.0  # at the supply's terminals
    copper_j: float = 0.0  # in the winding, ripple included
    driver_j: float = 0.0  # in its switches and diodes
    viscous_j: float = 0.0
    coulomb_j: float = 0.0
    load_j: float = 0.0  # work on what it moves, and on whoever holds the shaft
    supply_j: float = 0.0  # that its current lost inside the supply, not part of in_j

    @property
    def out_j(self) -> float:
        return self.copper_j + self.driver_j + self.viscous_j + self.coulomb_j + self.load_j


class MotorState:
    """One motor at one moment.

    ``added_inertia_kg_m2`` is what the head adds at the shaft. At any time may be set: ``load_nm``,
    ``blocked`` (the shaft is held), ``open_circuit`` (a broken wire), ``wear`` (multiplies friction
    and start voltage), ``supply_ohm``. Means and peaks are those of the last step; ``drawn_a`` is
    what the supply gave.
    """

    def __init__(
        self,
        motor: MotorParameters,
        step_s: float,
        added_inertia_kg_m2: float = 0.0,
        circuit: Circuit | None = None,
    ) -> None:
        circuit = circuit or Circuit()
        self.parameters, self.step_s, self.driver_ohm = motor, step_s, circuit.driver_ohm
        self.inertia_kg_m2 = motor.inertia_kg_m2 + added_inertia_kg_m2
        self.warmth = Warmth(circuit.heat, circuit.air_c, SETTLE_S) if circuit.heat is not None else None
        self._stall: Stall | None = None
        self._stall_for: Callable[[float], Stall] | None = None
        self.speed_rad_s = self.current_a = 0.0
        self.mean_current_a = self.peak_current_a = self.drawn_a = 0.0
        self.blocked_steps = 0  # steps in which a held shaft was driven
        self.blocked = self.open_circuit = False
        self.meters = Meters()
        self.supply_ohm, self._wear, self._load_nm = circuit.supply_ohm, 1.0, 0.0
        all_ohm = motor.resistance_ohm + circuit.driver_ohm
        self._ripples = ripple_table(all_ohm, motor.inductance_h, circuit.pwm_hz)
        self._per_ohm = STEPS_OF_R / all_ohm
        self._modes: dict[int, Modes] = {}
        self._i2 = self._turned_rad = self._w2 = 0.0  # integrals of i^2, w, w^2 since the last settling
        self._given_j = self._ohmic_j = self._ripple_j = 0.0
        self._warm_up()
        self._set_up()

    def _warm_up(self) -> None:
        """The winding's resistance at its temperature."""
        warmth, ohm = self.warmth, self.parameters.resistance_ohm
        self.resistance_ohm = ohm
        if warmth is not None:
            self.resistance_ohm = ohm * (1.0 + COPPER_1_K * (warmth.winding_c - RATED_C))
        self._base_ohm = self.resistance_ohm + self.driver_ohm

    def _set_up(self) -> None:
        """What follows from wear and load."""
        motor = self.parameters
        self.viscous_nm_s = motor.viscous_nm_s * self._wear
        self.coulomb_nm = motor.coulomb_nm * self._wear
        self._torque_nm = self.coulomb_nm + self._load_nm
        self._start_v = motor.start_voltage_v * self._wear
        self._stall_v = 0.0  # above it nothing stalls
        if self._stall_for is None:  # a load that the motor cannot carry at rest keeps it there
            needed_v = self._torque_nm * self._base_ohm / motor.torque_constant_nm_a
            self._start_v = max(self._start_v, needed_v)

    @property
    def speed_rpm(self) -> float:
        return self.speed_rad_s * RAD_S_TO_RPM

    @property
    def winding_c(self) -> float:
        """NaN where the profile does not say how the motor warms."""
        return self.warmth.winding_c if self.warmth is not None else math.nan

    @property
    def housing_c(self) -> float:
        return self.warmth.housing_c if self.warmth is not None else math.nan

    @property
    def wear(self) -> float:
        return self._wear

    @wear.setter
    def wear(self, factor: float) -> None:
        self._change(factor, self._load_nm)

    @property
    def load_nm(self) -> float:
        return self._load_nm

    @load_nm.setter
    def load_nm(self, torque_nm: float) -> None:
        self._change(self._wear, torque_nm)

    def press(self, load_nm: float, stall_for: Callable[[float], Stall]) -> None:
        """Put a head's load on the shaft, with what it says of starting and stalling at a wear."""
        self._stall_for = stall_for
        self._change(self._wear, load_nm)

    def _change(self, wear: float, load_nm: float) -> None:
        self._account()
        self._wear, self._load_nm = wear, load_nm
        self._modes.clear()
        self._set_up()
        if self._stall_for is not None:
            self._stall = stall = self._stall_for(wear)
            self._start_v, self._stall_v = stall.start_v, stall.never_stalls_v

    @property
    def stored_j(self) -> float:
        """In the rotor and in the winding's field."""
        field_j = self.parameters.inductance_h * self.current_a**2 / 2
        return self.inertia_kg_m2 * self.speed_rad_s**2 / 2 + field_j

    def settle(self) -> None:
        """Account for the second that has passed: energy, temperatures and what follows from them."""
        before_j = self.meters.copper_j
        self._account()
        if self.warmth is not None:
            self.warmth.step((self.meters.copper_j - before_j) / SETTLE_S)
            self._warm_up()

    def _account(self) -> None:
        """Turn the integrals since the last time into energy."""
        m = self.meters
        sag_j = self._ohmic_j - self._base_ohm * self._i2
        copper = self.resistance_ohm / self._base_ohm
        m.in_j += self._given_j - sag_j + self._ripple_j
        m.supply_j += sag_j
        m.copper_j += self.resistance_ohm * self._i2 + copper * self._ripple_j
        m.driver_j += self.driver_ohm * self._i2 + (1.0 - copper) * self._ripple_j
        m.viscous_j += self.viscous_nm_s * self._w2
        m.coulomb_j += self.coulomb_nm * self._turned_rad
        m.load_j += self._load_nm * self._turned_rad
        self._i2 = self._turned_rad = self._w2 = 0.0
        self._given_j = self._ohmic_j = self._ripple_j = 0.0

    def _modes_at(self, key: int) -> Modes:
        """The modes at an effective resistance, in steps of 0.1 %; worked out when first wanted."""
        motor = self.parameters
        made = self._modes[key] = modes(
            Equations(
                resistance_ohm=key / self._per_ohm,
                inductance_h=motor.inductance_h,
                torque_constant_nm_a=motor.torque_constant_nm_a,
                inertia_kg_m2=self.inertia_kg_m2,
                viscous_nm_s=self.viscous_nm_s,
                torque_nm=self._torque_nm,
            ),
            self.step_s,
        )
        return made
