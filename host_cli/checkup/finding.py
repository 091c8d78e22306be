"""A finding: what was looked at, what was seen, and one thing to type against it.

A warning is something that may get in the way, an error something that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from host_cli.checkup.codes import CODES
from host_cli.exits import DONE, NO_DEVICE, REFUSED, REJECTED, USAGE

Severity = Literal["ok", "warning", "error"]

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
        return CODES[self.code].about

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
    codes = {CODES[each.code].exits for each in findings if each.severity == "error"}
    return next((code for code in MOST_URGENT if code in codes), DONE)
