"""The rig within reach: a real one behind its port, or the simulator's process with simulated hands."""

from __future__ import annotations

import os
import secrets
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from firmware_bridge.conformance.host import Host
from firmware_bridge.conformance.line import Line, PortLine
from firmware_bridge.errors import BridgeError, LinkLost
from firmware_bridge.transport import Port, open_port
from host_cli.clock import Pace
from host_cli.exits import USAGE, Quit

if TYPE_CHECKING:
    from firmware_bridge.spawn import SimulatedDevice

AGAIN_S = 0.5  # between two looks for a port that is gone
AWAY_S = 60.0  # how long a port may be gone
MOVED_MS = 2000  # what it did before nobody knows: a whole pulse, under bench limits
HANDS_MS = 200  # what a signal takes, generously


class RealBench:
    """Behind a port; a person's hands do the rest."""

    hands = False

    def __init__(self, address: str) -> None:
        self._address = address
        self._line: Line | None = None
        self._port: Port | None = None

    def connect(self) -> Host:
        """Opens the port, waiting for one that is gone, and says hello. Raises BridgeError."""
        self.close()
        host = self._greeted()
        pace = Pace(AGAIN_S)
        for _ in range(round(AWAY_S / AGAIN_S)):
            if not isinstance(host, BridgeError):
                return host
            pace.wait()
            host = self._greeted()
        if isinstance(host, BridgeError):
            raise host
        return host

    def first(self) -> Host:
        """The same without waiting: a wrong port is told at once."""
        host = self._greeted()
        if isinstance(host, BridgeError):
            raise host
        return host

    def _greeted(self) -> Host | BridgeError:
        try:
            self._port = open_port(self._address)
            self._line = PortLine(self._port)
            host = Host(self._line, secrets.randbits(31), MOVED_MS)
            host.hello()
        except BridgeError as error:
            self.close()
            return error
        return host

    def pull(self) -> None:
        """A person does."""

    def plug(self, after_ms: int) -> None:
        """A person does, and has said so."""
        self.close()

    def open_stop(self) -> None:
        """A person does."""

    def warm(self, on: bool) -> None:
        """A person does."""

    def kill(self, whom: str) -> tuple[int, ...]:
        """The device's process on this computer ("child"), its guardian ("parent"), or both, at once."""
        from firmware_bridge.gpio.port import GpioPort

        device = self._port.device if isinstance(self._port, GpioPort) else None
        assert device is not None, "only a rig on this computer's pins has such processes"
        guardian = device.process.pid
        listed = Path(f"/proc/{guardian}/task/{guardian}/children").read_text(encoding="ascii").split()
        children = tuple(int(each) for each in listed)
        pids = {"child": children, "parent": (guardian,), "both": (guardian, *children)}[whom]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class SimBench(RealBench):
    """The simulator's process: its stop and what warms its pad by signals, its cable by closing the port."""

    hands = True

    def __init__(self, device: SimulatedDevice) -> None:
        if not hasattr(signal, "SIGUSR1"):
            say = "The hands of the simulated rig are signals that this system does not have."
            raise Quit(USAGE, say, "rehearse on Linux or macOS; a real rig can be commissioned here")
        super().__init__(device.address)
        self._device = device

    def pull(self) -> None:
        self.close()
        raise LinkLost(self._address, f"The link over {self._address} was unplugged (simulated).")

    def plug(self, after_ms: int) -> None:
        self.close()
        Pace(max(after_ms, 1) / 1000).wait()

    def open_stop(self) -> None:
        self._sign(signal.SIGUSR1)

    def warm(self, on: bool) -> None:
        self._sign(signal.SIGUSR2)

    def _sign(self, number: int) -> None:
        os.kill(self._device.process.pid, number)
        Pace(HANDS_MS / 1000).wait()
