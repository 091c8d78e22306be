"""The layout of passes: sides, gaps, joins, heat that runs through."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.plan import MOTORS, build_plan, lower_strength
from programs.polyline import Line, lower_of
from tests.programs.examples import any_program, good, inserted, rig, track

RISE, FALL = 0.25, 0.50  # of full scale per second
GAP_MS = 3000


def same_place(*levels: tuple[float, float], duration_s: float = 20.0) -> list[dict[str, Any]]:
    return [
        {
            "technique": "custom",
            "region": "shoulders",
            "duration_s": duration_s,
            "track": [track("vibration", (0.0, a), (duration_s, b))],
        }
        for a, b in levels
    ]


def test_both_plays_twice_and_names_its_side() -> None:
    plan = build_plan(good(), rig())
    assert [(each.stage_index, each.side) for each in plan.passes[:3]] == [
        (0, "left"),
        (0, "right"),
        (1, "left"),
    ]
    assert plan.duration_ms == 600_000


def test_a_move_rests_three_seconds_with_a_cue() -> None:
    plan = build_plan(good(), rig())
    first, second = plan.passes[:2]
    assert not first.moved
    assert second.moved
    cue = next(second.cues())
    assert cue.move
    assert cue.at_ms == second.start_ms
    assert "right" in cue.say
    assert "spine" in cue.say
    assert second.lines["vibration"].greatest(0, GAP_MS) == 0
    assert second.lines["vibration"].at(GAP_MS + 100) > 0


def test_staying_in_place_is_no_move() -> None:
    plan = build_plan(good(stage=same_place((0.1, 0.1), (0.2, 0.2), (0.1, 0.1))), rig())
    assert not any(each.moved for each in plan.passes)


def test_a_rest_does_not_hide_a_move() -> None:
    rest = {"technique": "rest", "duration_s": 10}
    plan = build_plan(inserted(1, rest), rig())
    assert [each.moved for each in plan.passes[:4]] == [False, True, False, True]
    assert plan.passes[2].region is None
    assert plan.passes[2].lines == {}


def test_joins_are_the_shortest_lawful_ramps() -> None:
    low, high, end = build_plan(good(stage=same_place((0.1, 0.1), (0.3, 0.3), (0.1, 0.1))), rig()).passes
    assert low.lines["vibration"].values[-1] == 1000
    rising, falling = high.joins
    assert (rising.start_ms, rising.end_ms) == (20_000, 20_800)  # 0.2 at 0.25/s, in the later stage
    assert (falling.start_ms, falling.end_ms) == (39_600, 40_000)  # 0.2 at 0.5/s, in the earlier stage
    assert high.lines["vibration"].values[-1] == 1000
    assert end.lines["vibration"].values[-1] == 0  # the last stage has its own way to zero
    assert [(j.start_ms, j.end_ms) for j in end.joins] == [(59_800, 60_000)]


def test_a_stage_too_short_to_fall_makes_the_one_before_it_fall() -> None:
    stages = same_place((0.8, 0.8), duration_s=20) + same_place((0.8, 0.8), duration_s=1)
    plan = build_plan(good(stage=stages), rig())
    assert plan.passes[0].lines["vibration"].values[-1] == 5000
    assert plan.passes[1].lines["vibration"].values == [5000, 0]


@given(any_program())
def test_joined_levels_meet_and_keep_the_slopes(program: Any) -> None:
    plan = build_plan(program, rig())
    for channel in MOTORS:
        level = 0
        for each in plan.passes:
            line = each.lines.get(channel)
            if line is None:
                level = 0
                continue
            assert line.values[0] == level
            assert (line.times[0], line.times[-1]) == (0, each.duration_ms)
            for (t0, v0), (t1, v1) in pairwise(zip(*line, strict=True)):
                assert t1 > t0
                slack = 1.5  # rounding of both ends
                assert v1 - v0 <= RISE * 10 * (t1 - t0) + slack
                assert v0 - v1 <= FALL * 10 * (t1 - t0) + slack
            level = line.values[-1]
        assert level == 0


@given(any_program())
def test_joins_only_lower(program: Any) -> None:
    for each in build_plan(program, rig()).passes:
        for channel, line in each.lines.items():
            for t in (*line.times, each.duration_ms / 3):
                assert line.at(t) <= each.authored[channel].at(t) + 1.0


def test_the_programs_heat_goes_on_except_in_a_rest() -> None:
    heated = inserted(1, {"technique": "rest", "duration_s": 10}).model_copy(
        update={"tracks": good(track=[track("heat", (0.0, 34.0), (200.0, 38.0))]).tracks}
    )
    plan = build_plan(heated, rig())
    assert plan.passes[0].lines["heat"].values == [3400, 3580]
    assert "heat" not in plan.passes[2].lines
    assert plan.passes[3].lines["heat"].values[0] == 3780  # 190 s: the program's clock went on
    assert plan.passes[-1].lines["heat"].values == [3800, 3800]


def test_a_stages_own_heat_replaces_the_programs() -> None:
    stage = {"technique": "heat", "duration_s": 30, "shape": {"level_c": 36.0, "rise_s": 10}}
    plan = build_plan(
        inserted(1, stage).model_copy(update={"tracks": good(track=[track("heat", (0.0, 39.0))]).tracks}),
        rig(),
    )
    assert max(plan.passes[2].lines["heat"].values) == 3600
    assert plan.passes[3].lines["heat"].values[0] == 3900


def test_strength_scales_down_never_up() -> None:
    assert lower_strength("medium", "firm") == "medium"
    assert lower_strength("medium", "light") == "light"
    assert lower_strength("light", None) == "light"
    with pytest.raises(ValueError, match="'hard' is not one of light, medium, firm"):
        lower_strength("light", "hard")
    medium = good(strength="medium")
    full, scaled = build_plan(medium, rig()), build_plan(medium, rig(), "light")
    for a, b in zip(full.passes, scaled.passes, strict=True):
        assert b.motor_peak() == pytest.approx(a.motor_peak() * 0.35 / 0.60, abs=2e-4)


def test_a_missing_channel_may_be_skipped() -> None:
    heated = good(track=[{**track("heat", (0.0, 38.0)), "if_missing": "skip"}])
    plan = build_plan(heated, rig("vibration-pad"))
    assert plan.findings == []
    assert "heat is skipped" in plan.notes[0]


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 9000)), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 9000)), min_size=1, max_size=6),
)
def test_the_lower_of_two_lines(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    end = 3000
    one, other = (_line(points, end) for points in (a, b))
    low, held = lower_of(one, other)
    assert (low.times[0], low.times[-1]) == (0, end)
    steep = max(
        abs(v1 - v0) / (t1 - t0)
        for line in (one, other)
        for (t0, v0), (t1, v1) in pairwise(zip(*line, strict=True))
    )
    for t in range(0, end + 1, 7):
        assert low.at(t) == pytest.approx(min(one.at(t), other.at(t)), abs=2.0 + steep)
        strictly = one.at(t) - other.at(t) > 2.0 + 2 * steep
        assert not strictly or any(s <= t <= e for s, e in held)


def _line(points: list[tuple[int, int]], end: int) -> Line:
    t, times, values = 0, [0], [points[0][1]]
    for step, value in points:
        t += step
        times.append(t)
        values.append(value)
    return Line([*times, end], [*values, values[-1]])
