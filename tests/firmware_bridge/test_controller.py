"""The device's state machine on recording pins: every way in, every way down."""

from __future__ import annotations

import itertools

import pytest

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.controller import Controller
from firmware_bridge.device.link import limits_table
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from firmware_bridge.protocol.framing import Encoder
from tests.firmware_bridge.bench import SESSION, Bench, config, raw_at, record


def fault(bench: Bench) -> str:
    return states.FAULTS[bench.device.fault]


def reason(bench: Bench) -> str:
    return states.REASONS[bench.device.reason]


def test_at_power_up_everything_is_off_and_nothing_is_enabled() -> None:
    bench = Bench()
    bench.run(1000)
    assert bench.state == "SAFE"
    assert bench.board.duties == [0, 0, 0]
    assert bench.board.edges == 0


def test_what_arrives_before_the_self_test_is_not_heard() -> None:
    device = Controller(config(heads=(0, 1, 1)), MemoryBoard(3, 0), 1)
    hello = Encoder().frame(m.HELLO, 0, 7, b"\x01\x00")
    device.receive(hello, len(hello))
    assert device.link.decoder.good == 0
    device.tick(10)
    assert states.STATES[device.state] == "FAULT"


def test_a_program_plays_and_ends_completed() -> None:
    bench = Bench()
    bench.start(record(500, vibration=100), record(400, vibration=0, last=True))
    assert bench.state == "RUNNING"
    bench.run(500)
    assert bench.device.applied[0] == 100
    assert bench.board.duties[0] == 6000 + 54000 * 100 // 10000
    assert bench.board.edges > 20
    bench.run(420)
    assert (bench.state, reason(bench)) == ("SAFE", "completed")
    assert bench.board.duties == [0, 0, 0]
    assert bench.status["playhead_ms"] == 900


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({"boot_id": 1}, "refused: other boot"),
        ({"limits_crc": 1}, "refused: limits differ"),
        ({"ceiling_vibration": 8501}, "refused: above the device's limit"),
        ({"ceiling_percussion": 65535}, "refused: above the device's limit"),
        ({"ceiling_heat_c100": 4101}, "refused: above the device's limit"),
        ({"regions": 0b11}, "refused: region unknown or not allowed"),
        ({"regions": 0b10000010}, "refused: region unknown or not allowed"),
    ],
)
def test_arm_is_refused_with_its_reason(change: dict[str, int], result: str) -> None:
    bench = Bench()
    bench.hello()
    assert m.RESULTS[bench.arm(**change)] == result
    assert bench.state == "SAFE"


def test_resume_needs_enough_to_play_and_a_living_host() -> None:
    bench = Bench()
    bench.hello()
    bench.arm()
    assert bench.send(m.RESUME) == m.R_BUFFER
    assert bench.segments(record(500, vibration=100))
    assert bench.send(m.RESUME) == m.R_BUFFER
    assert bench.segments(record(100, vibration=100))
    assert bench.send(m.RESUME) == m.R_DONE


def test_everything_up_to_the_last_record_is_enough() -> None:
    bench = Bench()
    bench.start(record(100, vibration=0, last=True))
    assert bench.state == "RUNNING"


# -- dead-man ---------------------------------------------------------------------------------


def test_no_changed_token_pauses_at_1000_ms_and_latches_at_3000() -> None:
    bench = Bench()
    bench.play(2500, 4000)
    bench.beat()
    bench.beating = False
    start = bench.now_ms
    felt = []
    while bench.now_ms < start + 3100:
        if bench.device.player.buffered_ms <= 1000 and bench.state == "RUNNING":
            bench.segments(record(500, vibration=2500))
        bench.put(m.HEARTBEAT, bench.token.to_bytes(2, "little"))  # alive, but always the same token
        bench.tick()
        felt.append((bench.now_ms - start, bench.state, bench.device.applied[0]))
    assert all(level == 2500 for t, _, level in felt if t < 1000)
    assert next(t for t, state, _ in felt if state == "PAUSED") == 1000
    assert next(t for t, _, level in felt if level == 0) <= 1210
    assert reason(bench) == "fault"
    assert fault(bench) == "LINK_LOST"
    assert next(t for t, state, _ in felt if state == "FAULT") == 3000


