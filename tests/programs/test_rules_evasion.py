"""Rules are met by what is felt, not by what is written: silence, skipped channels, short pauses."""

from __future__ import annotations

from typing import Any

import pytest

from programs.compiler import Compiled, compile_program, cut
from programs.plan import build_plan
from programs.played import Played
from programs.profile import Profile
from tests.programs.examples import GOOD, good, rig, track

OPEN, KNEAD, _, ROLL, CLOSE = GOOD["stage"]
REST = {"technique": "rest", "duration_s": 60}
SILENT = [track("vibration", (0.0, 0.0))]


def stage(technique: str, duration_s: float, level: float = 0.2, **more: Any) -> dict[str, Any]:
    """One stage on the shoulders at a constant level, once."""
    base = {"technique": technique, "region": "shoulders", "duration_s": duration_s}
    return {**base, "intensity": [level, level], **more}


def custom(duration_s: float, *tracks: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"technique": "custom", "region": "shoulders", "duration_s": duration_s}
    return {**base, "track": list(tracks), **more}


def found(code: str, *stages: dict[str, Any], profile: Profile | None = None) -> list[str]:
    """Severity and sentence of each finding of ``code``."""
    compiled = compile_program(good(stage=list(stages)), profile or rig())
    return [f"{d.severity}: {d.message}" for d in compiled.diagnostics if d.code == code]


def percussion_only() -> Profile:
    """A rig without vibration."""
    massager = rig("percussion-massager")
    output = massager.outputs[0].model_copy(update={"channels": ("percussion",)})
    return massager.model_copy(update={"outputs": (output,)})


# R1


@pytest.mark.parametrize(("before_s", "told"), [(29.9, "first 10 s"), (25, "first 10 s"), (12, "first 30 s")])
def test_a_long_rest_gives_a_new_start_although_the_first_is_not_over(before_s: float, told: str) -> None:
    again = stage("petrissage", 60, 0.3)
    assert told in found("R1", stage("effleurage", before_s), REST, again, CLOSE)[0]
    gentle = (stage("petrissage", 30, 0.2), again)
    assert not found("R1", stage("effleurage", before_s), REST, *gentle, CLOSE)


# R2

SILENT_WARM_UPS = [
    stage("effleurage", 60, 0.0),
    stage("effleurage", 60, track=SILENT),
    stage("effleurage", 60, track=[track("vibration", (0.0, 0.2), (1.0, 0.0), (60.0, 0.0))]),
    stage("compression", 90, track=[track("vibration", (0.0, 0.0), (59.0, 0.0), (60.0, 0.2))]),
]


@pytest.mark.parametrize("silent", SILENT_WARM_UPS)
def test_a_warm_up_that_plays_nothing_warms_nothing(silent: dict[str, Any]) -> None:
    deep = stage("friction", 45, 0.2)
    assert found("R2", silent, deep, CLOSE)
    assert not found("R2", stage("effleurage", 60), deep, CLOSE)


def test_a_skipped_warm_up_warms_nothing() -> None:
    warm = stage("effleurage", 60, if_missing="skip")
    drum = stage("tapotement", 45, 0.2)
    assert found("R2", warm, drum, CLOSE, profile=percussion_only())
    assert not found("R2", warm, drum, CLOSE)


def test_the_gap_of_a_move_counts_with_the_warm_up_that_it_belongs_to() -> None:
    warm = stage("effleurage", 30, side="both")
    deep = stage("friction", 45, 0.2, side="both")
    assert not found("R2", warm, deep, CLOSE)


def test_a_silent_warm_up_that_was_played_is_none_either() -> None:
    silent = stage("effleurage", 60, track=[track("vibration", (0.0, 0.2), (1.0, 0.0), (60.0, 0.0))])
    timeline = cut(build_plan(good(stage=[silent, {**OPEN, "duration_s": 30}]), rig()))
    assert Played().and_then(timeline, 30_000).warm_s["shoulders"] == pytest.approx(1.0, abs=0.1)
    # The gap of each side of the second stage belongs to its warm-up.
    assert Played().and_then(timeline, 120_000).warm_s["shoulders"] == pytest.approx(61.0, abs=0.2)


# R3


@pytest.mark.parametrize(
    "close",
    [
        [stage("closing-sweeps", 60, 0.0)],
        [stage("closing-sweeps", 60, track=SILENT)],
        [stage("closing-sweeps", 60, track=[track("vibration", (0.0, 0.1), (40.0, 0.0))])],
    ],
)
def test_a_silent_close_is_no_close(close: list[dict[str, Any]]) -> None:
    assert "Nothing plays for" in found("R3", OPEN, KNEAD, *close)[0]


def test_a_close_may_fade_out_early_by_a_little() -> None:
    fading = [track("vibration", (0.0, 0.1), (55.5, 0.0))]
    assert not found("R3", OPEN, KNEAD, stage("closing-sweeps", 60, track=fading))


