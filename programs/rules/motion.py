"""L8, L10, L11, R12, R13: how fast levels change and how quick the strokes are.

Rules kept here: these judge the curve as written (or drawn), before joins; modulators are judged by
the extremes of their rate.
"""

from __future__ import annotations

from collections.abc import Iterator

from programs import limits
from programs.curves import Modulation
from programs.diagnostics import Diagnostic
from programs.plan import MOTORS, Plan, PlannedPass
from programs.rules.registry import Rule, rule, sentence, told
from programs.voices import Voice

_EPS = 1e-6


def motor_voices(plan: Plan) -> Iterator[tuple[PlannedPass, Voice]]:
    """Each motor voice of each stage once, whatever the number of sides."""
    seen: set[int] = set()
    for each in plan.passes:
        if each.stage_index not in seen:
            seen.add(each.stage_index)
            yield from ((each, each.voices[name]) for name in MOTORS if name in each.voices)


@rule("R12")
def fluid(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    for each, voice in motor_voices(plan):
        rise, rise_k, fall, fall_k = voice.curve.steepest()
        for speed, k, most, verb in (
            (rise, rise_k, limits.RISE_PER_S, "rises"),
            (fall, fall_k, limits.FALL_PER_S, "falls"),
        ):
            if speed > most + _EPS:
                yield _abrupt(this, each, voice, k, speed, most, verb)


def _abrupt(
    this: Rule, each: PlannedPass, voice: Voice, k: int, speed: float, most: float, verb: str
) -> Diagnostic:
    curve = voice.curve
    a, b = curve.values[k], curve.values[k + 1]
    t = curve.times[k]
    if curve.interps[k] == "hold":
        text = f"{voice.channel.capitalize()} jumps from {a:.4g} to {b:.4g} in {each.called} ('hold')."
        hint = 'Use interp = "linear" or "smooth".'
    else:
        text = (
            f"{voice.channel.capitalize()} {verb} by {told(speed, most)} per second after {t:g} s "
            f"of {each.called}, allowed {most:g}."
        )
        needs = abs(b - a) / most * (1.5 if curve.interps[k] == "smooth" else 1.0)
        hint = f"From {a:.3g} to {b:.3g} takes at least {needs:.2f} s."
    return this.finding(text, voice.where_key(k), hint)


@rule("R13")
def slowly(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    for each, voice in motor_voices(plan):
        if voice.modulation is None:
            continue
        quick = max(voice.modulation.rate_hz.values)
        if each.technique in limits.SLOW and quick > 1.0 / limits.STROKE_S + _EPS:
            takes = told(1 / quick, limits.STROKE_S, 1)
            text = f"A stroke of {each.called} takes {takes} s, allowed {limits.STROKE_S:g} s or more."
            yield this.finding(text, voice.where_modulate, f"Write period_s = {limits.STROKE_S:g} or more.")
        elif each.technique in ("friction", "skull-base") and quick > limits.WOBBLE_MAX_HZ + _EPS:
            text = (
                f"{sentence(each.called)} circles {told(quick, limits.WOBBLE_MAX_HZ, 1)} times a second, "
                f"allowed {limits.WOBBLE_MAX_HZ:g}."
            )
            yield this.finding(
                text, voice.where_modulate, f"Write rate_hz = {limits.WOBBLE_MAX_HZ:g} or less."
            )


@rule("L8")
def playable(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    for each, voice in motor_voices(plan):
        if voice.modulation is not None:
            for text, hint in _unplayable(voice.modulation):
                yield this.finding(f"The modulator of {each.called} {text}", voice.where_modulate, hint)


def _unplayable(modulation: Modulation) -> Iterator[tuple[str, str]]:
    burst = modulation.shape == "square"
    slow, quick = min(modulation.rate_hz.values), max(modulation.rate_hz.values)
    low, high = (limits.BURST_MIN_HZ, limits.BURST_MAX_HZ) if burst else (0.0, limits.WAVE_MAX_HZ)
    kind = "bursts" if burst else "waves"
    if not low <= slow <= quick <= high:
        wrong = quick if quick > high else slow
        yield f"runs at {wrong:.4g} Hz, allowed {low:g} to {high:g} Hz for {kind}.", "Change rate_hz."
        return
    if modulation.shape in ("saw_up", "saw_down"):
        return
    least, most = limits.BURST_DUTY if burst else limits.WAVE_DUTY
    if not least <= modulation.duty <= most:
        yield f"has duty {modulation.duty:g}, allowed {least:g} to {most:g} for {kind}.", "Change duty."
        return
    shorter = min(modulation.duty, 1.0 - modulation.duty) / quick
    if shorter < limits.EDGE_MIN_S - _EPS:
        part = "on or off" if burst else "rising or falling"
        text = (
            f"is {part} for {shorter * 1000:.0f} ms only, allowed {limits.EDGE_MIN_S * 1000:.0f} ms or more."
        )
        yield text, "Lower rate_hz, or bring duty nearer to 0.5."


@rule("L10")
def joins(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    for each in plan.passes:
        for channel in MOTORS:
            spent_ms = sum(j.end_ms - j.start_ms for j in each.joins if j.channel == channel)
            if spent_ms > limits.JOIN_SHARE * each.duration_ms:
                text = (
                    f"Joins take {spent_ms / 1000:.1f} s of the {each.stage.duration_s:g} s of {each.called} "
                    f"on {channel}, over {limits.JOIN_SHARE:.0%}."
                )
                yield this.finding(
                    text, (*each.where, "duration_s"), "Lengthen it, or start and end it lower."
                )


@rule("L11")
def too_short(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    for each in plan.passes:
        seconds = each.stage.duration_s
        if seconds < limits.SHORTEST_STAGE_S:
            least = limits.SHORTEST_STAGE_S
            text = f"{sentence(each.called)} lasts {seconds:g} s, allowed {least:g} s or more."
            yield this.finding(text, (*each.where, "duration_s"), "Lengthen it.")
        elif each.moved and seconds <= limits.GAP_S and each.motor_peak() > 0:
            text = f"{sentence(each.called)} lasts {seconds:g} s, all of it the {limits.GAP_S:g} s of a move."
            yield this.finding(text, (*each.where, "duration_s"), "Lengthen it; 15 s is a short stage.")
