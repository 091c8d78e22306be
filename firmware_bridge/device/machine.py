# The device's state machine: what happens in a control step, and how it gets from state to state.
# Once every 10 ms it reads the inputs, moves the player, asks governor and heat what may be applied,
# has the pins written, and only then feeds the watchdog.
#
# Rules: silence means off. Nothing resumes by itself, save the one exception after a short underrun.
# Time is an argument. CircuitPython subset; integers; nothing allocates per step while running.

from firmware_bridge.device.config import PERCUSSIVE, DeviceConfig
from firmware_bridge.device.governor import Governor
from firmware_bridge.device.heat import Heat
from firmware_bridge.device.inputs import EXPIRED, PRESSED, PROVED, StopInput, Supply, longer
from firmware_bridge.device.limits import (
    BUCKET_RESTART_MS,
    CAUSE_GONE_MS,
    HEAT_BACK_C100,
    PAUSE_MAX_MS,
    PAUSE_RAMP_MS,
    RUN_MAX_S,
    SILENCE_FAULT_MS,
    SILENCE_PAUSE_MS,
    SILENCE_RAMP_MS,
    SLOW_MS,
    STOP_RAMP_MS,
    TICK_FAULT_MS,
    TICK_LATE_MS,
)
from firmware_bridge.device.link import DeviceLink
from firmware_bridge.device.outputs import Outputs
from firmware_bridge.device.player import Player
from firmware_bridge.device.underrun import GOES_ON, TOO_MUCH, Underrun
from firmware_bridge.protocol.messages import FULL_SCALE
from firmware_bridge.protocol.states import (
    ARMED,
    BOOT,
    F_CURRENT_AT_ZERO,
    F_HEAT_AFTER_OFF,
    F_HEAT_FELL,
    F_HEAT_HOLDING,
    F_HEAT_NO_RISE,
    F_INTERNAL,
    F_LINK_LOST,
    F_NONE,
    F_NTC_FROZEN,
    F_OUTPUT_CHECK,
    F_STOP_INPUT,
    F_SUPPLY_LOW,
    F_TICK_LATE,
    F_UNDERRUN,
    FAULT,
    FAULTS,
    PAUSED,
    POWER_ON,
    RULE_DEVICE,
    RULE_NONE,
    RUNNING,
    SAFE,
    STOPPING,
    WHY_BUCKET,
    WHY_COMPLETED,
    WHY_FAULT,
    WHY_NONE,
    WHY_PAUSE,
    WHY_PAUSE_TIMEOUT,
    WHY_RUN_LIMIT,
    WHY_SILENCE,
    WHY_SUPPLY,
)

HEAT = 2
TICKS_MASK = 0x1FFFFFFF  # boards count milliseconds modulo 2**29
COUNT_MASK = 0x3FFFFFFF  # the largest integer that needs no allocation on a board
STATUS_MS = 100
# Faults that say "this sensor or this pad is not what it seems": nobody can see that it is mended.
HEAT_FOR_GOOD = (F_NTC_FROZEN, F_HEAT_NO_RISE, F_HEAT_FELL, F_HEAT_HOLDING, F_HEAT_AFTER_OFF)


