"""Which serial ports there are, and what a short name means. Nothing is opened, nothing is written.

A port is best named by its link under /dev/serial/by-id: made from maker, product and serial number
of the USB device, it stays the same whatever else is plugged in. ttyACM0 does not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from serial.tools.list_ports import comports

from firmware_bridge.errors import AddressUnknown, PortAbsent, PortAmbiguous
from firmware_bridge.transport.places import HERE, Places, is_url

GREP = "hwgrep://"  # pyserial's own search, which would take the first of several
MOST_SAID = 6  # ports that a sentence lists
# What the bundle's boot.py does: a console beside the data port only while the drive may be written.
TWO_PORTS = (
    "A rig shows two ports only when it got power with its stop open, so that its drive can be written: "
    "close the stop, pull the plug, put it in again."
)


class Listed(Protocol):
    """What pyserial says of a port."""

    device: str
    description: str
    serial_number: str | None
    hwid: str


@dataclass(frozen=True)
class FoundPort:
    """``lasting``: the name that survives renumbering, "" when there is none."""

    device: str
    description: str
    lasting: str
    serial_number: str = ""
    hwid: str = ""

    @property
    def best_name(self) -> str:
        return self.lasting or self.device


def found_ports(places: Places = HERE, listed: Iterable[Listed] | None = None) -> list[FoundPort]:
    """The serial ports of this machine, by name."""
    links = lasting_names(places)
    rows = comports() if listed is None else listed
    return [
        FoundPort(
            each.device,
            each.description if each.description not in ("n/a", "", None) else "serial port",
            links.get(os.path.realpath(each.device), ""),
            each.serial_number or "",
            each.hwid,
        )
        for each in sorted(rows, key=lambda each: each.device)
    ]


def serial_of(device: str, listed: Iterable[Listed] | None = None) -> str:
    """The serial number of the USB device behind an opened port; "" where there is none."""
    real = os.path.realpath(device)
    rows = found_ports(listed=listed)
    return next((each.serial_number for each in rows if os.path.realpath(each.device) == real), "")


def lasting_names(places: Places = HERE) -> dict[str, str]:
    """Device -> its link under by-id."""
    try:
        links = sorted(places.by_id.iterdir())
    except OSError:
        return {}
    return {str(link.resolve()): str(link) for link in links}


def path_of(address: str, places: Places = HERE, listed: Iterable[Listed] | None = None) -> str:
    """What to open: a short name becomes the one port that it fits, everything else stays.

    ``ttyACM0``, the name of a link under by-id, or a part of one will do. Raises PortAmbiguous when it
    fits several, PortAbsent when none.
    """
    if address.lower().startswith(GREP):
        return _searched(address, places, listed)
    if is_url(address) or os.name != "posix" or "/" in address or "\\" in address:
        return address
    if (places.dev / address).exists():
        return str(places.dev / address)
    links = lasting_names(places).values()
    fits = [link for link in links if address.lower() in Path(link).name.lower()]
    return _only(address, fits, places, listed)


def _searched(address: str, places: Places, listed: Iterable[Listed] | None) -> str:
    wanted = address[len(GREP) :]
    if "&" in wanted:
        say = f"{address!r} has options behind &, and a search takes none here. See: thrum ports"
        raise AddressUnknown(address, say)
    try:
        pattern = re.compile(wanted, re.IGNORECASE)
    except re.error as exc:
        say = f"{address!r} is not a port: its search cannot be read ({exc}). See: thrum ports"
        raise AddressUnknown(address, say) from exc
    ports = found_ports(places, listed)
    fits = [p for p in ports if any(pattern.search(text) for text in (p.device, p.description, p.hwid))]
    return _only(address, [port.best_name for port in fits], places, listed)


def _only(address: str, fits: list[str], places: Places, listed: Iterable[Listed] | None) -> str:
    if len(fits) == 1:
        return fits[0]
    if fits:
        say = f"{address} could be any of {len(fits)} ports: {', '.join(fits[:MOST_SAID])}. Name one of them."
        boards = [name.rpartition("-if")[0] for name in fits if "-if" in name]
        twins = len(set(boards)) < len(boards)  # two ports of one board
        raise PortAmbiguous(address, f"{say} {TWO_PORTS}" if twins else say, tuple(fits))
    raise PortAbsent(address, f"There is no port {address}. {what_there_is(places, listed)}")


def what_there_is(places: Places = HERE, listed: Iterable[Listed] | None = None) -> str:
    """A sentence that lists the ports, and what to do when there are none."""
    names = [port.best_name for port in found_ports(places, listed)]
    if not names:
        return "No serial port is there: plug the rig in with a cable that carries data, then: thrum ports"
    more = "" if len(names) <= MOST_SAID else " and more"
    return f"Is the rig plugged in? There are: {', '.join(names[:MOST_SAID])}{more}. See: thrum ports"


def has_two_ports(path: str, places: Places = HERE) -> bool:
    """The board behind ``path`` shows a console and a data port."""
    links = lasting_names(places)
    board = links.get(os.path.realpath(path), "").rpartition("-if")[0]
    return bool(board) and {f"{board}-if00", f"{board}-if02"} <= set(links.values())
