"""What has really been played of a program: what the rules of a continuation may count on.

A place in a program says nothing about it: stages may have been skipped. So whoever plays adds up
the timelines, each up to where it stopped. Rules kept here: warm-up counts as R2 counts it, with the gap
of a move and the joins, without what plays nothing; motor time is the time with a motor level above
zero, bursts whole (R1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from programs.limits import GAP_S, WARMING

if TYPE_CHECKING:
    from programs.timeline import Pass, Timeline


@dataclass(frozen=True, slots=True)
class Played:
    """Seconds of motor time, and of warm-up by region.

    >>> from programs.timeline import Pass, Segment, Timeline
    >>> glide = Pass(0, 0, "Glide", "effleurage", "back", None, 0, 500)
    >>> stroke = Segment(0, 500, "back", (900, 0, 0), (None, None, None), last=True)
    >>> once = Timeline("a", "A", "p", "light", (stroke,), (glide,), (0, 0, 0), 0.0, 0)
    >>> Played().and_then(once, 200).and_then(once, 500)
    Played(motor_s=0.7, warm_s={'back': 0.7})
    """

    motor_s: float = 0.0
    warm_s: Mapping[str, float] = field(default_factory=dict)

    def and_then(self, timeline: Timeline, until_ms: int) -> Played:
        """This, and then ``timeline`` from its start to ``until_ms``."""
        warm_s = dict(self.warm_s)
        for each in timeline.passes:
            if each.region is not None and each.technique in WARMING:
                worked_s = _worked_s(timeline, each, until_ms)
                warm_s[each.region] = warm_s.get(each.region, 0.0) + worked_s
        running = sum(end_ms - start_ms for start_ms, end_ms in _running(timeline, until_ms))
        return Played(self.motor_s + running / 1000.0, warm_s)


def _running(timeline: Timeline, until_ms: int) -> Iterator[tuple[int, int]]:
    """Start and end of each segment with a motor level above zero, up to ``until_ms``."""
    level = 0
    for segment in timeline.segments:
        if segment.start_ms >= until_ms:
            return
        now = max(segment.levels[:2])
        if now or level:
            yield segment.start_ms, min(segment.end_ms, until_ms)
        level = now


def _worked_s(timeline: Timeline, each: Pass, until_ms: int) -> float:
    """Seconds of motor time in a pass, and of the gap before the first of it."""
    running = [
        (start_ms, end_ms)
        for start_ms, end_ms in _running(timeline, min(until_ms, each.end_ms))
        if start_ms >= each.start_ms
    ]
    if not running:
        return 0.0
    gap_s = min(GAP_S, (running[0][0] - each.start_ms) / 1000.0)
    return gap_s + sum(end_ms - start_ms for start_ms, end_ms in running) / 1000.0
