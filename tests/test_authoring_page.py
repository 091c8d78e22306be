"""docs/authoring.md holds: every program on it compiles, every command on it says what is shown."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest

from programs.compiler import compile_program
from programs.document import Stage
from programs.load import examine_text
from programs.profile import load_profile
from programs.techniques import TECHNIQUES

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("typed", ROOT / "docs" / "typed.py")
assert spec is not None
assert spec.loader is not None
typed = importlib.util.module_from_spec(spec)
spec.loader.exec_module(typed)
PAGE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
TOML = typed.tomls(PAGE)
PROGRAMS = typed.programs(PAGE)
MINUTES = {
    "tired-shoulders": 12, "lively-back": 10, "warm-lower-back": 15, "whole-back": 40, "desk-break": 3,
}  # fmt: skip
WHOLE = frozenset(
    {"R1", "R2", "R3", "R7", "R9", "R10", "R11", "R14", "R18", "R19"}
)  # of a program, not a stage


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


def test_the_commands_say_what_is_shown() -> None:
    assert typed.typed(PAGE) == PAGE, "run: make docs"


def test_what_is_shown_in_part_is_said() -> None:
    shown = [(command, lines.splitlines()) for command, lines in typed.BLOCK.findall(PAGE)]
    assert len(shown) == 6
    partly = [(command, lines) for command, lines in shown if "..." in lines]
    assert [command.split()[0] for command, _ in partly] == ["list"]
    with typed.desk(PAGE):
        for command, lines in partly:
            rest = iter(typed.said(command).splitlines())
            assert all(line in rest for line in lines if line != "...")


def test_six_mistakes_get_six_messages_in_their_places() -> None:
    with typed.desk(PAGE):
        out = typed.said("check wrong.toml")
    assert re.findall(r"^error\[(\w+)\]", out, re.M) == ["D120", "D123", "L1", "D122", "D130", "R3"]
    lines = typed.wrong(PAGE).splitlines()
    places = re.findall(r"--> wrong.toml:(\d+):(\d+)", out)
    meant = [lines[int(line) - 1][int(column) - 1 :] for line, column in places]
    starts = ["duraton_s", '"kneading"', "[0.20, 0.48]", '"64"', "20, v", "[0.30, 0.0]"]
    assert [text.startswith(start) for text, start in zip(meant, starts, strict=True)] == [True] * 6


def test_the_remarks_of_a_copy_are_shown_as_they_are() -> None:
    excerpt = next(text for text in TOML if text.startswith("[[stage]]\nname"))
    with typed.desk(PAGE) as folder:
        typed.said("new my-own --from evening-shoulders -o my-own.toml")
        assert excerpt in (folder / "my-own.toml").read_text(encoding="utf-8")
