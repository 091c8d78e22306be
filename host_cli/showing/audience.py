"""Who sees, hears and answers a run: by what ``run`` was asked for, and what terminal there is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

import click

from host_cli import exits
from host_cli.exits import Quit
from host_cli.keys import NoKeys, TerminalKeys

if TYPE_CHECKING:
    from host_cli.guided.events import Event, Sample
    from host_cli.keys import Keys
    from host_cli.showing.view import View
    from host_cli.terminal import Terminal


class Listener(Protocol):
    """Somebody to whom everything is told: the record, a bell, a voice."""

    def event(self, event: Event) -> None: ...
    def sample(self, sample: Sample) -> None: ...


class Display(Listener, Protocol):
    """Where a run is shown."""

    def show(self, view: View) -> None: ...


@dataclass(frozen=True)
class Manner:
    """How a run is shown and heard."""

    plain: bool = False
    bell: bool = False
    speak: bool = False
    json_events: bool = False

    def terminal(self, terminal: Terminal) -> Terminal:
        """The terminal for it: standard output belongs to the other program, if there is one."""
        return replace(terminal, aside=True, interactive=False) if self.json_events else terminal

    def check(self) -> None:
        """Raises Quit (exit 2) where what was asked for cannot be."""
        if self.json_events and (self.plain or self.bell):
            say = "--json-events is for another program: it goes without --plain and --bell."
            raise Quit(exits.USAGE, say)
        if self.speak:
            from host_cli.showing.voice import speech_program

            speech_program()


def manner_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command these options, as one argument ``manner``."""

    @wraps(command)
    def with_options(*, plain: bool, bell: bool, speak: bool, json_events: bool, **others: Any) -> Any:
        return command(manner=Manner(plain, bell, speak, json_events), **others)

    for option in reversed(OPTIONS):
        with_options = option(with_options)
    return with_options


OPTIONS = (
    click.option("--plain", is_flag=True, help="Lines instead of a screen; keys still work."),
    click.option("--bell", is_flag=True, help="Ring for questions, moves and what comes soon."),
    click.option("--speak", is_flag=True, help="Say it aloud, with the system's speech program."),
    click.option(
        "--json-events",
        is_flag=True,
        help="For programs: events as JSON lines; commands on standard input.",
    ),
)


class Audience:
    """``keys`` to read, one ``display``, and ``listeners`` beside it; open it in a ``with`` block."""

    def __init__(self, terminal: Terminal, manner: Manner, simulated: bool) -> None:
        self._terminal, self._manner, self._simulated = terminal, manner, simulated
        self._stack = ExitStack()
        self.keys: Keys = NoKeys()
        self.display: Display
        self.listeners: list[Listener] = []

    def __enter__(self) -> Audience:
        with ExitStack() as opening:
            self._open(opening)
            self._stack = opening.pop_all()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._stack.__exit__(*exc)

    @property
    def deserted(self) -> bool:
        """Nobody answers any more, on a rig where nothing real moves: questions answer themselves."""
        return self._simulated and bool(getattr(self.keys, "ended", False))

    def _open(self, stack: ExitStack) -> None:
        """What is opened last is closed first: the screen before the last sentence is said, then the
        keyboard."""
        terminal, manner = self._terminal, self._manner
        if terminal.interactive:
            self.keys = stack.enter_context(TerminalKeys())
        if manner.speak:
            from host_cli.showing.voice import Speaker, speech_program

            speaker = Speaker(speech_program())
            stack.callback(self._complain, speaker)  # called after its last sentence
            self.listeners.append(stack.enter_context(speaker))
        if manner.bell:
            from host_cli.showing.voice import Bell

            self.listeners.append(Bell(terminal))
        if manner.json_events:
            from host_cli.showing.json_events import JsonKeys, JsonLines

            lines = JsonLines(self._simulated)
            self.display = stack.enter_context(lines)
            self.keys = stack.enter_context(JsonKeys(lines, real=not self._simulated))
        else:
            self.display = self._screen(stack)

    def _screen(self, stack: ExitStack) -> Display:
        if self._terminal.interactive and not self._manner.plain:
            from host_cli.showing.live import LiveScreen

            return stack.enter_context(LiveScreen(self._terminal))
        from host_cli.showing.lines import PlainLines

        return stack.enter_context(PlainLines(self._terminal, self._simulated))

    def _complain(self, speaker: Any) -> None:
        if speaker.problem:
            self._terminal.say(speaker.problem, err=True)
