"""The session against the real controller, in virtual time: playing, pausing, stopping, ending.

Limits are restated here, not imported. Times: tick 10 ms, link 2 ms each way.
"""

from __future__ import annotations

import pytest

from firmware_bridge.protocol import states as s
from firmware_bridge.session import Session
from tests.firmware_bridge.desk import HASH, Desk, ramp, timeline


def playing(duration_ms: int = 20_000, *, at_ms: int = 3000, **how: object) -> Desk:
    """A desk whose program has run for ``at_ms``."""
    desk = Desk(**how)  # type: ignore[arg-type]
    desk.session.play(ramp(duration_ms), profile_hash=HASH)
    desk.until_phase("running")
    desk.run(at_ms)
    return desk


def test_plays_to_the_end_without_underrun_and_says_completed() -> None:
    desk = Desk()
    desk.session.play(ramp(8000), profile_hash=HASH)
    desk.until_phase("ended", 9000)
    assert desk.session.outcome == "completed"
    assert desk.session.reason == "the last stage ended"
    assert desk.controller.underruns == 0
    assert not desk.moving
    assert desk.session.outputs_zero
    assert "limited" not in desk.kinds()


def test_a_timeline_shorter_than_the_buffer_plays_too() -> None:
    desk = Desk()
    desk.session.play(ramp(100, top=100))
    desk.until_phase("ended", 1000)
    assert desk.session.outcome == "completed"


def test_the_device_asks_for_exactly_what_the_timeline_says() -> None:
    desk = Desk()
    program = ramp(6000, wave=True)
    desk.session.play(program)
    desk.until_phase("running")
    compared = 0
    while desk.controller.state == s.RUNNING:
        at_ms = desk.controller.player.playhead_ms
        segment = next((each for each in program.segments if at_ms < each.end_ms), None)
        if segment is not None and segment.start_ms:
            before = program.segments[program.segments.index(segment) - 1].levels[0]
            into_ms = at_ms - segment.start_ms
            wanted = before + (segment.levels[0] - before) * into_ms // segment.duration_ms
            assert desk.controller.player.envelope[0] == wanted
            compared += 1
        desk.tick()
    assert compared > 500


def test_playhead_is_the_last_status_plus_its_age() -> None:
    desk = playing()
    for _ in range(50):
        desk.tick()
        assert abs(desk.session.playhead_ms - desk.controller.player.playhead_ms) <= 20


def test_buffer_stays_between_a_stall_of_750_ms_and_the_device_cap() -> None:
    desk = playing()
    for _ in range(1000):
        desk.tick()
        assert 850 <= desk.controller.player.buffered_ms <= 1500


def test_held_program_waits_for_start() -> None:
    desk = Desk()
    desk.session.play(ramp(8000), hold=True)
    desk.until_phase("armed")
    desk.run(5000)
    assert desk.session.phase == "armed"
    assert desk.controller.state == s.ARMED
    desk.session.start()
    desk.until_phase("running", 500)
    desk.until_phase("ended", 9000)
    assert desk.session.outcome == "completed"


def test_hello_alone_shows_the_device_and_keeps_it_at_rest() -> None:
    desk = Desk()
    desk.session.hello()
    desk.until(lambda: desk.session.welcome is not None, 500)
    desk.run(5000)
    welcome = desk.session.welcome
    assert welcome is not None
    assert (welcome.label, welcome.board, welcome.profile_hash) == ("SIM", "memory", HASH)
    assert welcome.channel_names == ("vibration", "percussion")
    assert welcome.commissioned
    assert welcome.limits_good
    assert desk.session.phase == "idle"
    desk.session.play(ramp(2000, top=500))
    desk.until_phase("ended", 4000)
    assert desk.session.outcome == "completed"


def test_pause_reaches_zero_in_its_ramp_and_resume_plays_on() -> None:
    desk = playing()
    assert desk.session.pause()
    assert desk.until(lambda: not desk.moving, 1000) <= 150 + 40
    desk.until_phase("paused", 300)
    stopped_at_ms = desk.session.playhead_ms
    assert 2900 <= stopped_at_ms <= 3100
    desk.run(10_000)
    assert not desk.moving
    assert desk.session.playhead_ms == stopped_at_ms
    assert desk.session.resume(ramp(4000))
    desk.until_phase("running", 1000)
    assert desk.session.playhead_ms < 100
    desk.until_phase("ended", 5000)
    assert desk.session.outcome == "completed"
    assert desk.controller.underruns == 0


def test_pausing_twice_and_resuming_twice_does_nothing_more() -> None:
    desk = playing()
    assert desk.session.pause()
    assert not desk.session.pause()
    desk.until_phase("paused")
    assert desk.session.resume(ramp(4000))
    assert not desk.session.resume(ramp(4000))
    desk.until_phase("running")


def test_a_pause_of_60_s_ends_the_session() -> None:
    desk = playing()
    desk.session.pause()
    desk.until_phase("paused")
    desk.until_phase("ended", 61_000)
    assert desk.session.outcome == "ended_no_response"


def test_resume_into_a_region_that_was_not_armed_is_an_error() -> None:
    desk = playing()
    desk.session.pause()
    desk.until_phase("paused")
    with pytest.raises(ValueError, match="not armed"):
        desk.session.resume(ramp(4000, region="neck"))
    assert desk.session.phase == "paused"


def test_stop_is_over_only_when_status_shows_zero() -> None:
    desk = playing()
    assert desk.moving
    desk.session.stop()
    assert desk.until_phase("ended") <= 150 + 60
    assert desk.session.outcome == "stopped_by_user"
    assert not desk.moving
    assert desk.controller.state == s.SAFE


