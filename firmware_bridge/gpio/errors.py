"""Why a rig on a Raspberry Pi's pins did not start; each with what to do about it.

The process that finds out is not the one that tells: a refusal crosses a pipe as a line, and
:func:`refusal` makes an error of it again.
"""

from __future__ import annotations

from firmware_bridge.errors import (
    AddressUnknown,
    BridgeError,
    PortAbsent,
    PortBusy,
    PortNotPermitted,
    PortUnusable,
)


class NotARaspberryPi(PortAbsent):
    """This computer has no such pins."""

    code = "B20"


class BlinkaMissing(PortUnusable):
    """A package is not installed."""

    code = "B21"


class I2cDisabled(PortUnusable):
    """The bus is switched off in the Pi's settings."""

    code = "B22"


class PwmNotSetUp(PortUnusable):
    """The pin has no hardware PWM in the Pi's settings."""

    code = "B23"


class ChipAbsent(PortUnusable):
    """A chip does not answer at its address."""

    code = "B24"


class BusHeld(PortUnusable):
    """A line of the bus is held low: nobody on it can be spoken to."""

    code = "B25"


class PinsUnusable(PortUnusable):
    """A pin could not be driven."""

    code = "B26"


KINDS: tuple[type[BridgeError], ...] = (
    *(NotARaspberryPi, BlinkaMissing, I2cDisabled, PwmNotSetUp, ChipAbsent, BusHeld, PinsUnusable),
    *(AddressUnknown, PortAbsent, PortBusy, PortNotPermitted, PortUnusable),
)
REFUSED = "refused "


def refusal_line(error: BridgeError) -> str:
    """One line that keeps what kind it is."""
    return f"{REFUSED}{type(error).__name__} {' '.join(str(error).split())}"


def refusal(address: str, line: str) -> BridgeError | None:
    """The error of such a line, about ``address``; None when it is none.

    >>> refusal("gpio:desk", "refused I2cDisabled I2C is off.")
    I2cDisabled('I2C is off.')
    >>> refusal("gpio:desk", "port /dev/pts/3") is None
    True
    """
    if not line.startswith(REFUSED):
        return None
    name, _, sentence = line[len(REFUSED) :].partition(" ")
    kind = next((each for each in KINDS if each.__name__ == name), PortUnusable)
    return kind(address, sentence)
