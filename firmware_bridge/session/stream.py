"""The stream: a Timeline as SEGMENTS frames, sent so that the device never runs dry or over.

Rules: at most one unacknowledged frame while running, so that a stop never waits behind data;
while priming, as many as the device says it would take. A frame is repeated until it is
acknowledged, always from the oldest one. The device is never sent more than it may buffer,
judged by the last playhead that it reported. A stream belongs to one epoch.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.session.records import RecordEncoder

if TYPE_CHECKING:
    from firmware_bridge.session.status import Status
    from programs.timeline import Timeline

BUFFER_TARGET_MS = 1200  # refilled when below: outlasts a host stall of 750 ms with room to spare
BUFFER_CAP_MS = 1500  # what a device keeps at most
PRIMED_MS = 600  # what must be buffered before the device starts
REPEATS_MAX = 32  # a frame not taken by then will not be; counted, because the host may stall
REPEAT_MS = 60  # an unacknowledged frame goes again: six device ticks
NEVER_MS = 1 << 62


class Stream:
    """What is still to be sent of one timeline in one epoch.

    >>> from programs.timeline import Segment, Timeline
    >>> one = Segment(0, 500, "back", (1000, 0, 0), (None, None, None), last=True)
    >>> stream = Stream(Timeline("p", "P", "x", "light", (one,), (), (0, 0, 0), 0.0, 0), epoch=3)
    >>> seq, payload = stream.take(0, priming=True)
    >>> seq, payload.hex(" "), stream.sent_ms, stream.all_sent
    (0, '03 f4 01 06 03 e8 03', 500, True)
    """

    def __init__(self, timeline: Timeline, epoch: int) -> None:
        self.timeline = timeline
        self.epoch = epoch
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
            and buffered_ms + self._ahead[1] <= BUFFER_CAP_MS
        )

    def _new_frame(self) -> tuple[int, bytes]:
        """As many records as fit, in bytes and in the device's buffer."""
        payload = bytearray((self.epoch,))
        limit_ms = self._playhead_ms + BUFFER_CAP_MS
        while self._ahead is not None:
            record, duration_ms = self._ahead
            if len(payload) + len(record) > m.MAX_SEGMENTS_PAYLOAD or self.sent_ms + duration_ms > limit_ms:
                break
            payload += record
            self.sent_ms += duration_ms
            self._advance()
        seq = self._next_seq
        self._next_seq = seq + 1 & 0xFF
        return seq, bytes(payload)

    def _advance(self) -> None:
        segment = next(self._segments, None)
        self._ahead = None if segment is None else (self._encoder.encode(segment), segment.duration_ms)
