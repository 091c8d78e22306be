"""F2, F4, F6, F8, F10, F17, F18, F24, F25: what goes wrong between two ends that both mean well.

Virtual time. Each test injects the failure, shows that it was felt, and then that the outcome is safe.
Limits are restated: a device keeps 1500 ms of data, latches an underrun of 2 s.
"""

from __future__ import annotations

import pytest

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.protocol.framing import Decoder
from firmware_bridge.session.status import Status
from programs.timeline import Segment, Timeline, Wave
from tests.firmware_bridge.bench import BOOT_ID, Bench, raw_at, record
from tests.firmware_bridge.desk import Desk, timeline
from tests.firmware_bridge.test_session import playing


def kinds_in(data: bytes) -> list[int]:
    return [kind for kind, *_rest in Decoder().frames(data)]


# -- F2, F3 ------------------------------------------------------------------------------------


def test_f2_a_stop_has_a_number_left_after_gains_without_end() -> None:
    """Numbers are 16 bits: an application that turns the strength all the time may not use them up."""
    desk = playing(60_000)
    desk.session._commands.cmd = 59_990  # as after twenty minutes of gains every 20 ms
    taken = 0
    for turn in range(40):
        taken += desk.session.set_gain(0.5 + turn % 2 / 10)
        desk.run(50)
    assert 0 < taken < 40, "the numbers never came to their end"
    assert desk.session.pause()
    desk.until_phase("paused")
    desk.session._commands.cmd = 65_530
    desk.session.stop()
    desk.session.estop()
    desk.until_phase("ended", 1000)
    assert desk.session.outcome == "stopped_by_user"
    assert not desk.moving


# -- F4 ----------------------------------------------------------------------------------------


def test_f4_a_host_that_sends_without_end_fills_nothing() -> None:
    bench = Bench()
    bench.play(2500, 1000)
    for _ in range(2000):
        bench.segments(record(500, vibration=2500))
        assert bench.device.player.buffered_ms <= 1500
        assert bench.device.tx_length <= 512
    assert bench.device.link.refused_segments > 1900
    bench.feed(2500, 3000)  # and it was no shutdown
    assert bench.state == "RUNNING"


def test_f4_a_device_that_talks_without_end_fills_nothing() -> None:
    desk = playing(at_ms=500)
    desk.session.pause()
    desk.until_phase("paused")
    for turn in range(3000):
        desk.controller.player.playhead_ms = turn
        desk.controller.rule[0] = turn % 3  # each tells of another limit: an event each
        desk.controller.link.send_status()
        count = desk.controller.tx_length
        desk.session.receive(bytes(desk.controller.tx[:count]), desk.now_ms)
        desk.controller.sent(count)
    assert len(desk.session.events) == 1000
    assert len(desk.session.decoder.body) == 268


# -- F6 ----------------------------------------------------------------------------------------


def test_f6_a_hello_that_comes_late_does_not_answer_for_a_later_command() -> None:
    bench = Bench(stamped=False)
    bench.hello()
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
    before = len(bench.statuses)
    bench.put(m.HELLO, b"\x01\x00")
    bench.tick()
    assert len(bench.statuses) > before
    assert (bench.status["cmd"], bench.status["result"]) == (2, m.R_WAITING)


def test_f6_a_welcome_for_another_session_is_not_believed() -> None:
    desk = Desk()
    desk.session.hello()
    other = Bench()
    other.hello()  # its own session
    other.put(m.HELLO, b"\x01\x00")
    count = other.device.tx_length
    stale = bytes(other.device.tx[:count])
    assert m.WELCOME in kinds_in(stale)
    desk.session.receive(stale, 0)
    assert desk.session.welcome is None


# -- F8 ----------------------------------------------------------------------------------------


