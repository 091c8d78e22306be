"""What the live screen tells: the facts of one moment, apart from their layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from host_cli.curves import pass_title
from host_cli.guided.narrator import state_of
from host_cli.levels import asked_at
from programs.techniques import TECHNIQUES
from programs.timeline import CHANNELS, FULL_SCALE

if TYPE_CHECKING:
    from firmware_bridge.session import Status
    from host_cli.guided.conductor import Conductor
    from host_cli.guided.prompt import Prompt
    from programs.timeline import Pass, Timeline


@dataclass(frozen=True)
class Bar:
    """One motor channel: levels 0..1 of full scale."""

    channel: str
    asked: float  # what the program asks now
    applied: float  # what the device writes now
    allowed: float  # the tightest ceiling now in force
    rule: str = ""  # what holds it down, where something does


@dataclass(frozen=True)
class View:
    """One moment of a run."""

    title: str
    simulated: bool
    state: str  # RUNNING, PAUSED ...
    note: str = ""  # what the operator should know or do now
    step: int = 0  # the number of the stage, as `show` counts; 0: not begun
    steps: int = 0
    name: str = ""
    technique: str = ""
    region: str = ""
    side: str = ""
    cue: str = ""
    move: bool = False
    upcoming: str = ""
    stage_left_s: float = 0.0
    at_s: float = 0.0  # the place in the whole program
    left_s: float = 0.0
    duration_s: float = 0.0
    bars: tuple[Bar, ...] = ()
    heat_asked_c: float | None = None  # None: the program has no heat
    pad_c: float | None = None  # None: no reading
    gain: float = 1.0
    ended: bool = False
    prompt: Prompt | None = None  # a question that is open
    direction: str = ""  # of the stroke, in words
    pass_now: int = 0  # which of the strokes that are counted; 0: they are not
    passes: int = 0
    gain_max: float = 1.0  # as high as the recipient's answers let it go
    hand_points: float = 0.0  # of the operator today, this session included; 100 are the most
    told: str = ""  # what has just happened

    @property
    def kind(self) -> str:
        """SIM or REAL, on every screen."""
        return "SIM" if self.simulated else "REAL"

    @property
    def done(self) -> float:
        """Share of the program that is over, 0..1."""
        return 1.0 - self.left_s / self.duration_s if self.duration_s > 0 else 0.0

    @property
    def where(self) -> str:
        """Region and side in words."""
        return ", ".join(word for word in (self.region, self.side) if word) or "device at rest"


def view_of(
    conductor: Conductor, simulated: bool, *, prompt: Prompt | None = None, hand_points: float = 0.0
) -> View:
    """The present moment of a run; what is asked, and the operator's exposure today, others know."""
    whole, now = conductor.whole, conductor.now
    timeline = now.timeline or whole
    current, cue, after = conductor.current, conductor.cue, conductor.upcoming
    heat = any(segment.levels[2] for segment in whole.segments)
    asked = _asked(timeline, now.reported_ms, now.phase)
    technique = current.technique if current else ""
    pass_now, passes = _strokes(whole, current, conductor.at_ms)
    return View(
        title=whole.title,
        simulated=simulated,
        state=state_of(conductor),
        note=conductor.note,
        step=conductor.stage_number,
        steps=whole.passes[-1].stage + 1,
        name=current.name if current else "",
        technique=technique,
        region=current.region or "" if current else "",
        side=current.side or "" if current else "",
        cue=cue.say if cue else "",
        move=cue is not None and cue.move,
        upcoming=pass_title(after) if after else "",
        stage_left_s=(current.end_ms - now.playhead_ms) / 1000 if current else 0.0,
        at_s=conductor.at_ms / 1000,
        left_s=(timeline.duration_ms - now.playhead_ms) / 1000,
        duration_s=whole.duration_ms / 1000,
        bars=_bars(whole, now.status, asked),
        heat_asked_c=asked[2] / 100 if heat else None,
        pad_c=now.status.pad_c if now.status is not None else None,
        gain=now.gain,
        ended=conductor.over,
        prompt=prompt,
        direction=TECHNIQUES[technique].direction if technique else "",
        pass_now=pass_now,
        passes=passes,
        gain_max=now.gain_max,
        hand_points=hand_points,
    )


def _strokes(whole: Timeline, current: Pass | None, at_ms: int) -> tuple[int, int]:
    """Which stroke of how many, where they are counted; after a skip or a pause as in the whole stage."""
    if current is None or not current.strokes:
        return 0, 0
    here = whole.pass_at(at_ms)
    done = (at_ms - here.start_ms) * current.strokes // (here.end_ms - here.start_ms)
    return min(max(done + 1, 1), current.strokes), current.strokes


def _asked(timeline: Timeline, reported_ms: int, phase: str) -> tuple[float, float, float]:
    """What was asked at the moment of the last STATUS, so that it compares with what was applied."""
    if phase not in ("running", "pausing"):
        return 0.0, 0.0, 0.0
    return asked_at(timeline, reported_ms)


def _bars(whole: Timeline, status: Status | None, asked: tuple[float, float, float]) -> tuple[Bar, ...]:
    """A bar for each motor channel that the program uses."""
    used = [at for at in (0, 1) if any(segment.levels[at] for segment in whole.segments)]
    if status is None:
        return tuple(Bar(CHANNELS[at], 0.0, 0.0, 0.0) for at in used)
    return tuple(
        Bar(
            CHANNELS[at],
            asked[at] / FULL_SCALE,
            status.applied[at] / FULL_SCALE,
            status.allowed[at] / FULL_SCALE,
            status.rules[at] if status.rules[at] != "none" else "",
        )
        for at in used
    )
