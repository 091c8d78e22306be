"""The live screen on a terminal: draws what ``host_cli.showing.screen`` says, on a page of its own."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from host_cli.outlet import behind
from host_cli.showing.layout import to_rich
from host_cli.showing.screen import screen_lines

if TYPE_CHECKING:
    from types import TracebackType

    from host_cli.guided.events import Event, Sample
    from host_cli.guided.prompt import Prompt
    from host_cli.showing.view import View
    from host_cli.terminal import Terminal

REDRAW_TURNS = 2  # of the loop: ten times a second
TOLD = {"answered", "unanswered", "strength", "limited", "device"}  # what no part of the screen says
TOLD_TURNS = 100  # five seconds


class LiveScreen:
    """Draws on every second turn, at once for a new state or question, and not while nobody takes it."""

    def __init__(self, terminal: Terminal) -> None:
        from rich.console import Console
        from rich.live import Live

        self._terminal = terminal
        self._console = Console(no_color=not terminal.colour, highlight=False, emoji=False, markup=False)
        self._live = Live(console=self._console, screen=True, auto_refresh=False, redirect_stdout=False)
        self._turns = 0
        self._last: tuple[str, str, str, Prompt | None] = ("", "", "", None)
        self._told = ""
        self._told_turns = 0  # left in which it is shown

    def __enter__(self) -> LiveScreen:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # the terminal may be gone
            self._live.__exit__(kind, error, trace)

    def event(self, event: Event) -> None:
        """What has just happened stays in sight for some seconds; the rest is in the view."""
        if event.kind in TOLD:
            self._told, self._told_turns = event.say, TOLD_TURNS

    def sample(self, sample: Sample) -> None:
        """Nothing: levels are in the view."""

    def show(self, view: View) -> None:
        """Draw, if it is time to."""
        self._turns += 1
        self._told_turns -= 1
        view = replace(view, told=self._told if self._told_turns >= 0 else "")
        asked = replace(view.prompt, left_s=None) if view.prompt is not None else None
        now = (view.state, view.note, view.told, asked)
        if behind() or (now == self._last and self._turns % REDRAW_TURNS):
            return
        self._last = now
        size = self._console.size
        lines = screen_lines(view, size.width, size.height, unicode=self._terminal.unicode)
        self._live.update(to_rich(lines, self._terminal.colour), refresh=True)
