"""Why a port could not be opened: foreign exceptions to ours, each with what to do about it."""

from __future__ import annotations

import errno
import os
import socket
import stat
from urllib.parse import urlsplit

from firmware_bridge.errors import (
    AddressUnknown,
    BridgeError,
    PortAbsent,
    PortBusy,
    PortNotPermitted,
    PortUnusable,
)
from firmware_bridge.transport.discovery import what_there_is
from firmware_bridge.transport.holders import Holder, holders
from firmware_bridge.transport.places import HERE, Places, is_pty, is_url

_ABSENT = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ETIMEDOUT)
_BUSY = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)
_NOT_PERMITTED = (errno.EACCES, errno.EPERM)
_DENIED = "Access is denied"  # what Windows says of a busy port
MODEM_MANAGER = "ModemManager"  # opens every new serial port and asks whether it is a modem


def opening_error(address: str, exc: BaseException, places: Places = HERE) -> BridgeError:
    """The error of this package for what opening ``address`` raised."""
    number, text = _errno_of(exc), str(exc)
    if _names_no_computer(address):
        example = f"{address.partition(':')[0].lower()}://192.168.1.7:4000"
        say = f"{address} does not say which computer and which port number (1 to 65535)"
        say = f"{say}: write it as {example}. See: thrum ports"
        return AddressUnknown(address, say)
    if isinstance(exc, ValueError | ImportError):
        return AddressUnknown(address, f"{address!r} is not a port: {text}. See: thrum ports")
    if number in _BUSY or _DENIED in text:
        found = holders(address, places)
        return busy(address, [each for each in found if each.locked or not is_pty(address)])
    if number in _NOT_PERMITTED:
        return _not_permitted(address)
    if number in _ABSENT or "FileNotFoundError" in text or (not number and "Could not open" in text):
        return _absent(address, places)
    if is_url(address) and _caused_by(exc, socket.gaierror):
        say = f"{address}: the network knows no computer of that name. Check its spelling."
        return PortAbsent(address, say)
    if number == errno.ENOTTY or not _is_device(address):
        return PortUnusable(address, f"{address} is not a serial port. See: thrum ports")
    return PortUnusable(
        address, f"{address} cannot be opened: {text}. Pull its plug, put it in again, then the same command."
    )


def busy(address: str, found: list[Holder]) -> PortBusy:
    """By whom, as far as this user may know, and how to get it back."""
    first = [each for each in found if each.locked] or found
    pids = tuple(each.pid for each in first)
    if not first:
        who = f"To see which, type: sudo fuser -v {address}" if os.name == "posix" else "A serial monitor?"
        return PortBusy(address, f"{address} is in use by another program. Close that program first. {who}")
    if first[0].name == MODEM_MANAGER:
        say = f"{address} is in use by {first[0]}, which is looking for a modem. Wait 30 s and try again"
        return PortBusy(address, f"{say}; to keep it off for good, see: thrum doctor", pids)
    named = " and ".join(map(str, first))
    return PortBusy(
        address, f"{address} is in use by {named}. Close it, or end it with: kill {first[0].pid}", pids
    )


def _names_no_computer(address: str) -> bool:
    """A URL over the network needs both, such as socket://192.168.1.7:4000."""
    if not address.lower().startswith(("socket://", "rfc2217://")):
        return False
    try:
        parts = urlsplit(address)
        return not parts.hostname or parts.port is None
    except ValueError:  # no number, or not one of a port
        return True


def _absent(address: str, places: Places) -> BridgeError:
    if is_url(address):
        say = f"Nothing answers at {address}. Start the device there first, and check address and number."
        return PortAbsent(address, say)
    return PortAbsent(address, f"There is no port {address}. {what_there_is(places)}")


def _errno_of(exc: BaseException) -> int | None:
    """pyserial passes on the number, and termios.error has it as its first argument."""
    number = getattr(exc, "errno", None)
    if number is None and exc.args and isinstance(exc.args[0], int):
        number = exc.args[0]
    if number is None and isinstance(exc, TimeoutError):
        number = errno.ETIMEDOUT
    cause = exc.__cause__ or exc.__context__
    if number is None and cause is not None:
        return _errno_of(cause)
    return number


def _caused_by(exc: BaseException | None, kind: type[BaseException]) -> bool:
    while exc is not None and not isinstance(exc, kind):
        exc = exc.__cause__ or exc.__context__
    return exc is not None


def _not_permitted(address: str) -> BridgeError:
    group = _group_that_may(address)
    say = f"You are not allowed to open {address}."
    if not group:
        advice = "Ask the owner of this machine for access to it; do not run Thrum as root."
    elif _is_listed(group):
        advice = f"It belongs to group {group}, and you were put into it after you logged in: log out and in."
    else:
        advice = f"It belongs to group {group}: sudo usermod -aG {group} $USER, then log out and in."
    return PortNotPermitted(address, f"{say} {advice}", group)


def _group_that_may(address: str) -> str:
    """The group that one could join: it may read and write there, and it is not root's own."""
    try:
        import grp

        found = os.stat(address)
        may = found.st_mode & stat.S_IRGRP and found.st_mode & stat.S_IWGRP
        if not may or found.st_gid == 0 or found.st_gid in os.getgroups():
            return ""
        return grp.getgrgid(found.st_gid).gr_name
    except (ImportError, OSError, KeyError):
        return ""


def _is_listed(group: str) -> bool:
    """This user is a member by the list of groups, whatever this login still has."""
    try:
        import grp
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name in grp.getgrnam(group).gr_mem
    except (ImportError, KeyError):
        return False


def _is_device(address: str) -> bool:
    """A URL cannot be looked at; a path must be a character device."""
    if is_url(address) or os.name != "posix":
        return True
    try:
        return stat.S_ISCHR(os.stat(address).st_mode)
    except OSError:
        return True
