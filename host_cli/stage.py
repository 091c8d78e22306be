"""Where a run takes place: keyboard, screen or plain lines, signals, and the loop that joins them.

Rules kept here:
- a signal never interrupts a stop: it asks for one, and the loop goes on until the device's STATUS
  shows zero or the link is gone;
- the loop beats the session on every turn and does nothing that could take a second: what it says
  goes through ``host_cli.outlet``;
- the terminal and the signal handlers are put back as they were.
"""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from host_cli import exits
from host_cli.clock import Pace, monotonic_s
from host_cli.records.kept import Kept
from host_cli.showing.audience import Audience
from host_cli.showing.view import view_of
from host_cli.signals import heard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType, TracebackType

    from firmware_bridge.link import Connection
    from host_cli.guided.conductor import Conductor
    from host_cli.guided.run import Run
    from host_cli.records.recorder import Recorder
    from host_cli.showing.audience import Manner
    from host_cli.showing.view import View
    from host_cli.terminal import Terminal

TURN_S = 0.05  # a key waits at most this long; the device wants a beat within 1 s


class Stage:
    """``with Stage(terminal, manner) as stage: stage.play(run, connection, recorder)``."""

    def __init__(self, terminal: Terminal, manner: Manner) -> None:
        self._terminal, self._manner = terminal, manner
        self._stack = ExitStack()
        self._wishes: list[str] = []  # signals that came, by name
        self._pace = Pace(TURN_S)
        self._playing = False
        self._blind = False  # nobody can see what is drawn

    def __enter__(self) -> Stage:
        self._stack.enter_context(heard(self._on_signal))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        """While it plays, a signal is a wish that the loop grants; before, it ends the command."""
        if not self._playing:
            raise KeyboardInterrupt
        self._wishes.append(signal.Signals(number).name)
        self._pace.wake()

    def simulated_device(self, profile_id: str, seed: int) -> str:
        """The address of a device process of its own; it ends by itself a minute after its host."""
        from firmware_bridge.spawn import spawn_sim

        device = spawn_sim(profile_id, seed)
        self._terminal.say(f"SIM: a simulated device listens at {device.address}")
        return device.address

    @property
    def unheard(self) -> bool:
        """Nobody here can answer a question."""
        return not self._terminal.interactive and not self._manner.json_events

    def play(self, run: Run, connection: Connection, recorder: Recorder) -> int:
        """Until the session has ended; the exit code."""
        simulated = connection.welcome.simulated
        kept = Kept(run, recorder, simulated)
        self._playing = True
        with Audience(self._terminal, self._manner, simulated) as audience:
            while not run.over:
                run.alone = run.alone or audience.deserted
                run.step(round(monotonic_s() * 1000), audience.keys.read())
                self._obey(run.conductor)
                kept.heed()
                points = recorder.hand.day_points
                view = view_of(run.conductor, simulated, prompt=run.prompt, hand_points=points)
                self._hand_on(run, view, kept, audience)
                if not run.over:
                    self._pace.wait(audience.keys.wait)
        outcome = kept.end()
        with suppress(OSError):  # where nobody reads any more, the exit code still tells
            self._farewell(run.conductor, simulated)
        return exits.BY_OUTCOME[outcome]

    def _hand_on(self, run: Run, view: View, kept: Kept, audience: Audience) -> None:
        """What was told goes to whoever listens, the record first."""
        events, samples = kept.take()
        with self._seen(run.conductor):
            audience.display.show(view)
            for listener in (audience.display, *audience.listeners):
                for sample in samples:
                    listener.sample(sample)
                for event in events:
                    listener.event(event)
            self._terminal.flush()

    @contextmanager
    def _seen(self, conductor: Conductor) -> Iterator[None]:
        """A terminal that is gone is a reason to stop, not to crash."""
        try:
            yield
        except OSError:
            if not self._blind:
                self._blind = True
                conductor.stop("stopped: the terminal is gone")

    def _obey(self, conductor: Conductor) -> None:
        """A signal stops, as the key does."""
        if self._wishes:
            conductor.stop(f"stopped by {self._wishes[-1]}")
            self._wishes.clear()

    def _farewell(self, conductor: Conductor, simulated: bool) -> None:
        """How it ended, in one line."""
        from host_cli.terminal import clock_text

        moment = conductor.now
        kind = "SIM" if simulated else "REAL"
        outcome = moment.outcome or "lost_link"
        style = "bold green" if outcome == "completed" else "bold yellow"
        zero = (
            "outputs at zero" if moment.status is not None and moment.status.at_rest else "zero NOT confirmed"
        )
        at = clock_text(conductor.at_ms / 1000)
        words = exits.IN_WORDS[outcome]
        why = moment.reason.rstrip(".")
        first, *more = self._terminal.wrap(f"{words} at {at}: {why}; {zero}.", f"{kind} ")
        for line in (first.replace(words, self._terminal.paint(words, style), 1), *more):
            self._terminal.say(line)
