"""What happened, told: from one moment of a session to the next, as events and samples.

Rule kept here: everything a screen shows that changes is told here too, so that whoever cannot see the
screen, a record or another program misses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.curves import pass_title
from host_cli.exits import IN_WORDS
from host_cli.guided.events import Event, Sample, Value
from host_cli.guided.places import place_of
from host_cli.levels import asked_at
from programs.timeline import CHANNELS, FULL_SCALE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firmware_bridge.session import Event as SessionEvent
    from firmware_bridge.session import Status
    from host_cli.guided.conductor import Conductor
    from programs.timeline import Cue, Pass

STATES = {
    "idle": "READY", "hello": "CONNECTING", "arming": "ARMING", "priming": "ARMING", "armed": "ARMED",
    "running": "RUNNING", "pausing": "PAUSING", "paused": "PAUSED", "resuming": "RESUMING",
    "stopping": "STOPPING", "ended": "ENDED",
}  # fmt: skip
SOON_MS = 10_000  # a change of place is called so long before it comes
TOLD = ("trouble", "underrun", "fault", "dead_man")  # of what the session notes; the rest is told anyway


def _known(value: float | None) -> float:
    """A number that a sample can hold: NaN for what is not known."""
    return float("nan") if value is None else value


def state_of(conductor: Conductor) -> str:
    """The word for the state; what is held before it plays is paused, too."""
    now = conductor.now
    if now.status is not None and now.status.fault:
        return "FAULT"
    return STATES["paused"] if conductor.standing else STATES[now.phase]


class Narrator:
    """``events`` and ``samples`` grow; whoever listens takes them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.samples: list[Sample] = []
        self._begun_ms: int | None = None
        self._t_s = self._at_s = 0.0
        self._state = ""
        self._pass: Pass | None = None
        self._soon: Pass | None = None
        self._cue: Cue | None = None
        self._strength = (1.0, 1.0)
        self._rules = ("none", "none", "none")
        self._status: Status | None = None
        self._ended = False

    def tell(self, kind: str, say: str, **data: Value) -> None:
        """An event, now."""
        self.events.append(Event(self._t_s, self._at_s, kind, say, data))

    def at(self, now_ms: int, place_ms: int) -> None:
        """It is so late, and the program stands there."""
        if self._begun_ms is None:
            self._begun_ms = now_ms
        self._t_s, self._at_s = (now_ms - self._begun_ms) / 1000, place_ms / 1000

    def look(self, conductor: Conductor, noted: Iterable[SessionEvent]) -> None:
        """Tell what is different now."""
        for each in noted:
            if each.kind in TOLD:
                self.tell("device", each.detail, what=each.kind)
        state = state_of(conductor)
        if state != self._state:
            self._state = state
            self.tell("state", conductor.note if conductor.standing else state.lower(), state=state)
        self._sample(conductor)
        if state == "RUNNING":
            self._running(conductor)
        now = conductor.now
        if (now.gain, now.gain_max) != self._strength:
            self._strength = (now.gain, now.gain_max)
            most = f", at most {now.gain_max:.2f} from now on" if now.gain_max < 1 else ""
            self.tell("strength", f"strength x{now.gain:.2f}{most}", gain=now.gain, gain_max=now.gain_max)
        if conductor.over and not self._ended:
            self._ended = True
            self._end(conductor)

    def _running(self, conductor: Conductor) -> None:
        now = conductor.current
        if now is not None and now != self._pass:
            self._pass, self._cue = now, None
            self._stage(conductor, now)
        after = conductor.upcoming
        if now is not None and after is not None and after != self._soon:
            left_ms = now.end_ms - conductor.now.playhead_ms
            if place_of(after) not in (None, place_of(now)) and left_ms <= SOON_MS:
                self._soon = after
                say = f"in {max(1, round(left_ms / 1000))} s: {pass_title(after)}"
                self.tell("next", say, region=after.region, side=after.side, in_s=left_ms / 1000)
        said = conductor.cues
        for cue in said[said.index(self._cue) + 1 if self._cue in said else 0 :]:
            self._cue = cue
            self.tell("cue", cue.say, move=cue.move)
        self._limits(conductor.now.status)

    def _stage(self, conductor: Conductor, now: Pass) -> None:
        whole = conductor.whole
        number, many = conductor.stage_number, whole.passes[-1].stage + 1
        self.tell(
            "stage",
            f"stage {number} of {many}: {pass_title(now)}",
            stage=number, stages=many, name=now.name, technique=now.technique,
            region=now.region, side=now.side, duration_s=(now.end_ms - now.start_ms) / 1000,
        )  # fmt: skip

    def _limits(self, status: Status | None) -> None:
        if status is None or status.rules == self._rules:
            return
        before, self._rules = self._rules, status.rules
        for channel, rule, was in zip(CHANNELS, self._rules, before, strict=True):
            if rule not in ("none", was):
                self.tell("limited", f"{channel} held down: {rule}", channel=channel, rule=rule)

    def _end(self, conductor: Conductor) -> None:
        moment = conductor.now
        outcome = moment.outcome or "lost_link"
        zero = moment.status is not None and moment.status.at_rest
        say = f"{IN_WORDS[outcome]}: {moment.reason}"
        self.tell("ended", say, outcome=outcome, reason=moment.reason, outputs_zero=zero)

    def _sample(self, conductor: Conductor) -> None:
        """One for every STATUS."""
        now, status = conductor.now, conductor.now.status
        if status is None or status is self._status or now.timeline is None:
            return
        self._status = status
        playing = now.phase in ("running", "pausing")
        asked = asked_at(now.timeline, now.reported_ms) if playing else (0.0, 0.0, 0.0)
        self.samples.append(
            Sample(
                self._t_s,
                conductor.reported_ms / 1000,
                self._state,
                asked[0] / FULL_SCALE,
                status.allowed_vibration / FULL_SCALE,
                status.applied_vibration / FULL_SCALE,
                asked[1] / FULL_SCALE,
                status.allowed_percussion / FULL_SCALE,
                status.applied_percussion / FULL_SCALE,
                asked[2] / 100,
                status.allowed_heat_c100 / 100,
                status.applied_heat_duty / FULL_SCALE,
                _known(status.pad_c),
                _known(status.current_a),
                _known(status.supply_v),
                status.gain / FULL_SCALE,
                status.gain_max / FULL_SCALE,
                float(status.bucket_s),
            )
        )
