"""The device's end of a port that a host can open: a pseudo-terminal, or a socket where there is none.

Rules kept here: reading waits at most as long as it is told to; writing never waits, what does
not fit is dropped and counted; a host that goes away and comes back finds the port as it was.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
from abc import ABC, abstractmethod

READ_BYTES = 4096


class DevicePort(ABC):
    """One port. ``address`` is what a host opens; ``dropped`` counts bytes that nobody took."""

    address: str
    dropped: int = 0

    @abstractmethod
    def wait(self, timeout_s: float) -> bytes:
        """Bytes from the host, as soon as there are any; empty after ``timeout_s`` at the latest."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Send what fits, now."""

    @abstractmethod
    def close(self) -> None:
        """Release it; may be called again."""

    def __enter__(self) -> DevicePort:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SocketPort(DevicePort):
    """A socket that only this machine can reach, one host at a time; the newest one counts."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setblocking(False)
        self._host: socket.socket | None = None
        self.address = f"socket://127.0.0.1:{self._server.getsockname()[1]}"

    def wait(self, timeout_s: float) -> bytes:
        watched = [self._server] if self._host is None else [self._server, self._host]
        ready, _, _ = select.select(watched, [], [], timeout_s)
        if self._server in ready:
            self._accept()
            return b""
        if self._host is None or self._host not in ready:
            return b""
        data = b""
        with contextlib.suppress(OSError):
            data = self._host.recv(READ_BYTES)
        if not data:
            self._hang_up()
        return data

    def _accept(self) -> None:
        self._hang_up()
        with contextlib.suppress(OSError):
            self._host, _ = self._server.accept()
            self._host.setblocking(False)
            self._host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _hang_up(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None

    def write(self, data: bytes) -> None:
        if self._host is None:
            return
        try:
            sent = self._host.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._hang_up()
            return
        self.dropped += len(data) - sent

    def close(self) -> None:
        self._hang_up()
        self._server.close()


if sys.platform != "win32":
    import tty

    class PtyPort(DevicePort):
        """A pseudo-terminal in raw mode.

        Its host side is held open here too: the system would otherwise report an error whenever
        no host has it open, and forget that it is raw.
        """

        def __init__(self) -> None:
            self._device_end, self._host_end = os.openpty()
            tty.setraw(self._host_end)
            os.set_blocking(self._device_end, False)
            self.address = os.ttyname(self._host_end)
            self._closed = False

        def wait(self, timeout_s: float) -> bytes:
            ready, _, _ = select.select([self._device_end], [], [], timeout_s)
            if not ready:
                return b""
            try:
                return os.read(self._device_end, READ_BYTES)
            except OSError:  # nothing there after all, or a host that has just gone
                return b""

        def write(self, data: bytes) -> None:
            try:
                sent = os.write(self._device_end, data)
            except OSError:  # full: nobody reads
                sent = 0
            self.dropped += len(data) - sent

        def close(self) -> None:
            if not self._closed:
                self._closed = True
                os.close(self._device_end)
                os.close(self._host_end)


def open_device_port() -> DevicePort:
    """The best port this system has."""
    if sys.platform == "win32":
        return SocketPort()
    else:  # noqa: RET505 (mypy takes only this form for the other platform)
        return PtyPort()
