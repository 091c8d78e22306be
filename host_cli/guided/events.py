"""What a guided session tells whoever listens: events when something happens, samples ten times a second.

One stream serves the plain lines, ``run --json-events``, the spoken words, the record and the library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

Value = str | int | float | bool | None

KINDS: dict[str, str] = {  # every kind of event, and what it means
    "opened": "a device answered: what it is, SIM or REAL",
    "before": "what was asked before the first stroke, and who answered",
    "state": "the session is now in another state: RUNNING, PAUSED ...",
    "stage": "another stage, or the same on the other side, begins",
    "next": "what comes soon: said some seconds before a change of region or side",
    "cue": "something for the operator to do",
    "asked": "a question that wants an answer: a move, a check-in, a spot worked for long",
    "answered": "an answer, and who gave it: a person, or the program itself where nobody is there",
    "unanswered": "nobody answered in time, and what was done about it",
    "strength": "the factor on the motors, or its ceiling, changed",
    "limited": "the device holds a channel down, and which limit does",
    "device": "something else that the device or the link said: an underrun, a dead-man pause, a fault",
    "ended": "how it ended: outcome, reason, whether the outputs are confirmed at zero",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    ``t_s``: seconds since the session began, by a clock that never jumps. ``at_s``: the place in the
    whole program. ``say``: the event as a sentence for a person. ``data``: the same for a program, by
    names with units.

    >>> Event(12.3, 11.0, "cue", "Slow circles.", {"move": False}).as_dict()
    {'t_s': 12.3, 'at_s': 11.0, 'kind': 'cue', 'say': 'Slow circles.', 'move': False}
    """

    t_s: float
    at_s: float
    kind: str
    say: str
    data: Mapping[str, Value] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Flat, as a line of ``--json-events`` or of an export has it."""
        flat = asdict(self)
        del flat["data"]
        return {**flat, **self.data}


class Sample(NamedTuple):
    """What one STATUS said, beside what the program asked at that moment.

    Names and units are those of a simulated trace: motor levels 0..1 of full scale, heat asked and
    allowed in C (0: off) and applied as duty 0..1. NaN: not known.
    """

    t_s: float
    at_s: float
    state: str
    vibration_asked: float
    vibration_allowed: float
    vibration_applied: float
    percussion_asked: float
    percussion_allowed: float
    percussion_applied: float
    heat_asked: float
    heat_allowed: float
    heat_applied: float
    pad_c: float
    current_a: float
    supply_v: float
    gain: float
    gain_max: float
    bucket_s: float
