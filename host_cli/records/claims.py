"""Who is still writing: a lock on a file beside the database, which the system drops with its process.

So a session without an end whose file can be locked was cut off, however its writer died, and one that
cannot is being written this very moment.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Claim:
    """``name`` is claimed by this process until ``release``, or its death."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """Raises OSError, BlockingIOError among them where another process has it."""
        self.name = name or secrets.token_hex(8)
        self._path = folder / f"{self.name}.writing"
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._handle)
        except OSError:
            os.close(self._handle)
            raise

    def release(self) -> None:
        os.close(self._handle)
        with contextlib.suppress(OSError):
            self._path.unlink()


def claimed(folder: Path, name: str) -> bool:
    """Whether a living process holds the claim; what cannot be told counts as held."""
    if not (folder / f"{name}.writing").exists():
        return False
    try:
        Claim(folder, name).release()
    except OSError:
        return True
    return False
