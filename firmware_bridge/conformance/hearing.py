"""The ears and the mouth of a host: frames out, heartbeats, records fed; everything that is heard is kept.

Rules kept here: one thread; time passes only in ``run`` and ``until``; nothing is decided.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple, Self

from firmware_bridge.conformance.check import NotMet, expect
from firmware_bridge.conformance.line import Line
from firmware_bridge.errors import BridgeError
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.protocol.framing import Decoder, Encoder
from firmware_bridge.session.status import Status, Welcome

DRAIN_READS = 1000
BEAT_MS = 200
REPEAT_MS = 100  # a command that was not echoed, a record that was not acknowledged
AHEAD_MS = 1000  # what a source of records keeps buffered
STEP_MS = 10  # of the device, nominally


class Seen(NamedTuple):
    """A STATUS, and when it was seen."""

    at_ms: int
    status: Status


class Hearing:
    """``beating``: heartbeats go out; ``token_moves``: their token changes; ``source``: records to send."""

    def __init__(self, line: Line, seed: int) -> None:
        self.line = line
        self.random = random.Random(seed)
        self.beating = True
        self.token_moves = True
        self.source: Iterator[bytes] | None = None
        self.session = self.cmd = self.seq = 0
        self.seen: list[Seen] = []
        self.welcomes: list[Welcome] = []
        self.longest_frame = 0  # bytes on the wire, of frames other than WELCOME
        self.longest_welcome = 0
        self.measured: dict[str, int] = {}
        self._token = self.random.randrange(0x10000)
        self._beat_due_ms = 0
        self._unacked = b""
        self._sent_ms = 0
        self._encoder = Encoder()
        self._decoder = Decoder()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        """However it is left: a stop. Where the line is broken the device's own dead-man does it."""
        with contextlib.suppress(BridgeError):
            self.send(self.command(m.STOP))

    # -- bytes --------------------------------------------------------------------------------------

    def frame(self, kind: int, payload: bytes, *, session: int | None = None, seq: int = 0) -> bytes:
        return self._encoder.frame(kind, seq, self.session if session is None else session, payload)

    def command(
        self, kind: int, *, cmd: int | None = None, session: int | None = None, **values: int
    ) -> bytes:
        """The frame of a command, with the next number unless one is given; nothing is sent."""
        if cmd is None:
            self.cmd += 1
            cmd = self.cmd
        return self.frame(kind, m.pack(m.MESSAGES[kind][1], {"cmd": cmd, **values}), session=session)

    def send(self, data: bytes) -> None:
        self.line.write(data)

    def turn(self, left_ms: int) -> list[Seen]:
        """Beats, feeds, and listens for a moment; what was heard."""
        now_ms = self.line.now_ms()
        if self.beating and self.session and now_ms >= self._beat_due_ms:
            self._beat_due_ms = now_ms + BEAT_MS
            self.beat()
        self._feed(now_ms)
        fresh = []
        for kind, _seq, _session, payload in self._decoder.frames(self.line.read(min(left_ms, 10))):
            size = len(payload) + 11  # 2 delimiters, 1 of COBS, 4 of header, 4 of CRC
            if kind == m.WELCOME:
                self.longest_welcome = max(self.longest_welcome, size)
                welcome = Welcome.unpack(payload)
                self.welcomes += [welcome] if welcome is not None else []
                continue
            self.longest_frame = max(self.longest_frame, size)
            status = Status.unpack(payload) if kind == m.STATUS else None
            if status is not None:
                fresh.append(Seen(self.line.now_ms(), status))
        self.seen += fresh
        return fresh

    def beat(self) -> None:
        """One heartbeat."""
        if self.token_moves:
            self._token = (self._token + 1) & 0xFFFF
        self.send(self.frame(m.HEARTBEAT, self._token.to_bytes(2, "little")))

    # -- time ---------------------------------------------------------------------------------------

    def run(self, ms: int) -> list[Seen]:
        """Lets time pass; what was heard meanwhile."""
        until_ms, heard = self.line.now_ms() + ms, []
        while (left_ms := until_ms - self.line.now_ms()) > 0:
            heard += self.turn(left_ms)
        return heard

    def drain(self) -> None:
        """Forgets what has piled up while nobody listened."""
        for _ in range(DRAIN_READS):
            if not self.line.read(1):
                return

    def until(self, wanted: Callable[[Status], bool], within_ms: int, otherwise: str) -> Seen:
        """The first STATUS from now on that is as wanted. Raises NotMet when none comes in time."""
        until_ms = self.line.now_ms() + within_ms + self.line.late_ms
        while (left_ms := until_ms - self.line.now_ms()) > 0:
            for seen in self.turn(left_ms):
                if wanted(seen.status):
                    return seen
        raise NotMet(f"{otherwise} Within {within_ms} ms that did not come; the last STATUS: {self.told()}.")

    def until_state(self, state: int, within_ms: int) -> Seen:
        say = f"The state should be {s.STATES[state]}."
        return self.until(lambda status: status.state == state, within_ms, say)

    @property
    def status(self) -> Status:
        """The newest; raises NotMet where there is none."""
        expect(bool(self.seen), "The device has sent no STATUS.")
        return self.seen[-1].status

    @property
    def welcome(self) -> Welcome:
        expect(bool(self.welcomes), "The device has not answered HELLO.")
        return self.welcomes[-1]

    def told(self) -> str:
        """The newest STATUS, for a sentence."""
        if not self.seen:
            return "none"
        now = self.status
        fault = f", fault {now.fault_name}" if now.fault else ""
        return f"{now.state_name}{fault}, result '{now.result_name}', {now.buffered_ms} ms buffered"

    def device_ms(self, begun: Seen, seen: Seen) -> int:
        """Device time between two STATUS, by its own count of steps and their mean length so far."""
        first, last = self.seen[0], self.seen[-1]
        steps = max(last.status.ticks - first.status.ticks, 1)
        each_ms = (last.at_ms - first.at_ms) / steps if steps > 100 else STEP_MS
        return round((seen.status.ticks - begun.status.ticks) * each_ms)

    # -- the stream ---------------------------------------------------------------------------------

    def start_stream(self) -> None:
        self.seq, self._unacked, self.source = 0, b"", None

    def new_epoch(self) -> None:
        """From here on frames are numbered anew, as after every flush."""
        self.start_stream()

    def segments(self, *records: bytes, epoch: int | None = None, seq: int | None = None) -> bytes:
        """The frame of these records, by default the next one of the device's epoch; nothing is sent."""
        epoch = self.status.epoch if epoch is None else epoch
        payload = bytes([epoch]) + b"".join(records)
        return self.frame(m.SEGMENTS, payload, seq=self.seq if seq is None else seq)

    def _feed(self, now_ms: int) -> None:
        """Keeps the device fed from ``source``: one unacknowledged frame at a time."""
        if self.source is None or not self.seen:
            return
        now = self.status
        if self._unacked:
            if now.acked == self.seq:
                self._unacked, self.seq = b"", (self.seq + 1) & 255
            elif now_ms - self._sent_ms < REPEAT_MS:
                return
        if not self._unacked:
            if now.buffered_ms > AHEAD_MS or now.acked != (self.seq - 1) & 255:
                return
            following = next(self.source, None)
            if following is None:
                self.source = None
                return
            self._unacked = self.segments(following)
        self._sent_ms = now_ms
        self.send(self._unacked)
