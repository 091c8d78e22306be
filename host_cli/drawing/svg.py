"""Curves over time as SVG for a page: axes, lines, levels, and marks where something happened.

Drawn here and not by matplotlib, so that colours, dark mode and the size of the letters on a narrow
screen are the style sheet's (:mod:`host_cli.drawing.report_style`), a report is small, and it is made in
no time.
Lines differ in pattern and width, so that they can be told apart without colour. The same input
gives the same text.
"""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from host_cli.curves import thin, tick_step_s
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from host_cli.curves import Value

WIDTH, HEIGHT = 960, 266
LEFT, RIGHT, TOP, BOTTOM = 70, 14, 60, 30
BARE_TOP = 12
PARTS = 600  # pieces that the time is cut into; each keeps its lowest and highest point
MOST_TICKS = 8
LETTER = 8.0  # width of a letter, about
ROWS = {
    "ordered": 17,
    "latched": 35,
    "reset": 35,
    "zero": 53,
}  # where a mark's sign stands, so that none hides another
SIGNS = {"ordered": "▼", "latched": "◆", "reset": "■", "zero": "●"}


@dataclass(frozen=True)
class Series:
    """One curve. ``style`` is a class of the style sheet: asked, allowed, applied, first, second, third."""

    label: str
    style: str
    values: Sequence[Value]
    filled: bool = False


@dataclass(frozen=True)
class Level:
    """A horizontal line with a name: a limit, a trip."""

    label: str
    value: float


@dataclass(frozen=True)
class Mark:
    """Something that happened at a moment: ``kind`` is a key of ``SIGNS``, ``number`` says which."""

    t_s: float
    kind: str
    number: int


@dataclass(frozen=True)
class Chart:
    """Curves on one pair of axes; ``says`` is its text for who cannot see it."""

    title: str
    unit: str
    low: float
    high: float
    series: tuple[Series, ...]
    says: str
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True)
class Times:
    """The time axis that all charts of a report share, and what is marked on it."""

    t_s: Sequence[float]
    duration_s: float
    edges_s: tuple[float, ...] = ()  # where a stage ends
    marks: tuple[Mark, ...] = ()


