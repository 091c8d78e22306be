"""Questions at a terminal, answered by a key or a number.

Rules kept here:
- silence is no answer: there is no default and no time after which one is taken;
- what was typed before a question was asked does not answer it, but a key that stops always stops;
- what is unclear is asked again, with a sentence; a keyboard that nobody holds any more stops;
- a list longer than the screen comes in pages, and what speaks of the whole list answers on the last one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from host_cli.exits import STOPPED, Quit
from host_cli.guided.conductor import STOP_KEYS
from host_cli.terminal import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from host_cli.keys import Keys
    from host_cli.terminal import Terminal

WIDEST = 80  # columns; longer lines are hard to read aloud
DIGITS = tuple("0123456789")
ERASE = ("\x7f", "\x08")
MORE = "Enter for more:"


class Entry:
    """What is being typed: a key that answers at once, or a number and Enter.

    >>> entry = Entry("ny")
    >>> [entry.feed(key) for key in ("1", "4", "enter")], entry.feed("n"), entry.feed("x")
    (['', '', '14'], 'n', 'x')
    >>> [entry.feed(key) for key in ("1", "n")]  # neither a number nor the key alone
    ['', '1n']
    """

    def __init__(self, at_once: Iterable[str], numbers: bool = True) -> None:
        self._at_once = frozenset(at_once)
        self._numbers = numbers
        self.typed = ""

    def feed(self, key: str) -> str:
        """The answer that this key completes; empty while there is none."""
        if not self.typed and key in self._at_once:
            return key
        if self._numbers and key in DIGITS:
            self.typed += key
        elif key in ERASE:
            self.typed = self.typed[:-1]
        elif key != "space":
            answer, self.typed = self.typed + ("" if self.typed and key == "enter" else key), ""
            return answer
        return ""


def headed(terminal: Terminal, text: str) -> list[str]:
    """A heading, in lines that fit."""
    return [terminal.paint(line, "bold") for line in terminal.wrap(text)]


def stopped() -> Quit:
    """Whoever was asked wants none of it."""
    return Quit(STOPPED, "Stopped before the first stroke: nothing was started.")


class Asker:
    """Asks on ``terminal``; ``wait`` lets the time between two looks at the keyboard pass."""

    def __init__(self, terminal: Terminal, keys: Keys, wait: Callable[[], None]) -> None:
        self.terminal = replace(terminal, width=min(terminal.width, WIDEST))
        self._keys = keys
        self._wait = wait

    def say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.terminal.say(line)

    def tell(self, text: str) -> None:
        self.say(self.terminal.wrap(text))

    def warn(self, sentence: str) -> None:
        self.say(self.terminal.paint(line, "yellow") for line in self.terminal.wrap(sentence))

    def key(self, prompt: str, at_once: Iterable[str], *, numbers: bool = False) -> str:
        """What was typed after ``prompt``. Raises Quit (exit 130) at a key that stops."""
        self._heard()
        *above, last = self.terminal.wrap(prompt)
        self.say(above)
        self.terminal.prompt(last + " ")
        entry = Entry(at_once, numbers)
        while True:
            for key in self._heard():
                typed = entry.typed
                if answer := entry.feed(key):
                    return answer
                self._echo(typed, entry.typed)
            self._rest()

    def choose(
        self,
        prompt: str,
        choices: dict[str, str],
        lead: Sequence[str] = (),
        *,
        early: str = "",
        numbers: Callable[[str], str | None] | None = None,
        otherwise: str,
    ) -> str:
        """One of ``choices`` (key: what is shown as the answer), or what ``numbers`` makes of a number.

        ``lead`` is shown first. ``early``: keys that answer before the last page of it. ``numbers``
        shows what a number stands for, None for one that stands for nothing. ``otherwise`` says what
        could be typed.
        """
        pages = self._pages(lead, len(self.terminal.wrap(prompt)))
        last = len(pages) - 1
        at = 0
        self.say(pages[0])
        while True:
            allowed = set(choices) if at == last else set(early) | {"enter"}
            asked = prompt if at == last else MORE
            answer = self.key(asked, allowed, numbers=numbers is not None)
            if at < last and answer == "enter":
                self.say([""])
                at += 1
                self.say(pages[at])
                continue
            shown = choices.get(answer) if answer in allowed else None
            if shown is None and numbers is not None and answer.isdecimal():
                shown = numbers(answer)
            self._answered(asked, "" if answer in choices else answer, shown or "")
            if shown is not None:
                return answer
            self.warn(
                otherwise if at == last else "Read on with Enter; the answer comes after the last line."
            )

    def count_down(self, say: str, from_s: int, turns_per_s: int) -> None:
        """Seconds to go, one after another. Raises Quit (exit 130) at a key that stops, and at space."""
        self._heard()
        self.terminal.prompt(say)
        for left_s in range(from_s, 0, -1):
            self.terminal.prompt(f" {left_s}")
            for _ in range(turns_per_s):
                self._rest()
                if "space" in self._heard():
                    raise self._stop()
        self.say([""])

    def _echo(self, before: str, now: str) -> None:
        """A number is seen while it is typed."""
        self.terminal.prompt(now[len(before) :] if len(now) >= len(before) else "\b \b")

    def _answered(self, prompt: str, number: str, shown: str) -> None:
        """What it was taken for, behind the number that was typed, or below where there is no room."""
        room = self.terminal.width - cells(self.terminal.wrap(prompt)[-1] + number) - 1
        shown = f" {shown}" if number else shown
        self.say([shown] if cells(shown) <= room else ["", *self.terminal.wrap(shown.strip(), "  ")])

    def _pages(self, lines: Sequence[str], prompt_rows: int) -> list[list[str]]:
        rows = max(self.terminal.height - prompt_rows - 1, 1)
        return [list(lines[at : at + rows]) for at in range(0, len(lines), rows)] or [[]]

    def _rest(self) -> None:
        """Until the next look; what ends it begins a line of its own."""
        try:
            self._wait()
        except BaseException:
            with suppress(OSError):
                self.say([""])
            raise

    def _heard(self) -> list[str]:
        """Keys since the last look; one that stops leaves from here."""
        keys = self._keys.read()
        if not STOP_KEYS.isdisjoint(keys):
            raise self._stop()
        return keys

    def _stop(self) -> Quit:
        self.say([""])
        return stopped()
