"""Sounds for hands and eyes that are elsewhere: a bell, and sentences through the system's speech program.

Rules kept here:
- the session never waits for a voice: a thread does, and at most one sentence waits for it; the newest
  wins, but a question, and how it ended, wait for nothing less;
- text reaches the speech program on its standard input or after ``--``, never through a shell: no
  sentence is an option or a command;
- a speech program that fails or hangs fails nothing else; that it failed is said at the end;
- when the session is over the last sentence has a few seconds, then silence.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from host_cli import exits
from host_cli.exits import Quit
from host_cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from host_cli.guided.events import Event, Sample
    from host_cli.terminal import Terminal

RING_GAP_S = 2.0  # between two bells: a row of them tells no more than one
SPOKEN = {"stage", "next", "cue", "asked", "unanswered", "ended"}
FIRST = {"asked", "ended"}  # wait for nothing less
SENTENCE_S = 20.0  # a program that takes longer hangs
LAST_WORD_S = 4.0  # what is left to say when the session is over


class Bell:
    """Rings for what wants the operator: a question, a move, no answer, what comes soon."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._rang_s = -RING_GAP_S

    def event(self, event: Event) -> None:
        """Ring, unless it has just rung."""
        wants = event.kind in {"asked", "unanswered", "next"} or bool(event.data.get("move"))
        if wants and event.t_s - self._rang_s >= RING_GAP_S:
            self._rang_s = event.t_s
            self._terminal.ring()

    def sample(self, sample: Sample) -> None:
        """Nothing: levels ring no bell."""


class Program(NamedTuple):
    """A speech program: its command line, and whether the sentence follows there or on its input."""

    command: tuple[str, ...]
    by_input: bool = True

    def start(self, sentence: str) -> subprocess.Popen[bytes]:
        """Begin to say ``sentence``."""
        return subprocess.Popen(
            self.command if self.by_input else (*self.command, sentence),
            stdin=subprocess.PIPE if self.by_input else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C is not meant for it
        )


POWERSHELL = (
    "[Console]::InputEncoding = [Text.Encoding]::UTF8; Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())"
)
PROGRAMS: dict[str, tuple[Program, ...]] = {
    "darwin": (Program(("say", "-f", "-")),),
    "win32": (Program(("powershell", "-NoProfile", "-NonInteractive", "-Command", POWERSHELL)),),
    "": (
        Program(("spd-say", "--wait", "--"), by_input=False),
        Program(("espeak-ng", "--stdin")),
        Program(("espeak", "--stdin")),
    ),
}


def speech_program(
    platform: str = sys.platform, which: Callable[[str], str | None] = shutil.which
) -> Program:
    """The first speech program that is installed.

    Raises :class:`Quit` (usage) where there is none, with what to install.

    >>> speech_program("linux", {"espeak-ng": "/usr/bin/espeak-ng"}.get)
    Program(command=('/usr/bin/espeak-ng', '--stdin'), by_input=True)
    """
    known = PROGRAMS.get(platform, PROGRAMS[""])
    for program in known:
        found = which(program.command[0])
        if found is not None:
            return program._replace(command=(found, *program.command[1:]))
    names = ", ".join(program.command[0] for program in known)
    say = f"--speak needs a speech program in the PATH, and there is none of: {names}."
    raise Quit(exits.USAGE, say, "install one (Debian: apt install espeak-ng), or leave out --speak")


class Speaker:
    """Says events aloud, in a ``with`` block; nothing here waits, except the end for the last sentence."""

    def __init__(self, program: Program, last_word_s: float = LAST_WORD_S) -> None:
        self._program = program
        self._last_word_s = last_word_s
        self._waiting: tuple[str, str] | None = None  # kind and sentence
        self._saying: subprocess.Popen[bytes] | None = None
        self._hushed = False  # the sentence that is being said was cut off
        self._busy = False
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="thrum voice", daemon=True)
        self.problem = ""  # the first thing that went wrong, as a sentence

    def __enter__(self) -> Speaker:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is None and not self._busy, self._last_word_s)
            self._closing, self._waiting = True, None
            self._changed.notify_all()
            self._hush()
        self._thread.join(LAST_WORD_S)

    def event(self, event: Event) -> None:
        """Say it, if it is for the ear and nothing more urgent waits; the end breaks in."""
        if event.kind not in SPOKEN:
            return
        with self._changed:
            if self._waiting is not None and self._waiting[0] in FIRST and event.kind not in FIRST:
                return
            self._waiting = event.kind, clean(event.say)
            if event.kind == "ended":
                self._hush()
            self._changed.notify_all()

    def sample(self, sample: Sample) -> None:
        """Nothing: levels are for the eye."""

    def _hush(self) -> None:
        """Cut off the sentence that is being said."""
        self._hushed = True
        if self._saying is not None:
            with suppress(OSError):
                self._saying.kill()

    # --- the thread

    def _run(self) -> None:
        while (sentence := self._next()) is not None:
            try:
                self._say(sentence)
            except (OSError, subprocess.SubprocessError) as error:
                self._failed(str(error))

    def _next(self) -> str | None:
        """The sentence that waited; None when there will be no more."""
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting is not None or self._closing)
            if self._waiting is None:
                return None
            (_, sentence), self._waiting = self._waiting, None
            self._busy = True
            return sentence

    def _say(self, sentence: str) -> None:
        process = self._program.start(sentence)
        with self._changed:
            self._saying, self._hushed = process, False
            if self._closing:
                self._hush()
        try:
            process.communicate(sentence.encode() if self._program.by_input else None, SENTENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self._failed(f"it took more than {SENTENCE_S:.0f} s for a sentence")
        finally:
            with self._changed:
                self._saying = None
        if process.returncode and not self._hushed:
            self._failed(f"it ended with {process.returncode}")

    def _failed(self, why: str) -> None:
        name = self._program.command[0]
        self.problem = self.problem or f"--speak: {name} did not say everything ({why}); try it by hand."
