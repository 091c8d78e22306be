"""A controller in a process of its own, in real time, behind a port: the loop of the simulated device and
of a rig on a Raspberry Pi's pins.

Rules kept here:

1. Device time goes in exact ticks of 10 ms, paced to the wall clock (:class:`firmware_bridge.clock.Pacer`).
2. The device never waits for its host: what cannot be written at once is lost, as on a real port.
3. A host may close the port and open it again. So many seconds after the last byte from any host, on
   a signal, or when somebody asks for it, the loop ends.
"""

from __future__ import annotations

from types import FrameType
from typing import Protocol

from firmware_bridge.clock import Pacer, WallClock
from firmware_bridge.transport.device_end import DevicePort

TICK_MS = 10
CATCH_UP_TICKS = 10
IDLE_S = 60.0  # how long a process outlives its host


class Device(Protocol):
    """What is paced: bytes in, a step, bytes out."""

    def receive(self, data: bytes) -> None: ...

    def tick(self, now_ms: int) -> None: ...

    def take(self) -> bytes: ...


class PacedDevice:
    """The loop: wait for the next tick or for bytes, tick, write what the device says."""

    def __init__(self, device: Device, port: DevicePort, idle_s: float = IDLE_S) -> None:
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
