"""What the live screen costs: CPU time of drawing ten times a second, as ``run`` does, on a terminal."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import replace

from host_cli.outlet import patient
from host_cli.showing.live import REDRAW_TURNS, LiveScreen
from host_cli.terminal import Terminal
from tests.host_cli.samples import VIEW

FRAMES = 300  # half a minute of them
FRAMES_PER_S = 10
SIZES = ((80, 24), (40, 12), (200, 60))


def main(_args: argparse.Namespace) -> None:
    for columns, lines in SIZES:
        for unicode in (True, False):
            cost_s = drawing(columns, lines, unicode) / FRAMES
            letters = "UTF-8" if unicode else "ASCII, no colour"
            share = cost_s * FRAMES_PER_S * 100
            print(f"{columns}x{lines} {letters:<18} {cost_s * 1000:5.2f} ms of CPU a frame, {share:.1f} %")


def drawing(columns: int, lines: int, unicode: bool) -> float:
    """Seconds of CPU for all frames, every one another moment; a process of its own reads the terminal."""
    ours, theirs = os.openpty()
    reader = subprocess.Popen(["cat"], stdin=ours, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(ours)
    os.environ |= {"COLUMNS": str(columns), "LINES": str(lines), "TERM": "xterm-256color"}
    before, sys.stdout = sys.stdout, open(theirs, "w", encoding="utf-8")  # noqa: SIM115
    try:
        with patient(), LiveScreen(Terminal(columns, lines, unicode, unicode, True)) as screen:
            begun_s = time.process_time()
            for frame in range(FRAMES):
                moment = replace(VIEW, left_s=500 - frame / 10, stage_left_s=65 - frame / 10)
                for _ in range(REDRAW_TURNS):
                    screen.show(moment)
                while sys.stdout.behind:  # type: ignore[attr-defined]
                    time.sleep(0.001)
            spent_s = time.process_time() - begun_s
    finally:
        sys.stdout.close()
        sys.stdout = before
        reader.wait(5)
    return spent_s
