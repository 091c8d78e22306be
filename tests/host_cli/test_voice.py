"""Bell and voice: what is heard, that nothing waits for it, and that no text is a command."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from host_cli.clock import monotonic_s
from host_cli.exits import Quit
from host_cli.guided.events import Event
from host_cli.showing.voice import PROGRAMS, Bell, Program, Speaker, speech_program
from host_cli.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs that stand in are POSIX's")

SAYS = ("sh", "-c", 'cat >> "$0"; echo >> "$0"')  # a speech program that writes
HANGS = ("sh", "-c", 'cat >> "$0"; echo >> "$0"; exec sleep 60')


def event(kind: str, say: str, t_s: float = 0.0, **data: bool) -> Event:
    return Event(t_s, 0.0, kind, say, data)


def heard(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_what_is_for_the_ear_is_said_and_nothing_else(tmp_path: Path) -> None:
    heard_at = tmp_path / "heard"
    with Speaker(Program((*SAYS, str(heard_at)))) as speaker:
        speaker.event(event("strength", "Not for the ear."))
        speaker.event(event("cue", "Slow circles."))
    assert heard(heard_at) == ["Slow circles."]
    assert speaker.problem == ""


@pytest.mark.parametrize("by_input", [True, False])
@pytest.mark.parametrize("text", ["-w /tmp/x", "--version", "$(touch x); `id`", "<break/>", "Grüße"])
def test_no_sentence_is_an_option_or_a_command(tmp_path: Path, text: str, by_input: bool) -> None:
    heard_at = tmp_path / "heard"
    write = SAYS if by_input else ("sh", "-c", 'shift; printf "%s\\n" "$1" >> "$0"')
    command = (*write, str(heard_at)) if by_input else (*write, str(heard_at), "--")
    with Speaker(Program(command, by_input)) as speaker:
        speaker.event(event("cue", text))
    assert heard(heard_at) == [text]


def test_the_newest_waits_a_question_waits_for_nothing_less_and_the_end_breaks_in(tmp_path: Path) -> None:
    heard_at = tmp_path / "heard"
    with Speaker(Program((*HANGS, str(heard_at)))) as speaker:
        speaker.event(event("stage", "Being said."))
        while not (heard_at.exists() and heard_at.read_text().endswith("\n")):
            pass
        begun_s = monotonic_s()
        for say in ("Old.", "Newer."):
            speaker.event(event("cue", say))
        speaker.event(event("asked", "A question?"))
        speaker.event(event("cue", "Too late."))
        assert speaker._waiting == ("asked", "A question?")
        speaker._program = Program((*SAYS, str(heard_at)))
        speaker.event(event("ended", "It is over."))
        assert monotonic_s() - begun_s < 1.0  # nothing of this waited for the program that hangs
    assert heard(heard_at) == ["Being said.", "It is over."]


def test_a_program_that_fails_or_is_gone_is_told_and_fails_nothing(tmp_path: Path) -> None:
    for command in (("sh", "-c", "exit 3"), (str(tmp_path / "gone"),)):
        with Speaker(Program(command)) as speaker:
            speaker.event(event("cue", "Hello."))
        assert speaker.problem.startswith(f"--speak: {command[0]} did not say everything (")


def test_silence_at_the_end_even_from_one_that_hangs(tmp_path: Path) -> None:
    with Speaker(Program((*HANGS, str(tmp_path / "heard"))), last_word_s=0.1) as speaker:
        speaker.event(event("cue", "On and on."))
        while speaker._saying is None:
            pass
        saying = speaker._saying
    assert saying.poll() is not None


def test_without_a_program_it_says_what_to_install() -> None:
    for platform, name in (("linux", "espeak-ng"), ("darwin", "say"), ("win32", "powershell")):
        with pytest.raises(Quit, match=name) as caught:
            speech_program(platform, lambda _: None)
        assert caught.value.code == 2


def test_every_program_takes_the_text_where_it_can_be_no_option() -> None:
    for program in (each for some in PROGRAMS.values() for each in some):
        assert program.by_input or program.command[-1] == "--"


def test_the_bell_rings_for_what_wants_the_operator(capsys: pytest.CaptureFixture[str]) -> None:
    bell = Bell(Terminal())
    for t_s, kind in enumerate(("stage", "strength", "state", "ended", "cue")):
        bell.event(event(kind, "", t_s * 10.0, move=False))
    assert capsys.readouterr().err == ""
    for t_s, kind in enumerate(("asked", "unanswered", "next"), 6):
        bell.event(event(kind, "", t_s * 10.0))
    bell.event(event("cue", "", 90.0, move=True))
    bell.event(event("asked", "", 91.9))
    assert capsys.readouterr().err == "\a" * 4
