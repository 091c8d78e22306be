"""Where the system tells about ports; a test gives a tree of its own."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

# Device numbers of a host's end of a pseudo-terminal; Linux, Documentation/admin-guide/devices.txt
PTY_MAJORS = range(136, 144)


@dataclass(frozen=True)
class Places:
    """``by_id``: links that keep their name; ``locks``: files of programs that lock by a file."""

    dev: Path = Path("/dev")
    by_id: Path = Path("/dev/serial/by-id")
    proc: Path = Path("/proc")
    locks: Path = Path("/run/lock")


HERE = Places()


def is_url(address: str) -> bool:
    """Not a file: a pyserial URL.

    >>> is_url("socket://127.0.0.1:4000"), is_url("/dev/ttyACM0")
    (True, False)
    """
    return "://" in address


def is_pty(path: str) -> bool:
    """A pseudo-terminal has a process at its other end, not a cable."""
    try:
        found = os.stat(path)
    except OSError:
        return False
    return stat.S_ISCHR(found.st_mode) and os.major(found.st_rdev) in PTY_MAJORS
