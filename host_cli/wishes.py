"""What an application wishes of a session and answers to it, as the keys that mean it to a person.

Rule kept here: a program can do nothing that a person at the keyboard could not do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

from host_cli.guided.prompt import Prompt

if TYPE_CHECKING:
    from host_cli.guided.run import Run

Answer: TypeAlias = Literal["good", "too_strong", "lighter", "moved"]
Answers: TypeAlias = Callable[[Prompt], Answer | None] | Literal["itself"] | None

ANSWER_KEYS = {"good": "y", "too_strong": "t", "lighter": "l", "moved": "enter"}
GO = "go"  # a wish that no key has: go on, and never pause


class Wishes:
    """Methods to wish with, from any thread; ``keys`` is what was wished since the last turn.

    >>> wishes = Wishes()
    >>> wishes.pause(), wishes.set_gain(0.8)
    (None, None)
    >>> list(wishes.waiting)
    ['ctrl-z', 'gain 0.8']
    """

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()

    def pause(self) -> None:
        """To zero, and wait; the device ends a pause of 60 s."""
        self.waiting.append("ctrl-z")

    def go(self) -> None:
        """On after a pause, from zero; does nothing while it plays."""
        self.waiting.append(GO)

    def stop(self) -> None:
        """To zero within a quarter of a second, and end."""
        self.waiting.append("q")

    def skip(self) -> None:
        """To the next stage, or side."""
        self.waiting.append("s")

    def good(self) -> None:
        """It is right as it is."""
        self.waiting.append(ANSWER_KEYS["good"])

    def too_strong(self) -> None:
        """Weaker now, and never again so strong; asked or not."""
        self.waiting.append(ANSWER_KEYS["too_strong"])

    def lighter(self) -> None:
        """Weaker from the next stage on; asked or not."""
        self.waiting.append(ANSWER_KEYS["lighter"])

    def moved(self) -> None:
        """The head is where it should be."""
        self.waiting.append(ANSWER_KEYS["moved"])

    def set_gain(self, gain: float) -> None:
        """The strength, a factor 0 to 1 on the motors; answers may hold it lower. Raises ValueError."""
        self.waiting.append(f"gain {factor(gain)!r}")

    def keys(self, run: Run, answers: Answers) -> list[str]:
        """What was wished and answered since the last turn, as the keys that mean it."""
        keys: list[str] = []
        while self.waiting:
            wish = self.waiting.popleft()
            if wish != GO:
                keys.append(wish)
            elif run.conductor.standing and "space" not in keys:
                keys.append("space")
        if callable(answers) and run.prompt is not None:
            answer = answers(run.prompt)
            if answer is not None and answer not in ANSWER_KEYS:
                raise ValueError(f"answers returned {answer!r}; allowed: {', '.join(ANSWER_KEYS)}, or None.")
            keys += [] if answer is None else [ANSWER_KEYS[answer]]
        return keys


def factor(gain: float) -> float:
    """A factor on the motors. Raises ValueError outside of 0..1."""
    if not 0.0 <= gain <= 1.0:
        raise ValueError(f"The gain is {gain!r}, allowed 0 to 1.")
    return float(gain)
