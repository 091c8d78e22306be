"""Whoever answers: a person at a terminal, or, on a simulated rig only, a file of answers.

Every question has a name; a file of answers is a TOML table of these names. Rules kept here: nothing is
answered by itself, nor by a key that was pressed before the question was there; what a file has answered is
shown beside the question.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from host_cli.exits import USAGE, Quit
from host_cli.keys import forget_typed
from host_cli.terminal import cells

if TYPE_CHECKING:
    from host_cli.terminal import Terminal

YES, NO = ("yes", "y"), ("no", "n")


class People(Protocol):
    """What the steps ask. ``name`` is that of the question; ``start`` comes before anything moves."""

    def yes(self, name: str, question: str) -> bool: ...

    def number(self, name: str, question: str, low: float, high: float) -> float: ...

    def ready(self, name: str, request: str) -> None: ...

    def start(self, says: str = "") -> None: ...


class AtTerminal:
    """A person; Ctrl-C stops, and what was done so far is kept."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def yes(self, name: str, question: str) -> bool:
        """No default: whoever only presses Enter is asked again."""
        while True:
            answer = self._asked(question, "[y/n]:").lower()
            if answer in (*YES, *NO):
                return answer in YES
            self._terminal.say("  That is no answer: type y or n, then Enter. Ctrl-C stops.")

    def number(self, name: str, question: str, low: float, high: float) -> float:
        while True:
            answer = self._asked(question, "(a number):").replace(",", ".")
            try:
                value = float(answer)
            except ValueError:
                self._terminal.say(f"  That is no number: type one from {low:g} to {high:g}, then Enter.")
                continue
            if low <= value <= high:
                return value
            self._terminal.say(f"  {value:g} is not in {low:g} to {high:g}.")

    def ready(self, name: str, request: str) -> None:
        self._asked(request, "Enter when it is done:")

    def start(self, says: str = "") -> None:
        self._asked(says, "Enter starts it:")

    def _asked(self, text: str, how: str) -> str:
        """A line that was typed after the question was there; ``how`` to answer stays in one piece."""
        lines = self._terminal.wrap(text, "  ") if text else []
        if lines and cells(lines[-1]) + 1 + cells(how) < self._terminal.width:
            last = f"{lines.pop()} {how}"
        else:
            last = f"  {how}"
        for line in lines:
            self._terminal.say(line)
        forget_typed()
        answer = click.prompt(self._terminal.fit(last), default="", show_default=False, prompt_suffix=" ")
        return str(answer).strip()


class Answers:
    """The answers of a file, for rehearsals on a simulated rig."""

    def __init__(self, terminal: Terminal, file: str, values: Mapping[str, object]) -> None:
        self._terminal = terminal
        self._file = file
        self._values = values

    @classmethod
    def read(cls, terminal: Terminal, path: Path) -> Answers:
        """Raises Quit (exit 2) for a file that cannot be read."""
        try:
            return cls(terminal, path.name, tomllib.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise Quit(USAGE, f"{path} cannot be read: {error.strerror}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Quit(USAGE, f"{path} is no file of answers: {error}.") from error

    def yes(self, name: str, question: str) -> bool:
        value = self._value(name, question, 'true, false, "yes" or "no"')
        if isinstance(value, bool):
            return value
        if str(value).lower() not in (*YES, *NO):
            raise self._wrong(name, value, 'true, false, "yes" or "no"')
        return str(value).lower() in YES

    def number(self, name: str, question: str, low: float, high: float) -> float:
        value = self._value(name, question, f"a number from {low:g} to {high:g}")
        good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not good or not low <= float(value) <= high:  # type: ignore[arg-type]
            raise self._wrong(name, value, f"a number from {low:g} to {high:g}")
        return float(value)  # type: ignore[arg-type]

    def ready(self, name: str, request: str) -> None:
        self._say(f"{request} (simulated)")

    def start(self, says: str = "") -> None:
        self._say(f"{says} Enter starts it. (simulated)".strip())

    def _say(self, text: str) -> None:
        for line in self._terminal.wrap(text, "  "):
            self._terminal.say(line)

    def _value(self, name: str, question: str, allowed: str) -> object:
        if name not in self._values:
            raise Quit(USAGE, f"{self._file} does not answer {name!r} ({question}); allowed: {allowed}.")
        value = self._values[name]
        told = ("yes" if value else "no") if isinstance(value, bool) else value
        self._say(f"{question} {told}")
        return value

    def _wrong(self, name: str, value: object, allowed: str) -> Quit:
        return Quit(USAGE, f"{self._file} answers {name!r} with {value!r}; allowed: {allowed}.")
