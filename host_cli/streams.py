"""Standard streams that may be closed, full or broken: made harmless before and after a command.

Rules kept here: a closed stream is replaced by nothing, so that no file that a command opens gets
its number; what could not be written is found out before the interpreter ends, which would say it
in its own words.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TextIO


def open_all() -> bool:
    """Put standard input, output and error in order; False when there is no standard output."""
    there = sys.stdout is not None
    for number in (0, 1, 2):
        with contextlib.suppress(OSError):
            os.fstat(number)
            continue
        with contextlib.suppress(OSError):
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    return there


def flushed() -> bool:
    """Write out what waits; False when standard output took not all of it."""
    took_all = _flush(sys.stdout)
    _flush(sys.stderr)
    return took_all


def _flush(stream: TextIO) -> bool:
    try:
        stream.flush()
    except (OSError, ValueError):
        silence(stream)
        return False
    return True


def silence(stream: TextIO) -> None:
    """Let what is still buffered for a broken stream go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, stream.fileno())
        os.close(sink)
