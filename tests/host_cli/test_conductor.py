"""Pause, resume, skip, gain and stop, on the real session and device in virtual time."""

from __future__ import annotations

import pytest

from host_cli.showing.view import view_of
from tests.host_cli.desk import Desk


def playing(at_ms: int = 5000, program: str = "evening-shoulders") -> Desk:
    desk = Desk(program)
    desk.until_phase("running")
    desk.run(at_ms)
    return desk


def test_space_pauses_at_zero_and_goes_on_from_there() -> None:
    desk = playing()
    desk.press("space")
    desk.until_phase("paused", 600)
    assert desk.applied == [0, 0, 0]
    stood_ms = desk.conductor.at_ms
    desk.run(3000)
    assert desk.applied == [0, 0, 0]
    assert desk.conductor.at_ms == stood_ms
    desk.press("space")
    desk.until_phase("running")
    assert [at_ms for at_ms, _played in desk.compiled] == [stood_ms]
    desk.run(1000)
    assert stood_ms < desk.conductor.at_ms <= stood_ms + 1100


def test_a_pause_says_how_long_it_may_last_and_ends_by_itself() -> None:
    desk = playing()
    desk.press("space")
    desk.until_phase("paused", 600)
    assert "ends by itself in 60 s" in desk.conductor.note
    desk.run(30_000)
    assert "ends by itself in 30 s" in desk.conductor.note
    desk.until_phase("ended", 40_000)
    assert desk.conductor.now.outcome == "ended_no_response"


def test_s_goes_to_the_next_pass_from_zero() -> None:
    desk = playing()
    second = desk.conductor.whole.passes[1]
    desk.press("s")
    desk.until_phase("pausing", 200)
    desk.until_phase("running")
    assert desk.compiled[0][0] == second.start_ms
    assert desk.conductor.at_ms - second.start_ms < 200
    current = desk.conductor.current
    assert current is not None
    assert (current.name, current.side) == (second.name, second.side)
    assert desk.conductor.step_number == 2


def test_a_skip_while_paused_waits_for_space() -> None:
    desk = playing()
    desk.press("space")
    desk.until_phase("paused", 600)
    desk.press("s", "s")
    desk.run(1000)
    assert desk.phase == "paused"
    third = desk.conductor.whole.passes[2]
    assert third.name in desk.conductor.note
    desk.press("space")
    desk.until_phase("running")
    assert desk.compiled[0][0] == third.start_ms


def test_only_what_was_really_played_is_counted() -> None:
    desk = playing(at_ms=25_000)
    desk.press("s")
    desk.until(lambda: bool(desk.compiled))
    desk.until_phase("running")
    desk.run(10_000)
    desk.press("s")
    desk.until(lambda: len(desk.compiled) == 2)
    (_, once), (_, twice) = desk.compiled
    assert once.motor_s == pytest.approx(25, abs=0.5)
    assert once.warm_s["back"] == pytest.approx(25, abs=0.5)
    assert twice.motor_s == pytest.approx(35, abs=1.0)
    assert twice.warm_s["back"] == pytest.approx(35, abs=1.0)


def test_skips_to_deep_work_are_warmed_up_for_and_begin_light() -> None:
    """R2 and R1 by what was played, not by the place in the program."""
    desk = playing(at_ms=3000, program="upper-back-percussion")
    deep = next(each for each in desk.conductor.whole.passes if each.technique == "tapotement")
    while (desk.compiled[-1][0] if desk.compiled else 0) < deep.start_ms:
        desk.press("s")
        desk.run(1000)
    current = desk.conductor.current
    assert current is not None
    assert (current.stage, current.technique, current.region) == (-1, "effleurage", "upper-back")
    for _ in range(450):
        desk.run(100)
        assert max(desk.applied[:2]) <= 2000


@pytest.mark.parametrize("key", ["space", "s"])
def test_a_warm_up_that_was_put_in_cannot_be_left_early(key: str) -> None:
    desk = Desk("upper-back-percussion", from_stage=5)
    timeline = desk.sim.session._next
    assert timeline is not None
    assert timeline.passes[0].stage == -1
    desk.until_phase("running")
    desk.run(20_000)
    at_ms = desk.conductor.at_ms
    assert at_ms == timeline.origin_ms
    desk.press(key)
    if key == "space":
        desk.until_phase("paused")
        desk.run(300)
        desk.press("space")
    desk.until(lambda: bool(desk.compiled))
    desk.until_phase("running")
    desk.run(100)
    current = desk.conductor.current
    assert current is not None
    assert (current.stage, current.region) == (-1, "upper-back")
    assert 60 - 21 <= (current.end_ms - current.start_ms) / 1000 <= 60 - 19
    assert key == "s" or desk.conductor.at_ms == at_ms


@pytest.mark.parametrize("after_ms", [0, 50, 100, 150, 200, 250, 300, 350, 400, 500, 700])
@pytest.mark.parametrize("first", ["s", "space"])
def test_a_pause_is_never_lost_to_what_was_pressed_before(first: str, after_ms: int) -> None:
    desk = playing()
    if first == "space":
        desk.press("space")
        desk.until_phase("paused")
        desk.run(500)
    desk.press(first)
    desk.run(after_ms)
    desk.press("space")
    desk.run(2500)
    assert desk.conductor.standing
    assert desk.applied == [0, 0, 0]
    assert "space goes on" in desk.conductor.note
    desk.press("space")
    desk.until_phase("running", 1000)
    desk.run(500)
    second = desk.conductor.whole.passes[1]
    assert desk.conductor.at_ms >= (second.start_ms if first == "s" else 5000)
    assert desk.conductor.at_ms < (second.start_ms if first == "s" else 5000) + 3000


