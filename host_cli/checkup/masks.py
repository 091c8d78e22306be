"""Taking out of text what tells who and where somebody is.

User name, home folder, host name, serial numbers and network addresses are replaced by a word that says
what stood there. What is known of this computer is masked by its value, the rest by its form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from host_cli.checkup.machine import Machine

NOT_PRIVATE = {"", "root", "user", "localhost"}  # they say nothing about anybody
# usb-MAKER_PRODUCT_SERIAL-if00, as udev names links; the serial number is the last word.
BY_ID = re.compile(r"(usb-[^\s/]*?_)([^\s/_]+?)(-if\d\d(?:-port\d+)?)")
OWN_LINK = re.compile(r"(/dev/thrum-)([^\s/-]+)")
URL_HOST = re.compile(r"((?:socket|rfc2217)://)(\[[^\]]+\]|[^\s/:]+)")
LOCAL = {"127.0.0.1", "localhost", "[::1]"}
IPV4 = re.compile(r"\b(?!127\.0\.0\.1\b)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b")
HOMES = re.compile(r"(/home/|/Users/|[A-Za-z]:\\Users\\)[^\s/\\:'\"]+")


def masker(machine: Machine) -> Callable[[str], str]:
    """A function that masks a text."""
    home = str(machine.home)
    serials = sorted({port.serial_number for port in machine.ports if port.serial_number}, key=len)
    known = [
        *((home, "HOME") for home in [home] if len(home) > 1 and home != "/root"),
        *((serial, "SERIAL") for serial in reversed(serials)),
        *(_words(machine.host, "HOST")),
        *(_words(machine.user, "USER")),
    ]

    def mask(text: str) -> str:
        for word, name in known:
            text = re.sub(rf"(?<![\w]){re.escape(word)}(?![\w])", name, text)
        text = BY_ID.sub(r"\1SERIAL\3", text)
        text = OWN_LINK.sub(r"\1SERIAL", text)
        text = URL_HOST.sub(lambda m: m[0] if m[2] in LOCAL else f"{m[1]}ADDRESS", text)
        return HOMES.sub(r"\1USER", IPV4.sub("ADDRESS", text))

    return mask


def _words(word: str, name: str) -> Iterable[tuple[str, str]]:
    return [(word, name)] if word.lower() not in NOT_PRIVATE else []


def masked(value: Any, mask: Callable[[str], str]) -> Any:
    """The same data with every text in it masked.

    >>> masked({"a": ["b", 1]}, str.upper)
    {'a': ['B', 1]}
    """
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: masked(each, mask) for key, each in value.items()}
    return [masked(each, mask) for each in value] if isinstance(value, list) else value
