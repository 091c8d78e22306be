"""What a check is: a plain function of a host, with a name, what it shows, and how.

It returns when the device kept the rule, and raises NotMet when it did not, or Skipped when this device
cannot show it. Every check asserts that what it did to the device was felt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firmware_bridge.conformance.host import Host


class NotMet(AssertionError):
    """The device did something else; the sentence says what was wanted and what came."""


class Skipped(RuntimeError):
    """This device, as it is, cannot show it; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """``slow``: takes over two seconds of the device's time."""

    name: str
    shows: str
    how: str
    run: Callable[[Host], None]
    slow: bool


def check(run: Callable[[Host], None], slow: bool = False) -> Check:
    """A check from a function: the first line of its docstring says what it shows, the rest how.

    >>> def zero_is_off(host: Host) -> None:
    ...     '''Zero is off.
    ...
    ...     Plays a record at zero.'''
    >>> made = check(zero_is_off)
    >>> made.name, made.shows, made.how
    ('zero-is-off', 'Zero is off.', 'Plays a record at zero.')
    """
    shows, _, how = (run.__doc__ or "").partition("\n")
    return Check(run.__name__.replace("_", "-"), shows.strip(), " ".join(how.split()), run, slow)


def expect(kept: bool, otherwise: str) -> None:
    """Raises NotMet with ``otherwise`` unless the rule was kept."""
    if not kept:
        raise NotMet(otherwise)
