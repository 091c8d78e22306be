"""Where a key or value of a TOML or JSON text stands: line and column, both from 1.

The parsers of the standard library give no positions. This scanner reads text that they have
*accepted* already, so it checks nothing: it only walks over it. It runs when there is something
to report. One walk serves both formats: a JSON document is an inline table with other separators.
No recursion, so nesting cannot exhaust it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable

from programs.diagnostics import Diagnostic, Where

# Possessive (+): half a million comments, or a string of a megabyte, leave nothing to go back to.
_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
# Strings of both formats; a multi-line string may end with up to two quotes of its own.
_STRING = re.compile(
    r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"{3,5}' r"|'''[\s\S]*?'{3,5}" r'|"(?:[^"\\\n]++|\\.)*+"' r"|'[^'\n]*'"
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]*")  # a number, a date or a word: everything but strings
_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[btnfr"\\/])')
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


class Positions:
    """Places of every key and value of one document.

    >>> text = 'id = "a"\\n[[stage]]\\nduration_s = 60\\n'
    >>> Positions(text).of(("stage", 0, "duration_s"))
    (3, 14)
    >>> Positions(text).of(("stage", 0, "duration_s"), key=True)
    (3, 1)
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._keys: dict[Where, int] = {}
        self._values: dict[Where, int] = {}
        self._tables: dict[Where, int] = {}  # arrays of tables: index of the newest one
        self._line_starts = array("q", (0, *(found.end() for found in re.finditer("\n", text))))
        self._again: int | None = None
        self._skip_blank()
        self._values[()] = min(self._at, max(len(text) - 1, 0))
        if text.startswith("{", self._at):
            self._value(())
        else:
            self._document()

    def of(self, where: Where, *, key: bool = False) -> tuple[int, int]:
        """Line and column of the value at ``where`` (``key``: of its key); of what holds it if unknown."""
        for end in range(len(where), -1, -1):
            places = self._keys if key and where[:end] in self._keys else self._values
            if where[:end] in places:
                return self._line_and_column(places[where[:end]])
        return 1, 1

    @property
    def again(self) -> tuple[int, int]:
        """Where a table of a JSON text has a key that it has already; (0, 0) when none has."""
        return self._line_and_column(self._again) if self._again is not None else (0, 0)

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def _document(self) -> None:
        base: Where = ()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                base = self._header()
            else:
                where = self._dotted_key(base)
                self._skip_blank(1)  # past "="
                self._value(where)
            self._skip_blank()

    def _header(self) -> Where:
        start = self._at
        many = self._text.startswith("[[", start)
        self._skip_blank(2 if many else 1)
        where = self._dotted_key((), start)
        if many:
            index = self._tables[where] = self._tables.get(where, -1) + 1
            self._values.setdefault(where, start)
            where = (*where, index)
        self._keys.setdefault(where, start)
        self._values[where] = start
        self._skip_blank(2 if many else 1)
        return where

    def _dotted_key(self, base: Where, start: int | None = None) -> Where:
        """Read ``a.b.c``; every part but the last goes into the newest table of an array."""
        where = base
        while True:
            if start is not None and where in self._tables:
                where = (*where, self._tables[where])
            offset, name = self._key()
            where = (*where, name)
            if self._keys.setdefault(where, offset) != offset and self._again is None:
                self._again = offset
            self._values.setdefault(where, offset if start is None else start)
            if not self._text.startswith(".", self._at):
                return where
            self._skip_blank(1)

    def _key(self) -> tuple[int, str]:
        offset = self._at
        quoted = _STRING.match(self._text, offset)
        found = quoted or _BARE.match(self._text, offset)
        if found is None:  # not accepted by the parser: cannot happen
            self._at = len(self._text)
            return offset, ""
        self._at = found.end()
        self._skip_blank()
        return offset, _unquoted(found[0]) if quoted else found[0]

    def _value(self, where: Where) -> None:
        """Walk over one value and all that is in it."""
        open_: list[tuple[Where, int]] = []  # the lists (index of the next item) and tables (-1) we are in
        while True:
            self._values[where] = self._at
            opener = self._text[self._at : self._at + 1]
            if opener in ("[", "{"):
                open_.append((where, 0 if opener == "[" else -1))
                self._skip_blank(1)
            else:
                scalar = _STRING.match(self._text, self._at) or _SCALAR.match(self._text, self._at)
                self._at = scalar.end() if scalar else len(self._text)
                self._skip_blank() if open_ else None
            if not self._close(open_):
                return
            holder, index = open_[-1]
            if index >= 0:
                where = (*holder, index)
                open_[-1] = (holder, index + 1)
            else:
                where = self._dotted_key(holder)
                self._skip_blank(1)  # past "=" or ":"

    def _close(self, open_: list[tuple[Where, int]]) -> bool:
        """Past commas and closing brackets; False when the outermost container is closed."""
        while open_:
            here = self._text[self._at : self._at + 1]
            if here not in (",", "]", "}"):
                return bool(here)
            if here != ",":
                open_.pop()
            if open_ or here == ",":
                self._skip_blank(1)
            else:
                self._at += 1
        return False

    def _skip_blank(self, more: int = 0) -> None:
        """Past ``more`` characters, then past blanks, line ends and comments."""
        found = _BLANK.match(self._text, self._at + more)
        self._at = found.end() if found else len(self._text)


def _unquoted(text: str) -> str:
    if text[0] == "'":
        return text[1:-1]
    plain = _ESCAPE.sub(_character, text[1:-1])
    if plain.isascii():
        return plain
    # JSON writes characters beyond 16 bits as two escapes; put them together.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _character(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if code[0] in "uU" else _SIMPLE.get(code, code)


def locate(text: str, where: Where, *, key: bool = False) -> tuple[int, int]:
    """Line and column of one place; for several of the same text keep a :class:`Positions`."""
    return Positions(text).of(where, key=key)


def placed(diagnostics: Iterable[Diagnostic], text: str, file: str) -> list[Diagnostic]:
    """Diagnostics with their places filled in, in the order of the text."""
    waiting = list(diagnostics)
    if not waiting:
        return []
    positions = Positions(text)
    found = [
        each if each.line else each.at(file, *positions.of(each.where, key=each.code == "D120"))
        for each in waiting
    ]
    return sorted(found, key=lambda each: (each.line, each.column))
