"""Mutants of functions: mutmut over one module, in a copy of its own under ``out/mutate``.

A mutant whose tests take eight times as long as they should is taken to hang, and that is noticed.
On a machine that is busier than that, mutants are killed by haste: the verdict says how many hung.

Each module has the tests that are meant to hold it. Fewer tests are faster, and a mutant that only
a long way round notices shows where a direct test is missing.
"""

from __future__ import annotations

import difflib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.mutate.listed import Mutant

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "out" / "mutate"
DEVICE = "firmware_bridge/device"
# Module -> its file, and the tests in tests/firmware_bridge that are to kill its mutants.
MODULES = {
    "governor": (f"{DEVICE}/governor.py", ("test_governor",)),
    "heat": (f"{DEVICE}/heat.py", ("test_heat_windows", "test_heat")),
    "outputs": (f"{DEVICE}/outputs.py", ("test_outputs",)),
    "inputs": (f"{DEVICE}/inputs.py", ("test_inputs", "test_evasions")),
    "underrun": (f"{DEVICE}/underrun.py", ("test_underrun",)),
    "framing": ("firmware_bridge/protocol/framing.py", ("test_framing", "test_protocol")),
    "machine": (f"{DEVICE}/machine.py", ("test_machine", "test_reset", "test_evasions", "test_controller")),
    "controller": (
        f"{DEVICE}/controller.py",
        ("test_commands", "test_reset", "test_evasions", "test_config", "test_controller"),
    ),
}
COPIED = ("firmware_bridge", "programs", "sim", "tests/firmware_bridge")
SINGLE = ("thrum.py", "tests/__init__.py", "tests/conftest.py")
SURVIVED, FAILED, INTERNAL, NO_TESTS, NEVER_RUN = 0, 1, 3, 33, None  # exit codes
CONFIG = """\
[tool.mutmut]
source_paths = ["firmware_bridge"]
only_mutate = ["{path}"]
also_copy = ["programs", "sim", "thrum.py"]
timeout_multiplier = 8.0
pytest_add_cli_args = ["-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = {tests}
[tool.pytest.ini_options]
addopts = ["-q", "--import-mode=importlib"]
pythonpath = ["."]
filterwarnings = ["error"]
markers = ["realtime"]
"""


def mutate(module: str, children: int, again: bool) -> tuple[int, int, list[Mutant]]:
    """Tries every mutant of a module (``again``: those that survived last time).

    Returns how many there are, how many of them hang, and which survive.
    """
    path, tests = MODULES[module]
    stage = KEPT / module
    names: list[str] = []
    if again and stage.exists():
        names = [name for name, code in outcomes(stage, path).items() if survived(code)]
        if not names:
            return len(outcomes(stage, path)), 0, []
    else:
        shutil.rmtree(stage, ignore_errors=True)
    copy(stage)
    selection = [f"tests/firmware_bridge/{test}.py" for test in tests]
    (stage / "pyproject.toml").write_text(CONFIG.format(path=path, tests=json.dumps(selection)))
    (stage / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children), *names]
    process = subprocess.run(
        command, cwd=stage, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if process.returncode:
        raise SystemExit(f"{module}: mutmut failed\n{process.stdout[-4000:]}")
    found = outcomes(stage, path)
    hung = sum(code not in (FAILED, INTERNAL) and not survived(code) for code in found.values())
    return len(found), hung, [change(stage, path, name) for name, code in found.items() if survived(code)]


def copy(stage: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in COPIED:
        shutil.copytree(ROOT / name, stage / name, ignore=ignored, dirs_exist_ok=True)
    for name in SINGLE:
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, stage / name)


def outcomes(stage: Path, path: str) -> dict[str, int | None]:
    """mutmut's name of each mutant -> the exit code of its tests."""
    meta = json.loads((stage / "mutants" / f"{path}.meta").read_text(encoding="utf-8"))
    found: dict[str, int | None] = meta["exit_code_by_key"]
    return found


def survived(code: int | None) -> bool:
    """Nothing failed, nothing ran, or nobody knows. A mutant that never comes back is noticed."""
    return code in (SURVIVED, NO_TESTS, NEVER_RUN, 2, 5, 34, 35)


def change(stage: Path, path: str, name: str) -> Mutant:
    """The mutant behind one of mutmut's names, as the lines that differ."""
    spans = json.loads((stage / "mutants" / f"{path}.spans").read_text(encoding="utf-8"))["spans"]
    lines = (stage / "mutants" / path).read_text(encoding="utf-8").splitlines()
    function, _, number = name.rpartition(".")[2].rpartition("__mutmut_")
    versions = []
    for version in ("orig", number):
        start, end = spans[f"{function}__mutmut_{version}"]
        versions.append([line.strip() for line in lines[start - 1 : end] if "__mutmut_" not in line])
    differences = [line for line in difflib.ndiff(versions[0], versions[1]) if line[:2] in ("- ", "+ ")]
    was = " ".join(line[2:] for line in differences if line[0] == "-")
    now = " ".join(line[2:] for line in differences if line[0] == "+")
    where = function.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return Mutant(f"{Path(path).stem}.{where}", was, now)
