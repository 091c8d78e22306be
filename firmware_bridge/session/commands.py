"""Commands to the device: one at a time, numbered, repeated until STATUS echoes that very number.

Rules: numbers only increase; a command is done when STATUS shows its number with a final result,
never by anything older; STOP and ESTOP drop whatever waits or is under way and go first, every
20 ms; a PAUSE takes the place of a RESUME under way; a second GAIN that waits replaces the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from firmware_bridge.protocol import messages as m

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firmware_bridge.session.status import Status

REPEAT_MS = 100  # as often as STATUS comes by itself
STOP_REPEAT_MS = 20
KEPT_FROM = 60_000  # numbers from here on are kept for what pauses and stops
CMD_MAX = 65_535  # the wire's last number
SENT_MAX = 20  # a command not answered by then will not be; counted, because the host may stall
NEVER_MS = 1 << 62


class Echo(NamedTuple):
    """What became of a command."""

    kind: int
    cmd: int
    result: int

    @property
    def done(self) -> bool:
        return self.result == m.R_DONE


class Commands:
    """The command that is under way and those that wait behind it.

    >>> commands = Commands()
    >>> commands.ask(m.PAUSE)
    >>> commands.take(0), commands.take(99), commands.take(100)
    ((4, b'\\x01\\x00'), None, (4, b'\\x01\\x00'))
    >>> commands.stop(m.STOP)
    >>> commands.take(101), commands.take(120), commands.take(121)
    ((6, b'\\x02\\x00'), None, (6, b'\\x02\\x00'))
    """

    def __init__(self) -> None:
        self.kind = 0  # of the command under way; 0: none
        self.cmd = 0  # its number, or that of the last one
        self.due_ms = NEVER_MS
        self._payload = b""
        self._sent = 0  # how often it went out
        self._queue: list[tuple[int, dict[str, int]]] = []

    def ask(self, kind: int, values: Mapping[str, int] | None = None) -> None:
        """Sends this command when the ones before it have been answered."""
        self._queue = [each for each in self._queue if each[0] != kind]
        self._queue.append((kind, dict(values or {})))
        if not self.kind:
            self._begin()

    def stop(self, kind: int) -> None:
        """STOP or ESTOP: before everything, instead of everything."""
        self._queue.clear()
        self._queue.append((kind, {}))
        self._begin()

    def instead(self, kind: int) -> None:
        """In place of the one under way, which is not repeated any more.

        What is left of that one on the wire carries an older number: where it raises, and comes after
        this one, the device refuses it.
        """
        self._queue.insert(0, (kind, {}))
        self._begin()

    def drop(self) -> None:
        """Forgets everything: the session is over."""
        self._queue.clear()
        self._finish()

    def take(self, now_ms: int) -> tuple[int, bytes] | None:
        """The (kind, payload) to send now, if one is due."""
        if now_ms < self.due_ms:
            return None
        self._sent += 1
        self.due_ms = now_ms + (STOP_REPEAT_MS if self.kind in m.STOPPING else REPEAT_MS)
        return self.kind, self._payload

    def echo(self, status: Status) -> Echo | None:
        """What this STATUS says about the command under way, once it is final."""
        if not self.kind or status.cmd != self.cmd or not self._sent:
            return None
        if status.result in (m.R_NONE, m.R_WAITING):
            return None
        return self.settle(status.result)

    def settle(self, result: int) -> Echo:
        """The command under way is answered; the next one begins."""
        answered = Echo(self.kind, self.cmd, result)
        self._finish()
        if self._queue:
            self._begin()
        return answered

    @property
    def unanswered(self) -> bool:
        """It has gone out again and again, and nothing came of it."""
        return self._sent > SENT_MAX

    @property
    def few_left(self) -> bool:
        """No more numbers for what an application may ask for without end: gains, resumes, clears."""
        return self.cmd >= KEPT_FROM

    def _begin(self) -> None:
        self.kind, values = self._queue.pop(0)
        self.cmd = min(self.cmd + 1, CMD_MAX)  # a stop acts with any number; it must never fail here
        self._payload = m.pack(m.MESSAGES[self.kind][1], {**values, "cmd": self.cmd})
        self._sent = 0
        self.due_ms = 0

    def _finish(self) -> None:
        self.kind = 0
        self._sent = 0
        self.due_ms = NEVER_MS