def test_a_pause_before_the_start_waits_for_space() -> None:
    desk = Desk()
    desk.press("space")
    desk.run(10_000)
    assert desk.applied == [0, 0, 0]
    assert desk.conductor.note == "It has not begun; space begins."
    assert view_of(desk.conductor, simulated=True).state == "PAUSED"
    desk.press("space")
    desk.until_phase("running", 500)
    desk.run(2000)
    assert desk.applied[0] > 0


def test_a_skip_before_the_start_is_a_skip() -> None:
    desk = Desk()
    desk.press("space", "s")
    desk.run(1000)
    desk.press("space")
    desk.until(lambda: bool(desk.compiled))
    assert desk.compiled[0][0] == desk.conductor.whole.passes[1].start_ms


@pytest.mark.parametrize("gap_ms", [0, 50, 100, 200, 300, 400])
def test_every_skip_counts(gap_ms: int) -> None:
    desk = playing()
    for _ in range(3):
        desk.press("s")
        desk.run(gap_ms)
    desk.run(3000)
    assert desk.phase == "running"
    assert desk.compiled[-1][0] == desk.conductor.whole.passes[3].start_ms
    assert desk.conductor.step_number == 4


@pytest.mark.parametrize("keys", [("space", "q"), ("s", "q"), ("q", "space"), ("q", "s"), ("+", "s", "q")])
def test_a_key_that_stops_comes_first(keys: tuple[str, ...]) -> None:
    desk = playing(at_ms=1500)
    desk.press(*keys)
    assert desk.until_phase("ended", 1000) <= 400
    assert desk.conductor.now.outcome == "stopped_by_user"
    assert not desk.compiled


def test_the_last_pass_cannot_be_skipped() -> None:
    desk = playing()
    for _ in desk.conductor.whole.passes:
        desk.press("space")
        desk.until_phase("paused", 1000)
        desk.press("s", "space")
        desk.until_phase("running")
        desk.run(300)
    desk.press("s")
    desk.run(300)
    assert desk.phase == "running"
    assert "last stage" in desk.conductor.note


def test_gain_moves_in_steps_and_never_above_the_program() -> None:
    desk = playing()
    desk.press("-", "-", "_")
    desk.run(1000)
    assert desk.conductor.now.gain == 0.85
    desk.press("+", "=", "+", "+")
    desk.run(1000)
    assert desk.conductor.now.gain == 1.0
    assert "as far as it goes" in desk.conductor.note


def test_a_gain_from_the_command_line_holds_from_the_start() -> None:
    desk = Desk(gain=0.5)
    desk.until_phase("running")
    desk.run(400)
    assert desk.conductor.now.gain == 0.5


def test_every_key_that_stops_stops() -> None:
    for key in ("q", "esc", "ctrl-c", "ctrl-\\", "ctrl-d"):
        desk = playing(at_ms=1500)
        desk.press(key)
        assert desk.until_phase("ended", 1000) <= 400
        assert desk.applied == [0, 0, 0]
        assert desk.conductor.now.outcome == "stopped_by_user"


def test_pressing_q_twice_is_one_stop() -> None:
    desk = playing(at_ms=1500)
    desk.press("q", "q")
    desk.until_phase("ended", 1000)
    assert desk.sim.device.controller.fault == 0


def test_ctrl_z_pauses() -> None:
    desk = playing(at_ms=1500)
    desk.press("ctrl-z")
    assert desk.until_phase("paused", 600) <= 400
    assert desk.applied == [0, 0, 0]


def test_other_keys_do_nothing() -> None:
    desk = playing(at_ms=1500)
    desk.press("x", "enter", "\xff")
    desk.run(500)
    assert desk.phase == "running"


def test_a_stop_is_possible_before_anything_plays() -> None:
    desk = Desk()
    desk.press("q")
    desk.until_phase("ended", 4000)
    assert desk.conductor.now.outcome == "stopped_by_user"


def test_the_view_tells_what_the_operator_needs() -> None:
    desk = playing(at_ms=20_000)
    view = view_of(desk.conductor, simulated=True)
    whole = desk.conductor.whole
    assert (view.kind, view.state, view.step, view.steps) == ("SIM", "RUNNING", 1, 8)
    assert abs(view.left_s - (whole.duration_ms / 1000 - 20)) < 0.3
    assert abs(view.stage_left_s - (whole.passes[0].end_ms / 1000 - 20)) < 0.3
    assert view.cue == whole.passes[0].cues[0].say
    assert view.bars
    assert abs(view.bars[0].asked - view.bars[0].applied) < 0.01
    assert view.bars[0].applied <= view.bars[0].allowed


def test_a_cue_comes_back_after_a_pause_in_mid_stage() -> None:
    desk = playing(at_ms=8000)
    said = desk.conductor.cue
    desk.press("space")
    desk.until_phase("paused", 600)
    desk.press("space")
    desk.until_phase("running")
    desk.run(200)
    assert said is not None
    assert desk.conductor.cue is not None
    assert desk.conductor.cue.say == said.say
