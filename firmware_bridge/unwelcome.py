"""Why a device that opened did not become a session: the error, with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware_bridge.errors import BridgeError, NotAMassager, WrongProtocol
from firmware_bridge.protocol.messages import VERSION
from firmware_bridge.transport.discovery import TWO_PORTS, has_two_ports

if TYPE_CHECKING:
    from firmware_bridge.session import Session


def other_version(address: str) -> WrongProtocol:
    """It speaks, and in another version."""
    return WrongProtocol(
        address,
        f"The device at {address} speaks another version of the protocol; this Thrum speaks {VERSION}. "
        "If it is a Thrum rig, put the bundle of this version on it: thrum rig bundle RIG -o DIR. "
        "If the rig is newer than this program, update the program.",
    )


def no_welcome(address: str, session: Session) -> BridgeError:
    """What the session heard instead of a WELCOME decides which it is."""
    if session.problem == "wrong_protocol":
        return other_version(address)
    where = TWO_PORTS if has_two_ports(address) else "See: thrum ports"
    if session.decoder.bad:
        say = f"{address} opened, and what answers there is no massager (another device, or a console)"
    else:
        say = f"{address} opened, but no massager answered (another device, or a rig without its firmware)"
    return NotAMassager(address, f"{say}; it was closed and nothing more is sent to it. {where}")
