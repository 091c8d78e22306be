"""Commissioning's questions on a real terminal, in real time, with the simulator's process as the rig."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.host_cli.test_run import Screen

COMMAND = [sys.executable, "-m", "host_cli", "rig", "commission", "--port", "sim"]

pytestmark = [
    pytest.mark.realtime,
    pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal"),
]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    each = Screen(tmp_path, *COMMAND)
    yield each
    each.process.kill()
    each.process.wait()


def test_nothing_typed_ahead_counts_nothing_moves_before_enter_and_ctrl_c_stops(screen: Screen) -> None:
    screen.press(b"n\n" * 50)
    screen.until(r"A fuse sits .*\[y/n\]: $")  # the end of what was drawn: it waits
    screen.press(b"maybe\n")
    screen.until("That is no answer: type y or n")
    for _ in range(8):
        screen.until(r"\[y/n\]: $")
        screen.press(b"y\n")
    screen.until("Enter when it is done: $")
    screen.press(b"\n")
    screen.until(r"in C\? \(a number\): $")
    screen.press(b"warm\n")
    screen.until(r"(?s)That is no number: type one from -20 to 80.*in C\? \(a number\): $")
    screen.press(b"39,0\n")
    assert "4/15" in screen.until("Enter starts it: $")
    screen.press(b"\ny\ny\n")  # impatience: two answers to a question that is not there yet
    screen.until(r"move for about a second\? \[y/n\]: $")
    screen.press(b"y\n")
    screen.until("5/15")
    screen.until("Enter starts it: $")
    screen.press(b"\n")
    screen.process.send_signal(signal.SIGINT)
    screen.until(r"Stopped; outputs at zero \(confirmed\)\.")
    screen.until("begins anew")
    assert screen.code() == 130
