"""Serial ports by pyserial: ``/dev/ttyACM0``, ``COM3``, a pseudo-terminal, any pyserial URL.

Rules: never guessed; opened exclusively; the reset line is set before the port opens and not touched
again; a broken link raises ``LinkLost`` once and for all, whichever of the three families of exceptions
told of it (SerialException, plain OSError, termios.error, which is not an OSError). Of what is written
the bytes that were taken are counted, and nothing is repeated here: the caller goes on from there.
"""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

import serial

from firmware_bridge.errors import AddressUnknown, BridgeError, LinkLost
from firmware_bridge.transport import exclusive
from firmware_bridge.transport.channel import Channel, channel_of
from firmware_bridge.transport.discovery import path_of
from firmware_bridge.transport.mapping import opening_error
from firmware_bridge.transport.places import HERE, Places

if TYPE_CHECKING:
    from firmware_bridge.gpio.port import GpioPort

try:
    from termios import error as TermiosError  # noqa: N812
except ImportError:  # Windows has none

    class TermiosError(Exception):  # type: ignore[no-redef]
        """Never raised here."""


BAUD = 115_200  # of no meaning over USB; what a UART bridge is set to
READ_WAIT_S = 0.005
BROKEN = (serial.SerialException, OSError, TermiosError, TypeError, AttributeError)
GONE = (errno.ENODEV, errno.ENXIO, errno.EIO)  # EIO: what a tty says whose device was pulled


def open_port(address: str, places: Places = HERE) -> SerialPort | GpioPort:
    """Opens a serial port, a rig on this computer's pins, or a pyserial URL, exclusively. Nothing is written.

    Raises PortAbsent, PortAmbiguous, PortBusy, PortNotPermitted, AddressUnknown or PortUnusable.
    """
    if not address.strip():
        raise AddressUnknown(address, "The name of the port is empty. See: thrum ports")
    if address.lower().startswith("gpio:"):
        from firmware_bridge.gpio.port import open_gpio

        return open_gpio(address)
    path = path_of(address, places)
    remark = exclusive.heed_lock_file(path, places)
    try:
        port = serial.serial_for_url(
            path, do_not_open=True, baudrate=BAUD, timeout=READ_WAIT_S, write_timeout=0
        )
    except (ValueError, serial.SerialException, ImportError) as exc:
        raise opening_error(path, exc, places) from exc
    _keep_reset_line(port)
    try:
        port.open()
    except (*BROKEN, ValueError) as exc:
        raise opening_error(path, exc, places) from exc
    try:
        opened = SerialPort(path, port, remark)
        exclusive.take(path, opened.fd, places)
    except (BridgeError, *BROKEN):
        port.close()
        raise
    low_latency(port)
    return opened


def _keep_reset_line(port: serial.SerialBase) -> None:
    """DTR as the board's own USB stack expects it, from the first moment: a change would reset it."""
    with contextlib.suppress(*BROKEN, ValueError):
        port.exclusive = True
    with contextlib.suppress(*BROKEN, ValueError):
        port.dtr = True


def low_latency(port: serial.SerialBase) -> bool:
    """Asks the driver to pass on bytes at once (ASYNC_LOW_LATENCY); not all can, and none need."""
    try:
        port.set_low_latency_mode(True)  # type: ignore[attr-defined]
    except (*BROKEN, ValueError, NotImplementedError):
        return False
    return True


class SerialPort:
    """An open serial port."""

    def __init__(self, address: str, port: serial.SerialBase, remark: str = "") -> None:
        self.address = address
        self.remark = remark  # what a person should know about this port, else ""
        self._port = port
        self._channel: Channel = channel_of(port)
        self._lost: LinkLost | None = None
        self._closed = False

    @property
    def fd(self) -> int:
        """The file of the device, -1 where there is none."""
        return self._channel.fd

    def __enter__(self) -> SerialPort:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def read(self, limit: int, wait_s: float = READ_WAIT_S) -> bytes:
        """What has come, waiting ``wait_s`` at most for the first byte."""
        self._check()
        try:
            return self._channel.read(limit, wait_s)
        except BlockingIOError:
            return b""
        except BROKEN as exc:
            raise self._lose(exc) from exc

    def write(self, data: bytes) -> int:
        """Bytes taken: all, some, or 0 when the line is full."""
        self._check()
        try:
            return self._channel.write(data)
        except BlockingIOError:
            return 0
        except BROKEN as exc:
            raise self._lose(exc) from exc

    def close(self) -> None:
        """Any number of times."""
        if self._closed:
            return
        self._closed = True
        exclusive.leave(self.address, self.fd)
        self._channel.release()
        with contextlib.suppress(*BROKEN):
            self._port.close()

    def _check(self) -> None:
        if self._lost is not None:
            raise self._lost
        if self._closed:
            raise LinkLost(self.address, f"{self.address} is closed.")

    def _lose(self, exc: BaseException) -> LinkLost:
        gone = getattr(exc, "errno", None) in GONE
        what = "was unplugged" if gone else "broke off"
        self._lost = LinkLost(
            self.address,
            f"The link over {self.address} {what}; the device goes to zero by itself. "
            "Check the cable, then start again.",
        )
        return self._lost
