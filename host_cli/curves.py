"""What a plot shows, apart from how it is drawn: lanes of curves over time, and the passes below.

A lane is one channel: what the program asked, what was allowed, what was applied. Motor levels are
0..1 of full scale. Of heat the temperatures are shown (asked, allowed, and the pad's as what came
of it), in degrees Celsius; None where the heat is off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from programs.timeline import Join, Pass

Value = float | None


@dataclass(frozen=True)
class Lane:
    """One channel. The four series have as many values as ``Curves.t_s``, ``power`` or none."""

    name: str
    unit: str  # "" for a level 0..1, "°C"
    low: float  # where the axis begins
    high: float  # and ends
    asked: Sequence[Value]
    allowed: Sequence[Value]
    applied: Sequence[Value]
    applied_means: str = "applied"
    power: Sequence[float] = ()  # heat: duty that was applied, 0..1
    allowed_means: str = "allowed"


@dataclass(frozen=True)
class Curves:
    """Everything on one time axis."""

    title: str
    caption: str  # program, rig, SIM or REAL: one line
    duration_s: float
    t_s: Sequence[float]
    lanes: tuple[Lane, ...]
    passes: tuple[Pass, ...]
    joins: tuple[Join, ...]


def column_peaks(
    t_s: Sequence[float], values: Sequence[Value], duration_s: float, columns: int
) -> list[Value]:
    """The highest value in each of ``columns`` equal parts of the time; None where there is none.

    A part without a sample of its own repeats the one before it.

    >>> column_peaks([0.0, 1.0, 2.0, 3.0], [0.1, 0.4, 0.2, None], 4.0, 2)
    [0.4, 0.2]
    """
    peaks: list[Value] = []
    at, count = 0, len(t_s)
    for column in range(columns):
        end_s = duration_s * (column + 1) / columns
        begin = at
        while at < count and t_s[at] < end_s:
            at += 1
        known = [each for each in values[begin:at] if each is not None]
        peaks.append(max(known) if known else (peaks[-1] if begin == at and peaks else None))
    return peaks


DENSE = 0.6  # a part in which a curve falls by more of its peak than this is drawn by its peak alone


def thin(t_s: Sequence[float], values: Sequence[Value], parts: int) -> tuple[list[float], list[float]]:
    """The curve with at most ``2 x parts`` points: lowest and highest of each part, in order.

    A rhythm too fast for its part would come out as a black block: there only the peaks are kept,
    which draws its outline. None becomes NaN, which plots as a gap.

    >>> thin([0.0, 1.0, 2.0, 3.0], [0.7, 1.0, 0.8, 0.9], 1), thin([0.0, 1.0, 2.0], [0.0, 1.0, 0.0], 1)
    (([0.0, 1.0], [0.7, 1.0]), ([1.0], [1.0]))
    """
    numbers = [math.nan if each is None else each for each in values]
    step = max(1, -(-len(t_s) // parts))
    if step <= 2:
        return list(t_s), numbers
    kept: list[int] = []
    for begin in range(0, len(t_s), step):
        kept += _kept(numbers, begin, min(begin + step, len(t_s)))
    return [t_s[i] for i in kept], [numbers[i] for i in kept]


def _kept(numbers: list[float], begin: int, end: int) -> list[int]:
    """Places of the points that stand for one part."""
    part = range(begin, end)
    if any(math.isnan(numbers[i]) for i in part):
        return [begin, end - 1] if end - begin > 1 else [begin]
    low, high = min(part, key=numbers.__getitem__), max(part, key=numbers.__getitem__)
    if numbers[high] - numbers[low] > DENSE * numbers[high]:
        return [high]
    return sorted({low, high})


def nice_top(peak: float) -> float:
    """The next tenth above ``peak``: where the axis of a level ends.

    >>> nice_top(0.31), nice_top(0.0)
    (0.4, 0.1)
    """
    return max(1, -int(-(peak * 10 + 0.2) // 1)) / 10


def pass_title(each: Pass) -> str:
    """How a pass is called wherever there is one line for it.

    >>> from programs.timeline import Pass
    >>> pass_title(Pass(0, 0, "Knead", "petrissage", "shoulders", "left", 0, 9000))
    'Knead, shoulders left'
    """
    where = " ".join(word for word in (each.region, each.side) if word)
    name = each.name or each.technique
    return f"{name}, {where}" if where else name


def tick_step_s(duration_s: float, most: int) -> int:
    """A round step that puts at most ``most`` marks on the time axis.

    >>> tick_step_s(600, 6)
    120
    """
    for step_s in (5, 10, 15, 30, 60, 120, 300, 600, 1200):
        if duration_s / step_s <= most:
            return step_s
    return 3600
