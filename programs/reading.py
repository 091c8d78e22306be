"""A file's bytes to plain data: size, encoding and syntax, each failure as one diagnostic.

Rules kept here: nothing is read beyond ``MAX_BYTES``; no parser error, recursion or encoding
error gets out; a TOML or JSON syntax error has its line and column.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any, NoReturn

from programs.diagnostics import Diagnostic
from programs.errors import Rejected

MAX_BYTES = 1 << 20  # 10 000 keyframes, the most there may be, fit in it
MAX_KEY_PARTS = 8  # of a dotted key; tomllib needs time by parts times keys
MAX_HEADERS = 5_000  # lines that open a table: 500 stages with their tracks and modulators
MAX_ENTRIES = 10_000  # of any list or table
MAX_VALUES = 100_000  # of a whole document
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
    """One diagnostic, raised."""
    raise Rejected([Diagnostic("error", code, message, (), "the document format", hint, file, line, column)])


def read_text(path: Path, what: str = "program") -> str:
    """The text of a file. Raises :class:`Rejected` with the reason in a sentence."""
    file = printable(str(path))
    raw = b""
    try:
        if not path.is_dir() and (path.is_file() or not path.exists()):
            with path.open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        else:
            kind = "a directory" if path.is_dir() else "a device or pipe"
            reject("D102", f"'{file}' is {kind}, not a {what} file.", file, "Name a .toml or .json file.")
    except FileNotFoundError:
        reject(
            "D101", f"There is no file '{file}'.", file, "Check the path; 'thrum list' shows what there is."
        )
    except PermissionError:
        reject("D103", f"'{file}' may not be read.", file, "Check its permissions.")
    except OSError as exc:
        reject("D103", f"'{file}' cannot be read: {(exc.strerror or 'unknown reason').lower()}.", file)
    except Rejected:
        raise
    except ValueError:  # a NUL in the path
        reject("D103", f"'{file}' is not a path.", file)
    return decode(raw, file)


def printable(text: str, most: int = 200) -> str:
    """Text that can be shown on any terminal, shortened in the middle."""
    text = text if len(text) <= most else f"{text[: most // 2]}...{text[-most // 2 :]}"
    return "".join(c if c.isprintable() else "?" for c in text)


def decode(raw: bytes, file: str) -> str:
    """UTF-8 text, without its byte order mark."""
    if len(raw) > MAX_BYTES:
        reject("D104", f"The file is larger than {MAX_BYTES >> 20} MiB, the most that is read.", file)
    if b"\0" in raw:
        reject("D105", "This is a binary file, not text.", file, "A program is a TOML or JSON text file.")
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
        reject("D111", "Lists or tables are nested too deeply; a program needs at most 6 levels.", file)
    if not data:
        reject(
            "D106", "The file says nothing.", file, "See a whole program with 'thrum show evening-shoulders'."
        )
    _bound(data, file)
    return data


def _bound(data: dict[str, Any], file: str) -> None:
    """Refuse what is far larger than any document, before it is looked at in detail."""
    count = 0
    waiting: list[Any] = [data]
    while waiting:
        each = waiting.pop()
        inside = each.values() if isinstance(each, dict) else each
        count += len(inside)
        if len(inside) > MAX_ENTRIES:
            say = f"A list or table has {len(inside)} entries; at most {MAX_ENTRIES} are allowed."
            reject("D127", say, file, "Say it with fewer keyframes; curves are drawn between them.")
        if count > MAX_VALUES:
            reject("D127", f"The document has more than {MAX_VALUES} values, the most that is read.", file)
        waiting += [value for value in inside if isinstance(value, dict | list)]


def _toml(text: str, file: str) -> dict[str, Any]:
    headers = sum(1 for _ in re.finditer(r"^[ \t]*\[", text, re.MULTILINE))
    if headers > MAX_HEADERS:
        reject("D127", f"The document has {headers} tables; at most {MAX_HEADERS} are allowed.", file)
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_KEY_PARTS and _has_long_key(line):
            say = f"A dotted key has more than {MAX_KEY_PARTS} parts; a program needs at most 6 levels."
            reject("D111", say, file, "", number, 1)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        _reject_toml(str(exc), text, file)
    except ValueError:  # a number with thousands of digits
        reject("D110", "A number has too many digits to be read.", file, "Use at most 15 digits.")


_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')[ \t]*"""
_LONG_KEY = re.compile(rf"(?:{_PART}\.[ \t]*){{{MAX_KEY_PARTS}}}{_PART}")
_LONG_NAKED_KEY = re.compile(rf"[\[ \t]*{_LONG_KEY.pattern}")


def _has_long_key(line: str) -> bool:
    """A dotted key at the start of the line or inside an inline table."""
    return bool(_LONG_NAKED_KEY.match(line)) or any(
        _LONG_KEY.match(line, found.end()) for found in re.finditer(r"[{,][ \t]*", line)
    )


def _reject_toml(message: str, text: str, file: str) -> NoReturn:
    place = _AT.search(message)
    line, column = (int(place[1]), int(place[2])) if place and place[1] else (_last_line(text), 1)
    what = _AT.sub("", message)
    hint = next((hint for start, hint in _SYNTAX_HINTS.items() if what.startswith(start)), "")
    reject("D110", f"This is not TOML: {what[:1].lower()}{what[1:200]}.", file, hint, line, column)


def _last_line(text: str) -> int:
    return max(1, len(text.rstrip().splitlines()))


def _json(text: str, file: str) -> dict[str, Any]:
    try:
        data = json.loads(text, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as exc:
        reject("D110", f"This is not JSON: {exc.msg.lower()}.", file, "", exc.lineno, exc.colno)
    except _TwinError as exc:
        reject("D110", f"The key {exc.args[0]!r:.60} is written twice in one table.", file, "Keep one.")
    except ValueError:
        reject("D110", "A number has too many digits to be read.", file, "Use at most 15 digits.")
    if not isinstance(data, dict):
        reject("D110", "The document is not a JSON object.", file, 'Write { "format": ..., ... }.', 1, 1)
    return data


class _TwinError(Exception):
    """A JSON object has the same key twice."""


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        seen: set[str] = set()
        raise _TwinError(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return data
