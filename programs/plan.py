"""A plan: a program laid out on a rig, pass by pass, as the rules judge it and the compiler cuts it.

Rules kept here: a stage with ``side = "both"`` is two passes, left then right; explicit tracks
replace what the technique would draw; program tracks are heat alone and go on, except in a rest;
a change of region or side starts with :data:`limits.GAP_S` at zero; joins are the shortest ramps
that the rise and fall rules allow (a falling one ends before the boundary, a rising one follows
it); the last pass ends at zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from programs import limits
from programs.diagnostics import Diagnostic, Where
from programs.document import Program, Stage
from programs.polyline import Line, ceiling, lower_of, render
from programs.profile import Profile
from programs.timeline import Cue, Join
from programs.voices import Casting, Voice

MOTORS = ("vibration", "percussion")
GAP_MS = round(limits.GAP_S * 1000)


@dataclass(slots=True)
class PlannedPass:
    """One stage on one side. Times of lines and cues count from the start of the pass."""

    index: int
    stage_index: int  # in the document; -1 for a warm-up that was put in
    stage: Stage
    side: str | None
    program_ms: int  # start in the whole program, for tracks that run through it
    duration_ms: int
    voices: dict[str, Voice]
    moved: bool = False  # region or side differ from where the head was
    start_ms: int = 0  # in this plan
    offset_ms: int = 0  # how much of the pass was left out at its start (a continuation)
    authored: dict[str, Line] = field(default_factory=dict)  # before joins
    lines: dict[str, Line] = field(default_factory=dict)  # after joins
    joins: tuple[Join, ...] = ()

    @property
    def technique(self) -> str:
        return self.stage.technique

    @property
    def region(self) -> str | None:
        return None if self.stage.technique == "rest" else self.stage.region

    @property
    def where(self) -> Where:
        return ("stage", self.stage_index)

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.duration_ms

    @property
    def gap_ms(self) -> int:
        """How long the motors stay at zero at the start."""
        return min(GAP_MS, self.duration_ms) if self.moved else 0

    @property
    def called(self) -> str:
        """How a sentence names it: ``stage 3 (Knead)``."""
        return f"stage {self.stage_index + 1} ({self.stage.title})"

    @property
    def place(self) -> str:
        """Region and side in words."""
        return f"{self.region} {self.side}" if self.side and self.region else str(self.region)

    def motor_peak(self) -> float:
        """The greatest authored motor level, 0..1."""
        return max((max(self.authored[c].values) for c in MOTORS if c in self.authored), default=0) / 10_000.0

    def cues(self) -> Iterator[Cue]:
        """What is to be said, the move first; times from the start of the plan."""
        if self.moved:
            yield Cue(self.start_ms, self._move_words(), True)
        said = [(round(cue.t * 1000) - self.offset_ms, cue) for cue in self.stage.all_cues]
        before = [cue for at_ms, cue in said if at_ms < 0]
        if before:  # a continuation: what was being done is said again
            yield Cue(self.start_ms, before[-1].say)
        for at_ms, cue in said:
            if 0 <= at_ms < self.duration_ms:
                yield Cue(self.start_ms + at_ms, cue.say, cue.move)

    def _move_words(self) -> str:
        side = f"the {self.side} side of the" if self.side else "the"
        return f"Lift off and set down on {side} {self.stage.region}; do not cross the spine."


@dataclass(slots=True)
class Plan:
    """A program on a profile, at a strength."""

    program: Program
    profile: Profile
    strength: str
    passes: list[PlannedPass]
    findings: list[Diagnostic] = field(default_factory=list)  # what the layout itself found
    notes: list[str] = field(default_factory=list)

    @property
    def duration_ms(self) -> int:
        return self.passes[-1].end_ms if self.passes else 0


def build_plan(program: Program, profile: Profile, strength: str | None = None) -> Plan:
    """Lay the whole program out; ``strength`` below the program's own scales motor levels down."""
    strength = lower_strength(program.strength, strength)
    scale = limits.STRENGTH_CAP[strength] / limits.STRENGTH_CAP[program.strength]
    casting = Casting(program, profile, scale)
    plan = Plan(program, profile, strength, [], casting.findings, casting.notes)
    heat = casting.program_heat()
    at_ms = 0
    for i, stage in enumerate(program.stages):
        voices = casting.of_stage(i)
        duration_ms = max(limits.MIN_SEGMENT_MS, round(stage.duration_s * 1000))
        authored = {name: _line(voice, duration_ms) for name, voice in voices.items()}
        for side in stage.plays:
            each = PlannedPass(0, i, stage, side, at_ms, duration_ms, voices, authored=authored)
            plan.passes.append(_with_program_heat(each, heat))
            at_ms += duration_ms
    join_up(plan.passes)
    return plan


