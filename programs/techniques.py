"""The techniques T1..T16 as a table: parameters, defaults by strength, and how each is drawn.

A stage names a technique; unless its own tracks replace it, the technique draws one channel
(:mod:`programs.strokes`). Rules kept here: ``intensity`` is the peak of the envelope at the start
and at the end of the stage; every parameter has a default and a range; the checker, ``thrum
techniques`` and the documentation read this one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from programs import strokes
from programs.strokes import Draw

Levels = Mapping[str, tuple[float, float]]  # strength -> default intensity, start and end


@dataclass(frozen=True)
class Parameter:
    """One number under ``shape = {...}``: its default and its range."""

    name: str
    default: float
    low: float
    high: float
    unit: str
    text: str

    @property
    def span(self) -> str:
        """Its range in words.

        >>> Parameter("period_s", 3.0, 0.5, 30.0, "s", "one stroke").span
        '0.5 to 30 s'
        """
        return f"{self.low:g} to {self.high:g} {self.unit}".rstrip()


@dataclass(frozen=True)
class Technique:
    """One row of the table."""

    slug: str
    id: str
    channel: str | None  # what it draws on; None: nothing
    levels: Levels
    parameters: tuple[Parameter, ...]
    draw: Draw | None
    text: str  # what the device renders
    source: str  # which guides
    even: bool = False  # its passes are as long as each other: they can be counted

    def defaults(self) -> dict[str, float]:
        """Every parameter at its default.

        >>> TECHNIQUES["petrissage"].defaults()["period_s"]
        3.0
        """
        return {each.name: each.default for each in self.parameters}

    @property
    def direction(self) -> str:
        """Which way the hand goes, in words; empty where it has no direction of its own.

        >>> TECHNIQUES["lifting"].direction
        'up and down the back'
        """
        return DIRECTIONS.get(self.slug, ("", ""))[0]

    def strokes(self, shape: Mapping[str, float]) -> int:
        """How many even passes a stage with this ``shape`` has; 0: there is nothing to count.

        >>> TECHNIQUES["twists"].strokes({}), TECHNIQUES["lifting"].strokes({"passes": 2})
        (3, 2)
        >>> TECHNIQUES["effleurage"].strokes({})
        0
        """
        return max(1, round({**self.defaults(), **shape}["passes"])) if self.even else 0


def _period(default: float, text: str = "one stroke, there and back") -> Parameter:
    return Parameter("period_s", default, 0.5, 30.0, "s", text)


def _depth(default: float) -> Parameter:
    return Parameter("depth", default, 0.0, 1.0, "", "how far the wave lowers the level")


def _asymmetry(default: float) -> Parameter:
    return Parameter("asymmetry", default, 0.1, 0.9, "", "share of the stroke that presses")


def _passes(default: float) -> Parameter:
    return Parameter("passes", default, 1, 12, "", "how often, counted over the stage")


def _rate(default: float) -> Parameter:
    return Parameter("rate_hz", default, 0.5, 10.0, "Hz", "circles or taps per second")


def _levels(*start_end: float) -> Levels:
    """Start and end for light, medium and firm."""
    return dict(
        zip(("light", "medium", "firm"), zip(start_end[::2], start_end[1::2], strict=True), strict=True)
    )


_HOLD = Parameter("hold_s", 3.0, 0.5, 30.0, "s", "how long each press is held")
_RELEASE = Parameter("release", 0.15, 0.0, 0.8, "", "level between presses, share of the press")
_PASSAGE = Parameter("passage_s", 16.0, 4.0, 120.0, "s", "length of a working passage")
_LIGHTER = Parameter("lighter", 0.7, 0.3, 1.0, "", "level of the lighter passages, share of the working one")
_TAP = Parameter("duty", 0.5, 0.05, 0.95, "", "share of each beat that taps")
_SWING = Parameter("swing_hz", 0.0, 0.0, 2.0, "Hz", "how far the rate swings either way, every 10 s")
_KNOT_HOLD = Parameter("hold_s", 8.0, 2.0, 30.0, "s", "how long each hold lasts")
_KNOT_REST = Parameter("release_s", 3.0, 0.0, 20.0, "s", "pause after each hold")
_WARMTH = Parameter("level_c", 38.0, 30.0, 41.0, "C", "surface temperature that is held")
_WARM_IN = Parameter("rise_s", 60.0, 1.0, 600.0, "s", "time to get there")

_lifting = strokes.passing(0.5, 0.6, "linear")
_fanning = strokes.passing(0.85, 0.7, "linear")
_twisting = strokes.passing(0.5, 0.5, "smooth")

_ROWS = (
    Technique(
        "effleurage", "T1", "vibration", _levels(0.08, 0.20, 0.10, 0.28, 0.12, 0.34),
        (_period(6.0), _asymmetry(0.65), _depth(0.9)), strokes.gliding,
        "slow asymmetric wave: presses on the way, nearly nothing on the return", "G0 G1 G2 G3",
    ),
    Technique(
        "petrissage", "T2", "vibration", _levels(0.20, 0.26, 0.28, 0.42, 0.35, 0.55),
        (_period(3.0), _asymmetry(0.5), _depth(0.6), _PASSAGE, _LIGHTER), strokes.kneading,
        "rounded wave of short period, with lighter passages", "G1 G2",
    ),
    Technique(
        "friction", "T3", "vibration", _levels(0.22, 0.24, 0.34, 0.40, 0.42, 0.55),
        (_rate(2.5), _depth(0.3)), strokes.wobbling,
        "narrow fast wobble around a level, a short time on each spot", "G0 G1",
    ),
    Technique(
        "tapotement", "T4", "percussion", _levels(0.18, 0.28, 0.28, 0.42, 0.38, 0.58),
        (_rate(1.5), _TAP, _depth(1.0), _SWING), strokes.tapping,
        "percussion bursts, several rhythms", "G1 G2 G4",
    ),
    Technique(
        "vibration", "T5", "vibration", _levels(0.18, 0.25, 0.26, 0.40, 0.35, 0.55),
        (), strokes.shaking, "steady", "G1",
    ),
    Technique(
        "compression", "T6", "vibration", _levels(0.12, 0.20, 0.16, 0.28, 0.18, 0.34),
        (_period(8.0, "one press with its release and pause"), _HOLD, _RELEASE), strokes.pressing,
        "slow press, hold and release", "G3 G4",
    ),
    Technique(
        "trigger-point", "T7", "vibration", _levels(0.20, 0.30, 0.32, 0.46, 0.42, 0.62),
        (_passes(3), _KNOT_HOLD, _KNOT_REST, _period(3.0, "one circle of the last kneading"), _depth(0.6)),
        strokes.holding, "stepped holds with releases, then light kneading", "G0 G3 G4",
    ),
    Technique(
        "lifting", "T8", "vibration", _levels(0.18, 0.24, 0.26, 0.36, 0.32, 0.46),
        (_passes(3), _period(2.5, "one surge"), _asymmetry(0.5), _depth(0.7)), _lifting,
        "alternating surges up and down, counted passes", "G2", even=True,
    ),
    Technique(
        "fanning", "T9", "vibration", _levels(0.16, 0.22, 0.22, 0.32, 0.28, 0.40),
        (_passes(3), _period(4.0, "one surge"), _asymmetry(0.6), _depth(0.7)), _fanning,
        "alternating surges that rise toward the hips", "G2", even=True,
    ),
    Technique(
        "twists", "T10", "vibration", _levels(0.16, 0.22, 0.22, 0.34, 0.28, 0.42),
        (_passes(3), _period(4.0, "one surge"), _asymmetry(0.5), _depth(0.6)), _twisting,
        "symmetric surges, three passes", "G2", even=True,
    ),
    Technique(
        "rolling", "T11", "vibration", _levels(0.16, 0.22, 0.24, 0.34, 0.30, 0.45),
        (_period(8.0, "once up and down"), _asymmetry(0.5), _depth(0.6)), strokes.rolling,
        "slow triangle wave", "G0 G1 G3",
    ),
    Technique(
        "skull-base", "T12", "vibration", _levels(0.08, 0.12, 0.10, 0.15, 0.12, 0.18),
        (_rate(1.5), _depth(0.25)), strokes.wobbling, "light small circles, neck caps", "G4",
    ),
    Technique(
        "closing-sweeps", "T13", "vibration", _levels(0.16, 0.0, 0.18, 0.0, 0.20, 0.0),
        (_period(7.0), _asymmetry(0.65), _depth(0.9)), strokes.gliding,
        "gliding strokes that fall to zero", "G0 G1 G4",
    ),
    Technique("rest", "T14", None, {}, (), None, "cues only: the device rests", "G0 G1 G2 G3"),
    Technique(
        "heat", "T16", "heat", {}, (_WARMTH, _WARM_IN), strokes.warming, "heat track", "G0 G1 G3"
    ),
    Technique("custom", "E", None, {}, (), None, "only the tracks that the stage writes itself", "E"),
)  # fmt: skip
TECHNIQUES: dict[str, Technique] = {row.slug: row for row in _ROWS}

# Which way the hand goes: it belongs to the technique, not to the region (G2). Words, and who says so;
# what is not here has no direction of its own.
DIRECTIONS: dict[str, tuple[str, str]] = {
    "effleurage": ("press toward the heart, no weight on the way back", "G1 G2"),
    "petrissage": ("short circles over the muscle", "G1 G2"),
    "friction": ("small circles on one spot", "G0 G1"),
    "tapotement": ("across the muscle, beside the spine", "G1 G2 G4"),
    "compression": ("downward, beside the spine", "G4"),
    "trigger-point": ("stay on the spot, then let go", "G3 G4"),
    "lifting": ("up and down the back", "G2"),
    "fanning": ("from below the neck to the hips, pressed toward the feet", "G2"),
    "twists": ("from hip to shoulder and back", "G2"),
    "rolling": ("up and down, then side to side, slowly", "G0 G1 G3"),
    "skull-base": ("small circles along the ridge, head to neck", "G4"),
    "closing-sweeps": ("light sweeps along the muscle, no weight on the way back", "G0 G1 G4"),
}
