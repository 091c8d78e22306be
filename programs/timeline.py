"""A Timeline: what the compiler makes of a program and a rig plays.

Integers only, in the units of the wire, so that what is checked, plotted and streamed is the same
thing. A segment is linear in each channel's envelope; its modulator is stated in full, so that any
segment can be read without the ones before it.

Units: time ms from the start of the timeline; motor levels 0..10000 of full scale; heat in 0.01 C
(0 = off); modulator depth and duty 0..10000; rates mHz; phase in micro-turns (0..999 999).
Heat never ramps from or to off: where either end of a heat segment is 0 it holds its end value.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CHANNELS = ("vibration", "percussion", "heat")
FULL_SCALE = 10_000
SHAPES = ("sine", "triangle", "saw_up", "saw_down", "square")


@dataclass(frozen=True, slots=True)
class Wave:
    """A modulator over one segment: lowers the envelope by ``depth`` at most.

    applied = envelope x (1 - depth (1 - s) / 2), s in -1..1. ``sine`` and ``triangle`` start at
    s = -1, rise over ``duty`` of the period and fall over the rest; ``square`` is s = 1 over
    ``duty`` and -1 after; saws run from -1 to 1 (``saw_up``) or 1 to -1 over the period and ignore
    ``duty``. The rate runs linearly from start to end over the segment.
    """

    shape: str
    rate_start_mhz: int
    rate_end_mhz: int
    depth: int
    duty: int
    phase_ut: int

    def phase_after_ut(self, t_ms: int, duration_ms: int) -> int:
        """Phase ``t_ms`` into a segment of ``duration_ms``: the device's own integer arithmetic."""
        climb_mhz = (self.rate_end_mhz - self.rate_start_mhz) * t_ms // duration_ms
        return (self.phase_ut + self.rate_start_mhz * t_ms + climb_mhz * t_ms // 2) % 1_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of the timeline: 20..500 ms, the level that each channel reaches at its end."""

    start_ms: int
    duration_ms: int
    region: str | None  # None: nothing is worked, all motors at zero
    levels: tuple[int, int, int]  # in the order of CHANNELS; linear from the previous end
    waves: tuple[Wave | None, Wave | None, None]
    last: bool = False

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.duration_ms


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to say to the operator. ``move``: they must move to another spot."""

    at_ms: int  # from the start of the timeline
    say: str
    move: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """A ramp that the compiler put in so that levels meet."""

    channel: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Pass:
    """One stage on one side: what a person would call 'the step we are at'."""

    index: int  # place in Timeline.passes
    stage: int  # place of the stage in the document, from 0; -1 for a warm-up that was put in
    name: str
    technique: str
    region: str | None
    side: str | None  # left | right | None
    start_ms: int
    end_ms: int
    cues: tuple[Cue, ...] = ()
    joins: tuple[Join, ...] = ()
    strokes: int = (
        0  # passes of the technique that the whole stage has, as long as each other; 0: not counted
    )


@dataclass(frozen=True, slots=True)
class Timeline:
    """A compiled program, ready to stream.

    ``max_error`` is the greatest distance of a level from the exact curve, as a fraction of full
    scale (heat: of 1 C x 100), except within ``max_edge_ms`` of a jump of a square, a saw or heat.
    ``origin_ms`` is where in the whole program this timeline starts (0, unless it is a
    continuation after a pause or a skip).
    """

    program_id: str
    title: str
    profile_id: str
    strength: str
    segments: tuple[Segment, ...]
    passes: tuple[Pass, ...]
    ceilings: tuple[int, int, int]  # per channel: the tightest cap of program and strength
    max_error: float
    max_edge_ms: int
    origin_ms: int = 0
    notes: tuple[str, ...] = field(default=())  # what the compiler did that the author should know

    @property
    def duration_ms(self) -> int:
        return self.segments[-1].end_ms if self.segments else 0

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that are worked, each once, in order of first use."""
        return tuple(dict.fromkeys(s.region for s in self.segments if s.region is not None))

    @property
    def put_in_ms(self) -> int:
        """How long the passes last that were put in before it, a warm-up: the whole program has no time
        for them."""
        return sum(each.end_ms - each.start_ms for each in self.passes if each.stage < 0)

    def pass_at(self, t_ms: int) -> Pass:
        """The pass that plays at ``t_ms`` (the last one at or after the end)."""
        for each in self.passes:
            if t_ms < each.end_ms:
                return each
        return self.passes[-1]
