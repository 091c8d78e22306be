"""Minimum, median and percentiles of a list of figures, and one way to print them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that ``percent`` of the values do not exceed.

    >>> percentile([1, 2, 3, 4], 50), percentile([1, 2, 3, 4], 99)
    (2, 4)
    """
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


def row(name: str, values: Sequence[float], unit: str, base: Sequence[float] | None = None) -> None:
    """Prints min and median; with ``base``, the ratio of each pair as well."""
    line = f"{name:<34} min {min(values):9.1f}  median {median(values):9.1f} {unit}"
    if base is not None:
        ratios = [a / b for a, b in zip(values, base, strict=True)]
        line += f"   x{min(ratios):.2f} min  x{median(ratios):.2f} median"
    print(line)
