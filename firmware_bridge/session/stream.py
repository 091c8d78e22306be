"""The stream: a Timeline as SEGMENTS frames, sent so that the device never runs dry or over.

Rules: at most one unacknowledged frame while running, so that a stop never waits behind data;
while priming, as many as the device says it would take. A frame is repeated until it is
acknowledged, always from the oldest one. The device is never sent more than it may buffer,
judged by the last playhead that it reported. A stream belongs to one epoch. Where the program waits
for its operator, records of nothing are sent, heat as before, and its clock stands.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.session.records import RecordEncoder
from programs.timeline import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firmware_bridge.session.status import Status
    from programs.timeline import Timeline

BUFFER_TARGET_MS = 1200  # refilled when below: outlasts a host stall of 750 ms with room to spare
BUFFER_CAP_MS = 1500  # what a device keeps at most
PRIMED_MS = 600  # what must be buffered before the device starts
REPEATS_MAX = 32  # a frame not taken by then will not be; counted, because the host may stall
REPEAT_MS = 60  # an unacknowledged frame goes again: six device ticks
STAND_MS = 100  # one record of nothing
STAND_AHEAD_MS = 1100  # of them in the device: it outlasts a host stall as ever, and goes on a second later
NEVER_MS = 1 << 62


class Stream:
    """What is still to be sent of one timeline in one epoch.

    ``waits`` are starts of segments (ms, motors at zero there) that are not to be passed before
    ``release``. ``sent_ms`` counts what the device plays, standing included; ``program_ms`` leaves
    that out. Raises ValueError for a wait where no segment starts, or where a motor may turn.

    >>> from programs.timeline import Segment, Timeline
    >>> one = Segment(0, 500, "back", (1000, 0, 0), (None, None, None), last=True)
    >>> stream = Stream(Timeline("p", "P", "x", "light", (one,), (), (0, 0, 0), 0.0, 0), epoch=3)
    >>> seq, payload = stream.take(0, priming=True)
    >>> seq, payload.hex(" "), stream.sent_ms, stream.all_sent
    (0, '03 f4 01 06 03 e8 03', 500, True)
    """

    def __init__(self, timeline: Timeline, epoch: int, waits: Iterable[int] = ()) -> None:
        self.timeline = timeline
        self.epoch = epoch
        self._waits = deque(sorted(waits))
        self._check_waits()
        self._standing = False  # what is ahead is nothing: the program waits
        self._stood: list[tuple[int, int]] = []  # from and to, in what the device plays
        self._coming: Segment | None = None  # of the program, not encoded yet
        self._heat = 0  # where the last record left it
        self.sent_ms = 0  # end of the last record handed out
        self._encoder = RecordEncoder()
        self._segments = iter(timeline.segments)
        self._ahead: tuple[bytes, int] | None = None  # the next record and its duration
        self._waiting: deque[tuple[int, bytes]] = deque()  # (seq, payload) not yet acknowledged
        self._next_seq = 0
        self._acceptable = 0
        self._playhead_ms = 0
        self._repeats = 0  # since something was confirmed
        self._again = 0  # how many of those waiting have gone out since the last repetition
        self._repeat_ms = NEVER_MS
        self._advance()

    @property
    def all_sent(self) -> bool:
        """Every record has been handed out at least once."""
        return self._ahead is None

    @property
    def all_acked(self) -> bool:
        return self._ahead is None and not self._waiting

    @property
    def primed(self) -> bool:
        """The device has confirmed enough to start."""
        if self._waiting or self._may_send_new(priming=True):
            return False
        return self._ahead is None or self.sent_ms >= PRIMED_MS

    def acknowledge(self, status: Status) -> None:
        """Takes note of a STATUS of this epoch.

        Until the epoch plays, the device's playhead still shows where the one before it stopped.
        """
        if status.state == s.RUNNING:
            self._playhead_ms = status.playhead_ms
        self._acceptable = status.acceptable
        confirmed = self._confirmed_by(status.acked)
        for _ in range(confirmed):
            self._waiting.popleft()
        if confirmed:
            self._repeats = 0
            self._again = max(0, self._again - confirmed)
            if not self._waiting:
                self._repeat_ms = NEVER_MS

    def due_ms(self, now_ms: int, *, priming: bool) -> int:
        """When ``take`` would next have something: now, at a repetition, or never by itself."""
        if self._again < len(self._waiting) or self._may_send_new(priming):
            return now_ms
        return self._repeat_ms

    def take(self, now_ms: int, *, priming: bool) -> tuple[int, bytes] | None:
        """The next (seq, payload) to put on the wire now, or None."""
        if now_ms >= self._repeat_ms and self._waiting:
            self._again = 0
            self._repeats += 1
        if self._again < len(self._waiting):
            frame = self._waiting[self._again]
        elif self._may_send_new(priming):
            frame = self._new_frame()
            self._waiting.append(frame)
        else:
            return None
        self._again += 1
        self._repeat_ms = now_ms + REPEAT_MS
        return frame

    @property
    def refused(self) -> bool:
        """The oldest frame has gone out again and again, and the device does not take it."""
        return self._repeats > REPEATS_MAX

    def release(self, until_ms: int) -> None:
        """The program may go on past its waits up to ``until_ms``."""
        while self._waits and self._waits[0] <= until_ms:
            self._waits.popleft()
        if self._standing:
            self._advance()

    def program_ms(self, played_ms: int) -> int:
        """The place in the timeline when the device has played so much."""
        return played_ms - sum(min(end, played_ms) - start for start, end in self._stood if start < played_ms)

    def _check_waits(self) -> None:
        if not self._waits:
            return
        levels = (0, 0, 0)
        starts = {}
        for segment in self.timeline.segments:
            starts[segment.start_ms] = levels
            levels = segment.levels
        for each in self._waits:
            if each not in starts or any(starts[each][:2]):
                raise ValueError(f"The program cannot wait at {each} ms: its motors are not at zero there.")

    def _confirmed_by(self, acked: int) -> int:
        """How many of those waiting the device has, by the newest that it acknowledges."""
        for at, (seq, _payload) in enumerate(self._waiting):
            if seq == acked:
                return at + 1
        return 0

    def _may_send_new(self, priming: bool) -> bool:
        if self._ahead is None or (self._waiting and not priming):
            return False
        allowed_ahead = (self._acceptable - self._next_seq) & 0xFF
        return allowed_ahead < 128 and self._room_for_next()

    def _room_for_next(self) -> bool:
        """Below the target, and the next record stays below the cap."""
        buffered_ms = self.sent_ms - self._playhead_ms
        return (
            self._ahead is not None
            and buffered_ms < BUFFER_TARGET_MS
            and buffered_ms + self._ahead[1] <= self._cap_ms
        )

    @property
    def _cap_ms(self) -> int:
        return STAND_AHEAD_MS if self._standing else BUFFER_CAP_MS

    def _new_frame(self) -> tuple[int, bytes]:
        """As many records as fit, in bytes and in the device's buffer."""
        payload = bytearray((self.epoch,))
        while self._ahead is not None:
            record, duration_ms = self._ahead
            limit_ms = self._playhead_ms + self._cap_ms
            if len(payload) + len(record) > m.MAX_SEGMENTS_PAYLOAD or self.sent_ms + duration_ms > limit_ms:
                break
            payload += record
            if self._standing:
                self._stand(duration_ms)
            self.sent_ms += duration_ms
            self._advance()
        seq = self._next_seq
        self._next_seq = seq + 1 & 0xFF
        return seq, bytes(payload)

    def _stand(self, duration_ms: int) -> None:
        """A record of nothing is on its way."""
        start_ms = self.sent_ms
        if self._stood and self._stood[-1][1] == start_ms:
            start_ms = self._stood.pop()[0]
        self._stood.append((start_ms, self.sent_ms + duration_ms))

    def _advance(self) -> None:
        """The next record: of the program or, where it waits, of nothing. That one changes nothing in
        what the encoder knows of the device, so it may be dropped again."""
        if self._coming is None:
            self._coming = next(self._segments, None)
        segment = self._coming
        self._standing = segment is not None and bool(self._waits) and segment.start_ms >= self._waits[0]
        if self._standing:
            segment = Segment(0, STAND_MS, None, (0, 0, self._heat), (None, None, None))
        elif segment is not None:
            self._coming, self._heat = None, segment.levels[2]
        self._ahead = None if segment is None else (self._encoder.encode(segment), segment.duration_ms)
