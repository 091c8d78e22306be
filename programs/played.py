"""What has really been played of a program: what the rules of a continuation may count on.

A place in a program says nothing about it: stages may have been skipped. So whoever plays adds up
the timelines, each up to where it stopped. Rules kept here: warm-up counts as R2 counts it, gaps and
joins included; motor time is the time with a motor level above zero, bursts whole (R1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from programs.limits import WARMING

if TYPE_CHECKING:
    from programs.timeline import Pass, Segment, Timeline


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
            if each.region is not None and each.technique in WARMING and each.start_ms < until_ms:
                warm_s[each.region] = warm_s.get(each.region, 0.0) + _upto(each, until_ms)
        on_s, level = 0.0, 0
        for segment in timeline.segments:
            if segment.start_ms >= until_ms:
                break
            now = max(segment.levels[:2])
            if now or level:
                on_s += _upto(segment, until_ms)
            level = now
        return Played(self.motor_s + on_s, warm_s)


def _upto(span: Pass | Segment, until_ms: int) -> float:
    """Seconds of the span that lie before ``until_ms``."""
    return (min(span.end_ms, until_ms) - span.start_ms) / 1000.0