def x_of(times: Times, t_s: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * t_s / max(times.duration_s, 0.01)


def drawn(chart: Chart, times: Times) -> str:
    """The chart as an ``<svg>`` element."""
    above = 0 if times.marks else TOP - BARE_TOP  # where nothing happened, no room is left for it
    box = f"0 {above} {WIDTH} {HEIGHT - above}"
    parts = [
        f'<svg class="chart" viewBox="{box}" role="img" aria-label="{_text(chart.says)}">',
        f"<title>{_text(chart.says)}</title>",
        *_grid(chart, times),
        *(_curve(chart, each, times) for each in chart.series if each.filled),
        *_levels(chart),
        *(_curve(chart, each, times, line=True) for each in chart.series),
        *_marks(times),
        "</svg>",
    ]
    return "".join(parts)


def _text(text: str) -> str:
    return html.escape(text, quote=True)


def _y_of(chart: Chart, value: float) -> float:
    share = (value - chart.low) / (chart.high - chart.low)
    return TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - min(max(share, -0.05), 1.05))


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values between ``low`` and ``high``, at most ``most`` of them.

    >>> ticks(0.0, 0.4), ticks(29.0, 44.0)
    ([0.0, 0.1, 0.2, 0.3, 0.4], [30.0, 35.0, 40.0])
    """
    least = (high - low) / most
    size = 10.0 ** math.floor(math.log10(least))
    step = next(size * each for each in (1, 2, 5, 10, 20) if (high - low) / (size * each) <= most - 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 10) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _grid(chart: Chart, times: Times) -> Iterator[str]:
    floor, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for value in ticks(chart.low, chart.high):
        y = _y_of(chart, value)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text class="end" x="{LEFT - 7}" y="{y + 4:.1f}">{value:g}</text>'
    for edge_s in times.edges_s:
        yield f'<path class="edge" d="M{x_of(times, edge_s):.1f} {TOP}V{floor}"/>'
    step_s = tick_step_s(times.duration_s, MOST_TICKS)
    for t_s in range(0, int(times.duration_s) + 1, step_s):
        x = x_of(times, t_s)
        place = "middle" if LEFT + 20 < x < right - 20 else "start" if x <= LEFT + 20 else "end"
        yield f'<path class="axis" d="M{x:.1f} {floor}v5"/>'
        yield f'<text class="{place}" x="{x:.1f}" y="{HEIGHT - 8}">{clock_text(t_s)}</text>'
    yield f'<path class="axis" d="M{LEFT} {TOP}V{floor}H{right}"/>'


def _curve(chart: Chart, series: Series, times: Times, line: bool = False) -> str:
    """A line, or the area below it; nothing is drawn where there is no value."""
    t_s, values = thin(times.t_s, series.values, PARTS)
    pieces: list[str] = []
    pen = begun = ""
    last_x = 0.0
    for at_s, value in zip(t_s, values, strict=True):
        if math.isnan(value):
            pieces.append(_closed(chart, begun, last_x, line))
            pen = begun = ""
            continue
        last_x = x_of(times, at_s)
        begun += f"{pen or 'M'}{last_x:.1f} {_y_of(chart, value):.1f}"
        pen = pen or "L"
        pen = " " if pen == "L" else pen
    pieces.append(_closed(chart, begun, last_x, line))
    path = "".join(pieces)
    return f'<path class="{"line" if line else "area"} {series.style}" d="{path}"/>' if path else ""


def _closed(chart: Chart, begun: str, last_x: float, line: bool) -> str:
    if not begun or line:
        return begun
    floor = _y_of(chart, chart.low)
    first_x = begun[1 : begun.index(" ")]
    return f"{begun}L{last_x:.1f} {floor:.1f}L{first_x} {floor:.1f}Z"


def _levels(chart: Chart) -> Iterator[str]:
    for level in chart.levels:
        if chart.low <= level.value <= chart.high:
            y, right = _y_of(chart, level.value), WIDTH - RIGHT
            yield f'<path class="level" d="M{LEFT} {y:.1f}H{right}"/>'
            yield f'<text class="end level" x="{right - 4}" y="{y - 4:.1f}">{_text(level.label)}</text>'


def _marks(times: Times) -> Iterator[str]:
    for mark in times.marks:
        if 0.0 <= mark.t_s <= times.duration_s:
            x, y = x_of(times, mark.t_s), ROWS[mark.kind]
            yield f'<path class="mark {mark.kind}" d="M{x:.1f} {y + 3}V{HEIGHT - BOTTOM}"/>'
            yield f'<text class="sign middle" x="{x:.1f}" y="{y}">{SIGNS[mark.kind]}{mark.number}</text>'


def swatch(series: Series) -> str:
    """A short piece of a curve, for the legend."""
    area = f'<path class="area {series.style}" d="M0 12V5H34V12Z"/>' if series.filled else ""
    line = f'<path class="line {series.style}" d="M0 5H34"/>'
    return f'<svg class="swatch" viewBox="0 0 34 12" aria-hidden="true">{area}{line}</svg>'


def strip(names: Sequence[tuple[str, str, float, float]], times: Times, says: str) -> str:
    """Boxes along the time axis: (short name, name, begin in s, end in s). The short one stands where
    the name does not fit."""
    parts = [f'<svg class="chart strip" viewBox="0 0 {WIDTH} 44" role="img" aria-label="{_text(says)}">']
    for index, (short, name, begin_s, end_s) in enumerate(names):
        left, right = x_of(times, begin_s), x_of(times, end_s)
        odd = ' class="odd"' if index % 2 else ""
        parts.append(f'<rect{odd} x="{left:.1f}" y="6" width="{right - left:.1f}" height="32"/>')
        room = (right - left) / LETTER
        if room >= len(short):
            shown = name if room >= len(name) else short
            middle = (left + right) / 2
            parts.append(f'<text class="middle name" x="{middle:.1f}" y="27">{_text(shown)}</text>')
    return "".join([*parts, "</svg>"])