def test_armed_and_silent_goes_back_to_safe() -> None:
    bench = Bench()
    bench.hello()
    bench.arm()
    bench.beat()
    bench.beating = False
    bench.run(990)
    assert bench.state == "ARMED"
    bench.run(20)
    assert (bench.state, reason(bench)) == ("SAFE", "heartbeat token stood still")


def test_segments_are_no_heartbeat() -> None:
    bench = Bench()
    bench.play(1000, 1000)
    bench.beating = False
    bench.feed(1000, 1200)
    assert bench.state == "PAUSED"


# -- stops ------------------------------------------------------------------------------------


def test_stop_ramps_down_within_150_ms_and_says_which_command() -> None:
    bench = Bench()
    bench.play(2500, 4000)
    assert bench.device.applied[0] == 2500
    bench.send(m.STOP)
    levels = []
    for _ in range(17):
        bench.tick()
        levels.append(bench.device.applied[0])
    assert levels == sorted(levels, reverse=True)
    assert levels[14] == 0 < levels[13]
    assert (bench.state, reason(bench)) == ("SAFE", "stopped by command")
    assert (bench.status["cmd"], bench.status["result"]) == (bench.cmd, m.R_DONE)
    assert bench.board.duties == [0, 0, 0]


@pytest.mark.parametrize("session", [SESSION + 1, 1, 0])
def test_stop_and_estop_act_with_any_session(session: int) -> None:
    for kind, state in ((m.STOP, "STOPPING"), (m.ESTOP, "FAULT")):
        bench = Bench()
        bench.play(2500, 2000)
        bench.send(kind, session=session)
        assert bench.state == state


@pytest.mark.parametrize("session", [1, 0])
def test_nothing_else_acts_with_a_foreign_session(session: int) -> None:
    bench = Bench()
    bench.play(2500, 2000)
    for kind, values in (
        (m.PAUSE, {}),
        (m.GAIN, {"gain": 0, "gain_max": 0}),
        (m.RESUME, {}),
        (m.CLEAR, {}),
    ):
        bench.send(kind, session=session, **values)
    assert bench.state == "RUNNING"
    assert bench.device.governor.gain == 10000


def test_estop_is_zero_at_once_and_latched() -> None:
    bench = Bench()
    bench.play(2500, 3000)
    assert bench.board.duties[0] > 0
    bench.send(m.ESTOP)
    assert bench.board.duties == [0, 0, 0]
    bench.tick()
    assert fault(bench) == "ESTOP"
    bench.hello()
    assert bench.state == "FAULT"
    assert m.RESULTS[bench.arm()] == "refused: a fault is latched"
    assert bench.send(m.CLEAR) == m.R_CAUSE
    bench.run(5000)
    assert bench.send(m.CLEAR) == m.R_DONE
    assert bench.state == "SAFE"


@pytest.mark.parametrize("state", ["SAFE", "ARMED", "RUNNING", "PAUSED"])
def test_the_stop_input_acts_in_any_state_within_a_tick(state: str) -> None:
    bench = Bench()
    bench.hello()
    if state == "ARMED":
        bench.arm()
    elif state != "SAFE":
        bench.play(2500, 2000)
        if state == "PAUSED":
            bench.send(m.PAUSE)
    assert bench.state == state
    bench.board.open = True
    bench.tick()
    assert (bench.state, fault(bench)) == ("FAULT", "STOP_INPUT")
    assert bench.board.duties == [0, 0, 0]
    bench.run(6000)
    assert bench.send(m.CLEAR) == m.R_CAUSE  # still open
    bench.board.open = False
    bench.run(4900)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    bench.run(200)
    assert bench.send(m.CLEAR) == m.R_DONE


# -- pause ------------------------------------------------------------------------------------


