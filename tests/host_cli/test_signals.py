"""Signals that end a command: heard for a while, put back, and a hang-up that is to be ignored."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from host_cli import exits
from host_cli.main import cli, main
from host_cli.signals import heard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_reaches_the_handler_and_is_put_back(number: signal.Signals) -> None:
    before, came = signal.getsignal(number), []
    with heard(lambda got, _frame: came.append(got)):
        signal.raise_signal(number)
    assert came == [number]
    assert signal.getsignal(number) == before


def test_a_hang_up_that_was_to_be_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    came: list[int] = []
    try:
        with heard(lambda got, _frame: came.append(got)):
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert came == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_a_command_starts_ends_it_in_a_sentence(
    number: signal.Signals, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "get_command", lambda *_args: os.kill(os.getpid(), number))
    assert main(["list"]) == exits.STOPPED
    assert capsys.readouterr().err.strip() == "Stopped."
