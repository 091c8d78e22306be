"""What a rig does with its duties: supply, motors with their heads, heater on skin. No limits, no code.

Rules kept here:

1. The plant moves in steps of 10 ms, whatever the device's tick; the heat chain, which is slow,
   in steps of 100 ms with the mean power of ten of them, so no energy is lost between the two.
2. The supply sags by its internal resistance with the current of the step before (the resistance
   is a small part of any load's, so this settles within a step or two).
3. The power of motors and heater passes ENABLE; the heater's also passes a thermal cut-off that
   does not reset itself. Both are hardware: no code can override them.
"""

from __future__ import annotations

import math

from programs.profile import Output, Profile
from sim.heat import PadOnSkin
from sim.motor import Motor, crank_inertia_kg_m2, crank_load_nm
from sim.person import Person

STEP_MS = 10
STEP_S = STEP_MS / 1000
HEAT_STEPS = 10  # steps of the plant in one of the heat chain
CUT_OFF_C = 47.0  # opens at or below 50 C with its tolerance of 3 K (safety.md, thermal cut-off)
DUTY_TOP = 65535.0


class MotorOutput:
    """A motor, its head, and the duty that reaches it."""

    def __init__(self, output: Output, index: int, person: Person) -> None:
        self.index = index
        self.name = output.name
        self.head = output.head
        self.stall_force_n = float("inf")
        if output.percussion is not None:
            crank = output.percussion
            inertia = crank_inertia_kg_m2(crank.moving_mass_kg, crank.stroke_m, crank.gear_ratio)
            self.motor = Motor(crank, STEP_S, inertia)
            self.motor.load_nm = crank_load_nm(person.pressing_force_n, crank.stroke_m, crank.gear_ratio)
            self.motor.blocked = person.pressing_force_n >= crank.stall_force_n
        elif output.erm is not None:
            self.motor = Motor(output.erm, STEP_S)
        else:
            raise ValueError(
                f"Output {output.name!r} has no motor; give it [output.erm] or [output.percussion]."
            )


class Plant:
    """Every physical part of one rig.

    ``duties`` are the 16-bit duties of the outputs in the profile's order, written by the board.
    After ``step(enabled)``: ``current_a`` and ``supply_v`` (means of the step), ``peak_current_a``,
    ``pad_c`` and ``skin_c`` (NaN without a heater), the motors, and ``heat`` (None without one).
    """

    def __init__(self, profile: Profile, person: Person | None = None) -> None:
        person = person or Person()
        supply = profile.supply
        self.duties = [0] * len(profile.outputs)
        self.open_circuit_v = supply.volts
        self.internal_ohm = supply.internal_resistance_ohm
        self.idle_a = supply.idle_current_a
        self.supply_v = supply.volts - supply.idle_current_a * supply.internal_resistance_ohm
        self.current_a = supply.idle_current_a
        self.peak_current_a = self.current_a
        self.motors = tuple(
            MotorOutput(output, index, person)
            for index, output in enumerate(profile.outputs)
            if output.head != "heater"
        )
        self._pairs = tuple((each.index, each.motor) for each in self.motors)
        self._set_up_heat(profile, person)

    def _set_up_heat(self, profile: Profile, person: Person) -> None:
        self.heat: PadOnSkin | None = None
        self.pad_c = self.skin_c = math.nan  # without a heater there is neither
        self.heater_index = -1
        self.heater_stuck_on = False
        self.cut_off_open = False
        self.heater_w = 0.0  # of the last step
        self.stuck_j = 0.0  # heat that only a shorted transistor let through
        self._heat_j = 0.0
        self._heat_steps = 0
        self._heater_ohm = 1.0
        for index, output in enumerate(profile.outputs):
            if output.heater is not None:
                self.heater_index = index
                self.heat = PadOnSkin(output.heater, person, STEP_S * HEAT_STEPS)
                self._heater_ohm = profile.supply.volts**2 / output.heater.power_w
                self.pad_c, self.skin_c = self.heat.pad_c, self.heat.skin_c

    def step(self, enabled: bool) -> None:
        """Let 10 ms pass. ``enabled``: whether ENABLE lets power through."""
        supply_v = self.supply_v
        current = peak = self.idle_a
        duties = self.duties
        for index, motor in self._pairs:
            if enabled:
                duty = duties[index] / DUTY_TOP
                if duty or motor.speed_rad_s or motor.current_a:
                    motor.step(duty * supply_v)
                    current += duty * motor.current_a
                    peak += duty * motor.peak_current_a
            elif motor.speed_rad_s or motor.current_a:
                motor.coast()
        if self.heat is not None:
            drawn_a = self._step_heat(supply_v, enabled)
            current += drawn_a
            peak += drawn_a
        if current < 0.0:  # a braking motor feeds the others, never the supply
            current = 0.0
        self.current_a = current
        self.peak_current_a = peak
        self.supply_v = self.open_circuit_v - self.internal_ohm * current

    def _step_heat(self, supply_v: float, enabled: bool) -> float:
        """The heater's mean current; moves the heat chain when its turn has come."""
        drawn_a = self.heater_w = 0.0
        if enabled and not self.cut_off_open:
            asked = self.duties[self.heater_index] / DUTY_TOP
            drawn_a = (1.0 if self.heater_stuck_on else asked) * supply_v / self._heater_ohm
            self.heater_w = drawn_a * supply_v
            self._heat_j += self.heater_w * STEP_S
            if self.heater_stuck_on:
                self.stuck_j += (1.0 - asked) * self.heater_w * STEP_S
        self._heat_steps += 1
        if self._heat_steps == HEAT_STEPS:
            self._turn_heat()
        return drawn_a

    def _turn_heat(self) -> None:
        heat = self.heat
        assert heat is not None  # only called with a heater
        heat.step(self._heat_j / heat.step_s)
        self._heat_j = 0.0
        self._heat_steps = 0
        self.pad_c, self.skin_c = heat.pad_c, heat.skin_c
        if heat.pad_c >= CUT_OFF_C:
            self.cut_off_open = True
