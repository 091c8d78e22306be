"""What is refused before it is looked at in detail: documents far larger or deeper than any program.

Rules kept here: every check takes time by the length of the text alone, whatever it says; a finding
has its line and column. The largest program there may be (500 stages, 10 000 keyframes) passes.
"""

from __future__ import annotations

import io
import re
from typing import Any

from programs.diagnostics import Diagnostic, Where

MAX_KEY_PARTS = 8  # of a dotted key; tomllib needs time by parts times keys
MAX_LINES = 100_000  # of a TOML text: ten for every keyframe there may be
MAX_HEADERS = 5_000  # lines that open a table: 500 stages with their tracks and modulators
MAX_ENTRIES = 10_000  # of any list or table
MAX_TABLES = 30_000  # and lists, of a whole document
MAX_VALUES = 100_000  # of a whole document
MAX_DEPTH = 32  # tables and lists within each other; Python's own limits lie not far above
SOURCE = "what the file format allows"
TOO_DEEP = "Lists or tables are nested too deeply; a program needs at most 6 levels."

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*')[ \t]*"""
_LONG_KEY = re.compile(rf"(?:{_PART}\.[ \t]*){{{MAX_KEY_PARTS}}}{_PART}")
_LONG_NAKED_KEY = re.compile(rf"[\[ \t]*{_LONG_KEY.pattern}")
# A quote that is not closed ends with its line: so every character is looked at once.
_BRACKET = re.compile(r""""(?:[^"\\\n]++|\\.)*+"?|'[^'\n]*'?|#[^\n]*|[\[{]|[\]}]""")
_LONG_NUMBER = re.compile(r"(?<![0-9_])[0-9][0-9_]{4000,}")


def too_costly(text: str) -> Diagnostic | None:
    """What would make reading TOML slow, with its line; None when nothing would."""
    lines = text.count("\n")
    if lines > MAX_LINES:
        return _error("D104", f"The text has {lines} lines; at most {MAX_LINES} are read.")
    headers = sum(1 for _ in re.finditer(r"^[ \t]*\[", text, re.MULTILINE))
    if headers > MAX_HEADERS:
        return _error("D127", f"The document has {headers} tables; at most {MAX_HEADERS} are allowed.")
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if line.count(".") >= MAX_KEY_PARTS and _has_long_key(line):
            say = f"A dotted key has more than {MAX_KEY_PARTS} parts; a program needs at most 6 levels."
            return _error("D111", say).at("", number, 1)
    return None


def _has_long_key(line: str) -> bool:
    """A dotted key at the start of the line or inside an inline table."""
    return bool(_LONG_NAKED_KEY.match(line)) or any(
        _LONG_KEY.match(line, found.end()) for found in re.finditer(r"[{,][ \t]*", line)
    )


def too_large(data: dict[str, Any]) -> Diagnostic | None:
    """What of parsed data is more than any program has, with its place; None when nothing is."""
    tables = values = 0
    waiting: list[tuple[Any, Where]] = [(data, ())]
    while waiting:
        each, where = waiting.pop()
        tables, values = tables + 1, values + len(each)
        pairs = each.items() if isinstance(each, dict) else enumerate(each)
        if len(each) > MAX_ENTRIES:
            say = f"A list or table has {len(each)} entries; at most {MAX_ENTRIES} are allowed."
            return _error("D127", say, where, "Say it with fewer keyframes; curves are drawn between them.")
        if values > MAX_VALUES or tables > MAX_TABLES:
            most = f"{MAX_VALUES} values" if values > MAX_VALUES else f"{MAX_TABLES} tables and lists"
            return _error("D127", f"The document has more than {most}, the most that is read.")
        if len(where) >= MAX_DEPTH:
            return _error("D111", TOO_DEEP, where)
        for key, value in pairs:
            if isinstance(key, str) and not key.isascii() and any("\ud800" <= c <= "\udfff" for c in key):
                say = "A key has a character that is none: one half of a pair of escapes."
                return _error("D126", say, where, "Retype it as plain text.")
            if isinstance(value, dict | list):
                waiting.append((value, (*where, key)))
    return None


def deepest(text: str) -> tuple[int, int]:
    """Line and column of the bracket that is one too many; (0, 0) when there is none."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += (found[0] in "[{") - (found[0] in "]}")
        if depth > MAX_DEPTH:
            return _place(text, found.start())
    return 0, 0


def longest_number(text: str) -> tuple[int, int]:
    """Line and column of the first number of thousands of digits; (0, 0) when there is none."""
    found = _LONG_NUMBER.search(text)
    return _place(text, found.start()) if found else (0, 0)


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _error(code: str, message: str, where: Where = (), hint: str = "") -> Diagnostic:
    return Diagnostic("error", code, message, where, SOURCE, hint)
