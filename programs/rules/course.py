"""R1, R2, R3: the course of a massage from its first stroke to its last.

Rules kept here: these judge levels as they will be played, joins included (R3's "not rising" judges
what was written). What plays nothing, because it was written silent or skipped, neither warms nor
closes; the gap of a move counts with the pass that it belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from programs import limits
from programs.diagnostics import Diagnostic
from programs.plan import MOTORS, Plan, PlannedPass
from programs.polyline import Line
from programs.rules.registry import Rule, clock, rule, sentence, told

_UNIT = 10_000.0
_SLACK = 2  # units of level; rounding of a curve to whole units


def motor_line(each: PlannedPass) -> Line:
    """The higher of the two motor channels at every vertex of either."""
    lines = [each.lines[name] for name in MOTORS if name in each.lines]
    if len(lines) == 1:
        return lines[0]
    if not lines:
        return Line([0, each.duration_ms], [0, 0])
    times = sorted({*lines[0].times, *lines[1].times})
    return Line(times, [round(max(line.at(t) for line in lines)) for t in times])


def level_where(each: PlannedPass) -> tuple[str | int, ...]:
    """Where the level of a pass is written: its loudest voice's greatest keyframe."""
    voices = [each.voices[name] for name in MOTORS if name in each.voices]
    if not voices:
        return each.where
    loudest = max(voices, key=lambda voice: max(voice.curve.values))
    values = loudest.curve.values
    return loudest.where_key(values.index(max(values)))


