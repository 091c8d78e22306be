# Single registers on I2C, for what the chips' libraries do not offer: off before anything else, and a
# look whether a chip is still set up as it was. CircuitPython subset; nothing allocated per call.

from firmware_bridge.boards.first import silence

_OUT = bytearray(3)
_IN = bytearray(2)
LOCK_TRIES = 3  # nobody else uses the bus: a lock that stays is a bus that is lost


def _lock(i2c) -> None:  # type: ignore[no-untyped-def]
    for _ in range(LOCK_TRIES):
        if i2c.try_lock():
            return
    raise OSError("the I2C bus stays locked")


def put(i2c, address: int, register: int, value: int) -> None:  # type: ignore[no-untyped-def]
    """Writes one byte; OSError when nobody acknowledges."""
    _lock(i2c)
    try:
        _OUT[0] = register
        _OUT[1] = value
        i2c.writeto(address, _OUT, end=2)
    finally:
        i2c.unlock()


def put_word(i2c, address: int, register: int, value: int) -> None:  # type: ignore[no-untyped-def]
    """Writes two bytes, the high one first."""
    _lock(i2c)
    try:
        _OUT[0] = register
        _OUT[1] = value >> 8
        _OUT[2] = value & 255
        i2c.writeto(address, _OUT)
    finally:
        i2c.unlock()


def get(i2c, address: int, register: int) -> int:  # type: ignore[no-untyped-def]
    """Reads one byte."""
    _lock(i2c)
    try:
        _OUT[0] = register
        i2c.writeto_then_readfrom(address, _OUT, _IN, out_end=1, in_end=1)
    finally:
        i2c.unlock()
    return _IN[0]


def get_word(i2c, address: int, register: int) -> int:  # type: ignore[no-untyped-def]
    """Reads two bytes, the high one first."""
    _lock(i2c)
    try:
        _OUT[0] = register
        i2c.writeto_then_readfrom(address, _OUT, _IN, out_end=1)
    finally:
        i2c.unlock()
    return _IN[0] << 8 | _IN[1]


class Absent:
    """A sensor that did not answer when the board started: nothing can be asked of it."""

    def read(self) -> int:
        raise OSError("a chip did not answer at the start")

    def current_ma(self) -> int:
        raise OSError("a chip did not answer at the start")

    def supply_mv(self) -> int:
        raise OSError("a chip did not answer at the start")


class AbsentOutput:
    """A chip that drives something and did not answer when the board started: it may have missed its
    "off" and still do what it did before. It is told as often as anybody asks.

    ``bus``: an object with ``open()``, which gives the I2C bus or raises OSError.
    """

    def __init__(self, bus, kind: str, address: int) -> None:  # type: ignore[no-untyped-def]
        self._bus = bus
        self._kind = kind
        self._address = address

    def write(self, duty_u16: int) -> None:
        raise OSError("a chip did not answer at the start")

    def off(self) -> None:
        """OSError as long as it cannot be told."""
        silence(self._bus.open(), self._kind, self._address)
