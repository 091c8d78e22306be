"""The checker itself: what it changes, and that it lets nothing through unexplained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mutate import __main__ as command
from tests.mutate import constants, functions
from tests.mutate.listed import Mutant, judge, reasons

ONE = Mutant("heat.Heat.off", "self.duty = 0", "self.duty = 1")
TWO = Mutant("heat.Heat.off", "if self.duty:", "if not self.duty:")


def test_every_constant_and_every_element_is_changed_four_ways() -> None:
    found = constants.changes("A = 10  # ms\nB = (3, 0)\nC = 1\n")
    assert [(change.name, change.now) for change in found] == [
        *[("A", value) for value in (11, 9, 20, 0)],
        *[("B", value) for value in ((4, 0), (2, 0), (6, 0), (0, 0), (3, 1), (3, -1))],
        *[("C", value) for value in (2, 0)],
    ]


def test_all_limits_are_found() -> None:
    source = constants.LIMITS.read_text(encoding="utf-8")
    names = [name for name, _value in constants.values(source)]
    assert len(names) == sum(" = " in line for line in source.splitlines() if not line.startswith("#"))
    assert {"MAX_LEVEL", "REGION_CAP", "TRIP_C100", "LAST_DUTY_U16"} <= set(names)


def test_the_tests_and_files_named_exist() -> None:
    for path, tests in functions.MODULES.values():
        assert (functions.ROOT / path).exists()
        for test in tests:
            assert (functions.ROOT / "tests" / "firmware_bridge" / f"{test}.py").exists()
    for name in constants.TESTS:
        assert (constants.ROOT / "tests" / name).exists()


def test_what_survives_without_a_reason_is_unexplained() -> None:
    verdict = judge("heat", 10, [ONE, TWO], {ONE: (1, "why")})
    assert (verdict.listed, verdict.unexplained, verdict.stale) == ([ONE], [TWO], [])
    assert str(verdict).split() == ["heat", "10", "mutants", "8", "killed", "1", "listed", "1", "unexplained"]
    assert command.summary([verdict]) == 1


def test_a_reason_holds_as_often_as_it_says() -> None:
    assert not judge("heat", 10, [ONE, ONE], {ONE: (1, "why")}).good
    assert judge("heat", 10, [ONE, ONE], {ONE: (2, "why")}).good


def test_a_reason_that_nothing_needs_is_stale() -> None:
    assert judge("heat", 10, [ONE], {ONE: (2, "why")}).stale == [ONE]
    assert judge("heat", 10, [], {ONE: (1, "why")}).stale == [ONE]
    assert judge("governor", 10, [], {ONE: (1, "why")}).good
    assert command.summary([judge("heat", 10, [ONE], {ONE: (1, "why")})]) == 0


@pytest.mark.parametrize(
    ("code", "alive"),
    [(0, True), (1, False), (3, False), (33, True), (None, True), (-24, False), (36, False)],
)
def test_only_a_failing_or_stuck_run_is_a_kill(code: int | None, alive: bool) -> None:
    assert functions.survived(code) is alive


def test_a_mutant_is_named_by_its_line(tmp_path: Path) -> None:
    mutated = tmp_path / "mutants" / "device"
    mutated.mkdir(parents=True)
    lines = ["def xǁHeatǁoff__mutmut_orig(self):", "    self.duty = 0", "    return", ""]
    lines += ["def xǁHeatǁoff__mutmut_7(self):", "    self.duty = 1", "    return"]
    (mutated / "heat.py").write_text("\n".join(lines), encoding="utf-8")
    spans = {"xǁHeatǁoff__mutmut_orig": [1, 3], "xǁHeatǁoff__mutmut_7": [5, 7]}
    (mutated / "heat.py.spans").write_text(json.dumps({"spans": spans}), encoding="utf-8")
    assert functions.change(tmp_path, "device/heat.py", "device.heat.xǁHeatǁoff__mutmut_7") == ONE


def test_the_list_names_what_is_there_and_says_why() -> None:
    for mutant, (times, why) in reasons().items():
        assert mutant.module in command.NAMES
        assert times >= 1
        assert len(why) > 15, mutant
        assert mutant.was != mutant.now


def test_the_same_mutant_is_not_listed_twice(tmp_path: Path) -> None:
    entry = '[[equivalent]]\nwhere = "a.b"\nwas = "c"\nnow = "d"\nwhy = "it makes no difference"\n'
    path = tmp_path / "mutants.toml"
    path.write_text(entry * 2, encoding="utf-8")
    with pytest.raises(ValueError, match="listed twice"):
        reasons(path)
