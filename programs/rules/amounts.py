"""R10, R11, R14, R19: how long a program is, what it consists of, and when the operator rests.

Rules kept here: stage time counts gaps and joins, and both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from programs import limits
from programs.diagnostics import Diagnostic
from programs.plan import MOTORS, Plan, PlannedPass
from programs.rules.registry import Rule, lasting, rule


@rule("R10")
def length(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    seconds = plan.duration_ms / 1000.0
    kind = plan.program.kind
    low, high = limits.SESSION_S if kind == "session" else limits.BREAK_S
    if not low <= seconds <= high or (kind == "break" and seconds == high):
        upto = "to" if kind == "session" else "to under"
        text = (
            f"This {kind} lasts {lasting(plan.duration_ms)}, allowed {low / 60:g} {upto} {high / 60:g} min."
        )
        hint = 'Under 10 min it is a break: kind = "break".' if seconds < high and kind == "session" else ""
        yield this.finding(
            text, ("kind",), hint or 'Lengthen or shorten stages (side = "both" counts twice).'
        )
    if kind == "break" and plan.program.strength == "firm":
        yield this.finding(
            "A break is never firm.", ("strength",), "Write light or medium, or make it a session."
        )


@rule("R11")
def totals(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    if plan.program.kind != "session":
        return
    spent: Counter[str] = Counter()
    for each in plan.passes:
        spent[each.technique] += each.duration_ms
    for name, (low, high) in limits.TOTAL_S.items():
        seconds = spent[name] / 1000.0
        if seconds > high or (0 < seconds < low and whole_back(plan)):
            advised = f"{low / 60:g} to {high / 60:g} min"
            text = f"{name.capitalize()} adds up to {lasting(spent[name])}, advised {advised}."
            yield this.finding(text, _first(plan, name), "Both sides count; vary with other techniques.")
    yield from _passes(plan, this)


def _passes(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    for name, (low, high) in limits.TOTAL_PASSES.items():
        count = sum(
            int(stage.shape.get("passes", 3)) for stage in plan.program.stages if stage.technique == name
        )
        if count > high or (0 < count < low and whole_back(plan)):
            asked = f"{low} to {high}" if low < high else str(high)
            text = f"{name.capitalize()} makes {count} passes in all, advised {asked}."
            yield this.finding(text, _first(plan, name), "Change shape.passes or take a stage out.")


def whole_back(plan: Plan) -> bool:
    """Programs with ``back``, or with lower back, upper back and shoulders."""
    regions = {each.region for each in plan.passes}
    return "back" in regions or {"lower-back", "upper-back", "shoulders"} <= regions


def _first(plan: Plan, technique: str) -> tuple[str | int, ...]:
    each = next(each for each in plan.passes if each.technique == technique)
    return (*each.where, "technique")


@rule("R14")
def variety(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    if plan.program.kind != "session":
        return
    worked = [each for each in plan.passes if each.technique not in ("rest", "heat")]
    inner = {each.technique for each in _between_opening_and_close(worked)}
    if len(inner) < limits.VARIETY:
        names = ", ".join(sorted(inner)) or "none"
        text = (
            f"Techniques besides opening and close: {len(inner)} ({names}), "
            f"advised {limits.VARIETY} or more."
        )
        yield this.finding(text, ("stage",), "Add a stage of another technique.")
    run_ms = 0
    for k, each in enumerate(plan.passes):
        same = k > 0 and plan.passes[k - 1].technique == each.technique and each.technique != "rest"
        before, run_ms = (run_ms, run_ms + each.duration_ms) if same else (0, each.duration_ms)
        if before <= limits.MONOTONY_S * 1000 < run_ms and each.technique != "rest":
            text = f"{each.technique.capitalize()} goes on for over {limits.MONOTONY_S / 60:g} min on end."
            yield this.finding(text, (*each.where, "technique"), "Put another technique in between.")


def _between_opening_and_close(worked: list[PlannedPass]) -> list[PlannedPass]:
    first = worked[0].stage_index if worked else -1
    end = len(worked)
    while end and worked[end - 1].technique in limits.CLOSING:
        end -= 1
    return [each for each in worked[:end] if each.stage_index != first]


@rule("R19")
def operator_rests(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    since_ms = 0
    for each in plan.passes:
        idle = not any(name in each.lines for name in MOTORS)
        if idle and each.duration_ms >= limits.OPERATOR_REST_S * 1000:
            since_ms = each.end_ms
        elif each.end_ms - since_ms > limits.OPERATOR_S * 1000:
            text = (
                f"At the end of {each.called} the operator has worked for {lasting(each.end_ms - since_ms)} "
                f"without a rest, advised {limits.OPERATOR_S / 60:g} min at most."
            )
            yield this.finding(
                text, each.where, 'Put a stage with technique = "rest" of 30 s or more before it.'
            )
            since_ms = each.end_ms
