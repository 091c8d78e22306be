"""Numbers on the command line, read as strictly as those of a document.

Python reads ``1_0`` and the digits of every script as numbers; a person who types them has most
likely typed something else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import click

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})([eE][+-]?[0-9]{1,3})?")


def whole(low: int, high: float = math.inf) -> Callable[[str | int], int]:
    """The type of an option that takes a whole number from ``low`` to ``high``.

    >>> whole(1)("12")
    12
    """

    def number(value: str | int) -> int:
        if isinstance(value, str) and not _WHOLE.fullmatch(value):
            raise _refused(value, "a whole number", low, high)
        if not low <= int(value) <= high:
            raise _refused(str(value), "a whole number", low, high)
        return int(value)

    return number


def decimal(low: float, high: float) -> Callable[[str | float], float]:
    """The type of an option that takes a number from ``low`` to ``high``.

    >>> decimal(0, 1)("0.25")
    0.25
    """

    def number(value: str | float) -> float:
        if isinstance(value, str) and not _DECIMAL.fullmatch(value):
            raise _refused(value, "a number", low, high)
        if not low <= float(value) <= high:
            raise _refused(str(value), "a number", low, high)
        return float(value)

    return number


def _refused(value: str, kind: str, low: float, high: float) -> click.BadParameter:
    from host_cli.terminal import clean, clip

    upto = f"to {high:.15g}" if high < math.inf else "up"
    return click.BadParameter(f"'{clip(clean(value), 40)}' is not {kind} from {low:.15g} {upto}.")
