"""The sign of a rig that waits for hosts: a file in its memory that says where.

A file outlives who wrote it, and the pseudo-terminal that it names is soon somebody else's. Rule kept here:
it is believed only while its writer holds the file itself locked, which ends with the writer, however.
"""

from __future__ import annotations

import contextlib
import fcntl
from pathlib import Path
from typing import IO

NAME = "port"


def put_up(folder: Path, address: str) -> IO[str]:
    """The sign, held as long as what is returned stays open. Raises OSError when it cannot be written.

    A new file every time, so that nobody who looks at an old one is waited for.
    """
    beside = folder / f"{NAME}.new"
    beside.unlink(missing_ok=True)
    held = beside.open("x", encoding="utf-8")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.write(address)
        held.flush()
        beside.replace(folder / NAME)
    except BaseException:
        held.close()
        raise
    return held


def read(folder: Path) -> str:
    """The address; "" when there is no sign, or nobody holds it."""
    try:
        with (folder / NAME).open(encoding="utf-8") as found:
            try:
                fcntl.flock(found, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return found.read()
    except (OSError, ValueError):
        return ""
    return ""


def take_down(folder: Path) -> None:
    """Any number of times. Where it cannot be taken away, nobody holds it and nobody believes it."""
    with contextlib.suppress(OSError):
        (folder / NAME).unlink(missing_ok=True)
