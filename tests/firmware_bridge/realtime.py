"""The real controller behind a real port, in real time: a thread that paces it, and a faster clock."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import tty

from firmware_bridge.clock import MonotonicClock
from tests.firmware_bridge.desk import desk_device

TICK_MS = 10


class FastClock:
    """Real time, ``times`` as fast: for waits of the host whose length is not the point."""

    def __init__(self, times: int) -> None:
        self._clock = MonotonicClock()
        self._times = times

    def now_ms(self) -> int:
        return self._clock.now_ms() * self._times


class Pty:
    """A pseudo-terminal: ``address`` for the host, ``fd`` for the other end, non-blocking."""

    def __init__(self) -> None:
        self.fd, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self.fd, False)
        self.address = os.ttyname(self._slave)

    def read(self) -> bytes:
        """What the host has written."""
        try:
            return os.read(self.fd, 65536)
        except OSError:
            return b""

    def unplug(self) -> None:
        """The port is gone; the number of its file stays taken, since a device may still read there."""
        with open(os.devnull, "rb") as nothing:
            for fd in (self.fd, self._slave):
                os.dup2(nothing.fileno(), fd)

    def close(self) -> None:
        for fd in (self.fd, self._slave):
            if fd >= 0:
                os.close(fd)
        self.fd = self._slave = -1


class DeviceThread:
    """The controller behind the file ``fd``, in exact ticks of 10 ms paced to the wall clock.

    ``times``: as fast, for waits of the device whose length is not the point.
    """

    def __init__(self, fd: int, times: int = 1) -> None:
        self.controller, self.board = desk_device(4242)
        self.zero_ms: int | None = None  # when the motors last came to zero, on ``clock``
        self.clock = FastClock(times)
        self._fd = fd
        self._times = times
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(2.0)

    def wait(self, wait_s: float) -> None:
        """Lets real time pass."""
        self._stop.wait(wait_s)

    def _run(self) -> None:
        now_ms, out, moved = 0, b"", False
        while not self._stop.is_set():
            now_ms += TICK_MS
            while (left_ms := now_ms - self.clock.now_ms()) > 0:
                self._read(left_ms / 1000 / self._times)
            self.controller.tick(now_ms)
            moving = any(self.board.duties)
            if moved and not moving:
                self.zero_ms = self.clock.now_ms()
            moved = moving
            count = self.controller.tx_length
            out = bytes(self.controller.tx[:count])
            self.controller.sent(count)
            if out:
                self._write(out)

    def _read(self, wait_s: float) -> None:
        try:
            if select.select([self._fd], [], [], wait_s)[0]:
                data = os.read(self._fd, 4096)
                self.controller.receive(data, len(data))
                if not data:
                    self._stop.wait(wait_s)
        except OSError:  # nobody has the port open
            self._stop.wait(wait_s)

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # a host that does not read, or is gone: its loss
            os.write(self._fd, data)


class SocketDevice:
    """The same behind ``socket://``, for one host."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"socket://127.0.0.1:{self._server.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        self.device: DeviceThread | None = None
        self._connection: socket.socket | None = None

    def _accept(self) -> None:
        self._connection, _peer = self._server.accept()
        self._connection.setblocking(False)
        self.device = DeviceThread(self._connection.fileno())

    def close(self) -> None:
        self._accepting.join(2.0)
        if self.device is not None:
            self.device.close()
        if self._connection is not None:
            self._connection.close()
        self._server.close()
