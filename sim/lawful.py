"""The highest duty that each motor pin may lawfully carry now: from the timeline and the caps alone.

Worked out beside the device, not by it. What it takes from the device is only where playing is (the
playhead); regions, levels and ceilings come from the timeline that the host plays, the caps are
restated here with their sources, and the calibration is the profile's.

    level <= device, profile, session and region cap, <= what the timeline asks in this piece,
    <= 0.30/s since motion began or came back, and it rises by 1.0/s at most; modulators only lower
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from programs.profile import Profile
    from programs.timeline import Timeline

FULL = 10_000
DEVICE_LEVEL = 8_500  # of 10000: firm, the strongest that anyone can choose (safety: by strength; R4 R16; E)
REGION_LEVEL = {  # of 10000, any motor (safety: by region; A1 A4; E)
    None: 0, "neck": 3_000, "shoulders": 8_500, "upper-back": 8_500, "lower-back": 5_000, "hips": 8_500,
    "back": 5_000,
}  # fmt: skip
NO_PERCUSSION = (None, "neck", "lower-back", "back")  # published injuries (safety: percussion; R6; D)
RISE_PER_MS = 10  # of 10000 per ms: 1.0/s up (safety: envelope slew; E)
FALL_PER_MS = 80  # of 10000 per ms: 8.0/s down (safety: envelope slew; E)
SOFT_PER_MS = 3  # of 10000 per ms: 0.30/s after start, pause, underrun, resume or skip (safety: slew; E)
PIN_TOP = 60_000  # u16: no motor pin is ever driven harder (design: the last check)
DUTY_TOP = 65_535  # u16 of a full duty, as every board counts (design: pins)


class Lawful:
    """``at`` moves to where playing is; then ``tops`` are u16 duties per output of the profile.

    >>> from programs.profile import load_profile
    >>> from programs.timeline import Segment, Timeline
    >>> ramp = Segment(0, 500, "neck", (5000, 0, 0), (None, None, None), last=True)
    >>> timeline = Timeline("a", "A", "p", "light", (ramp,), (), (3500, 0, 4000), 0.0, 0)
    >>> lawful = Lawful(load_profile("heated-head"), (3500, 0, 4000))
    >>> lawful.begin(timeline)
    >>> lawful.at(10, 10); lawful.tops[0]  # 0.003 of full scale, 10 ms after the start
    6632
    >>> lawful.at(499, 3000); lawful.tops[0]  # in the neck never above 0.30
    14418
    """

    def __init__(self, profile: Profile, ceilings: tuple[int, int, int]) -> None:
        self.tops = [0] * len(profile.outputs)
        self.heat_c100 = 0  # what this piece asks of the heater, 0: off
        self.soft = 0
        self.from_ms = self.until_ms = 0  # the piece that ``at`` has come to
        self.settled = False  # nothing moves before the next piece
        self._pins = [_Pin(profile, channel, ceilings[channel]) for channel in (0, 1)]
        self._pins = [pin for pin in self._pins if pin.output >= 0]
        self._timeline: Timeline | None = None
        self._starts_ms: list[int] = []

    def begin(self, timeline: Timeline) -> None:
        """From RESUME on this timeline plays, from its start and from zero."""
        if timeline is not self._timeline:
            self._timeline = timeline
            self._starts_ms = [segment.start_ms for segment in timeline.segments]
        self.until_ms = -1
        self.from_zero()

    def from_zero(self) -> None:
        """Motion begins, or comes back after an underrun."""
        self.soft = 0
        self.settled = False
        for pin in self._pins:
            pin.level = 0

    def at(self, playhead_ms: int, elapsed_ms: int) -> None:
        """Playing has come to ``playhead_ms``, and ``elapsed_ms`` have passed since the call before."""
        if not self.from_ms <= playhead_ms < self.until_ms:
            self._enter(playhead_ms)
        if not self.settled:
            self._move(elapsed_ms)

    def starts_at(self, playhead_ms: int) -> bool:
        """A piece of the timeline begins just there."""
        return playhead_ms == self.from_ms

    def _enter(self, playhead_ms: int) -> None:
        timeline = self._timeline
        assert timeline is not None  # begin() comes before at()
        place = max(0, bisect_right(self._starts_ms, playhead_ms) - 1)
        segment = timeline.segments[place]
        before = timeline.segments[place - 1].levels if place else (0, 0, 0)
        self.from_ms, self.until_ms = segment.start_ms, segment.end_ms
        self.heat_c100 = max(segment.levels[2], before[2]) if segment.levels[2] else 0
        for pin in self._pins:
            cap = pin.caps[segment.region]
            pin.cap = cap
            pin.asked = min(cap, max(before[pin.channel], segment.levels[pin.channel]))
        self.settled = False

    def _move(self, elapsed_ms: int) -> None:
        settled = True
        if self.soft < FULL:
            self.soft += SOFT_PER_MS * elapsed_ms
            settled = False
        for pin in self._pins:
            self.tops[pin.output] = 0
        for pin in self._pins:
            level, asked = pin.level, pin.asked
            if level < asked:
                level = min(asked, level + RISE_PER_MS * elapsed_ms)
            elif level > asked:
                level = min(pin.cap, max(asked, level - FALL_PER_MS * elapsed_ms))
            pin.level = level
            settled = settled and level == asked
            duty = pin.duty(min(level, self.soft))
            if duty > self.tops[pin.output]:
                self.tops[pin.output] = duty
        self.settled = settled


class _Pin:
    """One motor channel and the output that plays it; levels of 10000."""

    def __init__(self, profile: Profile, channel: int, ceiling: int) -> None:
        name = ("vibration", "percussion")[channel]
        self.channel = channel
        self.output = next((at for at, out in enumerate(profile.outputs) if name in out.channels), -1)
        self.level = self.asked = self.cap = 0
        if self.output < 0:
            return
        output = profile.outputs[self.output]
        percussive = channel == 1 or output.head == "percussive"
        most = min(DEVICE_LEVEL, round(profile.limit(name) * FULL), ceiling)
        self.caps = {
            region: 0 if percussive and region in NO_PERCUSSION else min(most, cap)
            for region, cap in REGION_LEVEL.items()
        }
        self._start = round(output.start_duty * DUTY_TOP)
        self._full = round(output.max_duty * DUTY_TOP)

    def duty(self, level: int) -> int:
        """The calibration of a level; 0 is 0."""
        if level <= 0:
            return 0
        return min(PIN_TOP, self._start + (self._full - self._start) * level // FULL)
