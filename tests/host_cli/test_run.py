"""``thrum run`` in real time: a real terminal, real signals, the simulated device behind a real port."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from firmware_bridge.link import Connection
from firmware_bridge.protocol import states
from firmware_bridge.spawn import spawn_sim
from host_cli.records.record import read_record
from host_cli.records.store import Store

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "host_cli", "run", "evening-shoulders"]
PATIENCE_S = 20.0  # a busy machine; on an idle one all of this takes three seconds

pytestmark = [
    pytest.mark.realtime,
    pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal"),
]


class Screen:
    """A command on a terminal of its own; ``until`` reads what it draws."""

    def __init__(self, home: Path, *command: str, data: Path | None = None) -> None:
        self.ours, theirs = os.openpty()
        self.records = (data or home) / "thrum" / "records" / "sessions.db"
        env = {
            **os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "HOME": str(home), "LC_ALL": "C.UTF-8",
            "XDG_DATA_HOME": str(data or home),
        }  # fmt: skip
        self.process = subprocess.Popen(
            command or COMMAND, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        self.seen = ""

    def until(self, wanted: str) -> str:
        """What was drawn up to and with ``wanted`` (a pattern); forgets it."""
        until_s = time.monotonic() + PATIENCE_S  # in all: a screen that is drawn again and again is no answer
        while not (found := re.search(wanted, self.seen)):
            left_s = until_s - time.monotonic()
            ready = select.select([self.ours], [], [], left_s)[0] if left_s > 0 else []
            assert ready, f"no {wanted!r} within {PATIENCE_S:g} s in {self.seen[-2000:]!r}"
            try:
                self.seen += os.read(self.ours, 65536).decode(errors="replace")
            except OSError:
                raise AssertionError(f"it ended without {wanted!r}: {self.seen[-2000:]!r}") from None
        before, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return before

    def press(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def code(self) -> int:
        return self.process.wait(PATIENCE_S)

    def hang_up(self) -> None:
        """The window is closed."""
        if self.ours >= 0:
            os.close(self.ours)
            self.ours = -1

    def close(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self.hang_up()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    each = Screen(tmp_path)
    yield each
    each.close()


def test_pause_gain_and_stop_on_a_terminal(screen: Screen) -> None:
    assert "SIM" in screen.until("RUNNING")
    screen.press(b"-")
    screen.until(r"x0\.95")
    screen.press(b" ")
    screen.until("PAUSED")
    screen.press(b" ")
    screen.until("RUNNING")
    screen.press(b"q")
    screen.until(r"stopped by you\S* at .*outputs at zero")
    assert screen.code() == 130
    (session,) = Store(screen.records).sessions()
    assert (session.kind, session.outcome, bool(session.zero_confirmed)) == ("SIM", "stopped_by_user", True)
    told = read_record(Store(screen.records), session)
    assert [each.data["state"] for each in told.events if each.kind == "state"][-2:] == ["STOPPING", "ENDED"]
    assert 0.95 in {round(each.gain, 2) for each in told.samples}


def test_a_terminal_that_takes_nothing_more_delays_neither_the_beat_nor_the_stop(screen: Screen) -> None:
    screen.until("RUNNING")
    threading.Event().wait(2.5)  # what nobody reads fills the terminal; without a beat it would pause
    screen.press(b"q")
    screen.until(r"stopped by you\S* at .*outputs at zero")
    assert screen.code() == 130
    (session,) = Store(screen.records).sessions()
    events = read_record(Store(screen.records), session).events
    assert not [each for each in events if each.kind == "device"]
    assert "PAUSED" not in {each.data.get("state") for each in events}


def test_a_full_disk_ends_the_session_at_zero_and_says_so(small_disk: Path, tmp_path: Path) -> None:
    screen = Screen(tmp_path, data=small_disk)
    try:
        screen.until("RUNNING")
        with suppress(OSError), open(small_disk / "full", "wb", buffering=0) as stream:
            while True:
                stream.write(b"x" * 4096)
        said = screen.until(r"outputs at zero")
        assert "the record cannot be written: the disk is full" in " ".join(said.split())
        assert screen.code() == 4
    finally:
        screen.close()


def test_ctrl_s_stops_neither_screen_nor_keyboard(screen: Screen) -> None:
    screen.until("RUNNING")
    screen.press(b"\x13")
    screen.until("RUNNING")
    screen.press(b" ")
    screen.until("PAUSED")
    screen.press(b"+" * 2000 + b"q")
    screen.until(r"stopped by you\S* at .*outputs at zero")
    assert screen.code() == 130


def test_a_reader_that_stalls_delays_neither_the_beat_nor_the_stop(tmp_path: Path) -> None:
    """Standard output is full from the start: the run goes on, and ends at once when it is told to."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    with suppress(BlockingIOError):
        while True:
            os.write(theirs, b"x" * 512)
    os.set_blocking(theirs, True)
    with spawn_sim("heated-head", 3) as device:
        command = [*COMMAND, "--port", device.address]
        with subprocess.Popen(
            command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=env
        ) as process:
            os.close(theirs)
            try:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(2.5)
                process.send_signal(signal.SIGTERM)
                assert process.wait(4.0) == 130
            finally:
                process.kill()
        with Connection.open(device.address) as connection:
            assert connection.welcome.last_reason == states.WHY_STOP
    os.close(ours)


def test_nohup_is_respected(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    with subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *COMMAND],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=env,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if "stage 1 of" in line:
                break
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGTERM)
        assert "SIGTERM" in process.stdout.read()
        assert process.wait(PATIENCE_S) == 130


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_at_zero(number: signal.Signals, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    with subprocess.Popen(
        COMMAND, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=env
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "stage 1 of" in line:
                break
        process.send_signal(number)
        rest = process.stdout.read()
        assert process.wait(PATIENCE_S) == 130
    assert "SIM" in rest
    assert "outputs at zero" in rest
    assert number.name in rest
