"""The motor bucket: the makers' auto-off as a budget that fills again.

-1 per second with any motor level above zero (bursts count whole), +1 per second off, 900 s full;
empty means that the device stops, and starts nothing until 300 s are in it. Rules kept here: this one is
never the more generous: a segment that touches a level above zero counts as on for its whole length, and
a reserve stays in it for what a device's clock and its ramps take beyond the program.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from programs import limits
from programs.diagnostics import Diagnostic
from programs.plan import Plan
from programs.timeline import Segment


@dataclass(frozen=True, slots=True)
class BucketRun:
    """How a timeline uses the bucket."""

    start_s: float
    lowest_s: float
    end_s: float
    empty_at_ms: int | None  # None: it never runs empty

    @property
    def short_s(self) -> int:
        """How many seconds are missing at the worst place, rounded up; 0 when it lasts."""
        return max(0, math.ceil(limits.BUCKET_SPARE_S - self.lowest_s))

    @property
    def wait_s(self) -> int:
        """Rest needed before the start so that it would last; 0 when no rest can help."""
        return self.short_s + 1 if 0 < self.short_s <= limits.BUCKET_S - self.start_s else 0

    def diagnostic(self, plan: Plan) -> Diagnostic:
        """What to say when it runs empty."""
        at_ms = self.empty_at_ms or 0
        each = next((p for p in plan.passes if at_ms < p.end_ms), plan.passes[-1])
        clock = f"{at_ms // 60_000}:{at_ms // 1000 % 60:02d}"
        hint = (
            f"It is {self.short_s} s short at the worst: make this stage or those before it shorter, "
            "or put a rest between them."
        )
        if self.wait_s:
            hint = f"Wait {self.wait_s} s before the start: the motors rest and the bucket fills."
        text = (
            f"The motor bucket, {self.start_s:.0f} s at the start, has less than its reserve of "
            f"{limits.BUCKET_SPARE_S} s left at {clock}, in {each.called}; motors may run "
            f"{limits.BUCKET_S - limits.BUCKET_SPARE_S} s on end, and a second off gives one back."
        )
        where = each.where if each.stage_index >= 0 else ()
        return Diagnostic("error", "L9", text, where, "makers' auto-off after 10 to 15 min", hint)


def bucket_after(segments: Sequence[Segment], start_s: float = limits.BUCKET_S) -> BucketRun:
    """Run the bucket over segments; it starts with ``start_s``.

    >>> bucket_after([Segment(0, 500, None, (0, 0, 0), (None, None, None))], 100.0).end_s
    100.5
    """
    full, spare = limits.BUCKET_S * 1000, limits.BUCKET_SPARE_S * 1000
    left = lowest = min(round(start_s * 1000), full)
    empty_at, level = None, 0
    for each in segments:
        now = each.levels[0] or each.levels[1]
        if now or level:
            left -= each.duration_ms
            if left < lowest:
                lowest = left
                if left < spare and empty_at is None:
                    empty_at = each.end_ms
        else:
            left = min(left + each.duration_ms, full)
        level = now
    return BucketRun(start_s, lowest / 1000, left / 1000, empty_at)
