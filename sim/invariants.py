"""What must hold at every tick of every simulated run, whatever was broken: checked beside the device.

Read from the board (the duties at its pins, ENABLE, the plant) and from the bytes that really reached
the device. Of the device itself only its state, its playhead and what it makes of its sensor are
believed, because the rules speak of them. Every number is restated here, with its reason. Levels are
in :mod:`sim.lawful`, heat in :mod:`sim.warmth`, what the device was told in :mod:`sim.hearing`.

A breach is noted once per invariant and channel, and is a bug of Thrum whatever was injected. Nothing
here acts on the run: a simulation with and without this module gives the same rows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from firmware_bridge.protocol.states import PAUSED, RUNNING, STOPPING
from sim.hearing import Hearing
from sim.lawful import Lawful
from sim.result import Violation
from sim.warmth import Warmth

if TYPE_CHECKING:
    from firmware_bridge.session import Session
    from programs.timeline import Timeline
    from sim.device import SimDevice

SILENCE_MS = 1300  # after the last changed token no motor moves: 1000 + ramp 200 + 10 ticks (design)
PAUSE_RAMP_MS = 210  # PAUSED: 150 by command, 200 by silence, one tick (design: PAUSE, dead-man)
STOP_RAMP_MS = 160  # STOPPING: 150 and one tick (design: STOP)
UNDERRUN_MS = 360  # ... and is at zero 250 ms later, and one tick (design: underrun)
GOES_ON_MS = 200  # whatever stood still for longer comes back from zero (between hold and hold + ramp)
ENABLE_MS = 200  # without a living device power drops within this (design: ENABLE one-shot)
JAMMED_MS = 1050  # ... or, its one-shot jammed, when the watchdog lets the pins go (design: watchdog 1 s)
LEAK_MS = 1200  # power while all is off: 100 until judged, 500 to judge, 200 ENABLE, and ramps (safety)
SLOW_MS = 100  # the heat chain moves, and the sensor is read, that often; what a motor has, it keeps
UNREAL = 1e9  # no quantity of a rig is that large: NaN and infinity fail this comparison
STEP_MS = 10  # of a sound device; one that is slower sees everything up to two steps later (design: tick)
MOTORS = "motors"


class Invariants:
    """``look(now_ms)`` after every tick, ``hear`` with what the device is given; then ``found``.

    ``jitter_ms``: how far the device's clock may be from the bench's at any tick; ``tolerant``: its
    parts are not exactly what its profile says.
    """

    def __init__(
        self,
        device: SimDevice,
        session: Session,
        timeline: Timeline,
        jitter_ms: int = 0,
        tolerant: bool = False,
    ) -> None:
        self.found: list[Violation] = []
        self.hearing = Hearing()
        self.hear = self.hearing.hear
        self._device, self._session = device, session
        self._board, self._plant = device.board, device.board.plant
        self._jitter_ms = jitter_ms
        self._duties = self._plant.duties
        self._lawful = Lawful(device.profile, timeline.ceilings)
        self._tops = self._lawful.tops
        self._heater = self._plant.heater_index
        self._pins = tuple(index for index in range(len(self._duties)) if index != self._heater)
        self._motors = tuple(each.motor for each in self._plant.motors)
        self._noted: set[tuple[str, str]] = set()
        heated = self._heater >= 0
        self._warmth = Warmth(device, timeline, tolerant, self._note) if heated else None
        self._controller = device.controller
        self._state = -1
        self._since_ms = 0  # in this state
        self._ticks = -1  # of the device
        self._alive_ms = 0  # when the device last finished a step
        self._late_ms = 0  # by how much a device that is slow may be late
        self._before = list(self._duties)
        self._resumed = (-1, 0)  # session and number of the RESUME that was last used up
        self._playhead_ms = -1
        self._moved_ms = 0
        self._slow_ms = 0

    def look(self, now_ms: int) -> None:
        """After the device's tick: everything, in the order of what is cheap."""
        plant, controller = self._plant, self._device.controller
        state = controller.state
        if controller.ticks != self._ticks or controller is not self._controller:
            self._ticks, self._controller = controller.ticks, controller
            self._late_ms = 2 * (now_ms - self._alive_ms - STEP_MS) + self._jitter_ms
            if state != self._state:
                self._enter(state, now_ms)
            if state == RUNNING:
                self._running(controller, now_ms)
            elif state in (PAUSED, STOPPING):
                self._ramping(now_ms)
            else:
                self._resting(now_ms)
            self._alive_ms = now_ms
            self._before = self._duties[:]
        elif now_ms - self._alive_ms > ENABLE_MS and self._board.powered:
            self._dead(now_ms)
        if now_ms - self.hearing.token_ms > SILENCE_MS + self._late_ms:
            self._silent(now_ms)
        real = plant.current_a + plant.peak_current_a + plant.supply_v
        if not -UNREAL < real < UNREAL:
            self._note("not_a_number", now_ms, "plant", real, UNREAL)
        if now_ms - self._slow_ms >= SLOW_MS:
            self._slowly(now_ms)

    def _note(self, invariant: str, now_ms: int, channel: str, value: float, allowed: float) -> None:
        if (invariant, channel) in self._noted:
            return
        self._noted.add((invariant, channel))
        t_s = round((now_ms - max(0, self._device.start_ms)) / 1000, 3)
        value = float(value) if math.isfinite(value) else -1.0  # JSON has no NaN
        self.found.append(Violation(invariant, t_s, channel, round(value, 4), float(allowed)))

    def _name(self, index: int) -> str:
        return self._device.profile.outputs[index].name

    def _dead(self, now_ms: int) -> None:
        """No step for a while: the one-shot has dropped the power, or the watchdog has."""
        allowed_ms = JAMMED_MS if self._board.jammed else ENABLE_MS
        if now_ms - self._alive_ms > allowed_ms and not self._out_of_reach():
            self._note("device_dead", now_ms, MOTORS, now_ms - self._alive_ms, allowed_ms)

    def _out_of_reach(self) -> bool:
        return self._warmth is not None and self._warmth.out_of_reach()

    # -- by state -------------------------------------------------------------------------------

    def _enter(self, state: int, now_ms: int) -> None:
        self._state, self._since_ms = state, now_ms
        if state != RUNNING:
            return
        hearing = self.hearing
        session, used = self._resumed
        if (hearing.session == session and hearing.resume_cmd <= used) or not hearing.resume_cmd:
            self._note("by_itself", now_ms, MOTORS, hearing.resume_cmd, used + 1)
        self._resumed = (hearing.session, hearing.resume_cmd)
        timeline = self._session.planned
        assert timeline is not None  # nobody else sends RESUME here
        self._lawful.begin(timeline)
        self._playhead_ms, self._moved_ms = 0, self._alive_ms
        if self._warmth is not None:
            self._warmth.begin(now_ms)

    def _running(self, controller, now_ms: int) -> None:  # type: ignore[no-untyped-def]
        playhead_ms = controller.player.playhead_ms
        duties, lawful = self._duties, self._lawful
        if playhead_ms == self._playhead_ms:
            self._standing(now_ms)
        else:
            if now_ms - self._moved_ms > GOES_ON_MS:
                lawful.from_zero()
            if not lawful.settled or not lawful.from_ms <= playhead_ms < lawful.until_ms:
                lawful.at(playhead_ms, now_ms - self._alive_ms + self._jitter_ms)
            tops = self._tops
            for index in self._pins:
                if duties[index] > tops[index]:
                    self._over(index, playhead_ms, now_ms)
            self._playhead_ms, self._moved_ms = playhead_ms, now_ms
        if self._warmth is not None and duties[self._heater]:
            self._warmth.heating(controller.heat, lawful.heat_c100, now_ms, self._late_ms)

    def _over(self, index: int, playhead_ms: int, now_ms: int) -> None:
        """A pin above what is lawful; save where records ran out just at the end of a piece: then the
        level of that piece is held, and the next has not begun."""
        partly = playhead_ms - self._playhead_ms < now_ms - self._alive_ms or self._jitter_ms > 0
        held = self._lawful.starts_at(playhead_ms) and self._duties[index] <= self._before[index]
        if not (partly and held):
            self._note("limit", now_ms, self._name(index), self._duties[index], self._tops[index])

    def _standing(self, now_ms: int) -> None:
        """RUNNING and nothing is played: an underrun holds, ramps, and waits at zero."""
        stands_ms = now_ms - self._moved_ms
        for index in self._pins:
            duty = self._duties[index]
            if duty > self._before[index]:
                self._note("rises", now_ms, self._name(index), duty, self._before[index])
            if duty and stands_ms > UNDERRUN_MS + self._late_ms:
                self._note("underrun", now_ms, self._name(index), stands_ms, UNDERRUN_MS)

    def _ramping(self, now_ms: int) -> None:
        """PAUSED and STOPPING: straight to zero; heat at once."""
        since_ms = now_ms - self._since_ms
        allowed_ms = PAUSE_RAMP_MS if self._state == PAUSED else STOP_RAMP_MS
        for index in self._pins:
            duty = self._duties[index]
            if duty > self._before[index]:
                self._note("rises", now_ms, self._name(index), duty, self._before[index])
            if duty and since_ms > allowed_ms + self._late_ms:
                self._note("ramp", now_ms, self._name(index), since_ms, allowed_ms)
        if self._warmth is not None:
            self._warmth.cold(now_ms)
        if since_ms > LEAK_MS + self._late_ms and self._board.powered and not self._out_of_reach():
            self._note("power_at_rest", now_ms, "supply", since_ms, LEAK_MS)

    def _resting(self, now_ms: int) -> None:
        """BOOT, SAFE, ARMED, FAULT: no pin is driven; whatever leaks is cut by ENABLE."""
        for index in self._pins:
            if self._duties[index]:
                self._note("zero", now_ms, self._name(index), self._duties[index], 0)
        if self._warmth is not None:
            self._warmth.cold(now_ms)
        armed = self._device.controller.outputs.enabled
        allowed_ms = LEAK_MS if armed else ENABLE_MS
        since_ms = now_ms - self._since_ms
        if since_ms > allowed_ms + self._late_ms and self._board.powered and not self._out_of_reach():
            self._note("power_at_rest", now_ms, "supply", since_ms, allowed_ms)

    def _silent(self, now_ms: int) -> None:
        """No changed token has reached the device for so long: nothing is driven at all."""
        if any(self._duties) and self._board.enabled:
            since_ms = now_ms - self.hearing.token_ms
            self._note("dead_man", now_ms, MOTORS, since_ms, SILENCE_MS)

    def _slowly(self, now_ms: int) -> None:
        """Ten times a second: the motors' numbers, and the heat."""
        step_min = (now_ms - self._slow_ms) / 60_000
        self._slow_ms = now_ms
        for motor in self._motors:
            if not -UNREAL < motor.speed_rad_s < UNREAL:
                self._note("not_a_number", now_ms, MOTORS, motor.speed_rad_s, UNREAL)
        if self._warmth is not None:
            self._warmth.slowly(now_ms, step_min)
