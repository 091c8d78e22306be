"""What each fault does to the bench, and how it knows that it was felt.

A fault that nobody felt proves nothing, so each one watches for its own effect: a reading that was
really wrong, a frame that was really lost. Names and grammar are in :mod:`sim.faults`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.board import SimBoard
from sim.heat import ADC_TOP
from sim.link import Link

NOTICED_COUNTS = 60  # a reading this far from the truth is a wrong one: ten times the noise
NOTICED_K = 1.0
FOR_EVER = math.inf


@dataclass(slots=True)
class HostState:
    """What faults do to the host: a stalled host does nothing, a hung one only keeps its link alive."""

    stalled: bool = False
    hung: bool = False
    missed_polls: int = 0
    missed_beats: int = 0


@dataclass(slots=True)
class Bench:
    """Everything a fault may reach."""

    board: SimBoard
    link: Link
    host: HostState = field(default_factory=HostState)


class Fault:
    """One ordered fault. ``numbers`` are its arguments; ``duration_s`` how long it lasts."""

    def __init__(self, text: str, at_s: float, numbers: tuple[float, ...], duration_s: float) -> None:
        self.text = text
        self.at_s = at_s
        self.numbers = numbers
        self.duration_s = duration_s

    def begin(self, bench: Bench) -> None:
        raise NotImplementedError

    def end(self, bench: Bench) -> None:
        """Undo it; only called for a fault that has a duration."""

    def felt(self, bench: Bench) -> bool:
        """Whether it has had an effect so far."""
        raise NotImplementedError


class _Reading(Fault):
    """Something wrong with the pad's sensor; ``distort`` gives what the ADC then says."""

    def begin(self, bench: Bench) -> None:
        self._noticed = False
        self._board = bench.board
        bench.board.on_ntc = self._read

    def end(self, bench: Bench) -> None:
        bench.board.on_ntc = None

    def _read(self, raw: int) -> int:
        reading = self.distort(raw)
        self._noticed = self._noticed or abs(reading - raw) > NOTICED_COUNTS
        return reading

    def distort(self, raw: int) -> int:
        raise NotImplementedError

    def felt(self, bench: Bench) -> bool:
        return self._noticed


class NtcOff(_Reading):
    """Its wire is broken: the divider reads its top."""

    def distort(self, raw: int) -> int:
        return ADC_TOP


class NtcStuck(_Reading):
    """It says for ever what it said first."""

    held: int | None = None

    def distort(self, raw: int) -> int:
        if self.held is None:
            self.held = raw
        return self.held


class NtcFallen(_Reading):
    """It came off the pad and hangs in the air: every reading is plausible, and wrong."""

    def begin(self, bench: Bench) -> None:
        super().begin(bench)
        if bench.board.plant.heat is not None:
            bench.board.plant.heat.ntc_attached = False

    def end(self, bench: Bench) -> None:
        super().end(bench)
        if bench.board.plant.heat is not None:
            bench.board.plant.heat.ntc_attached = True

    def distort(self, raw: int) -> int:
        heat = self._board.plant.heat
        if heat is not None and abs(heat.ntc_c - heat.pad_c) > NOTICED_K:
            self._noticed = True
        return raw


class HeaterStuckOn(Fault):
    """Its transistor is shorted: only ENABLE and the cut-off stand between it and the supply."""

    def begin(self, bench: Bench) -> None:
        bench.board.plant.heater_stuck_on = True

    def end(self, bench: Bench) -> None:
        bench.board.plant.heater_stuck_on = False

    def felt(self, bench: Bench) -> bool:
        return bench.board.plant.stuck_j > 0.0


class MotorStall(Fault):
    """Every shaft is held: current without motion."""

    def begin(self, bench: Bench) -> None:
        for each in bench.board.plant.motors:
            each.motor.blocked = True

    def end(self, bench: Bench) -> None:
        for each in bench.board.plant.motors:
            each.motor.blocked = False

    def felt(self, bench: Bench) -> bool:
        return any(each.motor.blocked_steps > 0 for each in bench.board.plant.motors)


class SupplySag(Fault):
    """The supply loses VOLTS."""

    def begin(self, bench: Bench) -> None:
        bench.board.plant.open_circuit_v -= self.numbers[0]

    def end(self, bench: Bench) -> None:
        bench.board.plant.open_circuit_v += self.numbers[0]

    def felt(self, bench: Bench) -> bool:
        return self.numbers[0] != 0.0


class StopOpen(Fault):
    """The stop input's wire breaks: the same as pressing stop."""

    def begin(self, bench: Bench) -> None:
        self._asked = False
        bench.board.on_stop = self._open

    def end(self, bench: Bench) -> None:
        bench.board.on_stop = None

    def _open(self) -> bool:
        self._asked = True
        return True

    def felt(self, bench: Bench) -> bool:
        return self._asked


class HostStall(Fault):
    """The whole host stands still."""

    def begin(self, bench: Bench) -> None:
        bench.host.stalled = True

    def end(self, bench: Bench) -> None:
        bench.host.stalled = False

    def felt(self, bench: Bench) -> bool:
        return bench.host.missed_polls > 0


class HostHang(Fault):
    """The host's application hangs while its link goes on."""

    def begin(self, bench: Bench) -> None:
        bench.host.hung = True

    def end(self, bench: Bench) -> None:
        bench.host.hung = False

    def felt(self, bench: Bench) -> bool:
        return bench.host.missed_beats > 0


class LinkCut(Fault):
    """Nothing passes, either way."""

    def begin(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.cut = True

    def end(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.cut = False

    def felt(self, bench: Bench) -> bool:
        return any(pipe.lost > 0 for pipe in bench.link.pipes)


class LinkDrop(Fault):
    """Frames are lost with CHANCE, both ways."""

    def begin(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.drop = self.numbers[0]

    def end(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.drop = 0.0

    def felt(self, bench: Bench) -> bool:
        return any(pipe.lost > 0 for pipe in bench.link.pipes)


class LinkFlip(Fault):
    """One bit of a frame is changed with CHANCE, both ways."""

    def begin(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.flip = self.numbers[0]

    def end(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.flip = 0.0

    def felt(self, bench: Bench) -> bool:
        return any(pipe.flipped > 0 for pipe in bench.link.pipes)
