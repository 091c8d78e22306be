"""Somebody at a keyboard, without a keyboard: types the next key only after having waited for it."""

from __future__ import annotations

from dataclasses import dataclass, field

GONE = "ctrl-c"  # what a keyboard that nobody holds any more gives


@dataclass
class Typist:
    """``script``: what is typed, one answer after another; then the keyboard is gone.

    ``ahead`` is typed before anything is asked; ``waits`` counts how often somebody waited for a key.
    """

    script: list[str]
    ahead: list[str] = field(default_factory=list)
    waits: int = 0
    _due: bool = False

    def __enter__(self) -> Typist:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self) -> None:
        self.waits += 1
        self._due = True

    def read(self) -> list[str]:
        if self.ahead:
            typed, self.ahead = self.ahead, []
            return typed
        if not self._due:
            return []
        self._due = False
        answer = self.script.pop(0) if self.script else GONE
        return answer.split()