def test_pause_ramps_flushes_and_comes_back_only_by_a_new_command() -> None:
    bench = Bench()
    bench.play(2500, 3000)
    epoch = bench.device.epoch
    at = bench.device.player.playhead_ms
    bench.send(m.PAUSE)
    bench.run(150)
    assert bench.device.applied[0] == 0
    assert (bench.state, bench.device.player.buffered_ms) == ("PAUSED", 0)
    assert bench.device.player.playhead_ms == at
    assert bench.device.epoch == epoch + 1
    bench.seq = 0
    assert not bench.segments(record(500, vibration=2500), epoch=epoch)
    assert bench.segments(record(500, vibration=1000))
    assert bench.segments(record(500, vibration=1000))
    bench.run(2000)
    assert bench.device.applied[0] == 0
    resume = bench.send(m.RESUME)
    assert resume == m.R_DONE
    bench.run(500)
    assert bench.device.player.playhead_ms == 500
    assert bench.device.applied[0] > 0
    bench.put(m.PAUSE, (bench.cmd - 1).to_bytes(2, "little"))  # a late repeat still lowers
    assert bench.state == "PAUSED"
    bench.put(m.RESUME, bench.cmd.to_bytes(2, "little"))  # a late repeat never raises
    bench.run(100)
    assert bench.state == "PAUSED"


def test_a_pause_of_a_minute_ends_the_session() -> None:
    bench = Bench()
    bench.play(2500, 1000)
    bench.send(m.PAUSE)
    bench.run(59_900)
    assert bench.state == "PAUSED"
    bench.run(400)
    assert (bench.state, reason(bench)) == ("SAFE", "paused for over 60 s")


# -- underrun ---------------------------------------------------------------------------------


def dry(bench: Bench, level: int = 2500) -> None:
    """Lets the buffer run out in RUNNING."""
    while bench.device.player.buffered_ms:
        bench.run(10)
    while not bench.device.underrun_ms:
        bench.run(10)


def test_underrun_holds_ramps_and_recovers_from_zero() -> None:
    bench = Bench()
    bench.play(2500, 3000)
    dry(bench)
    levels = []
    for _ in range(60):
        bench.run(10)
        levels.append(bench.device.applied[0])
    assert levels[7] == 2500
    assert levels[9] <= 2500
    assert levels[34] == 0
    assert bench.state == "RUNNING"
    playhead = bench.device.player.playhead_ms
    assert bench.segments(record(500, vibration=2500), record(500, vibration=2500))
    bench.run(20)
    assert bench.device.player.playhead_ms > playhead
    assert bench.device.applied[0] <= 100
    bench.run(400)
    assert 0 < bench.device.applied[0] <= 0.30 * 10000 * 0.42 + 60
    assert bench.status["underruns"] == 1


def test_data_within_the_hold_leaves_the_level_alone() -> None:
    bench = Bench()
    bench.play(2500, 3000)
    dry(bench)
    bench.run(40)
    bench.feed(2500, 500)
    assert bench.device.applied[0] == 2500
    assert bench.status["underruns"] == 1


def test_three_underruns_in_a_minute_latch() -> None:
    bench = Bench()
    bench.play(2500, 3000)
    for count in (1, 2):
        dry(bench)
        assert bench.device.underruns == count
        bench.feed(2500, 3000)
        assert bench.state == "RUNNING"
    while bench.device.player.buffered_ms:
        bench.run(10)
    bench.run(30)
    assert fault(bench) == "UNDERRUN"


def test_one_underrun_over_two_seconds_latches() -> None:
    bench = Bench()
    bench.play(2500, 3000)
    dry(bench)
    bench.run(1900)
    assert bench.state == "RUNNING"
    bench.run(150)
    assert fault(bench) == "UNDERRUN"


# -- commands ---------------------------------------------------------------------------------


def test_a_repeated_raising_command_is_echoed_not_done_again() -> None:
    bench = Bench()
    bench.play(2500, 1000)
    resume = bench.cmd
    bench.send(m.STOP)
    bench.run(300)
    assert bench.state == "SAFE"
    before = bench.device.link.refused_raises
    bench.put(m.RESUME, resume.to_bytes(2, "little"))
    bench.run(100)
    assert bench.state == "SAFE"
    assert bench.device.link.refused_raises == before + 1


