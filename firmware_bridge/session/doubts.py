"""What a STATUS may show in each phase, and what is said of one that shows something else.

Rules: a device that does what it was not asked to do, or more than it may, is told to stop, whatever it
says about itself; one such STATUS is let pass in each phase, because it may have been on the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from firmware_bridge.device.limits import TRIP_C100
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.session.phases import ACTIVE

if TYPE_CHECKING:
    from firmware_bridge.session.phases import Phase
    from firmware_bridge.session.status import Status

GRACE = 1  # such STATUS messages in one phase; the next one ends the session
PAD_OVER_C100 = 200  # power on a pad so far above the session's ceiling; a sound device has none 1 K above it

# The device's states that belong to a phase. STOPPING is the device's own way out, with a deadline in
# ``phases``; SAFE and FAULT end a session.
STATES: dict[Phase, tuple[int, ...]] = {
    "idle": (s.SAFE, s.FAULT),
    "arming": (s.SAFE, s.ARMED, s.FAULT),
    "priming": (s.ARMED,),
    "armed": (s.ARMED, s.PAUSED),  # PAUSED: it had begun when it was taken back
    "resuming": (s.PAUSED,),
    "running": (s.RUNNING, s.PAUSED),
    "pausing": (s.RUNNING, s.PAUSED),
    "paused": (s.PAUSED,),
}
ENDS = (s.SAFE, s.FAULT)
MOVES: tuple[Phase, ...] = ("running", "pausing")  # elsewhere every output is off

_FLAGS = {
    m.FLAG_DRY: "the device went to DRY in mid-session: its power is off",
    m.FLAG_BENCH: "the device went to its bench limits in mid-session, as if it were not commissioned",
}


class Armed(NamedTuple):
    """What the session was armed with: the ceilings that the device took, and its flags then."""

    ceilings: tuple[int, int, int]
    flags: int


def doubt(phase: Phase, status: Status, armed: Armed | None, *, may_move: bool) -> str:
    """Why this device is not to be trusted any longer; empty: nothing is wrong.

    ``may_move``: RESUME was carried out, or PAUSE took its place a moment ago: motion is no wonder.
    """
    if status.state != s.STOPPING and not (may_move and status.state in (s.RUNNING, s.PAUSED)):
        if status.state not in STATES.get(phase, ()) and not (phase in ACTIVE and status.state in ENDS):
            return f"the device says {status.state_name}, which nobody asked for while {phase}"
        if not status.at_zero and phase not in MOVES:
            return f"the device drives an output while it is {phase} and says {status.state_name}"
    return _excess(status, armed)


def _excess(status: Status, armed: Armed | None) -> str:
    if status.pad_c100 >= TRIP_C100 and status.state != s.FAULT:
        return f"the pad is at {status.pad_c100 / 100:g} C and the device does not switch off"
    if armed is None:
        return ""
    for channel in range(m.MOTOR_CHANNELS):
        applied, ceiling = status.applied[channel], armed.ceilings[channel]
        if applied > ceiling:
            most, now = ceiling / m.FULL_SCALE, applied / m.FULL_SCALE
            return f"the device drives {m.CHANNELS[channel]} at {now:g}, this session's ceiling is {most:g}"
    if status.applied_heat_duty and not armed.ceilings[m.HEAT]:
        return "the device heats, and this session has no heat"
    if status.applied_heat_duty and status.pad_c100 > armed.ceilings[m.HEAT] + PAD_OVER_C100:
        pad_c, ceiling_c = status.pad_c100 / 100, armed.ceilings[m.HEAT] / 100
        return f"the device heats a pad of {pad_c:g} C, this session's ceiling is {ceiling_c:g} C"
    for flag, words in _FLAGS.items():
        if status.flags & flag and not armed.flags & flag:
            return words
    return ""
