"""Turns of a watch: the first at once, the next whenever one of some files has changed.

Files are polled (an editor may write in place or rename; both change what is looked at), a few times
a second, by the clock of this package. A file that is gone is a change; when it comes back, another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from host_cli.clock import Pace

EVERY_S = 0.25
State = tuple[tuple[int, int, int] | None, ...]


class Waits(Protocol):
    """What lets time pass between two looks."""

    def wait(self) -> None: ...


def watched(refs: Sequence[str], pace: Waits | None = None) -> Iterator[int]:
    """0, 1, 2, ... at the start and at each change of the files behind ``refs``; without end."""
    pace = pace or Pace(EVERY_S)
    turn = 0
    seen = look(refs)
    while True:
        yield turn
        turn += 1
        # What changed while the last turn was drawn counts, so ``seen`` is from before it.
        while (now := look(refs)) == seen:
            pace.wait()
        seen = now


def look(refs: Sequence[str]) -> State:
    """What stands for the content of each file; None where there is none."""
    return tuple(_stamp(ref) for ref in refs)


def _stamp(ref: str) -> tuple[int, int, int] | None:
    try:
        found = _path(ref).stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _path(ref: str) -> Path:
    """The file of a program, or of whatever has this name."""
    from host_cli.work import user_programs
    from programs.errors import Rejected
    from programs.load import find_program

    try:
        return find_program(ref, user_programs())
    except Rejected:
        return Path(ref)
