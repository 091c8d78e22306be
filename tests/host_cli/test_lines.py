"""Plain lines: everything that the screen shows is said, once, with SIM or REAL and the time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from host_cli.guided.events import Event
from host_cli.guided.prompt import Prompt
from host_cli.showing.lines import PlainLines
from host_cli.showing.view import View
from host_cli.terminal import Terminal
from tests.host_cli.samples import VIEW

CHECK_IN = Prompt("check_in", "Is it right?", (("y", "good"), ("t", "too strong")), 19.6, "it gets lighter")


def said(capsys: pytest.CaptureFixture[str], *shown: View | Event, simulated: bool = True) -> list[str]:
    lines = PlainLines(Terminal(piped=True), simulated)
    for each in shown:
        if isinstance(each, View):
            lines.show(each)
        else:
            lines.event(each)
    return capsys.readouterr().out.splitlines()


def test_everything_that_the_screen_shows_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    counted = replace(VIEW, pass_now=2, passes=3, gain_max=0.6, prompt=CHECK_IN)
    text = "\n".join(said(capsys, counted, replace(counted, left_s=400.0)))
    for wanted in ("running", "stage 3 of 12: Knead (petrissage)", "shoulders, left", "1:05 left",
                   "circles over the muscle", "pass 2 of 3", "8:20 of 12:00", "vibration 27 % of 28 asked",
                   "35 allowed", "pad 37.9", "asked 39.0", "x0.95", "at most x0.60", "region cap",
                   "then Percuss, upper-back left", "12.3 of 100", "Is it right?", "y good, t too strong",
                   "in 19 s: it gets lighter"):  # fmt: skip
        assert wanted in text, wanted


def test_every_line_says_sim_or_real_and_when(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, VIEW, simulated=False)
    assert len(lines) > 3
    assert all(line.startswith("REAL   3:40  ") for line in lines)


def test_nothing_is_said_twice_until_a_minute_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    once = said(capsys, VIEW)
    turns = [replace(VIEW, at_s=220 + k, left_s=500 - k) for k in range(60)]
    assert said(capsys, *turns) == once
    later = said(capsys, *turns, replace(VIEW, at_s=280, left_s=440))[len(once) :]
    assert [line[:12] for line in later] == ["SIM   4:40  "] * 2
    assert "7:20 of 12:00 left" in later[0]


def test_the_other_side_is_another_stage(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, VIEW, replace(VIEW, side="right"))
    assert sum("stage 3 of 12" in line for line in lines) == 2


def test_what_happens_is_said_and_a_move_is_loud(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(
        capsys,
        Event(9.0, 61.0, "cue", "Lift off.", {"move": True}),
        Event(9.0, 61.0, "cue", "Slowly.", {"move": False}),
        Event(9.0, 61.0, "answered", "Good, says the keyboard."),
        Event(9.0, 61.0, "stage", "The views say that."),
    )
    assert lines == [
        "SIM   1:01  MOVE ON: Lift off.", "SIM   1:01  cue: Slowly.", "SIM   1:01  Good, says the keyboard.",
    ]  # fmt: skip


def test_a_question_is_said_again_when_it_is_urgent_and_only_then(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [replace(VIEW, prompt=replace(CHECK_IN, left_s=20.0 - k)) for k in range(5)]
    urgent = replace(VIEW, prompt=replace(CHECK_IN, urgent=True))
    lines = [line for line in said(capsys, *asked, urgent, urgent) if "QUESTION" in line]
    assert len(lines) == 2
    assert "URGENT" in lines[1]


def test_the_end_comes_with_its_reason_and_the_hand(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, replace(VIEW, state="ENDED", note="completed: all played", ended=True))
    assert lines[0].endswith("ended: completed: all played")
    assert "12.3 of 100" in lines[1]


def test_a_long_line_goes_on_below_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    PlainLines(Terminal(width=40), True).event(Event(0.0, 0.0, "cue", "Slow circles over the muscle."))
    assert capsys.readouterr().out.splitlines() == [
        "SIM   0:00  cue: Slow circles over the", "            muscle.",
    ]  # fmt: skip


def test_a_text_cannot_break_out_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = said(capsys, Event(0.0, 0.0, "cue", "a\nb\x1b[2J", {"move": False}))
    assert line == "SIM   0:00  cue: a b?[2J"
