"""Standard output that waits for nobody: order, bounds, a broken reader, a reader that never comes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator

import pytest

from host_cli.outlet import Outlet, behind, patient


class Pipe:
    """``outlet`` writes into it, ``read`` takes what has come."""

    def __init__(self) -> None:
        self.ours, theirs = os.pipe()
        self.stream = open(theirs, "w", encoding="utf-8")  # noqa: SIM115 (closed below)
        raw = self.stream.buffer.raw  # type: ignore[attr-defined]
        self.outlet = Outlet(self.stream, raw)

    def read(self) -> str:
        return os.read(self.ours, 65536).decode()

    def close(self) -> None:
        """The reader goes, and after it the writer."""
        if self.ours >= 0:
            os.close(self.ours)
            self.outlet.drain(5.0)
            self.stream.close()
        self.ours = -1

    def stall(self) -> None:
        """Nobody reads, and nothing more fits."""
        self.outlet.write("x" * 200_000)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    pipe.close()


def test_what_is_said_arrives_in_its_order(pipe: Pipe) -> None:
    for word in ("one ", "two ", "three é"):
        assert pipe.outlet.write(word) == len(word)
    pipe.outlet.flush()
    assert pipe.outlet.drain(5.0)
    assert pipe.read() == "one two three é"
    assert not pipe.outlet.behind


def test_nobody_waits_for_a_reader_who_does_not_come(pipe: Pipe) -> None:
    pipe.stall()
    for _ in range(10_000):
        pipe.outlet.write("a line that nobody reads\n")
        pipe.outlet.flush()
    assert pipe.outlet.behind
    assert pipe.outlet._kept <= 262_144
    assert not pipe.outlet.drain(0.05)
    assert pipe.outlet.write("too late") == 8
    pipe.close()


def test_a_reader_who_comes_late_still_gets_it(pipe: Pipe) -> None:
    pipe.stall()
    pipe.outlet.write("the end")
    seen = ""
    while not seen.endswith("the end"):
        seen += pipe.read()
    assert len(seen) == 200_007
    assert pipe.outlet.drain(5.0)


def test_a_reader_who_goes_away_is_noticed_at_the_next_word(pipe: Pipe) -> None:
    os.close(pipe.ours)
    pipe.ours = -1
    pipe.outlet.write("hello")
    with pipe.outlet._changed:
        assert pipe.outlet._changed.wait_for(lambda: pipe.outlet._error is not None, 5.0)
    with pytest.raises(BrokenPipeError):
        pipe.outlet.flush()
    with pytest.raises(BrokenPipeError):
        pipe.outlet.write("again")
    assert not pipe.outlet.drain(0.05)
    pipe.outlet.flush()
    pipe.stream.close()


def test_streams_in_memory_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", stream)
    with patient():
        assert sys.stdout is stream
        assert not behind()


def test_both_streams_come_back_and_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.pipe()
    with open(theirs, "w", encoding="utf-8") as out, open(os.dup(theirs), "w", encoding="utf-8") as err:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        out.write("0 ")
        with patient():
            for n in range(1, 5):
                (sys.stdout if n % 2 else sys.stderr).write(f"{n} ")
        assert (sys.stdout, sys.stderr) == (out, err)
    assert os.read(ours, 100) == b"0 1 2 3 4 "
    os.close(ours)


def test_a_stalled_stream_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.pipe()
    with open(theirs, "w", encoding="utf-8") as out:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", out)
        with patient():
            sys.stdout.write("x" * 200_000)
        assert isinstance(sys.stdout, Outlet)
        assert sys.stdout.write("dropped") == 7
        os.close(ours)
        sys.stdout.drain(5.0)
