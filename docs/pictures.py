"""Draws each technique as it is played: ``python docs/pictures.py [--check]`` (part of ``make docs``).

One SVG for each row of the technique table that draws something, at its defaults for medium
strength, from the same functions that the compiler uses. Left the whole stage, right ten seconds of
it. The envelope is a dashed line, what is applied a filled area, so that the two are told apart
without colour. The text of a picture depends on nothing but the table: a test compares it, but for rounding.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from programs.curves import Curve, Modulation  # noqa: E402
from programs.techniques import TECHNIQUES, Technique  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
STRENGTH = "medium"
STAGE_S, HEAT_S, ZOOM_S = 60.0, 180.0, 10.0
ZOOM_FROM_S = {"trigger-point": 32.0}  # where the holds end and the kneading begins
ZOOM_USUAL_S = 24.0
HEIGHT, TOP, BASE = 170, 30, 140  # px; levels stand between TOP and BASE
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")  # machines differ in the last bit of a sine
INK, ENVELOPE, APPLIED = "#333333", "#000000", "#0072B2"

Point = tuple[float, float]


@dataclass(frozen=True)
class Panel:
    """A part of the picture: where it stands and what its axes say."""

    left: int
    width: int
    from_s: float
    to_s: float
    low: float
    high: float

    def x(self, t: float) -> float:
        return self.left + self.width * (t - self.from_s) / (self.to_s - self.from_s)

    def y(self, value: float) -> float:
        return BASE - (BASE - TOP) * (value - self.low) / (self.high - self.low)


def picture(row: Technique) -> str:
    """The SVG of one technique."""
    if row.draw is None:
        raise ValueError(f"{row.slug} draws nothing")
    heat = row.channel == "heat"
    length = HEAT_S if heat else STAGE_S
    start, end = (0.0, 0.0) if heat else row.levels[STRENGTH]
    curve, wave = row.draw(length, start, end, row.defaults())
    low, high = (30.0, 42.0) if heat else (0.0, 0.5)
    zoom = ZOOM_FROM_S.get(row.slug, ZOOM_USUAL_S)
    panels = [Panel(48, 360 if not heat else 572, 0.0, length, low, high)]
    if not heat:
        panels.append(Panel(430, 190, zoom, zoom + ZOOM_S, low, high))
    unit = "C at the surface" if heat else "% of full scale"
    body = [_text(48, 18, f"{row.id} {row.slug}: {row.channel}, {unit}", weight="bold")]
    for panel in panels:
        body += _axes(panel, heat)
        body.append(_area(panel, curve, wave))
        body.append(_line(panel, curve))
    return "\n".join([_head(row), *body, "</svg>\n"])


def _head(row: Technique) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="{HEIGHT}" viewBox="0 0 640 {HEIGHT}" '
        f'font-family="sans-serif" font-size="11" role="img"><title>{row.slug}: {row.text}</title>\n'
        f'<rect width="640" height="{HEIGHT}" fill="white"/>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{INK}" text-anchor="{anchor}" font-weight="{weight}">{text}</text>'
    )


def _axes(panel: Panel, heat: bool) -> list[str]:
    out = []
    right = panel.left + panel.width
    values = (30.0, 34.0, 38.0, 42.0) if heat else (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
    for value in values:
        y = panel.y(value)
        out.append(f'<path d="M{panel.left} {y:.1f}H{right}" stroke="#dddddd"/>')
        if panel.from_s == 0:
            said = f"{value:g}" if heat else f"{value * 100:.0f}"
            out.append(_text(panel.left - 6, round(y + 4, 1), said, anchor="end"))
    step = (panel.to_s - panel.from_s) / (6 if panel.from_s == 0 else 5)
    for k in range(7 if panel.from_s == 0 else 6):
        t = panel.from_s + k * step
        unit = " s" if k == 0 else ""
        out.append(_text(round(panel.x(t), 1), BASE + 16, f"{t:g}{unit}", anchor="middle"))
    return out


def _line(panel: Panel, curve: Curve) -> str:
    """The envelope, dashed."""
    times = sorted({panel.from_s, panel.to_s, *curve.vertices(0.002)})
    inside = [(t, curve.at(t)) for t in times if panel.from_s <= t <= panel.to_s]
    return f'<path d="{_path(panel, inside)}" fill="none" stroke="{ENVELOPE}" stroke-dasharray="5 3"/>'


def _area(panel: Panel, curve: Curve, wave: Modulation | None) -> str:
    """What is applied: for every two pixels the span that it covers, down to the base line of its least."""

    def applied(t: float) -> float:
        return curve.at(t) * (wave.factor(t) if wave is not None else 1.0)

    step = 2.0 * (panel.to_s - panel.from_s) / panel.width
    period = 1.0 / min(wave.rate_hz.values) if wave is not None else step
    tops, bottoms = _spans(panel, applied, step, period if period < 3.0 * step else step)
    ground = [(panel.from_s, panel.low), *bottoms, (panel.to_s, panel.low)]
    band = _path(panel, [*tops, *reversed(bottoms)])
    return (
        f'<path d="{_path(panel, ground)}Z" fill="{APPLIED}" fill-opacity="0.35"/>\n'
        f'<path d="{band}Z" fill="{APPLIED}" fill-opacity="0.6" stroke="{APPLIED}" stroke-width="0.8"/>'
    )


def _spans(
    panel: Panel, applied: Callable[[float], float], step: float, reach: float
) -> tuple[list[Point], list[Point]]:
    """The greatest and the least value every ``step`` s, within ``reach`` s: a whole period of what is
    too quick to be seen, so that no pattern appears that is not there."""
    tops, bottoms, parts = [], [], 24
    for k in range(round((panel.to_s - panel.from_s) / step)):
        t = panel.from_s + (k + 0.5) * step
        near = (t + reach * (j / parts - 0.5) for j in range(parts + 1))
        values = [applied(min(max(each, panel.from_s), panel.to_s)) for each in near]
        tops.append((t, max(values)))
        bottoms.append((t, min(values)))
    return tops, bottoms


def _path(panel: Panel, points: Sequence[Point]) -> str:
    """Straight lines through points; those in the middle of a level stretch are left out."""
    at = [(f"{panel.x(t):.1f}", f"{panel.y(value):.1f}") for t, value in points]
    last = len(at) - 1
    kept = [p for k, p in enumerate(at) if k in (0, last) or not at[k - 1][1] == p[1] == at[k + 1][1]]
    return "M" + "L".join(f"{x} {y}" for x, y in kept)


def pictures() -> dict[Path, str]:
    """Every picture by its file."""
    return {FOLDER / f"{row.slug}.svg": picture(row) for row in TECHNIQUES.values() if row.draw is not None}


def stale_names() -> list[str]:
    """Pictures that are missing or differ from what would be drawn."""
    return [
        path.name
        for path, text in pictures().items()
        if not path.is_file() or not same(path.read_text(encoding="utf-8"), text)
    ]


def same(one: str, other: str) -> bool:
    """Whether two pictures differ by no more than the rounding of their numbers, 0.1 px.

    >>> same("M1.0 2.5L3 4", "M1.0 2.6L3 4"), same("M1 2", "M1 3"), same("M1 2", "M1 2L3 3")
    (True, False, False)
    """
    if NUMBER.sub("0", one) != NUMBER.sub("0", other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(a == b or abs(float(a) - float(b)) < 0.11 for a, b in pairs)


def write() -> list[str]:
    """Draw what is out of date; the names of the files that were written."""
    old = stale_names()
    FOLDER.mkdir(exist_ok=True)
    for path, text in pictures().items():
        if path.name in old:
            path.write_text(text, encoding="utf-8")
    return old


def main() -> int:
    if "--check" in sys.argv:
        old = stale_names()
        print(f"out of date: {', '.join(old)}" if old else "all pictures are up to date")
        return 1 if old else 0
    old = write()
    print(f"drawn: {', '.join(old)}" if old else "all pictures are up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