def test_a_skipped_close_is_no_close() -> None:
    close = stage("closing-sweeps", 60, if_missing="skip")
    assert found("R3", OPEN, close, profile=percussion_only())
    assert not found("R3", OPEN, close)


def test_percussion_does_not_close() -> None:
    strokes = [track("percussion", (0.0, 0.2)), track("vibration", (0.0, 0.2))]
    close = stage("closing-sweeps", 60, track=strokes)
    assert "percussion" in found("R3", OPEN, KNEAD, close)[0]
    before = custom(20, track("percussion", (0.0, 0.2)))
    assert not found("R3", OPEN, KNEAD, before, stage("closing-sweeps", 45))


@pytest.mark.parametrize(
    "last",
    [
        [stage("closing-sweeps", 22, intensity=[0.2, 0.0]), stage("effleurage", 23, 0.2)],
        [stage("effleurage", 60, intensity=[0.35, 0.02]), stage("closing-sweeps", 30, 0.2)],
        [stage("closing-sweeps", 30, 0.05), stage("effleurage", 10, 0.0), stage("closing-sweeps", 30, 0.1)],
    ],
)
def test_a_close_does_not_begin_again_above_what_precedes_it(last: list[dict[str, Any]]) -> None:
    assert any("rises in the last" in each for each in found("R3", OPEN, KNEAD, *last))


def test_a_close_in_falling_steps_and_on_two_sides_is_one() -> None:
    steps = [
        stage("closing-sweeps", 30, intensity=[0.2, 0.1], side="both"),
        stage("effleurage", 30, intensity=[0.1, 0.0], side="both"),
    ]
    assert not found("R3", OPEN, KNEAD, *steps)


# R7


@pytest.mark.parametrize("region", ["shoulders", "upper-back", "lower-back", "hips"])
def test_a_stage_of_a_region_with_two_sides_says_which(region: str) -> None:
    once = stage("petrissage", 60, region=region)
    assert found("R7", OPEN, once, CLOSE)[0].startswith("warning: Stage 2")
    assert not found("R7", OPEN, {**once, "side": "both"}, CLOSE)


WARM = {"technique": "heat", "region": "hips", "duration_s": 60}


@pytest.mark.parametrize("one", [*(stage("petrissage", 60, region=name) for name in ("back", "neck")), WARM])
def test_a_middle_region_and_warmth_alone_have_no_sides(one: dict[str, Any]) -> None:
    assert not found("R7", OPEN, one, CLOSE)


# R8


def pause(seconds: float) -> dict[str, Any]:
    return {**REST, "duration_s": seconds}


@pytest.mark.parametrize("between", [pause(1), pause(9.9), stage("petrissage", 5)])
def test_a_short_pause_is_no_new_spot(between: dict[str, Any]) -> None:
    deep = stage("friction", 40)
    assert "error: Stage 5" in found("R8", OPEN, {**OPEN, "side": None}, deep, between, deep, CLOSE)[0]


ELSEWHERE = stage("petrissage", 5, region="hips")


@pytest.mark.parametrize("between", [pause(10), stage("petrissage", 10), ELSEWHERE])
def test_a_real_pause_or_another_place_is(between: dict[str, Any]) -> None:
    deep = stage("friction", 60)
    assert not found("R8", OPEN, {**OPEN, "side": None}, deep, between, deep, CLOSE)


def test_a_long_custom_stage_without_a_move_is_a_warning_that_may_be_waived() -> None:
    written = track("vibration", (0.0, 0.3), modulate={"shape": "sine", "rate_hz": 3.0, "depth": 0.3})
    middle = [OPEN, custom(121, written)]
    assert found("R8", *middle, CLOSE)[0].startswith("warning: Stage 2")
    assert not found("R8", OPEN, custom(120, written), CLOSE)
    assert not found("R8", OPEN, custom(121, track("vibration", (0.0, 0.2))), CLOSE)
    moved = custom(121, written, cues=[{"t": 60, "say": "Move.", "move": True}])
    assert not found("R8", OPEN, moved, CLOSE)
    waived = good(stage=[*middle, CLOSE], allow=[{"rule": "R8", "why": "It is a still hold."}])
    assert [each.code for each in compile_program(waived, rig()).waived if each.code == "R8"] == ["R8"]


# L9


def test_the_bucket_says_how_long_the_motors_may_run_and_what_the_reserve_is() -> None:
    def run(seconds: float) -> Compiled:
        stages = [
            stage("effleurage", 200, region="back"),
            stage("petrissage", seconds - 300, region="back"),
            stage("closing-sweeps", 100, 0.1, region="back"),
        ]
        return compile_program(good(stage=stages), rig())

    assert run(898).ok
    (refused,) = [each for each in run(899).diagnostics if each.code == "L9"]
    assert "reserve of 2 s" in refused.message
    assert "898 s" in refused.message
