"""The live screen at any size: it fits, says SIM or REAL, and how to stop."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_cli.screen import screen_lines, to_rich
from host_cli.terminal import cells
from host_cli.view import Bar, View
from tests.host_cli.samples import VIEW

LEVELS = st.floats(0, 1)
WORDS = st.text(max_size=80)
BARS = st.builds(Bar, st.sampled_from(["vibration", "percussion"]), LEVELS, LEVELS, LEVELS)
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
    region=st.sampled_from(["", "upper-back"]),
    side=st.sampled_from(["", "left"]),
    cue=st.text(max_size=500),
    move=st.booleans(),
    stage_left_s=st.floats(0, 7200),
    left_s=st.floats(0, 7200),
    duration_s=st.floats(0, 7200),
    bars=st.lists(BARS, max_size=2).map(tuple),
    heat_asked_c=st.none() | st.floats(30, 41),
    pad_c=st.none() | st.floats(0, 60),
)  # fmt: skip


def text_of(view: View, width: int, height: int, unicode: bool = True) -> list[str]:
    return [
        "".join(piece for piece, _ in line) for line in screen_lines(view, width, height, unicode=unicode)
    ]


@given(VIEWS, st.integers(20, 120), st.integers(6, 50), st.booleans())
def test_it_always_fits_and_never_hides_what_matters(view: View, width: int, height: int, uni: bool) -> None:
    lines = text_of(view, width, height, uni)
    assert len(lines) <= height
    assert all(cells(line) <= width for line in lines)
    assert ("SIM" if view.simulated else "REAL") in lines[0]
    assert "stop" in lines[-1]
    assert uni or all(line.isascii() for line in lines)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12)])
def test_everything_is_there_at_the_usual_sizes(width: int, height: int) -> None:
    text = "\n".join(text_of(VIEW, width, height))
    for wanted in ("SIM", "RUNNING", "3/12", "Knead", "shoulders, left", "1:05 left", "never on the bone",
                   "27 % of 28", "37.9", "8:20", "x0.95", "Percuss", "space", "q stop"):  # fmt: skip
        assert wanted in text, wanted


def test_a_low_screen_drops_what_matters_least_first() -> None:
    text = "\n".join(text_of(VIEW, 80, 7))
    assert "27 % of 28" in text
    assert "then Percuss" not in text


def test_where_to_move_is_said_loudly() -> None:
    assert "MOVE ON" in "\n".join(text_of(replace(VIEW, move=True), 80, 24))


def test_without_colour_there_is_no_style() -> None:
    lines = screen_lines(VIEW, 80, 24)
    assert not to_rich(lines, colour=False).spans
    assert to_rich(lines, colour=True).spans
