"""The heartbeat: about every 200 ms, with a token that only the application moves.

The I/O thread sends it, the application's loop calls ``beat``. When the application hangs, the
heartbeat goes on with the old token and the device goes to zero. A beat is never kept for later: it
goes out at the next turn or, soon after another new token, not at all. So the device's dead-man counts
from the application's last sign of life and not from a heartbeat that carried it long afterwards.
"""

from __future__ import annotations

PERIOD_MS = 200
FRESH_MS = 180  # between new tokens at least: a loop that beats every 50 or 100 ms gets 200 ms


class Pulse:
    """Due times and token of the heartbeat.

    >>> pulse = Pulse(first_token=65535)
    >>> pulse.take(0).hex(), pulse.due_ms
    ('ffff', 200)
    >>> pulse.turn(150, beaten=True); pulse.due_ms, pulse.take(150).hex()
    (150, '0000')
    >>> pulse.turn(250, beaten=True); pulse.due_ms, pulse.take(350).hex()
    (350, '0000')
    """

    def __init__(self, first_token: int) -> None:
        self.due_ms = 0
        self._wants_ms = 0
        self._token = first_token & 0xFFFF
        self._fresh = False

    def wants(self, now_ms: int) -> bool:
        """A beat at this time would go out at once."""
        return now_ms >= self._wants_ms

    def turn(self, now_ms: int, *, beaten: bool) -> None:
        """The driver's turn: has the application beaten since the one before?"""
        self._fresh = beaten and now_ms >= self._wants_ms
        if self._fresh:
            self.due_ms = now_ms

    def take(self, now_ms: int) -> bytes:
        """The payload of the heartbeat that goes out now."""
        if self._fresh:
            self._token = self._token + 1 & 0xFFFF
            self._fresh = False
            self._wants_ms = now_ms + FRESH_MS
        self.due_ms = now_ms + PERIOD_MS
        return self._token.to_bytes(2, "little")
