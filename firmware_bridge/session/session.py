"""The host's side of a session, as applications use it: what to do, and what became of it.

Rules: nothing starts or resumes unless the application asked for it; the heartbeat's token moves
only with ``beat``, so an application that hangs cannot look alive; ``outcome`` is one of a closed
set, and "completed" only when the last record was played. No I/O, clock or threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.session.checks import region_bits
from firmware_bridge.session.listener import Listener
from firmware_bridge.session.phases import ACTIVE, STARTING
from firmware_bridge.session.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firmware_bridge.session.outcome import Outcome
    from programs.timeline import Timeline


class Session(Listener):
    """One session with one device, from HELLO to its end.

    Give it what arrives (``receive``), write what ``poll`` returns, call ``beat`` from the
    application's own loop at least every 500 ms, and say what is wanted: ``play``, ``pause``,
    ``resume``, ``set_gain``, ``stop``, ``estop``, ``clear``. ``phase``, ``status``, ``welcome``,
    ``outcome``, ``reason`` and ``events`` say what became of it.

    >>> session = Session(session_id=7)
    >>> session.hello()
    >>> session.poll(now_ms=0).hex(" ")
    '00 02 11 02 07 02 01 05 65 79 84 fd 00'
    >>> session.phase, session.next_due_ms
    ('hello', 100)
    """

    def __init__(self, session_id: int, first_token: int = 1) -> None:
        if not 1 <= session_id <= 0xFFFF:
            raise ValueError(f"Session number {session_id} is not in 1..65535.")
        super().__init__(session_id, first_token)
        self.gain = 1.0
        self.gain_max = 1.0

    # --- what the application asks for

    def hello(self) -> None:
        """Begins: asks the device who it is."""
        if self.phase == "idle" and self.welcome is None:
            self._commands.ask(m.HELLO)
            self._go("hello")

    def play(
        self, timeline: Timeline, *, profile_hash: str = "", hold: bool = False, waits: Iterable[int] = ()
    ) -> None:
        """HELLO if need be, checks, ARM, filling the device's buffer, and RESUME.

        With ``hold`` it stops before RESUME, in phase "armed", until ``start``. ``waits`` are places of
        the timeline (ms) that it does not pass before ``release``, as in ``Stream``. A timeline that
        does not fit the device ends the session with outcome "refused".

        Raises ValueError when the session is already playing or over.
        """
        if self.phase not in ("idle", "hello") or self._next is not None:
            raise ValueError(f"play() in phase {self.phase!r}: a session plays once, open another one.")
        self._next, self._profile_hash, self._held = timeline, profile_hash, hold
        self._waits = tuple(waits)
        self.hello()
        if self.welcome is not None:
            self._arm(self.welcome, timeline)

    def start(self) -> None:
        """Lets a held program begin, or go on."""
        if self.held:
            self._held = False
            self._since_ms = None  # from now on it waits for the device again
            self._resume_when_primed()

    def pause(self) -> bool:
        """Ramps to zero and waits, at most 60 s; what does not play yet is ``held`` until ``start``.

        A pause is never lost: where RESUME is under way already, PAUSE goes out in its place, and a
        RESUME that comes after it is refused. False: nothing plays or is about to, or a pause is
        coming anyway.
        """
        if self.phase == "running":
            self._pause()
        elif self._next is None or self.phase not in STARTING or self._held:
            return False
        else:
            self._held = True
            if self._commands.kind == m.RESUME:
                self._commands.instead(m.PAUSE)
                self._taken_back_ms = self._now_ms
                self.next_due_ms = 0
        return True

    def resume(self, timeline: Timeline, *, waits: Iterable[int] = ()) -> bool:
        """Goes on from a pause with a timeline compiled from there; ``waits`` as in ``play``.

        False: it is not paused, or this session has used up the numbers that are not kept for stopping.
        Raises ValueError for a timeline that works a region the session was not armed for.
        """
        if self.phase != "paused" or self.status is None or self._commands.few_left:
            return False
        if region_bits(timeline) & ~self._armed_regions:
            raise ValueError("The continuation works a region that this session was not armed for.")
        self._next, self._waits = timeline, tuple(waits)
        self._held = self._begun = False
        self._stream = Stream(timeline, self.status.epoch, self._waits)
        self._go("resume")
        return True

    def release(self, until_ms: int) -> None:
        """The operator is where the program waits for them: it may go on past its waits up to there."""
        self._waits = tuple(each for each in self._waits if each > until_ms)
        if self._stream is not None:
            self._stream.release(until_ms)
            self.next_due_ms = 0

    def set_gain(self, gain: float, gain_max: float | None = None) -> bool:
        """Factor 0..1 on the motors, and its ceiling, which only falls.

        False: nothing plays, or this session has used up the numbers that are not kept for stopping.
        Raises ValueError outside 0..gain_max, or for a ceiling above the present one.
        """
        ceiling = self.gain_max if gain_max is None else gain_max
        if not 0.0 <= ceiling <= self.gain_max:
            raise ValueError(f"gain_max {ceiling:g} is not in 0..{self.gain_max:g}: it only falls.")
        if not 0.0 <= gain <= ceiling:
            raise ValueError(f"Gain {gain:g} is not in 0..{ceiling:g}.")
        if self.phase not in ACTIVE or self.phase == "arming" or self._commands.few_left:
            return False
        self.gain, self.gain_max = gain, ceiling
        self._ask(m.GAIN, {"gain": round(gain * m.FULL_SCALE), "gain_max": round(ceiling * m.FULL_SCALE)})
        return True

    def stop(self, outcome: Outcome = "stopped_by_user", reason: str = "stopped by the user") -> None:
        """Ramps to zero and ends; at any time. Over when STATUS shows zero (phase "ended")."""
        self._halt(m.STOP, outcome, reason)

    def estop(self, reason: str = "emergency stop") -> None:
        """Zero at once, latched; at any time."""
        self._halt(m.ESTOP, "stopped_by_user", reason)

    def clear(self) -> bool:
        """Asks the device to clear a latched fault; ``answered`` tells what it says. False: too late."""
        if self.phase != "idle" or self.welcome is None or self._commands.few_left:
            return False
        self.answered = None
        self._ask(m.CLEAR)
        return True

    def beat(self) -> None:
        """The application's own loop is alive."""
        self._beaten = True
        if self._beat_is_due(self._now_ms):
            self.next_due_ms = 0

    def lost(self, reason: str) -> None:
        """The driver's word that the link is broken: nothing can be sent any more."""
        if self.phase != "ended":
            self._finish("lost_link", reason)

    # --- what the application may know

    @property
    def simulated(self) -> bool | None:
        """Nothing real moves; None before the device has said so."""
        return None if self.welcome is None else self.welcome.simulated

    @property
    def planned(self) -> Timeline | None:
        """The timeline that plays, or is about to; None before ``play``."""
        return self._next

    @property
    def status_age_ms(self) -> int:
        """Since the last STATUS, at the time last given to ``poll`` or ``receive``."""
        return self._now_ms - self._heard_ms

    @property
    def playhead_ms(self) -> int:
        """Place in ``timeline``: the last STATUS, plus its age while the device plays."""
        status, timeline = self.status, self.timeline
        if status is None or timeline is None:
            return 0
        playhead_ms = status.playhead_ms
        if status.state == s.RUNNING and not status.in_underrun:
            playhead_ms += min(self.status_age_ms, status.buffered_ms)
        return self._place_ms(playhead_ms, timeline)

    @property
    def reported_ms(self) -> int:
        """Place in ``timeline`` at the moment of the last STATUS."""
        if self.status is None or self.timeline is None:
            return 0
        return self._place_ms(self.status.playhead_ms, self.timeline)

    def _place_ms(self, played_ms: int, timeline: Timeline) -> int:
        if self._playing is not None:
            played_ms = self._playing.program_ms(played_ms)
        return min(played_ms, timeline.duration_ms)

    @property
    def outputs_zero(self) -> bool:
        """The last STATUS shows SAFE or FAULT and every output at zero."""
        return self.status is not None and self.status.at_rest
