"""A process that records until it is killed: ``python -m tests.host_cli.killed DATABASE``.

It says the time of every sample it has handed over, so that whoever kills it knows what may be missing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from host_cli.guided.events import Sample
from host_cli.records.recorder import Recorder
from host_cli.records.store import Store
from tests.host_cli.recorded import about

STEP_S = 0.02  # five times as often as a rig says anything


def record(path: Path, told: int) -> None:
    """Record for a minute; times go to the file descriptor ``told``."""
    recorder = Recorder(Store(path))
    recorder.begin(about(simulated=False))
    begun_s, never = time.monotonic(), threading.Event()
    while (t_s := time.monotonic() - begun_s) < 60 and not recorder.failure:
        recorder.sample(Sample(t_s, t_s, "RUNNING", *[0.2] * 15))
        os.write(told, f"{t_s:.3f}\n".encode())
        never.wait(STEP_S)


def lost_s(path: Path, told: bytes) -> float:
    """Of the newest session: how much of what was handed over is not there, in s. The database is opened
    as the next start would, which has to find the session cut off."""
    store = Store(path)
    gone = Recorder(store).interrupted()
    assert store.db.execute("PRAGMA quick_check").fetchone() == ("ok",)
    store.close()
    times = told.split(b"\n")[:-1]
    if not times:  # killed before it had anything to lose, maybe before its session was begun
        return 0.0
    (session,) = gone
    return float(times[-1]) - session.t_s


def killed_after(path: Path, after_s: float) -> float:
    """SIGKILL ``after_s`` after the first sample; what was lost, in s."""
    with subprocess.Popen([sys.executable, "-m", __name__, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        threading.Event().wait(after_s)
        process.kill()
        told += process.stdout.read()
    return lost_s(path, told)


if __name__ == "__main__":
    record(Path(sys.argv[1]), sys.stdout.fileno())
