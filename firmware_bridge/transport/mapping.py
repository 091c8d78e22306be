"""Why a port could not be opened: foreign exceptions to ours, each with what to do about it."""

from __future__ import annotations

import errno
import os
import stat

from firmware_bridge.errors import (
    AddressUnknown,
    BridgeError,
    PortAbsent,
    PortBusy,
    PortNotPermitted,
    PortUnusable,
)

_ABSENT = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ECONNREFUSED, errno.EHOSTUNREACH)
_BUSY = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)
_NOT_PERMITTED = (errno.EACCES, errno.EPERM)


def opening_error(address: str, exc: BaseException) -> BridgeError:
    """The error of this package for what opening ``address`` raised."""
    number = _errno_of(exc)
    text = str(exc)
    if isinstance(exc, ValueError | ImportError):
        return AddressUnknown(address, f"{address!r} is not a port: {text}. See: thrum ports")
    if number in _BUSY or "Access is denied" in text:  # the latter is what Windows says of a busy port
        return PortBusy(
            address, f"{address} is in use by another program. Close that program (a serial monitor?) first."
        )
    if number in _NOT_PERMITTED:
        return _not_permitted(address)
    if number in _ABSENT or "FileNotFoundError" in text or (not number and "Could not open" in text):
        return PortAbsent(address, f"There is no port {address}. Plug the rig in, then see: thrum ports")
    if number == errno.ENOTTY or not _is_device(address):
        return PortUnusable(address, f"{address} is not a serial port. See: thrum ports")
    return PortUnusable(address, f"{address} cannot be opened: {text}.")


def _errno_of(exc: BaseException) -> int | None:
    """pyserial passes on the number, and termios.error has it as its first argument."""
    number = getattr(exc, "errno", None)
    if number is None and exc.args and isinstance(exc.args[0], int):
        number = exc.args[0]
    cause = exc.__cause__ or exc.__context__
    if number is None and cause is not None:
        return _errno_of(cause)
    return number


def _not_permitted(address: str) -> BridgeError:
    group = _group_that_may(address)
    if group is None:
        advice = "Ask the owner of this machine for access to it; do not run Thrum as root."
    else:
        advice = f"It belongs to group {group}: sudo usermod -aG {group} $USER, then log out and in."
    return PortNotPermitted(address, f"You are not allowed to open {address}. {advice}")


def _group_that_may(address: str) -> str | None:
    """The group that one could join: it may read and write there, and it is not root's own."""
    try:
        import grp

        found = os.stat(address)
        may = found.st_mode & stat.S_IRGRP and found.st_mode & stat.S_IWGRP
        if not may or found.st_gid == 0 or found.st_gid in os.getgroups():
            return None
        return grp.getgrgid(found.st_gid).gr_name
    except (ImportError, OSError, KeyError):
        return None


def _is_device(address: str) -> bool:
    """A URL cannot be looked at; a path must be a character device."""
    if "://" in address or os.name != "posix":
        return True
    try:
        return stat.S_ISCHR(os.stat(address).st_mode)
    except OSError:
        return True
