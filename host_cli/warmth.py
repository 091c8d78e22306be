"""What was played so far: which regions are warm when a program goes on after a pause or a skip.

A region is warm once the warming techniques have worked it for as long as rule R2 asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.limits import WARM_S, WARMING

if TYPE_CHECKING:
    from programs.timeline import Timeline


class Warmth:
    """Adds up played time; ``regions`` are those that are warm.

    >>> from programs.timeline import Pass, Timeline
    >>> glide = Pass(0, 0, "Glide", "effleurage", "back", None, 0, 90_000)
    >>> warmth = Warmth()
    >>> warmth.add(Timeline("a", "A", "p", "light", (), (glide,), (0, 0, 0), 0.0, 0), 70_000)
    >>> warmth.regions
    ('back',)
    """

    def __init__(self) -> None:
        self._played_ms: dict[str, int] = {}

    def add(self, timeline: Timeline, until_ms: int) -> None:
        """``timeline`` was played from its start to ``until_ms``."""
        for each in timeline.passes:
            played_ms = min(each.end_ms, until_ms) - each.start_ms
            if each.technique in WARMING and each.region is not None and played_ms > 0:
                self._played_ms[each.region] = self._played_ms.get(each.region, 0) + played_ms

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(region for region, ms in self._played_ms.items() if ms >= WARM_S * 1000)
