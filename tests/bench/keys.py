"""From a key on the operator's terminal to STOP on the wire, while the screen is drawn ten times a second.

The real command on a terminal of its own; a tap between it and the simulated device reads the wire.
Once as it is, and once when the terminal takes no output any more as the key is pressed.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import subprocess
import sys
import tempfile
import threading
import time
import tty
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol.framing import Decoder
from firmware_bridge.spawn import spawn_sim
from tests.bench.figures import percentile

ROOT = Path(__file__).parents[2]


class Tap:
    """A pseudo-terminal in front of ``device``; notes when frames of each kind passed towards it."""

    def __init__(self, device: str) -> None:
        self._device = os.open(device, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._device)
        self._ours, theirs = os.openpty()
        tty.setraw(theirs)
        self.address = os.ttyname(theirs)
        self._theirs = theirs
        self._decoder = Decoder()
        self.seen: list[tuple[float, int]] = []
        self._closing = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._closing:
            for fd in select.select([self._device, self._ours], [], [], 0.1)[0]:
                data = os.read(fd, 4096)
                if fd == self._device:
                    os.write(self._ours, data)
                    continue
                now = time.perf_counter()
                os.write(self._device, data)
                self.seen += [(now, kind) for kind, *_ in self._decoder.frames(data)]

    def close(self) -> None:
        self._closing = True
        self._thread.join()
        for fd in (self._device, self._ours, self._theirs):
            os.close(fd)

    def first(self, kind: int, after_s: float) -> float | None:
        return next((at_s for at_s, each in list(self.seen) if each == kind and at_s >= after_s), None)


def main(args: argparse.Namespace) -> None:
    rng = random.Random(7)
    for stalled in (False, True):
        figures = [one(rng, stalled) for _ in range(args.stops)]
        stops = [stop_ms for stop_ms, _gap_ms in figures]
        gaps = [gap_ms for _stop_ms, gap_ms in figures]
        where = "on a stalled terminal" if stalled else "with the screen at 10 Hz"
        print(
            f"key to STOP on the wire {where}, {len(stops)} times: median {median(stops):.1f}, "
            f"p99 {percentile(stops, 99):.1f}, max {max(stops):.1f} ms; "
            f"longest time between heartbeats {max(gaps):.0f} ms"
        )


def one(rng: random.Random, stalled: bool) -> tuple[float, float]:
    """Milliseconds from q to STOP, and the longest between two heartbeats before."""
    with spawn_sim("heated-head", 1) as device, tempfile.TemporaryDirectory() as home:
        tap = Tap(device.address)
        ours, theirs = os.openpty()
        env = {
            **os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "HOME": home, "XDG_DATA_HOME": home,
            "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        command = [sys.executable, "-m", "host_cli", "run", "evening-shoulders", "--port", tap.address]
        process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        try:
            _read_until(ours, lambda: tap.first(m.RESUME, 0.0) is not None)
            begun_s = time.perf_counter()
            _read_until(ours, lambda: time.perf_counter() - begun_s > 0.6 + rng.random())
            if stalled:
                threading.Event().wait(1.5)  # the terminal's buffer fills
            pressed_s = time.perf_counter()
            os.write(ours, b"q")
            while (stopped_s := tap.first(m.STOP, pressed_s)) is None:
                if stalled:
                    threading.Event().wait(0.001)
                else:
                    _read(ours)
                if time.perf_counter() - pressed_s > 5.0:
                    raise RuntimeError("no STOP within 5 s")
            beats = [at_s for at_s, kind in tap.seen if kind == m.HEARTBEAT and begun_s <= at_s <= stopped_s]
            gaps = [later - earlier for earlier, later in pairwise(beats)]
            return (stopped_s - pressed_s) * 1000, max(gaps, default=0.0) * 1000
        finally:
            process.kill()
            process.wait(10)
            tap.close()
            os.close(ours)


def _read(fd: int) -> None:
    if select.select([fd], [], [], 0.001)[0]:
        os.read(fd, 65536)


def _read_until(fd: int, done: Callable[[], bool]) -> None:
    until_s = time.perf_counter() + 30.0
    while not done():
        _read(fd)
        if time.perf_counter() > until_s:
            raise RuntimeError("it does not come to play within 30 s")
