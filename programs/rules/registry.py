"""The register of rules: each one's code, words and check, once.

A check is ``def name(plan, this) -> Iterator[Diagnostic]`` under ``@rule(CODE)``; it reads, never
changes, the plan, and yields every finding, not only the first. A rule that a document cannot show
has a page and no check: the page says who keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from programs.diagnostics import Diagnostic, Severity, Where
from programs.guides import titles
from programs.plan import Plan
from programs.rules.pages import PAGES


@dataclass(frozen=True)
class Rule:
    """One rule: what ``thrum explain CODE`` says."""

    code: str
    title: str
    severity: Severity
    source: str  # in words, as a finding says it
    text: str
    guides: tuple[str, ...] = ()  # their names

    def finding(
        self, message: str, where: Where, hint: str = "", severity: Severity | None = None, source: str = ""
    ) -> Diagnostic:
        """A diagnostic of this rule."""
        return Diagnostic(severity or self.severity, self.code, message, where, source or self.source, hint)


Check = Callable[[Plan, Rule], Iterator[Diagnostic]]
RULES: dict[str, Rule] = {
    code: Rule(code, page.title, page.severity, str(page.source), page.text, titles(page.source.guides))
    for code, page in PAGES.items()
}
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


def lasting(ms: float) -> str:
    """How long something is, with as many digits as there are.

    >>> lasting(60_000), lasting(60_400)
    ('1:00', '1:00.4')
    """
    return clock(ms) + f"{ms % 1000 / 1000:.3f}"[1:].rstrip("0").rstrip(".")


def told(value: float, bound: float, digits: int = 2) -> str:
    """A value with as many digits as it takes to differ from the bound that it misses.

    >>> told(0.48, 0.35), told(0.2004, 0.2), told(59.6, 60, 0)
    ('0.48', '0.2004', '59.6')
    """
    for count in range(digits, 9):
        text = f"{value:.{count}f}"
        if (float(text) > bound) == (value > bound) and float(text) != bound:
            return text
    return repr(value)


def sentence(text: str) -> str:
    """Text as the start of a sentence; what follows keeps its capitals.

    >>> sentence("stage 1 (Arrive)")
    'Stage 1 (Arrive)'
    """
    return text[:1].upper() + text[1:]