def test_gain_lowers_at_once_rises_slowly_and_its_ceiling_never_rises() -> None:
    bench = Bench()
    bench.play(2000, 3000)
    bench.send(m.GAIN, gain=5000, gain_max=10000)
    bench.tick()
    assert bench.device.applied[0] == 1000
    bench.send(m.GAIN, gain=10000, gain_max=10000)
    bench.feed(2000, 1000)
    assert 1450 <= bench.device.applied[0] <= 1520
    bench.send(m.GAIN, gain=6000, gain_max=6000)
    assert bench.send(m.GAIN, gain=9000, gain_max=9000) == m.R_ABOVE
    bench.feed(2000, 3000)
    assert bench.device.applied[0] == 1200
    assert bench.status["gain_max"] == 6000
    bench.put(m.GAIN, m.pack(m.MESSAGES[m.GAIN][1], {"cmd": 1, "gain": 1000, "gain_max": 6000}))
    assert bench.device.governor.gain == 1000  # an old command may still lower
    bench.put(m.GAIN, m.pack(m.MESSAGES[m.GAIN][1], {"cmd": 1, "gain": 5000, "gain_max": 6000}))
    assert bench.device.governor.gain == 1000  # and never raise


def test_hello_of_another_session_stops_first_and_answers_in_safe() -> None:
    bench = Bench()
    bench.play(2500, 2000)
    bench.welcome = None
    bench.session = 77
    bench.beating = False
    bench.put(m.HELLO, b"\x01\x00")
    bench.tick()
    assert (bench.state, bench.welcome) == ("STOPPING", None)
    bench.run(200)
    assert bench.state == "SAFE"
    assert bench.welcome is not None
    assert bench.welcome["last_reason"] == states.WHY_NEW_SESSION
    assert bench.device.link.session == 77


def test_a_late_hello_of_the_running_session_changes_nothing() -> None:
    bench = Bench()
    bench.play(2500, 2000)
    bench.put(m.HELLO, b"\x01\x00")
    bench.tick()
    assert bench.state == "RUNNING"


def test_sequence_numbers() -> None:
    bench = Bench()
    bench.hello()
    bench.arm()
    one = record(100, vibration=100)
    assert not bench.segments(one, seq=1)
    assert bench.segments(one)
    assert not bench.segments(one, seq=0)  # a repeat is acknowledged again, not played twice
    assert bench.device.player.buffered_ms == 100
    assert bench.segments(one)
    assert not bench.segments(one, epoch=bench.device.epoch + 1)


# -- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "cap"), [(0, 0), (1, 3000), (2, 8500), (3, 8500), (4, 5000), (5, 8500), (6, 5000)]
)
def test_the_region_of_the_record_caps_vibration(region: int, cap: int) -> None:
    bench = Bench()
    bench.play(10000, 5000, region=region)
    assert bench.device.applied[0] == cap == bench.peak[0]
    assert states.RULES[bench.device.rule[0]] == ("device limit" if cap == 8500 else "region cap")


@pytest.mark.parametrize(
    ("region", "allowed"), [(1, False), (2, True), (3, True), (4, False), (5, True), (6, False)]
)
def test_percussion_never_on_neck_lower_back_or_back(region: int, allowed: bool) -> None:
    bench = Bench()
    bench.start(*[record(500, region, percussion=2000)] * 3)
    bench.run(1400)
    assert (bench.peak[1] > 0) is allowed


def test_a_percussive_head_is_refused_there_whatever_the_channel_is_called() -> None:
    one_motor = config(output_of=(0, 0, 1), heads=(1, 2), start_duty=(6000, 0), max_duty=(60000, 65535))
    bench = Bench(one_motor)
    bench.play(2000, 2000, region=4)
    assert bench.peak == [0, 0]
    assert states.RULES[bench.device.rule[0]] == "percussion not allowed here"


def test_one_motor_plays_the_higher_of_its_channels() -> None:
    bench = Bench(config(output_of=(0, 0, 1), heads=(1, 2), start_duty=(0, 0), max_duty=(60000, 65535)))
    bench.start(*[record(500, vibration=300, percussion=200)] * 2)
    bench.run(500)
    assert bench.board.duties[0] == 60000 * 300 // 10000


