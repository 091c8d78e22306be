"""How long a Raspberry Pi's outputs stay on after one of its processes died or stood still.

Real processes and signals; the hardware behind is files that outlive them all
(tests/firmware_bridge/pi/hardware.py). The time counts from the signal to the moment in which no PWM
channel and no chip drives any more. Each trial has processes of its own.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from tests.firmware_bridge.pi.bench import PiBench

AT_ONCE = 2
# name, whose process, signal, ms that the issue allows
DEATHS = (
    ("SIGKILL of the host", "host", "SIGKILL", 1300),
    ("SIGSTOP of the host", "host", "SIGSTOP", 1300),
    ("SIGKILL of the device", "child", "SIGKILL", 300),
    ("SIGSTOP of the device", "child", "SIGSTOP", 300),
    ("SIGKILL of the guardian", "guardian", "SIGKILL", 300),
)


def trial(whose: str, number: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        bench = PiBench(Path(folder)).play()
        try:
            return bench.off_after_ms(bench.hurt(getattr(bench, whose), number))
        finally:
            bench.close()


def main(args: argparse.Namespace) -> None:
    if os.name != "posix":
        print("a Raspberry Pi runs Linux")
        return
    for name, whose, sign, target_ms in DEATHS:
        number = getattr(signal, sign)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            times = list(pool.map(lambda _, who=whose, how=number: trial(who, how), range(args.deaths)))
        figures = f"median {median(times):5.0f}, max {max(times):5.0f} ms (target {target_ms})"
        print(f"{name:<28} {len(times)} trials: {figures}")
