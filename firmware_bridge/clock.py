"""The host's clocks, and what paces a device process: the only module of this package that reads time.

Everything else takes milliseconds as an argument or from a ``Clock`` that it was given.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Milliseconds since some fixed moment; never goes back."""

    def now_ms(self) -> int: ...


class MonotonicClock:
    """Real time, from 0 when it was made.

    >>> clock = MonotonicClock()
    >>> first = clock.now_ms()
    >>> 0 <= first <= clock.now_ms()
    True
    """

    def __init__(self) -> None:
        self._origin_ns = time.monotonic_ns()

    def now_ms(self) -> int:
        return (time.monotonic_ns() - self._origin_ns) // 1_000_000


class WallClock:
    """Monotonic time since this clock was made, for the device that runs in real time."""

    def __init__(self) -> None:
        self._start_s = time.monotonic()

    @property
    def now_s(self) -> float:
        return time.monotonic() - self._start_s


def since_boot_s() -> float:
    """Seconds since the computer started; goes on while it sleeps, and is the same for every process."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


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
