"""Exact curves and modulators: the reference that every rendered level is measured against.

Plain Python floats; numpy is imported only by :meth:`Curve.sample`, so a check never loads it.
Rules kept here:

* every piece is a cubic in the time since its keyframe, whatever its interpolation;
* no interpolation leaves the span of its two keyframes (``monotone`` takes the slopes of Fritsch
  and Carlson, SIAM J. Numer. Anal. 17 (1980), in the weighted form of Fritsch and Butland);
* the first and the last keyframe hold to the edges;
* a modulator can only lower the envelope, and its phase is the integral of its rate.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Cubic = tuple[float, float, float, float]  # value = c0 + c1 u + c2 u^2 + c3 u^3, u from the keyframe


class Curve:
    """A keyframed curve; ``times`` increase strictly, ``interps[k]`` governs keyframe k to k + 1.

    >>> ramp = Curve((0.0, 10.0), (0.0, 0.5))
    >>> ramp.at(5.0), ramp.at(-1.0), ramp.at(99.0)
    (0.25, 0.0, 0.5)
    >>> ramp.integral(10.0)
    2.5
    """

    def __init__(
        self, times: Sequence[float], values: Sequence[float], interps: Sequence[str] | None = None
    ) -> None:
        if len(times) != len(values) or not times:
            raise ValueError(f"{len(times)} times and {len(values)} values; as many of each, at least one")
        if any(b <= a for a, b in pairwise(times)):
            raise ValueError("times must increase from keyframe to keyframe")
        self.times = tuple(times)
        self.values = tuple(values)
        self.interps = tuple(interps) if interps is not None else ("linear",) * len(times)

    @classmethod
    def constant(cls, value: float) -> Curve:
        """The same value at every time."""
        return cls((0.0,), (value,))

    @property
    def is_constant(self) -> bool:
        return min(self.values) == max(self.values)

    @cached_property
    def pieces(self) -> tuple[Cubic, ...]:
        """One cubic for each pair of neighbouring keyframes."""
        slopes = _monotone_slopes(self.times, self.values) if "monotone" in self.interps[:-1] else None
        return tuple(self._piece(k, slopes) for k in range(len(self.times) - 1))

    def _piece(self, k: int, slopes: Sequence[float] | None) -> Cubic:
        v0, v1 = self.values[k], self.values[k + 1]
        h, interp = self.times[k + 1] - self.times[k], self.interps[k]
        rise = v1 - v0
        if interp == "hold":
            return (v0, 0.0, 0.0, 0.0)
        if interp == "linear":
            return (v0, rise / h, 0.0, 0.0)
        if interp == "smooth":
            return (v0, 0.0, 3.0 * rise / (h * h), -2.0 * rise / (h * h * h))
        if interp == "monotone" and slopes is not None:
            m0, m1, secant = slopes[k], slopes[k + 1], rise / h
            return (v0, m0, (3.0 * secant - 2.0 * m0 - m1) / h, (m0 + m1 - 2.0 * secant) / (h * h))
        raise ValueError(f"interpolation {interp!r} is not one of linear, hold, smooth, monotone")

    def at(self, t: float) -> float:
        """The value at ``t``; before the first and after the last keyframe that keyframe's value."""
        k = bisect_right(self.times, t) - 1
        if k < 0:
            return self.values[0]
        if k >= len(self.times) - 1:
            return self.values[-1]
        c0, c1, c2, c3 = self.pieces[k]
        u = t - self.times[k]
        value = c0 + u * (c1 + u * (c2 + u * c3))
        a, b = self.values[k], self.values[k + 1]
        return min(max(value, min(a, b)), max(a, b))  # float rounding only: the cubic stays inside

    def integral(self, t: float) -> float:
        """The area under the curve from time 0 to ``t``."""
        return self._area(t) - self._area_at_zero

    @cached_property
    def _areas(self) -> tuple[float, ...]:
        """Area from the first keyframe to each keyframe."""
        total, areas = 0.0, [0.0]
        for k, cubic in enumerate(self.pieces):
            total += _cubic_area(cubic, self.times[k + 1] - self.times[k])
            areas.append(total)
        return tuple(areas)

    @cached_property
    def _area_at_zero(self) -> float:
        return self._area(0.0)

    def _area(self, t: float) -> float:
        k = bisect_right(self.times, t) - 1
        if k < 0:
            return (t - self.times[0]) * self.values[0]
        if k >= len(self.times) - 1:
            return self._areas[-1] + (t - self.times[-1]) * self.values[-1]
        return self._areas[k] + _cubic_area(self.pieces[k], t - self.times[k])

    def steepest(self) -> tuple[float, int, float, int]:
        """The fastest rise and fall, each with its keyframe: (rise per s, k, fall per s, k).

        A jump (``hold`` to another value) is infinitely steep.
        """
        rise = fall = 0.0
        rise_k = fall_k = 0
        for k, cubic in enumerate(self.pieces):
            low, high = self._slopes_of(k, cubic)
            if high > rise:
                rise, rise_k = high, k
            if -low > fall:
                fall, fall_k = -low, k
        return rise, rise_k, fall, fall_k

    def _slopes_of(self, k: int, cubic: Cubic) -> tuple[float, float]:
        """The least and the greatest slope in piece ``k``."""
        step = self.values[k + 1] - self.values[k]
        if self.interps[k] == "hold":
            return (-math.inf if step < 0 else 0.0), (math.inf if step > 0 else 0.0)
        h = self.times[k + 1] - self.times[k]
        _, c1, c2, c3 = cubic
        slopes = [c1, c1 + h * (2.0 * c2 + 3.0 * c3 * h)]
        if c3 and 0.0 < -c2 / (3.0 * c3) < h:
            slopes.append(c1 - c2 * c2 / (3.0 * c3))
        return min(slopes), max(slopes)

    def vertices(self, tolerance: float) -> list[float]:
        """Times between which straight lines stay within ``tolerance`` of the curve.

        A cubic is cut into equal parts; a chord over h is off by at most h^2 / 8 x the greatest
        second derivative, which on a cubic stands at one of its ends.
        """
        out = [self.times[0]]
        for k, (_, _, c2, c3) in enumerate(self.pieces):
            t0, h = self.times[k], self.times[k + 1] - self.times[k]
            bend = max(abs(2.0 * c2), abs(2.0 * c2 + 6.0 * c3 * h))
            parts = max(1, math.ceil(h * math.sqrt(bend / (8.0 * tolerance))))
            out += [t0 + h * i / parts for i in range(1, parts)]
            out.append(self.times[k + 1])
        return out

    def scaled(self, factor: float) -> Curve:
        """The same shape with every value multiplied."""
        return Curve(self.times, [v * factor for v in self.values], self.interps)

    def sample(self, times: Sequence[float]) -> NDArray[np.float64]:
        """The values at many times at once (needs numpy)."""
        import numpy as np

        t = np.asarray(times, dtype=float)
        if len(self.times) == 1:
            return np.full(t.shape, self.values[0])
        keys = np.asarray(self.times)
        k = np.clip(np.searchsorted(keys, t, side="right") - 1, 0, len(keys) - 2)
        u = np.clip(t, keys[0], keys[-1]) - keys[k]
        c = np.asarray(self.pieces)[k]
        inside = c[:, 0] + u * (c[:, 1] + u * (c[:, 2] + u * c[:, 3]))
        return np.where(t >= keys[-1], self.values[-1], inside)


