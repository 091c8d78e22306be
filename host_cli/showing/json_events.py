"""``run --json-events``: a session as lines of JSON for another program, and its commands on standard input.

Out: one object a line for every event, and a ``sample`` once a second; the first line is ``opened``, with
the version of this schema and SIM or REAL. In: one command a line, a word or JSON. Rules kept here:
- a command means the key that means it on a keyboard, so another program can do nothing that a person
  cannot: lower, pause, stop, answer;
- a line is bounded, and one that is no command says so in an ``error`` line and does nothing;
- a controller that is gone is nobody: where something real moves, the end of input stops it.
"""

from __future__ import annotations

import json
import math
import os
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from host_cli.terminal import Terminal, clip, say_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from host_cli.guided.events import Event, Sample
    from host_cli.showing.view import View

SCHEMA = 1  # raised when a key goes or changes its meaning; new keys and kinds may come without

GAIN = "gain X"
COMMANDS: dict[str, tuple[str, str]] = {  # every command, the key that it presses, what that does
    "good": ("y", "it is right as it is"),
    "too-strong": ("t", "weaker now, and never again so strong"),
    "lighter": ("l", "weaker from the next stage on"),
    "moved": ("enter", "the head is where it should be"),
    "pause": ("ctrl-z", "pauses; never goes on"),
    "go": ("space", "goes on after a pause; while it plays, pauses"),
    "skip": ("s", "to the next stage"),
    GAIN: (GAIN, "the strength, a factor 0 to 1"),
    "stop": ("q", "stops"),
}
MORE_KINDS = {  # lines that are no events
    "sample": "once a second: asked, allowed, applied, and what the device measures; null: not known",
    "error": "a line of standard input was no command, in a sentence",
}
LINE_MAX = 256  # bytes of a command
LINES_MAX = 256  # that wait to be read
STOPS = (b"stop", b'"stop"', b'{"do": "stop"}')  # heeded however many lines wait before it
READ_BYTES = 4096
NOBODY = "ctrl-d"  # the key that the end of input presses where something real moves


def key_of(line: str) -> str:
    """The key that a line of standard input means; of gain, ``gain 0.8``.

    Raises :class:`ValueError` with a sentence for a line that is no command.

    >>> key_of("too-strong"), key_of('"stop"'), key_of("gain 0.8"), key_of('{"do": "gain", "to": 0.5}')
    ('t', 'q', 'gain 0.8', 'gain 0.5')
    """
    if len(line) > LINE_MAX:
        raise ValueError(f"A command is longer than {LINE_MAX} characters; this line was not read.")
    said = _said(line.strip())
    match said:
        case str(word) if word in COMMANDS and word != GAIN:
            return COMMANDS[word][0]
        case ("gain", int(value) | float(value)) if not isinstance(value, bool) and 0.0 <= value <= 1.0:
            return f"gain {value:g}"
    shown = clip(line.strip(), 40, "...")
    known = ", ".join(COMMANDS)
    raise ValueError(f"{json.dumps(shown)} is no command; there are {known}, with X from 0 to 1.")


def _said(text: str) -> object:
    """A word, or ("gain", value): both may be written plainly or as JSON."""
    try:
        said = json.loads(text)
    except ValueError:
        word, _, value = text.partition(" ")
        try:
            return (word, float(value)) if value else word
        except ValueError:
            return None
    if isinstance(said, dict) and set(said) == {"do"}:
        return said["do"]
    if isinstance(said, dict) and set(said) == {"do", "to"}:
        return said["do"], said["to"]
    return said


