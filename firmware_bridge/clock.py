"""The host's clocks: the only module of this package that reads time.

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
