"""How each technique is drawn: an envelope over the stage, and a modulator.

Each function takes the length of the stage, the peak of the envelope at its start and at its end,
and the technique's parameters. Rules kept here: ramps that are drawn stay under the rise and fall
limits wherever the stage is long enough; rates are whole mHz, the unit of the wire, so that their
phase never drifts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from programs import limits
from programs.curves import Curve, Modulation

Parameters = Mapping[str, float]
Drawn = tuple[Curve, Modulation | None]
Draw = Callable[[float, float, float, Parameters], Drawn]
Points = Sequence[tuple[float, float]]  # (s, share of the level)

RISE = 0.9 * limits.RISE_PER_S  # what drawn ramps use: a little gentler than allowed
FALL = 0.9 * limits.FALL_PER_S


def _wave(shape: str, p: Parameters, *, from_s: float = 0.0) -> Modulation:
    """A modulator of period ``period_s``, rising over ``asymmetry`` of it."""
    return _rhythm(shape, 1.0 / p["period_s"], p["depth"], p.get("asymmetry", 0.5), from_s)


def _rhythm(shape: str, rate_hz: float, depth: float, duty: float = 0.5, from_s: float = 0.0) -> Modulation:
    return Modulation(shape, Curve.constant(round(rate_hz * 1000) / 1000), depth, duty, from_s)


def _line(duration_s: float, start: float, end: float) -> Curve:
    return Curve((0.0, duration_s), (start, end))


def _times_line(duration_s: float, start: float, end: float, points: Points) -> Curve:
    """The straight way from start to end, multiplied by shares at some times."""
    kept: dict[float, float] = {}
    for t, share in points:
        at = min(t, duration_s)
        part = at / duration_s
        kept[at] = (start * (1.0 - part) + end * part) * share  # so written it never falls below zero
    times = sorted(kept)
    return Curve(times, [kept[t] for t in times])


def gliding(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T1, T13: one long wave per stroke, full on the way, nearly nothing on the return."""
    return _line(duration_s, start, end), _wave("sine", p)


def kneading(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T2: rounded waves; between working passages a lighter one half as long."""
    count = max(1, round((duration_s / p["passage_s"] + 0.5) / 1.5))
    work_s = duration_s / (1.5 * count - 0.5)
    ramp_s = min(2.0, work_s / 8.0)
    points = [(0.0, 1.0)]
    for k in range(1, count):
        ends = k * work_s + (k - 1) * work_s / 2.0
        back = ends + work_s / 2.0
        points += [(ends, 1.0), (ends + ramp_s, p["lighter"]), (back - ramp_s, p["lighter"]), (back, 1.0)]
    points.append((duration_s, 1.0))
    return _times_line(duration_s, start, end, points), _wave("sine", p)


def wobbling(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T3, T12: a narrow quick wobble around a level."""
    return _line(duration_s, start, end), _rhythm("sine", p["rate_hz"], p["depth"])


def tapping(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T4: bursts; with ``swing_hz`` their rate goes up and down every 10 s."""
    rate, swing = p["rate_hz"], p["swing_hz"]
    if not swing:
        return _line(duration_s, start, end), _rhythm("square", rate, p["depth"], p["duty"])
    turns = max(1, round(duration_s / 5.0))
    times = [duration_s * k / turns for k in range(turns + 1)]
    rates = Curve(
        times, [rate + (swing if k % 2 else -swing) for k in range(turns + 1)], ["smooth"] * len(times)
    )
    return _line(duration_s, start, end), Modulation("square", rates, p["depth"], p["duty"])


def shaking(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T5: steady, no modulator."""
    return _line(duration_s, start, end), None


def pressing(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T6: press, hold, release, wait; as many whole cycles as fit, stretched to fill the stage."""
    low = p["release"]
    swing = max(start, end) * (1.0 - low)
    press_s, release_s = max(1.0, swing / RISE), max(0.8, swing / FALL)
    period_s = max(p["period_s"], press_s + p["hold_s"] + release_s + 0.5)
    count = int(duration_s / period_s)
    if not count:
        return _line(duration_s, start, end), None
    period_s = duration_s / count
    points = []
    for k in range(count):
        t = k * period_s
        held = t + press_s + p["hold_s"]
        points += [(t, low), (t + press_s, 1.0), (held, 1.0), (held + release_s, low)]
    return _times_line(duration_s, start, end, [*points, (duration_s, low)]), None


def holding(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T7: holds that step up, a release after each, then light kneading for the rest."""
    passes = int(p["passes"])
    soft = 0.6 * start
    t, keys = 0.0, [(0.0, soft)]
    for k in range(passes):
        level = start + (end - start) * (k / (passes - 1) if passes > 1 else 0.0)
        top = t + max(0.5, (level - soft) / RISE)
        low = top + p["hold_s"] + max(0.5, (level - soft) / FALL)
        if low + p["release_s"] > duration_s:
            break
        keys += [(top, level), (top + p["hold_s"], level), (low, soft), (low + p["release_s"], soft)]
        t = low + p["release_s"]
    if t == 0.0:  # too short for a single hold
        return _line(duration_s, start, end), None
    knead = {"period_s": p["period_s"], "depth": p["depth"]}
    line = dict(keys)  # a pause of 0 s leaves two keys at one time
    return Curve(list(line), list(line.values())), _wave("sine", knead, from_s=t)


def passing(top_at: float, low: float, interp: str) -> Draw:
    """T8, T9, T10: counted passes, each a hump over ``low`` whose top stands at ``top_at`` of it."""

    def draw(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
        count = max(1, round(p["passes"]))
        length = duration_s / count
        points = [(0.0, low)]
        for k in range(count):
            points += [((k + top_at) * length, 1.0), ((k + 1) * length, low)]
        line = _times_line(duration_s, start, end, points)
        return Curve(line.times, line.values, [interp] * len(line.times)), _wave("sine", p)

    return draw


def rolling(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T11: a slow triangle."""
    return _line(duration_s, start, end), _wave("triangle", p)


def warming(duration_s: float, start: float, end: float, p: Parameters) -> Drawn:
    """T16: from lukewarm to ``level_c`` in ``rise_s``, then steady."""
    first = min(34.0, p["level_c"])
    return Curve((0.0, min(p["rise_s"], duration_s)), (first, p["level_c"])), None
