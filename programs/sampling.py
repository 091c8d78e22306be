"""Sampling a Timeline with numpy: what plots and measurements read. Not on the path of a check.

Rules kept here: what is sampled are the integers that are streamed, modulators included; where
either end of a heat segment is 0 heat holds its end value; phases follow the device's integer
arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from programs.timeline import CHANNELS, FULL_SCALE, SHAPES, Timeline, Wave

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Sampler:
    """A timeline as arrays; make one and sample it often.

    Levels are fractions of full scale, heat degrees Celsius. Times before the start give the first
    segment's start, times after the end its end.
    """

    def __init__(self, timeline: Timeline) -> None:
        segments = timeline.segments
        self._start = np.array([s.start_ms for s in segments], dtype=np.int64)
        self._duration = np.array([s.duration_ms for s in segments], dtype=np.int64)
        self._ends = np.array([s.levels for s in segments], dtype=np.float64).reshape(-1, 3)
        self._waves = [_WaveTable([s.waves[c] for s in segments]) for c in range(2)]

    def envelope(self, channel: str, times_ms: ArrayLike) -> Floats:
        """The envelope of one channel."""
        k, into = self._place(np.asarray(times_ms, dtype=np.float64))
        return self._envelope(CHANNELS.index(channel), k, into)

    def asked(self, channel: str, times_ms: ArrayLike) -> Floats:
        """What the timeline asks of one channel, modulator included."""
        c = CHANNELS.index(channel)
        k, into = self._place(np.asarray(times_ms, dtype=np.float64))
        level = self._envelope(c, k, into)
        return level if c == 2 else level * self._waves[c].factor(k, into, self._duration)

    def _place(self, t: Floats) -> tuple[Ints, Floats]:
        k = np.clip(np.searchsorted(self._start, t, side="right") - 1, 0, len(self._start) - 1)
        return k, np.clip(t - self._start[k], 0.0, self._duration[k])

    def _envelope(self, c: int, k: Ints, into: Floats) -> Floats:
        ends = self._ends[:, c]
        starts = np.concatenate(([0.0], ends[:-1]))
        if c == 2:
            starts = np.where((starts == 0) | (ends == 0), ends, starts)
        slope = (ends - starts) / self._duration
        return (starts[k] + slope[k] * into) / (100.0 if c == 2 else FULL_SCALE)


class _WaveTable:
    """The waves of one channel, column by column; ``shape`` -1 is none."""

    def __init__(self, waves: list[Wave | None]) -> None:
        rows = [
            (-1, 0, 0, 0, FULL_SCALE, 0)
            if w is None
            else (SHAPES.index(w.shape), w.rate_start_mhz, w.rate_end_mhz, w.depth, w.duty, w.phase_ut)
            for w in waves
        ]
        columns = np.array(rows, dtype=np.int64).reshape(-1, 6).T
        self._shape, self._r0, self._r1, self._depth, self._duty, self._phase = columns
        self._shapes = [int(each) for each in np.unique(self._shape)]

    def factor(self, k: Ints, into: Floats, duration: Ints) -> Floats:
        """What the envelope is multiplied by."""
        out = np.ones(len(k)) if k.ndim else np.ones(())
        if self._shapes == [-1]:
            return out
        climb = (self._r1 - self._r0) / (2.0 * duration)
        turns = (self._phase[k] + (self._r0[k] + climb[k] * into) * into) % 1e6 / 1e6
        duty, depth = self._duty[k] / FULL_SCALE, self._depth[k] / FULL_SCALE
        for shape in self._shapes:
            if shape >= 0:
                mask = self._shape[k] == shape
                s = _WAVES[SHAPES[shape]](turns[mask], duty[mask])
                out[mask] = 1.0 - depth[mask] * (1.0 - s) / 2.0
        return out


def _ramp(p: Floats, duty: Floats) -> Floats:
    """0 at the bottom of a wave, 1 at its top."""
    up: Floats = np.where(p < duty, p / duty, (1.0 - p) / np.maximum(1.0 - duty, 1e-12))
    return up


_WAVES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "sine": lambda p, duty: -np.cos(np.pi * _ramp(p, duty)),
    "triangle": lambda p, duty: 2.0 * _ramp(p, duty) - 1.0,
    "saw_up": lambda p, _: 2.0 * p - 1.0,
    "saw_down": lambda p, _: 1.0 - 2.0 * p,
    "square": lambda p, duty: np.where(p < duty, 1.0, -1.0),
}
