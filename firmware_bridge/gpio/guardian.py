"""The small parent of the device's process on a Raspberry Pi, started by ``python -m firmware_bridge.gpio``.

Hardware PWM outlives whoever set it, so somebody has to stay who can write it off. Rules kept here:

1. Everything is written off before the device's process is started, and after it has ended, however.
2. While the child lives it owns no pin and no bus; both at once would be two masters.
3. 200 ms without a sign of a complete step, or the child's end: the child is killed (a stopped process
   is not a dead one), its end is waited for, everything is written off, then this process ends too. The
   host learns of it by the port that closes; nothing is started again.
4. Both can die: that is why power passes only while ENABLE is toggled.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from firmware_bridge.clock import MonotonicClock
from firmware_bridge.errors import AddressUnknown, BridgeError, PortBusy
from firmware_bridge.gpio import preflight, sign
from firmware_bridge.gpio.errors import refusal_line
from firmware_bridge.gpio.folders import memory_of, rigs
from firmware_bridge.gpio.notify import Notify
from firmware_bridge.gpio.off import Failure, deaf, write_off
from firmware_bridge.gpio.platform import BLINKA, Computer, Platform, computer_of, platform_of
from firmware_bridge.gpio.setup import Setup
from firmware_bridge.paced import IDLE_S
from firmware_bridge.rig import device_config
from firmware_bridge.rigs.load import load_rig, load_rig_profile
from firmware_bridge.rigs.plan import plan_of
from programs.errors import Rejected

START_S = 20.0  # until the first step: on a slow Pi Blinka alone takes long to import
SILENCE_S = 0.2  # without a step: twenty are missing (issue: 200 ms)
LEAVE_S = 1.0  # from the last step to the end of the process
OFF_TRIES_MS = 2000  # how long what does not obey is told again
PIPE_BYTES = 4096  # of heartbeats that nobody read: 41 s, then the child takes the guardian for gone
ENDED, REFUSED, DIED, SILENT, NOT_OFF = 0, 3, 4, 5, 6  # exit codes
WORDS = {
    DIED: "its process ended unasked",
    SILENT: "its process stood still and was killed",
    NOT_OFF: "something on the rig could not be switched off: unplug its supply",
}


class Child:
    """The device's process, and the two pipes to it."""

    def __init__(self, setup: Setup, lock: int) -> None:
        setup_fd, self._setup_end = os.pipe()
        self.beat, beat_fd = os.pipe()
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            fcntl.fcntl(self.beat, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        command = [sys.executable, "-m", "firmware_bridge.gpio.process"]
        command += ["--setup-fd", str(setup_fd), "--beat-fd", str(beat_fd)]
        self.process = subprocess.Popen(command, pass_fds=(setup_fd, beat_fd, lock))
        os.close(setup_fd)
        os.close(beat_fd)
        os.write(self._setup_end, setup.line().encode() + b"\n")

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """As a signal handler: the child is asked to end; its end is seen where it is waited for."""
        if self.process.returncode is None:
            self.process.terminate()

    def watch(self, notify: Notify) -> int:
        """Until it ends or falls silent; which of both, as an exit code. Afterwards there is no child."""
        limit_s, silent = START_S, False
        while True:
            if not select.select([self.beat], [], [], limit_s)[0]:
                silent = True
                break
            if not os.read(self.beat, PIPE_BYTES):
                break
            limit_s = SILENCE_S
            notify.beat()
        if not silent:
            try:
                self.process.wait(LEAVE_S)
            except subprocess.TimeoutExpired:
                silent = True
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # in the hands of the kernel: not waited for
            self.process.wait(LEAVE_S)
        return SILENT if silent else self._code()

    def _code(self) -> int:
        return self.process.returncode if self.process.returncode in (ENDED, REFUSED) else DIED


def main(arguments: list[str] | None = None) -> int:
    """Starts the rig and stays beside it; the exit code says how it ended."""
    asked = parse(arguments)
    address = f"gpio:{asked.rig}"
    _tell_that_it_goes_on()
    try:
        setup = setup_of(asked, address)
        computer = computer_of(asked.platform)
        missing = preflight.obstacle(address, setup.plan, computer)
        if missing is not None:
            raise missing
        lock = take(address, computer)
        platform = _platform(asked.platform, address, setup.plan)
        _tell_that_it_goes_on()
        _raise_first(address, setup.plan, write_off(setup.plan, platform))
        if asked.off:
            return ENDED
        _raise_first(address, setup.plan, deaf(setup.plan, platform))
    except BridgeError as error:
        print(refusal_line(error), flush=True)
        return REFUSED
    _tell_that_it_goes_on()
    child = Child(setup, lock)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, child.stop)
    notify = Notify.of_this_process()
    code = child.watch(notify)
    notify.stopping()
    failures = insist(setup.plan, platform)
    if setup.served:
        sign.take_down(Path(setup.memory))  # that of a child that was killed
    for failure in failures:
        print(preflight.failed(address, setup.plan, failure), file=sys.stderr)
    return NOT_OFF if failures else code


