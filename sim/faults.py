"""Faults by name: ``TARGET.WORD@TIME[:ARGS]``, each of which knows whether it was felt.

TIME is seconds from the moment at which playing begins; ARGS are numbers, in the order that the
table gives, and last, for every fault, how many seconds it lasts (without it: to the end).

To add one: a subclass of :class:`sim.fault_kinds.Fault` with ``begin``, ``end`` and ``felt``, and
a row in ``FAULTS``.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.errors import UnknownFault
from sim.fault_kinds import (
    FOR_EVER,
    Fault,
    HeaterStuckOn,
    HostHang,
    HostStall,
    LinkCut,
    LinkDrop,
    LinkFlip,
    MotorStall,
    NtcFallen,
    NtcOff,
    NtcStuck,
    StopOpen,
    SupplySag,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table. ``needs``: (name, least, most) of each number that must be given."""

    make: Callable[[str, float, tuple[float, ...], float], Fault]
    says: str
    example: str
    borne: str  # why a device that felt it may have had nothing to do
    needs: tuple[tuple[str, float, float], ...] = ()


_CHANCE = (("CHANCE", 0.0, 1.0),)
_BELIEVED = "the readings stayed believable, or the heat was off"
FAULTS: dict[str, Kind] = {
    "heater.stuck_on": Kind(
        HeaterStuckOn, "the heater's transistor is shorted", "heater.stuck_on@120",
        "the pad did not get too warm",
    ),
    "host.hang": Kind(
        HostHang, "the application hangs, its link goes on", "host.hang@60:2.5",
        "the host came back within a second",
    ),
    "host.stall": Kind(
        HostStall, "the whole host stands still", "host.stall@60:0.75",
        "what it had in its buffer lasted until the host came back",
    ),
    "link.cut": Kind(
        LinkCut, "nothing passes, either way", "link.cut@60:2",
        "what it had in its buffer lasted until the link came back",
    ),
    "link.drop": Kind(
        LinkDrop, "frames are lost with CHANCE", "link.drop@30:0.2:10",
        "what was lost was sent again in time", _CHANCE,
    ),
    "link.flip": Kind(
        LinkFlip, "a bit of a frame changes with CHANCE", "link.flip@30:0.1",
        "spoilt frames were known by their checksums, and sent again in time", _CHANCE,
    ),
    "motor.stall": Kind(
        MotorStall, "every shaft is held", "motor.stall@90:5",
        "nothing on a rig sees whether a shaft turns, and levels stayed as they were",
    ),
    "ntc.fallen": Kind(
        NtcFallen, "the pad's sensor comes off and hangs in the air", "ntc.fallen@120", _BELIEVED
    ),
    "ntc.off": Kind(NtcOff, "the pad's sensor reads as an open wire", "ntc.off@120", _BELIEVED),
    "ntc.stuck": Kind(NtcStuck, "the pad's sensor keeps its last reading", "ntc.stuck@30", _BELIEVED),
    "stop.open": Kind(
        StopOpen, "the wire of the stop input breaks", "stop.open@45", "it was at rest"
    ),
    "supply.sag": Kind(
        SupplySag, "the supply loses VOLTS", "supply.sag@60:3:5",
        "the voltage stayed above its limit", (("VOLTS", 0.0, 60.0),),
    ),
}  # fmt: skip


LONGEST_SHOWN = 80  # characters; the longest fault there is has some 30


def parse_fault(text: str) -> Fault:
    """A fault from ``TARGET.WORD@TIME[:ARGS[:DURATION]]``.

    Raises UnknownFault with a sentence that says what is wrong and shows an example.

    >>> fault = parse_fault("link.drop@30:0.2:10")
    >>> fault.at_s, fault.numbers, fault.duration_s
    (30.0, (0.2,), 10.0)
    >>> parse_fault("ntc.of@3")
    Traceback (most recent call last):
    sim.errors.UnknownFault: There is no fault 'ntc.of'. Did you mean 'ntc.off'? For example: ntc.off@120
    """
    text = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."  # a sentence repeats it
    name, at, rest = text.partition("@")
    kind = FAULTS.get(name)
    if kind is None:
        raise UnknownFault(text, _unknown(name))
    if not at:
        raise UnknownFault(text, f"Fault {text!r} has no time; write for example {kind.example}")
    first, *others = rest.split(":")
    at_s = _number(text, kind, "TIME", first, 0.0, 36_000.0)
    if len(others) < len(kind.needs) or len(others) > len(kind.needs) + 1:
        wanted = [name for name, _, _ in kind.needs] + ["[DURATION]"]
        raise UnknownFault(
            text, f"Fault {text!r} takes {':'.join(wanted)} after its time; write for example {kind.example}"
        )
    given = zip(kind.needs, others, strict=False)
    numbers = tuple(_number(text, kind, what, word, lo, hi) for (what, lo, hi), word in given)
    duration_s = FOR_EVER
    if len(others) > len(kind.needs):
        duration_s = _number(text, kind, "DURATION", others[-1], 0.01, 36_000.0)
    return kind.make(text, at_s, numbers, duration_s)


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, FAULTS, n=1, cutoff=0.5)
    if close:
        return (
            f"There is no fault {name!r}. Did you mean {close[0]!r}? For example: {FAULTS[close[0]].example}"
        )
    return f"There is no fault {name!r}; there are {', '.join(FAULTS)}."


def _number(text: str, kind: Kind, what: str, word: str, lo: float, hi: float) -> float:
    try:
        value = float(word) if word.isascii() and "_" not in word else math.nan
    except ValueError:
        value = math.nan
    if not lo <= value <= hi:
        found = f"{what} of fault {text!r} is {word!r}, allowed {lo:g} to {hi:g}"
        raise UnknownFault(text, f"{found}; write for example {kind.example}")
    return value
