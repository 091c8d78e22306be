"""Over a real PTY: from the stop to a STATUS that shows zero; and, if asked, a long play."""

from __future__ import annotations

import argparse
import time
from statistics import median

from firmware_bridge.link import Connection
from firmware_bridge.spawn import spawn_sim
from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from tests.bench.figures import percentile


def main(args: argparse.Namespace) -> None:
    profile = load_profile("heated-head")
    timeline = compile_program(load_program("evening-shoulders"), profile).timeline
    assert timeline is not None
    times = []
    with spawn_sim("heated-head", 1) as device:
        for _ in range(args.stops):
            with Connection.open(device.address) as massager:
                massager.play(timeline)
                assert massager.wait_for(
                    lambda s: s.status is not None and s.status.applied_vibration > 500, 15.0
                )
                start = time.perf_counter()
                massager.stop()
                assert massager.wait_for(lambda s: s.phase == "ended", 2.0)
                times.append((time.perf_counter() - start) * 1000)
    print(
        f"STOP to STATUS-zero, 150 ms ramp included, {len(times)} stops: "
        f"median {median(times):.0f}, p99 {percentile(times, 99):.0f}, max {max(times):.0f} ms"
    )
    if args.play_s:
        play(args.play_s)


def play(seconds: int) -> None:
    """Plays for so long and counts underruns."""
    profile = load_profile("heated-head")
    timeline = compile_program(load_program("evening-shoulders"), profile).timeline
    assert timeline is not None
    with spawn_sim("heated-head", 1) as device, Connection.open(device.address) as massager:
        cpu = time.process_time()
        start = time.monotonic()
        massager.play(timeline)
        massager.wait_for(lambda s: s.phase == "ended", seconds)
        status = massager.view().status
        assert status is not None
        print(
            f"played {time.monotonic() - start:.0f} s over the PTY: {status.underruns} underruns, "
            f"{status.late_ticks} late ticks, host CPU {(time.process_time() - cpu) / seconds * 100:.1f} %"
        )
        if massager.session.outcome is not None:
            print(f"  it ended by itself: {massager.session.outcome}, {massager.session.reason}")
