"""What happens between the operator's keys and the session: pause, resume, skip, gain, stop.

No I/O and no clock: keys and time come in as arguments, a view goes out. Rules kept here:
- every ``step`` beats the session's token: an application that hangs goes silent and the device
  goes to zero;
- going on after a pause is a deliberate act; it plays a timeline compiled from where it stood;
- stopping is possible at any time, and what it needs is never refused here; a key that stops comes
  before all others that were read with it;
- a pause is never lost, and a later one takes back a skip that is still on its way; every skip counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from host_cli.curves import pass_title
from host_cli.exits import IN_WORDS
from programs.errors import ProgramError
from programs.played import Played

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from firmware_bridge.link import View as Moment
    from firmware_bridge.session import Event, Outcome
    from programs.timeline import Cue, Pass, Timeline

GAIN_STEP = 0.05
PAUSE_LASTS_MS = 60_000  # the device ends a longer pause by itself (design: PAUSE at most 60 s)
INSIST_MS = 1000
MOVE_SHOWN_MS = 3000  # as long as the motors stay at zero for it
STOP_KEYS = {"q", "esc", "ctrl-c", "ctrl-\\", "ctrl-d"}
KEYS = {"space", "ctrl-z", "+", "=", "-", "_", "s"}  # all others that mean something here; and "gain 0.8"

Compile: TypeAlias = "Callable[[int, Played], Timeline]"


class Player(Protocol):
    """What the conductor needs of a connection."""

    def view(self) -> Moment: ...
    def drain_events(self) -> list[Event]: ...
    def beat(self) -> None: ...
    def play(self, timeline: Timeline, *, profile_hash: str = ..., waits: Iterable[int] = ...) -> None: ...
    def start(self) -> None: ...
    def pause(self) -> bool: ...
    def resume(self, timeline: Timeline, *, waits: Iterable[int] = ...) -> bool: ...
    def release(self, until_ms: int) -> None: ...
    def set_gain(self, gain: float, gain_max: float | None = None) -> bool: ...
    def stop(self, outcome: Outcome = ..., reason: str = ...) -> None: ...
    def estop(self, reason: str = ...) -> None: ...


class Conductor:
    """One run of ``whole``.

    ``compile_from(ms, what was played)`` makes the continuation from a time of the whole program;
    ``waits_of(timeline)`` says where that one waits for its operator. ``now`` is the moment of the last
    ``step``, ``note`` what the operator should know.

    A skip is a hop: as soon as it plays, a pause; as soon as it is paused, on from ``_from_ms``.
    """

    def __init__(
        self,
        player: Player,
        whole: Timeline,
        compile_from: Compile,
        gain: float = 1.0,
        waits_of: Callable[[Timeline], tuple[int, ...]] = lambda _timeline: (),
    ) -> None:
        self.whole = whole
        self.now = player.view()
        self._player = player
        self._compile_from, self._waits_of = compile_from, waits_of
        self._first_gain: float | None = gain if gain < 1.0 else None
        self._said = ""
        self._played = Played()
        self._from_ms: int | None = None  # where to go on; None: where it stands
        self._loaded_ms: int | None = None  # the same, of the continuation that is on its way
        self._hopping = False
        self._paused_since_ms: int | None = None
        self._stopped_ms: int | None = None
        self._now_ms = 0

    # --- in

    def step(self, now_ms: int, keys: list[str]) -> None:
        """One turn of the application's loop."""
        self._now_ms = now_ms
        self._player.beat()
        self.now = self._player.view()
        if self._first_gain is not None and self._player.set_gain(self._first_gain):
            self._first_gain = None
        if not STOP_KEYS.isdisjoint(keys):
            self.stop("stopped by the user")
            return
        for key in keys:
            self._key(key)
            self.now = self._player.view()
        self._follow()

    def pause(self, why: str) -> None:
        """Ramp to zero and wait for a deliberate act; ``why`` is shown."""
        self._hopping = False
        self._said = why
        self._player.pause()

    def look(self) -> None:
        """See how things stand now, in mid-turn."""
        self.now = self._player.view()

    def stop(self, reason: str, outcome: Outcome = "stopped_by_user") -> None:
        """End it; asked for again when a second has not stopped it, the emergency stop.

        Sooner it is the same wish: a stop is over in a quarter of a second.
        """
        self._hopping = False
        if self._stopped_ms is None:
            self._stopped_ms = self._now_ms
            self._player.stop(outcome, reason)
        elif self._now_ms - self._stopped_ms >= INSIST_MS:
            self._player.estop("stopped twice by the user")

    @property
    def over(self) -> bool:
        """The session has ended: STATUS showed zero, or the link is gone."""
        return self.now.phase == "ended"

    @property
    def standing(self) -> bool:
        """It moves nothing and waits for a deliberate act."""
        return not self._hopping and (self.now.phase == "paused" or self.now.held)

    def _key(self, key: str) -> None:
        if key == "space" and self.standing:
            self._go_on()
        elif key in ("space", "ctrl-z"):
            self._hopping = False
            self._player.pause()
        elif key in ("+", "="):
            self._change_gain(GAIN_STEP)
        elif key in ("-", "_"):
            self._change_gain(-GAIN_STEP)
        elif key == "s":
            self._skip()
        elif key.startswith("gain "):
            self._set_gain(float(key.removeprefix("gain ")))

    def _go_on(self) -> None:
        """On from where it stands, or from where a skip points."""
        if self.now.held:  # what is loaded plays; where that is the wrong place by now, it hops
            self._hopping = self._from_ms != self._loaded_ms
            self._player.start()
        else:
            self._resume()

    def _resume(self) -> None:
        self._hopping = False
        from_ms = self.at_ms if self._from_ms is None else self._from_ms
        try:
            timeline = self._compile_from(from_ms, self._played)
            going = self._player.resume(timeline, waits=self._waits_of(timeline))
        except (ProgramError, ValueError) as error:
            self._said = f"Cannot go on from here: {error} Press q to stop."
            return
        if going:
            self._from_ms = self._loaded_ms = from_ms
            self._said = ""
        else:
            self._said = "This session has had its fill of commands: press q, then start again from here."

    def _change_gain(self, by: float) -> None:
        self._set_gain(self.now.gain + by)

    def _set_gain(self, wanted: float) -> None:
        gain = round(min(self.now.gain_max, max(0.0, wanted)), 2)
        if gain == self.now.gain:
            self._said = f"Strength x{gain:.2f} is as far as it goes."
        elif self._player.set_gain(gain):
            self._said = ""

    def _skip(self) -> None:
        """To the next pass, at once or, where it stands, when it goes on."""
        here_ms = self.at_ms if self._from_ms is None else self._from_ms
        later = [each for each in self.whole.passes if each.start_ms > here_ms]
        if not later:
            self._said = "This is the last stage; q stops."
            return
        self._from_ms = later[0].start_ms
        self._said = f"Next: {pass_title(later[0])}."
        if not self.standing and self.now.phase != "pausing":
            self._hopping = True

    def _follow(self) -> None:
        """What follows from where the session now is."""
        phase = self.now.phase
        if phase == "running":
            self._paused_since_ms = None
            if self._hopping:
                self._player.pause()
            else:
                self._from_ms = self._loaded_ms = None
        elif phase == "paused":
            if self._paused_since_ms is None:
                self._paused_since_ms = self._now_ms
                self._played = self._played.and_then(self.now.timeline or self.whole, self.now.playhead_ms)
            if self._hopping:
                self._resume()

    # --- out

    @property
    def at_ms(self) -> int:
        """Where in the whole program it is; a warm-up that was put in takes none of its time."""
        return self._whole_ms(self.now.playhead_ms)

    @property
    def reported_ms(self) -> int:
        """The same, at the moment of the last STATUS."""
        return self._whole_ms(self.now.reported_ms)

    def _whole_ms(self, playhead_ms: int) -> int:
        timeline = self.now.timeline or self.whole
        put_in_ms = sum(each.end_ms - each.start_ms for each in timeline.passes if each.stage < 0)
        return timeline.origin_ms + max(0, playhead_ms - put_in_ms)

    @property
    def current(self) -> Pass | None:
        """The pass that plays; None before the start."""
        timeline = self.now.timeline
        return timeline.pass_at(self.now.playhead_ms) if timeline is not None and timeline.passes else None

    @property
    def upcoming(self) -> Pass | None:
        """The pass after it."""
        now, timeline = self.current, self.now.timeline
        later = timeline.passes[timeline.passes.index(now) + 1 :] if now is not None and timeline else ()
        return later[0] if later else None

    @property
    def stage_number(self) -> int:
        """Its stage, from 1; a warm-up that was put in belongs to the stage that it leads to. 0: none."""
        now, timeline = self.current, self.now.timeline
        if now is None or timeline is None:
            return 0
        onward = timeline.passes[timeline.passes.index(now) :]
        return next((each.stage for each in onward if each.stage >= 0), 0) + 1

    @property
    def step_number(self) -> int:
        """Which pass of the whole program it is, from 1; 0 before the start."""
        now, timeline = self.current, self.now.timeline
        if now is None or timeline is None:
            return 0
        left = len(timeline.passes) - timeline.passes.index(now)
        return max(1, len(self.whole.passes) - left + 1)

    @property
    def cue(self) -> Cue | None:
        """What is to be done now: first the move, while the motors stand still for it, then what was said
        last; after a pause in mid-stage, what was said before it."""
        said = self.cues
        if not said:
            return None
        moves = [each for each in said if each.move and each.at_ms == said[-1].at_ms]
        if moves and self.now.playhead_ms - moves[0].at_ms < MOVE_SHOWN_MS:
            return moves[0]
        return said[-1]

    @property
    def cues(self) -> list[Cue]:
        """All that was said in this pass so far, oldest first."""
        now = self.current
        if now is None:
            return []
        said = [each for each in now.cues if each.at_ms <= self.now.playhead_ms]
        if not said and now.stage >= 0:
            said = [each for each in self.whole.pass_at(self.at_ms).cues if each.at_ms <= self.at_ms]
        return said

    @property
    def note(self) -> str:
        """What the operator should know now."""
        if self.over:
            return f"{IN_WORDS[self.now.outcome or 'lost_link']}: {self.now.reason}"
        if not self.standing:
            return self._said
        if self._paused_since_ms is None:
            return f"{self._said} It has not begun; space begins.".strip()
        left_s = max(0, PAUSE_LASTS_MS - (self._now_ms - self._paused_since_ms)) // 1000
        return f"{self._said} Paused: it ends by itself in {left_s} s; space goes on.".strip()
