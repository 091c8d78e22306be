"""The four floors: who may import whom. Reads the source, so a lazy import counts as well."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"programs", "firmware_bridge", "sim", "host_cli", "thrum"}
MAY_IMPORT = {
    "programs": {"pydantic", "numpy"},
    "firmware_bridge": {"programs", "serial"},
    "sim": {"programs", "firmware_bridge"},
    "host_cli": {"programs", "firmware_bridge", "sim"}
    | {"click", "rich", "matplotlib", "platformdirs", "numpy", "serial"},
    "thrum": {"programs", "firmware_bridge", "sim", "host_cli"},  # stands on all four
}
# What a board has, and nothing else; zlib only behind a try.
ON_A_BOARD = {"firmware_bridge", "zlib", "array", "gc", "time", "struct", "math"}
DEVICE_CODE = ("firmware_bridge/protocol", "firmware_bridge/device", "firmware_bridge/boards")
DEVICE_CODE += ("firmware_bridge/boards/drivers",)
# What only CircuitPython has: named by the main program alone, which hands it on.
BOARD_MODULES = {"analogio", "board", "busio", "digitalio", "microcontroller", "pwmio", "storage"}
BOARD_MODULES |= {"supervisor", "usb_cdc", "watchdog", "thrum_rig"}
CHIP_LIBRARIES = {"adafruit_ads1x15", "adafruit_drv2605", "adafruit_ina219", "adafruit_pca9685"}
# Of a Raspberry Pi's device process: Blinka, and where its rig's file is.
ON_A_PI = {"blinka.py": {"board", "busio", "digitalio", "pwmio"}, "folders.py": {"platformdirs"}}
ON_A_COMPUTER = {"firmware_bridge/boards/drivers/memory_file.py"}  # of a Pi


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def sources(package: str) -> list[Path]:
    if package == "thrum":
        return [ROOT / "thrum.py"]
    return sorted((ROOT / package).rglob("*.py"))


def wrong_imports(package: str, path: Path) -> list[str]:
    allowed = MAY_IMPORT[package] | {package}
    if path.parent.name == "circuitpython":
        allowed = allowed | BOARD_MODULES
    elif path.parent.name == "drivers":
        allowed = allowed | CHIP_LIBRARIES
    elif path.parent.name == "rigs":
        allowed = allowed | {"pydantic"}  # a rig file is a document, as strict as a program
    elif path.parent.name == "gpio":
        allowed = allowed | ON_A_PI.get(path.name, set())
    found = {name.split(".")[0] for name in imported(path)}
    return sorted(name for name in found - allowed if name in OURS or name not in sys.stdlib_module_names)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_imports_go_one_way(package: str) -> None:
    assert sources(package)
    wrong = {str(path): bad for path in sources(package) if (bad := wrong_imports(package, path))}
    assert not wrong


def test_the_check_itself_notices_a_wrong_direction(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    import sim.clock\n    from host_cli import main\n    import scipy\n")
    assert wrong_imports("programs", bad) == ["host_cli", "scipy", "sim"]


@pytest.mark.parametrize("folder", DEVICE_CODE)
def test_device_code_imports_only_what_a_board_has(folder: str) -> None:
    for path in sorted((ROOT / folder).glob("*.py")):
        if str(path.relative_to(ROOT)) in ON_A_COMPUTER:
            continue
        of_boards = folder.startswith("firmware_bridge/boards")
        for name in imported(path):
            top = name.split(".")[0]
            known = top in ON_A_BOARD or (path.parent.name == "drivers" and top in CHIP_LIBRARIES)
            assert known, f"{path} imports {name}"
            assert top != "firmware_bridge" or name.startswith(
                ("firmware_bridge.protocol", "firmware_bridge.device")
                + (("firmware_bridge.boards",) if of_boards else ())
            )


def test_device_code_uses_no_syntax_that_a_board_lacks() -> None:
    for folder in DEVICE_CODE:
        for path in sorted((ROOT / folder).glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                assert not isinstance(node, ast.Match | ast.AsyncFunctionDef | ast.Await), path
                if isinstance(node, ast.FunctionDef):
                    assert not node.args.posonlyargs, f"{path}: {node.name} has positional-only arguments"
                if isinstance(node, ast.ClassDef):
                    assert not node.keywords, f"{path}: {node.name} has a metaclass"


def test_every_package_is_shipped_and_no_other() -> None:
    import tomllib

    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for package in ("programs", "firmware_bridge", "sim", "host_cli")
        for path in (ROOT / package).rglob("__init__.py")
    }
    assert set(listed) == found


WALL_CLOCK = {f"time.{name}" for name in ("time", "monotonic", "monotonic_ns", "perf_counter", "sleep")}
WALL_CLOCK |= {"datetime.now"}
CLOCKS = {"firmware_bridge/clock.py", "host_cli/clock.py"}


def test_only_the_clock_modules_read_the_wall_clock() -> None:
    for package in ("programs", "firmware_bridge", "sim", "host_cli"):
        for path in sources(package):
            if str(path.relative_to(ROOT)) in CLOCKS:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    name = f"{node.value.id}.{node.attr}"
                    assert name not in WALL_CLOCK, f"{path}:{node.lineno} reads {name}"
