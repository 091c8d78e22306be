"""A technique by itself in the terminal: a minute of what it draws, and a closer look at its rhythm.

Nothing is simulated: this is the curve of the technique's own defaults, at its lightest strength.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.curves import Curves, Lane, nice_top
from host_cli.drawing.braille import draw_lane

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from programs.curves import Modulation
    from programs.strokes import Drawn
    from programs.techniques import Technique

STAGE_S = 60.0
WARMING_S = 300.0  # heat is slow
BEATS = 6  # that the closer look shows
SLOW_S = 4.0  # a rhythm of this period or longer can be seen in a minute
POINTS = 1600
ROWS = 5


def sketch_lines(technique: Technique, terminal: Terminal) -> list[str]:
    """The panels, or nothing for a technique that draws nothing."""
    if technique.draw is None or technique.channel is None:
        return []
    heat = technique.channel == "heat"
    duration_s = WARMING_S if heat else STAGE_S
    start, end = technique.levels.get("light", (0.0, 0.0))
    drawn = technique.draw(duration_s, start, end, technique.defaults())
    what = "five minutes" if heat else "a minute at strength light"
    out = ["", *_panel(drawn, terminal, technique.channel, what, 0.0, duration_s)]
    beat_s = _beat_s(drawn[1])
    if 0 < beat_s < SLOW_S:
        middle_s = duration_s / 4
        look_s = BEATS * beat_s
        out += ["", *_panel(drawn, terminal, technique.channel, f"{BEATS} beats of it", middle_s, look_s)]
    return out


def _beat_s(modulation: Modulation | None) -> float:
    """How long one beat lasts; 0 where there is no rhythm."""
    if modulation is None or not modulation.depth:
        return 0.0
    return 1.0 / max(modulation.rate_hz.values)


def _panel(
    drawn: Drawn, terminal: Terminal, channel: str, what: str, from_s: float, span_s: float
) -> list[str]:
    curve, modulation = drawn
    t_s = [span_s * k / POINTS for k in range(POINTS)]
    envelope = [curve.at(from_s + t) for t in t_s]
    played = [
        level * (modulation.factor(from_s + t) if modulation else 1.0)
        for t, level in zip(t_s, envelope, strict=True)
    ]
    heat = channel == "heat"
    low, high = (30.0, max(envelope) + 1.0) if heat else (0.0, nice_top(max(envelope)))
    lane = Lane(
        f"{channel}, {what}",
        "°C" if heat else "",
        low,
        high,
        (),
        envelope,
        played,
        "played",
        allowed_means="envelope",
    )
    return draw_lane(Curves("", "", span_s, t_s, (lane,), (), ()), lane, terminal, ROWS)