def test_profile_and_session_ceilings_hold_and_the_lowest_wins() -> None:
    bench = Bench(config(max_levels=(4000, 8500)))
    bench.hello()
    assert bench.welcome is not None
    assert bench.welcome["max_vibration"] == 4000
    assert bench.arm(ceiling_vibration=4001) == m.R_ABOVE
    for ceiling, rule in ((4000, "profile limit"), (3500, "session ceiling")):
        bench = Bench(config(max_levels=(4000, 8500)))
        bench.start(*[record(500, vibration=9000)] * 2, ceiling_vibration=ceiling)
        bench.feed(9000, 3000)
        assert (bench.device.applied[0], states.RULES[bench.device.rule[0]]) == (ceiling, rule)


def test_a_strong_tail_never_plays_on_a_tender_region() -> None:
    bench = Bench()
    bench.play(8000, 5000)
    assert bench.device.applied[0] == 8000
    while bench.device.player.buffered_ms > 1000:
        bench.run(10)
    bench.segments(record(500, region=1, vibration=8000))
    while bench.device.player.region == 3:
        bench.run(10)
    assert bench.device.applied[0] <= 3000


def test_uncommissioned_means_a_tenth_in_short_pulses_and_no_heat_to_speak_of() -> None:
    bench = Bench(stamped=False)
    bench.board.ntc = raw_at(33)
    bench.start(*[record(500, vibration=5000, heat=4000)] * 2)
    bench.feed(5000, 1500)
    assert bench.device.applied[0] == 1000
    assert bench.device.applied[2] == 0
    bench.feed(5000, 2000)
    assert bench.device.applied[0] == 0
    assert states.RULES[bench.device.rule[0]] == "bench limits (not commissioned)"


def test_a_stamp_needs_the_right_crc_and_the_stop_input_as_proof() -> None:
    bench = Bench(stamped=False)
    bench.hello()
    assert bench.send(m.STAMP, config_crc=1) == m.R_CONFIG
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
    bench.run(1000)
    assert bench.device.governor.bench
    bench.board.open = True
    bench.run(50)
    assert bench.board.load_stamp() == bench.configuration.crc
    assert (bench.state, bench.device.governor.bench) == ("SAFE", False)
    assert bench.arm() == m.R_STOP_OPEN
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_STOP_OPEN
    bench.board.open = False
    bench.run(50)
    bench.board.open = True
    bench.tick()
    assert fault(bench) == "STOP_INPUT"


def test_a_stamp_that_waits_never_excuses_the_stop_input_in_a_session() -> None:
    bench = Bench(stamped=False)
    bench.hello()
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
    assert bench.arm() == m.R_DONE
    bench.beat()
    assert bench.segments(record(500, vibration=1000), record(500, vibration=1000))
    assert bench.send(m.RESUME) == m.R_DONE
    bench.run(300)
    assert bench.device.applied[0] > 0
    bench.board.open = True
    bench.tick()
    assert (fault(bench), bench.board.duties) == ("STOP_INPUT", [0, 0, 0])
    assert (bench.board.load_stamp(), bench.device.governor.bench) == (0, True)


def test_a_stamp_nobody_proves_expires_and_leaves_newer_results_alone() -> None:
    bench = Bench(stamped=False)
    bench.hello()
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
    bench.run(30_100)
    assert bench.device.link.result == m.R_STOP_OPEN
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
    assert bench.send(m.CLEAR) == m.R_STATE
    bench.run(30_100)
    assert bench.device.link.result == m.R_STATE


def test_no_session_is_ours_before_somebody_said_hello() -> None:
    bench = Bench(session=0)
    limits = limits_table(bench.configuration, False)["limits_crc"]
    bench.welcome = {
        "limits_crc": limits,
        "max_vibration": 8500,
        "max_percussion": 8500,
        "max_heat_c100": 4100,
    }
    assert bench.arm() == m.R_NONE
    assert bench.state == "SAFE"


def test_bench_pulses_count_for_the_rig_not_for_a_channel_and_dips_do_not_refill_them() -> None:
    bench = Bench(stamped=False)
    bench.start(*[record(500, vibration=1000)] * 2)
    on_ms, longest = 0, 0
    for tick in range(1200):
        if bench.device.player.buffered_ms <= 900:
            turn = tick // 50 % 3
            bench.segments(record(480, vibration=1000 if turn else 0, percussion=1000 if turn == 1 else 0))
            bench.segments(record(20, vibration=0, percussion=0))
        bench.run(10)
        on_ms = on_ms + 10 if any(bench.device.applied[:2]) else 0
        longest = max(longest, on_ms)
    assert 0 < longest <= 2010
    assert bench.device.governor.limited_ms[0] > 2500


