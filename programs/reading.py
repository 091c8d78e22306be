"""A file's bytes to plain data: size, encoding and syntax, each failure as one diagnostic.

Rules kept here: nothing is read beyond ``MAX_BYTES``; no parser error, recursion or encoding
error gets out; a TOML or JSON syntax error has its line and column.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from programs.bounds import TOO_DEEP, deepest, longest_number, too_costly, too_large
from programs.diagnostics import Diagnostic
from programs.errors import Rejected
from programs.positions import Positions, placed
from programs.strict import shown
from programs.words import number_hint

MAX_BYTES = 1 << 20  # 10 000 keyframes, the most there may be, fit in it
_DIGITS = "A number has too many digits to be read."
_NAME_A_FILE = "Name a .toml or .json file."
_LISTS = {"profile": "thrum profiles", "rig": "thrum rig show"}  # a program: thrum list
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_SYNTAX_HINTS = {
    "Cannot overwrite": "The same key is written twice; keep one.",
    "Cannot declare": "The same table is written twice; use [[double brackets]] for a list of tables.",
    "Invalid value": "Text needs quotes, numbers are written like 0.25, true and false in lower case.",
    "Expected '='": "Write key = value.",
    "Invalid initial character": "A key is letters, digits, '_' and '-'; is a quote or bracket not closed?",
    "Unclosed": "Close it with ].",
    "Illegal character": "Does a quote end on the line where it starts?",
    "Unterminated": "Close the quote.",
}


def reject(code: str, message: str, file: str, hint: str = "", line: int = 0, column: int = 0) -> NoReturn:
    """One diagnostic, raised. That a file is not there, or not text, needs no reason."""
    why = "" if code < "D110" else "what the file format allows"
    raise Rejected([Diagnostic("error", code, message, (), why, hint, file, line, column)])


def read_text(path: Path, what: str = "program") -> str:
    """The text of a file. Raises :class:`Rejected` with the reason in a sentence."""
    file = printable(str(path))
    raw = b""
    try:
        raw = _read_regular(path, file, what)
    except FileNotFoundError:
        hint = f"Check the path; '{_LISTS.get(what, 'thrum list')}' shows what there is."
        reject("D101", f"There is no file '{file}'.", file, hint)
    except PermissionError:
        reject("D103", f"'{file}' may not be read.", file, "Check its permissions.")
    except OSError as exc:
        reject("D103", f"'{file}' cannot be read: {(exc.strerror or 'unknown reason').lower()}.", file)
    except Rejected:
        raise
    except ValueError:  # a NUL in the path
        reject("D103", f"'{file}' is not a path.", file)
    return decode(raw, file, what)


def _read_regular(path: Path, file: str, what: str) -> bytes:
    """The bytes of a regular file. Nothing here waits: opening a pipe would, and reading some files of
    the system that call themselves regular but have no size."""
    if path.is_dir():  # Windows opens none
        reject("D102", f"'{file}' is a directory, not a {what} file.", file, _NAME_A_FILE)
    waits_not = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, os.O_RDONLY | waits_not), "rb") as stream:
        facts = os.fstat(stream.fileno())
        if not stat.S_ISREG(facts.st_mode):
            reject("D102", f"'{file}' is a device or pipe, not a {what} file.", file, _NAME_A_FILE)
        return stream.read(MAX_BYTES + 1) if facts.st_size else b""


def printable(text: str, most: int = 200) -> str:
    """Text that can be shown on any terminal, shortened in the middle."""
    text = text if len(text) <= most else f"{text[: most // 2]}...{text[-most // 2 :]}"
    return "".join(c if c.isprintable() else "?" for c in text)


def decode(raw: bytes, file: str, what: str = "program") -> str:
    """UTF-8 text, without its byte order mark."""
    if len(raw) > MAX_BYTES:
        reject("D104", f"The file is larger than {MAX_BYTES >> 20} MiB, the most that is read.", file)
    if b"\0" in raw:
        reject("D105", "This is a binary file, not text.", file, f"A {what} is a TOML or JSON text file.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        column = exc.start - raw.rfind(b"\n", 0, exc.start)
        say = f"Byte 0x{raw[exc.start]:02x} is not UTF-8 text."
        reject("D105", say, file, "Save the file as UTF-8.", line, column)


def parse(text: str, file: str) -> dict[str, Any]:
    """Plain data of a TOML text, or of JSON when it starts with a brace."""
    if len(text) > MAX_BYTES or (
        len(text) * 4 > MAX_BYTES and len(text.encode("utf-8", "replace")) > MAX_BYTES
    ):
        reject("D104", f"The text is larger than {MAX_BYTES >> 20} MiB, the most that is read.", file)
    if not text.strip("\ufeff \t\r\n"):
        reject("D106", "The file is empty.", file, "See a whole program with 'thrum show evening-shoulders'.")
    try:
        json_like = file.endswith(".json") or text.lstrip().startswith("{")
        data = _json(text, file) if json_like else _toml(text, file)
    except RecursionError:
        reject("D111", TOO_DEEP, file, "", *deepest(text))
    if not data:
        reject(
            "D106", "The file says nothing.", file, "See a whole program with 'thrum show evening-shoulders'."
        )
    large = too_large(data)
    if large is not None:
        raise Rejected(placed([large], text, file))
    return data


def _toml(text: str, file: str) -> dict[str, Any]:
    costly = too_costly(text)
    if costly is not None:
        raise Rejected([costly.at(file, costly.line, costly.column)])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        _reject_toml(str(exc), text, file)
    except ValueError:  # a number with thousands of digits
        reject("D110", _DIGITS, file, "Use at most 15 digits.", *longest_number(text))


def _reject_toml(message: str, text: str, file: str) -> NoReturn:
    place = _AT.search(message)
    line, column = (int(place[1]), int(place[2])) if place and place[1] else (_last_line(text), 1)
    what = _with_names(_AT.sub("", message))
    _reject_single_brackets(text, file)
    lines = text.split("\n")
    if what.startswith("Cannot overwrite"):
        _reject_twin(lines, line, file)
    hint = number_hint(lines[line - 1] if line <= len(lines) else "")
    hint = hint or next((hint for start, hint in _SYNTAX_HINTS.items() if what.startswith(start)), "")
    reject("D110", f"This is not TOML: {what[:1].lower()}{what[1:200]}.", file, hint, line, column)


_NAME = r"'([^']*)'"
_NAMES = re.compile(r"\('[^']*'(?:, '[^']*')*,?\)")


def _with_names(message: str) -> str:
    """Names of tables as they stand in a file: ``('stage', 'track')`` is [stage.track]."""
    return _NAMES.sub(lambda found: f"[{'.'.join(re.findall(_NAME, found[0]))}]", message)


_KEY = re.compile(r"[ \t]*([A-Za-z0-9_.\"'-]+)[ \t]*=")


def _reject_twin(lines: Sequence[str], line: int, file: str) -> None:
    """The same key twice: which one, when it stands at the start of the line."""
    found = _KEY.match(lines[line - 1]) if line <= len(lines) else None
    if found is not None:
        reject("D110", _twice(found[1]), file, "Keep one.", line, found.start(1) + 1)


def _twice(key: str) -> str:
    return f"The key {shown(key)} is written twice in one table."


_HEADER = re.compile(r"^([ \t]*)(\[\[?)[ \t]*([A-Za-z0-9_.-]+)[ \t]*\]", re.MULTILINE)


def _reject_single_brackets(text: str, file: str) -> None:
    """A table that is opened both as [name] and as [[name]]: the single brackets are the mistake,
    wherever the reader stumbled."""
    headers = [
        (found[2], found[3], text.count("\n", 0, found.start(2)) + 1, len(found[1]) + 1)
        for found in _HEADER.finditer(text)
    ]
    listed = {name for brackets, name, _, _ in headers if brackets == "[["}
    for brackets, name, line, column in headers:
        if brackets == "[" and name in listed:
            say = f"[{name}] has single brackets here; elsewhere it is a list, [[{name}]]."
            reject("D110", say, file, f"Write [[{name}]] here too.", line, column)


def _last_line(text: str) -> int:
    return max(1, len(text.rstrip().splitlines()))


def _json(text: str, file: str) -> dict[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as exc:
        reject("D110", f"This is not JSON: {exc.msg.lower()}.", file, "", exc.lineno, exc.colno)
    except _TwinError as exc:
        reject("D110", _twice(exc.args[0]), file, "Keep one.", *_second(text, file))
    except ValueError:
        reject("D110", _DIGITS, file, "Use at most 15 digits.", *longest_number(text))
    if not isinstance(data, dict):
        reject("D110", "The document is not a JSON object.", file, 'Write { "format": ..., ... }.', 1, 1)
    return data


def _second(text: str, file: str) -> tuple[int, int]:
    """Where a key of a JSON text is written again; a syntax error further down is told first."""
    try:
        json.loads(text)
    except json.JSONDecodeError as exc:
        reject("D110", f"This is not JSON: {exc.msg.lower()}.", file, "", exc.lineno, exc.colno)
    except ValueError:
        return 0, 0
    return Positions(text).again


class _TwinError(Exception):
    """A JSON object has the same key twice."""


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        seen: set[str] = set()
        raise _TwinError(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return data
