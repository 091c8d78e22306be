"""Moves that have to be acknowledged: before percussion in a new place, and within one spot (R8).

Rules kept here: percussion waits at zero until the operator says that the head is in its place; a spot
is not worked for longer than two minutes without a move that somebody acknowledged. No I/O, no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.guided.places import SPOT_TECHNIQUES, Place, place_of
from host_cli.guided.prompt import Prompt

if TYPE_CHECKING:
    from programs.timeline import Pass

WAIT_MS = 60_000  # at zero for a move; then it stops (design, "a wait for an acknowledgement")
SPOT_MS = 120_000  # on one spot without an acknowledged move; then it stops (safety.md, "one spot")
REMIND_MS = 90_000  # on one spot: it asks, cue or not (E)
KEYS = (("Enter", "moved"),)


class Moves:
    """``waits`` are the places (ms, pass) at which the program does not go on by itself."""

    def __init__(self) -> None:
        self.prompt: Prompt | None = None
        self.waits: list[tuple[int, Pass]] = []
        self.standing = False  # at zero, at a wait that is due
        self._stood_ms = 0  # there
        self._on_spot_ms = 0  # playing, since the last move
        self._place: Place | None = None
        self._move_cue_ms = -1  # of the last cue that asks for a move and was answered or asked

    def begin(self, waits: list[tuple[int, Pass]]) -> None:
        """A timeline begins, or goes on."""
        self.waits = waits
        self._stood_ms = 0
        self._move_cue_ms = -1
        self.prompt = None

    def turn(self, step_ms: int, at_ms: int, now: Pass, playing: bool) -> str:
        """What is now to happen: "asked", "too_long" (at zero), "too_long_on_spot" or nothing.

        ``at_ms`` is the place in the timeline, ``step_ms`` what has passed since the last turn.
        """
        was = self.prompt
        self._count_spot(step_ms if playing else 0, now)
        due = self.waits[0] if self.waits else None
        self.standing = due is not None and at_ms >= due[0]
        if due is not None and due[1].start_ms <= at_ms:
            self._stood_ms += step_ms if self.standing else 0
            self.prompt = self._to_move(due[1])
        elif now.technique in SPOT_TECHNIQUES and (self._cue_asks(at_ms, now) or self._long_on_spot):
            self.prompt = self._on_spot()
        else:
            self.prompt = None
        if self._stood_ms >= WAIT_MS:
            return "too_long"
        if self._on_spot_ms >= SPOT_MS:
            return "too_long_on_spot"
        return "asked" if self.prompt is not None and (was is None or was.kind != self.prompt.kind) else ""

    def acknowledge(self, at_ms: int) -> int | None:
        """Somebody has moved; the place up to which the program may go on, if it waits for that."""
        self._on_spot_ms = self._stood_ms = 0
        self._move_cue_ms = at_ms
        self.prompt = None
        if self.waits and self.waits[0][1].start_ms <= at_ms:
            return self.waits.pop(0)[0]
        return None

    def _count_spot(self, played_ms: int, now: Pass) -> None:
        place = place_of(now)
        if place != self._place or now.technique not in SPOT_TECHNIQUES:
            self._on_spot_ms = 0
        self._place = place
        if now.technique in SPOT_TECHNIQUES:
            self._on_spot_ms += played_ms

    @property
    def _long_on_spot(self) -> bool:
        return self._on_spot_ms >= REMIND_MS

    def _cue_asks(self, at_ms: int, now: Pass) -> bool:
        """A cue of this stage said to move on, and nobody has said that they did."""
        return any(cue.move and max(now.start_ms, self._move_cue_ms) < cue.at_ms <= at_ms for cue in now.cues)

    def _to_move(self, to: Pass) -> Prompt:
        side = f"{to.side} side of the " if to.side else ""
        question = f"Lift off and set down on the {side}{to.region}: percussion waits at zero."
        left_s = max(0.0, (WAIT_MS - self._stood_ms) / 1000)
        return Prompt("move", question, KEYS, left_s, "it stops", urgent=self._stood_ms > WAIT_MS // 2)

    def _on_spot(self) -> Prompt:
        left_s = max(0.0, (SPOT_MS - self._on_spot_ms) / 1000)
        return Prompt("move", "Move on to another spot.", KEYS, left_s, "it stops", urgent=self._long_on_spot)
