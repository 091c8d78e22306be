"""What a fault is: something that begins, may end, and knows whether anything felt it.

A fault that nobody felt proves nothing, so each one watches for its own effect: a reading that was
really wrong, a frame that was really lost. Names and grammar are in :mod:`sim.faults`, the faults
themselves in :mod:`sim.faults_of`, grouped by what they break. Rules kept here:

1. Faults overlap freely, of one kind too: what one ends stays broken while another one lasts.
2. All chance comes from the seed of the run, for each fault from a source of its own.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.plant import STEP_MS

if TYPE_CHECKING:
    from sim.board import SimBoard
    from sim.device import SimDevice
    from sim.link import Link
    from sim.plant import Plant

FOR_EVER = math.inf


@dataclass(slots=True)
class HostState:
    """What faults do to the host: a stalled host does nothing, a hung one only keeps its link alive.

    ``stalled`` and ``hung`` count the faults that make it so; ``lost`` tells it that its port is gone.
    """

    stalled: int = 0
    hung: int = 0
    missed_polls: int = 0
    missed_beats: int = 0
    lost: Callable[[str], None] = lambda reason: None


@dataclass(slots=True)
class Bench:
    """Everything a fault may reach. ``holding`` counts the faults that hold each switch."""

    device: SimDevice
    link: Link
    host: HostState = field(default_factory=HostState)
    seed: int = 0
    holding: Counter[str] = field(default_factory=Counter)
    _begun: int = 0

    @property
    def tick_ms(self) -> int:
        """The time of the tick at whose beginning a fault begins: physics has yet to catch up."""
        return self.device.board.now_ms + STEP_MS

    @property
    def board(self) -> SimBoard:
        return self.device.board

    @property
    def plant(self) -> Plant:
        return self.device.board.plant

    def chance(self, fault: Fault) -> random.Random:
        """A source for one fault, which no other fault draws from."""
        self._begun += 1
        return random.Random(f"fault {self.seed} {self._begun} {fault.text}")


class Fault:
    """One ordered fault. ``numbers`` are its arguments; ``duration_s`` how long it lasts.

    ``look`` is called once a tick while it lasts, with ``noticed`` for what it saw.
    """

    def __init__(self, text: str, at_s: float, numbers: tuple[float, ...], duration_s: float) -> None:
        self.text = text
        self.at_s = at_s
        self.numbers = numbers
        self.duration_s = duration_s
        self.noticed = False
        self.leaked_ms = 0  # how long outputs had power that ENABLE should have taken away

    def prepare(self, bench: Bench) -> None:
        """Before the run, for one that must have listened before it begins."""

    def begin(self, bench: Bench) -> None:
        raise NotImplementedError

    def end(self, bench: Bench) -> None:
        """Undo it; only called for a fault that has a duration."""

    def look(self, bench: Bench) -> None:
        """Watch for its effect."""

    def felt(self, bench: Bench) -> bool:
        """Whether it has had an effect so far."""
        return self.noticed


class Switch(Fault):
    """A fault that is there or not; with two of a kind it is there until both have ended."""

    def begin(self, bench: Bench) -> None:
        name = type(self).__name__
        bench.holding[name] += 1
        if bench.holding[name] == 1:
            self.turn(bench, True)

    def end(self, bench: Bench) -> None:
        name = type(self).__name__
        bench.holding[name] -= 1
        if bench.holding[name] == 0:
            self.turn(bench, False)

    def turn(self, bench: Bench, on: bool) -> None:
        raise NotImplementedError


class Number(NamedTuple):
    """An argument that must be given: its range, and what it means, unit included."""

    name: str
    least: float
    most: float
    means: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table of faults.

    ``says`` what breaks; ``felt`` when it counts as felt; ``borne`` why a device that felt it may
    have had nothing to do; ``part`` what the rig must have ("heater", "motor" or nothing);
    ``lasts``: it may be given a DURATION.
    """

    make: Callable[[str, float, tuple[float, ...], float], Fault]
    says: str
    example: str
    felt: str
    borne: str
    needs: tuple[Number, ...] = ()
    part: str = ""
    lasts: bool = True

    @property
    def grammar(self) -> str:
        """TIME and ARGS as they are written.

        >>> Kind(Fault, "", "", "", "", (Number("CHANCE", 0, 1, "0 to 1"),)).grammar
        'TIME:CHANCE[:DURATION]'
        """
        return "TIME" + "".join(f":{each.name}" for each in self.needs) + "[:DURATION]" * self.lasts


Kinds = dict[str, Kind]
CHANCE = Number("CHANCE", 0.0, 1.0, "how likely for each of them")


def without(kept: list[Any], gone: object) -> None:
    """Take one thing out of a list by identity: of two equal ones the right one stays."""
    kept[:] = [each for each in kept if each is not gone]