def test_f8_no_damaged_bit_of_a_reply_is_ever_believed() -> None:
    desk = playing()
    desk.controller.link.send_status()
    frame = bytes(desk.controller.tx[: desk.controller.tx_length])
    desk.controller.sent(len(frame))
    known, bad = desk.session.status, desk.session.decoder.bad
    for bit in range(8, 8 * (len(frame) - 1)):  # all but the delimiters at its ends
        damaged = bytearray(frame)
        damaged[bit // 8] ^= 1 << bit % 8
        desk.session.receive(bytes(damaged), desk.now_ms)
        assert desk.session.status is known, f"bit {bit}"
    assert desk.session.decoder.bad - bad >= 8 * (len(frame) - 2)
    desk.session.receive(frame, desk.now_ms)  # and the whole one is
    assert desk.session.status is not known


# -- F10 ---------------------------------------------------------------------------------------


def dense(duration_ms: int) -> Timeline:
    """As much data as the wire can be asked to carry: 20 ms a record, each with a new wave."""
    segments = []
    for start_ms in range(0, duration_ms, 20):
        wave = Wave("sine", 1500 + start_ms % 7, 1500, 5000, 5000, 0)
        level = min(2000, start_ms // 4, (duration_ms - start_ms - 20) // 2)
        last = start_ms + 20 == duration_ms
        segments.append(Segment(start_ms, 20, "shoulders", (level, 0, 0), (wave, None, None), last))
    return timeline(*segments)


def test_f10_the_heartbeat_goes_before_the_data_however_much_there_is() -> None:
    desk = Desk(latency_ms=5)
    desk.session.play(dense(8000))
    desk.until_phase("running")
    frames, last_ms, longest_ms = 0, desk.now_ms, 0
    while desk.session.phase == "running":
        desk.up.log.clear()
        desk.tick()
        written = kinds_in(bytes(desk.up.log))
        frames += written.count(m.SEGMENTS)
        if m.HEARTBEAT in written:
            assert m.SEGMENTS not in written[: written.index(m.HEARTBEAT)]
            longest_ms = max(longest_ms, desk.now_ms - last_ms)
            last_ms = desk.now_ms
    assert frames > 100, "that was no bulk"
    assert longest_ms <= 250
    assert (desk.session.outcome, desk.controller.underruns) == ("completed", 0)


# -- F17 ---------------------------------------------------------------------------------------


def test_f17_after_a_refused_frame_nothing_behind_it_plays() -> None:
    bench = Bench()
    bench.play(2500, 2000)
    refused = bench.device.link.refused_segments
    assert not bench.segments(record(500, region=3, vibration=10_001))  # no level
    for later in range(1, 20):
        assert not bench.segments(record(500, vibration=2500), seq=(bench.seq + later) & 255)
    assert bench.device.link.refused_segments == refused + 20
    bench.run(1500 + 100 + 250)
    assert bench.device.applied[0] == 0
    bench.run(2000)
    assert s.FAULTS[bench.device.fault] == "UNDERRUN"


def test_f17_a_fault_forgets_what_was_buffered() -> None:
    bench = Bench()
    bench.play(2500, 2000)
    epoch, left_ms = bench.device.epoch, bench.device.player.buffered_ms
    assert left_ms > 500
    bench.send(m.ESTOP)
    assert bench.device.player.buffered_ms == 0
    assert not bench.segments(record(500, vibration=2500), epoch=epoch)
    bench.run(5100)
    assert bench.send(m.CLEAR) == m.R_DONE
    bench.run(3000)
    assert (bench.state, bench.board.duties) == ("SAFE", [0, 0, 0])


# -- F18 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_f18_commands_in_between_do_not_disturb_the_count_of_the_stream(seed: int) -> None:
    desk = Desk(loss=0.1, seed=seed)
    desk.session.play(dense(6000))
    desk.until_phase("running")
    sent = 0
    while desk.session.phase == "running":
        desk.up.log.clear()
        desk.session.set_gain(0.8 + desk.now_ms % 3 / 10)
        desk.tick()
        sent += kinds_in(bytes(desk.up.log)).count(m.GAIN)
        assert desk.controller.player.buffered_ms <= 1500
    assert sent > 100
    assert desk.up.lost > 10
    assert (desk.session.outcome, desk.controller.underruns) == ("completed", 0)
    assert desk.controller.player.playhead_ms == 6000  # every record once


# -- F24 ---------------------------------------------------------------------------------------


def test_f24_every_field_of_status_means_the_same_on_both_ends() -> None:
    """The device writes it in place, the host reads it by a struct: every field has its own value."""
    bench = Bench()
    bench.play(2500, 500)
    device, governor = bench.device, bench.device.governor
    assert device.heat is not None
    bench.board.ntc = raw_at(34.56)
    device.link.cmd, device.link.result = 0x1234, m.R_BUCKET
    device.epoch, device.link.acked = 201, 17
    device.player.playhead_ms, device.player.buffered_ms = 0x01020304, 777
    device.reason, device.fault = s.WHY_SUPPLY, s.F_NTC_STALE
    governor.gain, governor.gain_max = 9001, 9002
    device.allowed[:], device.applied[:], device.rule[:] = [1001, 1002, 4003], [2001, 2002, 2003], [1, 2, 3]
    device.heat.temperature_c100, device.heat.trusted = 3456, True
    governor.bucket.left_ms = 654_321
    device.supply.current_ma, device.supply.supply_mv = 0x0567, 0x5BCD
    device.underrun.count, device.late_ticks, device.ticks = 7, 300, 0x0A0B0C0D
    bench._read()
    device.link.send_status()
    frames = Decoder().frames(bytes(device.tx[: device.tx_length]))
    assert [(kind, session) for kind, _seq, session, _payload in frames] == [(m.STATUS, bench.session)]
    assert Status.unpack(frames[0][3]) == Status(
        cmd=0x1234,
        result=m.R_BUCKET,
        epoch=201,
        acked=17,
        acceptable=17 + (1500 - 777) // 500,
        playhead_ms=0x01020304,
        buffered_ms=777,
        state=s.RUNNING,
        reason=s.WHY_SUPPLY,
        fault=s.F_NTC_STALE,
        flags=m.FLAG_ENABLE | m.FLAG_SIMULATED,
        gain=9001,
        gain_max=9002,
        allowed_vibration=1001,
        allowed_percussion=1002,
        allowed_heat_c100=4003,
        applied_vibration=2001,
        applied_percussion=2002,
        applied_heat_duty=2003,
        rule_vibration=1,
        rule_percussion=2,
        rule_heat=3,
        pad_c100=3456,
        bucket_s=654,
        current_ma=0x0567,
        supply_mv=0x5BCD,
        underruns=7,
        late_ticks=255,
        boot_id=BOOT_ID,
        ticks=0x0A0B0C0D,
    )


# -- F25 ---------------------------------------------------------------------------------------


def test_f25_what_is_called_done_has_been_done() -> None:
    """After each answer the device stands where the command wanted it."""
    bench = Bench()
    bench.hello()
    assert (bench.arm(), bench.state) == (m.R_DONE, "ARMED")
    bench.beat()
    for buffered_ms in (500, 1000):
        assert bench.segments(record(500, vibration=1000))
        assert bench.device.player.buffered_ms == buffered_ms
    assert (bench.send(m.RESUME), bench.state) == (m.R_DONE, "RUNNING")
    assert bench.send(m.GAIN, gain=4000, gain_max=6000) == m.R_DONE
    assert (bench.device.governor.gain, bench.device.governor.gain_max) == (4000, 6000)
    assert (bench.send(m.PAUSE), bench.state) == (m.R_DONE, "PAUSED")
    assert (bench.send(m.STOP), bench.state) == (m.R_DONE, "STOPPING")
    bench.run(200)
    assert bench.state == "SAFE"
    assert (bench.send(m.ESTOP), bench.state) == (m.R_DONE, "FAULT")
    assert (bench.send(m.CLEAR), bench.state) == (m.R_CAUSE, "FAULT")
    bench.run(5100)
    assert (bench.send(m.CLEAR), bench.state) == (m.R_DONE, "SAFE")


def test_f25_what_waits_is_settled_one_way_or_the_other() -> None:
    bench = Bench(stamped=False)
    bench.hello()
    for proves, result in ((False, m.R_STOP_OPEN), (True, m.R_DONE)):
        assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
        bench.board.open = proves
        bench.run(30_100)
        assert (bench.status["cmd"], bench.status["result"]) == (bench.cmd, result)
        assert bench.device.governor.bench is not proves


def test_f25_a_hello_whose_answer_found_no_room_is_answered_when_it_comes_again() -> None:
    bench = Bench()
    while bench.device.link.dropped == 0:  # a host that does not read
        bench.device.link.send_status()
    bench.put(m.HELLO, b"\x01\x00")
    assert bench.device.link.dropped == 2
    assert bench.welcome is None
    bench.tick()
    bench.put(m.HELLO, b"\x01\x00")
    bench.tick()
    assert bench.welcome is not None
