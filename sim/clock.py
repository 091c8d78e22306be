"""The clock of the simulator: time that is only counted, in whole milliseconds since it was made.

Everything else in this package takes time as an argument; the device process, which runs in real
time, is paced by :mod:`firmware_bridge.clock`.
"""

from __future__ import annotations


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
