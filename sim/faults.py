"""Faults by name: ``TARGET.WORD@TIME[:ARGS]``, each of which knows whether it was felt.

TIME is seconds from the moment at which playing begins; ARGS are numbers, in the order that the
table gives, and last, for a fault that can end, how many seconds it lasts (without it: to the end).

To add one: a subclass of :class:`sim.fault_kinds.Fault` and its row, in the module of
:mod:`sim.faults_of` that it belongs to.
"""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING

from sim.errors import ImpossibleFault, UnknownFault
from sim.fault_kinds import FOR_EVER, Fault, Kind
from sim.faults_of import device, host, link, power, reading, safety_lines, sensor

if TYPE_CHECKING:
    from programs.profile import Profile

LATEST_S = 36_000.0  # no program, with every pause it may have, comes near ten hours (E)
LONGEST_SHOWN = 80  # characters; the longest fault there is has some 40

_GROUPS = (sensor, reading, power, safety_lines, link, host, device)
FAULTS: dict[str, Kind] = {name: kind for group in _GROUPS for name, kind in group.KINDS.items()}
TARGETS: dict[str, str] = {
    "ntc": "the pad's temperature sensor",
    "current": "the sensor of the supply current",
    "voltage": "the reading of the supply voltage",
    "heater": "the heater's transistor",
    "motor": "all motors",
    "supply": "the supply itself",
    "stop": "the stop input, normally closed",
    "enable": "the line that keeps power on, and its one-shot",
    "link": "the serial link, both ways",
    "host": "the program that plays",
    "device": "the device's processor",
}


def words_of(target: str) -> list[str]:
    """The words that a target takes, in the order of the table.

    >>> words_of("stop")
    ['open', 'press', 'stuck']
    """
    return [name.partition(".")[2] for name in FAULTS if name.partition(".")[0] == target]


def kind_of(fault: Fault) -> Kind:
    """The row of the table that a parsed fault was made from."""
    return FAULTS[fault.text.partition("@")[0]]


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
    at_s = _number(text, kind, "TIME", first, 0.0, LATEST_S)
    least, most = len(kind.needs), len(kind.needs) + kind.lasts
    if not least <= len(others) <= most:
        raise UnknownFault(text, f"Fault {text!r} takes {_wanted(kind)}; write for example {kind.example}")
    given = zip(kind.needs, others, strict=False)
    numbers = tuple(_number(text, kind, each.name, word, each.least, each.most) for each, word in given)
    duration_s = FOR_EVER
    if len(others) > least:
        duration_s = _number(text, kind, "DURATION", others[-1], 0.01, LATEST_S)
    return kind.make(text, at_s, numbers, duration_s)


def check_fault(fault: Fault, profile: Profile) -> None:
    """Raises ImpossibleFault where the rig has no part that could break like this.

    A fault that no name was parsed for is taken as possible.
    """
    kind = FAULTS.get(fault.text.partition("@")[0])
    part = kind.part if kind is not None else ""
    heads = {output.head for output in profile.outputs}
    missing = {"heater": "heater" not in heads, "motor": not heads - {"heater"}}
    if missing.get(part):
        raise ImpossibleFault(
            fault.text,
            f"Fault {fault.text!r} needs a {part}, and profile {profile.id!r} has none; take a profile with "
            f"a {part}, or a fault that this rig can have, such as link.cut@60:2",
        )


def _wanted(kind: Kind) -> str:
    """What stands after the time, in words."""
    if not kind.needs and not kind.lasts:
        return "nothing after its time, since it cannot end"
    return kind.grammar.removeprefix("TIME").removeprefix(":") + " after its time"


def _unknown(name: str) -> str:
    """Of a name that is not in the table: the nearest, the target's words, or the targets."""
    target, _, word = name.partition(".")
    words = words_of(target)
    close = [f"{target}.{each}" for each in difflib.get_close_matches(word, words, n=1)]
    close = close or (difflib.get_close_matches(name, FAULTS, n=1) if not words else [])
    if close:
        example = FAULTS[close[0]].example
        return f"There is no fault {name!r}. Did you mean {close[0]!r}? For example: {example}"
    if words:
        example = FAULTS[f"{target}.{words[0]}"].example
        return f"There is no fault {name!r}; {target} takes {', '.join(words)}. For example: {example}"
    return f"There is no fault {name!r}; targets are {', '.join(TARGETS)}. For example: ntc.off@120"


def _number(text: str, kind: Kind, what: str, word: str, lo: float, hi: float) -> float:
    try:
        value = float(word) if word.isascii() and "_" not in word else math.nan
    except ValueError:
        value = math.nan
    if not lo <= value <= hi:
        found = f"{what} of fault {text!r} is {word!r}, allowed {lo:g} to {hi:g}"
        raise UnknownFault(text, f"{found}; write for example {kind.example}")
    return value