def lower_strength(written: str, chosen: str | None) -> str:
    """The strength to play at: a program is scaled down to a choice, never up."""
    order = list(limits.STRENGTH_CAP)
    if chosen is None:
        return written
    if chosen not in order:
        raise ValueError(f"strength {chosen!r} is not one of {', '.join(order)}")
    return min(written, chosen, key=order.index)


def _line(voice: Voice, duration_ms: int) -> Line:
    if voice.channel == "heat":
        return render(voice.curve, duration_ms, 100.0, limits.CURVE_TOLERANCE * 100.0)
    return render(voice.curve, duration_ms, 10_000.0, limits.CURVE_TOLERANCE)


def _with_program_heat(each: PlannedPass, heat: Voice | None) -> PlannedPass:
    """Put the program's heat under a pass that has none of its own and is no rest."""
    if heat is None or "heat" in each.voices or each.stage.technique == "rest":
        return each
    start_s = each.program_ms / 1000.0
    line = render(heat.curve, each.duration_ms, 100.0, limits.CURVE_TOLERANCE * 100.0, start_s)
    return replace(each, voices={**each.voices, "heat": heat}, authored={**each.authored, "heat": line})


def join_up(passes: list[PlannedPass], opening: tuple[int, int] | None = None) -> None:
    """Set start times, moves, joined lines and joins of all passes, in place.

    ``opening = (level, until_ms)`` holds the first pass at a level until then: how a continuation
    starts again from zero.
    """
    at_ms, place = 0, None
    for index, each in enumerate(passes):
        each.index, each.start_ms = index, at_ms
        at_ms = each.end_ms
        here = (each.region, each.side)
        each.moved = place is not None and each.region is not None and here != place
        place = here if each.region is not None else place
        each.lines, each.joins = dict(each.authored), ()
    for channel in MOTORS:
        _join_channel(passes, channel, opening)


def _join_channel(passes: list[PlannedPass], channel: str, opening: tuple[int, int] | None) -> None:
    leaves = _leaves(passes, channel)
    entry, hold = 0, opening
    for each, leave in zip(passes, leaves, strict=True):
        line = each.authored.get(channel)
        if line is None or each.region is None:
            each.lines.pop(channel, None)
            entry = 0
        else:
            cap = ceiling(each.duration_ms, each.gap_ms, 0 if each.moved else entry, leave, hold)
            each.lines[channel], held = lower_of(line, cap)
            each.joins += _joins(each, channel, held)
            entry = each.lines[channel].values[-1]
        hold = (hold[0], hold[1] - each.duration_ms) if hold and hold[1] > each.duration_ms else None


def _leaves(passes: list[PlannedPass], channel: str) -> list[int]:
    """The greatest level at which each pass may end, so that the next one can go on from there."""
    leaves = [0] * len(passes)
    wanted = 0  # by the pass that follows, at its start
    for k in range(len(passes) - 1, -1, -1):
        leaves[k] = wanted
        each = passes[k]
        line = each.authored.get(channel)
        if line is None or each.moved or each.region is None:
            wanted = 0
        else:
            fall = round(each.duration_ms * limits.FALL_PER_S * 10)
            wanted = min(line.values[0], leaves[k] + fall)
    return leaves


def _joins(each: PlannedPass, channel: str, held: list[tuple[int, int]]) -> tuple[Join, ...]:
    out = []
    for start, end in held:
        begin = max(start, each.gap_ms)
        if end > begin:
            out.append(Join(channel, each.start_ms + begin, each.start_ms + end))
    return tuple(out)