class JsonLines:
    """Where a session is shown to another program: lines on standard output, each written at once."""

    def __init__(self, simulated: bool) -> None:
        self._mode = "SIM" if simulated else "REAL"
        self._opened = False
        self._sampled_s = -1.0

    def __enter__(self) -> JsonLines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, view: View) -> None:
        """Nothing: another program wants facts."""

    def event(self, event: Event) -> None:
        """A line for it."""
        self._put(event.as_dict())

    def sample(self, sample: Sample) -> None:
        """A line for the first of every second."""
        if math.floor(sample.t_s) > self._sampled_s:
            self._sampled_s = math.floor(sample.t_s)
            self._put({"kind": "sample", **sample._asdict()})

    def error(self, say: str) -> None:
        """A line that was no command, in a sentence."""
        self._put({"kind": "error", "say": say})

    def _put(self, flat: Mapping[str, Any]) -> None:
        line = {key: _shown(value) for key, value in flat.items()}
        if not self._opened:
            self._opened = True
            head = {"schema": SCHEMA, "mode": self._mode}
            if line["kind"] == "opened":
                line |= head
            else:
                say_json({"t_s": 0.0, "at_s": 0.0, "kind": "opened", "say": self._mode, **head}, indent=None)
        say_json(line, indent=None)
        Terminal.flush()


def _shown(value: Any) -> Any:
    """JSON has no NaN: what is not known is null. Nothing here is known better than to four places."""
    if not isinstance(value, float):
        return value
    return round(value, 4) if math.isfinite(value) else None


class JsonKeys:
    """Standard input as a keyboard; a thread does the reading. ``lines`` hears of what is no command."""

    def __init__(self, lines: JsonLines, *, real: bool, descriptor: int | None = None) -> None:
        self._lines = lines
        self._real = real
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._waiting: deque[bytes | None] = deque()  # lines; None: there will be no more
        self._changed = threading.Condition()
        self._dropped = 0  # lines that found no room
        self.ended = False  # nobody commands any more, and every command was read

    def __enter__(self) -> JsonKeys:
        threading.Thread(target=self._run, name="thrum commands", daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        pass

    def wait(self, longest_s: float) -> bool:
        """Waits so long at most for a command; whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._waiting), longest_s)

    def read(self) -> list[str]:
        """What was commanded since the last call, as keys, oldest first; never waits."""
        with self._changed:
            lines = list(self._waiting)
            self._waiting.clear()
            dropped, self._dropped = self._dropped, 0
        keys: list[str] = []
        wrong: list[str] = []
        for line in lines:
            if line is None:
                self.ended = True
                keys += [NOBODY] if self._real else []
                break
            try:
                keys.append(key_of(line.decode(errors="replace")))
            except ValueError as error:
                wrong.append(str(error))
        if dropped:
            self._lines.error(f"Commands come faster than they are read: {dropped} lines were not heeded.")
        if wrong:
            more = f" And {len(wrong) - 1} more lines." if len(wrong) > 1 else ""
            self._lines.error(wrong[0] + more)
        return keys

    # --- the thread

    def _run(self) -> None:
        """Lines, without their ends; of one that is too long what shows that it is."""
        pending, skipping = b"", False
        while chunk := self._chunk():
            *whole, pending = (pending + chunk).split(b"\n")
            for line in whole:
                if line.strip() and not skipping:
                    self._put(line[: LINE_MAX + 1])
                skipping = False
            if len(pending) > LINE_MAX:
                if not skipping:
                    self._put(pending[: LINE_MAX + 1])
                pending, skipping = b"", True
        if pending.strip() and not skipping:
            self._put(pending)
        self._put(None)

    def _put(self, line: bytes | None) -> None:
        """Keeps a line; where too many wait, only a stop and the end are kept, each once."""
        with self._changed:
            urgent = line is None or (line.strip() in STOPS and len(self._waiting) == LINES_MAX)
            if urgent or len(self._waiting) < LINES_MAX:
                self._waiting.append(line)
            else:
                self._dropped += 1
            self._changed.notify_all()

    def _chunk(self) -> bytes:
        """What there is, as soon as there is something; nothing at the end."""
        try:
            return os.read(self._descriptor, READ_BYTES)
        except OSError:
            return b""
