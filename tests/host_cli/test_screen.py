"""The live screen at any size: it fits, says SIM or REAL, and how to stop."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_cli.guided.prompt import Prompt
from host_cli.showing.layout import to_rich
from host_cli.showing.screen import screen_lines
from host_cli.showing.view import Bar, View
from host_cli.terminal import cells
from tests.host_cli.samples import VIEW

LEVELS = st.floats(0, 1)
WORDS = st.text(max_size=80)
BARS = st.builds(Bar, st.sampled_from(["vibration", "percussion"]), LEVELS, LEVELS, LEVELS)
PROMPTS = st.builds(
    Prompt,
    kind=st.sampled_from(["check_in", "move"]),
    question=st.text(max_size=200),
    keys=st.lists(st.tuples(st.sampled_from(["y", "t", "l", "enter"]), st.text(max_size=30)), min_size=1)
    .map(tuple),
    left_s=st.none() | st.floats(-1, 120),
    then=WORDS,
    urgent=st.booleans(),
)  # fmt: skip
VIEWS = st.builds(
    View,
    title=WORDS,
    simulated=st.booleans(),
    state=st.sampled_from(["RUNNING", "PAUSED", "STOPPING", "FAULT", "ARMING"]),
    note=WORDS,
    step=st.integers(0, 500),
    steps=st.just(500),
    name=WORDS,
    technique=st.sampled_from(["petrissage", "rest"]),
    region=st.sampled_from(["", "upper-back", "neck", "unheard-of"]),
    side=st.sampled_from(["", "left", "right"]),
    cue=st.text(max_size=500),
    move=st.booleans(),
    stage_left_s=st.floats(0, 7200),
    left_s=st.floats(0, 7200),
    duration_s=st.floats(0, 7200),
    bars=st.lists(BARS, max_size=2).map(tuple),
    heat_asked_c=st.none() | st.floats(30, 41),
    pad_c=st.none() | st.floats(0, 60),
    prompt=st.none() | PROMPTS,
    direction=WORDS,
    passes=st.integers(0, 12),
    gain_max=LEVELS,
    hand_points=st.floats(0, 1000),
    told=WORDS,
)  # fmt: skip


def text_of(view: View, width: int, height: int, unicode: bool = True) -> list[str]:
    return [
        "".join(piece for piece, _ in line) for line in screen_lines(view, width, height, unicode=unicode)
    ]


@given(VIEWS, st.integers(20, 120), st.integers(4, 50), st.booleans())
def test_it_always_fits_and_never_hides_what_matters(view: View, width: int, height: int, uni: bool) -> None:
    lines = text_of(view, width, height, uni)
    assert len(lines) <= height
    assert all(cells(line) <= width for line in lines)
    assert ("SIM" if view.simulated else "REAL") in lines[0]
    assert "stop" in lines[-1]
    assert uni or all(line.isascii() for line in lines)
    if view.prompt is not None:
        assert any(f"[{view.prompt.keys[0][0]}]" in line for line in lines)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12)])
def test_everything_is_there_at_the_usual_sizes(width: int, height: int) -> None:
    text = "\n".join(text_of(VIEW, width, height))
    for wanted in ("SIM", "RUNNING", "3/12", "Knead", "shoulders, left", "1:05 left", "never on the",
                   "27 % of 28", "37.9", "8:20", "3:40", "x0.95", "circles over", "12.3 of 100", "space",
                   "q stop"):  # fmt: skip
        assert wanted in text.replace("K N E A D", "Knead"), wanted


def test_a_large_screen_has_the_body_a_big_name_and_what_comes_next() -> None:
    text = "\n".join(text_of(VIEW, 80, 24))
    for wanted in ("K N E A D", "then Percuss", "│██████┊      │", "left      right", "(region cap)"):
        assert wanted in text, wanted


@pytest.mark.parametrize(("width", "height"), [(59, 24), (80, 15)])
def test_the_body_goes_first(width: int, height: int) -> None:
    text = "\n".join(text_of(VIEW, width, height))
    assert "┊" not in text
    assert "12.3 of 100" in text


CHECK_IN = Prompt(
    "check_in", "Is the pressure right?", (("y", "good"), ("t", "too strong"), ("l", "lighter next")), 12.4,
    "it gets lighter",
)  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12)])
def test_a_question_stands_at_the_top_with_its_keys_and_what_follows(width: int, height: int) -> None:
    lines = text_of(replace(VIEW, prompt=CHECK_IN), width, height)
    text = "\n".join(lines[:6])
    for wanted in (
        "? Is the pressure right?",
        "[y] good",
        "[t] too strong",
        "[l] lighter next",
        "in 12 s: it",
    ):
        assert wanted in text, wanted
    assert "stop" in lines[-1]


def test_an_urgent_question_looks_urgent_without_colour() -> None:
    urgent = text_of(replace(VIEW, prompt=replace(CHECK_IN, urgent=True)), 80, 24)
    assert any(line.startswith("!! Is the") for line in urgent)


def test_a_tiny_screen_keeps_the_keys_of_the_question_and_the_stop() -> None:
    text = "\n".join(text_of(replace(VIEW, prompt=CHECK_IN), 20, 6))
    for wanted in ("SIM", "[y] good", "[t] too strong", "[l] lighter next", "q stop"):
        assert wanted in text, wanted


def test_the_next_stage_is_called_when_it_is_near() -> None:
    assert "in 9 s: Percuss, upper-back left" in "\n".join(text_of(replace(VIEW, stage_left_s=9.9), 40, 12))


def test_how_to_go_on_is_said_in_full_on_a_narrow_screen() -> None:
    assert "space go on" in text_of(replace(VIEW, state="PAUSED"), 40, 12)[-1]


def test_strokes_are_counted_and_a_lowered_ceiling_is_told() -> None:
    text = "\n".join(text_of(replace(VIEW, pass_now=2, passes=3, gain_max=0.6), 80, 24))
    assert "pass 2 of 3, short circles" in text
    assert "(most 0.60)" in text


def test_a_low_screen_drops_what_matters_least_first() -> None:
    text = "\n".join(text_of(VIEW, 80, 7))
    assert "27 % of 28" in text
    assert "then Percuss" not in text


def test_where_to_move_is_said_loudly() -> None:
    assert "MOVE ON" in "\n".join(text_of(replace(VIEW, move=True), 80, 24))


def test_without_colour_bold_and_reverse_are_left() -> None:
    lines = screen_lines(replace(VIEW, prompt=CHECK_IN), 80, 24)
    told = {word for span in to_rich(lines, colour=False).spans for word in str(span.style).split()}
    assert told == {"bold", "dim", "italic", "reverse"}
    assert "green" in {str(span.style) for span in to_rich(lines, colour=True).spans}
