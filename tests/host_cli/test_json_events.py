"""``--json-events``: what goes out is JSON, line by line; what comes in can do no more than a key."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_cli.guided.events import Event, Sample
from host_cli.showing.json_events import JsonKeys, JsonLines, key_of

KEYS = {"good": "y", "too-strong": "t", "lighter": "l", "moved": "enter", "pause": "ctrl-z", "go": "space",
        "skip": "s", "stop": "q"}  # fmt: skip
LINE_MAX = 256  # bytes


def sample(t_s: float) -> Sample:
    return Sample(t_s, t_s, "RUNNING", *(0.1,) * 9, math.nan, *(0.5,) * 5)


@pytest.mark.parametrize(("word", "key"), KEYS.items())
def test_a_word_is_a_key_however_it_is_written(word: str, key: str) -> None:
    assert (
        key_of(word)
        == key_of(f'"{word}"')
        == key_of(json.dumps({"do": word}))
        == key_of(f"  {word}\r")
        == key
    )


def test_gain_has_a_value() -> None:
    assert key_of("gain 0.8") == key_of('{"do": "gain", "to": 0.8}') == "gain 0.8"
    assert key_of("gain 0") == key_of('{"do": "gain", "to": 0}') == "gain 0"


@pytest.mark.parametrize("line", [
    "faster", "STOP!", "gain", "gain 1.01", "gain -0.1", "gain nan", "gain inf", "gain 0.5 0.5", "[1", "null",
    '{"do": "gain", "to": true}', '{"do": "gain", "to": NaN}', '{"do": "gain", "to": "0.5"}', '["gain"]',
    '{"do": "stop", "now": true}', '{"do": ["stop"]}', '{"do": "gain", "to": 1' + "0" * 220 + "}", "[" * 250,
])  # fmt: skip
def test_what_is_no_command_says_so(line: str) -> None:
    with pytest.raises(ValueError, match="is no command; there are good, "):
        key_of(line)


@given(st.text(max_size=300))
def test_no_line_does_anything_but_a_command(line: str) -> None:
    with suppress(ValueError):
        assert key_of(line) in KEYS.values() or key_of(line).startswith("gain ")


class Pipe:
    """Standard input of a run; ``until_end`` reads as its loop does."""

    def __init__(self, real: bool) -> None:
        theirs, self.ours = os.pipe()
        self.keys = JsonKeys(JsonLines(simulated=not real), real=real, descriptor=theirs)

    def type(self, text: bytes) -> None:
        os.write(self.ours, text)

    def until_end(self) -> list[str]:
        os.close(self.ours)
        keys: list[str] = []
        while not self.keys.ended:
            assert self.keys.wait(20.0), f"no end of input; so far {keys}"
            keys += self.keys.read()
        return keys


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    each = Pipe(real=False)
    with each.keys:
        yield each


def test_commands_come_in_order_and_on_sim_the_end_stops_nothing(pipe: Pipe) -> None:
    pipe.type(b"good\n\ngain 0.8\ntoo-")
    pipe.type(b"strong\nstop")
    assert pipe.until_end() == ["y", "gain 0.8", "t", "q"]
    assert pipe.keys.read() == []
    assert not pipe.keys.wait(0.01)


def test_on_real_the_end_of_input_stops() -> None:
    pipe = Pipe(real=True)
    with pipe.keys:
        pipe.type(b"good\n")
        assert pipe.until_end() == ["y", "ctrl-d"]
        assert pipe.keys.read() == []


def test_unknown_words_are_answered_in_one_line(pipe: Pipe, capsys: pytest.CaptureFixture[str]) -> None:
    pipe.type(b"faster\nharder\nlighter\n")
    assert pipe.until_end() == ["l"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[1]["kind"] == "error"
    assert "faster" in lines[1]["say"]


def test_a_stop_behind_more_lines_than_anybody_reads_is_heeded_at_once(
    pipe: Pipe, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe.type(b"good\n" * 12_000 + b"stop\n")  # 60 kB: as much as a pipe holds
    assert "q" in pipe.until_end()
    said = [json.loads(line)["say"] for line in capsys.readouterr().out.splitlines()]
    assert any("faster than they are read" in each for each in said)


@pytest.mark.parametrize("ending", [b"\nlighter\n", b"\nlighter"])
def test_a_line_without_end_is_bounded_and_costs_nothing_after_it(pipe: Pipe, ending: bytes) -> None:
    for _ in range(40):
        pipe.type(b"stop " * 200)
    pipe.type(ending)
    assert pipe.until_end() == ["l"]


def test_a_line_is_as_long_as_it_may_be(pipe: Pipe) -> None:
    pipe.type(b"good".ljust(LINE_MAX) + b"\n" + b"stop".ljust(LINE_MAX + 1) + b"\n")
    assert pipe.until_end() == ["y"]


def test_the_first_line_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with JsonLines(simulated=True) as lines:
        lines.event(Event(0.1, 0.0, "opened", "A device.", {"board": "sim"}))
        lines.event(Event(1.0, 0.0, "cue", "Slowly.", {"move": False}))
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {"t_s": 0.1, "at_s": 0.0, "kind": "opened", "say": "A device.", "board": "sim",
                     "schema": 1, "mode": "SIM"}  # fmt: skip
    assert second == {"t_s": 1.0, "at_s": 0.0, "kind": "cue", "say": "Slowly.", "move": False}


def test_it_says_what_it_is_even_where_nothing_opened(capsys: pytest.CaptureFixture[str]) -> None:
    JsonLines(simulated=False).error("Nothing.")
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["kind"], first["mode"], first["schema"]) == ("opened", "REAL", 1)
    assert second == {"kind": "error", "say": "Nothing."}


def test_samples_come_once_a_second_and_have_no_nan(capsys: pytest.CaptureFixture[str]) -> None:
    lines = JsonLines(simulated=True)
    for tenth in range(25):
        lines.sample(sample(tenth / 10))
    out = [json.loads(line, parse_constant=pytest.fail) for line in capsys.readouterr().out.splitlines()]
    told = [line for line in out if line["kind"] == "sample"]
    assert [line["t_s"] for line in told] == [0.0, 1.0, 2.0]
    assert told[0]["pad_c"] is None
    assert told[0]["vibration_asked"] == 0.1
