"""What the guides say is honoured somewhere: every row leads to a place that exists.

The rows stand in ``programs/traceability.toml``; the ids are restated here. A rule needs more than
a place: a test that breaks it and sees it caught.
"""

from __future__ import annotations

import ast
import importlib
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from programs.errors import Rejected
from programs.load import LIBRARY, load_program, parse_program
from programs.rules import CHECKS, RULES
from programs.techniques import TECHNIQUES
from programs.vocabulary import REGIONS
from tests.programs.test_rules import BROKEN

ROOT = Path(__file__).parent.parent.parent
ROWS: dict[str, dict[str, Any]] = tomllib.loads((LIBRARY.parent / "traceability.toml").read_text("utf-8"))
COUNTS = {"T": 16, "A": 10, "R": 20, "C": 14, "S": 13, "X": 6}
IDS = [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
PROGRAMS = sorted(path.stem for path in LIBRARY.glob("*.toml"))


def broken_codes() -> set[str]:
    """Codes for which a program that breaks them is seen to be caught."""
    return {row[0] for row in BROKEN}


@cache
def used() -> tuple[frozenset[str], frozenset[str]]:
    """Techniques and regions of the built-in programs."""
    stages = [stage for name in PROGRAMS for stage in load_program(name).program.stages]
    return frozenset(stage.technique for stage in stages), frozenset(s.region for s in stages if s.region)


def technique(row: str, slug: str) -> bool:
    return slug in TECHNIQUES and TECHNIQUES[slug].id == row and slug in used()[0]


def region(row: str, slug: str) -> bool:
    return slug in REGIONS and REGIONS[slug][0] == row and slug in used()[1]


def rule(_: str, code: str) -> bool:
    return code in RULES and (code in CHECKS or code in broken_codes())


def page(_: str, code: str) -> bool:
    return code in RULES and code not in CHECKS


def program(_: str, name: str) -> bool:
    return name in PROGRAMS


def cue(_: str, place: str) -> bool:
    name, words = place.split(": ", 1)
    if name not in PROGRAMS:
        return False
    stages = load_program(name).program.stages
    return any(words in each.say for stage in stages for each in stage.all_cues)


def named(place: str) -> Any:
    """What ``module:name`` names, or None."""
    module, names = place.split(":", 1)
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError:
        return None
    for name in names.split("."):
        found = getattr(found, name, None)
    return found


def code(_: str, place: str) -> bool:
    return named(place) is not None


def words(_: str, place: str) -> bool:
    where, text = place.split(": ", 1)
    return text in str(named(where))


def doc(_: str, place: str) -> bool:
    file, text = place.split(": ", 1)
    path = ROOT / file
    return path.is_file() and text in path.read_text(encoding="utf-8")


@cache
def functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test(_: str, place: str) -> bool:
    file, name = place.split("::", 1)
    return name.startswith("test_") and name in functions(ROOT / file)


test.__test__ = False  # type: ignore[attr-defined]  # a kind of place, not a test of its own

KINDS: dict[str, Callable[[str, str], bool]] = {
    each.__name__: each for each in (technique, region, rule, page, program, cue, code, words, doc, test)
}


def exists(row: str, place: str) -> bool:
    kind, rest = place.split(" ", 1)
    return kind in KINDS and KINDS[kind](row, rest)


def test_every_id_is_there_once_and_no_other() -> None:
    assert list(ROWS) == IDS


@pytest.mark.parametrize("row", IDS)
def test_every_row_leads_to_places_that_exist(row: str) -> None:
    entry = ROWS[row]
    assert set(entry) <= {"says", "in"}
    assert entry["says"]
    assert entry["in"], f"{row} is honoured nowhere"
    gone = [place for place in entry["in"] if not exists(row, place)]
    assert not gone


@pytest.mark.parametrize("row", [row for row in IDS if row.startswith("R")])
def test_every_rule_is_broken_by_a_test_that_sees_it_caught(row: str) -> None:
    entry = ROWS[row]
    if row in CHECKS:
        assert f"rule {row}" in entry["in"]
        assert row in broken_codes()
    else:
        assert f"page {row}" in entry["in"]
        assert any(place.startswith("test ") for place in entry["in"]), f"nothing breaks {row}"


@pytest.mark.parametrize("row", [row for row in IDS if row.startswith("T") and row != "T15"])
def test_every_technique_is_drawn_as_its_own(row: str) -> None:
    assert any(place.startswith("technique ") for place in ROWS[row]["in"])


@pytest.mark.parametrize(
    "place",
    [
        "technique kneading",
        "technique friction",  # exists, with another id
        "region spine",
        "rule R17",  # a page only
        "rule R99",
        "page R1",  # has a check
        "program no-such-program",
        "cue evening-shoulders: words that nobody says",
        "cue no-such-program: Sit",
        "code programs.limits:NO_SUCH_LIMIT",
        "code programs.no_such_module:NAME",
        "words programs.words:NOT_WORKED: earlobe",
        "doc README.md: words that nobody wrote",
        "doc docs/no-such-page.md: Thrum",
        "test tests/programs/test_rules.py::test_no_such_test",
        "test tests/programs/no_such_file.py::test_rules",
        "somewhere else",
    ],
)
def test_a_place_that_does_not_exist_is_noticed(place: str) -> None:
    assert not exists("T1", place)


@pytest.mark.parametrize("word", ["spine", "vertebrae", "bone", "scapula", "kidneys", "ribs"])
def test_what_must_not_be_worked_is_refused_with_a_reason(word: str) -> None:
    text = (LIBRARY / "own-shoulders.toml").read_text(encoding="utf-8")
    with pytest.raises(Rejected) as caught:
        parse_program(text.replace('"shoulders"', f'"{word}"', 1))
    found = caught.value.diagnostics[0]
    assert found.code == "D123"
    assert "never worked" in found.hint
