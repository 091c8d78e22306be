"""What reaches a terminal: characters it can show, and nothing that could drive it."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_cli.terminal import Terminal, cells, clean, clip, plain, speaks_unicode


@given(st.text())
def test_text_of_a_document_cannot_drive_the_terminal(text: str) -> None:
    cleaned = clean(text)
    assert not any(ord(each) < 32 or 127 <= ord(each) < 160 for each in cleaned)
    assert "\u202e" not in cleaned


@given(st.text())
def test_the_plain_spelling_is_ascii(text: str) -> None:
    assert plain(text).isascii()


@given(st.text(), st.integers(1, 60))
def test_clipped_text_fits(text: str, width: int) -> None:
    assert cells(clip(clean(text), width)) <= width


def test_a_long_text_is_clipped_at_once() -> None:
    """A run that is sent rubbish clips hundreds of lines within a turn."""
    before_s = process_time()
    assert clip("é" * 20_000, 40) == "é" * 39 + "…"
    assert process_time() - before_s < 1.0


@pytest.mark.parametrize(
    ("encoding", "env", "speaks"),
    [
        ("utf-8", {"LANG": "en_US.UTF-8"}, True),
        ("utf-8", {"LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
        ("utf-8", {"LC_ALL": "POSIX"}, False),
        ("utf-8", {"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, True),
        ("ascii", {"LANG": "en_US.UTF-8"}, False),
        ("cp1252", {}, False),
        ("utf-8", {}, True),
    ],
)
def test_a_locale_that_asks_for_ascii_gets_ascii(encoding: str, env: dict[str, str], speaks: bool) -> None:
    assert speaks_unicode(encoding, env) is speaks


def test_where_nothing_need_fit_nothing_is_cut() -> None:
    text = "shoulders, upper-back, lower-back, hips"
    assert Terminal(piped=True).clip(text, 10) == text
    assert Terminal().clip(text, 10) != text
    assert Terminal(width=20, piped=True).wrap(text, "= ") == [f"= {text}"]
    assert len(Terminal(width=20).wrap(text, "= ")) == 3


def test_a_width_that_was_asked_for_holds_in_a_pipe_too() -> None:
    assert not Terminal.detect({"COLUMNS": "40"}).piped
    assert Terminal.detect({}).piped


def test_no_colour_means_no_escape_codes() -> None:
    assert Terminal(colour=False).paint("text", "bold red") == "text"
    assert "\x1b" in Terminal(colour=True).paint("text", "bold red")


def test_no_color_is_obeyed() -> None:
    assert not Terminal.detect({"NO_COLOR": "1", "TERM": "xterm"}).colour
