"""Whole-process times of the installed script, interleaved with the bare interpreter."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.figures import row

THRUM = str(Path(sys.executable).with_name("thrum"))
COMMANDS = {
    "bare interpreter": [sys.executable, "-c", "pass"],
    "thrum --help": [THRUM, "--help"],
    "thrum check evening-shoulders": [THRUM, "check", "evening-shoulders"],
    "thrum list": [THRUM, "list"],
}


def wall_ms(command: list[str]) -> float:
    """One whole process; its output is thrown away."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=os.environ)
    return (time.perf_counter() - start) * 1000


def main(args: argparse.Namespace) -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for command in COMMANDS.values():
        wall_ms(command)  # once, not counted: files into the cache
    for _ in range(args.runs):
        for name, command in COMMANDS.items():
            times[name].append(wall_ms(command))
    bare = times["bare interpreter"]
    for name, values in times.items():
        row(name, values, "ms", bare if values is not bare else None)
