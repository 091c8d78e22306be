"""Runs per second of a campaign with everything varied: in one process, and on all cores."""

from __future__ import annotations

import argparse
import time

from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from sim.campaign import Setup, broken, cores, outcomes, play_all
from tests.bench.figures import row

PROGRAM = "evening-shoulders"


def main(args: argparse.Namespace) -> None:
    """One process and all of them in turn, so that a machine busy with other things slows both."""
    profile = load_profile("heated-head")
    timeline = compile_program(load_program(PROGRAM).program, profile).timeline
    assert timeline is not None, PROGRAM
    setup = Setup(timeline, profile, vary=True)
    runs, many = args.campaign_runs, cores()
    alone, together = [], []
    found = []
    for turn in range(2):
        for jobs, rates in ((1, alone), (many, together)):
            start = time.perf_counter()
            done = list(play_all(setup, turn, range(runs), jobs))
            rates.append(runs / (time.perf_counter() - start))
            assert len(done) == runs
        found += done
    row(f"{runs} runs of {timeline.duration_ms / 1000:.0f} s, one process", alone, "runs/s")
    row(f"  on {many} cores", together, "runs/s", alone)
    print(f"  outcomes: {outcomes(found)}; broken: {sum(map(broken, found))}")
