"""docs/authoring.md holds: every program on it compiles, every command on it says what is shown."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from host_cli.main import main
from programs.compiler import compile_program
from programs.document import Stage
from programs.load import examine_text
from programs.profile import load_profile
from programs.techniques import TECHNIQUES

PAGE = (Path(__file__).parent.parent / "docs" / "authoring.md").read_text(encoding="utf-8")
TOML = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
PROGRAMS = {tomllib.loads(text)["id"]: text for text in TOML if text.startswith("format")}
SHOWN = re.findall(r"```console\n\$ thrum ([^\n]+)\n(.*?)```", PAGE, re.S)
MINUTES = {
    "tired-shoulders": 12, "lively-back": 10, "warm-lower-back": 15, "whole-back": 40, "desk-break": 3,
}  # fmt: skip
WHOLE = frozenset(
    {"R1", "R2", "R3", "R7", "R9", "R10", "R11", "R14", "R18", "R19"}
)  # of a program, not a stage


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the page is typed in."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "88")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    monkeypatch.chdir(tmp_path)
    for name, text in PROGRAMS.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(wrong(), encoding="utf-8")
    return tmp_path


def wrong() -> str:
    """The shoulder session with the six mistakes of the page, in the order of the page."""
    found = re.search(r"```diff\n(.*?)```", PAGE, re.S)
    assert found is not None
    text, at = PROGRAMS["tired-shoulders"], 0
    pairs = re.findall(r"^-(.*)\n((?:\+.*\n)+)", found[1], re.M)
    assert len(pairs) == 6
    for old, new in pairs:
        at = text.index(old + "\n", at)
        text = text[:at] + re.sub(r"^\+", "", new, flags=re.M) + text[at + len(old) + 1 :]
    return text


def test_the_programs_of_the_page_are_the_ones_it_promises() -> None:
    assert set(PROGRAMS) == set(MINUTES)


@pytest.mark.parametrize("name", MINUTES)
def test_every_whole_program_compiles_without_a_finding(name: str) -> None:
    examined = examine_text(PROGRAMS[name])
    assert [str(each) for each in examined.diagnostics] == []
    assert examined.program is not None
    compiled = compile_program(examined.program, load_profile("heated-head"))
    assert [str(each) for each in compiled.diagnostics] == []
    assert compiled.timeline is not None
    assert round(compiled.timeline.duration_ms / 60_000) == MINUTES[name]


def four_lines() -> list[dict[str, object]]:
    blocks = [tomllib.loads(text) for text in TOML if text.startswith("[[stage]]")]
    return max((block["stage"] for block in blocks), key=len)


@pytest.mark.parametrize("stage", four_lines(), ids=lambda stage: str(stage["technique"]))
def test_every_technique_is_a_stage_of_four_lines(stage: dict[str, object]) -> None:
    head = {
        "format": "thrum/1",
        "id": "a",
        "title": "A",
        "summary": "A.",
        "posture": "lying",
        "strength": "medium",
    }
    program = examine_text(json.dumps({**head, "stage": [stage]})).program
    assert len(stage) <= 4
    assert program is not None
    found = {each.code for each in compile_program(program, load_profile("heated-head")).diagnostics}
    assert found <= WHOLE, found
    assert Stage.model_validate(stage).all_cues or stage["technique"] == "custom"


def test_no_technique_is_left_out() -> None:
    assert [stage["technique"] for stage in four_lines()] == list(TECHNIQUES)


def test_the_commands_say_what_is_shown(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(SHOWN) == 6
    for command, expected in SHOWN:
        if command.startswith("diff"):
            _make_it_slower(desk / "my-shoulders.toml")
        code = main(command.split())
        out, err = capsys.readouterr()
        assert _fits(expected.rstrip(), (out + err).rstrip()), f"thrum {command} says:\n{out}{err}"
        assert code == (1 if "wrong.toml" in command else 0)


def _make_it_slower(path: Path) -> None:
    """What the page says that the author did."""
    text = path.read_text(encoding="utf-8")
    slower = text.replace("intensity = [0.20, 0.28]", "intensity = [0.22, 0.30]\nshape = { period_s = 4.0 }")
    assert slower != text
    path.write_text(slower, encoding="utf-8")


def _fits(expected: str, said: str) -> bool:
    """The same text; where the page leaves something out ("..."), every line it shows in order."""
    if "..." not in expected.splitlines():
        return expected == said
    rest = iter(said.splitlines())
    return all(line in rest for line in expected.splitlines() if line != "...")


def test_six_mistakes_get_six_messages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "wrong.toml"]) == 1
    out = capsys.readouterr().out
    codes = re.findall(r"^error\[(\w+)\]", out, re.M)
    assert codes == ["D120", "D123", "L1", "D122", "D130", "R3"]
    for line, column in re.findall(r"--> wrong.toml:(\d+):(\d+)", out):
        assert wrong().splitlines()[int(line) - 1][int(column) - 1 :].strip()


def test_the_remarks_of_a_copy_are_shown_as_they_are(desk: Path) -> None:
    assert main(["new", "my-own", "--from", "evening-shoulders", "-o", "my-own.toml"]) == 0
    excerpt = next(text for text in TOML if text.startswith("[[stage]]\nname"))
    assert excerpt in (desk / "my-own.toml").read_text(encoding="utf-8")