def test_bursts_put_together_from_short_records_are_held_down_and_reported() -> None:
    bench = Bench()
    bench.start(*[record(500, vibration=200)] * 2)
    bench.feed(8000, 9000)
    rises, before = [], 0
    for step in range(300):
        wave = (5, 500, 500, 10000, 5000, 0 if step % 2 else 5000)
        while bench.device.player.buffered_ms < 200:
            assert bench.segments(
                record(20, vibration=8000, wave=wave),
                record(20, vibration=8000, wave=(*wave[:5], 5000 - wave[5])),
            )
        bench.run(10)
        level = bench.device.applied[0]
        if level > before + 4000:
            rises.append(bench.now_ms)
        before = level
    assert len(rises) > 5
    assert min(b - a for a, b in itertools.pairwise(rises)) >= 80
    assert bench.device.governor.limited_ms[0] > 100


def test_a_lower_gain_acts_during_an_underrun_too() -> None:
    bench = Bench()
    bench.play(2500, 3000)
    dry(bench)
    bench.send(m.GAIN, gain=0, gain_max=0)
    bench.tick()
    assert bench.device.applied[0] == 0


def test_why_a_host_fell_silent_is_kept_for_the_next_hello() -> None:
    bench = Bench()
    bench.play(2500, 2000)
    bench.beating = False
    bench.run(1600)
    assert bench.state == "PAUSED"
    bench.hello()
    bench.run(300)
    assert bench.welcome is not None
    assert states.REASONS[bench.welcome["last_reason"]] == "heartbeat token stood still"


@pytest.mark.parametrize("outputs", [(2, 1, -1), (7, 1, 2), (0, 1, 9), (-2, 1, 2)])
def test_a_self_test_that_failed_cannot_be_cleared(outputs: tuple[int, int, int]) -> None:
    bench = Bench(config(output_of=outputs))
    assert fault(bench) == "INTERNAL"
    bench.hello()
    bench.run(6000)
    assert bench.send(m.CLEAR) == m.R_CAUSE


def test_after_a_sensor_came_off_there_is_no_heat_before_a_reset() -> None:
    bench = Bench()
    bench.board.ntc = raw_at(30)
    bench.start(*[record(500, heat=4000)] * 2)
    for step in range(60):
        bench.board.ntc = raw_at(30 - 0.1 * step) + step % 2
        bench.segments(record(500, heat=4000))
        bench.run(100)
    assert fault(bench) == "HEAT_FELL"
    assert bench.welcome is not None
    old = bench.welcome["limits_crc"]
    bench.hello()
    bench.run(5100)
    assert bench.send(m.CLEAR) == m.R_DONE
    assert bench.arm(limits_crc=old) == m.R_LIMITS
    assert bench.welcome["max_heat_c100"] == 0
    assert bench.arm(ceiling_heat_c100=1) == m.R_ABOVE
    assert bench.arm() == m.R_DONE


@pytest.mark.parametrize("dry", [1, 2, 255])
def test_any_dry_is_dry(dry: int) -> None:
    bench = Bench()
    bench.start(*[record(500, vibration=1000)] * 2, dry=dry)
    assert bench.device.dry


def test_counters_of_a_device_at_rest_stay_small() -> None:
    bench = Bench()
    bench.run(60_000)
    device = bench.device
    small = [device.outputs.idle_ms, device._cause_gone_ms, device._silence_ms, device.supply._low_ms]
    assert max(small) <= 60_000
    before = list(small)
    bench.run(60_000)
    assert [
        device.outputs.idle_ms,
        device._cause_gone_ms,
        device._silence_ms,
        device.supply._low_ms,
    ] == before


def test_an_edited_configuration_loses_its_stamp() -> None:
    assert config().crc != config(max_levels=(8500, 8499)).crc
    assert config().crc != config(ntc_c100=(100, 6300)).crc


