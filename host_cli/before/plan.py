"""What is about to be played, for the one who is about to start it: stages, highest levels, what holds
them down, the hand's exposure today, how to stop.

Pure: a compiled program in, lines out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from host_cli.before.asking import headed
from host_cli.before.contraindications import listed
from host_cli.terminal import clean, clock_text
from programs.caps import caps_on
from programs.timeline import CHANNELS, FULL_SCALE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from host_cli.before.intake import Subject
    from host_cli.terminal import Terminal
    from host_cli.work import Ready
    from programs.profile import Profile
    from programs.timeline import Pass, Timeline

DEGREE = 100  # heat in a timeline: 0.01 C


class Hand(NamedTuple):
    """Exposure points of the operator's hand: today so far, and what the program may add."""

    points_today: float
    points_planned: float

    @classmethod
    def of(cls, points_today: float | None, ready: Ready, timeline: Timeline) -> Hand | None:
        """None where nobody counts."""
        return None if points_today is None else cls(points_today, planned_points(ready.profile, timeline))

    @property
    def points(self) -> float:
        return self.points_today + self.points_planned


def planned_points(profile: Profile, timeline: Timeline) -> float:
    """What the program gives the hand that holds the device, played as it is, its modulators left out."""
    from host_cli.guided.events import Sample
    from host_cli.records.about import ME
    from host_cli.records.exposure import Hand as Counted

    counted = Counted(profile, ME)
    unknown = math.nan
    counted.add(Sample(0.0, 0.0, "RUNNING", *[0.0] * 9, *[unknown] * 6))
    for each in timeline.segments:
        end_s = each.end_ms / 1000
        levels = [level / FULL_SCALE for level in each.levels[:2] for _ in ("asked", "allowed", "applied")]
        counted.add(Sample(end_s, end_s, "RUNNING", *levels, *[0.0] * 3, *[unknown] * 6))
    return counted.points


def plan_lines(
    terminal: Terminal,
    ready: Ready,
    timeline: Timeline,
    sore: Sequence[str] = (),
    hand: Hand | None = None,
) -> list[str]:
    """The plan in lines; ``sore``: places that hurt and that it works."""
    program = ready.loaded.program
    lasts = clock_text(timeline.duration_ms / 1000)
    out = headed(terminal, f"The plan: {clean(program.title)}, {lasts} min, {timeline.strength}")
    for passes in by_stage(timeline):
        out += terminal.wrap(_stage(timeline, passes), f"{clock_text(passes[0].start_ms / 1000):>6}  ")
    if sore:
        out += terminal.wrap(f"Sore: {listed(sore)}. Go lighter there with -, or skip that stage with s.")
    for text in [*_levels(ready, timeline), *timeline.notes]:
        out += terminal.wrap(clean(text))
    if hand is not None:
        out += terminal.wrap(_hand(hand))
    return [*out, *terminal.wrap("Stop: q, Esc, Ctrl-C, or the device's stop button. Space pauses.")]


def by_stage(timeline: Timeline) -> list[list[Pass]]:
    """The passes of each stage together: left, then right."""
    out: list[list[Pass]] = []
    for each in timeline.passes:
        if out and out[-1][0].stage == each.stage:
            out[-1].append(each)
        else:
            out.append([each])
    return out


def peaks(timeline: Timeline, passes: Sequence[Pass]) -> tuple[int, ...]:
    """The highest level of each channel while these passes play, in the units of the timeline."""
    start_ms, end_ms = passes[0].start_ms, passes[-1].end_ms
    levels = [each.levels for each in timeline.segments if start_ms <= each.start_ms < end_ms]
    return tuple(max(channel) for channel in zip(*levels, strict=True)) or (0, 0, 0)


def subject_of(ready: Ready, timeline: Timeline, kind: str) -> Subject:
    """What the intake asks about."""
    from host_cli.before.intake import Subject

    program = ready.loaded.program
    return Subject(
        clean(program.title),
        kind,
        timeline.regions,
        timeline.strength,
        "heat" in ready.profile.channels,
        program.for_,
    )


def _stage(timeline: Timeline, passes: Sequence[Pass]) -> str:
    first = passes[0]
    where = f", {listed([first.region])}" if first.region else ""
    lengths_s = dict.fromkeys((each.end_ms - each.start_ms) / 1000 for each in passes)
    lengths = " and ".join(clock_text(each) for each in lengths_s)
    sides = " then ".join(each.side for each in passes if each.side)
    each_side = " each" if len(passes) > 1 and len(lengths_s) == 1 else ""
    sides = f", {sides}" if sides else ""
    amounts = list(_amounts(peaks(timeline, passes)))
    highest = f": {', '.join(amounts)}" if amounts else ": off"
    return f"{clean(first.name)}{where}{sides}, {lengths}{each_side}{highest}"


def _amounts(levels: Sequence[int]) -> Iterator[str]:
    for name, level in zip(CHANNELS, levels, strict=True):
        if level > 0:
            yield f"{name} {_amount(name, level)}"


def _amount(channel: str, level: float) -> str:
    return f"{level / DEGREE:.3g}\u00a0°C" if channel == "heat" else f"{100 * level / FULL_SCALE:.0f}\u00a0%"


def _levels(ready: Ready, timeline: Timeline) -> Iterator[str]:
    """The highest level of each channel, and which cap would stop it; what the strength did."""
    program, profile = ready.loaded.program, ready.profile
    for name, level in zip(CHANNELS, peaks(timeline, timeline.passes), strict=True):
        if level > 0:
            cap = caps_on(program, profile, None, name, timeline.strength)[0]
            most = _amount(name, cap.value * (DEGREE if name == "heat" else FULL_SCALE))
            yield f"Highest {name}: {_amount(name, level)}; at most {most} is allowed, {cap.name}."
    if timeline.strength != program.strength:
        yield f"Written as {program.strength}, plays as {timeline.strength}: the motors are scaled down."


def _hand(hand: Hand) -> str:
    from sim.exposure import STOP_POINTS, WARN_POINTS

    left = max(0.0, STOP_POINTS - hand.points)
    said = (
        f"The operator's hand: {hand.points_today:.0f} of {STOP_POINTS:.0f} points today, about "
        f"{hand.points_planned:.1f} more with this; then {left:.0f} are left."
    )
    return f"{said} Over {WARN_POINTS:.0f}: let somebody else go on." if hand.points > WARN_POINTS else said
