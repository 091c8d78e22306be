"""Going on from the middle: what is compiled after a pause, a skip or ``--from-stage``.

Rules kept here: it starts from zero and stays under the start level for a while (R1); passes before
it are dropped, the pass in which it starts is cut, joins are made anew; what was played counts as
warm-up (R2), and a region that would be worked deeply without it gets 60 s of light effleurage
first, with a note that says so. The close is the program's own (R3), and moves stay 60 s apart (R8),
because nothing after the start is changed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from programs import limits
from programs.caps import caps_on
from programs.document import Stage
from programs.plan import Plan, PlannedPass, join_up
from programs.polyline import Line, constant, render
from programs.rules.course import cold_passes
from programs.techniques import TECHNIQUES
from programs.voices import Voice

LEVEL = round(limits.START_LEVEL * 10_000)


@dataclass(frozen=True, slots=True)
class Continuation:
    """Where to go on: a stage (from 0), or a time of the whole program; and what is warm already."""

    from_stage: int | None
    resume_at_ms: int | None
    warmed: tuple[str, ...]


def continued(plan: Plan, wanted: Continuation) -> int:
    """Cut ``plan`` to what is left, in place; returns where in the whole program that starts."""
    origin_ms = _origin(plan, wanted)
    warm_s = _warm(plan, wanted, origin_ms)
    plan.passes[:] = [_cut(each, origin_ms) for each in plan.passes if each.end_ms > origin_ms]
    opening = (LEVEL, _opening_ms(wanted))
    join_up(plan.passes, opening)
    regions = [str(each.region) for each, _ in cold_passes(plan, warm_s)]
    if regions:
        _put_warm_up(plan, _where_to_warm(plan, regions))
        join_up(plan.passes, opening)
    return origin_ms


def _origin(plan: Plan, wanted: Continuation) -> int:
    if wanted.resume_at_ms is not None:
        if not 0 <= wanted.resume_at_ms < plan.duration_ms:
            raise ValueError(f"resume_at_ms is {wanted.resume_at_ms}, allowed 0..{plan.duration_ms - 1}")
        latest = plan.duration_ms - limits.MIN_SEGMENT_MS  # a segment must be left
        return min(wanted.resume_at_ms, latest)
    starts = [each.start_ms for each in plan.passes if each.stage_index == wanted.from_stage]
    if not starts:
        raise ValueError(f"from_stage is {wanted.from_stage}, allowed 0..{len(plan.program.stages) - 1}")
    return starts[0]


def _opening_ms(wanted: Continuation) -> int:
    """How long it stays at the start level: what is left of the start, 10 s at least."""
    played_s = (wanted.resume_at_ms or 0) / 1000.0
    return round(max(limits.RESTART_S, limits.START_S - played_s) * 1000)


def _warm(plan: Plan, wanted: Continuation, origin_ms: int) -> dict[str, float]:
    """Seconds of warm-up that each region has had."""
    warm: defaultdict[str, float] = defaultdict(float)
    for region in wanted.warmed:
        warm[region] = limits.WARM_S
    if wanted.resume_at_ms is not None:
        for each in plan.passes:
            if each.region is not None and each.technique in limits.WARMING and each.start_ms < origin_ms:
                warm[each.region] += (min(each.end_ms, origin_ms) - each.start_ms) / 1000.0
    return warm


def _cut(each: PlannedPass, origin_ms: int) -> PlannedPass:
    """What is left of a pass; too short a remainder of a pass is left out by the caller's bounds."""
    gone = max(0, origin_ms - each.start_ms)
    left = each.duration_ms - gone
    if gone == 0:
        return each
    if left < limits.MIN_SEGMENT_MS:
        gone, left = each.duration_ms - limits.MIN_SEGMENT_MS, limits.MIN_SEGMENT_MS
    authored = {name: line.from_time(gone) for name, line in each.authored.items()}
    return replace(
        each, offset_ms=gone, duration_ms=left, program_ms=each.program_ms + gone, authored=authored
    )


def _where_to_warm(plan: Plan, regions: list[str]) -> list[str]:
    """The region itself; for several the whole back, where the head may go there."""
    on_back = plan.profile.head("vibration") == "vibrating" and plan.program.for_ == "other"
    return ["back"] if len(regions) > 1 and on_back else regions


def _put_warm_up(plan: Plan, regions: list[str]) -> None:
    """Passes of light effleurage before everything else."""
    first = plan.passes[0]
    warm = [_warm_pass(plan, region, first) for region in regions]
    plan.passes[:0] = warm
    total = sum(each.duration_ms for each in warm) / 1000.0
    plan.notes.append(
        f"{total:.0f} s of light effleurage on {', '.join(regions)} come first: not warm yet (R2)"
    )


def _warm_pass(plan: Plan, region: str, first: PlannedPass) -> PlannedPass:
    stage = Stage.model_validate(
        {
            "name": "Warm up",
            "technique": "effleurage",
            "region": region,
            "duration_s": limits.WARM_S,
            "cue": "Glide slowly and lightly beside the spine: this part is not warm yet.",
        }
    )
    technique = TECHNIQUES["effleurage"]
    cap = caps_on(plan.program, plan.profile, stage, "vibration", plan.strength)[0].value
    level = min(limits.START_LEVEL, cap)
    if technique.draw is None:
        raise ValueError("effleurage draws nothing")
    curve, wave = technique.draw(limits.WARM_S, 0.6 * level, level, technique.defaults())
    duration_ms = round(limits.WARM_S * 1000)
    voices = {"vibration": Voice("vibration", curve, wave, ())}
    lines: dict[str, Line] = {"vibration": render(curve, duration_ms, 10_000.0, limits.CURVE_TOLERANCE)}
    if "heat" in first.authored:
        voices["heat"] = first.voices["heat"]
        lines["heat"] = constant(first.authored["heat"].values[0], duration_ms)
    return PlannedPass(0, -1, stage, None, first.program_ms, duration_ms, voices, authored=lines)
