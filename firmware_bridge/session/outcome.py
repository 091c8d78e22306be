"""How a session can end: a closed set, and what each of the device's words counts as.

The rule: nothing that is not in these tables may be called "completed".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

if TYPE_CHECKING:
    from firmware_bridge.session.status import Status

Outcome = Literal[
    "completed",
    "stopped_by_user",
    "stopped_by_limit",
    "ended_no_response",
    "lost_link",
    "fault",
    "refused",
]
OUTCOMES: tuple[Outcome, ...] = (
    "completed",
    "stopped_by_user",
    "stopped_by_limit",
    "ended_no_response",
    "lost_link",
    "fault",
    "refused",
)
Verdict = tuple[Outcome, str]  # the outcome and the reason in words

BY_USER: Verdict = ("stopped_by_user", "stopped by the user")

# The device's reason for having left a session in SAFE.
BY_REASON: dict[int, Verdict] = {
    s.WHY_COMPLETED: ("completed", "the last stage ended"),
    s.WHY_STOP: ("stopped_by_user", "stopped by command"),
    s.WHY_PAUSE: ("ended_no_response", "the device ended a pause"),
    s.WHY_SILENCE: ("lost_link", "the device heard no sign of life from the program for 1 s"),
    s.WHY_PAUSE_TIMEOUT: ("ended_no_response", "paused for over 60 s"),
    s.WHY_RUN_LIMIT: ("stopped_by_limit", "the device had run for 75 min, its longest"),
    s.WHY_NEW_SESSION: ("lost_link", "another program took over the device"),
    s.WHY_BUCKET: ("stopped_by_limit", "the motors have run for as long as they may: let them rest"),
    s.WHY_SUPPLY: ("stopped_by_limit", "the supply voltage is low: charge or change the battery"),
}

# What a latched fault means, for a person.
FAULT_WORDS: dict[int, str] = {
    s.F_LINK_LOST: "the device heard no sign of life from the program for 3 s",
    s.F_UNDERRUN: "the device ran out of data too often or for too long",
    s.F_ESTOP: "the emergency stop was used",
    s.F_STOP_INPUT: "the stop input is open: the stop was pressed, or its wire is broken",
    s.F_TICK_LATE: "the device's own control step came too late",
    s.F_OUTPUT_CHECK: "the last check refused what was to be written to an output",
    s.F_CURRENT_AT_ZERO: "current flows although everything is off: take it off the skin and unplug it",
    s.F_SUPPLY_LOW: "the supply voltage is too low: charge or change the battery",
    s.F_NTC_RANGE: "the temperature sensor reads open or shorted",
    s.F_NTC_STALE: "the temperature sensor gives no readings",
    s.F_NTC_FROZEN: "the temperature reading does not change while heating",
    s.F_OVER_TEMPERATURE: "the pad is too hot: take it off the skin",
    s.F_HEAT_NO_RISE: "the pad does not get warm although it is driven",
    s.F_HEAT_FELL: "the temperature fell while heating: the sensor may have come off",
    s.F_HEAT_HOLDING: "holding the temperature takes too much power: the sensor may have come off",
    s.F_HEAT_AFTER_OFF: "the pad gets warmer although it is off: take it off the skin and unplug it",
    s.F_INTERNAL: "the device's own check of its configuration failed",
}


def of_reason(reason: int) -> Verdict:
    """For a session that the device ended in SAFE.

    >>> of_reason(s.WHY_COMPLETED)
    ('completed', 'the last stage ended')
    >>> of_reason(200)
    ('fault', 'the device ended the session for an unknown reason (200)')
    """
    unknown: Verdict = ("fault", f"the device ended the session for an unknown reason ({reason})")
    return BY_REASON.get(reason, unknown)


def of_fault(fault: int) -> Verdict:
    """For a latched fault.

    >>> of_fault(s.F_NTC_STALE)
    ('fault', 'NTC_STALE: the temperature sensor gives no readings')
    """
    name = s.FAULTS[fault] if fault < len(s.FAULTS) else f"unknown fault ({fault})"
    words = FAULT_WORDS.get(fault, "this version of Thrum does not know it")
    return ("lost_link" if fault == s.F_LINK_LOST else "fault"), f"{name}: {words}"


def ended_by_device(status: Status, whole_ms: int | None) -> Verdict:
    """For a device that left the session without having been told to.

    ``whole_ms``: what was sent, once that is everything. The playhead of a device that has played
    the last record stands exactly there: it counts what was consumed, and nothing is left.
    """
    if status.state == s.FAULT:
        return of_fault(status.fault)
    if status.reason == s.WHY_COMPLETED and whole_ms is None:
        return "fault", "the device says completed, and not everything had been sent"
    if status.reason == s.WHY_COMPLETED and status.playhead_ms != whole_ms:
        at_s, whole_s = status.playhead_ms / 1000, (whole_ms or 0) / 1000
        return "fault", f"the device says completed at {at_s:g} s of {whole_s:g} s"
    return of_reason(status.reason)


def ended_by_stop(status: Status, verdict: Verdict) -> Verdict:
    """For a stop that has been confirmed; a fault on the way is not the user's doing."""
    if status.state == s.FAULT and status.fault != s.F_ESTOP and verdict[0] == "stopped_by_user":
        return of_fault(status.fault)
    return verdict


def unconfirmed(verdict: Verdict) -> Verdict:
    """For a stop that was never confirmed: not to be called anything better than lost."""
    unseen = "the stop was not confirmed; take the device off and unplug it if it still moves"
    if verdict[0] in ("lost_link", "fault"):
        return verdict[0], f"{verdict[1]}; {unseen}"
    return "lost_link", unseen


def changes(before: Status, status: Status) -> Iterator[tuple[str, str]]:
    """What is worth noting between two STATUS messages, as (kind, detail)."""
    if status.underruns > before.underruns:
        yield "underrun", f"{status.underruns} so far"
    if status.fault and status.fault != before.fault:
        yield "fault", of_fault(status.fault)[1]
    if status.rule_codes != before.rule_codes:
        for channel, rule in zip(m.CHANNELS, status.rules, strict=True):
            if rule != "none":
                yield "limited", f"{channel}: {rule}"
