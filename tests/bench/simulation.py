"""How much faster than real time a program of ten minutes is simulated, and in how much memory."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from tests.bench.figures import row

SCRIPT = """
import json, resource, time
from programs.load import load_program, parse_program
from programs.profile import load_profile
from programs.compiler import compile_program
from sim.lockstep import simulate
loaded, profile = load_program({program!r}), load_profile("heated-head")
compiled = compile_program(loaded, profile)
start = time.perf_counter()
result = simulate(compiled.timeline, profile, seed=1)
wall = time.perf_counter() - start
print(json.dumps([result.outcome, result.duration_s, wall,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
PROGRAMS = ("evening-shoulders", "upper-back-percussion", "lower-back-heat")


def main(args: argparse.Namespace) -> None:
    for program in PROGRAMS:
        ratios, memory = [], []
        for _ in range(max(3, args.runs // 2)):
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT.format(program=program)],
                capture_output=True,
                text=True,
                check=True,
            )
            outcome, duration_s, wall_s, peak_mb = json.loads(done.stdout)
            assert outcome == "completed", outcome
            ratios.append(duration_s / wall_s)
            memory.append(peak_mb)
        row(program, ratios, "x real time")
        row("  peak memory", memory, "MB")
