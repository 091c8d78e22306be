"""The file that a campaign keeps: a header, then a line for every run, in the order they were done.

JSON lines, so that whatever ends a campaign leaves every run that was done. Rules kept here:

1. A file is never written over. It is gone on with, when its header is of this very campaign.
2. A line that was torn off at the end is run again; anything else that does not read is an error.
"""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from host_cli.exits import USAGE, Quit

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path
    from types import TracebackType

FORMAT = "campaign/1"
SAME = {  # keys of the header that must be the same, and what they are called
    "thrum": "format", "version": "version of thrum", "program": "program", "program_hash": "program",
    "profile": "profile", "profile_hash": "profile", "seed": "seed", "vary": "choice of --vary",
    "settled": "choice of faults and person",
}  # fmt: skip


def thrum_version() -> str:
    return version("thrum-massager")


class Kept:
    """``with Kept(path, header, resume) as kept``: ``rows`` are those that were there, ``add`` appends."""

    def __init__(self, path: Path, header: dict[str, Any], resume: bool, again: str) -> None:
        """``again``: the command that resumes. Raises Quit (exit 2) for a file that does not fit."""
        self.path = path
        self._again = again
        self.rows: list[dict[str, Any]] = []
        if resume:
            self.rows, whole = _read(path, header)
        elif path.exists():
            say = f"{path} is there already; it was left as it is. Go on with it, or --keep another file."
            raise Quit(USAGE, say, again)
        try:
            self._stream: FileIO = path.open("r+b" if resume else "xb", buffering=0)
            if resume:
                self._stream.truncate(whole)
                self._stream.seek(whole)
        except OSError as error:
            raise Quit(USAGE, f"{path} cannot be written: {error.strerror}.") from error
        if not resume:
            self._write(header)

    def __enter__(self) -> Kept:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def add(self, row: dict[str, Any]) -> None:
        """Keep a run. Raises Quit (exit 2) when it cannot be written; what was kept stays."""
        self._write(row)
        self.rows.append(row)

    def _write(self, value: dict[str, Any]) -> None:
        """A whole line or none: what a full disk took of it is taken off again."""
        at = self._stream.tell()
        left = json.dumps(value, allow_nan=False).encode() + b"\n"
        try:
            while left:
                left = left[self._stream.write(left) :]
        except OSError as error:
            with suppress(OSError):
                self._stream.truncate(at)
            say = f"{self.path} cannot be written: {error.strerror}. It keeps {len(self.rows)} runs."
            raise Quit(USAGE, say, self._again) from error


def _read(path: Path, header: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """The rows of a file, and how many of its bytes are whole lines."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Quit(USAGE, f"{path} is not there: nothing to resume. Leave out --resume to begin.") from None
    except OSError as error:
        raise Quit(USAGE, f"{path} cannot be read: {error.strerror}.") from error
    whole = data.rfind(b"\n") + 1
    rows = [_row(path, number, line) for number, line in enumerate(data[:whole].splitlines(), 1)]
    if not rows:
        raise Quit(USAGE, f"{path} has no header: it is no campaign. Remove it, or --keep another file.")
    found = rows.pop(0)
    other = [called for key, called in SAME.items() if found.get(key) != header[key]]
    if other:
        say = f"{path} is of another {other[0]}; it was left as it is. --keep another file for this one."
        raise Quit(USAGE, say)
    for number, row in enumerate(rows, 2):
        if not isinstance(row.get("run"), int) or not isinstance(row.get("outcome"), str):
            raise Quit(USAGE, f"Line {number} of {path} is not a run. Take the line out, or begin anew.")
    return list({row["run"]: row for row in rows}.values()), whole


def _row(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Quit(USAGE, f"Line {number} of {path} is not a run. Take the line out, or begin anew.")
    return value
