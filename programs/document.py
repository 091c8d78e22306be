"""The program document ``thrum/1`` as models: every key of the file, and nothing else.

Rules kept here: strict types, finite numbers, known keys, bounded sizes. Attributes carry the
names of the file (``for`` is ``for_``, ``stage`` is ``stages``, ``track`` is ``tracks``). What
concerns several values at once (order of keyframes, one track per channel, ...) is checked in
:mod:`programs.consistency`; caps and massage rules are the compiler's.

Units: seconds, levels 0..1 of full scale, heat in degrees Celsius at the surface (0 = off).
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from programs.strict import Line, Prose, Slug, Strict

FORMAT = "thrum/1"
MAX_STAGES = 500
MAX_KEYFRAMES = 10_000  # in the whole document
LONGEST_S = 7200.0  # of a stage and of a program

Interp = Literal["linear", "hold", "smooth", "monotone"]
Channel = Literal["vibration", "percussion", "heat"]
Region = Literal["neck", "shoulders", "upper-back", "lower-back", "hips", "back"]
Side = Literal["left", "right", "both"]
Strength = Literal["light", "medium", "firm"]
# fmt: off
Technique = Literal[
    "effleurage", "petrissage", "friction", "tapotement", "vibration", "compression", "trigger-point",
    "lifting", "fanning", "twists", "rolling", "skull-base", "closing-sweeps", "rest", "heat", "custom",
]
# fmt: on
Level = Annotated[float, Field(ge=0, le=1)]
Time = Annotated[float, Field(ge=0, le=LONGEST_S)]
Degrees = Annotated[float, Field(ge=20, le=60)]
# TOML arrays arrive as lists; tuples keep the model hashable and its contents strict.
Pair = Annotated[tuple[Level, Level], Field(strict=False)]


class Keyframe(Strict):
    """A point of a curve. ``interp`` governs the way from here to the next one."""

    called: ClassVar[str] = "a keyframe"
    t: Time
    v: Annotated[float, Field(ge=0, le=60)]  # a level 0..1, or degrees; the track says which
    interp: Interp = "linear"


class RateKeyframe(Strict):
    """A point of a rate curve, Hz."""

    called: ClassVar[str] = "a rate keyframe"
    t: Time
    v: Annotated[float, Field(gt=0, le=100)]
    interp: Interp = "linear"


Keyframes = Annotated[tuple[Keyframe, ...], Field(strict=False, min_length=1, max_length=MAX_KEYFRAMES)]
Rates = Annotated[tuple[RateKeyframe, ...], Field(strict=False, min_length=1, max_length=MAX_KEYFRAMES)]


def _one_or_many(value: Any) -> str:
    return "#many" if isinstance(value, list | tuple) else "#one"


Rate = Annotated[
    Annotated[float, Field(gt=0, le=100), Tag("#one")] | Annotated[Rates, Tag("#many")],
    Discriminator(_one_or_many),
]


class Modulate(Strict):
    """What lowers an envelope rhythmically: applied = envelope x (1 - depth (1 - s) / 2)."""

    called: ClassVar[str] = "a modulator"
    shape: Literal["sine", "triangle", "saw_up", "saw_down", "square"]
    rate_hz: Rate
    depth: Level
    duty: Annotated[float, Field(ge=0.01, le=0.99)] = 0.5


class Track(Strict):
    """One channel's curve, written out. It replaces what the technique would draw there."""

    called: ClassVar[str] = "a track"
    channel: Channel
    keyframes: Keyframes
    modulate: Modulate | None = None
    if_missing: Literal["skip"] | None = None


class Caps(Strict):
    """Ceilings. They may only lower what profile, strength and region allow."""

    called: ClassVar[str] = "caps"
    intensity: Level | None = None
    heat_c: Degrees | None = None


class Cue(Strict):
    """Something to say at time ``t``. ``move``: the operator must go to another spot."""

    called: ClassVar[str] = "a cue"
    t: Time
    say: Prose
    move: bool = False


class Allow(Strict):
    """A waiver: this warning is meant, and why."""

    called: ClassVar[str] = "a waiver"
    rule: Annotated[str, Field(max_length=8, pattern=r"^[A-Z]{1,2}[0-9]{1,3}$")]
    why: Line


Tracks = Annotated[tuple[Track, ...], Field(strict=False, max_length=8)]


class Stage(Strict):
    """One step of the massage: a technique in a region, for a time.

    ``side = "both"`` plays it twice, left then right; durations and times are per side.
    """

    called: ClassVar[str] = "a stage"
    name: Line | None = None
    technique: Technique
    region: Region | None = None
    side: Side | None = None
    duration_s: Annotated[float, Field(gt=0, le=LONGEST_S)]
    intensity: Pair | None = None
    shape: Annotated[dict[str, float], Field(max_length=16, default_factory=dict)]
    cue: Prose | None = None
    cues: Annotated[tuple[Cue, ...], Field(strict=False, max_length=100)] = ()
    tracks: Annotated[Tracks, Field(alias="track")] = ()
    caps: Caps | None = None
    if_missing: Literal["skip"] | None = None
    one_sided: Line | None = None

    @property
    def title(self) -> str:
        """What to call it: its name, else its technique."""
        return self.name or self.technique.replace("-", " ").capitalize()

    @property
    def all_cues(self) -> tuple[Cue, ...]:
        """``cue`` (which is said at 0) and ``cues``, in order of time."""
        first = (Cue(t=0.0, say=self.cue),) if self.cue is not None else ()
        return tuple(sorted((*first, *self.cues), key=lambda each: each.t))

    @property
    def plays(self) -> tuple[str | None, ...]:
        """The sides in the order in which they are played; None where there are no sides."""
        return ("left", "right") if self.side == "both" else (self.side,)


class Program(Strict):
    """A whole massage program."""

    called: ClassVar[str] = "the program"
    format: Literal["thrum/1"]
    id: Slug
    title: Line
    summary: Prose
    kind: Literal["session", "break"] = "session"
    strength: Strength = "light"
    style: Literal["swedish", "deep-tissue", "shiatsu", "trigger-point"] | None = None
    posture: Literal["seated", "lying"]
    for_: Annotated[Literal["other", "self"], Field(alias="for")] = "other"
    sources: Annotated[tuple[Line, ...], Field(strict=False, max_length=20)] = ()
    caps: Caps | None = None
    allow: Annotated[tuple[Allow, ...], Field(strict=False, max_length=30)] = ()
    tracks: Annotated[Tracks, Field(alias="track")] = ()
    stages: Annotated[
        tuple[Stage, ...], Field(strict=False, alias="stage", min_length=1, max_length=MAX_STAGES)
    ]

    @property
    def stage_time_s(self) -> float:
        """Length of the whole program: every stage on every side it is played on."""
        return sum(stage.duration_s * len(stage.plays) for stage in self.stages)
