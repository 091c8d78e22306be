"""How far from the program the levels are when the host stalls: Thrum beside two plain scripts.

Ten-minute runs in virtual time; in each 20 s the host stands still once, for a time drawn from an
exponential distribution (mean 150 ms, at most 750 ms). The error is |applied - program| every 10 ms.

A script of the usual kind sets a level every 10 ms from the host, over a link without delay:
"sleep" counts its steps and sleeps 10 ms between them (each sleep is 0.08 ms late, as measured on a
quiet Linux; the work between takes no time), "deadlines" sleeps until the next multiple of 10 ms.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray

from firmware_bridge.protocol import states
from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from programs.sampling import Sampler
from sim.faults_of.host import HostStall
from sim.lockstep import Run

PROGRAM, PROFILE = "evening-shoulders", "vibration-pad"
LENGTH_MS = 600_000
STEP_MS = 10
LATE_MS = 0.08
Floats = NDArray[np.float64]


def stalls(seed: int) -> list[tuple[float, float]]:
    """(start, length) in ms, one in each 20 s."""
    source = random.Random(seed)
    every = 20_000
    return [
        (begin + source.uniform(0, every - 1000), min(750.0, source.expovariate(1 / 150)))
        for begin in range(0, LENGTH_MS, every)
    ]


def held(writes: Iterator[tuple[float, float]], program: Floats) -> Floats:
    """Error of an output that keeps what was last written; ``writes``: (when, place in the program)."""
    applied = np.zeros(LENGTH_MS // STEP_MS)
    at, place = 0, 0.0
    for when, written in writes:
        while at < len(applied) and at * STEP_MS < when:
            applied[at] = program[min(int(place), len(program) - 1)]
            at += 1
        place = written
        if at >= len(applied):
            break
    applied[at:] = program[min(int(place), len(program) - 1)]
    return np.abs(applied - program[:LENGTH_MS:STEP_MS])


def sleeping(pauses: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Counts its steps: what a stall or a late sleep took is never made up."""
    now, step, left = 0.0, 0, list(pauses)
    while now < LENGTH_MS:
        yield now, step * STEP_MS
        step += 1
        now += STEP_MS + LATE_MS
        while left and left[0][0] <= now:
            now += left.pop(0)[1]


def deadlines(pauses: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Looks at the clock: late after a stall, then right again."""
    now, left = 0.0, list(pauses)
    while now < LENGTH_MS:
        yield now, now
        now = (now // STEP_MS + 1) * STEP_MS
        while left and left[0][0] <= now:
            now += left.pop(0)[1]


def one_run(seed: int) -> tuple[Floats, Floats, Floats, int]:
    """Errors of the three, and Thrum's interruptions."""
    profile = load_profile(PROFILE)
    timeline = compile_program(load_program(PROGRAM), profile).timeline
    assert timeline is not None
    program = Sampler(timeline).grid(1)["vibration"][: LENGTH_MS + 1]
    pauses = stalls(seed)
    run = Run(timeline, profile, seed=seed)
    run.order(HostStall("stall", start / 1000, (), length / 1000) for start, length in pauses)
    while run.t_ms < LENGTH_MS:
        run.tick()
    applied = np.array(run.device.trace.column("vibration_applied"))[: LENGTH_MS // STEP_MS]
    times_ms = np.rint((np.arange(len(applied)) + 1) * STEP_MS).astype(int)
    ours = np.abs(applied - program[times_ms])
    controller = run.device.controller
    interruptions = controller.underruns + (controller.player.playhead_ms != run.t_ms)
    return ours, held(sleeping(pauses), program), held(deadlines(pauses), program), interruptions


def long_stall(seed: int) -> tuple[int, bool]:
    """The host stands still for 1 to 2.8 s: pauses that followed, and whether it was ready to go on.

    A token is at most 250 ms old when the host stops, so the device's second is over in any case.
    """
    source = random.Random(f"long {seed}")
    profile = load_profile(PROFILE)
    timeline = compile_program(load_program(PROGRAM), profile).timeline
    assert timeline is not None
    run = Run(timeline, profile, seed=seed)
    start_s, length_s = source.uniform(20, 60), source.uniform(1.001, 2.8)
    run.order([HostStall("stall", start_s, (), length_s)])
    pauses, before = 0, states.RUNNING
    while run.t_ms < (start_s + length_s + 5) * 1000:
        run.tick()
        state = run.device.controller.state
        pauses += state == states.PAUSED != before
        before = state
    still = not any(run.device.controller.applied) and run.session.phase == "paused"
    resumed = run.session.resume(timeline)
    end_ms = run.t_ms + 5000
    while run.t_ms < end_ms:
        run.tick()
    played_on = run.device.controller.state == states.RUNNING and run.device.controller.applied[0] > 0
    return pauses, still and resumed and played_on


def tell_long_stalls(count: int) -> None:
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(long_stall, range(count)))
    print(
        f"  {count} stalls of 1 to 2.8 s: exactly one safe PAUSE {sum(each[0] == 1 for each in found)}, "
        f"went on when asked {sum(each[1] for each in found)}"
    )


def main(args: argparse.Namespace) -> None:
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(one_run, range(args.playbacks)))
    print(f"{len(results)} runs of ten minutes of {PROGRAM}, stalls up to 750 ms, errors of full scale:")
    worst = {}
    for name, column in (("Thrum", 0), ("script, sleep(0.01)", 1), ("script, deadlines", 2)):
        pooled = np.concatenate([result[column] for result in results])
        p50, p99, p999 = np.percentile(pooled, [50, 99, 99.9])
        worst[name] = p999
        print(f"  {name:<22} p50 {p50:.4f}  p99 {p99:.4f}  p99.9 {p999:.4f}  max {pooled.max():.4f}")
    ours = worst.pop("Thrum")
    print(
        "  at p99.9 "
        + ", ".join(f"{value / max(ours, 1e-4):.0f} x smaller than {name}" for name, value in worst.items())
    )
    print(f"  underruns and interruptions of Thrum: {sum(result[3] for result in results)}")
    tell_long_stalls(10 * args.playbacks)
