"""The built-in programs: what a person gets is complete, gentle at both ends, and passes every rule.

The whole library is simulated on every rig that can play it when ``THRUM_ALL=1`` is set (a minute);
otherwise one break and one session with heat are.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from programs.catalog import catalog
from programs.codes import DOCUMENT_CODES
from programs.compiler import Compiled, compile_program
from programs.document import Program
from programs.load import LIBRARY, load_program, place
from programs.profile import load_profile
from sim.lockstep import simulate

ALL, NO_PERCUSSIVE, NO_PAD = (
    ("heated-head", "percussion-massager", "vibration-pad"),
    ("heated-head", "vibration-pad"),
    ("heated-head", "percussion-massager"),
)
PLAYABLE = {
    "after-sport": NO_PAD,
    "desk-break-neck": NO_PERCUSSIVE,
    "desk-break-shoulders": ALL,
    "evening-shoulders": NO_PERCUSSIVE,
    "firm-upper-back": ALL,
    "first-time": NO_PERCUSSIVE,
    "half-hour-seated": NO_PAD,
    "hips-after-walking": NO_PERCUSSIVE,
    "lower-back-heat": NO_PERCUSSIVE,
    "lower-back-seated": NO_PERCUSSIVE,
    "neck-and-shoulders": NO_PERCUSSIVE,
    "own-neck-warm": NO_PERCUSSIVE,
    "own-shoulders": ALL,
    "shiatsu-seated": ALL,
    "shiatsu-whole-back": NO_PERCUSSIVE,
    "shoulder-knots": ALL,
    "slow-sunday": NO_PERCUSSIVE,
    "upper-back-percussion": NO_PAD,
    "whole-back-deep": ("heated-head",),
    "whole-back-slow": NO_PERCUSSIVE,
}
IDS = sorted(path.stem for path in LIBRARY.glob("*.toml"))
PAIRS = [(name, rig) for name, rigs in PLAYABLE.items() for rig in rigs]
RIGS = ALL
TECHNIQUES = {
    "effleurage", "petrissage", "friction", "tapotement", "vibration", "compression", "trigger-point",
    "lifting", "fanning", "twists", "rolling", "skull-base", "closing-sweeps", "rest", "heat",
}  # fmt: skip
NEVER_SAID = ("elbow", "on the spine", "kidney", "cure", "heal", "treat", "therapy", "circulation", "toxin")
DENIED = ("never on the spine", "not on the spine")
EVERYTHING = os.environ.get("THRUM_ALL") == "1"
SIMULATED = [
    (name, rig)
    for name, rig in PAIRS
    if EVERYTHING or name == "desk-break-shoulders" or (name, rig) == ("own-neck-warm", "heated-head")
]


@cache
def program(name: str) -> Program:
    return load_program(name).program


@cache
def compiled(name: str, rig: str) -> Compiled:
    return compile_program(load_program(name), load_profile(rig))


def sessions() -> list[Program]:
    return [program(name) for name in IDS if program(name).kind == "session"]


def regions(each: Program) -> set[str]:
    return {stage.region for stage in each.stages if stage.region}


@pytest.mark.parametrize("name", IDS)
def test_every_program_is_complete(name: str) -> None:
    loaded = load_program(name)
    each = loaded.program
    assert loaded.warnings == ()
    assert each.id == name
    assert each.allow == ()
    assert each.summary.endswith(".")
    assert each.sources
    assert all(source[:3] in ("G0 ", "G1 ", "G2 ", "G3 ", "G4 ") for source in each.sources)
    assert all(stage.name and stage.all_cues for stage in each.stages)
    assert each.kind == "break" or 600 <= each.stage_time_s <= 3600


@pytest.mark.parametrize("name", IDS)
def test_every_program_opens_and_closes_light(name: str) -> None:
    first, *_, last = (stage for stage in program(name).stages if stage.technique not in ("heat", "rest"))
    assert first.technique in ("effleurage", "compression")
    assert last.technique in ("effleurage", "closing-sweeps")
    assert last.duration_s * len(last.plays) >= 45
    assert first.intensity is not None
    assert last.intensity is not None
    assert first.intensity[0] <= 0.20
    assert last.intensity[0] <= 0.20
    assert last.intensity[1] == 0


@pytest.mark.parametrize("name", IDS)
def test_cues_keep_off_what_must_not_be_worked(name: str) -> None:
    for stage in program(name).stages:
        for cue in stage.all_cues:
            said = cue.say.lower()
            for words in DENIED:
                said = said.replace(words, "")
            assert not any(word in said for word in NEVER_SAID), cue.say
            assert len(cue.say) <= 120  # two lines on a small screen, read while holding the device
            assert cue.say.endswith((".", "?"))


@pytest.mark.parametrize("name", IDS)
def test_nobody_stands_still_on_a_long_pass(name: str) -> None:
    """What lasts over a minute a side says where to go next, not only where to begin."""
    for stage in program(name).stages:
        if stage.duration_s > 60 and stage.technique not in ("rest", "trigger-point"):
            assert len(stage.all_cues) > 1, stage.title


@pytest.mark.parametrize(("name", "rig"), PAIRS)
def test_every_rule_passes_without_a_waiver_or_a_warning(name: str, rig: str) -> None:
    each = compiled(name, rig)
    assert [str(found) for found in place(each.diagnostics, load_program(name))] == []
    assert each.timeline is not None
    assert each.timeline.duration_ms == round(program(name).stage_time_s * 1000)
    assert each.timeline.segments[-1].levels[:2] == (0, 0)


def test_what_a_rig_lacks_is_refused_not_skipped() -> None:
    others = [(name, rig) for name in IDS for rig in RIGS if (name, rig) not in PAIRS]
    assert others
    for name, rig in others:
        codes = {found.code for found in compiled(name, rig).errors}
        assert codes
        assert codes <= {"P1", "R6"}, (name, rig)


@pytest.mark.parametrize(("name", "rig"), SIMULATED)
def test_the_device_limits_nothing(name: str, rig: str) -> None:
    timeline = compile_program(load_program(name), load_profile(rig)).timeline
    assert timeline is not None
    result = simulate(timeline, load_profile(rig), seed=1)
    assert (result.outcome, result.limited, result.faults) == ("completed", (), ())
    assert result.device["underruns"] == 0
    assert (result.peak["pad_c"] or 0.0) < 41.0
    assert (result.exposure["cem43_min"] or 0.0) < 15.0
    assert result.exposure["hand_points"] < 50.0  # of 100 a day


def test_the_library_has_what_people_look_for() -> None:
    everything = [program(name) for name in IDS]
    assert len(everything) >= 18
    assert set(IDS) == set(PLAYABLE)
    assert {stage.technique for each in everything for stage in each.stages} >= TECHNIQUES
    assert {each.style for each in sessions()} >= {"swedish", "deep-tissue", "shiatsu", "trigger-point"}
    assert {each.posture for each in sessions()} == {"seated", "lying"}
    assert {each.for_ for each in everything} == {"other", "self"}
    strengths = [each.strength for each in sessions()]
    assert strengths.count("light") >= 5
    assert strengths.count("medium") >= 3
    assert strengths.count("firm") == 1
    assert sum(each.kind == "break" for each in everything) >= 2


def test_the_library_has_short_and_long_sessions() -> None:
    minutes = [each.stage_time_s / 60 for each in sessions()]
    assert sum(10 <= length <= 15 for length in minutes) >= 8
    long = [each for each in sessions() if each.stage_time_s >= 1800]
    assert len(long) >= 3
    for each in long:
        pauses = [stage for stage in each.stages if stage.technique in ("rest", "heat")]
        assert sum(stage.duration_s for stage in pauses) >= 300, each.id
    assert {each.strength for each in long} == {"light", "medium"}


def test_the_library_reaches_every_region() -> None:
    for region in ("neck", "shoulders", "upper-back", "lower-back", "hips", "back"):
        assert sum(region in regions(each) for each in sessions()) >= 2, region
    top_to_bottom = [
        each for each in sessions() if {"shoulders", "upper-back", "lower-back", "hips"} <= regions(each)
    ]
    assert len(top_to_bottom) >= 3
    for each in top_to_bottom:
        sided = [stage for stage in each.stages if stage.technique not in ("rest", "heat")]
        assert all(stage.side == "both" for stage in sided)


def test_the_library_has_warm_programs_and_others_on_every_kind_of_rig() -> None:
    entries = catalog().entries
    heated = {entry.id for entry in entries if "heat" in entry.channels}
    assert 3 <= len(heated) <= len(entries) - 3
    for rig in RIGS:
        assert sum(rig in rigs for rigs in PLAYABLE.values()) >= 6, rig
    one_motor = [name for name, rigs in PLAYABLE.items() if "percussion-massager" in rigs]
    assert any(program(name).stage_time_s >= 1800 for name in one_motor)
    assert any(program(name).for_ == "self" for name in one_motor)


def test_what_one_does_to_oneself_is_what_one_can_reach() -> None:
    alone = [program(name) for name in IDS if program(name).for_ == "self"]
    assert len(alone) >= 4
    for each in alone:
        assert regions(each) <= {"neck", "shoulders"}
        assert each.strength == "light"


def test_a_break_says_that_it_is_one() -> None:
    for name in IDS:
        each = program(name)
        if each.kind == "break":
            assert 120 <= each.stage_time_s < 600
            assert "break" in each.title.lower()
            assert any(word in each.summary for word in ("is not", "no more than"))


def test_the_catalog_lists_what_people_choose_by() -> None:
    entries = {entry.id: entry for entry in catalog().entries}
    assert set(IDS) == set(entries)
    shoulders = entries["evening-shoulders"]
    assert (shoulders.minutes, shoulders.strength, shoulders.posture, shoulders.built_in) == (
        12.0,
        "light",
        "seated",
        True,
    )
    assert shoulders.regions == ("back", "upper-back", "shoulders")
    assert shoulders.channels == ("vibration",)
    assert entries["upper-back-percussion"].channels == ("vibration", "percussion")
    assert entries["lower-back-heat"].channels == ("vibration", "heat")


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("id = ")
    (tmp_path / "notes.txt").write_text("not a program")
    text = (LIBRARY / "evening-shoulders.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace('"evening-shoulders"', '"mine"'), encoding="utf-8")
    found = catalog(tmp_path)
    assert {entry.id for entry in found.entries} == {*IDS, "mine"}
    assert [entry.built_in for entry in found.entries if entry.id == "mine"] == [False]
    assert len(found.broken) == 1


def test_every_code_of_the_document_is_explained() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in LIBRARY.parent.glob("*.py"))
    used = {f"D{number}" for number in range(100, 200) if f'"D{number}"' in source}
    assert used == set(DOCUMENT_CODES)
    assert all(code.title and code.text.endswith(".") for code in DOCUMENT_CODES.values())
