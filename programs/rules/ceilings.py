"""L1 to L7 and L12: levels and temperatures against their caps, and who may be worked where.

Rules kept here: what is too strong is rejected with its place, its amount and the tightest cap that
it breaks; a level on a keyframe binds everywhere, because no interpolation leaves its keyframes.
"""

from __future__ import annotations

from collections.abc import Iterator

from programs import limits
from programs.caps import Cap, caps_on
from programs.diagnostics import Diagnostic, Where
from programs.plan import Plan, PlannedPass
from programs.rules.registry import RULES, Rule, rule, told
from programs.voices import Voice

_EPS = 1e-9


@rule("L1")
def under_caps(plan: Plan, _: Rule) -> Iterator[Diagnostic]:
    """Every voice against the tightest cap that binds it; the finding has the code of that cap."""
    for each in plan.passes:
        for voice in each.voices.values():
            if voice.channel in plan.profile.channels:  # else P1 has said so
                yield from _over(plan, each, voice)
            if voice.channel == "heat":
                yield from _cold(voice)


def _over(plan: Plan, each: PlannedPass, voice: Voice) -> Iterator[Diagnostic]:
    cap = caps_on(plan.program, plan.profile, each.stage, voice.channel, plan.strength)[0]
    peak, k = _peak(each, voice)
    if not peak > cap.value + _EPS:
        return
    unit = " °C" if voice.channel == "heat" else ""
    name = voice.channel.capitalize()
    reached = told(peak, cap.value, 1 if unit else 2)
    text = f"{name} reaches {reached}{unit} in {each.called}, above {cap.value:.4g}{unit}, {cap.name}."
    hint = f"Write {cap.value:.4g} or less."
    if cap.code == "L1":
        hint = f"{hint[:-1]}, or another strength if the person wants it."
    yield RULES[cap.code].finding(text, voice.where_key(k), hint, source=cap.source)


def _peak(each: PlannedPass, voice: Voice) -> tuple[float, int]:
    """The greatest value in this pass and the keyframe that it comes from."""
    values = voice.curve.values
    peak, k = max(values), values.index(max(values))
    if voice.where[0] == "track":  # runs through the program: only what falls into this pass
        peak = min(peak, max(each.authored[voice.channel].values) / 100.0)
    return peak, k


def _cold(voice: Voice) -> Iterator[Diagnostic]:
    for k, value in enumerate(voice.curve.values):
        if 0 < value < limits.HEAT_FLOOR_C:
            text = f"Heat is {value:g} °C, allowed 0 (off) or {limits.HEAT_FLOOR_C:g} and above."
            yield RULES["L6"].finding(text, voice.where_key(k), "A pad cannot cool; write 0 for off.")


@rule("L7")
def idle_caps(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    program = plan.program
    if program.caps is not None:
        yield from _idle(plan, this, None, (), program.caps.intensity, program.caps.heat_c)
    for i, stage in enumerate(program.stages):
        if stage.caps is not None:
            yield from _idle(plan, this, i, ("stage", i), stage.caps.intensity, stage.caps.heat_c)


def _idle(
    plan: Plan, this: Rule, index: int | None, where: Where, intensity: float | None, heat_c: float | None
) -> Iterator[Diagnostic]:
    stage = None if index is None else plan.program.stages[index]
    have = plan.profile.channels
    for name, own, channels in (
        ("intensity", intensity, ("vibration", "percussion")),
        ("heat_c", heat_c, ("heat",)),
    ):
        others = [_others(plan, stage, channel) for channel in channels if channel in have]
        if own is not None and others and all(own >= other.value for other in others):
            other = max(others, key=lambda cap: cap.value)
            text = f"caps.{name} = {own:g} lowers nothing: {other.name} is {other.value:g} already."
            yield this.finding(text, (*where, "caps", name), "Lower it, or take it out.")


def _others(plan: Plan, stage: object, channel: str) -> Cap:
    """The tightest cap beside the one in question."""
    in_stage = next((s for s in plan.program.stages if s is stage), None)
    own = {"the stage's own cap"} if in_stage is not None else {"the program's own cap"}
    caps = caps_on(plan.program, plan.profile, in_stage, channel, plan.strength)
    return next(cap for cap in caps if cap.name not in own)


@rule("L12")
def by_oneself(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    if plan.program.for_ != "self":
        return
    for i, stage in enumerate(plan.program.stages):
        if stage.region in limits.NOT_BY_ONESELF:
            text = f"Stage {i + 1} ({stage.title}) works {stage.region} in a program for oneself."
            yield this.finding(
                text, ("stage", i, "region"), 'Choose neck or shoulders, or write for = "other".'
            )
