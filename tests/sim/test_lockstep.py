"""Host, link, device and plant in one virtual time: what a run says, and that faults are felt."""

import math

import pytest

from firmware_bridge.protocol import states
from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from sim.lockstep import Run, simulate
from sim.trace import Trace

LEVEL = 1e-4
ZERO_MAX_MS = 1300  # no motion later than this after the last sign of life


def test_a_clean_run_completes_and_limits_nothing(short, heated_head):
    seen = []
    result = simulate(short, heated_head, seed=1, on_progress=seen.append)
    assert (result.outcome, result.limited, result.faults) == ("completed", (), ())
    assert result.device["underruns"] == 0
    assert result.duration_s == pytest.approx(20.0, abs=0.05)
    assert result.peak["vibration"] == 0.30
    assert result.peak["pad_c"] < 41.0
    assert 0.0 < result.exposure["hand_points"] <= 2 * 2.5**2 * 20 / 3600  # at most the head's full a_hv
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def exact(timeline, t_ms):
    """The Timeline's vibration level at ``t_ms``, modulator included, from its definition."""
    before = 0
    for segment in timeline.segments:
        if t_ms <= segment.end_ms:
            into_ms = t_ms - segment.start_ms
            envelope = before + (segment.levels[0] - before) * into_ms / segment.duration_ms
            wave = segment.waves[0]
            turn = wave.phase_after_ut(into_ms, segment.duration_ms) / 1e6
            s = -math.cos(2 * math.pi * turn)  # duty 0.5: rises over the first half
            return envelope * (1 - wave.depth / 1e4 * (1 - s) / 2)
        before = segment.levels[0]
    return 0.0


def test_what_is_applied_is_the_timeline(short, heated_head):
    trace = simulate(short, heated_head, seed=1).trace
    playhead = trace.column("playhead_ms")
    asked, applied = trace.column("vibration_asked"), trace.column("vibration_applied")
    state = trace.column("state")
    compared = 0
    for row, playing in enumerate(state):
        if playing == states.RUNNING and playhead[row] > 0:
            assert applied[row] == pytest.approx(asked[row], abs=1e-9)
            assert applied[row] == pytest.approx(exact(short, int(playhead[row])) * LEVEL, abs=5e-4)
            compared += 1
    assert compared > 1900


def test_the_motor_follows_and_nothing_moves_after_the_end(short, heated_head):
    trace = simulate(short, heated_head, seed=1).trace
    speed, applied = trace.column("vibration_pad_speed_rpm"), trace.column("vibration_applied")
    assert max(speed) > 1500
    assert applied[-1] == 0.0
    assert trace.column("percussion_head_speed_rpm") == [0.0] * len(trace)


def rows(result):
    return result.trace.rows.tobytes()


def test_the_same_seed_gives_the_same_rows(timeline, heated_head):
    held = timeline(heat_c100=3000)  # the pad gets there, so the sensor's noise shows in its power
    faults = ["link.drop@3:0.2:5"]
    one = simulate(held, heated_head, seed=5, faults=faults)
    same = simulate(held, heated_head, seed=5, faults=faults)
    other = simulate(held, heated_head, seed=6, faults=faults)
    assert rows(one) == rows(same)
    assert one.summary() == same.summary()
    assert rows(one) != rows(other)


@pytest.mark.parametrize(
    ("fault", "code", "outcome"),
    [
        ("ntc.off@6", "NTC_RANGE", "fault"),
        ("ntc.stuck@1", "NTC_FROZEN", "fault"),
        ("ntc.fallen@30", "HEAT_FELL", "fault"),
        ("stop.open@6", "STOP_INPUT", "fault"),
        ("host.stall@6", "LINK_LOST", "lost_link"),
        ("host.hang@6", "LINK_LOST", "lost_link"),
        ("link.cut@6", "LINK_LOST", "lost_link"),
    ],
)
def test_a_fault_is_felt_named_and_brings_the_outputs_to_zero(timeline, heated_head, fault, code, outcome):
    result = simulate(timeline(60), heated_head, seed=2, faults=[fault])
    assert result.felt
    assert result.outcome == outcome
    assert [each.code for each in result.faults] == [code]
    assert result.faults[0].outputs_zero_after_ms == 0
    began_s = float(fault.split("@")[1])
    applied = result.trace.column("vibration_applied")
    last_moving_s = max(row for row, level in enumerate(applied) if level > 0) / 100
    if outcome == "lost_link":
        assert (last_moving_s - began_s) * 1000 <= ZERO_MAX_MS
    else:
        assert last_moving_s <= result.faults[0].t_s


