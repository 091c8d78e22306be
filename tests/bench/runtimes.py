"""What a tick of the device costs on CPython and on MicroPython, and what it leaves on the heap.

The golden tapes are played: real frames of the real session, on a board that only remembers. So this
is controller and link, without any board's drivers, and MicroPython here is WebAssembly on this
computer: it compares runtimes, it says nothing about a microcontroller.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from firmware_bridge.rigs.bundle import make_bundle, ram_of
from tests.bench.figures import row
from tests.firmware_bridge.boards.rigs import chips_rig, plain_rig, profile
from tests.runtimes import boards, golden, node
from tests.runtimes.scripts import measure

TICKS = 10_000


def on_cpython(tape: Path) -> float:
    return measure.tick_us(str(tape), TICKS, lambda: time.perf_counter_ns() / 1000)


def on_micropython(tape: Path) -> float:
    return float(_job(f"measure.print_tick_us('/tape', {TICKS})", tape))


def _job(call: str, tape: Path) -> str:
    return node.Job(f"from tests.runtimes.scripts import measure\n{call}", put=[(tape, "/tape")]).run()


def main(args: argparse.Namespace) -> None:
    reason = node.missing()
    if reason:
        print(f"MicroPython: not measured; {reason}")
    runs = max(3, args.runs // 2)
    with tempfile.TemporaryDirectory() as folder:
        tape = Path(folder) / "tape"
        for program in golden.PROGRAMS:
            tape.write_bytes(golden.tape_of(program))
            print(f"{program}, {TICKS} ticks of 10 ms while running, mean of a tick")
            _rows("CPython", on_cpython, tape, runs)
            if not reason:
                _rows("MicroPython (WebAssembly)", on_micropython, tape, runs)
                found = json.loads(_job(f"measure.memory('/tape', {TICKS})", tape))
                print(
                    f"  heap before {found['before']} bytes, after {found['after']}: "
                    f"{found['after'] - found['before']} more, over {found['frames']} frames in"
                )
    if not reason:
        _bundles()


def _bundles() -> None:
    """A board's drive and memory, for a rig on bare pins and for one with every chip."""
    for rig in (plain_rig(), chips_rig()):
        bundle = make_bundle(rig, profile())
        found = boards.memory(rig)
        print(
            f"bundle of a rig on {'pins' if rig.id == 'plain' else 'chips'}: {len(bundle.files)} files, "
            f"{bundle.size_bytes} bytes; in memory {found['used']} of {ram_of('pico')} bytes, and "
            f"{found['per_tick']:.0f} for the collector a tick (with what the fakes leave)"
        )


def _rows(name: str, measured: Callable[[Path], float], tape: Path, runs: int) -> None:
    row(f"  {name}", [measured(tape) for _ in range(runs)], "us")
