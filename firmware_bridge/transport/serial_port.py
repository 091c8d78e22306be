"""Serial ports by pyserial: ``/dev/ttyACM0``, ``COM3``, a pseudo-terminal, any pyserial URL.

Rules: opened exclusively, never guessed, the reset line is not touched; a broken link raises
``LinkLost`` once and for all, whichever of the three families of exceptions told of it
(SerialException, plain OSError, termios.error, which is not an OSError). Partial writes are
counted, never repeated blindly.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select

import serial

from firmware_bridge.errors import AddressUnknown, LinkLost
from firmware_bridge.transport.mapping import opening_error

try:
    from termios import error as TermiosError  # noqa: N812
except ImportError:  # Windows has none

    class TermiosError(Exception):  # type: ignore[no-redef]
        """Never raised here."""


BAUD = 115_200  # of no meaning over USB; what a UART bridge is set to
READ_WAIT_S = 0.005
BROKEN = (serial.SerialException, OSError, TermiosError, TypeError, AttributeError)


def open_port(address: str) -> SerialPort:
    """Opens a serial port or pyserial URL, exclusively.

    Raises PortAbsent, PortBusy, PortNotPermitted, AddressUnknown or PortUnusable.
    """
    if not address.strip():
        raise AddressUnknown(address, "The name of the port is empty. See: thrum ports")
    if address.lower().startswith("gpio:"):
        say = f"{address}: rigs on the GPIO pins of a Raspberry Pi are not part of this version."
        raise AddressUnknown(address, f"{say} Use a serial port or sim; see: thrum ports")
    try:
        port = serial.serial_for_url(
            address, do_not_open=True, baudrate=BAUD, timeout=READ_WAIT_S, write_timeout=0
        )
    except (ValueError, serial.SerialException, ImportError) as exc:
        raise opening_error(address, exc) from exc
    _keep_reset_line(port)
    try:
        port.open()
    except (*BROKEN, ValueError) as exc:
        raise opening_error(address, exc) from exc
    return SerialPort(address, port)


def _keep_reset_line(port: serial.SerialBase) -> None:
    """DTR as the board's own USB stack expects it, from the first moment: a change would reset it."""
    with contextlib.suppress(*BROKEN, ValueError):
        port.exclusive = True
    with contextlib.suppress(*BROKEN, ValueError):
        port.dtr = True


class SerialPort:
    """An open serial port."""

    def __init__(self, address: str, port: serial.SerialBase) -> None:
        self.address = address
        self._port = port
        self._lost: LinkLost | None = None
        self._closed = False
        fd = getattr(port, "fd", None)
        self._fd = fd if os.name == "posix" and isinstance(fd, int) else -1

    def __enter__(self) -> SerialPort:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def read(self, limit: int, wait_s: float = READ_WAIT_S) -> bytes:
        """What has come, waiting ``wait_s`` at most for the first byte."""
        self._check()
        try:
            return self._read_fd(limit, wait_s) if self._fd >= 0 else self._read_url(limit)
        except BlockingIOError:
            return b""
        except BROKEN as exc:
            raise self._lose(exc) from exc

    def write(self, data: bytes) -> int:
        """Bytes taken: all, some, or 0 when the line is full."""
        self._check()
        try:
            return self._write_some(data)
        except BlockingIOError:
            return 0
        except BROKEN as exc:
            raise self._lose(exc) from exc

    def close(self) -> None:
        """Any number of times."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(*BROKEN):
            self._port.close()

    def _read_fd(self, limit: int, wait_s: float) -> bytes:
        """Straight from the file: pyserial would wait a fixed time, byte by byte."""
        if not select.select([self._fd], [], [], wait_s)[0]:
            return b""
        data = os.read(self._fd, limit)
        if not data:
            raise OSError(errno.ENODEV, "end of file")
        return data

    def _read_url(self, limit: int) -> bytes:
        """By pyserial, with the wait that the port was opened with."""
        out = bytes(self._port.read(1))
        while out and len(out) < limit and (more := int(getattr(self._port, "in_waiting", 0))):
            out += bytes(self._port.read(min(more, limit - len(out))))
        return out

    def _write_some(self, data: bytes) -> int:
        """One system call where there is a file: pyserial's own loop would lose the count."""
        if self._fd >= 0:
            return os.write(self._fd, data)
        try:
            return int(self._port.write(data) or 0)
        except serial.SerialTimeoutException:
            return 0

    def _check(self) -> None:
        if self._lost is not None:
            raise self._lost
        if self._closed:
            raise LinkLost(self.address, f"{self.address} is closed.")

    def _lose(self, exc: BaseException) -> LinkLost:
        gone = getattr(exc, "errno", None) in (errno.ENODEV, errno.ENXIO)
        what = "was unplugged" if gone else "broke off"
        self._lost = LinkLost(
            self.address,
            f"The link over {self.address} {what}; the device goes to zero by itself. "
            "Check the cable, then start again.",
        )
        return self._lost
