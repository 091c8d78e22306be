"""Records: processes killed at random points, the list of a long log, the size and the pace of writing."""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

from host_cli.guided.events import Sample
from host_cli.records.recorder import Recorder
from host_cli.records.store import Store
from tests.bench.figures import percentile, row
from tests.bench.startup import THRUM, wall_ms
from tests.host_cli.killed import lost_s, record
from tests.host_cli.recorded import about, write

AT_ONCE = 4  # processes that record, each in a database of its own, until one after the other is killed
LONGEST_S = 1.5  # of a life
SESSIONS = 10_000


def main(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kills(Path(folder), args.kills)
        handing_over(Path(folder) / "pace.db")
        lists(Path(folder), args.runs)


def kills(folder: Path, many: int) -> None:
    """SIGKILL at random points; each database goes on with the next life."""
    dice = random.Random("records")
    losses: list[float] = []
    for begin in range(0, many, AT_ONCE):
        lives = [_life(folder / f"killed-{n}.db") for n in range(min(AT_ONCE, many - begin))]
        for path, child, told in lives:
            threading.Event().wait(dice.uniform(0, LONGEST_S / AT_ONCE))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            with open(told, "rb") as pipe:
                losses.append(lost_s(path, pipe.read()))
    print(
        f"{many} processes killed while recording: {len(losses)} databases opened and whole, lost "
        f"median {median(losses) * 1000:.0f}, p99 {percentile(losses, 99) * 1000:.0f}, "
        f"most {max(losses) * 1000:.0f} ms"
    )


def _life(path: Path) -> tuple[Path, int, int]:
    told, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(told)
            record(path, says)
        finally:
            os._exit(1)
    os.close(says)
    return path, child, told


def handing_over(path: Path) -> None:
    """How long the caller's loop is kept by a sample, while the thread commits."""
    recorder, never, times = Recorder(Store(path)), threading.Event(), []
    recorder.begin(about(simulated=False))
    for n in range(300):
        begun = time.perf_counter()
        recorder.sample(Sample(n / 10, n / 10, "RUNNING", *[0.2] * 15))
        times.append((time.perf_counter() - begun) * 1e6)
        never.wait(0.01)
    recorder.end("completed", "", True)
    recorder.close()
    assert not recorder.failure
    middle, rare = median(times), percentile(times, 99)
    print(f"handing over a sample: median {middle:.0f}, p99 {rare:.0f}, most {max(times):.0f} us")


def lists(folder: Path, runs: int) -> None:
    """Whole processes over a log of 10 000 sessions."""
    path = folder / "thrum" / "records" / "sessions.db"
    write(path, [Sample(n / 10, n / 10, "RUNNING", *[0.2] * 15) for n in range(600)])
    store = Store(path)
    names = [each[1] for each in store.db.execute("PRAGMA table_info(sessions)") if each[1] != "id"]
    text = f"INSERT INTO sessions ({', '.join(names)}) SELECT {', '.join(names)} FROM sessions WHERE id = 1"
    with store.transaction() as db:
        for _ in range(SESSIONS - 1):
            db.execute(text)
        db.execute(
            "INSERT INTO samples SELECT s.id, state, packed FROM samples, sessions AS s WHERE s.id % 100 = 0"
        )
    store.close()
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(folder)
    try:
        for command in (["list"], ["list", "--limit", str(SESSIONS)], ["show"]):
            wall_ms([THRUM, "log", *command])
            times = [wall_ms([THRUM, "log", *command]) for _ in range(runs)]
            row(f"thrum log {' '.join(command)}, of {SESSIONS}", times, "ms")
    finally:
        os.environ.pop("XDG_DATA_HOME")
        if before is not None:
            os.environ["XDG_DATA_HOME"] = before
