# The controller: the device's one state machine. Once every 10 ms it reads the inputs, moves the
# player, asks governor and heat what may be applied, writes the pins, and only then feeds the
# watchdog and toggles ENABLE. The same file runs on a board, on a Pi and in the simulator.
#
# Rules: silence means off. Lowering always works, raising only as protocol/states.py allows.
# Nothing resumes by itself, save the one exception after a short underrun. Time is an argument.
# CircuitPython subset; integers; nothing allocates per tick while running.

from firmware_bridge.device.config import HEATER, PERCUSSIVE, DeviceConfig
from firmware_bridge.device.governor import Governor
from firmware_bridge.device.heat import Heat
from firmware_bridge.device.limits import (
    BENCH_HEAT_C100,
    CAUSE_GONE_MS,
    CELL_OFF_MV,
    CELL_RAMP_MV,
    CURRENT_MARGIN_MA,
    CURRENT_ZERO_MS,
    LAST_DUTY_U16,
    MAX_HEAT_C100,
    PAUSE_MAX_MS,
    PAUSE_RAMP_MS,
    RUN_MAX_S,
    SILENCE_FAULT_MS,
    SILENCE_PAUSE_MS,
    SILENCE_RAMP_MS,
    SLOW_MS,
    STAMP_WINDOW_MS,
    START_MS,
    STOP_RAMP_MS,
    SUPPLY_MS,
    TICK_FAULT_MS,
    TICK_LATE_MS,
    TRIP_C100,
    UNDERRUN_HOLD_MS,
    UNDERRUN_MAX_MS,
    UNDERRUN_RAMP_MS,
    UNDERRUN_WINDOW_MS,
)
from firmware_bridge.device.link import DeviceLink, limits_table
from firmware_bridge.device.player import Player
from firmware_bridge.protocol.messages import (
    FULL_SCALE,
    NO_READING,
    R_ABOVE,
    R_BOOT,
    R_BUCKET,
    R_BUFFER,
    R_CAUSE,
    R_CONFIG,
    R_DONE,
    R_FAULT,
    R_HEARTBEAT,
    R_LIMITS,
    R_REGION,
    R_STATE,
    R_STOP_OPEN,
    R_WAITING,
    REGIONS,
)
from firmware_bridge.protocol.states import (
    ARMED,
    BOOT,
    F_CURRENT_AT_ZERO,
    F_ESTOP,
    F_INTERNAL,
    F_LINK_LOST,
    F_NONE,
    F_OUTPUT_CHECK,
    F_STOP_INPUT,
    F_SUPPLY_LOW,
    F_TICK_LATE,
    F_UNDERRUN,
    FAULT,
    PAUSED,
    RULE_BENCH,
    RULE_DEVICE,
    RULE_NONE,
    RULE_PROFILE,
    RULE_SESSION,
    RUNNING,
    SAFE,
    STOPPING,
    WHY_COMPLETED,
    WHY_FAULT,
    WHY_NEW_SESSION,
    WHY_NONE,
    WHY_PAUSE,
    WHY_PAUSE_TIMEOUT,
    WHY_RUN_LIMIT,
    WHY_SILENCE,
    WHY_STOP,
    WHY_SUPPLY,
)

HEAT = 2
TICKS_MASK = 0x1FFFFFFF  # boards count milliseconds modulo 2**29
COUNT_MASK = 0x3FFFFFFF  # the largest integer that needs no allocation on a board
STATUS_MS = 100


