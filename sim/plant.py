"""What a rig does with its duties: supply, motors with their heads, heater on skin. No limits, no code.

Rules kept here:

1. The plant moves in steps of 10 ms, whatever the device's tick; the heat chain, which is slow, in
   steps of 100 ms with their mean power; battery charge and winding temperatures once a second. No
   energy is lost between them.
2. The sag that a motor makes is part of its own equations, so that an inrush is right within its
   step; what other loads draw is known to it one step late.
3. The power of motors and heater passes ENABLE; the heater's also passes a thermal cut-off that
   does not reset itself. Both are hardware: no code can override them.
4. A braking motor feeds the other loads, never the supply: what is left is burnt in the bridge.
"""

from __future__ import annotations

import math

from programs.profile import Profile
from sim.battery import HALF
from sim.head import MotorOutput
from sim.heat import PadOnSkin
from sim.motor_state import SETTLE_S
from sim.person import Person
from sim.supply import Supply

STEP_MS = 10
HEAT_STEP_MS = 100
CUT_OFF_C = 47.0  # opens at or below 50 C with its tolerance of 3 K (safety.md, thermal cut-off)
DUTY_TOP = 65535.0


class Plant:
    """Every physical part of one rig. ``charge`` is a battery's state of charge at the start, 0..1.

    ``duties`` are the 16-bit duties of the outputs in the profile's order, written by the board.
    After ``step(enabled)``: ``current_a`` and ``supply_v`` (means of the step), ``peak_current_a``,
    ``pad_c`` and ``skin_c`` (NaN without a heater), the motors, ``supply``, and ``heat`` (None
    without one). ``seconds`` holds what changes once a second: winding temperatures, then charge.
    """

    def __init__(
        self, profile: Profile, person: Person | None = None, *, charge: float = HALF, step_ms: int = STEP_MS
    ) -> None:
        if step_ms < 1 or HEAT_STEP_MS % step_ms:
            raise ValueError(f"step_ms is {step_ms}; it must divide {HEAT_STEP_MS}.")
        person = person or Person()
        self.step_s = step_ms / 1000
        self.duties = [0] * len(profile.outputs)
        self.supply = supply = Supply(profile.supply, charge)
        self._idle_a = supply.idle_a
        self.current_a = self.peak_current_a = supply.idle_a
        self.supply_v = supply.source_v - supply.idle_a * supply.resistance_ohm
        self.motors = tuple(
            MotorOutput(output, index, person, supply.resistance_ohm, self.step_s)
            for index, output in enumerate(profile.outputs)
            if output.head != "heater"
        )
        self._pairs = tuple((each.index, each.motor) for each in self.motors)
        self.given_j = 0.0  # by the source, before what is lost inside the supply
        self.idle_j = self.heater_j = self.burnt_j = 0.0
        self._sum_a = self._sum_a2 = 0.0
        self._second_steps = self._second_at = round(SETTLE_S / self.step_s)
        self.seconds: list[float] = []
        self._show_seconds()
        self._set_up_heat(profile, person, step_ms)

    def _set_up_heat(self, profile: Profile, person: Person, step_ms: int) -> None:
        self.heat: PadOnSkin | None = None
        self.pad_c = self.skin_c = math.nan  # without a heater there is neither
        self.heater_index = -1
        self.heater_stuck_on = self.heater_stuck_off = False
        self.cut_off_open = False
        self.heater_w = 0.0  # of the last step
        self.stuck_j = 0.0  # heat that only a shorted transistor let through
        self._heat_j = 0.0
        self._heat_at = self._heat_steps = HEAT_STEP_MS // step_ms
        self._heater_ohm = 1.0
        for index, output in enumerate(profile.outputs):
            if output.heater is not None:
                self.heater_index = index
                self.heat = PadOnSkin(output.heater, person, HEAT_STEP_MS / 1000)
                self._heater_ohm = profile.supply.volts**2 / output.heater.power_w
                self.pad_c, self.skin_c = self.heat.pad_c, self.heat.skin_c

    def step(self, enabled: bool) -> None:
        """Let one step pass. ``enabled``: whether ENABLE lets power through."""
        supply = self.supply
        powerless = supply.powerless
        if powerless:
            enabled = False
        source_v, ohm = supply.source_v, supply.resistance_ohm
        current = peak = self._idle_a
        if enabled:
            duties, before_a = self.duties, self.current_a
            for index, motor in self._pairs:
                duty = duties[index] / DUTY_TOP
                if duty or motor.speed_rad_s or motor.current_a:
                    motor.step(duty, source_v - ohm * (before_a - motor.drawn_a))
                    current += motor.drawn_a
                    peak += duty * motor.peak_current_a
        else:
            for _, motor in self._pairs:
                motor.coast()
        if self.heat is not None:
            drawn_a = self._step_heat(self.supply_v, enabled)
            current += drawn_a
            peak += drawn_a
        if current < 0.0:
            self.burnt_j -= current * source_v * self.step_s
            current = 0.0
        if powerless:
            self.current_a = self.peak_current_a = self.supply_v = 0.0
        else:
            self.current_a = current
            self.peak_current_a = peak
            self.supply_v = source_v - ohm * current
            self._sum_a += current
            self._sum_a2 += current * current
        self._second_at -= 1
        if not self._second_at:
            self._turn_second()

    def _step_heat(self, supply_v: float, enabled: bool) -> float:
        """The heater's mean current; moves the heat chain when its turn has come."""
        drawn_a = self.heater_w = 0.0
        if enabled and not self.cut_off_open and not self.heater_stuck_off:
            asked = self.duties[self.heater_index] / DUTY_TOP
            drawn_a = (1.0 if self.heater_stuck_on else asked) * supply_v / self._heater_ohm
            self.heater_w = drawn_a * supply_v
            self._heat_j += self.heater_w * self.step_s
            if self.heater_stuck_on:
                self.stuck_j += (1.0 - asked) * self.heater_w * self.step_s
        self._heat_at -= 1
        if not self._heat_at:
            self._turn_heat()
        return drawn_a

    def _turn_heat(self) -> None:
        heat = self.heat
        assert heat is not None  # only called with a heater
        heat.step(self._heat_j / heat.step_s)
        self.heater_j += self._heat_j
        self._heat_j = 0.0
        self._heat_at = self._heat_steps
        self.pad_c, self.skin_c = heat.pad_c, heat.skin_c
        if heat.pad_c >= CUT_OFF_C:
            self.cut_off_open = True

    def _turn_second(self) -> None:
        """What is slow: battery, windings, energy."""
        supply, steps = self.supply, self._second_steps
        mean_a, square = self._sum_a / steps, self._sum_a2 / steps
        self.given_j += supply.source_v * mean_a * SETTLE_S
        self.idle_j += self._idle_a * (supply.source_v - supply.resistance_ohm * mean_a) * SETTLE_S
        supply.settle(mean_a, square, SETTLE_S)
        for _, motor in self._pairs:
            motor.settle()
            motor.supply_ohm = supply.resistance_ohm
        self._sum_a = self._sum_a2 = 0.0
        self._second_at = steps
        self._show_seconds()

    def _show_seconds(self) -> None:
        charge = [self.supply.charge] if self.supply.battery is not None else []
        self.seconds[:] = [*(motor.winding_c for _, motor in self._pairs), *charge]
