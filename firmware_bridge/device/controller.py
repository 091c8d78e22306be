# The controller: the state machine and what a host may ask of it. The same file runs on a board, on
# a Pi and in the simulator.
#
# Rules: lowering always works, raising only from the right state and with everything that it takes.
# Limits only go down. Every answer is one of the results of the wire. CircuitPython subset.

from firmware_bridge.device.config import fits
from firmware_bridge.device.limits import (
    BENCH_HEAT_C100,
    CAUSE_GONE_MS,
    MAX_HEAT_C100,
    SILENCE_FAULT_MS,
    SILENCE_PAUSE_MS,
    START_MS,
)
from firmware_bridge.device.link import limits_table
from firmware_bridge.device.machine import COUNT_MASK, HEAT, TICKS_MASK, Machine
from firmware_bridge.protocol.messages import (
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
    F_ESTOP,
    F_NONE,
    FAULT,
    PAUSED,
    RULE_BENCH,
    RULE_DEVICE,
    RULE_PROFILE,
    RULE_SESSION,
    RUNNING,
    SAFE,
    WHY_NEW_SESSION,
    WHY_NONE,
    WHY_SILENCE,
    WHY_STOP,
)

__all__ = ("TICKS_MASK", "Controller")
_CEILINGS = ("max_vibration", "max_percussion", "max_heat_c100")


