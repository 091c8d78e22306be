"""The built-in programs: what a person gets is complete, gentle at both ends, and passes every rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs.catalog import catalog
from programs.codes import DOCUMENT_CODES
from programs.compiler import compile_program
from programs.load import LIBRARY, load_program, place
from programs.profile import load_profile

IDS = sorted(path.stem for path in LIBRARY.glob("*.toml"))
PLAYABLE = {
    "evening-shoulders": ("heated-head", "vibration-pad"),
    "upper-back-percussion": ("heated-head", "percussion-massager"),
    "lower-back-heat": ("heated-head", "vibration-pad"),
}
NEVER_SAID = ("elbow", "on the spine.", "kidney")


@pytest.mark.parametrize("name", IDS)
def test_every_program_is_complete(name: str) -> None:
    loaded = load_program(name)
    program = loaded.program
    assert loaded.warnings == ()
    assert program.id == name
    assert program.allow == ()
    assert program.sources
    assert all(stage.all_cues for stage in program.stages)
    if program.kind == "session":
        assert 600 <= program.stage_time_s <= 3600


@pytest.mark.parametrize("name", IDS)
def test_every_program_opens_and_closes_light(name: str) -> None:
    first, *_, last = load_program(name).program.stages
    assert first.technique in ("effleurage", "compression")
    assert last.technique in ("effleurage", "closing-sweeps")
    assert last.duration_s >= 45
    assert first.intensity is not None
    assert last.intensity is not None
    assert first.intensity[0] <= 0.20
    assert last.intensity[0] <= 0.20
    assert last.intensity[1] == 0


@pytest.mark.parametrize("name", IDS)
def test_cues_keep_off_what_must_not_be_worked(name: str) -> None:
    for stage in load_program(name).program.stages:
        for cue in stage.all_cues:
            said = cue.say.lower().replace("never on the spine.", "").replace("not on the spine.", "")
            assert not any(word in said for word in NEVER_SAID), cue.say
            assert len(cue.say) <= 120  # two lines on a small screen, read while holding the device


@pytest.mark.parametrize(("name", "rig"), [(name, rig) for name, rigs in PLAYABLE.items() for rig in rigs])
def test_every_rule_passes_without_a_waiver(name: str, rig: str) -> None:
    loaded = load_program(name)
    compiled = compile_program(loaded, load_profile(rig))
    assert [str(each) for each in place(compiled.diagnostics, loaded)] == []
    assert compiled.timeline is not None
    assert compiled.timeline.duration_ms == round(loaded.program.stage_time_s * 1000)
    assert compiled.timeline.segments[-1].levels[:2] == (0, 0)


def test_what_a_rig_lacks_is_refused_not_skipped() -> None:
    assert not compile_program(load_program("upper-back-percussion"), load_profile("vibration-pad")).ok
    assert not compile_program(load_program("lower-back-heat"), load_profile("percussion-massager")).ok


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
