# What outlasts a reset on a microcontroller: the stamp and the last fault, each in a place of its own
# of microcontroller.nvm, with a checksum. A write that was torn never reads as half: a stamp as "not
# stamped", a fault as DAMAGED, since something was to be kept. CircuitPython subset.

from firmware_bridge.boards.pinboard import DAMAGED, FAULT
from firmware_bridge.protocol.framing import Crc32

PLACE_BYTES = 32
MAX_VALUES = 6  # u32 each; 1 + 4 x 6 + 4 bytes fit into a place
EDITION = 0xA0  # in the first byte, with the count: an empty memory (all 0 or all 255) is none
EMPTY = bytes(PLACE_BYTES)
ERASED = b"\xff" * PLACE_BYTES


def checksum(data, length: int) -> int:  # type: ignore[no-untyped-def]
    crc = Crc32()
    crc.run(data, length)
    return crc.high << 16 | crc.low


def packed(values) -> bytes:  # type: ignore[no-untyped-def]
    """One place: edition and count, the values, their checksum, zeros.

    >>> unpacked(packed((7, 4000000000)))
    (7, 4000000000)
    >>> unpacked(packed((7,))[:3] + bytes(29))
    ()
    """
    if len(values) > MAX_VALUES:
        raise ValueError("a place holds 6 values")
    out = bytearray(PLACE_BYTES)
    out[0] = EDITION | len(values)
    at = 1
    for value in values:
        at = _put(out, at, value)
    _put(out, at, checksum(out, at))
    return bytes(out)


def unpacked(place) -> tuple[int, ...]:  # type: ignore[no-untyped-def]
    """Its values; () when it is empty, torn, or of another edition."""
    count = place[0] & 15
    if place[0] & 0xF0 != EDITION or count > MAX_VALUES:
        return ()
    length = 1 + 4 * count
    if _get(place, length) != checksum(place, length):
        return ()
    return tuple([_get(place, 1 + 4 * index) for index in range(count)])


def kept(place, slot: int) -> tuple[int, ...]:  # type: ignore[no-untyped-def]
    """What a place holds; () when nothing. A fault that is neither sound nor never written: DAMAGED.

    >>> kept(bytes(32), 1), kept(b"x" * 32, 0), kept(b"x" * 32, 1)
    ((), (), (17, 0, 0, 0))
    """
    values = unpacked(place)
    if values or slot != FAULT or place == EMPTY or place == ERASED:
        return values
    return DAMAGED


def _put(out: bytearray, at: int, value: int) -> int:
    for shift in (0, 8, 16, 24):
        out[at] = value >> shift & 255
        at += 1
    return at


def _get(place, at: int) -> int:  # type: ignore[no-untyped-def]
    value: int = place[at] | place[at + 1] << 8 | place[at + 2] << 16 | place[at + 3] << 24
    return value


class NvmMemory:
    """``nvm``: microcontroller.nvm, or any bytes that can be read and written by slices."""

    def __init__(self, nvm) -> None:  # type: ignore[no-untyped-def]
        self._nvm = nvm

    def load(self, slot: int) -> tuple[int, ...]:
        start = slot * PLACE_BYTES
        return kept(bytes(self._nvm[start : start + PLACE_BYTES]), slot)

    def save(self, slot: int, values) -> None:  # type: ignore[no-untyped-def]
        """Written in one piece; the same again is not written at all (flash wears)."""
        start = slot * PLACE_BYTES
        place = packed(values)
        if bytes(self._nvm[start : start + PLACE_BYTES]) != place:
            self._nvm[start : start + PLACE_BYTES] = place
