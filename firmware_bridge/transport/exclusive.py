"""Having a port to oneself.

flock is taken by pyserial and is heeded only by those who ask; TIOCEXCL makes the kernel refuse
everybody but root, and is set here. Lock files are read: older programs have nothing else. And whoever
had the port open before, without any lock, would take half of what the device says: refused too.
"""

from __future__ import annotations

import contextlib
import os
import sys

from firmware_bridge.transport.holders import holders, lock_file
from firmware_bridge.transport.mapping import busy
from firmware_bridge.transport.places import Places, is_pty, is_url

if sys.platform != "win32":
    import fcntl
    import termios

    def _set_exclusive(fd: int, on: bool) -> None:
        with contextlib.suppress(OSError):
            fcntl.ioctl(fd, termios.TIOCEXCL if on else termios.TIOCNXCL)

else:  # Windows opens every port exclusively

    def _set_exclusive(fd: int, on: bool) -> None:
        """Nothing to do."""


def heed_lock_file(path: str, places: Places) -> str:
    """Raises PortBusy when a living process says in a lock file that the port is its own.

    Returns what to say of a stale one, else "".
    """
    if is_url(path) or os.name != "posix":
        return ""
    found = lock_file(path, places)
    if found is not None and found.holder is not None:
        raise busy(path, [found.holder])
    return found.remark if found is not None else ""


def take(path: str, fd: int, places: Places) -> None:
    """Locks the open port against everybody else. Raises PortBusy when somebody has it open already.

    Not a pseudo-terminal: the process at its other end has it open too, and the kernel would keep the
    lock, after this program, for as long as that one lives.
    """
    if fd < 0 or is_url(path) or is_pty(path):
        return
    _set_exclusive(fd, True)
    others = holders(path, places)
    if others:
        _set_exclusive(fd, False)
        raise busy(path, others)


def leave(path: str, fd: int) -> None:
    """Unlocks it; where the device is gone there is nothing to unlock."""
    if fd >= 0 and not is_url(path) and not is_pty(path):
        _set_exclusive(fd, False)
