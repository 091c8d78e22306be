"""MicroPython under node, for the tests and the bench: found, or the reason why not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PACKAGE = HERE / "node_modules" / "@micropython" / "micropython-webassembly-pyscript"
REQUIRED = "THRUM_REQUIRE_RUNTIMES"  # set to 1, a missing runtime is a failure
DEVICE_FOLDERS = ("firmware_bridge/protocol", "firmware_bridge/device", "tests/runtimes/scripts")


def missing() -> str:
    """Why MicroPython cannot be run here; empty when it can."""
    if shutil.which("node") is None:
        return "node is not installed, and with it no MicroPython (Debian: apt install nodejs npm)"
    if not (PACKAGE / "micropython.mjs").is_file():
        return "MicroPython for node is not installed (run: make test, or npm install in tests/runtimes)"
    return ""


def required() -> bool:
    return os.environ.get(REQUIRED) == "1"


@dataclass
class Job:
    """A process that runs ``code`` on MicroPython; see run.mjs."""

    code: str
    put: list[tuple[Path, str]] = field(default_factory=list)
    take: list[tuple[Path, str]] = field(default_factory=list)
    port: int | None = None  # an open file descriptor
    patient: bool = False  # may wait for everything else that the machine has to do
    folders: tuple[str, ...] = DEVICE_FOLDERS
    then: tuple[str, ...] = ()  # further pieces of code; this MicroPython collects garbage between two
    heap: int | None = None  # bytes of memory; None: plenty

    def start(self) -> subprocess.Popen[str]:
        job: dict[str, Any] = {"root": str(ROOT), "folders": self.folders, "code": self.code}
        job["put"] = [(str(outside), inside) for outside, inside in self.put]
        job["take"] = [(str(outside), inside) for outside, inside in self.take]
        if self.then:
            job["then"] = self.then
        if self.heap is not None:
            job["heap"] = self.heap
        if self.port is not None:
            job["port"] = self.port
        nice = ["nice", "-n", "10"] if self.patient and shutil.which("nice") else []
        return subprocess.Popen(
            [*nice, "node", str(HERE / "run.mjs"), json.dumps(job)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=() if self.port is None else (self.port,),
        )

    def run(self) -> str:
        """What it prints; an AssertionError with all it said when it fails."""
        return finish(self.start())


def finish(process: subprocess.Popen[str], timeout_s: float = 150.0) -> str:
    """Waits for the end of a started job and returns what it printed."""
    try:
        out, err = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"MicroPython took longer than {timeout_s} s: {out}{err}") from None
    assert process.returncode == 0, f"MicroPython ended with {process.returncode}: {out}{err}"
    return out