def test_a_shorted_heater_is_cut_by_enable(timeline, heated_head):
    """200 ms after the fault at the latest: the one-shot, not software, cuts it."""
    result = simulate(timeline(90), heated_head, seed=2, faults=["heater.stuck_on@10"])
    assert result.felt
    assert [each.code for each in result.faults] == ["HEAT_AFTER_OFF"]  # before it trips at 43 C
    assert 0 < result.faults[0].outputs_zero_after_ms <= 200
    assert result.peak["pad_c"] < 45.0


@pytest.mark.parametrize(
    "fault", ["host.stall@6:0.75", "link.cut@6:0.3", "link.flip@2:0.1", "motor.stall@6:2"]
)
def test_what_is_short_or_small_is_felt_and_survived(short, heated_head, fault):
    result = simulate(short, heated_head, seed=2, faults=[fault])
    assert result.felt
    assert (result.outcome, result.faults) == ("completed", ())
    assert result.device["underruns"] == 0


def test_a_fault_after_the_end_was_not_felt(short, heated_head):
    result = simulate(short, heated_head, faults=["ntc.off@300"])
    assert result.outcome == "completed"
    assert not result.felt


def test_a_sag_shows_in_the_supply(short, heated_head):
    result = simulate(short, heated_head, faults=["supply.sag@5:3:5"])
    volts = result.trace.column("supply_v")
    assert volts[700] == pytest.approx(volts[300] - 3, abs=0.2)
    assert volts[1200] == pytest.approx(volts[300], abs=0.2)


def test_actions_pause_and_stop(timeline, heated_head):
    short = timeline(heat_c100=0)
    stopped = simulate(short, heated_head, actions=[(6000, lambda session: session.stop())])
    assert stopped.outcome == "stopped_by_user"
    assert stopped.duration_s == pytest.approx(6.2, abs=0.1)
    waiting = simulate(short, heated_head, actions=[(6000, lambda session: session.pause())])
    assert waiting.outcome == "ended_no_response"
    applied = waiting.trace.column("vibration_applied")
    assert max(applied[620:]) == 0.0
    assert 65.0 < waiting.duration_s < 68.0


def test_gain_lowers_what_is_applied_and_is_no_limit(short, heated_head):
    result = simulate(short, heated_head, actions=[(100, lambda session: session.set_gain(0.5))])
    assert result.peak["vibration"] == pytest.approx(0.15, abs=1e-3)
    assert result.limited == ()


def test_what_the_device_limits_is_listed_with_its_rule(timeline, heated_head):
    """Neck, at most 0.30, asked 0.34: no compiler would do this."""
    result = simulate(timeline(level=3400, region="neck"), heated_head)
    assert result.outcome == "completed"
    assert len(result.limited) == 1
    entry = result.limited[0]
    assert (entry.channel, entry.asked, entry.allowed, entry.rule) == ("vibration", 0.34, 0.30, "region cap")
    assert entry.t_s == pytest.approx(1.2, abs=0.1)
    assert result.peak["vibration"] == pytest.approx(0.30)


def test_heat_that_is_limited_is_listed_too(short, heated_head):
    run = Run(short, heated_head)
    run.at(3000, lambda: run.device.controller._set_heat_limit(3500))
    run.play()
    limited = run.result().limited
    assert [(each.channel, each.asked, each.allowed) for each in limited] == [("heat", 39.0, 35.0)]
    assert limited[0].t_s == pytest.approx(3.0, abs=0.2)


def test_a_rig_without_the_channel_refuses(short):
    result = simulate(short, load_profile("vibration-pad"))
    assert result.outcome == "refused"
    assert len(result.trace) == 0
    assert result.duration_s == 0.0
    assert result.peak["pad_c"] is None


def test_one_motor_plays_both_channels(timeline):
    profile = load_profile("percussion-massager")
    played = timeline(channel=1, heat_c100=0, region="upper-back", rate_mhz=1500, shape="square")
    result = simulate(played, profile)
    assert (result.outcome, result.limited) == ("completed", ())
    assert result.peak["percussion"] == 0.30
    assert max(result.trace.column("head_speed_rpm")) > 1000


def test_a_built_in_program_is_limited_by_nothing_on_a_one_motor_rig():
    profile = load_profile("percussion-massager")
    compiled = compile_program(load_program("upper-back-percussion"), profile)
    assert compiled.timeline is not None
    result = simulate(compiled.timeline, profile, seed=3)
    assert (result.outcome, result.limited, result.faults) == ("completed", (), ())
    assert result.device["underruns"] == 0
    assert result.duration_s == pytest.approx(compiled.timeline.duration_ms / 1000, abs=0.05)


def test_time_passes_for_a_device_whose_host_never_speaks(short, heated_head):
    run = Run(short, heated_head)
    run.bench.host.stalled = True
    run.play()
    assert run.result().outcome == "refused"
    assert run.clock.now_ms > 10_000
    assert isinstance(run.result().trace, Trace)