@rule("R1")
def start_light(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    quota_ms, off_ms, first, told = limits.START_S * 1000, 0.0, True, False
    most = limits.START_LEVEL * _UNIT + _SLACK
    for each in plan.passes:
        line = motor_line(each)
        for k in range(len(line.times) - 1):
            t0, t1 = line.times[k], line.times[k + 1]
            if not line.values[k] and not line.values[k + 1]:
                off_ms += t1 - t0
                continue
            if off_ms >= limits.LONG_REST_S * 1000:
                first, told = quota_ms > limits.RESTART_S * 1000, False
                quota_ms = max(quota_ms, limits.RESTART_S * 1000)
            off_ms = 0.0
            if quota_ms > 0 and not told:
                peak = max(line.values[k], line.at(min(t1, t0 + quota_ms)))
                if peak > most:
                    told = True
                    yield _too_strong(this, each, peak, each.start_ms + t0, first)
            quota_ms -= t1 - t0


def _too_strong(this: Rule, each: PlannedPass, peak: float, at_ms: float, first: bool) -> Diagnostic:
    span = f"first {limits.START_S:g} s" if first else f"first {limits.RESTART_S:g} s after a long rest"
    reached = told(peak / _UNIT, limits.START_LEVEL)
    text = (
        f"{sentence(each.called)} reaches {reached} within the {span} of motor time "
        f"(from {clock(at_ms)}), allowed {limits.START_LEVEL:.2f}."
    )
    return this.finding(
        text, level_where(each), "Begin lower and rise later, or put a gentle stage before it."
    )


@rule("R2")
def warm_up(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    for each, seconds in cold_passes(plan, {}):
        why = (
            f"begins {each.technique}"
            if each.technique in limits.DEEP
            else f"exceeds {limits.WARM_LEVEL:.2f}"
        )
        text = (
            f"{sentence(each.called)} {why} on {each.region} after "
            f"{told(seconds, limits.WARM_S, 0)} s of warm-up there, needed {limits.WARM_S:.0f} s."
        )
        hint = f"Put effleurage or compression on {each.region} (or back) before it."
        yield this.finding(text, (*each.where, "technique"), hint)


def cold_passes(plan: Plan, warm_s: dict[str, float]) -> Iterator[tuple[PlannedPass, float]]:
    """The first pass of each region that works deeply too soon, and how warm the region is then."""
    warm: defaultdict[str, float] = defaultdict(float, warm_s)
    told: set[str] = set()
    for each in plan.passes:
        region = each.region
        if region is None:
            continue
        seconds = warm[region] + (warm["back"] if region != "back" else 0.0)
        if region not in told and not _warm_enough(each, seconds):
            told.add(region)
            yield each, seconds
        if each.technique in limits.WARMING:
            warm[region] += played_ms(each) / 1000.0


def played_ms(each: PlannedPass, from_ms: float = 0.0, until_ms: float | None = None) -> float:
    """How long a pass works: a motor level above zero, and the gap of the move before it."""
    until_ms = each.duration_ms if until_ms is None else until_ms
    line = motor_line(each)
    gap_ms = each.gap_ms if any(line.values) else 0
    spent = max(0.0, min(gap_ms, until_ms) - from_ms)
    for (t0, v0), (t1, v1) in pairwise(zip(line.times, line.values, strict=True)):
        if v0 or v1:
            spent += max(0.0, min(t1, until_ms) - max(t0, from_ms, gap_ms))
    return spent


def _warm_enough(each: PlannedPass, seconds: float) -> bool:
    if seconds >= limits.WARM_S:
        return True
    if each.technique in limits.DEEP and each.motor_peak() > 0:
        return False
    above_ms = motor_line(each).first_above(limits.WARM_LEVEL * _UNIT + _SLACK)
    if above_ms is None:
        return True
    own = played_ms(each, until_ms=above_ms) / 1000.0 if each.technique in limits.WARMING else 0.0
    return seconds + own >= limits.WARM_S


@rule("R3")
def close_gently(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    """The last 45 s: which technique, whether it plays, how strong, and whether anything rises."""
    start_ms = plan.duration_ms - limits.CLOSE_S * 1000
    silent_ms, before = 0.0, None
    for each in plan.passes:
        if each.end_ms <= start_ms:
            continue
        from_ms = max(0.0, start_ms - each.start_ms)
        if each.technique in limits.CLOSING:
            yield from _loud(this, each, from_ms)
            if _rises(each, from_ms) or _stronger(each, before):
                text = f"{sentence(each.called)} rises {_SPAN}."
                hint = "Write intensity = [0.16, 0.0], or let it stay level."
                yield this.finding(text, level_where(each), hint)
            silent_ms += each.duration_ms - from_ms - played_ms(each, from_ms)
        else:
            may = " and ".join(limits.CLOSING)
            text = f"{sentence(each.called)} is {each.technique} {_SPAN}, allowed {may}."
            hint = "Add closing-sweeps of 45 s or more at the end."
            yield this.finding(text, (*each.where, "technique"), hint)
        before = each
    if silent_ms > limits.CLOSE_SILENT_S * 1000:
        text = (
            f"Nothing plays for {silent_ms / 1000:.0f} s of the last {limits.CLOSE_S:g} s, "
            f"allowed {limits.CLOSE_SILENT_S:g} s."
        )
        hint = "A close is felt: write a level above 0, on a channel that the rig has."
        yield this.finding(text, level_where(plan.passes[-1]), hint)


_SPAN = f"in the last {limits.CLOSE_S:g} s"


def _loud(this: Rule, each: PlannedPass, from_ms: float) -> Iterator[Diagnostic]:
    """A closing pass that is too strong, or that strikes."""
    peak = motor_line(each).greatest(from_ms, each.duration_ms)
    if peak > limits.CLOSE_LEVEL * _UNIT + _SLACK:
        much = told(peak / _UNIT, limits.CLOSE_LEVEL)
        text = f"{sentence(each.called)} is at {much} {_SPAN}, allowed {limits.CLOSE_LEVEL:.2f}."
        yield this.finding(text, level_where(each), "Let the closing stay at 0.20 or below.")
    strokes = each.lines.get("percussion")
    if strokes is not None and strokes.greatest(from_ms, each.duration_ms) > 0:
        text = f"{sentence(each.called)} plays percussion {_SPAN}, allowed vibration alone."
        yield this.finding(
            text, each.voices["percussion"].where, "Strokes do not soothe; take that track out."
        )


def _stronger(each: PlannedPass, before: PlannedPass | None) -> bool:
    """Whether a stage begins above the end of the one before it (the other side of a stage may)."""
    if before is None or before.stage_index == each.stage_index:
        return False
    return _authored(each, 0) > _authored(before, -1) + _SLACK


def _authored(each: PlannedPass, k: int) -> int:
    """The written level of a pass at vertex ``k``, of the louder motor channel."""
    return max((each.authored[name].values[k] for name in MOTORS if name in each.authored), default=0)


def _rises(each: PlannedPass, start: float) -> bool:
    for line in (each.authored[name] for name in MOTORS if name in each.authored):
        values = [line.at(start), *(v for t, v in zip(*line, strict=True) if t > start)]
        if any(b > a + _SLACK for a, b in pairwise(values)):
            return True
    return False
