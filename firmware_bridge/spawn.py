"""Starts a device in a process of its own and learns its address: the simulated one, or a rig on the pins
of this Raspberry Pi.

The process lives in its own session, so that a Ctrl-C in the terminal reaches only the host: a real
device would not get it either. The simulated one outlives its host by a minute and then ends by itself;
one that drives pins ends with its host.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from firmware_bridge.errors import PortAbsent

# Without a word from the process, s: it says more than one on a slow Pi, whose imports take long.
START_S = 25.0
LEAVE_S = 20.0  # for one that was given up: its imports may still be under way, and it ends behind them
OFF_S = 4.0  # for what does not obey at once the guardian takes 2 s
PORT, REFUSED = "port ", "refused "  # how its first line begins
ROOT = Path(__file__).resolve().parents[1]  # where the packages are, installed or not


@dataclass(frozen=True)
class SimulatedDevice:
    """A running device process. ``close`` ends it at once; without that it ends by itself."""

    address: str
    process: subprocess.Popen[str]

    def __enter__(self) -> SimulatedDevice:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process. Any number of times."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(2.0)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def spawn_sim(profile_id: str, seed: int | None = None, *more: str) -> SimulatedDevice:
    """Starts ``python -m sim.device_process``; ``more`` are further arguments of it.

    With a seed, its noise and its boot id are always the same; without one, by chance.

    Raises PortAbsent, with the process's own last words, when it does not come up.
    """
    command = [sys.executable, "-m", "sim.device_process", "--profile", profile_id]
    command += [*(() if seed is None else ("--seed", str(seed))), *more]
    process, first, words = _started(command)
    if process is not None:
        return SimulatedDevice(first.removeprefix(PORT), process)
    why = words[-1] if words else f"it said nothing within {START_S:g} s"
    raise PortAbsent("sim", f"The simulated device did not start: {why}")


@dataclass(frozen=True)
class GpioDevice:
    """A rig on this computer's pins: the guardian's process, and the device's beside it.

    ``address`` is the pseudo-terminal. Who drops this object, or dies, closes the pipe that it holds, and
    that ends the rig as well.
    """

    address: str
    process: subprocess.Popen[str]

    def __enter__(self) -> GpioDevice:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> int | None:
        """Ends the rig and waits for its outputs to be off; its exit code, None when it has none yet.

        The guardian is never killed: it is the one who writes the outputs off.
        """
        if self.process.poll() is None:
            self.process.terminate()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return self.ended(OFF_S)

    def ended(self, wait_s: float) -> int | None:
        """Its exit code once it has ended."""
        try:
            return self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            return None


def spawn_gpio(rig: str, *more: str) -> GpioDevice:
    """Starts ``python -m firmware_bridge.gpio`` for a rig, by id or file; ``more`` are further arguments.

    Raises the errors of :mod:`firmware_bridge.gpio.errors`, and PortAbsent when it does not come up.
    """
    from firmware_bridge.gpio.errors import refusal

    address = f"gpio:{rig}"
    command = [sys.executable, "-m", "firmware_bridge.gpio.guardian", "--rig", rig, "--host-pipe", *more]
    process, first, words = _started(command, host_pipe=True)
    if process is not None:
        return GpioDevice(first.removeprefix(PORT), process)
    why = words[-1] if words else f"it said nothing within {START_S:g} s"
    raise refusal(address, first) or PortAbsent(address, f"The device of {address} did not start: {why}")


def _started(
    command: list[str], host_pipe: bool = False
) -> tuple[subprocess.Popen[str] | None, str, list[str]]:
    """The process, None when it did not come up; its first line that counts; its last words."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        process = _start(command, complaints, host_pipe)
        first = _first_line_of(process)
        if first.startswith(PORT):
            return process, first, []
        if process.stdin is not None:
            process.stdin.close()
        _give_up(process, host_pipe)
        if process.stdout is not None:
            process.stdout.close()
        complaints.seek(0)
        return None, first, complaints.read().strip().splitlines()


def _give_up(process: subprocess.Popen[str], host_pipe: bool) -> None:
    """Returns as soon as it has ended. A guardian is asked, never killed: it writes the outputs off."""
    try:
        process.wait(LEAVE_S if host_pipe else 0)
    except subprocess.TimeoutExpired:
        if host_pipe:
            process.terminate()
        else:
            process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(OFF_S)


def _start(command: list[str], complaints: IO[str], host_pipe: bool) -> subprocess.Popen[str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE if host_pipe else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _first_line_of(process: subprocess.Popen[str]) -> str:
    """Its ``port …`` or ``refused …`` line; "" when it ends, or says nothing at all for START_S."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line.strip())
            if line.startswith((PORT, REFUSED)):
                return
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=START_S)
        except queue.Empty:
            return ""
        if not line or line.startswith((PORT, REFUSED)):
            return line