class Machine:
    """States and the control step; `controller.Controller` adds what a host may ask.

    ``asked`` (three channels) is what the records ask for with their modulators, ``allowed`` the
    ceiling in force, ``applied`` what is driven: levels 0..10000, heat asked and allowed in 0.01 C.
    """

    def __init__(self, config: DeviceConfig, board, boot_id: int) -> None:  # type: ignore[no-untyped-def]
        self.config = config
        self.board = board
        self.boot_id = boot_id & COUNT_MASK
        self.state = BOOT
        self.reason = WHY_NONE
        self.fault = F_NONE
        self.fault_tick = 0
        self.fault_channel = 0
        self.fault_value = 0
        self.epoch = 0
        self.regions = 0
        self.dry = False
        self.heat_locked = False  # after a fault that no reading can lift: no heat before a reset
        self.late_ticks = 0
        self.ticks = 0
        self.asked = [0, 0, 0]
        self.allowed = [0, 0, 0]
        self.applied = [0, 0, 0]
        self.rule = [RULE_NONE, RULE_NONE, RULE_NONE]
        self.player = Player()
        self.governor = Governor(config.max_levels, (self._percussive(0), self._percussive(1)))
        self._unsound = config.problem() != ""  # only a reset with another configuration helps
        self.heat = None
        if config.output_of[HEAT] >= 0 and not self._unsound:
            self.heat = Heat(config.ntc_raw, config.ntc_c100, config.heat_rise_c100, config.heat_hold)
        self.stop_input = StopInput()
        self.supply = Supply(config)
        self.outputs = Outputs(config, board)
        self.underrun = Underrun()
        self.link = DeviceLink(self)
        self._max_heat = 0
        self._heat_rule = RULE_DEVICE
        self._last_ms = 0
        self._silence_ms = SILENCE_FAULT_MS  # since the last changed token: none came yet
        self._armed_ms = 0
        self._paused_ms = 0
        self._run_ms = 0
        self._slow_ms = 0
        self._status_ms = 0
        self._cause_gone_ms = 0
        self._stamp_cmd = 0

    def _percussive(self, channel: int) -> bool:
        output = self.config.output_of[channel]
        return 0 <= output < len(self.config.heads) and self.config.heads[output] == PERCUSSIVE

    # -- the control step ----------------------------------------------------------------------

    def tick(self, now_ms: int) -> None:
        """One step; ``now_ms`` counts milliseconds modulo 2**29 or more."""
        if self.state == BOOT:
            self._boot(now_ms)
        elapsed_ms = (now_ms - self._last_ms) & TICKS_MASK
        self._last_ms = now_ms
        self.ticks = self.ticks + 1 if self.ticks < COUNT_MASK else 0
        state = self.state
        if elapsed_ms > TICK_LATE_MS:
            self._late(elapsed_ms)
            if elapsed_ms > TICK_FAULT_MS:
                elapsed_ms = TICK_FAULT_MS  # slept, or a clock set back: nothing is made up for that
        self._read_stop(elapsed_ms)
        self._slow_ms += elapsed_ms
        if self._slow_ms >= SLOW_MS:
            self._slow(self._slow_ms)
            self._slow_ms = 0
        self._step(elapsed_ms)
        self._write(elapsed_ms)
        self.link.answer_hello()
        self._status_ms += elapsed_ms
        if self._status_ms >= STATUS_MS or self.link.status_due or state != self.state:
            self._status_ms = 0
            self.link.send_status()
        self.board.feed_watchdog()  # only here: a step that did not come to its end feeds nothing

    def _boot(self, now_ms: int) -> None:
        """Everything to zero before anything else; then the self-test, and what was latched before."""
        self._last_ms = now_ms
        self.outputs.off()
        board = self.board
        self.governor.bench = board.load_stamp() != self.config.crc
        if board.reset_cause != POWER_ON:  # it may be the same session, the same person, the same minute
            self.governor.bucket.left_ms = BUCKET_RESTART_MS
        self.state = SAFE
        fault, tick, channel, value = board.load_fault()
        if self._unsound:
            self._fail(F_INTERNAL, 0, 0)
        elif fault:
            self._latch_again(fault, tick, channel, value)

    def _latch_again(self, fault: int, tick: int, channel: int, value: int) -> None:
        """A reset clears no fault; and only switching off and on may mean that a pad was mended."""
        self.state = FAULT
        self.reason = WHY_FAULT
        self.fault = fault if 0 < fault < len(FAULTS) else F_INTERNAL
        self.fault_tick = tick & COUNT_MASK
        self.fault_channel = channel & 3
        self.fault_value = value & COUNT_MASK
        # INTERNAL: a record that cannot be read, or a program that broke; what the pad was, nobody knows
        if (self.fault in HEAT_FOR_GOOD or self.fault == F_INTERNAL) and self.board.reset_cause != POWER_ON:
            self.heat_locked = True

    def _late(self, elapsed_ms: int) -> None:
        """Counted; in a session, very late is a fault. At rest nothing moves that could be late."""
        if self.late_ticks < COUNT_MASK:
            self.late_ticks += 1
        if elapsed_ms > TICK_FAULT_MS and not self.idle():
            self._fail(F_TICK_LATE, 0, elapsed_ms)

    def _read_stop(self, elapsed_ms: int) -> None:
        means = self.stop_input.step(elapsed_ms, self.board.stop_open(), self.state == SAFE)
        if means == PRESSED:
            self._fail(F_STOP_INPUT, 0, 0)
        elif means == PROVED:
            self.board.save_stamp(self.config.crc)
            self.governor.bench = self.board.load_stamp() != self.config.crc  # a memory may fail
            self.link.conclude(self._stamp_cmd, not self.governor.bench)
        elif means == EXPIRED:
            self.link.conclude(self._stamp_cmd, False)

    def _slow(self, elapsed_ms: int) -> None:
        """Sensors and heat, ten times a second."""
        if self.heat is not None:
            self._heat_step(elapsed_ms)
        supply = self.supply
        supply.step(elapsed_ms, self.board.current_ma(), self.board.supply_mv(), self.outputs.idle_ms)
        if supply.empty:
            self._fail(F_SUPPLY_LOW, 0, supply.supply_mv)
        elif supply.leaking:
            self._fail(F_CURRENT_AT_ZERO, 0, supply.current_ma)
        elif supply.low and self.state == RUNNING:
            self._stop(WHY_SUPPLY)

    def _heat_step(self, elapsed_ms: int) -> None:
        heat = self.heat
        assert heat is not None
        target = 0
        self.rule[HEAT] = RULE_NONE
        if self.state == RUNNING and not self.dry:
            target = self.player.envelope[HEAT]
            if target > self._max_heat:
                target = self._max_heat
                self.rule[HEAT] = self._heat_rule
        heat.step(elapsed_ms, self.board.ntc_raw(), target)
        if heat.fault:
            self._heat_fault(heat.fault, heat.value)

    def _heat_fault(self, fault: int, value: int) -> None:
        """Latched; and what makes a sensor or a pin suspect for good is kept, whatever is latched already."""
        news = fault in HEAT_FOR_GOOD and not self.heat_locked
        if news:
            self.heat_locked = True
        if self.fault == F_NONE:
            self._fail(fault, HEAT, value)
        elif news:
            self.board.save_fault(fault, self.ticks, HEAT, value & COUNT_MASK)

    def _write(self, elapsed_ms: int) -> None:
        if self._unsound:
            self.outputs.off()
            return
        governor = self.governor
        applied = self.applied
        output_of = self.config.output_of
        for channel in range(2):
            if output_of[channel] >= 0:
                applied[channel] = governor.applied[channel]
                self.allowed[channel] = governor.allowed[channel]
                self.rule[channel] = governor.rule[channel]
        if self.heat is not None:
            applied[HEAT] = self.heat.duty
            self.allowed[HEAT] = self._max_heat if self.state == RUNNING else 0
        may_drive = self.state == RUNNING or self.state == PAUSED or self.state == STOPPING
        refused = self.outputs.write(elapsed_ms, applied, may_drive)
        if refused:
            self._fail(F_OUTPUT_CHECK, 0, refused)
        self.outputs.hold_enable((may_drive or self.state == ARMED) and self.state != FAULT and not self.dry)

    # -- states --------------------------------------------------------------------------------

    def idle(self) -> bool:
        return self.state == SAFE or self.state == FAULT

    def takes_segments(self) -> bool:
        return self.state == ARMED or self.state == RUNNING or self.state == PAUSED

    def _step(self, elapsed_ms: int) -> None:
        """What the state does with the time that passed."""
        self._silence_ms = longer(self._silence_ms, elapsed_ms, SILENCE_FAULT_MS, True)
        if self.state == RUNNING:
            if self._silence_ms >= SILENCE_PAUSE_MS:
                self._pause(WHY_SILENCE, SILENCE_RAMP_MS)
            else:
                self._running(elapsed_ms)
        elif self.state == SAFE:
            self.governor.off(elapsed_ms)
        elif self.state == FAULT:
            self.governor.off(elapsed_ms)
            self._judge_cause(elapsed_ms)
        else:
            self._waiting(elapsed_ms)

    def _running(self, elapsed_ms: int) -> None:
        self._run_ms += elapsed_ms
        if self._run_ms >= RUN_MAX_S * 1000:
            self._stop(WHY_RUN_LIMIT)
            return
        underrun = self.underrun
        underrun.pass_time(elapsed_ms)
        player = self.player
        if underrun.ms:
            became = underrun.step(elapsed_ms, player.buffered_ms > 0, self.governor)
            if became != GOES_ON:
                self.link.status_due = True
            if became == TOO_MUCH:
                self._fail(F_UNDERRUN, 0, underrun.ms)
            return
        missing_ms = player.advance(elapsed_ms)
        if player.finished:
            self.reason = WHY_COMPLETED
            self._end_session()
        elif player.empty:
            self.link.status_due = True
            if underrun.begin(missing_ms) == TOO_MUCH:
                self._fail(F_UNDERRUN, 0, underrun.count)
        else:
            self._play(elapsed_ms)

    def _play(self, elapsed_ms: int) -> None:
        player = self.player
        factor = player.factor
        envelope = player.envelope
        self.governor.run(elapsed_ms, player.region, envelope, factor)
        asked = self.asked
        asked[0] = envelope[0] * factor[0] // FULL_SCALE
        asked[1] = envelope[1] * factor[1] // FULL_SCALE
        asked[HEAT] = envelope[HEAT]
        if self.governor.bucket.locked:
            self._stop(WHY_BUCKET)  # motion must not come back by itself once the bucket has filled

    def _waiting(self, elapsed_ms: int) -> None:
        """ARMED, PAUSED, STOPPING: nothing plays, ramps end, clocks run."""
        at_zero = self.governor.ramp(elapsed_ms)
        if self.state == ARMED:
            self._armed_ms += elapsed_ms
            if self._silence_ms >= SILENCE_PAUSE_MS and self._armed_ms >= SILENCE_PAUSE_MS:
                self.reason = WHY_SILENCE
                self._end_session()
        elif self.state == PAUSED:
            self._paused_ms += elapsed_ms
            if self._silence_ms >= SILENCE_FAULT_MS:
                self._fail(F_LINK_LOST, 0, self._silence_ms)
            elif self._paused_ms >= PAUSE_MAX_MS:
                self._stop(WHY_PAUSE_TIMEOUT)
        elif at_zero:
            self._end_session()

    def _end_session(self) -> None:
        self._flush()
        self.state = SAFE
        self.regions = 0
        self.governor.off(0)

    def _flush(self) -> None:
        """Forgets what is queued; frames of the old epoch are refused from here on."""
        self.player.flush()
        self.underrun.ms = 0
        self.epoch = (self.epoch + 1) & 255
        self.asked[0] = self.asked[1] = self.asked[HEAT] = 0
        if self.heat is not None:
            self.heat.off()
        self.link.flushed()

    def _pause(self, reason: int, ramp_ms: int) -> None:
        self.reason = reason
        self._paused_ms = 0
        self.state = PAUSED
        self._flush()
        self.governor.start_ramp(ramp_ms)

    def _pause_by_command(self) -> None:
        self._pause(WHY_PAUSE, PAUSE_RAMP_MS)

    def _stop(self, reason: int) -> None:
        self.reason = reason
        self.state = STOPPING
        self._flush()
        self.governor.start_ramp(STOP_RAMP_MS)

    # -- faults --------------------------------------------------------------------------------

    def _fail(self, fault: int, channel: int, value: int) -> None:
        """Zero at once, latched; the first fault is the one that is kept."""
        if self.state == FAULT:
            return
        self.fault = fault
        self.fault_tick = self.ticks
        self.fault_channel = channel
        self.fault_value = value & COUNT_MASK
        self.reason = WHY_FAULT
        self.state = FAULT
        self._cause_gone_ms = 0
        self._flush()
        self.governor.off(0)
        self.outputs.off()
        for at in range(3):
            self.applied[at] = 0
        if fault in HEAT_FOR_GOOD or not self.heat_locked:  # the record that locks heat stays
            self.board.save_fault(fault, self.fault_tick, channel, self.fault_value)

    def _judge_cause(self, elapsed_ms: int) -> None:
        """Counts how long the cause of the latched fault has been gone."""
        present = self.stop_input.open or self.supply.doubtful or self._unsound
        heat = self.heat
        if heat is not None and heat.fault:
            present = present or not heat.trusted or heat.temperature_c100 >= HEAT_BACK_C100
        gone = not present and elapsed_ms <= TICK_LATE_MS
        self._cause_gone_ms = longer(self._cause_gone_ms, elapsed_ms, CAUSE_GONE_MS, gone)
