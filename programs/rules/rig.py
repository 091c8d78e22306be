"""P1 to P4: whether the rig of the profile can follow the program.

Rules kept here: motors are taken as first-order lags with the profile's time constant, a heat pad
as a source of constant rate; both are judged before anything is felt, so these are warnings. A
channel that the rig lacks is an error that the layout has found already (P1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from programs import limits
from programs.curves import Modulation
from programs.diagnostics import Diagnostic
from programs.plan import Plan, PlannedPass
from programs.polyline import Line
from programs.rules.motion import motor_voices
from programs.rules.registry import Rule, clock, rule


@rule("P2")
def rhythm(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    for each, voice in motor_voices(plan):
        missing = voice.channel not in plan.profile.channels  # P1 has said so
        if missing or voice.modulation is None or not voice.modulation.depth:
            continue
        left = depth_left(voice.modulation, plan.profile.time_constant_s(voice.channel))
        if left < limits.DEPTH_LEFT:
            rate = max(voice.modulation.rate_hz.values)
            text = (
                f"At {rate:g} Hz about {left:.0%} of the rhythm of {each.called} would be felt on "
                f"{voice.channel} of profile {plan.profile.id}."
            )
            yield this.finding(text, voice.where_modulate, "Lower rate_hz, or bring duty nearer to 0.5.")


def depth_left(modulation: Modulation, time_constant_s: float) -> float:
    """The share of a modulator's depth that a first-order lag lets through, at its fastest.

    >>> from programs.curves import Curve
    >>> round(depth_left(Modulation("sine", Curve.constant(1.0), 1.0), 0.159), 2)
    0.71
    """
    rate = max(modulation.rate_hz.values)
    if modulation.shape != "square":
        return 1.0 / math.hypot(1.0, 2.0 * math.pi * rate * time_constant_s)
    on, off = (share / rate / time_constant_s for share in (modulation.duty, 1.0 - modulation.duty))
    return math.expm1(-on) * math.expm1(-off) / -math.expm1(-on - off)


@rule("P3")
def heat_in_time(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    output = plan.profile.output_for("heat")
    heated = [each for each in plan.passes if "heat" in each.lines]
    if output is None or output.heater is None or not heated:
        return
    peak = max(max(each.lines["heat"].values) for each in heated)
    asked, reached = _first_at(heated, peak), _reached(heated, peak, output.heater.heating_rate_c_s)
    if reached is None or reached - asked > limits.HEAT_LATE_S * 1000:
        when = f"at {clock(reached)}" if reached is not None else "not within the program"
        pad = f"the pad of {plan.profile.id}"
        text = f"{peak / 100:g} °C is asked for at {clock(asked)}; {pad} gets there {when}."
        yield this.finding(text, heated[0].voices["heat"].where, "Give it more time, or ask for less.")


def _first_at(heated: list[PlannedPass], peak: int) -> float:
    for each in heated:
        line = each.lines["heat"]
        for t, value in zip(*line, strict=True):
            if value >= peak:
                return each.start_ms + t
    return 0.0


def _reached(heated: list[PlannedPass], peak: int, rate_c_s: float) -> float | None:
    """When a pad that follows at ``rate_c_s`` first stands at the peak, ms."""
    now, at_ms = limits.SKIN_C * 100.0, 0.0
    per_ms = rate_c_s / 10.0  # 0.01 C per ms
    for each in heated:
        line: Line = each.lines["heat"]
        for k in range(1, len(line.times)):
            t1 = each.start_ms + line.times[k]
            step = (t1 - max(at_ms, each.start_ms)) * per_ms
            goal = line.values[k]
            if goal >= peak and now + step >= peak - 10:
                return (
                    t1 - max(0.0, (now + step - peak) / per_ms) if line.values[k - 1] >= peak else float(t1)
                )
            now, at_ms = min(goal, now + step) if goal else now, t1
    return None
