"""How long the motors go on after their host is gone, in real time over pseudo-terminals.

The device's own clock judges, from the moment of the injury to its first tick with every duty at
zero. "hang": the application stops calling while its I/O thread lives. "reset": the device itself
starts anew; what is measured is its first tick.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from firmware_bridge.link import Connection
from firmware_bridge.protocol import states
from tests.firmware_bridge.desk import desk_device, ramp
from tests.firmware_bridge.realtime import DeviceThread, Pty

ROOT = Path(__file__).parents[2]
AT_ONCE = 4
WAIT_MS = 4000


def after(device: DeviceThread, since_ms: int) -> int:
    """Waits for zero; ms since ``since_ms``."""
    while device.clock.now_ms() < since_ms + WAIT_MS:
        device.wait(0.01)
        if device.zero_ms is not None and device.zero_ms >= since_ms:
            return device.zero_ms - since_ms
    return WAIT_MS


def process(hurt: Callable[[subprocess.Popen[str]], None]) -> int:
    """A host in a process of its own, hurt while it plays."""
    pty = Pty()
    device = DeviceThread(pty.fd)
    command = [sys.executable, "-m", "tests.failures.host", pty.address]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env) as host:
        assert host.stdout is not None
        assert host.stdout.readline() == "playing\n"
        device.wait(0.2)
        assert device.controller.state == states.RUNNING
        hurt(host)
        took_ms = after(device, device.clock.now_ms())
        host.kill()
    device.close()
    pty.close()
    return took_ms


def in_process(hurt: Callable[[Pty, Connection], None]) -> int:
    pty = Pty()
    device = DeviceThread(pty.fd)
    massager = Connection.open(pty.address)
    massager.play(ramp(20_000))
    assert massager.wait_for(lambda s: s.phase == "running" and s.playhead_ms > 300, 5.0)
    hurt(pty, massager)
    took_ms = after(device, device.clock.now_ms())
    massager.close()
    device.close()
    pty.close()
    return took_ms


def reset() -> int:
    """A new controller on the same pins, as after a watchdog reset."""
    _old, board = desk_device(1)
    new, _ = desk_device(2)
    board.duties[0] = 20000
    new.board = board
    new.tick(10)
    return 0 if not any(board.duties) else WAIT_MS


INJURIES: dict[str, Callable[[], int]] = {
    "SIGKILL of the host": lambda: process(lambda host: host.kill()),
    "SIGSTOP of the host": lambda: process(lambda host: host.send_signal(signal.SIGSTOP)),
    "cable pulled (PTY closed)": lambda: in_process(lambda pty, _: pty.unplug()),
    "application hangs": lambda: in_process(lambda _pty, _massager: None),  # nobody beats any more
    "device reset": reset,
}


def main(args: argparse.Namespace) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, injury in INJURIES.items():
            times = list(pool.map(lambda _number, hurt=injury: hurt(), range(args.stops)))
            figures = f"median {median(times):5.0f}, max {max(times):5.0f} ms (target 1300)"
            print(f"{name:<28} {len(times)} trials: {figures}")
