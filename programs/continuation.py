"""Going on from the middle: what is compiled after a pause, a skip or ``--from-stage``.

Rules kept here: it starts from zero and stays under the start level for 10 s of motor time, or what
is left of the first 30 (R1); passes before it are dropped, the pass in which it starts is cut, joins
are made anew; only what was really played counts as warm-up (R2), and a region that would be worked
deeply without it first gets what is missing of 60 s of light effleurage, with a note that says so.
Every region of a continuation is one of the program's stages that are left: the session is armed for
those. The close is the program's own (R3), and moves stay 60 s apart (R8), because nothing after the
start is changed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from programs import limits
from programs.caps import caps_on
from programs.document import Stage
from programs.plan import Plan, PlannedPass, join_up
from programs.played import Played
from programs.polyline import Line, constant, render
from programs.rules.course import cold_passes, motor_line
from programs.techniques import TECHNIQUES
from programs.voices import Voice

LEVEL = round(limits.START_LEVEL * 10_000)


@dataclass(frozen=True, slots=True)
class Continuation:
    """Where to go on: a stage (from 0), or a time of the whole program; and what was played before."""

    from_stage: int | None
    resume_at_ms: int | None
    played: Played


def continued(plan: Plan, wanted: Continuation) -> int:
    """Cut ``plan`` to what is left, in place; returns where in the whole program that starts."""
    origin_ms = _origin(plan, wanted)
    plan.passes[:] = [_cut(each, origin_ms) for each in plan.passes if each.end_ms > origin_ms]
    _begin_light(plan, wanted.played)
    missing_s = {
        str(each.region): limits.WARM_S - warm_s
        for each, warm_s in cold_passes(plan, dict(wanted.played.warm_s))
    }
    if missing_s:
        _put_warm_up(plan, _where_to_warm(plan, missing_s))
        _begin_light(plan, wanted.played)
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


def _begin_light(plan: Plan, played: Played) -> None:
    """Join the passes, with the start level held until there was enough motor time under it."""
    quota_ms = round(max(limits.RESTART_S, limits.START_S - played.motor_s) * 1000)
    join_up(plan.passes, (LEVEL, plan.duration_ms))
    join_up(plan.passes, (LEVEL, _when_run(plan, quota_ms)))


def _when_run(plan: Plan, quota_ms: int) -> int:
    """When the motors have run for so long: gaps and rests are no motor time."""
    for each in plan.passes:
        line = motor_line(each)
        for k in range(len(line.times) - 1):
            if line.values[k] or line.values[k + 1]:
                quota_ms -= line.times[k + 1] - line.times[k]
            if quota_ms <= 0:
                return each.start_ms + line.times[k + 1] + quota_ms
    return plan.duration_ms


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


def _where_to_warm(plan: Plan, missing_s: dict[str, float]) -> dict[str, float]:
    """The regions themselves; for several the back, where the program goes there anyway."""
    on_back = any(each.region == "back" and each.motor_peak() > 0 for each in plan.passes)
    return {"back": max(missing_s.values())} if len(missing_s) > 1 and on_back else missing_s


def _put_warm_up(plan: Plan, missing_s: dict[str, float]) -> None:
    """Passes of light effleurage before everything else, as long as each is missing."""
    first = plan.passes[0]
    lasts_s = {region: max(limits.SHORTEST_STAGE_S, math.ceil(s)) for region, s in missing_s.items()}
    plan.passes[:0] = [_warm_pass(plan, region, each_s, first) for region, each_s in lasts_s.items()]
    plan.notes.append(
        f"{sum(lasts_s.values()):.0f} s of light effleurage on {', '.join(lasts_s)} come first: "
        "not warm yet (R2)"
    )


def _warm_pass(plan: Plan, region: str, lasts_s: float, first: PlannedPass) -> PlannedPass:
    stage = Stage.model_validate(
        {
            "name": "Warm up",
            "technique": "effleurage",
            "region": region,
            "duration_s": lasts_s,
            "cue": "Glide slowly and lightly beside the spine: this part is not warm yet.",
        }
    )
    technique = TECHNIQUES["effleurage"]
    cap = caps_on(plan.program, plan.profile, stage, "vibration", plan.strength)[0].value
    level = min(limits.START_LEVEL, cap)
    if technique.draw is None:
        raise ValueError("effleurage draws nothing")
    curve, wave = technique.draw(lasts_s, 0.6 * level, level, technique.defaults())
    duration_ms = round(lasts_s * 1000)
    voices = {"vibration": Voice("vibration", curve, wave, ())}
    lines: dict[str, Line] = {"vibration": render(curve, duration_ms, 10_000.0, limits.CURVE_TOLERANCE)}
    if "heat" in first.authored:
        voices["heat"] = first.voices["heat"]
        lines["heat"] = constant(first.authored["heat"].values[0], duration_ms)
    return PlannedPass(0, -1, stage, None, first.program_ms, duration_ms, voices, authored=lines)
