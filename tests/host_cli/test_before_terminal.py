"""The questions before a massage on a real terminal, of a device that says that it is REAL."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware_bridge.link import Connection
from firmware_bridge.protocol import states
from tests.host_cli.test_run import ROOT, Screen

REAL = """
import sys
from sim.board import SimBoard
from sim.device_process import main
SimBoard.simulated = 0  # a simulated board that says it is a real one
sys.exit(main(["--profile", "heated-head", "--seed", "3"]))
"""

pytestmark = [
    pytest.mark.realtime,
    pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal"),
]


@dataclass(frozen=True)
class Real:
    """A device that says it is REAL."""

    address: str
    process: subprocess.Popen[str]


@pytest.fixture
def real() -> Iterator[Real]:
    with subprocess.Popen(
        [sys.executable, "-c", REAL], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield Real(process.stdout.readline().removeprefix("port ").strip(), process)
        process.terminate()
        process.wait(10)


def run(home: Path, real: Real, *options: str) -> Screen:
    command = ["run", "evening-shoulders", "--port", real.address, "--profile", "heated-head", *options]
    return Screen(home, sys.executable, "-m", "host_cli", *command)


def reason(real: Real) -> int:
    """Why the device last stopped."""
    with Connection.open(real.address) as connection:
        return connection.welcome.last_reason


def test_a_real_device_starts_after_every_question_and_a_countdown(real: Real, tmp_path: Path) -> None:
    screen = run(tmp_path, real)
    try:
        screen.press(b"0ln0nyyyy")  # before anything is asked
        assert "REAL" in screen.until("nowhere, .*hips: ")
        screen.press(b"0")
        screen.until("Strength wanted.*: ")
        screen.press(b"l")
        screen.until("a some: ")
        screen.press(b"0")
        screen.until("number and Enter: ")
        screen.press(b"n")
        screen.until("all is ready: ")
        screen.press(b"\r")
        screen.until("n no: ")
        screen.press(b"y")
        screen.until("q stops: ")
        screen.press(b"\r")
        screen.until("Starts in 3")
        screen.until(" 1")
        screen.until("REAL.*RUNNING")
        screen.press(b"q")
        screen.until(r"stopped by you\S* at .*outputs at zero")
        assert screen.code() == 130
    finally:
        screen.close()
    assert reason(real) == states.WHY_STOP


@pytest.mark.parametrize("ends", ["yes", "signal", "hang up"])
def test_nothing_starts_on_a_real_device_that_way(real: Real, tmp_path: Path, ends: str) -> None:
    screen = run(tmp_path, real)
    try:
        screen.until("hips: ")
        screen.press(b"0")
        screen.until("plays.: ")
        if ends == "hang up":
            screen.hang_up()
            assert screen.code() == 130
        elif ends == "signal":
            screen.process.send_signal(signal.SIGINT)
            screen.until("nothing was started")
            assert screen.code() == 130
        else:
            screen.press(b"l")
            screen.until("a some: ")
            screen.press(b"0")
            screen.until("number and Enter: ")
            screen.press(b"14\r")
            screen.until(r"C14\): ask a doctor first")
            assert screen.code() == 5
    finally:
        screen.close()
    assert reason(real) == states.WHY_NONE


@pytest.mark.parametrize(
    ("number", "said", "code"),
    [
        (signal.SIGUSR1, r"\nthrum: REAL: .*fault.*stop", 5),
        (signal.SIGTERM, r"\nthrum: REAL: .*unplugged", 4),
    ],
)
def test_the_device_ends_the_questions_too(
    real: Real, tmp_path: Path, number: signal.Signals, said: str, code: int
) -> None:
    """Its stop was pressed, or it is not there any more."""
    screen = run(tmp_path, real)
    try:
        screen.until("hips: ")
        real.process.send_signal(number)
        screen.until(said)
        assert screen.code() == code
    finally:
        screen.close()
