"""One guided run: the conductor, the questions, and what is told of it.

Rules kept here: a key that stops is never kept waiting for an answer; what an answer lowers is lowered
before anything else plays, and asked for until the device has taken it; where nobody can answer (SIM
without a terminal) every question answers itself, and what is told says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.guided import check_in
from host_cli.guided.check_in import ANSWERS, CheckIns, Lowering
from host_cli.guided.conductor import KEYS as PLAYING_KEYS
from host_cli.guided.conductor import STOP_KEYS, Conductor
from host_cli.guided.moves import Moves
from host_cli.guided.narrator import Narrator
from host_cli.guided.places import Place, envelope_at, peak_between, percussion_waits, place_of

if TYPE_CHECKING:
    from firmware_bridge.session import Welcome
    from host_cli.guided.conductor import Compile, Player
    from host_cli.guided.events import Event, Sample
    from host_cli.guided.prompt import Prompt
    from programs.timeline import Pass, Timeline

MOVED_KEYS = ("enter", "m")
AHEAD_MS = 60_000  # what is lowered for want of an answer is lowered for so much of the program


class Run:
    """A session with its operator and its recipient.

    ``striking`` are the motor channels that strike on this rig (``places.striking``). ``alone``: nobody
    can answer. Call ``begin`` once, then ``step`` from the application's loop every 50 ms with the keys
    that were pressed; ``take`` gives the events and samples since the last call.
    """

    def __init__(
        self,
        player: Player,
        whole: Timeline,
        compile_from: Compile,
        *,
        striking: tuple[int, ...] = (),
        gain: float = 1.0,
        alone: bool = False,
    ) -> None:
        self.conductor = Conductor(player, whole, compile_from, gain, self._waits_of)
        self.narrator = Narrator()
        self._player = player
        self.alone = alone  # from now on every question answers itself
        self._striking = striking
        self._check_ins, self._moves = CheckIns(), Moves()
        self._place: Place | None = None  # where the operator is known to hold it
        self._planned: list[tuple[int, Pass]] = []  # waits of what is about to play
        self._timeline: Timeline | None = None  # what plays
        self._stage: tuple[int, str | None] | None = None
        self._lower: list[Lowering] = []  # still to be taken by the device
        self._lighter_next = False
        self._before_ms = 0

    def opened(self, welcome: Welcome, address: str, by: str) -> None:
        """A device answered, and ``by`` answered the questions before the first stroke."""
        say = f"{welcome.label}: {welcome.board} {welcome.firmware} at {address}, rig {welcome.rig_id}"
        self.narrator.tell(
            "opened", say, simulated=welcome.simulated, board=welcome.board, firmware=welcome.firmware,
            address=address, rig=welcome.rig_id,
        )  # fmt: skip
        self.narrator.tell("before", f"the questions before the first stroke: {by}", by=by)

    def begin(self, timeline: Timeline, profile_hash: str = "") -> None:
        """Has the device load ``timeline`` (the whole, or what is played of it) and start."""
        self._player.play(timeline, profile_hash=profile_hash, waits=self._waits_of(timeline))

    @property
    def over(self) -> bool:
        return self.conductor.over

    @property
    def prompt(self) -> Prompt | None:
        """The question that is open; a move before a check-in."""
        if self.conductor.now.phase != "running":
            return None
        return self._moves.prompt or self._check_ins.prompt

    def step(self, now_ms: int, keys: list[str]) -> None:
        """One turn of the application's loop."""
        step_ms, self._before_ms = now_ms - (self._before_ms or now_ms), now_ms
        self.narrator.at(now_ms, self.conductor.at_ms)
        if STOP_KEYS.isdisjoint(keys):
            for said in dict.fromkeys(key for key in keys if key in ANSWERS):  # twice in a turn is once
                self._feedback(ANSWERS[said], "a person")
            keys = [key for key in keys if key not in ANSWERS and not self._answers(key)]
        self.conductor.step(now_ms, keys)
        self.narrator.at(now_ms, self.conductor.at_ms)
        self.narrator.look(self.conductor, self._player.drain_events())
        self._follow(step_ms)

    def take(self) -> tuple[list[Event], list[Sample]]:
        """Events and samples since the last call, oldest first."""
        events, samples = self.narrator.events, self.narrator.samples
        self.narrator.events, self.narrator.samples = [], []
        return events, samples

    # --- answers

    def _answers(self, key: str) -> bool:
        """Whether this key, which says nothing of how it is, was an answer and nothing else."""
        if key in MOVED_KEYS and self._moves.prompt is not None:
            self._moved("a person")
            self._check_ins.noticed()
            return True
        if self._moves.prompt is not None:
            self._check_ins.noticed()
        elif self._check_ins.open:
            self._feedback("here", "a person")
        return key not in PLAYING_KEYS and not key.startswith("gain ")

    def _feedback(self, answer: check_in.Answer, by: str) -> None:
        """What somebody feels, asked or not."""
        asked = self._check_ins.open
        self._check_ins.answered()
        if answer == "lighter":
            self._lighter_next = True
        lowering = check_in.lowered_by(answer, self.conductor.now.gain)
        if lowering is not None:
            self._lower.append(lowering)
        if asked or answer != "here":
            say = f"answered: {check_in.IN_WORDS[answer]}"
            self.narrator.tell("answered", say, answer=answer, by=by, asked=asked)

    def _moved(self, by: str) -> None:
        at_ms = self.conductor.now.playhead_ms
        until_ms = self._moves.acknowledge(at_ms)
        if until_ms is not None:
            self._player.release(until_ms)
        self.narrator.tell("answered", "answered: moved", answer="moved", by=by, asked=True)

    # --- what follows

    def _follow(self, step_ms: int) -> None:
        now = self.conductor.now
        self._go_down()
        if now.timeline is not None and now.timeline is not self._timeline:
            self._timeline = now.timeline
            self._moves.begin(self._planned)
        if now.phase != "running":
            if self._check_ins.open:  # paused by a person, who so is there, or by the device itself
                self._check_ins.close()
            return
        here, timeline = self.conductor.current, now.timeline
        if here is None or timeline is None:
            return
        self._note_stage(here)
        if not self._moves.waits or self._moves.waits[0][1] != here:
            self._place = place_of(here) or self._place
        self._ask_to_move(step_ms, here)
        if self._moves.prompt is None or (self._check_ins.open and not self._moves.standing):
            self._ask_how_it_is(step_ms, timeline, here)  # open behind a move: it still lowers and pauses

    def _note_stage(self, here: Pass) -> None:
        """Lighter next: the stage after the one in which it was said, not the same after a pause."""
        stage = here.stage, here.side
        if stage != self._stage and self._stage is not None and self._lighter_next:
            self._lighter_next = False
            self._lower.append(check_in.lighter(self.conductor.now.gain))
        self._stage = stage

    def _ask_to_move(self, step_ms: int, here: Pass) -> None:
        now = self.conductor.now
        level = envelope_at(now.timeline, now.playhead_ms) if now.timeline is not None else 0.0
        what = self._moves.turn(step_ms, now.playhead_ms, here, playing=level > 0)
        prompt = self._moves.prompt
        if what == "asked" and prompt is not None:
            self.narrator.tell("asked", prompt.question, question=prompt.kind, keys="Enter: moved")
            if self.alone:
                self._moved("itself")
        elif what == "too_long":
            self._give_up("ended_no_response", "nobody said within 60 s that the head had been moved")
        elif what == "too_long_on_spot":
            reason = "one spot was worked for 120 s, and nobody said that the head had been moved"
            self._give_up("stopped_by_limit", reason)

    def _ask_how_it_is(self, step_ms: int, timeline: Timeline, here: Pass) -> None:
        gain, at_ms = self.conductor.now.gain, self.conductor.now.playhead_ms
        level = envelope_at(timeline, at_ms) * gain
        peak = peak_between(timeline, here.start_ms, here.end_ms) * gain
        what = self._check_ins.turn(step_ms, level=level, pass_peak=peak)
        prompt = self._check_ins.prompt
        if what == "asked" and prompt is not None:
            keys = ", ".join(f"{key}: {does}" for key, does in prompt.keys)
            self.narrator.tell("asked", prompt.question, question=prompt.kind, keys=keys)
            if self.alone:
                self._feedback("good", "itself")
        elif what == "lower":
            down = check_in.unanswered(gain, peak_between(timeline, at_ms, at_ms + AHEAD_MS))
            self._lower += [] if down is None else [down]
            say = f"nobody has answered for 20 s: at most {check_in.UNANSWERED_LEVEL * 100:.0f} % for now"
            self.narrator.tell("unanswered", say, after_s=20.0, then="lowered")
        elif what == "pause":
            self.narrator.tell(
                "unanswered", "nobody has answered for 60 s: paused", after_s=60.0, then="paused"
            )
            self.conductor.pause("Nobody answered.")

    def _give_up(self, outcome: str, reason: str) -> None:
        if self.conductor.now.phase == "running":
            self.narrator.tell(
                "unanswered", reason, after_s=60.0 if "60 s" in reason else 120.0, then="stopped"
            )
        self.conductor.stop(reason, outcome)  # type: ignore[arg-type]

    def _go_down(self) -> None:
        """What is to be lowered, until the device has been told; where it cannot be, it pauses."""
        while self._lower:
            now, want = self.conductor.now, self._lower[0]
            gain = min(now.gain, want.gain)
            most = now.gain_max if want.gain_max is None else min(now.gain_max, want.gain_max)
            if not self._player.set_gain(gain, most):
                if now.phase == "running":
                    self.conductor.pause("The strength could not be lowered.")
                return
            self._lower.pop(0)
            self.conductor.look()

    def _waits_of(self, timeline: Timeline) -> tuple[int, ...]:
        """Where the program is to wait for the operator."""
        waits = [] if self.alone else list(percussion_waits(timeline, self._striking, self._place))
        self._planned = waits
        return tuple(at_ms for at_ms, _pass in waits)
