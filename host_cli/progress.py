"""A progress bar on standard error: on a terminal drawn at most 20 times a second, elsewhere, where
it is asked for, a line every ten seconds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from host_cli.clock import monotonic_s

if TYPE_CHECKING:
    from types import TracebackType

    from host_cli.terminal import Terminal

REDRAW_S = 0.05
LINE_S = 10.0  # between lines where there is no terminal


class Progress:
    """``with Progress(terminal, "simulating", 600) as progress: progress(0.5)``.

    ``plain``: something that takes long, and says so where nothing can be drawn too.
    """

    def __init__(self, terminal: Terminal, what: str, total_s: float, plain: bool = False) -> None:
        self._terminal = terminal
        self._what = what
        self._total_s = total_s
        self._shown = sys.stderr.isatty()
        self._plain = plain and not self._shown
        self._drawn_s = -1.0
        self._begun_s = self._said_s = monotonic_s()

    def __enter__(self) -> Progress:
        return self

    def __call__(self, done: float) -> None:
        """``done`` is 0..1."""
        now_s = monotonic_s()
        if self._shown and now_s - self._drawn_s >= REDRAW_S:
            self._drawn_s = now_s
            line = bar_line(self._what, done, self._total_s, now_s - self._begun_s, self._terminal.width)
            sys.stderr.write("\r" + self._terminal.fit(line))
            sys.stderr.flush()
        elif self._plain and now_s - self._said_s >= LINE_S:
            self._said_s = now_s
            self._terminal.say(plain_line(self._what, done, self._total_s, now_s - self._begun_s), err=True)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._shown and self._drawn_s >= 0:
            sys.stderr.write("\r" + " " * (self._terminal.width - 1) + "\r")
            sys.stderr.flush()


def bar_line(what: str, done: float, total_s: float, spent_s: float, width: int) -> str:
    """One line, padded to the width.

    >>> bar_line("simulating", 0.5, 600, 1.0, 60).rstrip()
    'simulating ██████████████░░░░░░░░░░░░░░  50 %  300 x real'
    """
    speed = f"  {done * total_s / spent_s:.0f} x real" if spent_s > 0 else ""
    tail = f" {done * 100:3.0f} %{speed}"
    room = max(4, min(width - len(what) - len(tail) - 3, 28))
    full = round(max(0.0, min(done, 1.0)) * room)
    return f"{what} {'█' * full}{'░' * (room - full)}{tail}"[: width - 1].ljust(width - 1)


def plain_line(what: str, done: float, total_s: float, spent_s: float) -> str:
    """The same in words.

    >>> plain_line("simulating", 0.5, 600, 1.0)
    'simulating: 50 %, 300 x real time'
    """
    speed = f", {done * total_s / spent_s:.3g} x real time" if spent_s > 0 else ""
    return f"{what}: {done * 100:.0f} %{speed}"
