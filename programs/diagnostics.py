"""A diagnostic: one thing that is wrong (or doubtful) in a document, said once, with its place.

Checks create diagnostics with ``where``, a path of keys and list indices into the document
(``("stage", 2, "track", 0, "keyframes")``); :mod:`programs.load` fills in file, line and column
from the text afterwards, and only when there is something to report.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    ``code`` is stable: ``D…`` the document itself, ``P…`` the program against a device profile,
    ``L…`` a cap, ``R1``…``R20`` a massage rule, ``G…`` a rig file. ``message`` is one sentence with
    the value and the allowed range; ``source`` says where the rule comes from; ``hint`` says what to do.
    ``line`` and ``column`` count from 1; 0 means unknown.

    >>> d = Diagnostic("error", "L1", "Intensity 0.9 is above 0.35 (light).", hint="Lower it.",
    ...                file="a.toml", line=3, column=13)
    >>> str(d)
    'a.toml:3:13: Intensity 0.9 is above 0.35 (light). [L1] Lower it.'
    """

    severity: Severity
    code: str
    message: str
    where: Where = ()
    source: str = ""
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    def at(self, file: str, line: int, column: int) -> Diagnostic:
        """The same finding with its place filled in."""
        return replace(self, file=file, line=line, column=column)

    @property
    def place(self) -> str:
        """``file:line:column``, as much of it as is known."""
        if not self.file:
            return ""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        tail = f" {self.hint}" if self.hint else ""
        return f"{head}{self.message} [{self.code}]{tail}"
