"""A bundle on MicroPython, with shims where a board has modules of its own."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from firmware_bridge.rigs.bundle import make_bundle
from firmware_bridge.rigs.document import Rig
from tests.firmware_bridge.boards.rigs import profile
from tests.runtimes import node

SHIMS = Path(__file__).parent / "shims"
START = "sys.path[0:1] = ['/shims', '/', '/lib']\nimport drive\n"


def job(rig: Rig, folder: Path, code: str, **how: Any) -> node.Job:
    """``code`` finds the module ``drive``; the bundle lies where a board has it."""
    put = []
    for name, content in make_bundle(rig, profile()).files.items():
        if name.endswith(".py"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            put.append((path, f"/{name}"))
    put += [(path, f"/shims/{path.name}") for path in sorted(SHIMS.glob("*.py"))]
    put.append((node.ROOT / "sim" / "__init__.py", "/sim/__init__.py"))
    put += how.pop("put", [])
    return node.Job(START + code, put=put, folders=("sim/chips",), **how)


def result(rig: Rig, code: str) -> dict[str, Any]:
    """What it printed."""
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Any] = json.loads(job(rig, Path(folder), code).run())
    return found


def memory(rig: Rig) -> dict[str, float]:
    """Bytes in use with the bundle imported and its board made; what each tick leaves, with the fakes'."""
    then = ("kept = drive.memory_build()", "drive.memory_ticks(*kept)")
    with tempfile.TemporaryDirectory() as folder:
        out = job(rig, Path(folder), "drive.memory_shims()", then=then).run()
    found: dict[str, float] = json.loads(out)
    return found
