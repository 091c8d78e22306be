"""The checker: every rule of the register over a plan, in one go.

Rules kept here: all findings are reported, each once; warnings may be waived, errors never; what is
found does not depend on the order of anything but the document.
"""

from __future__ import annotations

from programs.diagnostics import Diagnostic
from programs.plan import Plan
from programs.rules import amounts, ceilings, course, motion, places, rig
from programs.rules.registry import CHECKS, RULES, Rule

__all__ = [
    "CHECKS",
    "RULES",
    "Rule",
    "amounts",
    "ceilings",
    "check_plan",
    "course",
    "motion",
    "places",
    "rig",
]

_PARTLY_WARNING = ("R7", "R8")  # errors that have a form which is a warning


def check_plan(plan: Plan) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """(what is wrong or doubtful, what the author allowed), errors first, then by place."""
    found = list(plan.findings)
    for code, check in CHECKS.items():
        found += check(plan, RULES[code])
    found += _bad_waivers(plan)
    once = list(dict.fromkeys(found))
    waived = {each.rule for each in plan.program.allow}
    allowed = tuple(d for d in once if d.severity == "warning" and d.code in waived)
    kept = tuple(sorted((d for d in once if d not in allowed), key=_order))
    return kept, allowed


def _bad_waivers(plan: Plan) -> list[Diagnostic]:
    out = []
    for k, each in enumerate(plan.program.allow):
        known = RULES.get(each.rule)
        if known is not None and known.severity == "error" and each.rule not in _PARTLY_WARNING:
            text = f"{each.rule} ({known.title.lower()}) is an error and cannot be waived."
            out.append(RULES["D303"].finding(text, ("allow", k, "rule"), "Change the program instead."))
    return out


def _order(found: Diagnostic) -> tuple[str, list[tuple[bool, str | int]]]:
    """Errors first, then in the order of the document."""
    return found.severity, [(isinstance(step, str), step) for step in found.where]
