"""What the screen is told of a real session: strokes counted, the clock, the ceiling."""

from __future__ import annotations

from host_cli.showing.view import View, view_of
from tests.host_cli.desk import Desk


def seen(desk: Desk) -> View:
    return view_of(desk.conductor, True, prompt=desk.guided.prompt, hand_points=3.0)


def test_strokes_are_counted_as_they_are_played_and_on_after_a_pause() -> None:
    desk = Desk("lower-back-seated", from_stage=3)
    counted = []
    for _ in range(900):
        desk.run(200)
        view = seen(desk)
        if view.technique == "twists" and view.pass_now not in counted[-1:]:
            counted.append(view.pass_now)
            assert view.passes == 3
            assert view.direction == "from hip to shoulder and back"
            if view.pass_now == 2:
                desk.press("space")
                desk.until_phase("paused")
                desk.press("space")
                desk.until_phase("running")
                assert seen(desk).pass_now == 2
        if counted == [1, 2, 3]:
            return
    raise AssertionError(f"counted {counted}")


def test_the_clock_shows_the_place_in_the_program() -> None:
    desk = Desk()
    desk.run(5000)
    view = seen(desk)
    assert 3.0 < view.at_s < 5.0
    assert abs(view.at_s + view.left_s - view.duration_s) < 0.2
    assert view.hand_points == 3.0


def test_a_lowered_ceiling_is_seen() -> None:
    desk = Desk()
    desk.run(2000)
    desk.press("t")
    desk.run(300)
    assert seen(desk).gain_max == 0.75
