"""Broken lines in whole milliseconds and whole levels: what curves become before they are segments.

Rules kept here: the first vertex stands at 0 and the last at the end of the pass; times increase
strictly; a straight piece is within the stated tolerance of its curve. Heat may jump, motors never
do (rule R12 has said so before): a jump becomes a ramp of one shortest segment that ends where the
curve jumps.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import NamedTuple

from programs import limits
from programs.curves import Curve


class Line(NamedTuple):
    """Vertices of a broken line: ms from the start of the pass, and levels in wire units."""

    times: list[int]
    values: list[int]

    def at(self, t: float) -> float:
        """The value at ``t``; the ends hold to the edges.

        >>> Line([0, 100], [0, 50]).at(20)
        10.0
        """
        times, values = self.times, self.values
        k = bisect_right(times, t)
        if k == 0:
            return values[0]
        if k == len(times):
            return values[-1]
        t0, v0 = times[k - 1], values[k - 1]
        return v0 + (values[k] - v0) * (t - t0) / (times[k] - t0)

    def greatest(self, start: float, end: float) -> float:
        """The greatest value from ``start`` to ``end``, both included."""
        lo, hi = bisect_left(self.times, start), bisect_right(self.times, end)
        return max([self.at(start), self.at(end), *self.values[lo:hi]])

    def mean(self) -> float:
        """The mean over the whole line."""
        if self.times[-1] == 0:
            return self.values[0]
        area = sum(
            (t1 - t0) * (v0 + v1) / 2.0
            for (t0, v0), (t1, v1) in pairwise(zip(self.times, self.values, strict=True))
        )
        return area / self.times[-1]

    def first_above(self, level: float) -> float | None:
        """The time at which the line first stands above ``level``; None if it never does."""
        if self.values[0] > level:
            return 0.0
        for (t0, v0), (t1, v1) in pairwise(zip(self.times, self.values, strict=True)):
            if v1 > level:
                return t0 + (t1 - t0) * (level - v0) / (v1 - v0)
        return None

    def from_time(self, start: int) -> Line:
        """What is left from ``start`` on, as a line that starts at 0."""
        if start <= 0:
            return self
        k = bisect_right(self.times, start)
        times = [0, *(t - start for t in self.times[k:])]
        return Line(times, [round(self.at(start)), *self.values[k:]])


def constant(value: int, duration_ms: int) -> Line:
    """The same value throughout."""
    return Line([0, duration_ms], [value, value])


def render(curve: Curve, duration_ms: int, unit: float, tolerance: float, start_s: float = 0.0) -> Line:
    """A curve from ``start_s`` on as a broken line; ``tolerance`` is in the unit of the curve."""
    if curve.is_constant:
        return constant(round(curve.values[0] * unit), duration_ms)
    times = {0, duration_ms}
    for t in curve.vertices(tolerance):
        at_ms = round((t - start_s) * 1000.0)
        if 0 < at_ms < duration_ms:
            times.add(at_ms)
    times.update(_before_jumps(curve, duration_ms, start_s))
    ordered = sorted(times)
    return Line(ordered, [round(curve.at(start_s + t / 1000.0) * unit) for t in ordered])


def _before_jumps(curve: Curve, duration_ms: int, start_s: float) -> list[int]:
    """A shortest segment before each jump: up to there the old value holds."""
    out = []
    for k, interp in enumerate(curve.interps[:-1]):
        if interp == "hold" and curve.values[k] != curve.values[k + 1]:
            at_ms = round((curve.times[k + 1] - start_s) * 1000.0) - limits.MIN_SEGMENT_MS
            if 0 < at_ms < duration_ms:
                out.append(at_ms)
    return out


def ceiling(
    duration_ms: int, gap_ms: int, entry: int, leave: int, hold: tuple[int, int] | None = None
) -> Line:
    """The highest line that joins allow: up from ``entry`` after the gap, down to ``leave``.

    ``hold = (level, until_ms)`` keeps the rise at a level for a while (a new start after a pause).
    """
    rise = _rise(duration_ms, gap_ms, entry, hold)
    fall_from = duration_ms - math.ceil((_FULL - leave) / _FALL_PER_MS)
    if fall_from > 0:
        fall = Line([0, fall_from, duration_ms], [_FULL, _FULL, leave])
    else:
        fall = Line([0, duration_ms], [leave + int(_FALL_PER_MS * duration_ms), leave])
    return lower_of(rise, fall)[0]


_FULL = 10_000
_RISE_PER_MS = limits.RISE_PER_S * _FULL / 1000.0
_FALL_PER_MS = limits.FALL_PER_S * _FULL / 1000.0


def _rise(duration_ms: int, gap_ms: int, entry: int, hold: tuple[int, int] | None) -> Line:
    times, values = [0], [entry]
    if gap_ms:
        times.append(gap_ms)
        values.append(entry)
    if hold is not None and hold[1] > times[-1] and hold[0] > entry:
        reached = times[-1] + math.ceil((hold[0] - entry) / _RISE_PER_MS)
        times += [reached, max(reached + 1, hold[1])]
        values += [hold[0], hold[0]]
    times.append(times[-1] + max(1, math.ceil((_FULL - values[-1]) / _RISE_PER_MS)))
    values.append(_FULL)
    return _ended(Line(times, values), duration_ms)


def _ended(line: Line, duration_ms: int) -> Line:
    """The same line with its last vertex at ``duration_ms``."""
    k = bisect_left(line.times, duration_ms)
    end = round(line.at(duration_ms))
    return Line([*line.times[:k], duration_ms], [*line.values[:k], end])


def lower_of(line: Line, cap: Line) -> tuple[Line, list[tuple[int, int]]]:
    """The lower of two lines of equal length, and where the second one was the lower."""
    times = sorted({*line.times, *cap.times})
    a, b = _resample(line, times), _resample(cap, times)
    out_t, out_v = [times[0]], [round(min(a[0], b[0]))]
    held: list[tuple[int, int]] = []
    for k in range(1, len(times)):
        t0, t1 = times[k - 1], times[k]
        d0, d1 = a[k - 1] - b[k - 1], a[k] - b[k]
        at = t0
        if d0 * d1 < 0.0:
            at = round(t0 + (t1 - t0) * d0 / (d0 - d1))
            if t0 < at < t1:
                out_t.append(at)
                out_v.append(round(min(_between(a, k, t0, t1, at), _between(b, k, t0, t1, at))))
        out_t.append(t1)
        out_v.append(round(min(a[k], b[k])))
        if d0 > 0.5 or d1 > 0.5:
            _add(held, (at if d0 <= 0 else t0, at if d0 * d1 < 0 and d0 > 0 else t1))
    return Line(out_t, out_v), held


def _between(values: list[float], k: int, t0: int, t1: int, at: int) -> float:
    return values[k - 1] + (values[k] - values[k - 1]) * (at - t0) / (t1 - t0)


def _add(held: list[tuple[int, int]], span: tuple[int, int]) -> None:
    if held and held[-1][1] >= span[0]:
        held[-1] = (held[-1][0], span[1])
    elif span[1] > span[0]:
        held.append(span)


def _resample(line: Line, times: list[int]) -> list[float]:
    """The values of a line at increasing times that include its own vertices."""
    out: list[float] = []
    k, last = 0, len(line.times) - 1
    for t in times:
        while k < last and line.times[k + 1] <= t:
            k += 1
        if k == last or t <= line.times[k]:
            out.append(float(line.values[k]))
        else:
            t0, v0 = line.times[k], line.values[k]
            out.append(v0 + (line.values[k + 1] - v0) * (t - t0) / (line.times[k + 1] - t0))
    return out
