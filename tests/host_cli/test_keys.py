"""Keys: an arrow is not Esc, a lone Esc is, and the terminal is put back."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_cli.keys import TerminalKeys, parse

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")
PIECES = st.sampled_from([b" ", b"q", b"+", b"s", b"\x1b[A", b"\x1bOP", b"\x1b[15~", b"\x03"])


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        (b" ", ["space"]),
        (b"Q", ["q"]),
        (b"\x1b", ["esc"]),
        (b"\x1b[A", []),
        (b"\x1b[1;5C", []),
        (b"\x1bOP", []),
        (b"\x1b\x1b", ["esc", "esc"]),
        (b"\x1bq", ["esc", "q"]),
        (b"\x1b[", ["esc", "[",]),
        (b"\x03\x1a\x1c", ["ctrl-c", "ctrl-z", "ctrl-\\"]),
        (b"\xff", ["\xff"]),
        (b"", []),
    ],
)  # fmt: skip
def test_keys_by_their_bytes(typed: bytes, keys: list[str]) -> None:
    assert parse(typed, settled=True) == (keys, b"")


@given(st.lists(PIECES, max_size=8), st.data())
def test_where_the_bytes_are_cut_does_not_matter(pieces: list[bytes], data: st.DataObject) -> None:
    typed = b"".join(pieces)
    cut = data.draw(st.integers(0, len(typed)))
    first, rest = parse(typed[:cut], settled=False)
    second, _ = parse(rest + typed[cut:], settled=True)
    assert first + second == parse(typed, settled=True)[0]


@given(st.binary(max_size=30))
def test_any_bytes_are_taken(typed: bytes) -> None:
    assert parse(typed, settled=True)[1] == b""


def test_a_real_terminal_is_read_and_put_back() -> None:
    import termios

    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    with TerminalKeys(theirs) as keys:
        assert keys.read() == []
        os.write(ours, b"s")
        pressed: list[str] = []
        while not pressed:
            pressed = keys.read()
        assert pressed == ["s"]
        assert termios.tcgetattr(theirs)[6][termios.VSUSP] in (0, b"\x00")
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


def test_a_terminal_that_goes_away_is_one_stop() -> None:
    ours, theirs = os.openpty()
    keys = TerminalKeys(theirs)
    with keys:
        os.close(ours)
        assert keys.read() == ["ctrl-c"]
        assert keys.read() == []
    os.close(theirs)


def test_all_that_was_typed_is_read_in_one_turn() -> None:
    ours, theirs = os.openpty()
    with TerminalKeys(theirs) as keys:
        os.write(ours, b"+" * 2000 + b"q")
        assert keys.read()[-1] == "q"
    os.close(ours)
    os.close(theirs)


def test_ctrl_s_does_not_stop_the_terminal_and_comes_back_afterwards() -> None:
    import termios

    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    assert before[0] & termios.IXON
    with TerminalKeys(theirs) as keys:
        os.write(ours, b"\x13q")
        assert keys.read() == ["\x13", "q"]
        os.write(theirs, b"still drawn")
        assert os.read(ours, 100) == b"still drawn"
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


def test_a_terminal_that_takes_no_output_does_not_keep_the_keyboard() -> None:
    ours, theirs = os.openpty()
    os.set_blocking(theirs, False)
    try:
        while True:
            os.write(theirs, b"x" * 1000)
    except BlockingIOError:
        pass
    with TerminalKeys(theirs) as keys:  # neither the way in nor the way out waits for it
        os.write(ours, b"q")
        assert keys.read() == ["q"]
    os.close(ours)
    os.close(theirs)
