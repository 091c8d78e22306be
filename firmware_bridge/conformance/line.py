"""What the checks speak over: a device's bytes, and the clock that goes with them.

Two kinds: a port in real time, and a device in memory whose time passes only while somebody waits.
"""

from __future__ import annotations

from typing import Protocol

from firmware_bridge.clock import Clock, MonotonicClock
from firmware_bridge.errors import LinkLost
from firmware_bridge.transport import Port

TICK_MS = 10
READ_BYTES = 4096
STUCK_MS = 1000  # a line that takes nothing for so long is broken
REAL_LATE_MS = 150  # what a port, its driver and a busy computer may add before a frame is seen (E)
MEMORY_LATE_MS = 20  # two control steps of 10 ms: the one that acts, and the one that tells


class Line(Protocol):
    """``late_ms``: how much later than it happened something may be seen here, at most."""

    address: str
    late_ms: int

    def now_ms(self) -> int: ...

    def write(self, data: bytes) -> None: ...

    def read(self, wait_ms: int) -> bytes: ...

    def close(self) -> None: ...


class PortLine:
    """An open port, in real time. Raises LinkLost once the link is broken."""

    def __init__(self, port: Port, late_ms: int = REAL_LATE_MS, clock: Clock | None = None) -> None:
        self.address = port.address
        self.late_ms = late_ms
        self._port = port
        self._clock = clock or MonotonicClock()
        self._early = b""  # came while we waited for room

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def write(self, data: bytes) -> None:
        """All of it; what the port does not take at once waits for room."""
        since_ms = self.now_ms()
        while data:
            taken = self._port.write(data)
            data = data[taken:]
            if taken:
                since_ms = self.now_ms()
            elif self.now_ms() - since_ms > STUCK_MS:
                raise LinkLost(self.address, f"The device behind {self.address} takes no more data.")
            else:
                self._early += self._port.read(READ_BYTES, TICK_MS / 1000)

    def read(self, wait_ms: int) -> bytes:
        """What has come, after ``wait_ms`` at most."""
        early, self._early = self._early, b""
        return early or self._port.read(READ_BYTES, wait_ms / 1000)

    def close(self) -> None:
        self._port.close()


class Device(Protocol):
    """A device in memory, as the simulator has one."""

    def receive(self, data: bytes) -> None: ...

    def tick(self, now_ms: int) -> None: ...

    def take(self) -> bytes: ...


class MemoryLine:
    """A device in memory, in virtual time: an hour of waiting takes a second.

    ``cut``: the cable is pulled; what is said is lost both ways, and time goes on.
    """

    def __init__(self, device: Device, address: str = "memory") -> None:
        self.address = address
        self.late_ms = MEMORY_LATE_MS
        self.cut = False
        self._device = device
        self._now_ms = 0

    def now_ms(self) -> int:
        return self._now_ms

    def write(self, data: bytes) -> None:
        if self.cut:
            raise LinkLost(self.address, f"The link over {self.address} was unplugged.")
        self._device.receive(data)

    def read(self, wait_ms: int) -> bytes:
        """Lets time pass until the device says something, ``wait_ms`` at most."""
        until_ms = self._now_ms + max(wait_ms, 1)
        while self._now_ms < until_ms:
            self._now_ms += TICK_MS
            self._device.tick(self._now_ms)
            data = self._device.take()
            if self.cut:
                raise LinkLost(self.address, f"The link over {self.address} was unplugged.")
            if data:
                return data
        return b""

    def pass_time(self, ms: int) -> None:
        """Nobody listens meanwhile."""
        for _ in range(ms // TICK_MS):
            self._now_ms += TICK_MS
            self._device.tick(self._now_ms)
            self._device.take()

    def close(self) -> None:
        """Nothing to release."""
