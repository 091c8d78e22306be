"""The compiler: program and profile in, Timeline or diagnostics out.

Rules kept here: one checker serves every command; what is too strong is rejected, never clamped;
a program is judged as it is written, and only then scaled down to the strength that is chosen; the
same input gives the same timeline.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from programs.bucket import bucket_after
from programs.caps import caps_on
from programs.consistency import check_length
from programs.continuation import Continuation, continued
from programs.diagnostics import Diagnostic
from programs.document import Program
from programs.limits import BUCKET_S
from programs.plan import Plan, PlannedPass, build_plan
from programs.played import Played
from programs.profile import Profile
from programs.rules import check_plan
from programs.segments import Cutter
from programs.techniques import TECHNIQUES
from programs.timeline import CHANNELS, Pass, Segment, Timeline

NOTHING = Played()


class HasProgram(Protocol):
    """What :func:`programs.load.load_program` returns, as far as it matters here."""

    @property
    def program(self) -> Program: ...


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of a program.

    ``timeline`` is None when there is an error. ``waived`` are the warnings that the author
    allowed. ``bucket_wait_s`` is how long the motors must rest before this can start, when the
    bucket alone stands in the way.
    """

    timeline: Timeline | None
    diagnostics: tuple[Diagnostic, ...]
    plan: Plan
    waived: tuple[Diagnostic, ...] = ()
    bucket_wait_s: int = 0

    @property
    def ok(self) -> bool:
        return self.timeline is not None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(each for each in self.diagnostics if each.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(each for each in self.diagnostics if each.severity == "warning")


def compile_program(
    source: Program | HasProgram,
    profile: Profile,
    *,
    strength: str | None = None,
    bucket_s: float = BUCKET_S,
    from_stage: int | None = None,
    resume_at_ms: int | None = None,
    played: Played = NOTHING,
) -> Compiled:
    """Check a program against every rule and cut it into segments.

    ``strength`` scales down to the recipient's choice, never up. ``bucket_s`` is what the device's
    motor bucket holds. ``from_stage`` (counted from 0) or ``resume_at_ms`` (of the whole program)
    compile a continuation: from there, from zero; ``played`` is what was really played before.
    """
    program = source if isinstance(source, Program) else source.program
    too_long = tuple(check_length(program))
    if too_long:
        return Compiled(None, too_long, Plan(program, profile, program.strength, []))
    written = build_plan(program, profile)
    found, waived = check_plan(written)
    if any(each.severity == "error" for each in found):
        return Compiled(None, found, written, waived)
    plan = written if strength is None else build_plan(program, profile, strength)
    where_from = (
        Continuation(from_stage, resume_at_ms, played) if _continues(from_stage, resume_at_ms) else None
    )
    origin_ms = 0
    if where_from is not None:
        origin_ms = continued(plan, where_from)
    timeline = cut(plan, origin_ms)
    left = bucket_after(timeline.segments, bucket_s)
    if left.empty_at_ms is not None:
        return Compiled(None, (*found, left.diagnostic(plan)), plan, waived, left.wait_s)
    return Compiled(timeline, found, plan, waived)


def _continues(from_stage: int | None, resume_at_ms: int | None) -> bool:
    return from_stage is not None or resume_at_ms is not None


def cut(plan: Plan, origin_ms: int = 0) -> Timeline:
    """The timeline of a plan, judged or not; ``origin_ms`` is where in the whole program it starts."""
    cutter = Cutter()
    for each in plan.passes:
        cutter.add(each)
    segments = cutter.segments
    final = segments[-1]
    segments[-1] = Segment(
        final.start_ms, final.duration_ms, final.region, final.levels, final.waves, last=True
    )
    return Timeline(
        plan.program.id,
        plan.program.title,
        plan.profile.id,
        plan.strength,
        tuple(segments),
        tuple(_pass(each) for each in plan.passes),
        _ceilings(plan),
        cutter.max_error,
        math.ceil(cutter.edge_ms),
        origin_ms,
        tuple(plan.notes),
    )


def _pass(each: PlannedPass) -> Pass:
    return Pass(
        each.index,
        each.stage_index,
        each.stage.title,
        each.technique,
        each.region,
        each.side,
        each.start_ms,
        each.end_ms,
        tuple(each.cues()),
        each.joins,
        _strokes(each),
    )


def _strokes(each: PlannedPass) -> int:
    """How many strokes are to be counted: those that the technique drew, not a track in its place."""
    technique = TECHNIQUES[each.technique]
    voice = each.voices.get(technique.channel or "")
    return technique.strokes(each.stage.shape) if voice is not None and voice.track is None else 0


def _ceilings(plan: Plan) -> tuple[int, int, int]:
    """The session's ceilings: the tightest cap that binds the whole program."""
    units = (10_000, 10_000, 100)
    out = [
        round(caps_on(plan.program, plan.profile, None, name, plan.strength)[0].value * unit)
        if name in plan.profile.channels
        else 0
        for name, unit in zip(CHANNELS, units, strict=True)
    ]
    return out[0], out[1], out[2]
