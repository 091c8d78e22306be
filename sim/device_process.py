"""A simulated device in a process of its own, in real time, behind a port: ``python -m sim.device_process``.

Prints one line, ``port ADDRESS``, once the port can be opened: a pseudo-terminal, or on systems
without one a socket on this machine only. Rules kept here:

1. The same board and controller as in lock-step; device time goes in exact ticks of 10 ms, paced
   to the wall clock (:class:`sim.clock.Pacer`), so the same session gives the same levels.
2. The device never waits for its host: what cannot be written at once is lost, as on a real port.
3. A host may close the port and open it again. 60 s after the last byte from any host the process
   ends; SIGTERM and SIGINT end it at once. Either way the trace, if wanted, is written.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from programs.errors import ProgramError
from programs.profile import Profile, load_profile
from sim.clock import Pacer, WallClock
from sim.device import TICK_MS, SimDevice
from sim.errors import SimError
from sim.ports import DevicePort, open_device_port

CATCH_UP_TICKS = 10
IDLE_S = 60.0  # how long the process outlives its host


class DeviceProcess:
    """The loop: wait for the next tick or for bytes, tick, write what the device says."""

    def __init__(self, device: SimDevice, port: DevicePort, idle_s: float = IDLE_S) -> None:
        self.device = device
        self.port = port
        self.idle_s = idle_s
        self.stopping = False
        self._clock = WallClock()
        self._pacer = Pacer(TICK_MS, CATCH_UP_TICKS)
        self._heard_s = 0.0

    def stop(self, signal_number: int, frame: FrameType | None) -> None:
        """As a signal handler: the loop ends at its next turn."""
        self.stopping = True

    def run(self) -> None:
        while not self.stopping and not self._forsaken():
            self.turn()

    def _forsaken(self) -> bool:
        return self.idle_s > 0 and self._clock.now_s - self._heard_s > self.idle_s

    def turn(self) -> None:
        """One wait, then every tick that is due by now."""
        data = self.port.wait(self._pacer.wait_s(self._clock.now_s))
        if data:
            self._heard_s = self._clock.now_s
            self.device.receive(data)
        while (now_ms := self._pacer.due(self._clock.now_s)) is not None:
            self.device.tick(now_ms)
            out = self.device.take()
            if out:
                self.port.write(out)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sim.device_process", description=__doc__)
    parser.add_argument("--profile", default="heated-head", help="id or path of a device profile")
    parser.add_argument("--seed", type=int, default=None, help="noise and boot id; default: by chance")
    parser.add_argument("--trace", type=Path, default=None, help="write a CSV of everything at the end")
    parser.add_argument(
        "--idle-s", type=float, default=IDLE_S, help="end so long after the last byte; 0: never"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code: 0 at the end, 2 for arguments or a trace that do not work out."""
    asked = parse(arguments)
    try:
        profile: Profile = load_profile(asked.profile)
        seed = asked.seed if asked.seed is not None else random.SystemRandom().getrandbits(31)
        device = SimDevice(profile, seed, keep_trace=asked.trace is not None)
        with open_device_port() as port:
            process = DeviceProcess(device, port, asked.idle_s)
            _on_signals(process.stop)
            print(f"port {port.address}", flush=True)
            process.run()
        if asked.trace is not None:
            device.trace.write(asked.trace)
    except (ProgramError, SimError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _on_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    signal.signal(signal.SIGTERM, handler)
    signal.signal(signal.SIGINT, handler)


if __name__ == "__main__":
    sys.exit(main())
