"""The clocks of the simulator: one that is only counted, one that keeps pace with the wall.

Everything else in this package takes time as an argument; this module alone may read the wall
clock. Both clocks hand out the same thing: whole milliseconds since they were made.
"""

from __future__ import annotations

import time


class VirtualClock:
    """Time that passes when it is told to, and only then.

    >>> clock = VirtualClock()
    >>> clock.advance(10)
    10
    >>> clock.now_ms
    10
    """

    def __init__(self) -> None:
        self.now_ms = 0

    def advance(self, step_ms: int) -> int:
        """Let ``step_ms`` pass; returns the new time. Raises ValueError for a step below 0."""
        if not step_ms >= 0:
            raise ValueError(f"A step of {step_ms} ms goes back in time; steps are 0 ms or more.")
        self.now_ms += step_ms
        return self.now_ms


class WallClock:
    """Monotonic time since this clock was made, for the device that runs in real time."""

    def __init__(self) -> None:
        self._start_s = time.monotonic()

    @property
    def now_s(self) -> float:
        return time.monotonic() - self._start_s


class Pacer:
    """Turns wall time into device ticks: exact steps that catch up after a short lag.

    A lag of at most ``catch_up`` ticks is made good tick by tick, so that what plays is the same
    as without it. A longer one becomes one long tick, as it would on a board: the device must see
    it. All times are integers counted from the start, so nothing drifts.

    >>> pacer = Pacer(tick_ms=10, catch_up=10)
    >>> pacer.due(0.035), pacer.due(0.035), pacer.due(0.035), pacer.due(0.035)
    (10, 20, 30, None)
    >>> pacer.due(0.50)
    500
    """

    def __init__(self, tick_ms: int, catch_up: int) -> None:
        self.tick_ms = tick_ms
        self.catch_up_ms = catch_up * tick_ms
        self.now_ms = 0
        self.long_ticks = 0

    def due(self, wall_s: float) -> int | None:
        """The time of the next tick if it is due at ``wall_s``, else None."""
        behind_ms = int(wall_s * 1000) - self.now_ms
        if behind_ms < self.tick_ms:
            return None
        if behind_ms > self.catch_up_ms:
            self.now_ms += behind_ms // self.tick_ms * self.tick_ms
            self.long_ticks += 1
        else:
            self.now_ms += self.tick_ms
        return self.now_ms

    def wait_s(self, wall_s: float) -> float:
        """How long until the next tick is due; 0 when it already is."""
        return max(0.0, (self.now_ms + self.tick_ms) / 1000 - wall_s)