def _tell_that_it_goes_on() -> None:
    """Who waits for this process (:mod:`firmware_bridge.spawn`) waits for its next word."""
    print("starting", flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m firmware_bridge.gpio", description=__doc__)
    parser.add_argument("--rig", required=True, help="its id, or its file")
    parser.add_argument("--memory", type=Path, default=None, help="folder of what outlasts the process")
    parser.add_argument(
        "--idle-s", type=float, default=IDLE_S, help="end so long after the last byte; 0: never"
    )
    parser.add_argument("--serve", action="store_true", help="wait for hosts, one after another, for ever")
    parser.add_argument("--off", action="store_true", help="write everything off, and that is all")
    parser.add_argument("--host-pipe", action="store_true", help="end when standard input is closed")
    parser.add_argument("--platform", default=BLINKA, help=argparse.SUPPRESS)  # MODULE:ARGUMENT, of tests
    return parser.parse_args(arguments)


def setup_of(asked: argparse.Namespace, address: str) -> Setup:
    """The rig as its device is started with it. Raises AddressUnknown with the first reason against it."""
    try:
        rig = load_rig(asked.rig, rigs())
        profile = load_rig_profile(rig, rigs())
    except Rejected as error:
        raise AddressUnknown(address, f"{error.diagnostics[0]}") from error
    if not rig.on_a_pi:
        say = f"Rig '{rig.id}' is wired to a {rig.board}, which is reached over a serial port."
        raise AddressUnknown(address, f"{say} Use --port with its port; see: thrum ports")
    memory = asked.memory or memory_of(rig.id)
    config = device_config(profile, rig)
    idle_s = 0.0 if asked.serve else asked.idle_s
    return Setup(
        plan_of(rig, profile), config, str(memory), asked.platform, idle_s, asked.host_pipe, asked.serve
    )


def take(address: str, computer: Computer) -> int:
    """The lock of this computer's pins, which the child holds as well. Raises PortBusy."""
    fd = os.open(computer.lock, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        say = "The pins of this Raspberry Pi are in use by another rig's process. End it first;"
        raise PortBusy(address, f"{say} to see which, type: pgrep -af firmware_bridge.gpio") from error
    return fd


def _platform(spec: str, address: str, plan: dict[str, Any]) -> Platform:
    """Raises PinsUnusable when its modules do not import here."""
    try:
        return platform_of(spec, plan["name"])
    except (ImportError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise preflight.unusable(address, error) from error


def _raise_first(address: str, plan: dict[str, Any], failures: list[Failure]) -> None:
    if failures:
        raise preflight.failed(address, plan, failures[0])


def insist(plan: dict[str, Any], platform: Platform) -> list[Failure]:
    """Off, told again and again to what does not obey; what is left after 2 s."""
    clock = MonotonicClock()
    while True:
        failures = write_off(plan, platform)
        if not failures or clock.now_ms() > OFF_TRIES_MS:
            return failures
        select.select([], [], [], 0.05)


if __name__ == "__main__":
    sys.exit(main())
