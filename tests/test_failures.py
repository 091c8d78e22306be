"""The failure table is complete: every id has tests, and every test exists."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FIRST, LAST = 1, 43
TABLE: dict[str, dict[str, Any]] = tomllib.loads((HERE / "failures.toml").read_text(encoding="utf-8"))


@cache
def names_in(file: str) -> frozenset[str]:
    """Names of the test functions of a file under tests/."""
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def problems(table: dict[str, dict[str, Any]]) -> list[str]:
    """What is wrong with a table."""
    found = [f"F{n} is missing" for n in range(FIRST, LAST + 1) if f"F{n}" not in table]
    for name, row in table.items():
        if not row.get("what"):
            found.append(f"{name} does not say what it is")
        if not row.get("tests"):
            found.append(f"{name} has no test")
        for test in row.get("tests", ()):
            file, _, function = test.partition("::")
            if not (HERE / file).is_file() or function not in names_in(file):
                found.append(f"{name} names {test}, which does not exist")
        if set(row) - {"what", "tests"}:
            found.append(f"{name} has keys that nobody reads")
    return found


def test_every_failure_has_its_tests() -> None:
    assert problems(TABLE) == []
    assert len(TABLE) == LAST - FIRST + 1


def test_every_test_of_a_failure_is_in_the_table_under_its_id() -> None:
    for path in sorted((HERE / "failures").glob("test_*.py")):
        file = f"failures/{path.name}"
        for function in names_in(file):
            name = function.split("_")[1].upper()
            assert f"{file}::{function}" in TABLE[name]["tests"], f"{function} is not under {name}"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"F7": None}, "F7 is missing"),
        ({"F7": {"what": "x", "tests": []}}, "F7 has no test"),
        ({"F7": {"what": "x", "tests": ["failures/test_wire.py::test_nothing"]}}, "does not exist"),
        ({"F7": {"what": "x", "tests": ["nowhere.py::test_nothing"]}}, "does not exist"),
        ({"F7": {"tests": ["failures/test_wire.py::test_nothing"]}}, "does not say"),
        ({"F7": {**TABLE["F7"], "owed": "the pins"}}, "nobody reads"),
    ],
)
def test_a_gap_in_the_table_is_noticed(change: dict[str, Any], says: str) -> None:
    broken = {name: row for name, row in {**TABLE, **change}.items() if row is not None}
    assert any(says in problem for problem in problems(broken))
