"""The guided session: moves, check-ins and what is told, on the real session and device in virtual time."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_bridge.session.stream import Stream
from host_cli.guided.check_in import CheckIns
from host_cli.guided.places import percussion_waits, striking
from programs.catalog import catalog
from programs.compiler import compile_program
from programs.load import Loaded, load_program, parse_program
from programs.profile import load_profile, profile_ids
from tests.host_cli.desk import Desk

TAPPING = "upper-back-percussion"  # stage 6 taps, left then right


@lru_cache
def spot(seconds: int = 150, deepest: float = 0.22) -> Loaded:
    """A break whose third stage rubs one spot for as long as the person may be asked to move."""
    cues = ", ".join(f'{{ t = {t}, say = "On.", move = true }}' for t in range(50, seconds, 50))
    return parse_program(f"""
format = "thrum/1"
id = "spot"
title = "Spot"
summary = "One spot."
kind = "break"
strength = "medium"
posture = "seated"

[[stage]]
technique = "effleurage"
region = "shoulders"
duration_s = 100
intensity = [0.10, 0.18]
cue = "Glide."

[[stage]]
technique = "friction"
region = "shoulders"
duration_s = {seconds}
intensity = [0.18, {deepest}]
cues = [{cues}]

[[stage]]
technique = "closing-sweeps"
region = "shoulders"
duration_s = 50
intensity = [0.12, 0.0]
cue = "Sweep."
""")


def at_the_taps() -> Desk:
    """Playing stage 6, with its warm-up behind it; the other side comes next."""
    desk = Desk(TAPPING, from_stage=5, alone=False)
    desk.until(
        lambda: (desk.conductor.current or desk.conductor.whole.passes[0]).technique == "tapotement", 90_000
    )
    asked(desk, "move", 5000)
    desk.press("enter")
    desk.run(4000)
    return desk


def asked(desk: Desk, kind: str, limit_ms: int = 200_000) -> None:
    desk.until(lambda: desk.guided.prompt is not None and desk.guided.prompt.kind == kind, limit_ms)


def kinds(desk: Desk) -> list[str]:
    return [each.kind for each in desk.told]


def to_the_wait(desk: Desk) -> None:
    """On, answering everything else, until it stands at zero for a move to the other side."""
    for _ in range(400):
        desk.run(500)
        prompt = desk.guided.prompt
        if prompt is not None and "percussion waits" in prompt.question:
            return
        if prompt is not None:
            desk.press("enter" if prompt.kind == "move" else "y")
    raise AssertionError("it never waits for a move")


def strikes(desk: Desk, ms: int) -> bool:
    """Whether the head strikes within the next so many ms; bursts have pauses."""
    found = False
    for _ in range(ms // 100):
        desk.run(100)
        found = found or desk.applied[1] > 0
    return found


# --- percussion waits for an acknowledged move


def test_percussion_in_a_new_place_waits_at_zero_and_its_clock_stands() -> None:
    desk = at_the_taps()
    to_the_wait(desk)
    desk.run(5000)
    stood_ms = desk.conductor.at_ms
    for _ in range(40):
        desk.run(500)
        assert desk.applied[:2] == [0, 0]
        assert desk.conductor.at_ms == stood_ms
    desk.press("enter")
    assert strikes(desk, 4000)
    assert stood_ms + 2500 <= desk.conductor.at_ms <= stood_ms + 4000
    assert desk.told[-1].say == "answered: moved"
    assert desk.sim.device.underruns == 0
    desk.press("q")
    desk.until_phase("ended")


def test_a_move_that_is_acknowledged_in_time_costs_nothing() -> None:
    desk = at_the_taps()
    to_the_wait(desk)  # the three seconds at zero have just begun
    desk.press("m")
    before_ms = desk.conductor.at_ms
    desk.run(6000)
    assert desk.conductor.at_ms - before_ms == pytest.approx(6000, abs=60)


def test_a_move_that_nobody_acknowledges_ends_it_within_a_minute() -> None:
    desk = at_the_taps()
    to_the_wait(desk)
    waited_ms = desk.until_phase("ended", 70_000)
    assert desk.conductor.now.outcome == "ended_no_response"
    assert 60_000 <= waited_ms <= 64_000
    assert desk.conductor.now.reason == "nobody said within 60 s that the head had been moved"
    assert "unanswered" in kinds(desk)


def test_after_a_pause_at_a_wait_it_waits_again_and_elsewhere_it_does_not() -> None:
    desk = at_the_taps()
    desk.run(8000)
    desk.press("space")
    desk.until_phase("paused", 600)
    desk.press("space")
    desk.until_phase("running")
    assert strikes(desk, 4000), "the head was in its place"
    to_the_wait(desk)
    desk.press("space")
    desk.until_phase("paused", 2000)
    assert desk.guided.prompt is None
    desk.press("space")
    desk.until_phase("running")
    assert not strikes(desk, 10_000)
    prompt = desk.guided.prompt
    assert prompt is not None
    assert "right side" in prompt.question
    desk.press("enter")
    assert strikes(desk, 5000)


@pytest.mark.parametrize("name", [each.id for each in catalog().entries])
def test_every_stage_that_strikes_in_a_new_place_is_waited_for(name: str) -> None:
    """In every program on every rig: and the stream can stand there, motors at zero."""
    for profile_id in profile_ids():
        profile = load_profile(profile_id)
        timeline = compile_program(load_program(name), profile).timeline
        if timeline is None:
            continue
        waits = list(percussion_waits(timeline, striking(profile), None))
        Stream(timeline, 1, [at_ms for at_ms, _ in waits])
        place = None
        for each in timeline.passes:
            struck = any(
                s.levels[channel]
                for s in timeline.segments
                if each.start_ms <= s.start_ms < each.end_ms
                for channel in striking(profile)
            )
            here = (each.region, each.side)
            if struck and place not in (None, here):
                assert each in [where for _, where in waits]
            place = here if each.region else place


def test_a_wait_where_a_motor_may_turn_is_refused() -> None:
    timeline = compile_program(load_program(TAPPING), load_profile("heated-head")).timeline
    assert timeline is not None
    turning = next(s for s in timeline.segments if s.levels[0] > 0)
    with pytest.raises(ValueError, match="not at zero there"):
        Stream(timeline, 1, [turning.end_ms])
    with pytest.raises(ValueError, match="not at zero there"):
        Stream(timeline, 1, [timeline.segments[3].start_ms + 1])


# --- one spot (R8)


def on_the_spot() -> Desk:
    desk = Desk(spot(), alone=False)
    desk.until(lambda: (desk.conductor.current or desk.conductor.whole.passes[0]).stage == 1, 120_000)
    return desk


def test_two_minutes_on_one_spot_without_an_acknowledged_move_stop() -> None:
    desk = on_the_spot()
    asked(desk, "move", 55_000)
    lasted_ms = desk.until_phase("ended", 80_000) + 50_000
    assert lasted_ms == pytest.approx(120_000, abs=3000)
    assert desk.conductor.now.outcome == "stopped_by_limit"
    assert desk.conductor.now.reason.startswith("one spot was worked for 120 s")
    assert desk.applied == [0, 0, 0]


def test_an_acknowledged_move_begins_a_new_spot() -> None:
    desk = on_the_spot()
    for _ in range(2):
        asked(desk, "move", 55_000)
        desk.press("enter")
        desk.run(500)
        assert desk.guided.prompt is None or desk.guided.prompt.kind != "move"
    desk.until_phase("ended", 180_000)
    assert desk.conductor.now.outcome == "completed"


# --- check-ins (R15)


@lru_cache
def rising() -> Loaded:
    """A break that gets deeper after forty seconds, and works on at that for two stages."""
    return parse_program("""
