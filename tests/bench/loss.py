"""How long a STOP takes to act when frames are lost, in virtual time: the real session and device.

From the call to the device's first step down; the 150 ms ramp that follows is not counted.
"""

from __future__ import annotations

import argparse
import random

from firmware_bridge.protocol import states
from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import Profile, load_profile
from programs.timeline import Timeline
from sim.lockstep import Run
from tests.bench.figures import percentile

LOSSES = {0.0: 25, 0.05: 40, 0.20: 60, 0.50: 150}  # share of frames lost -> target for p99, ms
PLAYED_MS = 3000


def stop_ms(timeline: Timeline, profile: Profile, loss: float, seed: int) -> int:
    """One stop after about three seconds of playing."""
    run = Run(timeline, profile, seed=seed)
    stop_at_ms = PLAYED_MS + 10 * random.Random(seed).randrange(50)
    while run.t_ms < stop_at_ms:
        run.tick()
    assert run.device.controller.state == states.RUNNING
    for pipe in run.link.pipes:
        pipe.drop = loss
    called_ms = run.clock.now_ms
    run.session.stop()
    while run.device.controller.state == states.RUNNING:
        run.tick()
    return run.clock.now_ms - called_ms


def main(args: argparse.Namespace) -> None:
    profile = load_profile("vibration-pad")
    timeline = compile_program(load_program("evening-shoulders"), profile).timeline
    assert timeline is not None
    for loss, target_ms in LOSSES.items():
        times = [stop_ms(timeline, profile, loss, seed) for seed in range(args.trials)]
        print(
            f"{loss:4.0%} of frames lost, {len(times)} stops: p50 {percentile(times, 50):3.0f}, "
            f"p99 {percentile(times, 99):3.0f} (target {target_ms}), p99.9 {percentile(times, 99.9):3.0f}, "
            f"max {max(times):3.0f} ms"
        )
