"""Asking the person whether it is right (R15): when it gets deeper, and every five minutes.

Rules kept here: an answer only ever lowers; nobody answering lowers by itself, then pauses; what is to be
lowered is asked for again until it has been taken. No I/O and no clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from host_cli.guided.prompt import Prompt

EVERY_MS = 300_000  # of playing (issue of R15: regularly; E)
DEEPER = 0.05  # above what the person has last agreed to (E)
LIGHT = 0.20  # below that nothing counts as deep: how every massage begins (safety.md, "start")
LOWER_AFTER_MS = 20_000  # without an answer (E)
PAUSE_AFTER_MS = 60_000  # without an answer (E)
UNANSWERED_LEVEL = 0.15  # what it is lowered to meanwhile (E)
TOO_STRONG = 0.75  # of the strength so far, now and as the most from now on (E)
LIGHTER = 0.85  # of the strength so far, from the next stage on (E)

Answer = Literal["good", "too_strong", "lighter", "here"]
ANSWERS: dict[str, Answer] = {"y": "good", "t": "too_strong", "l": "lighter"}  # by key
IN_WORDS: dict[Answer, str] = {
    "good": "good as it is",
    "too_strong": "too strong",
    "lighter": "lighter next",
    "here": "somebody is there",
}
KEYS = (("y", "good"), ("t", "too strong"), ("l", "lighter next"))


@dataclass(frozen=True, slots=True)
class Lowering:
    """A strength (factor 0..1 on the motors) to go down to, and perhaps the most from now on."""

    gain: float
    gain_max: float | None
    why: str


class CheckIns:
    """When to ask, and what follows from what is said, or not said.

    ``turn`` is called while it plays, so that no time counts in which it stands at zero; ``answered`` when
    somebody has answered. Levels are 0..1 of full scale, times in ms.

    >>> asks = CheckIns()
    >>> asks.turn(50, level=0.1, pass_peak=0.3), asks.prompt
    ('', None)
    >>> asks.turn(50, level=0.3, pass_peak=0.3)
    'asked'
    >>> asks.prompt.question
    'It gets deeper: is the pressure right?'
    """

    def __init__(self) -> None:
        self.prompt: Prompt | None = None
        self._question = ""
        self._waited_ms: int | None = None  # for an answer; None: nothing was asked
        self._lowered = False
        self._since_ms = 0  # of playing, since the last answer
        self._agreed = LIGHT  # as deep as the person has agreed to
        self._about = LIGHT  # how deep it is that the open question asks about

    @property
    def open(self) -> bool:
        return self._waited_ms is not None

    def turn(self, played_ms: int, *, level: float, pass_peak: float) -> str:
        """What is now to happen: "asked", "lower", "pause" or nothing.

        ``played_ms`` since the last turn; ``level`` asked now and ``pass_peak`` in this stage, both
        with the present strength in them.
        """
        if self._waited_ms is not None:
            return self._wait(self._waited_ms + played_ms)
        self._since_ms += played_ms
        if level > self._agreed + DEEPER:
            return self._ask("It gets deeper: is the pressure right?", max(level, pass_peak))
        if self._since_ms >= EVERY_MS:
            return self._ask("Is it still good?", self._agreed)
        return ""

    def _ask(self, question: str, about: float) -> str:
        self._question, self._lowered, self._about = question, False, about
        self._show(0)
        return "asked"

    def _wait(self, waited_ms: int) -> str:
        self._show(waited_ms)
        if waited_ms >= PAUSE_AFTER_MS:
            self.close()
            return "pause"
        if waited_ms >= LOWER_AFTER_MS and not self._lowered:
            self._lowered = True
            return "lower"
        return ""

    def _show(self, waited_ms: int) -> None:
        self._waited_ms = waited_ms
        until_ms = PAUSE_AFTER_MS if self._lowered else LOWER_AFTER_MS
        then = "it pauses" if self._lowered else f"it goes down to {UNANSWERED_LEVEL * 100:.0f} %"
        left_s = max(0.0, (until_ms - waited_ms) / 1000)
        self.prompt = Prompt("check_in", self._question, KEYS, left_s, then, urgent=self._lowered)

    def answered(self) -> None:
        """Somebody is there and has said what they think."""
        self._since_ms = 0
        if self.open:
            self._agreed = max(self._agreed, self._about)
        self.close()

    def noticed(self) -> None:
        """Somebody is there, and was asked something else first: they get the whole time again."""
        if self._waited_ms is not None:
            self._show(0)

    def close(self) -> None:
        """The question is not open any more; what nobody answered is asked again."""
        self._waited_ms, self.prompt = None, None


def lowered_by(answer: Answer, gain: float) -> Lowering | None:
    """What follows from an answer at once; None: nothing does.

    >>> lowered_by("too_strong", 1.0)
    Lowering(gain=0.75, gain_max=0.75, why='too strong')
    >>> lowered_by("good", 1.0) is None
    True
    """
    if answer != "too_strong":
        return None
    down = floor2(gain * TOO_STRONG)
    return Lowering(down, down, IN_WORDS[answer])


def lighter(gain: float) -> Lowering:
    """What "lighter next" means when the next stage begins."""
    return Lowering(floor2(gain * LIGHTER), None, IN_WORDS["lighter"])


def unanswered(gain: float, peak: float) -> Lowering | None:
    """What nobody answering means, where up to ``peak`` is asked for; None: it is light enough."""
    if peak * gain <= UNANSWERED_LEVEL:
        return None
    return Lowering(floor2(UNANSWERED_LEVEL / peak), None, "nobody answered")


def floor2(factor: float) -> float:
    """Hundredths, never rounded up.

    >>> floor2(0.7599), floor2(0.29)
    (0.75, 0.29)
    """
    return math.floor(factor * 100 + 1e-9) / 100
