"""What the steps of commissioning work with: the rig on its bench, whoever answers, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from host_cli.exits import FAILED, REFUSED, Quit

if TYPE_CHECKING:
    from firmware_bridge.conformance.host import Host
    from firmware_bridge.rigs.document import Rig
    from firmware_bridge.session import Welcome
    from host_cli.commissioning.people import People
    from host_cli.terminal import Terminal
    from programs.profile import Output, Profile


class Bench(Protocol):
    """The rig within reach. Of a simulated one the hands are simulated too: ``hands`` is true.

    ``connect`` opens the port and says hello; ``pull`` pulls the cable and ``plug`` puts it back (the
    latter only after some seconds); ``open_stop`` opens the recipient's stop, or closes it again.
    ``warm`` lays something of 39 C on the pad, or takes it off. ``kill`` ends the "child", the "parent" or
    "both" of a device on this computer's own pins; their ids.
    """

    hands: bool

    def connect(self) -> Host: ...

    def pull(self) -> None: ...

    def plug(self, after_ms: int) -> None: ...

    def open_stop(self) -> None: ...

    def warm(self, on: bool) -> None: ...

    def kill(self, whom: str) -> tuple[int, ...]: ...

    def close(self) -> None: ...


@dataclass
class Found:
    """What a step found: ``answers`` of the person, ``measured`` with units in the names."""

    answers: dict[str, bool | float] = field(default_factory=dict)
    measured: dict[str, int | float | str] = field(default_factory=dict)
    skipped: str = ""  # why, where it was

    def as_json(self) -> dict[str, Any]:
        verdict = "skipped" if self.skipped else "passed"
        return {"verdict": verdict, "why": self.skipped, "answers": self.answers, "measured": self.measured}


class Board(NamedTuple):
    """Which board it is, and with which configuration: what the journal is about."""

    kind: str  # SIM or REAL
    rig_id: str
    config_crc: int

    @classmethod
    def of(cls, welcome: Welcome) -> Board:
        return cls(welcome.label, welcome.rig_id, welcome.config_crc)

    def __str__(self) -> str:
        return f"{self.kind} rig '{self.rig_id}', configuration {self.config_crc:08x}"


@dataclass
class Desk:
    """``host`` speaks to the rig; a step may replace it (the cable was pulled), but only by ``connect``:
    what answers must be ``board`` to the end. ``command``: what goes on with these steps when it is typed."""

    terminal: Terminal
    people: People
    bench: Bench
    host: Host
    profile: Profile
    rig: Rig | None
    command: str = "thrum rig commission"
    anew: bool = False  # each time another rig: a simulated one
    found: Found = field(default_factory=Found)
    board: Board = field(init=False)

    def __post_init__(self) -> None:
        self.board = Board.of(self.host.welcome)

    def connect(self) -> None:
        """The port anew, waiting for it. Raises Quit (exit 5) when another board answers."""
        self.host = self.bench.connect()
        self.same_board()

    def same_board(self) -> None:
        """Raises Quit (exit 5) when what answered last is not what these steps began with."""
        now = Board.of(self.host.welcome)
        if now != self.board:
            say = f"Another board answers: {now}. These steps are about {self.board}: nothing more was done."
            raise Quit(REFUSED, say, "plug the first one in again, then the same command")

    def output_of(self, channel: str) -> Output:
        """What plays a channel."""
        return next(each for each in self.profile.outputs if channel in each.channels)

    def goes_on(self, step: int) -> str:
        """What to type to go on, and where it does."""
        if self.anew:
            return f"{self.command} begins anew: each simulated rig is a new one"
        return f"{self.command} goes on from step {step}"

    @property
    def kind(self) -> str:
        return self.host.welcome.label

    def tell(self, text: str) -> None:
        for line in self.terminal.wrap(text, "  "):
            self.terminal.say(line)

    def must(self, name: str, question: str, otherwise: str) -> None:
        """A yes, or the step ends here with what to do."""
        answer = self.people.yes(name, question)
        self.found.answers[name] = answer
        if not answer:
            raise failed(f"'{question}' was answered with no.", otherwise)

    def number(self, name: str, question: str, low: float, high: float) -> float:
        value = self.people.number(name, question, low, high)
        self.found.answers[name] = value
        return value


def failed(what: str, then: str) -> Quit:
    """A step that did not pass: the rig is not commissioned; what to do before it is tried again."""
    return Quit(FAILED, f"Not commissioned: {what}", then)


@dataclass(frozen=True)
class Step:
    """``skip`` gives the reason why this rig has no such step, or nothing. ``moves``: something moves or
    warms as soon as it begins, so a person starts it."""

    name: str
    title: str
    says: str
    run: Callable[[Desk], None]
    skip: Callable[[Desk], str] = lambda desk: ""
    moves: bool = False
