"""Telling systemd that a rig is ready and alive (sd_notify(3)); silent where nobody asked for it."""

from __future__ import annotations

import contextlib
import os
import socket

from firmware_bridge.clock import MonotonicClock

ALIVE_EVERY_MS = 500  # the unit's WatchdogSec is 2 s


class Notify:
    """``beat`` after every complete step: ready with the first, alive twice a second."""

    def __init__(self, address: str | None) -> None:
        """``address``: the variable NOTIFY_SOCKET."""
        self._address = address or ""
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if self._address else None
        self._clock = MonotonicClock()
        self._said_ms = -ALIVE_EVERY_MS
        self._ready = False

    @classmethod
    def of_this_process(cls) -> Notify:
        return cls(os.environ.get("NOTIFY_SOCKET"))

    def beat(self) -> None:
        if self._socket is None or self._clock.now_ms() - self._said_ms < ALIVE_EVERY_MS:
            return
        self._said_ms = self._clock.now_ms()
        self._say("WATCHDOG=1" if self._ready else "READY=1\nWATCHDOG=1")
        self._ready = True

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def _say(self, text: str) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # who does not listen need not know
                self._socket.sendto(text.encode(), self._address)
