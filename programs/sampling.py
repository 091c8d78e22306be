"""Sampling a Timeline with numpy: what plots and measurements read. Not on the path of a check.

Rules kept here: what is sampled are the integers that are streamed, modulators included; where
either end of a heat segment is 0 heat holds its end value; phases follow the device's integer
arithmetic.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from programs.timeline import CHANNELS, FULL_SCALE, SHAPES, Timeline, Wave

PIECE = 16_384  # samples taken at a time: what a processor's cache holds
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = NDArray[Any]  # one number per segment, or per sample
Pick = Callable[[Columns], Columns]  # from one per segment to one per sample


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
        pick, into = self._place(np.asarray(times_ms, dtype=np.float64))
        return self._envelope(CHANNELS.index(channel), pick, into)

    def asked(self, channel: str, times_ms: ArrayLike) -> Floats:
        """What the timeline asks of one channel, modulator included."""
        c = CHANNELS.index(channel)
        pick, into = self._place(np.asarray(times_ms, dtype=np.float64))
        level = self._envelope(c, pick, into)
        return level if c == 2 else level * self._waves[c].factor(pick, into, self._duration)

    def grid(self, step_ms: int = 1) -> dict[str, Floats]:
        """What is asked at 0, ``step_ms``, 2 ``step_ms`` ... before the end, by channel.

        The same values as :meth:`asked` at these times, many times faster: the segments are walked
        once, in pieces that stay in the processor's cache.
        """
        first = -(-self._start // step_ms)  # the first sample of each segment, by number
        count = int(-(-(self._start[-1] + self._duration[-1]) // step_ms))
        counts = np.diff(np.append(first, count))
        slopes = [self._line(c) for c in range(3)]
        out = np.empty((3, count))
        pieces = np.flatnonzero(np.diff(first // PIECE, prepend=-1))
        for begin, end in itertools.pairwise([*pieces.tolist(), len(first)]):
            at = slice(int(first[begin]), int(first[end - 1] + counts[end - 1]))
            here = slice(begin, end)

            def pick(column: Columns, here: slice = here) -> Columns:
                return np.repeat(column[here], counts[here])

            into: Floats = np.arange(at.start, at.stop, dtype=np.float64) * step_ms - pick(self._start)
            for c, (starts, slope) in enumerate(slopes):
                np.multiply(pick(slope), into, out=out[c, at])
                out[c, at] += pick(starts)
                if c < 2 and self._waves[c].waving[here].any():
                    out[c, at] *= self._waves[c].factor(pick, into, self._duration)
        return dict(zip(CHANNELS, out, strict=True))

    def _place(self, t: Floats) -> tuple[Pick, Floats]:
        k = np.clip(np.searchsorted(self._start, t, side="right") - 1, 0, len(self._start) - 1)
        return lambda column: column[k], np.clip(t - self._start[k], 0.0, self._duration[k])

    def _envelope(self, c: int, pick: Pick, into: Floats) -> Floats:
        starts, slope = self._line(c)
        return pick(starts) + pick(slope) * into

    def _line(self, c: int) -> tuple[Floats, Floats]:
        """Each segment's start and its slope per ms, as fractions or degrees."""
        ends = self._ends[:, c] / (100.0 if c == 2 else FULL_SCALE)
        starts = np.concatenate(([0.0], ends[:-1]))
        if c == 2:
            starts = np.where((starts == 0) | (ends == 0), ends, starts)
        return starts, (ends - starts) / self._duration


def sample(timeline: Timeline, step_s: float = 0.1) -> dict[str, Floats]:
    """What a timeline asks for, as columns: ``t_s`` (0, ``step_s`` ... before the end), ``vibration`` and
    ``percussion`` (0..1 of full scale, modulators included) and ``heat_c`` (degrees Celsius, 0: off).

    Raises ValueError for a step that is not a whole number of milliseconds, 0.001 s or more.

    >>> from programs.compiler import compile_program
    >>> from programs.load import load_program
    >>> from programs.profile import load_profile
    >>> timeline = compile_program(load_program("evening-shoulders"), load_profile("heated-head")).timeline
    >>> columns = sample(timeline, 0.5)
    >>> list(columns), len(columns["t_s"]), float(columns["t_s"][-1])
    (['t_s', 'vibration', 'percussion', 'heat_c'], 1440, 719.5)
    """
    step_ms = step_s * 1000
    if not (1 <= step_ms < math.inf and abs(step_ms - round(step_ms)) < 1e-6):
        raise ValueError(f"step_s is {step_s!r}; allowed: whole milliseconds, 0.001 s or more.")
    levels = Sampler(timeline).grid(round(step_ms))
    t_s: Floats = np.arange(len(levels["heat"]), dtype=np.float64) * round(step_ms) / 1000
    return {
        "t_s": t_s,
        "vibration": levels["vibration"],
        "percussion": levels["percussion"],
        "heat_c": levels["heat"],
    }


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
        self.waving = self._shape >= 0

    def factor(self, pick: Pick, into: Floats, duration: Ints) -> Floats:
        """What the envelope is multiplied by."""
        out = np.ones_like(into)
        if self._shapes == [-1]:
            return out
        climb = (self._r1 - self._r0) / (2.0 * duration)
        turns = (pick(climb / 1e6) * into + pick(self._r0 / 1e6)) * into + pick(self._phase / 1e6)
        turns -= np.floor(turns)
        duty, depth = pick(self._duty / FULL_SCALE), pick(self._depth / FULL_SCALE)
        here = pick(self._shape)
        for shape in self._shapes:
            mask = here == shape
            if shape < 0 or not mask.any():
                continue
            if mask.all():
                return 1.0 - depth * (1.0 - _WAVES[SHAPES[shape]](turns, duty)) / 2.0
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
