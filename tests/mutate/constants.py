"""Mutants of the device's constants, which mutmut leaves alone: every number of
``firmware_bridge/device/limits.py``, and every element of a table, one more, one less, doubled, zero.

Each is tried in a forked child that is given the changed module before it imports the device.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import signal
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutate.listed import Mutant

ROOT = Path(__file__).parents[2]
LIMITS = ROOT / "firmware_bridge" / "device" / "limits.py"
MODULE = "firmware_bridge.device.limits"
# The tests of the device, fast ones first: the first that fails is enough.
TESTS = (
    "firmware_bridge/test_governor.py",
    "firmware_bridge/test_inputs.py",
    "firmware_bridge/test_outputs.py",
    "firmware_bridge/test_underrun.py",
    "firmware_bridge/test_heat_windows.py",
    "firmware_bridge/test_machine.py",
    "firmware_bridge/test_player.py",
    "firmware_bridge/test_commands.py",
    "firmware_bridge/test_evasions.py",
    "firmware_bridge/test_reset.py",
    "firmware_bridge/test_heat.py",
    "firmware_bridge/test_controller.py",
    "failures/test_device.py",
)
# Not of the project's own device, and slow to import: once, before the children are made.
IMPORTED_FIRST = ("pytest", "hypothesis.stateful", "numpy", "pydantic", "serial")
TOO_LONG_S = 120  # a child that needs longer is stuck, and that is noticed
STUCK = 3


@dataclass(frozen=True)
class Change:
    """One constant with another value."""

    name: str
    was: object
    now: object

    def mutant(self) -> Mutant:
        return Mutant("limits", f"{self.name} = {self.was}", f"{self.name} = {self.now}")


def values(source: str) -> Iterator[tuple[str, int | tuple[int, ...]]]:
    """Name and value of every constant."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, ast.literal_eval(node.value)


def others(value: int) -> list[int]:
    """One more, one less, doubled, zero."""
    return [other for other in dict.fromkeys((value + 1, value - 1, value * 2, 0)) if other != value]


def changes(source: str) -> list[Change]:
    found = []
    for name, value in values(source):
        if isinstance(value, int):
            found += [Change(name, value, other) for other in others(value)]
            continue
        for at, element in enumerate(value):
            for other in others(element):
                found.append(Change(name, value, (*value[:at], other, *value[at + 1 :])))
    return found


def mutate(children: int, only: str = "") -> tuple[int, list[Mutant]]:
    """Tries every change (``only``: of this constant); returns how many there are, and the survivors."""
    for name in IMPORTED_FIRST:
        importlib.import_module(name)
    source = LIMITS.read_text(encoding="utf-8")
    todo = [change for change in changes(source) if only in ("", change.name)]
    if _wait({_start(source, None): None}) != [None]:
        raise SystemExit("limits: the tests fail without any mutant")
    survivors = []
    running: dict[int, Change | None] = {}
    for change in todo:
        if len(running) >= children:
            survivors += _wait(running)
        running[_start(source, change)] = change
    while running:
        survivors += _wait(running)
    return len(todo), [change.mutant() for change in survivors if change]


def _wait(running: dict[int, Change | None]) -> list[Change | None]:
    """Waits for one child; what it tried, if no test of it failed."""
    while True:
        child, status = os.wait()
        if child in running:
            change = running.pop(child)
            return [change] if os.waitstatus_to_exitcode(status) == 0 else []


def _start(source: str, change: Change | None) -> int:
    child = os.fork()
    if child:
        return child
    code = STUCK
    try:
        signal.alarm(TOO_LONG_S)
        code = _run(source, change)
    finally:
        os._exit(code)


def _run(source: str, change: Change | None) -> int:
    """In the child: the device's tests with the changed module."""
    import pytest

    limits = types.ModuleType(MODULE)
    exec(compile(source, str(LIMITS), "exec"), limits.__dict__)
    if change:
        setattr(limits, change.name, change.now)
    sys.modules[MODULE] = limits
    os.chdir(ROOT)
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        arguments = ["-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "--assert=plain"]
        arguments += ["--import-mode=importlib", *[f"tests/{test}" for test in TESTS]]
        return int(pytest.main(arguments))
