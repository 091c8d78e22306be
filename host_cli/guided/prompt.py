"""A question that the session asks while it plays, and what becomes of it when nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PromptKind = Literal["check_in", "move"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """An open question.

    ``keys``: (key, what it says), in the order in which a screen shows them. ``left_s``: seconds until
    ``then`` happens if nobody answers; None: nothing happens by itself (it stands at zero, or waits).
    ``urgent``: it has been unanswered for so long that it was made lighter, or that it is about to end.
    """

    kind: PromptKind
    question: str
    keys: tuple[tuple[str, str], ...]
    left_s: float | None = None
    then: str = ""
    urgent: bool = False
