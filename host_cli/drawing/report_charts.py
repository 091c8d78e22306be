"""The charts of a report: which there are for a run, and what each says in words.

A chart is there when the run has something to show in it. Motors of a rig that never turned and
columns that a trace does not have are left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from host_cli.curves import nice_top, pass_title
from host_cli.drawing.svg import Chart, Level, Mark, Series, Times
from host_cli.simulation import EVERY
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from host_cli.curves import Value
    from programs.hardware import Output
    from programs.profile import Profile
    from programs.timeline import Timeline
    from sim.result import SimResult

STILL_K = 0.1  # a winding that warms by less was not used
ALWAYS_C = 44.0  # the heat chart reaches at least this high, so that the trip is seen


def times_of(timeline: Timeline, result: SimResult, marks: tuple[Mark, ...]) -> Times:
    """The time axis of a run: as long as the program, and as the run when that was longer."""
    t_s = result.trace.column("t_s", EVERY)
    duration_s = max(timeline.duration_ms / 1000, t_s[-1] if t_s else 0.0)
    edges_s = tuple(each.start_ms / 1000 for each in timeline.passes[1:])
    return Times(t_s, duration_s, edges_s, marks)


def stages(timeline: Timeline) -> list[tuple[str, str, float, float]]:
    """Number, name, begin and end in s of every pass."""
    return [
        (
            str(each.index + 1),
            f"{each.index + 1} {pass_title(each)}",
            each.start_ms / 1000,
            each.end_ms / 1000,
        )
        for each in timeline.passes
    ]


def charts_of(timeline: Timeline, result: SimResult, profile: Profile) -> Iterator[Chart]:
    """Every chart that this run has something to show in, in the order of a report."""
    for at, channel in enumerate(("vibration", "percussion")):
        if any(segment.levels[at] for segment in timeline.segments):
            yield _levels(result, channel)
    for output in profile.outputs:
        if output.motor is not None:
            yield from _motor(result, output)
    yield from _windings(result, profile)
    if profile.output_for("heat") is not None:
        yield _heat(result, profile)
        yield from _heater(result)
    yield _volts(result)
    yield _current(result)
    yield from _battery(result)


def _top(result: SimResult, values: Sequence[Value], unit: str, digits: int = 0) -> str:
    """'at most 3.2 A at 4:05'."""
    known = [-math.inf if value is None or value != value else value for value in values]
    value = max(known, default=-math.inf)
    if value == -math.inf:
        return "nothing"
    at = known.index(value)
    return f"at most {value:.{digits}f} {unit} at {clock_text(result.trace.first_s + at * EVERY / 100)}"


def _column(result: SimResult, name: str) -> list[float]:
    return result.trace.column(name, EVERY) if name in result.trace.columns else []


def _span(*several: Sequence[Value], least: float) -> tuple[float, float]:
    """Where an axis may begin and end: all values, and no less than ``least`` between them."""
    known = [each for values in several for each in values if each is not None and not math.isnan(each)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    more = max(0.08 * (high - low), (least - (high - low)) / 2)
    return low - more, high + more


def _upwards(values: Sequence[Value], least: float) -> float:
    """Where an axis from zero ends."""
    return max(1.1 * max((each for each in values if each is not None), default=0.0), least)


def _levels(result: SimResult, channel: str) -> Chart:
    asked, allowed, applied = (
        _column(result, f"{channel}_{what}") for what in ("asked", "allowed", "applied")
    )
    top = nice_top(max([max(asked, default=0.0), max(allowed, default=0.0), max(applied, default=0.0)]))
    at_most = _top(result, [100 * each for each in applied], "%")
    return Chart(
        f"{channel.capitalize()}: asked, allowed, applied", "of full scale", 0.0, top,
        (
            Series("applied", "applied", applied, filled=True),
            Series("allowed (0 while the side or place changes)", "allowed", allowed),
            Series("asked", "asked", asked),
        ),
        f"{channel.capitalize()} over time: applied {at_most}.",
    )  # fmt: skip


def _motor(result: SimResult, output: Output) -> Iterator[Chart]:
    name = output.name.replace("-", "_")
    speed_rpm = _column(result, f"{name}_speed_rpm")
    if not any(speed_rpm):
        return
    said = f"Speed of {output.name}: {_top(result, speed_rpm, 'rpm')}"
    if output.percussion is not None:
        strokes = max(speed_rpm) / output.percussion.gear_ratio
        said += f", which is {strokes:.0f} strokes per minute"
    speed = (Series("motor speed", "first", speed_rpm, filled=True),)
    yield Chart(f"Motor speed: {output.name}", "rpm", 0.0, _upwards(speed_rpm, 100.0), speed, f"{said}.")
    shaken = _column(result, f"{name}_acceleration_m_s2")
    if any(shaken):
        yield Chart(
            f"Acceleration of the head: {output.name}", "m/s² peak", 0.0, _upwards(shaken, 1.0),
            (Series("peak of the head on its contact mass", "first", shaken, filled=True),),
            f"Peak acceleration of {output.name}: {_top(result, shaken, 'm/s²', 1)}.",
        )  # fmt: skip


def _windings(result: SimResult, profile: Profile) -> Iterator[Chart]:
    series, said = [], []
    styles = iter(("first", "second", "third"))
    for output in profile.outputs:
        warm_c = _column(result, f"{output.name.replace('-', '_')}_winding_c")
        if warm_c and max(warm_c) - min(warm_c) > STILL_K:  # NaN, not modelled, is not either
            series.append(Series(output.name, next(styles), warm_c))
            said.append(f"{output.name} {_top(result, warm_c, '°C', 1)}")
    if series:
        low, high = _span(*(each.values for each in series), least=4.0)
        text = f"Winding temperature: {'; '.join(said)}."
        yield Chart("Motor windings", "°C", low, high, tuple(series), text)


def _heat(result: SimResult, profile: Profile) -> Chart:
    from firmware_bridge.device.limits import TRIP_C100
    from sim.board import ENABLE_OPENS_C
    from sim.plant import CUT_OFF_C

    pad, skin = _column(result, "pad_c"), _column(result, "skin_c")
    asked = [each if each > 0 else None for each in _column(result, "heat_asked")]
    low, high = _span(pad, skin, asked, least=6.0)
    return Chart(
        "Pad and skin", "°C", low, max(high, ALWAYS_C),
        (
            Series("pad", "first", pad),
            Series("skin under the pad", "second", skin),
            Series("asked", "asked", asked),
        ),
        f"Temperatures: pad {_top(result, pad, '°C', 1)}, skin {_top(result, skin, '°C', 1)}.",
        (
            Level(f"limit of the rig {profile.limits.heat_c:g} °C", profile.limits.heat_c),
            Level(f"trip {TRIP_C100 / 100:g} °C", TRIP_C100 / 100),
            Level(f"ENABLE opens {ENABLE_OPENS_C:g} °C", ENABLE_OPENS_C),
            Level(f"cut-off {CUT_OFF_C:g} °C", CUT_OFF_C),
        ),
    )  # fmt: skip


def _heater(result: SimResult) -> Iterator[Chart]:
    duty = [100 * each for each in _column(result, "heat_applied")]
    if any(duty):
        yield Chart(
            "Heater: power applied", "%", 0.0, 105.0, (Series("applied", "applied", duty, filled=True),),
            f"Heater duty: {_top(result, duty, '%')}.",
        )  # fmt: skip


def _volts(result: SimResult) -> Chart:
    volts = _column(result, "supply_v")
    low, high = _span(volts, least=1.0)
    text = f"Supply voltage: from {min(volts, default=0.0):.2f} to {max(volts, default=0.0):.2f} V."
    return Chart("Supply voltage", "V", max(low, 0.0), high, (Series("voltage", "first", volts),), text)


def _current(result: SimResult) -> Chart:
    mean, peak = _column(result, "current_a"), _column(result, "peak_current_a")
    return Chart(
        "Supply current", "A", 0.0, _upwards([*mean, *peak], 0.1),
        (
            Series("mean of a tick", "first", mean, filled=True),
            Series("peak within a tick", "second", peak),
        ),
        f"Supply current: mean {_top(result, mean, 'A', 2)}, peak {_top(result, peak, 'A', 2)}.",
    )  # fmt: skip


def _battery(result: SimResult) -> Iterator[Chart]:
    charge = [100 * each for each in _column(result, "battery_charge")]
    if charge and not all(map(math.isnan, charge)):
        text = f"Battery charge: from {charge[0]:.1f} to {charge[-1]:.1f} %."
        low, high = _span(charge, least=5.0)
        series = (Series("state of charge", "first", charge),)
        yield Chart("Battery charge", "%", max(low, 0.0), min(high, 101.0), series, text)
