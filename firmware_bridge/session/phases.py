"""The phases of a host session in one table; the session moves only along it.

``idle`` without a WELCOME is a session that has not begun; with one, a device that waits.
"stop" and "lost" lead to ``stopping``, "over" to ``ended``, from wherever they may happen.
"""

from __future__ import annotations

from typing import Literal

Phase = Literal[
    "idle",
    "hello",
    "arming",
    "priming",
    "armed",
    "running",
    "pausing",
    "paused",
    "resuming",
    "stopping",
    "ended",
]

# (phase, event) -> phase
TRANSITIONS: dict[tuple[Phase, str], Phase] = {
    ("idle", "hello"): "hello",
    ("hello", "welcome"): "idle",
    ("idle", "arm"): "arming",
    ("arming", "armed"): "priming",
    ("priming", "primed"): "armed",
    ("armed", "started"): "running",
    ("running", "pause"): "pausing",
    ("pausing", "paused"): "paused",
    ("running", "paused"): "paused",
    ("paused", "resume"): "resuming",
    ("resuming", "started"): "running",
}
ACTIVE: tuple[Phase, ...] = ("arming", "priming", "armed", "running", "pausing", "paused", "resuming")
for _phase in ("idle", "hello", *ACTIVE):
    TRANSITIONS[_phase, "stop"] = "stopping"
    TRANSITIONS[_phase, "lost"] = "stopping"
for _phase in ("idle", "hello", *ACTIVE, "stopping"):
    TRANSITIONS[_phase, "over"] = "ended"

LOADING: tuple[Phase, ...] = ("priming", "armed", "resuming")  # streaming, not yet playing
STARTING: tuple[Phase, ...] = ("idle", "hello", "arming", *LOADING)  # once there is something to play

# How long the device may take for each step, ms: STATUS comes, and yet nothing goes on. A lost frame
# is repeated every 100 ms. ``paused``: the device itself ends a pause after 60 s.
LONGEST_MS: dict[Phase, int] = {
    "hello": 2000,
    "arming": 5000,
    "priming": 5000,
    "armed": 5000,
    "resuming": 5000,
    "pausing": 3000,
    "paused": 65_000,
    "stopping": 3000,
}
SELF_STOP_MS = 1000  # a device that stops by itself is at rest by then: its ramp takes 150 ms


def after(phase: Phase, event: str) -> Phase:
    """Where ``event`` leads from ``phase``.

    >>> after("running", "pause")
    'pausing'
    """
    if (phase, event) not in TRANSITIONS:
        raise ValueError(f"{event!r} cannot happen in phase {phase!r}")
    return TRANSITIONS[phase, event]