def test_the_motor_bucket_empties_in_15_minutes_stops_and_locks() -> None:
    bench = Bench()
    bench.play(1000, 2000)
    assert bench.device.governor.bucket.left_ms == 900_000 - 2000
    bench.device.governor.bucket.left_ms = 500
    bench.feed(1000, 1000)
    assert bench.device.applied[0] == 0
    assert (bench.state, reason(bench)) == ("SAFE", "motor bucket empty")
    bench.run(298_000)
    assert bench.arm() == m.R_BUCKET
    bench.run(2000)
    assert bench.arm() == m.R_DONE


# -- what the board sees ----------------------------------------------------------------------


def test_a_late_tick_is_counted_and_a_very_late_one_is_a_fault() -> None:
    bench = Bench()
    bench.play(2500, 2000)
    bench.tick(60)
    assert (bench.state, bench.device.late_ticks) == ("RUNNING", 1)
    bench.tick(201)
    assert fault(bench) == "TICK_LATE"
    assert bench.board.duties == [0, 0, 0]


def test_a_clock_set_back_refills_nothing() -> None:
    bench = Bench()
    bench.device.governor.bucket.left_ms = 100_000
    bench.now_ms += 5000
    bench.tick(-4000)
    assert bench.device.governor.bucket.left_ms <= 100_200


def test_current_while_everything_is_off_is_a_fault() -> None:
    bench = Bench()
    bench.board.ma = 109
    bench.run(2000)
    assert bench.state == "SAFE"
    bench.board.ma = 1200
    bench.run(1000)
    assert fault(bench) == "CURRENT_AT_ZERO"


def test_an_empty_battery_stops_gently_then_for_good() -> None:
    bench = Bench(config(cells=3))
    bench.board.mv = 9100
    bench.play(2000, 2000)
    bench.board.mv = 8900
    bench.feed(2000, 1000)
    assert (bench.state, reason(bench)) == ("SAFE", "supply voltage low")
    bench.board.mv = 8300
    bench.run(1000)
    assert fault(bench) == "SUPPLY_LOW"


def test_the_clock_may_wrap() -> None:
    bench = Bench()
    bench.now_ms = (1 << 29) // 200 * 200 - 3000
    bench.device._last_ms = bench.now_ms
    bench.play(2500, 2000)
    for _ in range(200):
        bench.now_ms = (bench.now_ms + 10) & 0x1FFFFFFF
        if bench.device.player.buffered_ms <= 1000:
            bench.segments(record(500, vibration=2500))
        bench.beat()
        bench.device.tick(bench.now_ms)
        bench._read()
    assert bench.state == "RUNNING"
    assert bench.device.applied[0] == 2500


def test_a_host_that_does_not_read_costs_frames_not_time() -> None:
    bench = Bench()
    bench.play(2500, 1000)
    for _ in range(500):
        bench.device.tick(bench.now_ms)
        bench.now_ms += 10
        bench.beat()
        if bench.device.player.buffered_ms <= 1000:
            bench.segments(record(500, vibration=2500))
    assert bench.state == "RUNNING"
    assert bench.device.link.dropped > 10
    assert bench.device.tx_length <= 512


def test_dry_mode_holds_enable_off_until_reset() -> None:
    bench = Bench()
    bench.start(*[record(500, vibration=1000)] * 2, dry=1)
    edges = bench.board.edges
    bench.run(500)
    assert bench.device.applied[0] > 0
    assert bench.board.edges - edges <= 1
    assert bench.status["flags"] & m.FLAG_DRY
    bench.send(m.STOP)
    bench.run(300)
    assert bench.arm() == m.R_DONE
    assert bench.device.dry


def test_the_last_check_refuses_a_duty_that_nobody_may_write() -> None:
    bench = Bench(config(max_duty=(65535, 60000, 65535), start_duty=(65000, 6000, 0)))
    bench.start(*[record(500, vibration=1000)] * 2)
    bench.run(100)
    assert fault(bench) == "OUTPUT_CHECK"
    assert bench.board.duties == [0, 0, 0]


def test_a_configuration_that_makes_no_sense_never_leaves_boot_for_safe() -> None:
    bench = Bench(config(heads=(0, 1, 1)))
    assert fault(bench) == "INTERNAL"
    bench.hello()
    assert bench.arm() == m.R_FAULT
