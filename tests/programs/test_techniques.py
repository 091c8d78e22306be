"""Every technique draws what its row says, within the limits, at every strength and length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.compiler import compile_program, cut
from programs.plan import build_plan
from programs.techniques import DIRECTIONS, TECHNIQUES, Technique
from programs.vocabulary import TECHNIQUES as WORDS
from tests.programs.examples import good, inserted, rig, with_stage

DRAWING = [row for row in TECHNIQUES.values() if row.draw is not None and row.channel != "heat"]
RISE, FALL = 0.25, 0.50  # of full scale per second
CAPS = {"light": 0.35, "medium": 0.60, "firm": 0.85}


def test_the_table_has_every_word_and_its_id() -> None:
    assert {slug: row.id for slug, row in TECHNIQUES.items()} == {
        slug: word[0] for slug, word in WORDS.items()
    }


def test_what_is_stroked_has_a_direction_and_what_is_not_has_none() -> None:
    without = {slug for slug, row in TECHNIQUES.items() if not row.direction}
    assert without == {"vibration", "rest", "heat", "custom"}
    assert set(DIRECTIONS) <= set(TECHNIQUES)
    assert "toward the heart" in TECHNIQUES["effleurage"].direction
    assert "downward" in TECHNIQUES["compression"].direction
    assert "to the hips" in TECHNIQUES["fanning"].direction


def test_strokes_are_counted_where_the_technique_draws_them_as_long_as_each_other() -> None:
    written = {"channel": "vibration", "keyframes": [{"t": 0, "v": 0.1}]}
    for change, strokes in (
        ({"technique": "twists"}, 3),
        ({"technique": "lifting", "shape": {"passes": 2}}, 2),
        ({"technique": "petrissage"}, 0),
        ({"technique": "twists", "track": [written]}, 0),
    ):
        timeline = cut(build_plan(with_stage(2, **change), rig()))
        assert {each.strokes for each in timeline.passes if each.stage == 2} == {strokes}, change


@pytest.mark.parametrize("row", DRAWING, ids=lambda row: row.slug)
@pytest.mark.parametrize("strength", ["light", "medium", "firm"])
@pytest.mark.parametrize("duration_s", [15.0, 40.0, 61.3, 120.0, 300.0])
def test_defaults_keep_the_limits(row: Technique, strength: str, duration_s: float) -> None:
    assert row.draw is not None
    start, end = row.levels[strength]
    curve, _ = row.draw(duration_s, start, end, row.defaults())
    rise, _, fall, _ = curve.steepest()
    assert rise <= RISE
    assert fall <= FALL
    assert min(curve.values) >= 0.0
    assert max(curve.values) <= max(start, end) + 1e-9 <= CAPS[strength]
    assert curve.times[0] >= 0.0
    assert curve.times[-1] <= duration_s + 1e-9


@given(
    st.sampled_from(DRAWING),
    st.floats(0, 0.85),
    st.floats(0, 0.85),
    st.floats(12, 600),
    st.data(),
)
def test_any_parameters_draw_under_the_intensity(
    row: Technique, start: float, end: float, duration_s: float, data: st.DataObject
) -> None:
    assert row.draw is not None
    shape = {each.name: data.draw(st.floats(each.low, each.high)) for each in row.parameters}
    curve, modulation = row.draw(duration_s, start, end, shape)
    assert 0.0 <= min(curve.values) <= max(curve.values) <= max(start, end) + 1e-9
    if modulation is not None:
        assert 0.0 <= modulation.depth <= 1.0
        assert all(
            abs(rate * 1000 - round(rate * 1000)) < 1e-6 for rate in modulation.rate_hz.values
        ) or shape.get("swing_hz")


def test_a_press_is_held() -> None:
    row = TECHNIQUES["compression"]
    assert row.draw is not None
    curve, wave = row.draw(80.0, 0.2, 0.2, row.defaults())
    assert wave is None
    held = sum(1 for k in range(8000) if curve.at(k / 100) > 0.199) / 100
    assert held == pytest.approx(10 * 3.0, rel=0.1)  # ten presses of 3 s


def test_holds_on_a_knot_step_up_and_kneading_follows() -> None:
    row = TECHNIQUES["trigger-point"]
    assert row.draw is not None
    curve, wave = row.draw(60.0, 0.2, 0.3, row.defaults())
    tops = [v for a, v in zip(curve.values, curve.values[1:], strict=False) if a == v and v > 0.19]
    assert tops == pytest.approx([0.2, 0.25, 0.3])
    assert wave is not None
    assert wave.factor(wave.from_s - 0.1) == 1.0
    assert wave.factor(wave.from_s + 0.01) < 0.5


def test_kneading_has_lighter_passages_and_ends_on_its_level() -> None:
    row = TECHNIQUES["petrissage"]
    assert row.draw is not None
    curve, _ = row.draw(90.0, 0.3, 0.3, row.defaults())
    assert min(curve.values) == pytest.approx(0.21)
    assert curve.at(90.0) == pytest.approx(0.3)


@pytest.mark.parametrize("slug", [row.slug for row in DRAWING])
def test_a_four_line_stage_of_each_technique_is_accepted(slug: str) -> None:
    region = "neck" if slug == "skull-base" else "upper-back"
    warm = {"technique": "effleurage", "region": region, "side": "both", "duration_s": 60}
    stage = {"technique": slug, "region": region, "side": "both", "duration_s": 60}
    compiled = compile_program(inserted(1, warm, stage), rig())
    assert [str(each) for each in compiled.errors] == []


def test_a_default_fits_under_the_caps_and_a_written_level_does_not_bend() -> None:
    plan = build_plan(good(caps={"intensity": 0.15}), rig())
    assert max(each.motor_peak() for each in plan.passes) == 0.15
    compiled = compile_program(with_stage(1, intensity=[0.2, 0.4]), rig())
    assert [each.code for each in compiled.errors] == ["L1"]


def test_an_unknown_parameter_gets_a_suggestion_and_a_bad_one_its_range() -> None:
    compiled = compile_program(with_stage(1, shape={"perid_s": 3.0, "depth": 1.5}), rig())
    found = {each.code: each for each in compiled.diagnostics}
    assert found["D301"].where == ("stage", 1, "shape", "perid_s")
    assert "Did you mean period_s?" in found["D301"].hint
    assert "depth of petrissage is 1.5, allowed 0 to 1" in found["D302"].message
    none = compile_program(inserted(1, {"technique": "rest", "duration_s": 10}), rig())
    assert none.ok


def test_warmth_alone_needs_no_region_and_moves_nothing() -> None:
    compiled = compile_program(inserted(0, {"technique": "heat", "duration_s": 30}), rig())
    assert compiled.timeline is not None
    first = compiled.timeline.segments[0]
    assert first.region is None
    assert first.levels[:2] == (0, 0)
    assert first.levels[2] > 3300
