"""Moving bytes through a port that pyserial has opened.

pyserial's own reads wait byte by byte and its writes lose count when they time out; on a full socket
they spin. So bytes go straight to the file or the socket where there is one, one system call at a time.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
from typing import Protocol

import serial


class Channel(Protocol):
    """``write`` returns how much was taken; both raise what the system raises."""

    fd: int

    def read(self, limit: int, wait_s: float) -> bytes: ...

    def write(self, data: bytes) -> int: ...

    def release(self) -> None: ...


def channel_of(port: serial.SerialBase) -> Channel:
    """The most direct way through an open port."""
    number = _file_of(port)
    if number >= 0 and str(port.portstr).lower().startswith("socket://"):
        return SocketChannel(number)
    if number >= 0 and os.name == "posix" and "://" not in str(port.portstr):
        return FileChannel(number)
    return PyserialChannel(port)


def _file_of(port: serial.SerialBase) -> int:
    try:
        return int(port.fileno())
    except (AttributeError, OSError, TypeError, ValueError):  # it has none
        return -1


class FileChannel:
    """A device file, opened without blocking."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def read(self, limit: int, wait_s: float) -> bytes:
        if not select.select([self.fd], [], [], wait_s)[0]:
            return b""
        data = os.read(self.fd, limit)
        if not data:
            raise OSError(errno.ENODEV, "end of file")
        return data

    def write(self, data: bytes) -> int:
        return os.write(self.fd, data)

    def release(self) -> None:
        """pyserial closes the file."""


class SocketChannel:
    """A connection; pyserial keeps it, here it is only used."""

    fd = -1

    def __init__(self, number: int) -> None:
        self._socket = socket.socket(fileno=number)
        with contextlib.suppress(OSError):  # frames are small and must not wait for each other
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, limit: int, wait_s: float) -> bytes:
        if not select.select([self._socket], [], [], wait_s)[0]:
            return b""
        data = self._socket.recv(limit)
        if not data:
            raise ConnectionResetError(errno.ECONNRESET, "closed by the other end")
        return data

    def write(self, data: bytes) -> int:
        return self._socket.send(data)

    def release(self) -> None:
        self._socket.detach()


class PyserialChannel:
    """By pyserial, with the wait that the port was opened with: Windows, rfc2217://, loop://, spy://."""

    fd = -1

    def __init__(self, port: serial.SerialBase) -> None:
        self._port = port

    def read(self, limit: int, wait_s: float) -> bytes:
        out = bytes(self._port.read(1))
        while out and len(out) < limit and (more := int(getattr(self._port, "in_waiting", 0))):
            out += bytes(self._port.read(min(more, limit - len(out))))
        return out

    def write(self, data: bytes) -> int:
        try:
            return int(self._port.write(data) or 0)
        except serial.SerialTimeoutException:
            return 0

    def release(self) -> None:
        """Nothing of its own."""
