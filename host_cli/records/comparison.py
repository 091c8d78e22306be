"""Two records side by side, or a record and the simulation of the same program on the same rig.

Levels are compared at the same place in the program, while both play. Samples of two runs are never
taken at the same instant, so a value differs by as much as it lies outside of everything that the other
run had within a window around that place. Rules kept here:

- against a simulation, which has a row for every 10 ms, within 10 ms; what
  was asked must be the same there. The simulation is the program without pauses at full strength; what it
  applies is taken times the gain of each sample, as the device does;
- against a record, which has ten samples a second, within 250 ms, and a peak of a wave may be missed by
  either: what was asked may be as far apart as what was applied;
- after a pause, a skip or a wait levels climb anew: ten seconds from there are set aside, and said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from host_cli.guided.events import Sample

MOTOR_COLUMNS = ("vibration_asked", "vibration_applied", "percussion_asked", "percussion_applied")
COLUMNS = (*MOTOR_COLUMNS, "heat_asked", "pad_c")
SIMULATED_S, RECORD_S, PAD_S = 0.01, 0.25, 1.0  # windows to either side
STOOD_S = 0.3  # more than samples are late or early (E)
SETTLE_S = 10.0  # after a pause, a skip or a wait
# What may differ without a difference: motors in levels of 0..1, heat in C (E).
TOLERANCE = {"asked": 0.001, "applied": 0.02, "heat_asked": 0.01, "pad_c": 0.5}


@dataclass(frozen=True)
class Difference:
    """One column. ``first_at_s``: the place in the program where it first differs by more than tolerated."""

    column: str
    unit: str
    rms: float
    most: float
    tolerance: float
    first_at_s: float | None


@dataclass(frozen=True)
class Compared:
    """``samples`` of A were compared; ``alone`` are at places that B did not play; ``aside_s`` were set
    aside. ``pad_off_c``: how far from the simulation's the pad was at the start, where that is more than
    tolerated: a pad that was warm before is not compared."""

    differences: tuple[Difference, ...]
    samples: int
    alone: int
    aside_s: float
    pad_off_c: float = 0.0

    @property
    def same(self) -> bool:
        """What could be compared agrees, and something could."""
        return self.samples > 0 and all(each.first_at_s is None for each in self.differences)


class Course:
    """What was played, by its place in the program: columns as arrays, in the order of the place."""

    def __init__(
        self, at_s: np.ndarray, columns: dict[str, np.ndarray], gain: np.ndarray, aside_s: float
    ) -> None:
        order = np.argsort(at_s, kind="stable")
        self.at_s = at_s[order]
        self.columns = {name: values[order] for name, values in columns.items()}
        self.gain = gain[order]
        self.aside_s = aside_s

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Course:
        """Of a record: what ran, and had settled."""
        kept = list(_settled(samples))
        running_s = sum(each.state == "RUNNING" for each in samples) / 10
        columns = {name: np.array([getattr(each, name) for each in kept]) for name in COLUMNS}
        gain = np.array([each.gain for each in kept])
        return cls(np.array([each.at_s for each in kept]), columns, gain, running_s - len(kept) / 10)

    def within(self, column: str, at_s: np.ndarray, window_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value of a column around each place; NaN where it was not played."""
        values = self.columns[column]
        first = np.searchsorted(self.at_s, at_s - window_s, "left")
        behind = np.searchsorted(self.at_s, at_s + window_s, "right")
        low, high = np.full(len(at_s), np.nan), np.full(len(at_s), np.nan)
        for place in np.flatnonzero(behind > first):
            part = values[first[place] : behind[place]]
            low[place], high[place] = part.min(), part.max()
        return low, high


def _settled(samples: Sequence[Sample]) -> Iterator[Sample]:
    """Samples in RUNNING, but for those soon after the program stood still or jumped."""
    offset_s, settled_s = None, 0.0
    for each in samples:
        if each.state != "RUNNING":
            continue
        now_s = each.at_s - each.t_s
        if offset_s is None:
            offset_s = now_s
        elif abs(now_s - offset_s) > STOOD_S:
            offset_s, settled_s = now_s, each.t_s + SETTLE_S
        if each.t_s >= settled_s:
            yield each


def compared(a: Course, b: Course, *, simulated: bool) -> Compared:
    """What ``a`` had outside of what ``b`` had; ``simulated``: b is a simulation, else a record."""
    found, pad_off_c = [], 0.0
    for name in COLUMNS:
        low, high = b.within(name, a.at_s, _window_s(name, simulated))
        if simulated and name.endswith("_applied"):
            low, high = low * a.gain, high * a.gain
        values = a.columns[name]
        off = np.maximum(np.maximum(low - values, values - high), 0.0)
        known = ~np.isnan(off)
        if simulated and name == "pad_c" and known.any() and off[known][0] > TOLERANCE[name]:
            (simulated_c,), _ = b.within(name, a.at_s[known][:1], SIMULATED_S)
            pad_off_c = abs(float(values[known][0] - simulated_c))
        elif known.any() and (values[known].any() or high[known].any()):
            found.append(_difference(name, a.at_s[known], off[known], simulated))
    places, _ = b.within("vibration_asked", a.at_s, RECORD_S)
    alone = int(np.isnan(places).sum())
    return Compared(tuple(found), len(a.at_s) - alone, alone, a.aside_s, pad_off_c)


def _window_s(name: str, simulated: bool) -> float:
    if name == "pad_c":
        return PAD_S
    return SIMULATED_S if simulated else RECORD_S


def _difference(name: str, at_s: np.ndarray, off: np.ndarray, simulated: bool) -> Difference:
    what = name if name in TOLERANCE else name.partition("_")[2]
    tolerance = TOLERANCE["applied" if what == "asked" and not simulated else what]
    beyond = np.flatnonzero(off > tolerance)
    return Difference(
        name,
        "C" if name in ("heat_asked", "pad_c") else "",
        float(np.sqrt(np.mean(off**2))),
        float(off.max()),
        tolerance,
        float(at_s[beyond[0]]) if len(beyond) else None,
    )
