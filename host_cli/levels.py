"""What a Timeline asks at one moment, modulator included, in plain Python for the live screen.

``programs.sampling`` does the same for many moments at once, with numpy.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

from programs.timeline import FULL_SCALE

if TYPE_CHECKING:
    from programs.timeline import Segment, Timeline, Wave


def asked_at(timeline: Timeline, t_ms: int) -> tuple[float, float, float]:
    """Levels asked at ``t_ms``: motors 0..10000, heat in 0.01 C (0 = off).

    >>> from programs.timeline import Segment, Timeline
    >>> ramp = Segment(0, 500, "back", (2000, 0, 3900), (None, None, None), last=True)
    >>> asked_at(Timeline("a", "A", "p", "light", (ramp,), (), (3500, 0, 4000), 0.0, 0), 250)
    (1000.0, 0.0, 3900.0)
    """
    segments = timeline.segments
    if not segments:
        return 0.0, 0.0, 0.0
    at = max(0, bisect_right(segments, t_ms, key=lambda each: each.start_ms) - 1)
    segment = segments[at]
    before = segments[at - 1].levels if at else (0, 0, 0)
    into_ms = min(max(t_ms - segment.start_ms, 0), segment.duration_ms)
    part = into_ms / segment.duration_ms
    vibration, percussion = (_motor(segment, before[channel], channel, part, into_ms) for channel in (0, 1))
    start, end = before[2], segment.levels[2]
    heat = end if not start or not end else start + (end - start) * part
    return vibration, percussion, float(heat)


def _motor(segment: Segment, start: int, channel: int, part: float, into_ms: int) -> float:
    envelope = start + (segment.levels[channel] - start) * part
    wave = segment.waves[channel]
    if wave is None:
        return envelope
    depth = wave.depth / FULL_SCALE
    return envelope * (
        1 - depth * (1 - wave_value(wave, wave.phase_after_ut(into_ms, segment.duration_ms))) / 2
    )


def wave_value(wave: Wave, phase_ut: int) -> float:
    """The modulator s in -1..1 at a phase.

    >>> from programs.timeline import Wave
    >>> wave = Wave("triangle", 1000, 1000, 10000, 2500, 0)
    >>> wave_value(wave, 0), wave_value(wave, 250_000), wave_value(wave, 625_000)
    (-1.0, 1.0, 0.0)
    """
    turn, duty = phase_ut / 1e6, wave.duty / FULL_SCALE
    if wave.shape == "square":
        return 1.0 if turn < duty else -1.0
    if wave.shape == "saw_up":
        return 2 * turn - 1
    if wave.shape == "saw_down":
        return 1 - 2 * turn
    rising = turn < duty
    part = turn / duty if rising else (turn - duty) / (1 - duty)
    value = 2 * part - 1 if wave.shape == "triangle" else -math.cos(math.pi * part)
    return value if rising else 0.0 - value
