"""The register of rules: each one's code, words and check, once.

A check is ``def name(plan, this) -> Iterator[Diagnostic]`` under ``@rule(CODE)``; it reads, never
changes, the plan, and yields every finding, not only the first. A rule that a document cannot show
has a page and no check: the page says who keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from programs.diagnostics import Diagnostic, Severity, Where
from programs.plan import Plan
from programs.rules.pages import PAGES


@dataclass(frozen=True)
class Rule:
    """One rule: what ``thrum explain CODE`` says."""

    code: str
    title: str
    severity: Severity
    source: str
    text: str

    def finding(
        self, message: str, where: Where, hint: str = "", severity: Severity | None = None, source: str = ""
    ) -> Diagnostic:
        """A diagnostic of this rule."""
        return Diagnostic(severity or self.severity, self.code, message, where, source or self.source, hint)


Check = Callable[[Plan, Rule], Iterator[Diagnostic]]
RULES: dict[str, Rule] = {code: Rule(code, *page) for code, page in PAGES.items()}
CHECKS: dict[str, Check] = {}


def rule(code: str) -> Callable[[Check], Check]:
    """Enter the check of rule ``code``."""
    if code not in RULES:
        raise ValueError(f"rule {code} has no page")

    def enter(check: Check) -> Check:
        if code in CHECKS:
            raise ValueError(f"rule {code} has two checks")
        CHECKS[code] = check
        return check

    return enter


def clock(ms: float) -> str:
    """A time as a person reads it.

    >>> clock(83_500)
    '1:23'
    """
    seconds = int(ms // 1000)
    return f"{seconds // 60}:{seconds % 60:02d}"


def sentence(text: str) -> str:
    """Text as the start of a sentence; what follows keeps its capitals.

    >>> sentence("stage 1 (Arrive)")
    'Stage 1 (Arrive)'
    """
    return text[:1].upper() + text[1:]
