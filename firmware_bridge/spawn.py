"""Starts the simulated device in a process of its own and learns its address.

The process lives in its own session, so that a Ctrl-C in the terminal reaches only the host: a real
device would not get it either. It outlives its host by a minute and then ends by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from firmware_bridge.errors import PortAbsent

START_S = 15.0
ROOT = Path(__file__).resolve().parents[1]  # where the packages are, installed or not


@dataclass(frozen=True)
class SimulatedDevice:
    """A running device process. ``close`` ends it at once; without that it ends by itself."""

    address: str
    process: subprocess.Popen[str]

    def __enter__(self) -> SimulatedDevice:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process. Any number of times."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(2.0)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def spawn_sim(profile_id: str, seed: int | None = None, *more: str) -> SimulatedDevice:
    """Starts ``python -m sim.device_process``; ``more`` are further arguments of it.

    With a seed, its noise and its boot id are always the same; without one, by chance.

    Raises PortAbsent, with the process's own last words, when it does not come up.
    """
    command = [sys.executable, "-m", "sim.device_process", "--profile", profile_id]
    command += [*(() if seed is None else ("--seed", str(seed))), *more]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        process = _start(command, complaints)
        address = _address_of(process)
        if address:
            return SimulatedDevice(address, process)
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        complaints.seek(0)
        words = complaints.read().strip().splitlines()
    why = words[-1] if words else f"it said nothing within {START_S:g} s"
    raise PortAbsent("sim", f"The simulated device did not start: {why}")


def _start(command: list[str], complaints: IO[str]) -> subprocess.Popen[str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _address_of(process: subprocess.Popen[str]) -> str:
    """The rest of its ``port …`` line; "" when it ends or says nothing in time."""
    found: list[str] = []

    def read() -> None:
        for line in process.stdout or ():
            if line.startswith("port "):
                found.append(line[5:].strip())
                return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(START_S)
    return found[0] if found else ""
