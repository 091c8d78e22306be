"""What a session remembers, and how it moves from phase to phase.

Rules: the phase moves only along the table of ``phases``; whatever goes wrong ends in STOP; the
first reason given for a stop is the one that counts; events are bounded.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol.framing import Decoder, Encoder
from firmware_bridge.session.commands import NEVER_MS, Commands
from firmware_bridge.session.outcome import BY_USER
from firmware_bridge.session.phases import STARTING, Phase, after
from firmware_bridge.session.pulse import Pulse

if TYPE_CHECKING:
    from firmware_bridge.session.commands import Echo
    from firmware_bridge.session.doubts import Armed
    from firmware_bridge.session.outcome import Outcome, Verdict
    from firmware_bridge.session.status import Status, Welcome
    from firmware_bridge.session.stream import Stream
    from programs.timeline import Timeline

EVENTS_KEPT = 1000


class Event(NamedTuple):
    """Something that happened: ``kind`` is one word, ``detail`` a sentence or a name."""

    t_ms: int
    kind: str
    detail: str


class Core:
    """State of one session; ``Session`` is what applications use."""

    def __init__(self, session_id: int, first_token: int) -> None:
        self.session_id = session_id
        self.phase: Phase = "idle"
        self.next_due_ms = NEVER_MS
        self.welcome: Welcome | None = None
        self.status: Status | None = None
        self.timeline: Timeline | None = None  # the one that plays, or played last
        self.outcome: Outcome | None = None
        self.reason = ""
        self.problem = ""  # why there was no WELCOME: "silent" or "wrong_protocol"
        self.answered: Echo | None = None  # the last command that the device answered
        self.events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self.decoder = Decoder()
        self._encoder = Encoder()
        self._commands = Commands()
        self._pulse = Pulse(first_token)
        self._beaten = False  # the application has, since the last poll
        self._stream: Stream | None = None
        self._next: Timeline | None = None  # to be played
        self._waits: tuple[int, ...] = ()  # places of it that are not to be passed yet
        self._playing: Stream | None = None  # what the device plays, or played last
        self._profile_hash = ""  # of the profile it was compiled for
        self._held = False  # it shall not play: the application will say when
        self._begun = False  # this RESUME has been carried out
        self._taken_back_ms = NEVER_MS  # when PAUSE took the place of the last RESUME
        self._armed_regions = 0
        self._ceilings = (0, 0, 0)  # asked for with ARM
        self._armed: Armed | None = None  # once the device has taken them
        self._doubts = 0  # STATUS messages of the present phase that showed what cannot be
        self._self_stop_ms: int | None = None  # since when the device stops by itself
        self._verdict: Verdict = BY_USER  # the outcome once the stop is confirmed
        self._stop_seen = False  # STATUS has echoed the stop
        self._other = (0, 0)  # another session that the device is in, and how often it has said so
        self._now_ms = 0
        self._heard_ms = 0
        self._since_ms: int | None = None  # the present phase, once it has been polled
        self._polled_ms = 0
        self._excused_ms = NEVER_MS  # the deadline that passed while the host stood still
        self._grace_ms = 0  # and until when it is put off

    @property
    def urgent(self) -> bool:
        """A stop is to be sent: the driver may drop what it has not written yet."""
        return self._commands.kind in m.STOPPING

    @property
    def held(self) -> bool:
        """It is about to play, and waits for the application's word."""
        return self._held and self._next is not None and self.phase in STARTING

    # --- moving on

    def _ask(self, kind: int, values: dict[str, int] | None = None) -> None:
        self._commands.ask(kind, values)
        self.next_due_ms = 0

    def _pause(self) -> None:
        self._ask(m.PAUSE)
        self._go("pause")

    def _resume_when_primed(self) -> None:
        """RESUME, once, when the device has enough to play and nothing holds it back."""
        loaded = self.phase in ("armed", "resuming") and self._stream is not None and self._stream.primed
        if loaded and not self._held and not self._commands.kind:
            self._ask(m.RESUME)

    def _go(self, event: str) -> None:
        self.phase = after(self.phase, event)
        self._since_ms = None
        self._doubts = 0
        self.next_due_ms = 0
        self._note("phase", self.phase)

    def _note(self, kind: str, detail: str) -> None:
        self.events.append(Event(self._now_ms, kind, detail))

    def _abort(self, outcome: Outcome, reason: str) -> None:
        """Something is wrong: stop, and then say so."""
        self._note("trouble", reason)
        self._halt(m.STOP, outcome, reason)

    def _halt(self, kind: int, outcome: Outcome, reason: str) -> None:
        """STOP or ESTOP; the first reason given is the one that counts."""
        if self.phase == "ended":
            return
        if self.welcome is None:
            self._finish(outcome, reason)
            return
        if self.phase != "stopping":
            self._verdict = (outcome, reason)
            self._stream = None
            self._go("stop")
        elif kind == m.STOP or self._commands.kind == m.ESTOP:
            return  # under way already
        self._stop_seen = False
        self._commands.stop(kind)
        self.next_due_ms = 0

    def _finish(self, outcome: Outcome, reason: str) -> None:
        self.outcome, self.reason = outcome, reason
        self._stream = None
        self._commands.drop()
        self._go("over")
        self._note("ended", f"{outcome}: {reason}")
