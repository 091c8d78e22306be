"""Standard output that never keeps whoever writes to it: a thread does the waiting.

A terminal that was stopped (Ctrl-S) or a pipe that nobody reads takes nothing more, for as long as it
likes. A run must not wait for it: its loop beats the session, and has to be there for a stop. Rules
kept here:
- ``write`` returns at once; what nobody takes is kept up to a bound, and dropped beyond it;
- a stream that is broken raises its error at the next ``write`` or ``flush``, as any stream does;
- leaving waits for a reader half a second at most; then the rest is dropped, and so is all that the
  process still says.
"""

from __future__ import annotations

import io
import os
import select
import sys
import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT_BYTES = 1 << 18
DRAIN_S = 0.5


class Outlet(io.TextIOBase):
    """In the place of ``stream``, over the file below it."""

    def __init__(self, stream: TextIO, raw: io.RawIOBase) -> None:
        self.name = getattr(stream, "name", "")
        self._encoding = stream.encoding
        self._tty = stream.isatty()
        self._raw = raw
        self._waiting: deque[bytes] = deque()
        self._kept = 0  # bytes waiting, the one that is being written included
        self._error: OSError | None = None
        self._closing = False
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name=f"thrum {self.name}", daemon=True).start()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    @property
    def behind(self) -> bool:
        """Something has not been taken yet."""
        return self._kept > 0

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._tty

    def write(self, text: str) -> int:
        data = text.encode(self._encoding, "replace")
        with self._changed:
            self._raise()
            if data and not self._closing and self._kept + len(data) <= KEPT_BYTES:
                self._waiting.append(data)
                self._kept += len(data)
                self._changed.notify_all()
        return len(text)

    def flush(self) -> None:
        """Says whether the stream is broken; never waits."""
        with self._changed:
            self._raise()

    def drain(self, wait_s: float) -> bool:
        """Nothing more is taken; False when nobody took the rest in time."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._kept or self._error is not None, wait_s)
            return not self._kept

    def _raise(self) -> None:
        if self._error is not None and not self._closing:
            raise self._error

    # --- the thread

    def _run(self) -> None:
        try:
            while data := self._next():
                self._put(data)
                with self._changed:
                    self._kept -= len(data)
                    self._changed.notify_all()
        except OSError as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _next(self) -> bytes:
        """The next piece; nothing when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting) or self._closing)
            return self._waiting.popleft() if self._waiting else b""

    def _put(self, data: bytes) -> None:
        """Waits for as long as it takes."""
        while data:
            taken = self._raw.write(data)
            if taken is None:  # the file was opened not to wait; so it is asked when there is room
                select.select([], [self._raw], [])
            data = data[taken or 0 :]


def behind() -> bool:
    """What was last said has not been taken yet: no use in drawing."""
    return isinstance(sys.stdout, Outlet) and sys.stdout.behind


@contextmanager
def patient() -> Iterator[None]:
    """What is said within never waits for a reader; streams without a file below them stay as they are."""
    before = sys.stdout, sys.stderr
    out = _outlet(sys.stdout)
    err = out if _same_file(*before) else _outlet(sys.stderr)
    sys.stdout, sys.stderr = out or sys.stdout, err or sys.stderr
    try:
        yield
    finally:
        if out is None or out.drain(DRAIN_S):
            sys.stdout = before[0]
        if err is None or err.drain(DRAIN_S):
            sys.stderr = before[1]


def _outlet(stream: TextIO) -> Outlet | None:
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # PYTHONUNBUFFERED leaves out the buffer between them
    if not isinstance(raw, io.RawIOBase):
        return None
    stream.flush()
    return Outlet(stream, raw)


def _same_file(one: TextIO, other: TextIO) -> bool:
    try:
        return os.path.sameopenfile(one.fileno(), other.fileno())
    except (OSError, ValueError):
        return False