format = "thrum/1"
id = "rising"
title = "Rising"
summary = "It rises."
kind = "break"
strength = "medium"
posture = "seated"

[[stage]]
technique = "effleurage"
region = "shoulders"
duration_s = 40
intensity = [0.10, 0.20]
cue = "Glide."

[[stage]]
technique = "petrissage"
region = "shoulders"
duration_s = 90
intensity = [0.26, 0.30]
cue = "Knead."

[[stage]]
technique = "compression"
region = "shoulders"
duration_s = 90
intensity = [0.30, 0.30]
cue = "Press."

[[stage]]
technique = "closing-sweeps"
region = "shoulders"
duration_s = 60
intensity = [0.12, 0.0]
cue = "Sweep."
""")


def peak(desk: Desk, ms: int = 4000) -> int:
    """The highest motor level within the next so many ms: a stroke has a rise and a return."""
    found = 0
    for _ in range(ms // 100):
        desk.run(100)
        found = max(found, *desk.applied[:2])
    return found


def at_a_check_in(program: str | Loaded | None = None) -> Desk:
    """Playing a program that gets deeper: the first time, it asks."""
    desk = Desk(program or rising(), alone=False)
    asked(desk, "check_in")
    return desk


def test_a_deeper_level_asks_and_good_changes_nothing() -> None:
    desk = at_a_check_in()
    assert peak(desk) > 2000
    desk.press("y")
    desk.run(100)
    assert desk.guided.prompt is None
    assert (desk.conductor.now.gain, desk.conductor.now.gain_max) == (1.0, 1.0)
    desk.run(25_000)
    assert desk.conductor.now.gain == 1.0


def test_too_strong_lowers_at_once_and_for_good() -> None:
    desk = at_a_check_in()
    before = peak(desk)
    desk.press("t")
    desk.run(400)
    assert peak(desk) < 0.85 * before
    assert (desk.conductor.now.gain, desk.conductor.now.gain_max) == (0.75, 0.75)
    desk.press("+", "+", "+")
    desk.run(400)
    assert desk.conductor.now.gain == 0.75
    desk.press("t")  # asked or not
    desk.run(400)
    assert desk.conductor.now.gain_max == 0.56


def test_lighter_next_waits_for_the_next_stage() -> None:
    desk = at_a_check_in()
    desk.press("l")
    desk.run(400)
    assert desk.conductor.now.gain == 1.0
    here = desk.conductor.current
    desk.until(lambda: desk.conductor.current != here, 100_000)
    desk.run(400)
    assert (desk.conductor.now.gain, desk.conductor.now.gain_max) == (0.85, 1.0)


def test_lighter_next_outlasts_a_pause_in_the_same_stage() -> None:
    desk = at_a_check_in()
    desk.press("l")
    desk.run(200)
    desk.press("space")
    desk.until_phase("paused", 600)
    desk.press("space")
    desk.until_phase("running")
    desk.run(1000)
    assert desk.conductor.now.gain == 1.0
    desk.press("s")
    desk.run(3000)
    assert desk.conductor.now.gain == 0.85


def test_what_nobody_answered_is_asked_again_after_the_pause() -> None:
    desk = at_a_check_in()
    desk.until_phase("paused", 62_000)
    desk.press("+", "+", "+", "+", "+", "+", "+", "+", "+", "+", "+", "+")
    desk.press("space")
    desk.until_phase("running")
    asked(desk, "check_in", 15_000)
    assert [each.kind for each in desk.told].count("asked") == 2


def test_any_key_answers_and_keys_that_do_something_still_do_it() -> None:
    desk = at_a_check_in()
    desk.press("x")
    desk.run(100)
    assert desk.guided.prompt is None
    desk = at_a_check_in()
    desk.press("-")
    desk.run(200)
    assert desk.guided.prompt is None
    assert desk.conductor.now.gain == 0.95


def test_no_answer_lowers_then_pauses_then_ends() -> None:
    desk = at_a_check_in()
    desk.run(19_000)
    assert desk.conductor.now.gain == 1.0
    desk.run(2000)
    assert desk.conductor.now.gain < 1.0
    prompt = desk.guided.prompt
    assert prompt is not None
    assert prompt.urgent
    for _ in range(75):
        desk.run(500)
        assert max(desk.applied[:2]) <= 1500
    desk.until_phase("paused", 3000)
    assert "Nobody answered." in desk.conductor.note
    desk.until_phase("ended", 65_000)
    assert desk.conductor.now.outcome == "ended_no_response"
    assert [each.data["then"] for each in desk.told if each.kind == "unanswered"] == ["lowered", "paused"]


def asked_behind_a_move() -> Desk:
    """A spot that gets deep asks how it is; before anybody answers, it asks to move on."""
    desk = Desk(spot(deepest=0.30), alone=False)
    asked(desk, "move")
    desk.press("enter")
    asked(desk, "check_in")
    return desk


def test_a_check_in_behind_a_move_is_no_less_urgent() -> None:
    desk = asked_behind_a_move()
    asked(desk, "move", 20_000)
    desk.until(lambda: "unanswered" in kinds(desk), 20_000)
    desk.run(500)
    assert max(desk.applied[:2]) <= 1500
    asked_s = next(e.t_s for e in desk.told if e.kind == "asked" and e.data["question"] == "check_in")
    assert desk.told[-1].t_s - asked_s <= 21
    desk.until_phase("paused", 42_000)


def test_whoever_answers_the_move_gets_the_whole_time_for_the_check_in() -> None:
    desk = asked_behind_a_move()
    asked(desk, "move", 20_000)
    desk.run(1000)
    desk.press("enter")
    desk.run(100)
    prompt = desk.guided.prompt
    assert prompt is not None
    assert (prompt.kind, prompt.urgent) == ("check_in", False)
    assert prompt.left_s == pytest.approx(20, abs=0.2)
    assert desk.conductor.now.gain == 1.0


def test_an_answer_that_is_pasted_is_one() -> None:
    desk = at_a_check_in()
    desk.press(*"tl" * 5000)
    desk.run(200)
    answers = [each.data["answer"] for each in desk.told if each.kind == "answered"]
    assert answers == ["too_strong", "lighter"]
    assert desk.conductor.now.gain_max == 0.75


def test_an_answer_after_a_lowering_does_not_raise_it() -> None:
    desk = at_a_check_in()
    desk.run(22_000)
    low = desk.conductor.now.gain
    desk.press("y")
    desk.run(5000)
    assert desk.conductor.now.gain == low < 1.0
    desk.press("+")
    desk.run(200)
    assert desk.conductor.now.gain > low


def test_five_minutes_after_the_last_answer_it_asks_again() -> None:
    desk = at_a_check_in(TAPPING)
    while desk.guided.prompt is None or desk.guided.prompt.question != "Is it still good?":
        assert desk.phase == "running"
        if desk.guided.prompt is not None:
            desk.press("enter" if desk.guided.prompt.kind == "move" else "y")
        desk.run(500)
    answered = [each for each in desk.told if each.kind == "answered" and each.data["answer"] == "good"]
    assert answered
    assert desk.told[-1].kind == "asked"
    assert desk.told[-1].t_s - answered[-1].t_s == pytest.approx(300, abs=1)


@given(st.lists(st.sampled_from(["y", "t", "l", "x", "-", "+", "enter", ""]), min_size=1, max_size=25))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_feedback_only_ever_lowers(keys: list[str]) -> None:
    desk = Desk(rising(), alone=False)
    desk.until_phase("running")
    for key in keys:
        before, most = desk.conductor.now.gain, desk.conductor.now.gain_max
        desk.press(*([key] if key else []))
        desk.run(700)
        assert desk.conductor.now.gain_max <= most
        if key != "+":
            assert desk.conductor.now.gain <= before


def test_a_key_that_stops_is_no_answer_and_comes_first() -> None:
    desk = at_a_check_in()
    desk.press("y", "q", "t")
    desk.until_phase("ended", 1000)
    assert desk.conductor.now.outcome == "stopped_by_user"
    assert "answered" not in kinds(desk)


def test_check_ins_alone_ask_when_it_gets_deeper_than_agreed() -> None:
    asks = CheckIns()
    assert asks.turn(50, level=0.24, pass_peak=0.5) == ""
    assert asks.turn(50, level=0.26, pass_peak=0.5) == "asked"
    asks.answered()
    assert asks.turn(50, level=0.5, pass_peak=0.5) == ""  # the whole stage was agreed to
    assert asks.turn(50, level=0.56, pass_peak=0.6) == "asked"


# --- what is told


@lru_cache
def alone() -> Desk:
    """The second half of twelve minutes, without anybody."""
    desk = Desk(TAPPING, from_stage=5)
    desk.until_phase("ended", 800_000)
    return desk


def test_alone_everything_answers_itself_and_says_so() -> None:
    desk = alone()
    assert desk.conductor.now.outcome == "completed"
    assert desk.conductor.now.gain == 1.0
    answers = [each for each in desk.told if each.kind == "answered"]
    assert len(answers) >= 4
    assert {each.data["by"] for each in answers} == {"itself"}


def test_everything_is_told_once_and_in_order() -> None:
    desk = alone()
    whole = desk.conductor.now.timeline
    assert whole is not None
    assert [each.t_s for each in desk.told] == sorted(each.t_s for each in desk.told)
    stages = [each for each in desk.told if each.kind == "stage"]
    assert [(each.data["name"], each.data["side"]) for each in stages] == [
        (each.name, each.side) for each in whole.passes
    ]
    cues = [each.say for each in desk.told if each.kind == "cue"]
    assert cues == [cue.say for each in whole.passes for cue in each.cues]
    moves = sum(
        a.region != b.region or a.side != b.side for a, b in zip(whole.passes, whole.passes[1:], strict=False)
    )
    assert kinds(desk).count("next") == moves
    assert desk.told[-1].kind == "ended"
    assert desk.told[-1].data["outputs_zero"] is True


def test_what_the_device_does_not_measure_is_not_known() -> None:
    """Before the first look at its sensors, and on a rig without them, a STATUS says so."""
    first = Desk(TAPPING)
    first.until(lambda: bool(first.samples))
    sample = first.samples[0]
    assert all(map(math.isnan, (sample.pad_c, sample.current_a, sample.supply_v)))


def test_samples_are_the_programs_levels_and_the_devices() -> None:
    desk = Desk()
    desk.until_phase("running")
    desk.run(60_000)
    samples = [each for each in desk.samples if each.state == "RUNNING"]
    assert len(samples) >= 590
    assert all(a.t_s < b.t_s for a, b in pairwise(samples))
    for each in samples[10:]:
        assert each.vibration_applied == pytest.approx(each.vibration_asked, abs=0.02)
        assert each.vibration_allowed >= each.vibration_asked
    assert max(each.vibration_asked for each in samples) > 0.05


def test_a_host_that_stands_still_for_a_moment_in_a_wait_is_no_underrun() -> None:
    desk = at_the_taps()
    to_the_wait(desk)
    desk.run(8000)
    missed = desk.sim.bench.host.missed_polls
    desk.sim.bench.host.stalled = True
    desk.run(700)
    desk.sim.bench.host.stalled = False
    assert desk.sim.bench.host.missed_polls - missed >= 70, "it was felt"
    desk.run(3000)
    assert desk.sim.device.underruns == 0
    assert desk.phase == "running"
    desk.press("enter")
    assert strikes(desk, 5000)
