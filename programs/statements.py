"""A TOML text as statements, with its comments: what ``fmt`` lays out and ``new`` annotates.

The standard library reads TOML and forgets comments. This reader takes text that it has *accepted*
already and keeps every token as it was written: only blanks, line ends and commas between tokens are
dropped. So what is written again has the same meaning; :func:`programs.layout.laid_out` proves it.

TOML allows a comment in a list, before and after an item, and after a statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_STRING = re.compile(
    r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"{3,5}' r"|'''[\s\S]*?'{3,5}" r'|"(?:[^"\\\n]++|\\.)*+"' r"|'[^'\n]*'"
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]*")  # a number, a date or a word
_COMMENT = re.compile(r"#[^\n]*")
_BLANKS = re.compile(r"[ \t\r]*")


@dataclass(slots=True)
class Item:
    """An entry of a list: its value, and what stands around it."""

    value: Value | None  # None: only a comment
    before: list[str] = field(default_factory=list)  # comments on lines of their own
    remark: str = ""  # the comment behind it, on its line
    apart: bool = False  # a blank line stands before it


@dataclass(slots=True)
class Listing:
    """A list. ``open``: its author began a line after the bracket, and wants it to stay so."""

    items: list[Item]
    open: bool = False


@dataclass(slots=True)
class Inline:
    """A table in braces."""

    pairs: list[tuple[str, Value]]


Value = str | Listing | Inline  # str: one token, as it was written


@dataclass(slots=True)
class Statement:
    """One line of a document, or the lines of one value.

    A blank line has neither key nor comment; a comment has no key; a header (``[caps]``,
    ``[[stage]]``) has no value.
    """

    key: str = ""  # "id"; of a header with its brackets
    value: Value | None = None
    comment: str = ""  # behind it, or alone on its line

    @property
    def is_header(self) -> bool:
        return self.key.startswith("[")

    @property
    def is_blank(self) -> bool:
        return not self.key and not self.comment

    @property
    def table(self) -> str:
        """What a header opens.

        >>> Statement("[[stage.track]]").table
        'stage.track'
        """
        return self.key.strip("[]")


def read_statements(text: str) -> list[Statement]:
    """The statements of a text that the parser has accepted.

    >>> [(s.key, s.value, s.comment) for s in read_statements('a=1 # one\\n\\n[b]')]
    [('a', '1', '# one'), ('', None, ''), ('[b]', None, '')]
    """
    return _Reader(text.replace("\r\n", "\n")).statements()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def statements(self) -> list[Statement]:
        out = []
        while self._at < len(self._text):
            out.append(self._statement())
            self._at += 1  # past the line end
        return out

    def _statement(self) -> Statement:
        self._take(_BLANKS)
        here = self._peek()
        if here in ("", "\n", "#"):
            return Statement(comment=self._comment())
        if here == "[":
            brackets = 2 if self._text.startswith("[[", self._at) else 1
            self._at += brackets
            name = self._key()
            self._at += brackets
            return Statement("[" * brackets + name + "]" * brackets, comment=self._comment())
        key = self._key()
        self._at += 1  # past "="
        self._take(_BLANKS)
        return Statement(key, self._value(), self._comment())

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, what: re.Pattern[str]) -> str:
        found = what.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""

    def _comment(self) -> str:
        """The comment up to the end of the line, if there is one."""
        self._take(_BLANKS)
        return self._take(_COMMENT).rstrip()

    def _key(self) -> str:
        """A key with its dots; blanks around it are skipped."""
        parts = []
        while True:
            self._take(_BLANKS)
            parts.append(self._take(_STRING) or self._take(_BARE))
            self._take(_BLANKS)
            if self._peek() != ".":
                return ".".join(parts)
            self._at += 1

    def _value(self) -> Value:
        here = self._peek()
        if here == "[":
            return self._listing()
        if here == "{":
            return self._inline()
        return self._take(_STRING) or self._take(_SCALAR).rstrip()

    def _inline(self) -> Inline:
        pairs: list[tuple[str, Value]] = []
        self._at += 1
        while True:
            self._take(_BLANKS)
            if self._peek() in ("}", ""):
                self._at += 1
                return Inline(pairs)
            key = self._key()
            self._at += 1  # past "="
            self._take(_BLANKS)
            pairs.append((key, self._value()))
            self._take(_BLANKS)
            if self._peek() == ",":
                self._at += 1

    def _listing(self) -> Listing:
        self._at += 1
        out = Listing([], open=self._take(_BLANKS) is not None and self._peek() in ("\n", "#"))
        waiting: list[str] = []
        apart = False
        while True:
            lines, comments = self._gap()
            apart = apart or (bool(out.items) and lines > 1)
            if comments and comments[0][0] == 0 and out.items and not out.items[-1].remark:
                out.items[-1].remark = comments.pop(0)[1]
            waiting += [text for _, text in comments]
            here = self._peek()
            if here in ("]", ""):
                self._at += 1
                if waiting:
                    out.items.append(Item(None, waiting, apart=apart))
                return out
            if here == ",":
                self._at += 1
                continue
            out.items.append(Item(self._value(), waiting, apart=apart))
            waiting, apart = [], False

    def _gap(self) -> tuple[int, list[tuple[int, str]]]:
        """Blanks and comments: the most line ends on end, and each comment with the line it is on."""
        most = run = line = 0
        comments: list[tuple[int, str]] = []
        while True:
            self._take(_BLANKS)
            if self._peek() == "\n":
                self._at, run, line = self._at + 1, run + 1, line + 1
                most = max(most, run)
            elif self._peek() == "#":
                comments.append((line, self._comment()))
                run = 0
            else:
                return most, comments