def _cubic_area(cubic: Cubic, u: float) -> float:
    c0, c1, c2, c3 = cubic
    return u * (c0 + u * (c1 / 2.0 + u * (c2 / 3.0 + u * c3 / 4.0)))


def _monotone_slopes(times: Sequence[float], values: Sequence[float]) -> list[float]:
    """Slopes at the keyframes with which a Hermite cubic never leaves their span."""
    h = [b - a for a, b in pairwise(times)]
    secants = [(b - a) / w for a, b, w in zip(values, values[1:], h, strict=False)]
    if len(secants) == 1:
        return [secants[0], secants[0]]
    inner = [_inner_slope(h[k - 1], h[k], secants[k - 1], secants[k]) for k in range(1, len(h))]
    first = _edge_slope(h[0], h[1], secants[0], secants[1])
    last = _edge_slope(h[-1], h[-2], secants[-1], secants[-2])
    return [first, *inner, last]


def _inner_slope(h0: float, h1: float, s0: float, s1: float) -> float:
    if s0 * s1 <= 0.0:
        return 0.0
    w0, w1 = 2.0 * h1 + h0, h1 + 2.0 * h0
    return (w0 + w1) / (w0 / s0 + w1 / s1)


def _edge_slope(h0: float, h1: float, s0: float, s1: float) -> float:
    """Three-point slope at an end, held to the sign of its secant and to three times its size."""
    slope = ((2.0 * h0 + h1) * s0 - h0 * s1) / (h0 + h1)
    if slope * s0 <= 0.0:
        return 0.0
    if s0 * s1 <= 0.0 and abs(slope) > 3.0 * abs(s0):
        return 3.0 * s0
    return slope


def wave_value(shape: str, phase: float, duty: float) -> float:
    """s in -1..1 of a modulator at ``phase`` (turns; only the fraction counts).

    >>> wave_value("square", 0.25, 0.5), wave_value("triangle", 0.0, 0.5)
    (1.0, -1.0)
    """
    p = phase % 1.0
    if shape == "square":
        return 1.0 if p < duty else -1.0
    if shape == "saw_up":
        return 2.0 * p - 1.0
    if shape == "saw_down":
        return 1.0 - 2.0 * p
    x = p / duty if p < duty else (1.0 - p) / (1.0 - duty)  # 0 at the bottom, 1 at the top
    if shape == "triangle":
        return 2.0 * x - 1.0
    if shape == "sine":
        return -math.cos(math.pi * x)
    raise ValueError(f"shape {shape!r} is not one of sine, triangle, saw_up, saw_down, square")


@dataclass(frozen=True)
class Modulation:
    """A modulator from ``from_s`` of its stage on: applied = envelope x (1 - depth (1 - s) / 2).

    >>> m = Modulation("sine", Curve.constant(2.0), depth=1.0)
    >>> round(m.factor(0.0), 3), round(m.factor(0.25), 3)
    (0.0, 1.0)
    """

    shape: str
    rate_hz: Curve
    depth: float
    duty: float = 0.5
    from_s: float = 0.0

    def turns(self, t: float) -> float:
        """Phase in turns at ``t``, not wrapped; 0 where the modulator starts."""
        return self.rate_hz.integral(t) - self.rate_hz.integral(self.from_s)

    def factor(self, t: float) -> float:
        """What the envelope is multiplied by at ``t``: 1 - depth .. 1."""
        if t < self.from_s:
            return 1.0
        return 1.0 - self.depth * (1.0 - wave_value(self.shape, self.turns(t), self.duty)) / 2.0

    @property
    def steepness(self) -> float:
        """The greatest change of :meth:`factor` per turn at depth 1, jumps left out."""
        if self.shape in ("saw_up", "saw_down"):
            return 1.0
        if self.shape == "square":
            return 0.0
        return (math.pi / 2.0 if self.shape == "sine" else 1.0) / min(self.duty, 1.0 - self.duty)
