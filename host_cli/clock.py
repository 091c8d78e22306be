"""The clock of the command line: the only module of this package that reads time or waits."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime


def monotonic_s() -> float:
    """Seconds since some fixed moment."""
    return time.monotonic()


def wall_clock() -> datetime:
    """The date and time of day, for people and for file names."""
    return datetime.now(UTC)


class Pace:
    """Waits for the next turn of a loop; the due times accumulate, so that the loop does not drift.

    ``wake`` ends a wait early (a signal did).
    """

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._due_s = time.monotonic()
        self._woken = threading.Event()

    def wake(self) -> None:
        self._woken.set()

    def wait(self) -> None:
        """Until the next turn is due; one that is long overdue does not make up for lost turns."""
        now_s = time.monotonic()
        self._due_s = max(self._due_s + self._period_s, now_s)
        if self._woken.wait(self._due_s - now_s):
            self._woken.clear()


class Pacing:
    """Holds virtual time to ``speed`` times real time: called with it in ms, waits until it is due.

    What could not be made in time is made up for, so that an hour takes an hour.
    """

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._begun_s = time.monotonic()
        self._never = threading.Event()

    def __call__(self, now_ms: int) -> None:
        early_s = now_ms / 1000 / self._speed - (time.monotonic() - self._begun_s)
        if early_s > 0:
            self._never.wait(early_s)
