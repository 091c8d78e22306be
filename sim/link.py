"""A serial link in memory: two one-way pipes with latency, and what faults do to them.

Rules kept here: bytes arrive in order; nothing arrives before its latency has passed; a link
without faults loses and changes nothing. What it does not model: the time that bytes take on the
wire unless a fault limits it, and USB frames (latency stands for both).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

LATENCY_MS = 2  # a USB serial link answers within a frame or two; a PTY within 0.1 ms
BACKLOG_BYTES = 4096  # what a system keeps for a port that does not take it; more is lost (E)
SLOWED_MS = 10  # a chunk that a slow wire makes later by a tick is later than anybody expects

Effect = Callable[[bytes], Iterable[bytes]]


class Pipe:
    """One direction. ``send`` puts bytes in, ``receive`` takes out what has arrived.

    Faults, none by default: each of ``effects`` turns a chunk, which is about a frame, into what is
    sent instead; ``holds`` counts what keeps everything back; ``read_most`` and ``bytes_per_s`` hold
    limits of a read and of the wire, of which the lowest counts. ``held_back``, ``cut_short``,
    ``slowed`` and ``overflowed`` count how often these acted.

    >>> pipe = Pipe(latency_ms=2)
    >>> pipe.send(b"hello", 10)
    >>> pipe.receive(11), pipe.receive(12)
    (b'', b'hello')
    """

    def __init__(self, latency_ms: int = LATENCY_MS) -> None:
        self.latency_ms = latency_ms
        self.effects: list[Effect] = []
        self.holds = 0
        self.read_most: list[int] = []
        self.bytes_per_s: list[float] = []
        self.held_back = self.cut_short = self.slowed = self.overflowed = 0
        self.waiting: deque[tuple[float, bytes]] = deque()  # (when it arrives, ms; bytes), first first
        self._free_ms = 0.0  # when a slow wire has carried what it was given

    def send(self, data: bytes, now_ms: int) -> None:
        if not self.effects and not self.bytes_per_s and not self.holds and not self.read_most:
            self.waiting.append((now_ms + self.latency_ms, data))
            return
        chunks = [data]
        for effect in self.effects:
            chunks = [each for chunk in chunks for each in effect(chunk)]
        for chunk in chunks:
            self._queue(chunk, now_ms)

    def _queue(self, chunk: bytes, now_ms: int) -> None:
        """One chunk onto a line that may be slow, held or full."""
        if sum(len(data) for _, data in self.waiting) + len(chunk) > BACKLOG_BYTES:
            self.overflowed += 1
            return
        arrives_ms: float = now_ms + self.latency_ms
        if self.bytes_per_s:
            self._free_ms = max(self._free_ms, now_ms) + 1000 * len(chunk) / min(self.bytes_per_s)
            self.slowed += self._free_ms - now_ms >= SLOWED_MS
            arrives_ms += self._free_ms - now_ms
        self.waiting.append((arrives_ms, chunk))

    def receive(self, now_ms: int) -> bytes:
        waiting = self.waiting
        if not waiting or waiting[0][0] > now_ms:
            return b""
        if self.holds:
            self.held_back += 1
            return b""
        arrived = [waiting.popleft()[1]]
        while waiting and waiting[0][0] <= now_ms:
            arrived.append(waiting.popleft()[1])
        data = arrived[0] if len(arrived) == 1 else b"".join(arrived)
        return self._cut(data, now_ms) if self.read_most else data

    def _cut(self, data: bytes, now_ms: int) -> bytes:
        """The first bytes of what has arrived; the others stay."""
        most = min(self.read_most)
        if len(data) > most:
            self.cut_short += 1
            self.waiting.appendleft((now_ms, data[most:]))
        return data[:most]


class Link:
    """Both directions between a host and a device."""

    def __init__(self, latency_ms: int = LATENCY_MS) -> None:
        self.to_device = Pipe(latency_ms)
        self.to_host = Pipe(latency_ms)

    @property
    def pipes(self) -> tuple[Pipe, Pipe]:
        return self.to_device, self.to_host