class Controller:
    """One device.

    board   pins and sensors; see firmware_bridge/device/board.py for what it must offer
    boot_id random, below 2**30, new at every reset

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
        self.enabled = False
        self.stop_open = False
        self.underrun_ms = 0
        self.underruns = 0
        self.late_ticks = 0
        self.ticks = 0
        self.current_ma = NO_READING
        self.supply_mv = NO_READING
        self.asked = [0, 0, 0]
        self.allowed = [0, 0, 0]
        self.applied = [0, 0, 0]
        self.rule = [RULE_NONE, RULE_NONE, RULE_NONE]
        self.player = Player()
        outputs = config.output_of
        percussive = []
        for channel in range(2):
            percussive.append(outputs[channel] >= 0 and config.heads[outputs[channel]] == PERCUSSIVE)
        self.governor = Governor(config.max_levels, (percussive[0], percussive[1]))
        self.heat = None
        if outputs[HEAT] >= 0:
            self.heat = Heat(config.ntc_raw, config.ntc_c100, config.heat_rise_c100, config.heat_hold)
        self.link = DeviceLink(self)
        self._output_level = [0] * len(config.heads)
        self._max_heat = 0
        self._heat_rule = RULE_DEVICE
        self._last_ms = 0
        self._silence_ms = 0
        self._paused_ms = 0
        self._run_ms = 0
        self._since_underrun_ms = UNDERRUN_WINDOW_MS  # since the last one began, and the one before
        self._since_older_ms = UNDERRUN_WINDOW_MS
        self._slow_ms = 0
        self._status_ms = 0
        self._zero_ms = 0
        self._current_ms = 0
        self._low_ms = 0
        self._off_ms = 0
        self._cause_gone_ms = 0
        self._stamp_ms = STAMP_WINDOW_MS
        self._proving = False  # the stop input is still held open from the proof of a STAMP
        self._unsound = False  # the configuration makes no sense: only a reset with another one helps
        self._toggle = 0

    # -- the bytes, for whoever moves them ------------------------------------------------------

    @property
    def tx(self) -> bytearray:
        return self.link.tx

    @property
    def tx_length(self) -> int:
        return self.link.tx_length

    def receive(self, data: bytes | bytearray, length: int) -> None:
        if self.state != BOOT:  # the self-test comes before anything that is heard; hosts repeat
            self.link.receive(data, length)

    def sent(self, count: int) -> None:
        self.link.sent(count)

    # -- the control step ----------------------------------------------------------------------

    def tick(self, now_ms: int) -> None:
        """One step; ``now_ms`` counts milliseconds modulo 2**29 or more."""
        if self.state == BOOT:
            self._boot(now_ms)
        elapsed_ms = (now_ms - self._last_ms) & TICKS_MASK
        self._last_ms = now_ms
        self.ticks = (self.ticks + 1) & COUNT_MASK
        state = self.state
        if elapsed_ms > TICK_LATE_MS:
            self._late(elapsed_ms)
        self._stop_input(elapsed_ms)
        self._slow_ms += elapsed_ms
        if self._slow_ms >= SLOW_MS:
            self._slow(self._slow_ms)
            self._slow_ms = 0
        if self.state == RUNNING:
            self._silent(elapsed_ms)
            if self.state == RUNNING:
                self._running(elapsed_ms)
        elif self.state == SAFE or self.state == FAULT:
            self.governor.off(elapsed_ms)
            if self.state == FAULT:
                self._judge_cause(elapsed_ms)
        else:
            self._waiting(elapsed_ms)
        self._write(elapsed_ms)
        self.link.answer_hello()
        self._status_ms += elapsed_ms
        if self._status_ms >= STATUS_MS or self.link.status_due or state != self.state:
            self._status_ms = 0
            self.link.send_status()
        self.board.feed_watchdog()  # only here: a step that did not come to its end feeds nothing

    def _boot(self, now_ms: int) -> None:
        """Everything to zero before anything else; then the self-test."""
        self._last_ms = now_ms
        for output in range(len(self._output_level)):
            self.board.write_duty(output, 0)
        self.board.enable(0)
        self.governor.bench = self.board.load_stamp() != self.config.crc
        if self.config.problem():
            self._unsound = True
            self._fail(F_INTERNAL, 0, 0)
        else:
            self.state = SAFE

    def _late(self, elapsed_ms: int) -> None:
        if self.late_ticks < COUNT_MASK:
            self.late_ticks += 1
        if elapsed_ms > TICK_FAULT_MS and not self.idle():
            self._fail(F_TICK_LATE, 0, elapsed_ms)

    def _stop_input(self, elapsed_ms: int) -> None:
        """Normally closed: an open wire stops. While a STAMP waits, at rest, opening it is the proof."""
        self.stop_open = self.board.stop_open()
        if self.state != SAFE:
            self._stamp_ms = STAMP_WINDOW_MS  # a device that left its rest no longer waits for the proof
        if self._stamp_ms < STAMP_WINDOW_MS:
            self._stamp_ms += elapsed_ms
            if self.stop_open:
                self._stamp_ms = STAMP_WINDOW_MS
                self._proving = True
                self.board.save_stamp(self.config.crc)
                self.governor.bench = False
                self.link.result = R_DONE
                self.link.status_due = True
            elif self._stamp_ms >= STAMP_WINDOW_MS:
                self.link.result = R_STOP_OPEN
                self.link.status_due = True
        elif not self.stop_open:
            self._proving = False
        elif not self._proving:
            self._fail(F_STOP_INPUT, 0, 0)

    def _slow(self, elapsed_ms: int) -> None:
        """Sensors and heat, ten times a second."""
        self.current_ma = self.board.current_ma()
        self.supply_mv = self.board.supply_mv()
        if self.heat is not None:
            self._heat_step(elapsed_ms)
        cells = self.config.cells
        if cells and self.supply_mv != NO_READING:
            self._low_ms = self._low_ms + elapsed_ms if self.supply_mv < CELL_RAMP_MV * cells else 0
            self._off_ms = self._off_ms + elapsed_ms if self.supply_mv < CELL_OFF_MV * cells else 0
            if self._off_ms >= SUPPLY_MS:
                self._fail(F_SUPPLY_LOW, 0, self.supply_mv)
            elif self._low_ms >= SUPPLY_MS and self.state == RUNNING:
                self._stop(WHY_SUPPLY)
        drawn = self.current_ma != NO_READING and self.current_ma > self.config.idle_ma + CURRENT_MARGIN_MA
        self._current_ms = self._current_ms + elapsed_ms if drawn and self._zero_ms >= SLOW_MS else 0
        if self._current_ms >= CURRENT_ZERO_MS:
            self._fail(F_CURRENT_AT_ZERO, 0, self.current_ma)

    def _heat_step(self, elapsed_ms: int) -> None:
        heat = self.heat
        assert heat is not None
        target = 0
        self.rule[HEAT] = RULE_NONE
        if self.state == RUNNING and not self.dry:
            target = self.player.envelope[HEAT]
            if not 0 <= target <= self._max_heat:
                target = self._max_heat if target > 0 else 0
                self.rule[HEAT] = self._heat_rule
        heat.step(elapsed_ms, self.board.ntc_raw(), target)
        if heat.fault and self.fault == F_NONE:
            self._fail(heat.fault, HEAT, heat.value)

    # -- states --------------------------------------------------------------------------------

    def _silent(self, elapsed_ms: int) -> None:
        self._silence_ms += elapsed_ms
        if self._silence_ms >= SILENCE_PAUSE_MS:
            self._pause(WHY_SILENCE, SILENCE_RAMP_MS)

    def _running(self, elapsed_ms: int) -> None:
        self._run_ms += elapsed_ms
        self._since_underrun_ms += elapsed_ms
        self._since_older_ms += elapsed_ms
        if self._run_ms >= RUN_MAX_S * 1000:
            self._stop(WHY_RUN_LIMIT)
            return
        if self.underrun_ms:
            self._underrun(elapsed_ms)
            return
        player = self.player
        missing_ms = player.advance(elapsed_ms)
        if player.finished:
            self._finish()
            return
        if player.empty:
            self._begin_underrun(missing_ms)
            return
        self._play(elapsed_ms)

    def _play(self, elapsed_ms: int) -> None:
        player = self.player
        governor = self.governor
        factor = player.factor
        envelope = player.envelope
        governor.run(elapsed_ms, player.region, envelope, factor)
        asked = self.asked
        asked[0] = envelope[0] * factor[0] // FULL_SCALE
        asked[1] = envelope[1] * factor[1] // FULL_SCALE
        asked[HEAT] = envelope[HEAT]

    def _finish(self) -> None:
        """The record marked last has been played."""
        self.reason = WHY_COMPLETED
        self._end_session()

    def _begin_underrun(self, missing_ms: int) -> None:
        """Nothing to play: hold, ramp to zero, recover only if it was short and rare."""
        self.underruns += 1
        if self._since_older_ms < UNDERRUN_WINDOW_MS:
            self._fail(F_UNDERRUN, 0, self.underruns)
            return
        self._since_older_ms = self._since_underrun_ms
        self._since_underrun_ms = 0
        self.underrun_ms = missing_ms if missing_ms > 0 else 1
        self.governor.hold(0)
        self.link.status_due = True

    def _underrun(self, elapsed_ms: int) -> None:
        governor = self.governor
        before = self.underrun_ms
        self.underrun_ms = now = before + elapsed_ms
        if now > UNDERRUN_MAX_MS:
            self._fail(F_UNDERRUN, 0, now)
            return
        fed = self.player.buffered_ms > 0
        if now <= UNDERRUN_HOLD_MS:
            governor.hold(elapsed_ms)
            if fed:
                self.underrun_ms = 0
            return
        if before <= UNDERRUN_HOLD_MS:
            governor.start_ramp(UNDERRUN_RAMP_MS)
            elapsed_ms = now - UNDERRUN_HOLD_MS
        at_zero = governor.ramp(elapsed_ms)
        if fed and at_zero and now >= UNDERRUN_HOLD_MS + UNDERRUN_RAMP_MS:
            self.underrun_ms = 0
            governor.begin()
            self.link.status_due = True

    def _waiting(self, elapsed_ms: int) -> None:
        """ARMED, PAUSED, STOPPING: nothing plays, ramps end, clocks run."""
        governor = self.governor
        at_zero = governor.ramp(elapsed_ms)
        self._silence_ms += elapsed_ms
        if self.state == ARMED:
            if self._silence_ms >= SILENCE_PAUSE_MS:
                self.reason = WHY_SILENCE
                self._end_session()
        elif self.state == PAUSED:
            self._paused_ms += elapsed_ms
            if self._silence_ms >= SILENCE_FAULT_MS:
                self._fail(F_LINK_LOST, 0, self._silence_ms)
            elif self._paused_ms >= PAUSE_MAX_MS:
                self._stop(WHY_PAUSE_TIMEOUT)
        elif self.state == STOPPING and at_zero:
            self._end_session()

    def _end_session(self) -> None:
        self._flush()
        self.state = SAFE
        self.regions = 0
        self.governor.off(0)

    def _flush(self) -> None:
        """Forgets what is queued; frames of the old epoch are refused from here on."""
        self.player.flush()
        self.underrun_ms = 0
        self.epoch = (self.epoch + 1) & 255
        self.asked[0] = self.asked[1] = self.asked[HEAT] = 0
        self._heat_off()
        self.link.flushed()

    def _heat_off(self) -> None:
        if self.heat is not None:
            self.heat.off()

    def _pause(self, reason: int, ramp_ms: int) -> None:
        self.reason = reason
        self._paused_ms = 0
        self.state = PAUSED
        self._flush()
        self.governor.start_ramp(ramp_ms)

    def _stop(self, reason: int) -> None:
        self.reason = reason
        self.state = STOPPING
        self._flush()
        self.governor.start_ramp(STOP_RAMP_MS)

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
        self.board.save_fault(fault, self.fault_tick, channel, self.fault_value)

    def _judge_cause(self, elapsed_ms: int) -> None:
        """Counts how long the cause of the latched fault has been gone."""
        present = self.stop_open or elapsed_ms > TICK_LATE_MS or self._current_ms > 0 or self._off_ms > 0
        present = present or self._unsound
        heat = self.heat
        if heat is not None and heat.fault:
            present = present or not heat.trusted or heat.temperature_c100 >= TRIP_C100 - 200
        self._cause_gone_ms = 0 if present else self._cause_gone_ms + elapsed_ms

    # -- what the link asks --------------------------------------------------------------------

    def idle(self) -> bool:
        return self.state == SAFE or self.state == FAULT

    def takes_segments(self) -> bool:
        return self.state == ARMED or self.state == RUNNING or self.state == PAUSED

    def token_changed(self) -> None:
        self._silence_ms = 0

    def arm(self, values) -> int:  # type: ignore[no-untyped-def]
        """SAFE -> ARMED, for these regions, under these ceilings."""
        limits = limits_table(self.config)
        ceilings = (values["ceiling_vibration"], values["ceiling_percussion"], values["ceiling_heat_c100"])
        if self.state == FAULT:
            return R_FAULT
        if self.state != SAFE:
            return R_STATE
        if values["boot_id"] != self.boot_id:
            return R_BOOT
        if values["limits_crc"] != limits["limits_crc"]:
            return R_LIMITS
        names = ("max_vibration", "max_percussion", "max_heat_c100")
        for channel in range(3):
            if not 0 <= ceilings[channel] <= limits[names[channel]]:
                self.link.refused_raises += 1
                return R_ABOVE
        if values["regions"] & 1 or values["regions"] >> len(REGIONS):
            return R_REGION
        if self.stop_open:
            return R_STOP_OPEN
        if self.governor.bucket.locked:
            return R_BUCKET
        self.regions = values["regions"]
        self.dry = self.dry or values["dry"] == 1
        self.governor.set_session(ceilings[0], ceilings[1])
        self._set_heat_limit(ceilings[HEAT])
        self._run_ms = 0
        self._silence_ms = 0
        self.underruns = 0
        self._since_underrun_ms = self._since_older_ms = UNDERRUN_WINDOW_MS
        self.reason = WHY_NONE
        self._flush()
        self.player.rewind()
        self.governor.start_ramp(1)
        self.state = ARMED
        return R_DONE

    def _set_heat_limit(self, ceiling_c100: int) -> None:
        limit, rule = MAX_HEAT_C100, RULE_DEVICE
        if self.config.max_heat_c100 < limit:
            limit, rule = self.config.max_heat_c100, RULE_PROFILE
        if not ceiling_c100 >= limit:
            limit, rule = ceiling_c100, RULE_SESSION
        if self.governor.bench and limit > BENCH_HEAT_C100:
            limit, rule = BENCH_HEAT_C100, RULE_BENCH
        self._max_heat = limit if self.heat is not None else 0
        self._heat_rule = rule

    def resume(self) -> int:
        """ARMED or PAUSED -> RUNNING, with enough to play and a host that is alive."""
        if self.state != ARMED and self.state != PAUSED:
            return R_FAULT if self.state == FAULT else R_STATE
        if self._silence_ms >= SILENCE_PAUSE_MS:
            return R_HEARTBEAT
        player = self.player
        if player.buffered_ms < START_MS and not (player.complete and player.buffered_ms):
            return R_BUFFER
        player.rewind()
        self.governor.begin()
        self.reason = WHY_NONE
        self.state = RUNNING
        return R_DONE

    def pause(self) -> int:
        if self.state == RUNNING:
            self._pause(WHY_PAUSE, PAUSE_RAMP_MS)
            return R_DONE
        return R_DONE if self.state == PAUSED else R_STATE

    def stop(self) -> int:
        if self.state == ARMED:
            self.reason = WHY_STOP
            self._end_session()
        elif self.state == RUNNING or self.state == PAUSED:
            self._stop(WHY_STOP)
        return R_DONE

    def stop_for_hello(self) -> None:
        if self.state == ARMED:
            self.reason = WHY_NEW_SESSION
            self._end_session()
        elif self.state != STOPPING:
            self._stop(WHY_NEW_SESSION)

    def estop(self) -> int:
        self._fail(F_ESTOP, 0, 0)
        self._write(0)
        return R_DONE

    def set_gain(self, gain: int, gain_max: int, newer: bool) -> int:
        """Lowering acts always; raising only when the command is newer than the last."""
        governor = self.governor
        if gain > governor.gain_max or gain_max > governor.gain_max:
            self.link.refused_raises += 1
            gain_max = governor.gain_max if gain_max > governor.gain_max else gain_max
            governor.set_gain(gain if gain < governor.gain else governor.gain, gain_max)
            return R_ABOVE
        if gain > governor.gain and not newer:
            gain = governor.gain
        governor.set_gain(gain, gain_max)
        return R_DONE

    def clear(self) -> int:
        if self.state != FAULT:
            return R_STATE
        if self._cause_gone_ms < CAUSE_GONE_MS:
            return R_CAUSE
        if self.heat is not None:
            self.heat.clear()
        self.fault = F_NONE
        self.state = SAFE
        return R_DONE

    def stamp(self, config_crc: int) -> int:
        if self.state != SAFE:
            return R_STATE
        if config_crc != self.config.crc:
            return R_CONFIG
        self._stamp_ms = 0
        return R_WAITING

    def welcome(self, cmd: int) -> dict[str, int | str | bytes]:
        """Everything that HELLO answers."""
        config = self.config
        values = limits_table(config)
        channels = 0
        heads = 0
        for channel in range(3):
            output = config.output_of[channel]
            if output >= 0:
                channels |= 1 << channel
                if config.heads[output] == PERCUSSIVE:
                    heads |= 1 << channel
        fault, tick, channel, value = self.board.load_fault()
        values["cmd"] = cmd
        values["board"] = self.board.name
        values["rig_id"] = config.rig_id
        values["profile_hash"] = config.profile_hash
        values["channels"] = channels
        values["heads"] = heads
        values["simulated"] = self.board.simulated
        values["boot_id"] = self.boot_id
        values["reset_cause"] = self.board.reset_cause
        values["last_fault"] = fault
        values["last_fault_tick"] = tick
        values["last_fault_channel"] = channel
        values["last_fault_value"] = value
        values["last_reason"] = self.reason
        values["stamp"] = self.board.load_stamp()
        values["config_crc"] = config.crc
        values["bucket_s"] = self.governor.bucket.left_ms // 1000
        return values

    # -- the pins ------------------------------------------------------------------------------

    def _write(self, elapsed_ms: int) -> None:
        """Levels to duties, the last check, the pins; then ENABLE and the watchdog."""
        config = self.config
        governor = self.governor
        levels = self._output_level
        for output in range(len(levels)):
            levels[output] = 0
        total = 0
        for channel in range(2):
            output = config.output_of[channel]
            if output < 0:
                continue
            level = governor.applied[channel]
            self.applied[channel] = level
            self.allowed[channel] = governor.allowed[channel]
            self.rule[channel] = governor.rule[channel]
            if level > levels[output]:
                levels[output] = level
            total += level
        if self.heat is not None:
            level = self.heat.duty
            self.applied[HEAT] = level
            self.allowed[HEAT] = self._max_heat if self.state == RUNNING else 0
            levels[config.output_of[HEAT]] = level
            total += level
        self._zero_ms = 0 if total else self._zero_ms + elapsed_ms
        if total and (self.state == ARMED or self.idle()):
            self._refuse_output(total)
        for output in range(len(levels)):
            duty = self._duty(output, levels[output])
            if duty > LAST_DUTY_U16 and config.heads[output] != HEATER:
                self._refuse_output(duty)
                duty = 0
            self.board.write_duty(output, duty)
        self._hold_enable()

    def _hold_enable(self) -> None:
        """Power passes only while this line keeps toggling, and only in states that may need it."""
        self.enabled = self.takes_segments() or self.state == STOPPING
        if self.dry:
            self.enabled = False
        self._toggle = 1 - self._toggle if self.enabled else 0
        self.board.enable(self._toggle)

    def _duty(self, output: int, level: int) -> int:
        """Calibration: 0 is 0; above it from the start duty to the full one."""
        if not 0 < level <= FULL_SCALE:
            return 0
        start = self.config.start_duty[output]
        return start + (self.config.max_duty[output] - start) * level // FULL_SCALE

    def _refuse_output(self, value: int) -> None:
        """Something above the pins went wrong: never mind what, off."""
        self._fail(F_OUTPUT_CHECK, 0, value)
        for output in range(len(self._output_level)):
            self._output_level[output] = 0
            self.board.write_duty(output, 0)
