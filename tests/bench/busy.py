"""Playing in real time beside four processes that take all the machine has: Thrum and two plain scripts.

All three play the same program at once, each over a pseudo-terminal of its own. What is at the other
end notes when which level took effect, and runs with precedence, since a board has a processor of its
own. The error is |applied - program| every 10 ms of the wall clock, counted from each one's own start;
drift is how far each is behind the wall clock at the end.

"sleep" counts its steps and calls ``time.sleep(0.01)`` between them, "deadlines" sleeps until the next
multiple of 10 ms; both send a level as Firmata's three bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firmware_bridge.link import Connection
from firmware_bridge.paced import PacedDevice
from firmware_bridge.protocol import states
from firmware_bridge.transport.device_end import open_device_port
from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from programs.sampling import Sampler
from programs.timeline import Timeline
from sim.device import SimDevice

ROOT = Path(__file__).parents[2]
PROGRAM, PROFILE = "evening-shoulders", "vibration-pad"
STEP_S = 0.01
BUSY = 4
SCRIPTS = ("sleep", "deadlines")
TOP = 16383  # of a Firmata level, 14 bits
Floats = NDArray[np.float64]


def compiled() -> Timeline:
    timeline = compile_program(load_program(PROGRAM), load_profile(PROFILE)).timeline
    assert timeline is not None
    return timeline


def program_levels() -> Floats:
    """The program's level every millisecond."""
    return Sampler(compiled()).grid(1)["vibration"]


# -- the other end: rows of (wall s, level, place in the program s) -----------------------------------


class Stopped(Exception):
    """SIGTERM came: write down what was noted."""


def stop(_number: int, _frame: object) -> None:
    raise Stopped


def noting(kept: Path, rows: list[tuple[float, float, float]], work: Iterator[None]) -> None:
    with contextlib.suppress(PermissionError):
        os.nice(-10)
    signal.signal(signal.SIGTERM, stop)
    with contextlib.suppress(Stopped):
        for _ in work:
            pass
    np.save(kept, np.array(rows))


def device_end(rows: list[tuple[float, float, float]]) -> Iterator[None]:
    """Thrum's: the simulated device, which notes each tick while it plays."""
    device = SimDevice(load_profile(PROFILE), 1, keep_trace=False)
    tick = device.tick

    def noted(now_ms: int) -> None:
        tick(now_ms)
        controller = device.controller
        if controller.state == states.RUNNING:
            rows.append((time.monotonic(), controller.applied[0] / 1e4, controller.player.playhead_ms / 1e3))

    device.tick = noted  # type: ignore[method-assign]
    with open_device_port() as port:
        print(port.address, flush=True)
        process = PacedDevice(device, port, 0)
        while True:
            process.turn()
            yield


def script_end(rows: list[tuple[float, float, float]]) -> Iterator[None]:
    """A script's: takes three bytes for a level."""
    with open_device_port() as port:
        print(port.address, flush=True)
        data = b""
        while True:
            data += port.wait(1.0)
            while len(data) >= 3:
                rows.append((time.monotonic(), (data[1] | data[2] << 7) / TOP, len(rows) * STEP_S))
                data = data[3:]
            yield


# -- the scripts -------------------------------------------------------------------------------------


def script(kind: str, address: str, seconds: float) -> None:
    import serial

    levels = program_levels()
    port = serial.Serial(address)
    start_s = time.monotonic()
    for step in range(int(seconds / STEP_S)):
        t_s = step * STEP_S
        if kind == "deadlines":
            time.sleep(max(0.0, start_s + t_s - time.monotonic()))
            t_s = time.monotonic() - start_s
            if t_s >= seconds:
                break
        value = round(float(levels[min(int(t_s * 1000), len(levels) - 1)]) * TOP)
        port.write(bytes((0xE0, value & 127, value >> 7)))
        if kind == "sleep":
            time.sleep(STEP_S)


# -- the measurement ---------------------------------------------------------------------------------


def role(*words: str) -> list[str]:
    return [sys.executable, "-m", "tests.bench.busy", *words]


def begin(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def error(rows: Floats, levels: Floats, seconds: float, begun_s: float) -> Floats:
    """|applied - program| on the wall clock's grid of 10 ms."""
    t_s = np.arange(0.0, seconds, STEP_S)
    last = np.searchsorted(rows[:, 0], begun_s + t_s, side="right") - 1
    applied = np.where(last >= 0, rows[np.maximum(last, 0), 1], 0.0)
    return np.abs(applied - levels[np.minimum((t_s * 1000).astype(int), len(levels) - 1)])


def measure(seconds: float, folder: Path) -> dict[str, Floats]:
    """Everything at once; rows per player."""
    ends = {name: begin(role("end", name, str(folder / f"{name}.npy"))) for name in ("Thrum", *SCRIPTS)}
    addresses = {}
    for name, end in ends.items():
        assert end.stdout is not None
        addresses[name] = end.stdout.readline().strip()
    busy = [begin([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
    try:
        players = [begin(role("script", name, addresses[name], str(seconds))) for name in SCRIPTS]
        with Connection.open(addresses["Thrum"]) as massager:
            massager.play(compiled())
            massager.wait_for(lambda s: s.phase == "ended", seconds + 2.0)
            status = massager.view().status
            assert status is not None
            print(f"  Thrum: {status.underruns} underruns, {status.late_ticks} late ticks")
            if massager.session.outcome is not None:  # then what is below tells of that, not of playing
                print(f"  Thrum ended by itself: {massager.session.outcome}, {massager.session.reason}")
            massager.stop()
            massager.wait_for(lambda s: s.phase == "ended", 3.0)
        for player in players:
            player.wait(4 * seconds + 10)
    finally:
        for each in busy:
            each.kill()
        for end in ends.values():
            end.terminate()
            end.wait(10)
    return {name: np.load(folder / f"{name}.npy") for name in ends}


def main(args: argparse.Namespace) -> None:
    seconds = float(args.busy_s)
    levels = program_levels()
    print(f"{seconds:.0f} s of {PROGRAM} beside {BUSY} busy processes on {os.cpu_count()} cores:")
    with tempfile.TemporaryDirectory() as folder:
        found = measure(seconds, Path(folder))
    for name, rows in found.items():
        begun_s = rows[0, 0] - rows[0, 2]
        p50, p99, p999 = np.percentile(error(rows, levels, seconds, begun_s), [50, 99, 99.9])
        within = rows[rows[:, 2] <= seconds]
        behind_ms = (within[-1, 0] - begun_s - within[-1, 2]) * 1000
        if name == "deadlines":  # it looks at the clock: late, but never behind
            behind_ms = max(0.0, (within[-1, 0] - begun_s - seconds) * 1000)
        print(f"  {name:<10} p50 {p50:.4f}  p99 {p99:.4f}  p99.9 {p999:.4f}  drift {behind_ms:8.1f} ms")


if __name__ == "__main__":
    what, which, where, *more = sys.argv[1:]
    if what == "script":
        script(which, where, float(more[0]))
    else:
        noted_rows: list[tuple[float, float, float]] = []
        end_of = device_end(noted_rows) if which == "Thrum" else script_end(noted_rows)
        noting(Path(where), noted_rows, end_of)
