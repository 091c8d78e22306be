"""A desk to test sessions on: the real session and the real controller, joined in memory.

One virtual clock, a link that can lose, damage, delay and cut, and a board without physics that
remembers what was written to it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.config import PERCUSSIVE, VIBRATING, DeviceConfig
from firmware_bridge.device.controller import Controller
from firmware_bridge.session import Session
from programs.timeline import Segment, Timeline, Wave

HASH = "0123456789abcdef"
TICK_MS = 10


def ramp(duration_ms: int, top: int = 2000, *, region: str = "shoulders", wave: bool = False) -> Timeline:
    """Up to ``top`` at 0.25/s, held, down again at 0.5/s to zero at ``duration_ms``; vibration."""
    up_ms, down_ms = top * 2 // 5, top // 5
    segments = []
    for start_ms in range(0, duration_ms, 500):
        length_ms = min(500, duration_ms - start_ms)
        end_ms = start_ms + length_ms
        level = min(top, top * end_ms // up_ms, top * (duration_ms - end_ms) // down_ms)
        phase_ut = 1500 * start_ms % 1_000_000
        shape = Wave("sine", 1500, 1500, 5000, 5000, phase_ut) if wave else None
        last = end_ms == duration_ms
        segments.append(Segment(start_ms, length_ms, region, (level, 0, 0), (shape, None, None), last))
    return timeline(*segments)


def timeline(*segments: Segment) -> Timeline:
    return Timeline("test", "Test", "desk", "light", segments, (), (3500, 3500, 0), 0.0, 0)


def desk_device(boot_id: int) -> tuple[Controller, MemoryBoard]:
    """A vibrating and a percussive head, limits 0.60, no heater, commissioned."""
    config = DeviceConfig(
        rig_id="desk",
        profile_hash=HASH,
        output_of=(0, 1, -1),
        heads=(VIBRATING, PERCUSSIVE),
        start_duty=(8000, 8000),
        max_duty=(60000, 60000),
        max_levels=(6000, 6000),
        max_heat_c100=0,
        heat_rise_c100=0,
        heat_hold=0,
        ntc_raw=(),
        ntc_c100=(),
        idle_ma=50,
        cells=0,
    )
    board = MemoryBoard(2, config.crc)
    return Controller(config, board, boot_id), board


class Pipe:
    """One direction of the link. ``loss`` and ``noise``: chances per chunk; ``lost``: how many were."""

    def __init__(self, latency_ms: int, seed: int) -> None:
        self.latency_ms = latency_ms
        self.loss = 0.0
        self.noise = 0.0
        self.cut = False
        self.lost = 0
        self.noisy = 0
        self.log = bytearray()  # all that was sent, whatever became of it
        self._random = random.Random(seed)
        self._waiting: list[tuple[int, bytes]] = []

    def send(self, data: bytes, now_ms: int) -> None:
        if not data:
            return
        self.log += data
        if self.cut or self._random.random() < self.loss:
            self.lost += 1
            return
        if self._random.random() < self.noise:
            self.noisy += 1
            spoiled = bytearray(data)
            spoiled[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)
            data = bytes(spoiled)
        self._waiting.append((now_ms + self.latency_ms, data))

    def inject(self, data: bytes, now_ms: int) -> None:
        """Bytes that nobody sent."""
        self._waiting.append((now_ms, data))

    def receive(self, now_ms: int) -> bytes:
        come = [data for due_ms, data in self._waiting if due_ms <= now_ms]
        self._waiting = [each for each in self._waiting if each[0] > now_ms]
        return b"".join(come)


class Desk:
    """Host and device on one clock. ``tick`` moves both by 10 ms, whoever speaks or is silent."""

    def __init__(
        self, *, loss: float = 0.0, latency_ms: int = 2, seed: int = 1, session_id: int = 77
    ) -> None:
        self.now_ms = 0
        self.seed = seed
        self.session = Session(session_id)
        self.up = Pipe(latency_ms, seed)  # to the device
        self.down = Pipe(latency_ms, seed + 1)  # to the host
        self.up.loss = self.down.loss = loss
        self.host_stalled = False  # neither application nor I/O runs
        self.app_hangs = False  # the I/O runs, the application's loop does not
        self.device_dead = False
        self.boots = 0
        self.reset_device()

    def reset_device(self) -> None:
        """The device starts anew, with another boot id."""
        self.boots += 1
        self.controller, self.board = desk_device(1000 * self.seed + self.boots)

    def new_host(self, session_id: int) -> Session:
        """The old host is gone without a word; another one takes the port."""
        self.session = Session(session_id)
        return self.session

    def tick(self) -> None:
        self.now_ms += TICK_MS
        if not self.host_stalled:
            if not self.app_hangs:
                self.session.beat()
            data = self.down.receive(self.now_ms)
            if data:
                self.session.receive(data, self.now_ms)
            self.up.send(self.session.poll(self.now_ms), self.now_ms)
        if not self.device_dead:
            data = self.up.receive(self.now_ms)
            self.controller.receive(data, len(data))
            self.controller.tick(self.now_ms)
            count = self.controller.tx_length
            self.down.send(bytes(self.controller.tx[:count]), self.now_ms)
            self.controller.sent(count)

    def run(self, duration_ms: int) -> None:
        for _ in range(duration_ms // TICK_MS):
            self.tick()

    def until(self, wanted: Callable[[], bool], within_ms: int) -> int:
        """Ticks until ``wanted()``; returns how long it took. Fails when it takes longer."""
        start_ms = self.now_ms
        while not wanted():
            assert self.now_ms - start_ms < within_ms, f"not within {within_ms} ms: {self.story()}"
            self.tick()
        return self.now_ms - start_ms

    def until_phase(self, phase: str, within_ms: int = 5000) -> int:
        return self.until(lambda: self.session.phase == phase, within_ms)

    @property
    def moving(self) -> bool:
        """A motor pin is above zero."""
        return any(self.board.duties)

    def story(self) -> str:
        """The last events, for a failing test."""
        return "; ".join(f"{e.t_ms} {e.kind} {e.detail}" for e in list(self.session.events)[-8:])

    def kinds(self) -> list[str]:
        return [event.kind for event in self.session.events]