class Controller(Machine):
    """One device: ``Controller(config, board, boot_id)``.

    board    pins and sensors; firmware_bridge/device/board.py says what it must offer
    boot_id  random, below 2**30, new at every reset

    Feed it with ``receive``, step it with ``tick``, write the first ``tx_length`` bytes of ``tx`` to
    the host as far as it takes them and say how many with ``sent``.
    """

    # -- the bytes, for whoever moves them ------------------------------------------------------

    @property
    def tx(self) -> bytearray:
        return self.link.tx

    @property
    def tx_length(self) -> int:
        return self.link.tx_length

    def receive(self, data: bytes | bytearray, length: int) -> None:
        """Bytes from the host; nothing is heard before the self-test."""
        if self.state != BOOT:
            self.link.receive(data, length)

    def sent(self, count: int) -> None:
        self.link.sent(count)

    @property
    def underruns(self) -> int:
        return self.underrun.count

    @property
    def underrun_ms(self) -> int:
        return self.underrun.ms

    # -- what the link asks --------------------------------------------------------------------

    def token_changed(self) -> None:
        self._silence_ms = 0

    def new_session(self) -> None:
        """Somebody else has said hello: whoever was heard before is no sign of life of theirs."""
        self._silence_ms = SILENCE_FAULT_MS
        self.stop_input.expect_nothing()

    def arm(self, values) -> int:  # type: ignore[no-untyped-def]
        """SAFE -> ARMED, for these regions, under these ceilings."""
        refusal = self._why_not_arm(values)
        if refusal != R_DONE:
            return refusal
        self.regions = values["regions"]
        self.dry = self.dry or values["dry"] != 0
        self.governor.set_session(values["ceiling_vibration"], values["ceiling_percussion"])
        self._set_heat_limit(values["ceiling_heat_c100"])
        self._run_ms = 0
        self._armed_ms = 0
        self.stop_input.expect_nothing()
        self.underrun.reset()
        self.reason = WHY_NONE
        self._flush()
        self.player.rewind()
        self.state = ARMED
        return R_DONE

    def _why_not_arm(self, values) -> int:  # type: ignore[no-untyped-def]
        limits = limits_table(self.config, self.heat_locked)
        if self.state == FAULT:
            return R_FAULT
        if self.state != SAFE:
            return R_STATE
        if values["boot_id"] != self.boot_id:
            return R_BOOT
        if values["limits_crc"] != limits["limits_crc"]:
            return R_LIMITS
        for name in _CEILINGS:
            if not 0 <= values["ceiling" + name[3:]] <= limits[name]:
                self.link.refused_raises += 1
                return R_ABOVE
        if values["regions"] & 1 or values["regions"] >> len(REGIONS):
            return R_REGION
        if self.stop_input.open:
            return R_STOP_OPEN
        return R_BUCKET if self.governor.bucket.locked else R_DONE

    def _set_heat_limit(self, ceiling_c100: int) -> None:
        limit, rule = MAX_HEAT_C100, RULE_DEVICE
        if self.config.max_heat_c100 < limit:
            limit, rule = self.config.max_heat_c100, RULE_PROFILE
        if not ceiling_c100 >= limit:
            limit, rule = ceiling_c100, RULE_SESSION
        if self.governor.bench and limit > BENCH_HEAT_C100:
            limit, rule = BENCH_HEAT_C100, RULE_BENCH
        if self.heat is None or self.heat_locked:
            limit, rule = 0, RULE_DEVICE
        self._max_heat = limit
        self._heat_rule = rule

    def resume(self) -> int:
        """ARMED or PAUSED -> RUNNING, with enough to play and a host that is alive."""
        if self.state != ARMED and self.state != PAUSED:
            return R_FAULT if self.state == FAULT else R_STATE
        if self._silence_ms >= SILENCE_PAUSE_MS:
            return R_HEARTBEAT
        if self.governor.bucket.locked:
            return R_BUCKET
        player = self.player
        if player.buffered_ms < START_MS and not (player.complete and player.buffered_ms):
            return R_BUFFER
        player.rewind()
        self.governor.begin()
        self.reason = WHY_NONE
        self.state = RUNNING
        return R_DONE

    def pause(self, newer: bool) -> int:
        """From RUNNING. In PAUSED a new one throws away what was queued for going on."""
        if self.state == RUNNING:
            self._pause_by_command()
            return R_DONE
        if self.state != PAUSED:
            return R_STATE
        if newer:
            self._flush()
        return R_DONE

    def stop(self) -> int:
        """At any time; zero within the ramp."""
        self._stop_for(WHY_STOP)
        return R_DONE

    def stop_for_hello(self) -> None:
        """Somebody else says hello. Why it stood still before is kept: they will ask."""
        silent = self.state == PAUSED and self.reason == WHY_SILENCE
        self._stop_for(WHY_SILENCE if silent else WHY_NEW_SESSION)

    def _stop_for(self, reason: int) -> None:
        if self.state == ARMED:
            self.reason = reason
            self._end_session()
        elif self.state == RUNNING or self.state == PAUSED:
            self._stop(reason)

    def estop(self) -> int:
        self._fail(F_ESTOP, 0, 0)
        self._cause_gone_ms = 0  # pressed again: the five seconds begin again
        return R_DONE

    def set_gain(self, gain: int, gain_max: int, newer: bool) -> int:
        """Lowering acts always; raising only when the command is newer than the last."""
        governor = self.governor
        if gain > governor.gain_max or gain_max > governor.gain_max:
            self.link.refused_raises += 1
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
        if self.heat is not None and self.heat.fault:
            self.heat.clear()
        if not self.heat_locked:
            self.board.save_fault(F_NONE, 0, 0, 0)
        self.fault = F_NONE
        self.state = SAFE
        return R_DONE

    def stamp(self, config_crc: int, cmd: int) -> int:
        """At rest, with the stop input closed: opening it within 30 s is the proof that it works."""
        if self.state != SAFE:
            return R_STATE
        if self.stop_input.open:
            return R_STOP_OPEN
        if config_crc != self.config.crc:
            return R_CONFIG
        self._stamp_cmd = cmd
        self.stop_input.expect_proof()
        return R_WAITING

    def welcome(self, cmd: int) -> dict[str, int | str | bytes]:
        """Everything that HELLO answers."""
        config = self.config
        values = limits_table(config, self.heat_locked)
        channels = 0
        heads = 0
        for channel in range(3):
            output = config.output_of[channel]
            if output >= 0:
                channels |= 1 << channel
                if channel != HEAT and self._percussive(channel):
                    heads |= 1 << channel
        fault, tick, channel, value = self.board.load_fault()
        values["cmd"] = cmd
        values["board"] = self.board.name
        values["rig_id"] = config.rig_id if fits(config.rig_id) else "?"
        values["profile_hash"] = config.profile_hash if fits(config.profile_hash) else "?"
        values["channels"] = channels
        values["heads"] = heads
        values["simulated"] = self.board.simulated
        values["boot_id"] = self.boot_id
        values["reset_cause"] = self.board.reset_cause
        values["last_fault"] = fault & 0xFF
        values["last_fault_tick"] = tick & COUNT_MASK
        values["last_fault_channel"] = channel & 0xFF
        values["last_fault_value"] = value & COUNT_MASK
        values["last_reason"] = self.reason
        values["stamp"] = self.board.load_stamp()
        values["config_crc"] = config.crc
        values["bucket_s"] = self.governor.bucket.left_ms // 1000
        return values
