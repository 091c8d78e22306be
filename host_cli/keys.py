"""Single key presses from a terminal, without waiting for them.

Rules kept here:
- the terminal is put back as it was, however the ``with`` block is left;
- a key that would suspend or kill the process (Ctrl-Z, Ctrl-\\) arrives as a key instead: a
  suspended host could not stop anything. Ctrl-S does nothing: it would stop the terminal, and with it
  the screen. Ctrl-C stays a signal, so that it also works when this loop does not;
- nothing here waits, not even for a terminal that takes no output;
- an escape sequence (an arrow key) is not Esc. When in doubt it is Esc: that stops.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types import TracebackType

ESC = 0x1B
INPUT, LOCAL, SPECIAL = 0, 3, 6  # places in what tcgetattr gives
READ_BYTES = 4096
LOOK_S = 0.01  # how often a console is looked at that cannot be waited for
READS_MAX = 64  # in one turn: a terminal that types without end must not keep it
GONE = b"\x03"  # what is read, once, when nobody holds the keyboard any more: stop
NAMES = {
    0x20: "space", 0x0D: "enter", 0x0A: "enter", ESC: "esc", 0x03: "ctrl-c", 0x1A: "ctrl-z", 0x1C: "ctrl-\\",
    0x04: "ctrl-d",
}  # fmt: skip


def parse(pending: bytes, settled: bool) -> tuple[list[str], bytes]:
    """Keys in ``pending``, and the bytes that may be the start of an escape sequence.

    ``settled``: nothing more has come for a while, so a lone escape is the Esc key.

    >>> parse(b" s", False), parse(b"\\x1b", False), parse(b"\\x1b", True), parse(b"\\x1b[A+", False)
    ((['space', 's'], b''), ([], b'\\x1b'), (['esc'], b''), (['+'], b''))
    """
    keys: list[str] = []
    at = 0
    while at < len(pending):
        if pending[at] != ESC:
            keys.append(NAMES.get(pending[at], chr(pending[at]).lower()))
            at += 1
            continue
        length = _sequence_length(pending[at:])
        if length == 0 and not settled:
            return keys, pending[at:]
        keys += [] if length > 1 else ["esc"]
        at += max(length, 1)
    return keys, b""


def _sequence_length(text: bytes) -> int:
    """Bytes of the escape sequence that ``text`` begins with: 1 for Esc itself, 0 if unfinished."""
    if len(text) == 1:
        return 0
    if text[1] not in b"[O":
        return 1
    for at in range(2, len(text)):
        if 0x40 <= text[at] <= 0x7E:
            return at + 1
    return 0


def forget_typed() -> None:
    """What was typed before a question answers it not. Nothing to forget where there is no keyboard."""
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getch()
        return
    import termios

    with contextlib.suppress(termios.error, OSError, ValueError):
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


class Keys(Protocol):
    """What the player needs of a keyboard."""

    def read(self) -> list[str]:
        """Keys pressed since the last call, oldest first; never waits."""

    def wait(self, longest_s: float) -> bool:
        """Waits so long at most for a key; whether there is one. Returns early only when there is."""


class NoKeys:
    """Where there is no keyboard to listen to."""

    def __init__(self) -> None:
        self._never = threading.Event()

    def __enter__(self) -> NoKeys:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self) -> list[str]:
        return []

    def wait(self, longest_s: float) -> bool:
        self._never.wait(longest_s)
        return False


class TerminalKeys:
    """The keyboard of a POSIX terminal, or the console of Windows."""

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._before: list[Any] | None = None
        self._pending = b""
        self._gone = False

    def __enter__(self) -> TerminalKeys:
        if sys.platform != "win32":
            import termios

            self._before = termios.tcgetattr(self._descriptor)
            now = termios.tcgetattr(self._descriptor)
            now[INPUT] &= ~termios.IXON
            now[LOCAL] &= ~(termios.ECHO | termios.ICANON)
            now[SPECIAL][termios.VMIN], now[SPECIAL][termios.VTIME] = 1, 0
            for each in (termios.VSUSP, termios.VQUIT):
                now[SPECIAL][each] = b"\x00"
            termios.tcsetattr(self._descriptor, termios.TCSANOW, now)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if sys.platform != "win32" and self._before is not None:
            import termios

            with contextlib.suppress(termios.error):  # the terminal may be gone, and with it the need
                termios.tcsetattr(self._descriptor, termios.TCSANOW, self._before)
            self._before = None

    def read(self) -> list[str]:
        """Keys pressed since the last call; an Esc needs a second call to be told from an arrow."""
        fresh = self._fresh()
        keys, self._pending = parse(self._pending + fresh, settled=not fresh)
        return keys

    def wait(self, longest_s: float) -> bool:
        """Waits so long at most for a key; whether there is one."""
        if sys.platform == "win32":
            import msvcrt

            until = threading.Event()
            while longest_s > 0 and not msvcrt.kbhit():
                until.wait(min(longest_s, LOOK_S))
                longest_s -= LOOK_S
            return bool(msvcrt.kbhit())
        import select

        if self._gone:  # it would be "readable" for ever
            threading.Event().wait(longest_s)
            return False
        longest_s = min(longest_s, LOOK_S) if self._pending else longest_s  # an Esc, or an arrow's beginning
        return bool(select.select([self._descriptor], [], [], longest_s)[0]) or bool(self._pending)

    def _fresh(self) -> bytes:
        """Bytes that have come, without waiting."""
        if sys.platform == "win32":
            import msvcrt

            out = b""
            while msvcrt.kbhit():
                key = msvcrt.getch()
                if key in (b"\x00", b"\xe0"):  # an arrow or a function key: two codes
                    msvcrt.getch()
                else:
                    out += key
            return out
        import select

        out = b""
        for _ in range(READS_MAX):
            if self._gone or not select.select([self._descriptor], [], [], 0)[0]:
                break
            read = self._read()
            self._gone = not read
            out += read or GONE
        return out

    def _read(self) -> bytes:
        """What there is; nothing when the terminal is gone."""
        try:
            return os.read(self._descriptor, READ_BYTES)
        except OSError:
            return b""
