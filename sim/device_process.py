"""A simulated device in a process of its own, in real time, behind a port: ``python -m sim.device_process``.

Prints one line, ``port ADDRESS``, once the port can be opened: a pseudo-terminal, or on systems
without one a socket on this machine only. Rules kept here:

1. The same board and controller as in lock-step, in exact ticks (:mod:`firmware_bridge.paced`), so the
   same session gives the same levels.
2. 60 s after the last byte from any host the process ends; SIGTERM and SIGINT end it at once. Either
   way the trace, if wanted, is written.
3. What a hand would do at a real rig comes by signals, never over the wire: SIGUSR1 opens the stop
   input, SIGUSR2 lays something of 39 C on the pad; the next time each undoes it.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from pathlib import Path
from types import FrameType

from firmware_bridge.paced import IDLE_S, PacedDevice
from firmware_bridge.transport.device_end import DevicePort, open_device_port
from programs.errors import ProgramError
from programs.profile import Profile, load_profile
from sim.device import SimDevice
from sim.errors import SimError
from sim.person import Person

WARM_C = 39.0  # what the hand lays on the pad


class DeviceProcess(PacedDevice):
    """The loop around a simulated device, and the hands at its stop input and its pad."""

    def __init__(self, device: SimDevice, port: DevicePort, idle_s: float = IDLE_S) -> None:
        super().__init__(device, port, idle_s)
        self._board = device.board

    def press_stop(self, signal_number: int, frame: FrameType | None) -> None:
        """As a signal handler: opens the stop input; the next time closes it."""
        if self._board.on_stop:
            self._board.on_stop.clear()
        else:
            self._board.on_stop.append(lambda is_open: True)

    def warm_pad(self, signal_number: int, frame: FrameType | None) -> None:
        """As a signal handler: something of 39 C lies on the pad; the next time it is taken off."""
        self._board.touched_c = None if self._board.touched_c is not None else WARM_C


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sim.device_process", description=__doc__)
    parser.add_argument("--profile", default="heated-head", help="id or path of a device profile")
    parser.add_argument("--seed", type=int, default=None, help="noise and boot id; default: by chance")
    parser.add_argument("--trace", type=Path, default=None, help="write a CSV of everything at the end")
    parser.add_argument(
        "--idle-s", type=float, default=IDLE_S, help="end so long after the last byte; 0: never"
    )
    parser.add_argument(
        "--bench", action="store_true", help="not commissioned, and on a table: nobody is under it"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code: 0 at the end, 2 for arguments or a trace that do not work out."""
    asked = parse(arguments)
    try:
        profile: Profile = load_profile(asked.profile)
        seed = asked.seed if asked.seed is not None else random.SystemRandom().getrandbits(31)
        person = Person(contact=0.0) if asked.bench else None
        device = SimDevice(profile, seed, person, keep_trace=asked.trace is not None)
        if asked.bench:
            device.board.save_stamp(0)
        with open_device_port() as port:
            process = DeviceProcess(device, port, asked.idle_s)
            _on_signals(process)
            print(f"port {port.address}", flush=True)
            process.run()
        if asked.trace is not None:
            device.trace.write(asked.trace)
    except (ProgramError, SimError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _on_signals(process: DeviceProcess) -> None:
    signal.signal(signal.SIGTERM, process.stop)
    signal.signal(signal.SIGINT, process.stop)
    if sys.platform != "win32":
        signal.signal(signal.SIGUSR1, process.press_stop)
        signal.signal(signal.SIGUSR2, process.warm_pad)


if __name__ == "__main__":
    sys.exit(main())
