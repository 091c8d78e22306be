"""The clock of the command line: the only module of this package that reads time or waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

REST_S = 0.002  # between two turns, whatever is typed
LISTEN_S = 0.02  # in one go: a signal that came meanwhile is seen then


def monotonic_s() -> float:
    """Seconds since some fixed moment."""
    return time.monotonic()


def wall_clock() -> datetime:
    """The date and time of day, for people and for file names."""
    return datetime.now(UTC)


class Pace:
    """Waits for the next turn of a loop; the due times accumulate, so that the loop does not drift.

    ``wake`` ends a wait early (a signal did), and so does ``heard``, a function that waits so many seconds
    at most for a key and says whether there is one.
    """

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._due_s = time.monotonic()
        self._woken = threading.Event()

    def wake(self) -> None:
        self._woken.set()

    def wait(self, heard: Callable[[float], bool] | None = None) -> None:
        """Until the next turn is due; one that is long overdue does not make up for lost turns."""
        now_s = time.monotonic()
        due_s = max(self._due_s + self._period_s, now_s)
        if heard is None:
            self._woken.wait(due_s - now_s)
        else:
            self._listen(heard, due_s)
        self._woken.clear()
        self._due_s = min(due_s, time.monotonic())

    def _listen(self, heard: Callable[[float], bool], due_s: float) -> None:
        """Keys end the wait, but a keyboard that types without end does not keep the loop spinning."""
        if self._woken.wait(REST_S):
            return
        while not self._woken.is_set() and (left_s := due_s - time.monotonic()) > 0:
            if heard(min(left_s, LISTEN_S)):
                return


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
