"""The document models and what must fit together: every mistake is one finding at the right place."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import ValidationError

from programs.consistency import inconsistencies
from programs.document import Keyframe, Program, Stage

PROGRAM: dict[str, Any] = {
    "format": "thrum/1",
    "id": "small",
    "title": "Small",
    "summary": "One stage.",
    "posture": "seated",
    "stage": [
        {
            "technique": "custom",
            "region": "upper-back",
            "duration_s": 60,
            "track": [{"channel": "vibration", "keyframes": [{"t": 0, "v": 0.1}, {"t": 60, "v": 0.2}]}],
        }
    ],
}


def program(**changes: Any) -> Program:
    return Program.model_validate({**copy.deepcopy(PROGRAM), **changes})


def stage(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(PROGRAM["stage"][0]), **changes}


def codes(document: Program) -> list[str]:
    return [each.code for each in inconsistencies(document)]


def test_a_sound_program_has_nothing_wrong() -> None:
    assert codes(program()) == []


def test_defaults_are_the_careful_ones() -> None:
    small = program()
    assert (small.strength, small.kind, small.for_, small.allow, small.caps) == (
        "light",
        "session",
        "other",
        (),
        None,
    )
    assert small.stages[0].tracks[0].keyframes[0].interp == "linear"


def test_names_of_the_file_lead_to_attributes() -> None:
    both = program(**{"for": "self", "stage": [stage(side="both", name="Knead")]})
    assert both.for_ == "self"
    assert both.stages[0].plays == ("left", "right")
    assert both.stages[0].title == "Knead"
    assert both.stage_time_s == 120


def test_a_stage_without_side_plays_once() -> None:
    assert Stage(technique="rest", duration_s=5).plays == (None,)


def test_cue_and_cues_come_in_order_of_time() -> None:
    said = stage(cue="First.", cues=[{"t": 30, "say": "Last."}, {"t": 10, "say": "Then.", "move": True}])
    cues = program(stage=[said]).stages[0].all_cues
    assert [(each.t, each.say, each.move) for each in cues] == [
        (0, "First.", False),
        (10, "Then.", True),
        (30, "Last.", False),
    ]


def test_models_are_frozen_and_hashable() -> None:
    small = program()
    assert hash(small.stages[0].tracks) == hash(program().stages[0].tracks)
    with pytest.raises(ValidationError):
        small.title = "Other"  # type: ignore[misc]


@pytest.mark.parametrize("value", ["0.5", True, None, float("nan"), float("inf"), -0.001, 10**400, [0.5]])
def test_a_level_is_a_finite_number(value: Any) -> None:
    with pytest.raises(ValidationError):
        Keyframe.model_validate({"t": 0, "v": value})


@pytest.mark.parametrize("value", [0, -1, -0.0, float("nan"), "60", 7200.001])
def test_duration_is_above_zero_and_bounded(value: Any) -> None:
    with pytest.raises(ValidationError):
        Stage.model_validate(stage(duration_s=value))


@pytest.mark.parametrize("name", ["", "A", "a b", "-a", "a-", "a--b", "\u0430", "a\n", "x" * 65, "a/b", ".."])
def test_ids_are_plain_words(name: str) -> None:
    with pytest.raises(ValidationError):
        program(id=name)


@pytest.mark.parametrize("text", ["a\x1b[2J", "a\u202eb", "a\x00", "\u200b", "x" * 501, "two\nlines"])
def test_a_title_cannot_drive_a_terminal(text: str) -> None:
    with pytest.raises(ValidationError):
        program(title=text)


def with_keys(channel: str, *keys: dict[str, Any], **more: Any) -> Program:
    return program(stage=[stage(track=[{"channel": channel, "keyframes": list(keys), **more}])])


def at(t: float, v: float, **more: Any) -> dict[str, Any]:
    return {"t": t, "v": v, **more}


SINE = {"shape": "sine", "rate_hz": 1.0, "depth": 0.5}
CASES: list[tuple[str, tuple[str | int, ...], Program]] = [
    ("D130", ("stage", 0, "track", 0, "keyframes", 1, "t"), with_keys("vibration", at(5, 0.1), at(5, 0.2))),
    ("D130", ("stage", 0, "track", 0, "keyframes", 1, "t"), with_keys("vibration", at(5, 0.1), at(4, 0.2))),
    (
        "D131",
        ("stage", 0, "track", 0, "keyframes", 1, "t"),
        with_keys("vibration", at(0, 0.1), at(60.001, 0.2)),
    ),
    ("D124", ("stage", 0, "track", 0, "keyframes", 0, "v"), with_keys("vibration", at(0, 1.001))),
    ("D124", ("stage", 0, "track", 0, "keyframes", 0, "v"), with_keys("heat", at(0, 19.9))),
    ("D124", ("stage", 0, "track", 0, "keyframes", 0, "v"), with_keys("heat", at(0, 0.3))),
    ("D136", ("stage", 0, "track", 0, "keyframes", 0), with_keys("heat", at(0, 0), at(5, 38))),
    ("D134", ("stage", 0, "track", 0, "modulate"), with_keys("heat", at(0, 38), modulate=SINE)),
    (
        "D130",
        ("stage", 0, "track", 0, "modulate", "rate_hz", 1, "t"),
        with_keys("vibration", at(0, 0.1), modulate={**SINE, "rate_hz": [at(9, 1), at(3, 2)]}),
    ),
    (
        "D132",
        ("stage", 0, "track", 1, "channel"),
        program(stage=[stage(track=PROGRAM["stage"][0]["track"] * 2)]),
    ),
    ("D135", ("allow", 0, "rule"), program(allow=[{"rule": "R21", "why": "x"}])),
    ("D133", ("allow", 1, "rule"), program(allow=[{"rule": "R9", "why": "x"}, {"rule": "R9", "why": "y"}])),
    ("D136", ("stage", 0, "cues", 0, "t"), program(stage=[stage(cues=[{"t": 60, "say": "Late."}])])),
    ("D137", ("stage", 0), program(stage=[{"technique": "effleurage", "duration_s": 60}])),
    ("D137", ("stage", 0, "side"), program(stage=[{"technique": "rest", "side": "left", "duration_s": 60}])),
    ("D138", ("stage", 0, "track"), program(stage=[stage(technique="rest")])),
    ("D138", ("stage", 0, "technique"), program(stage=[{"technique": "custom", "duration_s": 9}])),
    ("D138", ("stage", 0, "track"), program(stage=[stage(technique="heat")])),
    ("D139", ("track", 0, "channel"), program(track=PROGRAM["stage"][0]["track"])),
]


@pytest.mark.parametrize(
    ("code", "where", "document"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)]
)
def test_each_contradiction_is_one_finding_with_its_place(
    code: str, where: tuple[str | int, ...], document: Program
) -> None:
    found = list(inconsistencies(document))
    assert [(each.code, each.where) for each in found] == [(code, where)]
    assert found[0].message.endswith(".")


def test_heat_may_go_to_off_and_back_in_steps() -> None:
    assert codes(with_keys("heat", at(0, 38, interp="hold"), at(20, 0, interp="hold"), at(40, 36))) == []


def test_keyframes_at_both_edges_are_inside() -> None:
    assert codes(with_keys("vibration", at(0, 0.0), at(60, 1.0))) == []


def test_all_contradictions_come_at_once() -> None:
    bad = with_keys("vibration", at(5, 1.5), at(4, 0.2), at(90, 0.2))
    assert codes(bad) == ["D130", "D131", "D124"]
