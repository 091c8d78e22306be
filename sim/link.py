"""A serial link in memory: two one-way pipes with latency, and faults from a seed.

Rules kept here: bytes arrive in order; nothing arrives before its latency has passed; a link
without faults loses and changes nothing. What it does not model: the time that bytes take on the
wire, and USB frames (latency stands for both).
"""

from __future__ import annotations

import random
from collections import deque

LATENCY_MS = 2  # a USB serial link answers within a frame or two; a PTY within 0.1 ms


class Pipe:
    """One direction. ``send`` puts bytes in, ``receive`` takes out what has arrived.

    Faults, off by default: ``cut`` loses everything; ``drop`` and ``flip`` are chances 0..1 per
    chunk, which is about a frame. ``lost`` and ``flipped`` count chunks.

    >>> pipe = Pipe(latency_ms=2)
    >>> pipe.send(b"hello", 10)
    >>> pipe.receive(11), pipe.receive(12)
    (b'', b'hello')
    """

    def __init__(self, latency_ms: int = LATENCY_MS, seed: int = 0) -> None:
        self.latency_ms = latency_ms
        self.cut = False
        self.drop = 0.0
        self.flip = 0.0
        self.lost = 0
        self.flipped = 0
        self.waiting: deque[tuple[int, bytes]] = deque()
        self._random = random.Random(seed)

    def send(self, data: bytes, now_ms: int) -> None:
        if self.cut or (self.drop and self._random.random() < self.drop):
            self.lost += 1
            return
        if self.flip and self._random.random() < self.flip:
            data = self._flip_one_bit(data)
            self.flipped += 1
        self.waiting.append((now_ms + self.latency_ms, data))

    def receive(self, now_ms: int) -> bytes:
        waiting = self.waiting
        if not waiting or waiting[0][0] > now_ms:
            return b""
        arrived = [waiting.popleft()[1]]
        while waiting and waiting[0][0] <= now_ms:
            arrived.append(waiting.popleft()[1])
        return arrived[0] if len(arrived) == 1 else b"".join(arrived)

    def _flip_one_bit(self, data: bytes) -> bytes:
        changed = bytearray(data)
        bit = self._random.randrange(8 * len(changed))
        changed[bit // 8] ^= 1 << bit % 8
        return bytes(changed)


class Link:
    """Both directions between a host and a device."""

    def __init__(self, latency_ms: int = LATENCY_MS, seed: int = 0) -> None:
        self.to_device = Pipe(latency_ms, seed)
        self.to_host = Pipe(latency_ms, seed + 1)

    @property
    def pipes(self) -> tuple[Pipe, Pipe]:
        return self.to_device, self.to_host
