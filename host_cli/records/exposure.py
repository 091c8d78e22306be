"""What a day with the massager does to the hand that holds it, from what was applied.

On a rig nobody measures how fast a motor turns. So the speed is taken that it has without load at the
applied level, by its profile's own table, and the handle's a_hv follows it as in ``sim.exposure``: an
estimate, and said so wherever it is shown. Between two samples the greater level counts, as it does over
a gap in a trace.

Only REAL sessions count for a day. The day is the operator's own: the local calendar day, at the moment of
writing; a session over midnight counts for both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sim.exposure import STOP_POINTS, WARN_POINTS, Handle, hand_points, handle_of

if TYPE_CHECKING:
    from host_cli.guided.events import Sample
    from programs.hardware import Motor, Output
    from programs.profile import Profile

RAD_S_TO_RPM = 60.0 / math.tau


def day_of(now: datetime) -> str:
    """The operator's calendar day, as 2026-11-21; ``now`` has a time zone."""
    return now.astimezone().date().isoformat()


class _Grip:
    """What one motor passes on to the hand, by the level applied to its channels."""

    def __init__(self, output: Output, motor: Motor, handle: Handle, supply_v: float) -> None:
        self._output, self._motor, self._handle = output, motor, handle
        self._supply_v = supply_v
        self._columns = tuple(f"{channel}_applied" for channel in output.channels)

    def level(self, sample: Sample) -> float:
        """What drives it: the highest of its channels. NaN counts as all of it."""
        levels = [getattr(sample, each) for each in self._columns]
        return max(level if level == level else 1.0 for level in levels)

    def a_hv_m_s2(self, level: float) -> float:
        if not level > 0.0:
            return 0.0
        output = self._output
        duty = output.start_duty + (output.max_duty - output.start_duty) * level
        return self._handle.a_hv_at(self._motor.speed_rad_s(duty * self._supply_v) * RAD_S_TO_RPM)


class Hand:
    """The hand of ``operator``; ``points_today`` is what it had before, 100 a day are the most.

    ``counts``: REAL; of a simulated session ``points`` are still worked out, but the day is not touched.

    >>> from host_cli.guided.events import Sample
    >>> from programs.profile import load_profile
    >>> hand = Hand(load_profile("percussion-massager"), "me", 40.0)
    >>> full = Sample(0.0, 0.0, "RUNNING", *[1.0] * 15)
    >>> hand.add(full), round(hand.add(full._replace(t_s=600.0)), 1)
    (40.0, 50.1)
    """

    def __init__(
        self, profile: Profile, operator: str, points_today: float = 0.0, *, counts: bool = True
    ) -> None:
        self.operator = operator
        self.points = 0.0  # of this session
        self.moving_s = 0.0
        self._points_before = points_today
        self._counts = counts
        self._grips = list(_grips(profile))
        self._before: Sample | None = None

    def add(self, sample: Sample) -> float:
        """One sample more, later than the last; the points of the day, this session's included."""
        before, self._before = self._before, sample
        if before is not None:
            self._add(sample, before, sample.t_s - before.t_s)
        return self.day_points

    def _add(self, sample: Sample, before: Sample, dt_s: float) -> None:
        levels = [max(grip.level(sample), grip.level(before)) for grip in self._grips]
        each_m_s2 = [grip.a_hv_m_s2(level) for grip, level in zip(self._grips, levels, strict=True)]
        self.points += hand_points((a_hv_m_s2, dt_s) for a_hv_m_s2 in each_m_s2)
        self.moving_s += dt_s * any(level > 0.0 for level in levels)

    @property
    def day_points(self) -> float:
        return self._points_before + (self.points if self._counts else 0.0)

    @property
    def warning(self) -> str:
        """What the operator should be told, in a sentence; nothing below 50 points."""
        return warning(self.day_points)

    @property
    def spent(self) -> bool:
        """The day's 100 points are used up (NaN counts): stop, and begin nothing."""
        return not self.day_points < STOP_POINTS


def warning(points: float) -> str:
    """What a day's points mean for the hand; nothing below 50.

    >>> warning(12.0), warning(61.0)
    ('', 'Your hand has had 61 of 100 points today (estimated): leave it at this.')
    """
    if points < WARN_POINTS:
        return ""
    had = f"Your hand has had {points:.0f} of {STOP_POINTS:.0f} points today (estimated)"
    return (
        f"{had}: leave it at this."
        if points < STOP_POINTS
        else f"{had}: put the massager down until tomorrow."
    )


def _grips(profile: Profile) -> Iterable[_Grip]:
    for output in profile.outputs:
        handle = handle_of(output, profile.supply.volts)
        if handle is not None and output.motor is not None:
            yield _Grip(output, output.motor, handle, profile.supply.volts)


def points_of(profile: Profile, samples: Iterable[Sample]) -> tuple[float, float]:
    """(points, seconds moving) of a whole record."""
    hand = Hand(profile, "")
    for each in samples:
        hand.add(each)
    return hand.points, hand.moving_s
