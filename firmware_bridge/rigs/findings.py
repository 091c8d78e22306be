"""How a finding about a rig is made: its reason is always that the rig file says so."""

from __future__ import annotations

from programs.diagnostics import Diagnostic, Where

SOURCE = "what a rig can be"


def error(code: str, message: str, where: Where, hint: str = "") -> Diagnostic:
    return Diagnostic("error", code, message, where, SOURCE, hint)


def warning(code: str, message: str, where: Where, hint: str = "") -> Diagnostic:
    return Diagnostic("warning", code, message, where, SOURCE, hint)
