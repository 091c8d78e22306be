"""Where the head has to be: where it must be moved before anything strikes; what counts as one spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from programs.profile import Profile
    from programs.timeline import Pass, Timeline

Place = tuple[str, str | None]  # region, and side if there is one
SPOT_TECHNIQUES = ("friction", "tapotement", "trigger-point")  # T3, T4, T7: worked on one spot (R8)
MOTORS = (0, 1)  # of the levels of a segment


def place_of(each: Pass) -> Place | None:
    """Where a pass works; None where it does not."""
    return None if each.region is None else (each.region, each.side)


def striking(profile: Profile) -> tuple[int, ...]:
    """The motor channels that strike on this rig: percussion, and all that a percussive head plays."""
    names = ("vibration", "percussion")
    heads = {name for output in profile.outputs if output.head == "percussive" for name in output.channels}
    return tuple(at for at, name in enumerate(names) if name == "percussion" or name in heads)


def percussion_waits(
    timeline: Timeline, channels: tuple[int, ...], stands: Place | None
) -> Iterator[tuple[int, Pass]]:
    """(ms, pass) of every place at which something begins to strike where the head has not been.

    ``stands`` is where the operator is known to hold it; None: they say where by starting.
    """
    for each in timeline.passes:
        place = place_of(each)
        if place is None:
            continue
        begins_ms = _begins_ms(timeline, each, channels)
        if begins_ms is not None and stands not in (None, place):
            yield begins_ms, each
        stands = place


def _begins_ms(timeline: Timeline, each: Pass, channels: tuple[int, ...]) -> int | None:
    """Where motors first turn in a pass that strikes at all; None in another."""
    worked = [s for s in timeline.segments if each.start_ms <= s.start_ms < each.end_ms and s.region]
    strikes = any(segment.levels[at] for segment in worked for at in channels)
    return worked[0].start_ms if strikes else None


def envelope_at(timeline: Timeline, t_ms: int) -> float:
    """The highest motor level asked at a time, modulators left out, 0..1: how deep it works."""
    from bisect import bisect_right

    segments = timeline.segments
    at = max(0, bisect_right(segments, t_ms, key=lambda each: each.start_ms) - 1)
    segment = segments[at]
    before = segments[at - 1].levels if at else (0, 0, 0)
    part = min(max(t_ms - segment.start_ms, 0), segment.duration_ms) / segment.duration_ms
    return max(before[k] + (segment.levels[k] - before[k]) * part for k in MOTORS) / 10_000


def peak_between(timeline: Timeline, start_ms: int, end_ms: int) -> float:
    """The highest motor level, modulators left out, from ``start_ms`` to ``end_ms``, 0..1."""
    from bisect import bisect_left, bisect_right

    segments = timeline.segments
    first = bisect_right(segments, start_ms, key=lambda each: each.end_ms)
    inside = segments[first : bisect_left(segments, end_ms, key=lambda each: each.start_ms)]
    highest = max((s.levels[k] for s in inside for k in MOTORS), default=0) / 10_000
    return max(highest, envelope_at(timeline, start_ms))
