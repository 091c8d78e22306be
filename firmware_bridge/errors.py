"""What can go wrong between the host and a device; one base, each with a stable code.

Messages are whole sentences that say what happened and what to do. Data stands in attributes, so
that nobody has to read the sentence to know which port it was about.
"""

from __future__ import annotations


class BridgeError(OSError):
    """Something is wrong with a port, a link or the device behind it.

    >>> str(PortAbsent("/dev/ttyACM9", "There is no port /dev/ttyACM9."))
    'There is no port /dev/ttyACM9.'
    """

    code = "B0"

    def __init__(self, address: str, sentence: str) -> None:
        super().__init__(sentence)
        self.address = address
        self.sentence = sentence


class PortAbsent(BridgeError, FileNotFoundError):
    """Nothing of that name is there."""

    code = "B1"


class PortBusy(BridgeError, BlockingIOError):
    """Another program holds the port; ``pids`` of those that could be found."""

    code = "B2"

    def __init__(self, address: str, sentence: str, pids: tuple[int, ...] = ()) -> None:
        super().__init__(address, sentence)
        self.pids = pids


class PortNotPermitted(BridgeError, PermissionError):
    """The port is there, and this user may not open it; ``group`` may, "" when none does."""

    code = "B3"

    def __init__(self, address: str, sentence: str, group: str = "") -> None:
        super().__init__(address, sentence)
        self.group = group


class NotAMassager(BridgeError):
    """The port opened, and what is behind it does not speak the protocol."""

    code = "B4"


class WrongProtocol(BridgeError):
    """It speaks the protocol, in a version that this host does not."""

    code = "B5"


class LinkLost(BridgeError, ConnectionError):
    """The link worked and broke: unplugged, closed by the other end, or silent."""

    code = "B6"


class PortUnusable(BridgeError):
    """The port is there and free, and cannot be opened for another reason."""

    code = "B7"


class AddressUnknown(BridgeError, ValueError):
    """The address is not one of the forms that can be opened."""

    code = "B8"


class PortAmbiguous(BridgeError):
    """The name fits several ports; ``candidates`` are they, and none was opened."""

    code = "B9"

    def __init__(self, address: str, sentence: str, candidates: tuple[str, ...]) -> None:
        super().__init__(address, sentence)
        self.candidates = candidates


class Refused(BridgeError):
    """The device is there, and what was asked of it may not be done as things stand."""

    code = "B10"
