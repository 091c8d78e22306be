"""A reading that lies: it stands between the pin and what the device reads there.

``sim.faults_of.sensor`` has those of the pad's sensor; here are those of supply current and voltage.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.fault_kinds import Bench, Fault, Kind, Kinds, Number, without

NOTICED_COUNTS = 60  # a reading this far from the truth is a wrong one: ten times the noise, 0.2 K at 40 C
NOTICED_MA = 20  # ten times the noise of the current sensor
NOTICED_MV = 100


class Reading(Fault):
    """Something wrong with a reading; ``distort`` gives what the device is told."""

    threshold: int = NOTICED_COUNTS

    def begin(self, bench: Bench) -> None:
        self.noticed = False
        self._board = bench.board
        self._random = bench.chance(self)
        self._hook = self._read  # one object, so that it can be taken out again
        self.start()
        self.hooks(bench).append(self._hook)

    def end(self, bench: Bench) -> None:
        without(self.hooks(bench), self._hook)

    def hooks(self, bench: Bench) -> list[Callable[[int], int]]:
        """Where it stands; for the pad's sensor unless told otherwise."""
        return bench.board.on_ntc

    def _read(self, raw: int) -> int:
        reading = self.distort(raw)
        if reading != raw and (reading < 0 or abs(reading - raw) > self.threshold):
            self.noticed = True
        return reading

    def start(self) -> None:
        """Forget what an earlier run left behind."""

    def distort(self, raw: int) -> int:
        raise NotImplementedError


class Stuck(Reading):
    """It says for ever what it said first."""

    def start(self) -> None:
        self._held: int | None = None

    def distort(self, raw: int) -> int:
        if self._held is None:
            self._held = raw
        return self._held


class _Current(Reading):
    threshold = NOTICED_MA

    def hooks(self, bench: Bench) -> list[Callable[[int], int]]:
        return bench.board.on_current


class _Voltage(Reading):
    threshold = NOTICED_MV

    def hooks(self, bench: Bench) -> list[Callable[[int], int]]:
        return bench.board.on_supply


class CurrentOff(_Current):
    """Its wire is broken: it reads nothing flowing."""

    def distort(self, raw: int) -> int:
        return 0


class CurrentStuck(Stuck, _Current):
    """It keeps its last reading."""


class CurrentWrong(_Current):
    """It reads AMPERES too much; below zero it reads zero."""

    def distort(self, raw: int) -> int:
        return max(0, raw + round(self.numbers[0] * 1000))


class VoltageOff(_Voltage):
    """Its wire is broken: it reads 0 V."""

    def distort(self, raw: int) -> int:
        return 0


class VoltageStuck(Stuck, _Voltage):
    """It keeps its last reading."""


class VoltageWrong(_Voltage):
    """It reads VOLTS too much; below zero it reads zero."""

    def distort(self, raw: int) -> int:
        return max(0, raw + round(self.numbers[0] * 1000))


_IGNORED = "what it reads changed nothing that the device had to decide"
_BESIDE_A = "a reading is beside the truth by more than 20 mA"
_BESIDE_V = "a reading is beside the truth by more than 0.1 V"
_BY_A = Number("AMPERES", -50.0, 50.0, "added to the reading, A")
_BY_V = Number("VOLTS", -60.0, 60.0, "added to the reading, V")

KINDS: Kinds = {
    "current.off": Kind(
        CurrentOff, "the current sensor reads zero", "current.off@60", _BESIDE_A, _IGNORED
    ),
    "current.stuck": Kind(
        CurrentStuck, "the current sensor keeps its last reading", "current.stuck@60", _BESIDE_A, _IGNORED
    ),
    "current.wrong": Kind(
        CurrentWrong, "the current sensor reads AMPERES too much", "current.wrong@60:0.5", _BESIDE_A,
        _IGNORED, (_BY_A,),
    ),
    "voltage.off": Kind(
        VoltageOff, "the supply voltage reads zero", "voltage.off@60", _BESIDE_V,
        "it runs from the mains, where nothing depends on this reading, or it was short",
    ),
    "voltage.stuck": Kind(
        VoltageStuck, "the supply voltage keeps its last reading", "voltage.stuck@5",
        f"{_BESIDE_V}: on a battery, or with supply.sag", _IGNORED,
    ),
    "voltage.wrong": Kind(
        VoltageWrong, "the supply voltage reads VOLTS too much", "voltage.wrong@60:-3:20", _BESIDE_V,
        _IGNORED, (_BY_V,),
    ),
}  # fmt: skip
