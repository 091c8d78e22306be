"""A run without a terminal: one plain line for everything that somebody should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.curves import pass_title
from host_cli.terminal import clean, clock_text

if TYPE_CHECKING:
    from host_cli.guided.conductor import Conductor
    from host_cli.terminal import Terminal
    from host_cli.view import View
    from programs.timeline import Cue, Pass


class PlainLines:
    """Says what changed since the last turn."""

    def __init__(self, terminal: Terminal, simulated: bool) -> None:
        self._terminal = terminal
        self._kind = "SIM" if simulated else "REAL"
        self._state = ""
        self._pass: Pass | None = None
        self._cue: Cue | None = None
        self._rules: tuple[str, ...] = ()

    def __enter__(self) -> PlainLines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, conductor: Conductor, view: View) -> None:
        """Lines for a new state, pass, cue or limit."""
        at = clock_text(conductor.at_ms / 1000)
        if view.state != self._state:
            self._state = view.state
            self._say(at, view.state.lower() + (f": {view.note}" if view.note else ""))
        if view.state != "RUNNING":
            return
        if conductor.current is not None and conductor.current != self._pass:
            self._pass = conductor.current
            self._say(at, f"stage {view.step} of {view.steps}: {pass_title(self._pass)}")
        if conductor.cue is not None and conductor.cue != self._cue:
            self._cue = conductor.cue
            self._say(at, ("MOVE ON: " if self._cue.move else "cue: ") + self._cue.say)
        rules = tuple(f"{bar.channel} held down: {bar.rule}" for bar in view.bars if bar.rule)
        if rules != self._rules:
            self._rules = rules
            for rule in rules:
                self._say(at, rule)

    def _say(self, at: str, text: str) -> None:
        self._terminal.say(f"{self._kind} {at:>6}  {clean(text)}")
        self._terminal.flush()
