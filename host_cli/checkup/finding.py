"""A finding: what was looked at, what was seen, and one thing to type against it.

Codes are stable; a warning is something that may get in the way, an error something that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from host_cli.exits import DONE, NO_DEVICE, REFUSED, REJECTED, USAGE

Severity = Literal["ok", "warning", "error"]

# code: (what it is about, exit code of doctor when it is an error)
CODES: dict[str, tuple[str, int]] = {
    "K01": ("Python", USAGE),
    "K02": ("packages", USAGE),
    "K03": ("packages for the pins of a Pi", NO_DEVICE),
    "K04": ("access to serial ports", NO_DEVICE),
    "K05": ("access to pins and buses", NO_DEVICE),
    "K06": ("udev rule", NO_DEVICE),
    "K07": ("ModemManager", NO_DEVICE),
    "K08": ("I2C", NO_DEVICE),
    "K09": ("power and heat of the Pi", NO_DEVICE),
    "K10": ("serial ports", NO_DEVICE),
    "K11": ("lock files", NO_DEVICE),
    "K12": ("rigs", REJECTED),
    "K13": ("data folder", USAGE),
    "K14": ("disk space", USAGE),
    "K15": ("clock", USAGE),
    "K20": ("device", NO_DEVICE),
    "K21": ("firmware", NO_DEVICE),
    "K22": ("limits", NO_DEVICE),
    "K23": ("commissioning", REFUSED),
    "K24": ("fault", REFUSED),
    "K25": ("profile", REFUSED),
}
MOST_URGENT = (NO_DEVICE, REFUSED, USAGE, REJECTED)  # which exit code counts when there are several


@dataclass(frozen=True)
class Finding:
    """``remedy`` is what to type or do; "" where nothing is wrong."""

    code: str
    severity: Severity
    seen: str
    remedy: str = ""

    @property
    def about(self) -> str:
        return CODES[self.code][0]

    def as_dict(self) -> dict[str, str]:
        return {
            "code": self.code,
            "severity": self.severity,
            "about": self.about,
            "seen": self.seen,
            "remedy": self.remedy,
        }


def ok(code: str, seen: str) -> Finding:
    return Finding(code, "ok", seen)


def warning(code: str, seen: str, remedy: str) -> Finding:
    return Finding(code, "warning", seen, remedy)


def error(code: str, seen: str, remedy: str) -> Finding:
    return Finding(code, "error", seen, remedy)


def exit_code(findings: list[Finding]) -> int:
    """0 without errors; else that of the most urgent one. Warnings do not count.

    >>> exit_code([ok("K01", "fine"), warning("K06", "none", "...")])
    0
    >>> exit_code([error("K14", "full", "..."), error("K04", "no", "...")])
    3
    """
    codes = {CODES[each.code][1] for each in findings if each.severity == "error"}
    return next((code for code in MOST_URGENT if code in codes), DONE)