def test_stop_carries_the_reason_that_was_given_first() -> None:
    desk = playing()
    desk.session.stop("ended_no_response", "nobody answered")
    desk.session.stop()
    desk.until_phase("ended")
    assert (desk.session.outcome, desk.session.reason) == ("ended_no_response", "nobody answered")


@pytest.mark.parametrize("phase", ["arming", "priming", "armed", "running", "pausing", "paused", "resuming"])
def test_stop_works_in_every_phase(phase: str) -> None:
    desk = Desk()
    desk.session.play(ramp(8000), hold=phase == "armed")
    if phase in ("pausing", "paused", "resuming"):
        desk.until_phase("running")
        desk.run(2000)
        desk.session.pause()
        if phase == "resuming":
            desk.until_phase("paused")
            desk.session.resume(ramp(4000))
    desk.until_phase(phase)
    desk.session.stop()
    desk.until_phase("ended", 500)
    assert desk.session.outcome == "stopped_by_user"
    assert desk.session.outputs_zero
    desk.run(3000)
    assert not desk.moving


def test_stop_before_the_device_answered_sends_nothing_more() -> None:
    session = Session(5)
    session.hello()
    assert session.poll(0)
    session.stop()
    assert session.phase == "ended"
    assert session.poll(1000) == b""


def test_estop_is_zero_at_once_and_latched_until_cleared() -> None:
    desk = playing()
    desk.session.estop()
    assert desk.until(lambda: not desk.moving, 500) <= 20
    desk.until_phase("ended")
    assert desk.session.outcome == "stopped_by_user"
    assert desk.controller.state == s.FAULT

    refused = desk.new_host(78)
    refused.play(ramp(4000))
    desk.until_phase("ended")
    assert refused.outcome == "refused"
    assert "ESTOP" in refused.reason

    desk.run(5000)
    session = desk.new_host(79)
    session.hello()
    desk.until(lambda: session.status is not None, 500)
    assert session.clear()
    desk.until(lambda: desk.controller.state == s.SAFE, 500)
    session.play(ramp(2000, top=500))
    desk.until_phase("ended")
    assert session.outcome == "completed"


def test_gain_scales_what_is_applied_and_its_ceiling_only_falls() -> None:
    desk = playing()
    assert desk.controller.applied[0] == 2000
    assert desk.session.set_gain(0.5)
    desk.until(lambda: desk.controller.applied[0] == 1000, 1000)
    assert desk.session.set_gain(0.4, gain_max=0.6)
    desk.run(500)
    assert desk.controller.applied[0] == 800
    with pytest.raises(ValueError, match=r"Gain 0.8 is not in 0..0.6"):
        desk.session.set_gain(0.8)
    with pytest.raises(ValueError, match="only falls"):
        desk.session.set_gain(0.5, gain_max=0.7)
    with pytest.raises(ValueError, match="nan"):
        desk.session.set_gain(float("nan"))
    assert desk.session.set_gain(0.6)
    desk.until(lambda: desk.controller.applied[0] == 1200, 2000)


def test_many_gains_at_once_leave_the_last_one_and_do_not_delay_a_stop() -> None:
    desk = playing()
    for step in range(50):
        desk.session.set_gain(step / 100)
    desk.run(100)
    assert desk.controller.governor.gain == 4900
    for step in range(50):
        desk.session.set_gain(step / 100)
    desk.session.stop()
    assert desk.until_phase("ended") <= 150 + 60


def test_what_does_not_fit_the_device_is_refused_before_arm() -> None:
    from programs.timeline import Segment

    none = (None, None, None)
    cases = {
        "profile": (ramp(2000), "another-profile!"),
        "0.65": (ramp(8000, top=6500), HASH),
        "heat": (timeline(Segment(0, 500, "back", (0, 0, 3600), none, last=True)), HASH),
        "nothing to play": (timeline(), HASH),
        "last record": (timeline(Segment(0, 500, "back", (0, 0, 0), none)), HASH),
    }
    for words, (program, profile_hash) in cases.items():
        desk = Desk()
        desk.session.play(program, profile_hash=profile_hash)
        desk.until_phase("ended")
        assert desk.session.outcome == "refused"
        assert words in desk.session.reason
        assert desk.controller.state == s.SAFE


def test_a_session_plays_once() -> None:
    desk = playing()
    with pytest.raises(ValueError, match="plays once"):
        desk.session.play(ramp(2000))


@pytest.mark.parametrize("number", [0, -1, 65536])
def test_session_numbers_are_of_the_wire(number: int) -> None:
    with pytest.raises(ValueError, match=r"1..65535"):
        Session(number)


def test_events_are_bounded_and_drained_by_the_caller() -> None:
    desk = playing()
    first = list(desk.session.events)
    assert [e.detail for e in first if e.kind == "phase"][:3] == ["hello", "idle", "arming"]
    assert [e.t_ms for e in first] == sorted(e.t_ms for e in first)
    for step in range(3000):
        desk.session._note("test", str(step))
    assert len(desk.session.events) == 1000


def test_an_emergency_stop_overtakes_a_stop() -> None:
    desk = playing()
    desk.session.stop()
    desk.tick()
    desk.session.estop()
    assert desk.until(lambda: not desk.moving, 500) <= 30
    desk.until_phase("ended")
    assert desk.session.outcome == "stopped_by_user"
    assert desk.controller.state == s.FAULT


def test_a_link_that_the_driver_calls_broken_is_over_at_once() -> None:
    desk = playing()
    desk.session.lost("the cable is out")
    assert (desk.session.phase, desk.session.outcome) == ("ended", "lost_link")
    assert desk.session.poll(desk.now_ms + 10) == b""
    desk.session.lost("again")
    desk.session.stop()
    assert desk.session.reason == "the cable is out"
