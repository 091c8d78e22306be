# How long a tick takes while a programme runs, and, where the runtime can say so, how much memory
# is in use before and after many of them with the collector off. CircuitPython subset.
# ruff: noqa: T201  (what it prints is its result)

import gc
import json

from firmware_bridge.protocol.states import RUNNING
from tests.runtimes.scripts.replay import Replay

WARM_UP_TICKS = 3000  # of running: heat on, buffer full, modulators going
NEAR_THE_WRAP_MS = 0x1FFFFFFF - 45000  # the millisecond counter wraps while it is measured


def running(tape_file: str) -> Replay:
    """A replay that has been running for half a minute."""
    with open(tape_file, "rb") as source:
        replay = Replay(source.read(), NEAR_THE_WRAP_MS)
    count = 0
    while count < WARM_UP_TICKS:
        replay.step()
        if replay.controller.state == RUNNING:
            count += 1
    return replay


def steps(replay: Replay, ticks: int) -> None:
    for _ in range(ticks):
        replay.step()  # looked up anew each time: a bound method kept would be an allocation


def reads(replay: Replay, ticks: int) -> None:
    for _ in range(ticks):
        replay.read()


def memory(tape_file: str, ticks: int) -> None:
    """Prints, as JSON, bytes in use before and after, and what happened between."""
    replay = running(tape_file)
    controller = replay.controller
    good = controller.link.decoder.good
    playhead_ms = controller.player.playhead_ms
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()  # type: ignore[attr-defined]  # boards have it
    steps(replay, ticks)
    after = gc.mem_alloc()  # type: ignore[attr-defined]
    gc.enable()
    print(
        json.dumps(
            {
                "before": before,
                "after": after,
                "running": controller.state == RUNNING,
                "frames": controller.link.decoder.good - good,
                "played_ms": controller.player.playhead_ms - playhead_ms,
                "dropped": controller.link.dropped,
                "heat": controller.applied[2],
            }
        )
    )


def control(tape_file: str, ticks: int) -> None:
    """The same with one allocation a tick: what `memory` must be able to see."""
    replay = running(tape_file)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()  # type: ignore[attr-defined]
    kept = None
    for tick in range(ticks):
        replay.step()
        kept = (tick, kept)
    print(gc.mem_alloc() - before)  # type: ignore[attr-defined]
    gc.enable()


def tick_us(tape_file: str, ticks: int, now_us) -> float:  # type: ignore[no-untyped-def]
    """Mean time of a tick with its share of the link; reading the tape is taken off."""
    replay = running(tape_file)
    start = now_us()
    steps(replay, ticks)
    stepped = now_us() - start
    replay = running(tape_file)
    start = now_us()
    reads(replay, ticks)
    return (stepped - (now_us() - start)) / ticks


def print_tick_us(tape_file: str, ticks: int) -> None:
    import time

    print(tick_us(tape_file, ticks, time.ticks_us))  # type: ignore[attr-defined]
