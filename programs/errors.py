"""The one error base of this package. Each error carries its data as attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from programs.diagnostics import Diagnostic


class ProgramError(ValueError):
    """Something is wrong with a program or a profile; the message is a whole sentence."""


class Rejected(ProgramError):
    """A document was rejected; ``diagnostics`` says why, with places.

    >>> from programs.diagnostics import Diagnostic
    >>> str(Rejected([Diagnostic("error", "D101", "Unknown key 'colour'.")]))
    "Unknown key 'colour'. [D101]"
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(each) for each in self.diagnostics))
