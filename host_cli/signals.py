"""The signals that end a command, and for how long a handler hears them.

Rule kept here: a hang-up that was to be ignored when the command began (``nohup``) stays ignored.
"""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")


@contextmanager
def heard(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """``handler`` gets them; afterwards they are as they were."""
    with ExitStack() as back:
        for number in (getattr(signal, name) for name in NAMES if hasattr(signal, name)):
            before = signal.getsignal(number)
            if number == getattr(signal, "SIGHUP", None) and before == signal.SIG_IGN:
                continue
            signal.signal(number, handler)
            back.callback(signal.signal, number, before)
        yield
