"""What the terminal can show, and the only functions of this package that print.

Rules kept here:
- colour only on a terminal, never with ``NO_COLOR`` or ``TERM=dumb``;
- nothing outside ASCII where the locale or the stream cannot show it: ``plain`` spells it out;
- text that comes from a document or a device goes through ``clean`` first, so that it cannot
  move the cursor or change the title of the window.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

SPELLED = str.maketrans({
    "\u2013": "-", "\u2014": "-", "\u2011": "-", "\u2018": "'", "\u2019": "'", "“": '"', "”": '"', "…": "...",
    "·": "-", "•": "*", "\u00d7": "x", "°": "", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "±": "+-",
    "²": "2", "✓": "ok", "█": "#", "░": ":", "─": "-", "━": "=", "╌": "-", "┬": "+", "│": "|", "\u00a0": " ",
})  # fmt: skip
STYLES = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35",
    "cyan": "36",
}  # fmt: skip


def clean(text: str) -> str:
    """The text without control and format characters; line breaks and tabs become spaces.

    >>> clean("a\\x1b[2Jb\\nc")
    'a?[2Jb c'
    """
    if text.isascii() and text.isprintable():  # nearly all of it: long lists are made of it
        return text
    return "".join(_harmless(each) for each in text)


def _harmless(character: str) -> str:
    if character in "\n\r\t":
        return " "
    return "?" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else character


def plain(text: str) -> str:
    """The nearest ASCII spelling.

    >>> plain("39 °C – café")
    '39 C - cafe'
    """
    spelled = unicodedata.normalize("NFKD", text.translate(SPELLED))
    apart = (each for each in spelled if not unicodedata.combining(each))
    return "".join(apart).encode("ascii", "replace").decode()


def cells(text: str) -> int:
    """Columns that the text takes on a terminal: wide characters two, combining ones none.

    >>> cells("ab"), cells("漢"), cells("e\\u0301")
    (2, 2, 1)
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) > 0 for each in text)


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """At most ``width`` columns of the text; an ellipsis says that something is missing.

    >>> clip("effleurage", 6)
    'effle…'
    """
    if cells(text) <= width:
        return text
    from itertools import accumulate

    room = width - len(ellipsis)
    kept = sum(taken <= room for taken in accumulate(map(cells, text)))  # counted, a run must not wait
    return (text[:kept] + ellipsis)[: max(width, 0)]


def wrapped(text: str, width: int, lead: str, later: str) -> list[str]:
    """Lines of at most ``width`` columns, broken between words; a word longer than a line is cut.

    >>> wrapped("one two three", 8, "- ", "  ")
    ['- one', '  two', '  three']
    """
    import textwrap

    lines = textwrap.wrap(
        text, width, initial_indent=lead, subsequent_indent=later, break_on_hyphens=False
    )  # fmt: skip
    return lines or [lead]


def clock_text(seconds: float) -> str:
    """Minutes and seconds as a person writes them.

    >>> clock_text(65.4), clock_text(3600)
    ('1:05', '60:00')
    """
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def speaks_unicode(encoding: str, env: Mapping[str, str]) -> bool:
    """Whether characters beyond ASCII will be shown.

    Python turns UTF-8 on by itself when the locale is C; the terminal behind it was still asked for
    plain ASCII, so an explicit C locale counts as ASCII.

    >>> speaks_unicode("utf-8", {"LC_ALL": "C"}), speaks_unicode("utf-8", {"LANG": "de_DE.UTF-8"})
    (False, True)
    """
    if not encoding.lower().replace("-", "").startswith("utf"):
        return False
    if "PYTHONIOENCODING" in env:
        return True
    named = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    return named not in {"C", "POSIX"}


@dataclass(frozen=True)
class Terminal:
    """How wide, how rich: decided once per command and handed to whatever draws."""

    width: int = 80
    height: int = 24
    colour: bool = False
    unicode: bool = True
    interactive: bool = False  # both input and output are a terminal
    piped: bool = False  # output goes to another program or a file: nothing need fit, nothing is cut
    aside: bool = False  # standard output is another program's: what people read goes to standard error

    @classmethod
    def detect(cls, env: Mapping[str, str] = os.environ) -> Terminal:
        """Look at the streams and the environment of this process."""
        out = sys.stdout
        size = shutil.get_terminal_size((80, 24))
        on_terminal = out.isatty()
        measured = env.get("COLUMNS", "").isdigit()
        return cls(
            width=max(size.columns, 20),
            height=max(size.lines, 5),
            colour=on_terminal and not env.get("NO_COLOR") and env.get("TERM") != "dumb",
            unicode=speaks_unicode(getattr(out, "encoding", None) or "ascii", env),
            interactive=on_terminal and sys.stdin.isatty(),
            piped=not on_terminal and not measured,
        )

    def paint(self, text: str, styles: str) -> str:
        """The text in ``styles`` ("bold red"), or as it is where there is no colour.

        >>> Terminal(colour=True).paint("no", "red"), Terminal().paint("no", "red")
        ('\\x1b[31mno\\x1b[0m', 'no')
        """
        if not self.colour or not styles or not text:
            return text
        return f"\x1b[{';'.join(STYLES[each] for each in styles.split())}m{text}\x1b[0m"

    def fit(self, text: str) -> str:
        """The text in characters that this terminal can show."""
        return text if self.unicode else plain(text)

    def clip(self, text: str, width: int) -> str:
        """The text in characters that this terminal can show, and at most ``width`` of its columns;
        whole where nothing need fit."""
        return self.fit(text) if self.piped else clip(self.fit(text), width, "…" if self.unicode else "...")

    def wrap(self, text: str, lead: str = "", later: str | None = None) -> list[str]:
        """The text in lines that fit, cleaned of nothing; ``later`` (else blanks as wide as ``lead``)
        stands before the second and what follows. Where nothing need fit it stays one line.

        >>> Terminal(width=20).wrap("a sentence of some words", "  = help: ")
        ['  = help: a sentence', '          of some', '          words']
        """
        later = " " * cells(lead) if later is None else later
        if self.piped or cells(lead + text) <= self.width:
            return [lead + text]
        return wrapped(text, max(self.width, 20), lead, later)

    def say(self, text: str = "", *, err: bool = False) -> None:
        """Print a line."""
        click.echo(self.fit(text), err=err or self.aside, color=self.colour or None)

    def ring(self) -> None:
        """Ring the bell; not into a pipe."""
        click.echo("\a", nl=False, err=not self.interactive)

    def prompt(self, text: str) -> None:
        """Print the beginning of a line: what comes next stands behind it."""
        click.echo(self.fit(text), nl=False, color=self.colour or None)
        self.flush()

    @staticmethod
    def flush() -> None:
        """Let a reader at the other end of a pipe see what was said so far."""
        sys.stdout.flush()

    def next(self, command: str) -> None:
        """Say what to type next."""
        self.say(self.paint("next: ", "dim") + command)


def say_json(value: Any, *, indent: int | None = 2) -> None:
    """Print a value as JSON: ASCII only, so that it survives any locale; NaN is refused.

    Without ``indent`` it is one line.
    """
    click.echo(json.dumps(value, indent=indent, allow_nan=False))
