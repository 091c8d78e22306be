"""A lithium-ion pack: voltage and resistance by state of charge, slow polarisation, protection.

    source = OCV(charge) - v1 - v2        C_k dv_k/dt = I - v_k / R_k        dcharge/dt = -I / capacity

Source: measured cell in :mod:`sim.cell`. Rules kept here:

1. The pack has the cell's shape and the profile's size: at half charge it gives the profile's
   ``volts`` without load, and its resistance to a load of minutes is ``internal_resistance_ohm``.
   Duties are calibrated at ``volts``, so a run begins at half charge unless it is told otherwise.
2. The table's resistance is taken to hold the two slow branches already, so what acts at once is
   the rest of it, a third at half charge. (Added to it they would make 0.165 ohm, far more than any
   18650 of this kind shows.) Time constants are those of the table: about 1 and 16 minutes.
3. Below 2.5 V per cell under load the pack's own protection opens and stays open.

Not modelled: temperature, ageing, cells that differ, hysteresis, self-discharge. A profile without
``capacity_ah`` has a pack that never empties.
"""

from __future__ import annotations

import math

from programs.hardware import Supply
from sim.cell import TABLE, CellRow

HALF = 0.5  # state of charge at which a profile states volts and resistance
CUT_OFF_CELL_V = 2.5  # V; protection circuits of such cells open at 2.4 to 2.8 (W)
AS_H = 3600.0


def cell_at(charge: float) -> CellRow:
    """The cell at a state of charge 0..1, straight lines between the rows of the table.

    >>> cell_at(0.5).ocv_v
    3.74693
    """
    if not 0.0 <= charge <= 1.0:
        raise ValueError(f"charge is {charge!r}; it must be 0 to 1.")
    last = len(TABLE) - 1
    below = min(int(charge * last), last - 1)
    part = charge * last - below
    return CellRow(*(a + (b - a) * part for a, b in zip(TABLE[below], TABLE[below + 1], strict=True)))


class Battery:
    """One pack; ``draw(amps, seconds)`` takes a current out of it.

    ``source_v`` and ``resistance_ohm`` are what a load finds at once: source_v - resistance_ohm x I.
    """

    def __init__(self, supply: Supply, charge: float = HALF) -> None:
        half = cell_at(HALF)
        self._volts = supply.volts / half.ocv_v  # cells of the table in this pack
        self._ohms = supply.internal_resistance_ohm / half.all_ohm
        self._capacity_as = supply.capacity_ah * AS_H if supply.capacity_ah is not None else math.inf
        self._cut_off_v = CUT_OFF_CELL_V * supply.cells
        self.charge = charge
        self.cut_off = False
        self.used_s = 0.0  # since the start
        self.cut_off_s: float | None = None  # when its own protection opened
        self.fast_v = self.slow_v = 0.0  # over the two branches
        self.given_j = self.lost_j = 0.0  # by the chemistry; in the two branches
        self._look_up()

    def _look_up(self) -> None:
        self._cell = cell = cell_at(self.charge)
        self.open_circuit_v = self._volts * cell.ocv_v
        self.resistance_ohm = self._ohms * (cell.all_ohm - cell.fast_ohm - cell.slow_ohm)
        self.source_v = self.open_circuit_v - self.fast_v - self.slow_v

    @property
    def stored_j(self) -> float:
        """In the two branches, above what the chemistry holds."""
        fast_f = self._cell.fast_farad / self._ohms if self._ohms else 0.0
        slow_f = self._cell.slow_farad / self._ohms if self._ohms else 0.0
        return (fast_f * self.fast_v**2 + slow_f * self.slow_v**2) / 2

    def draw(self, amps: float, seconds: float) -> None:
        """Let ``seconds`` pass at a mean current of ``amps``; exact for a constant one."""
        cell = self._cell
        self.given_j += self.open_circuit_v * amps * seconds
        self.fast_v = self._branch(self.fast_v, amps, cell.fast_ohm, cell.fast_farad, seconds)
        self.slow_v = self._branch(self.slow_v, amps, cell.slow_ohm, cell.slow_farad, seconds)
        self.charge = max(0.0, self.charge - amps * seconds / self._capacity_as)
        self._look_up()
        self.used_s += seconds
        if self.source_v - self.resistance_ohm * amps < self._cut_off_v or self.charge <= 0.0:
            self.cut_off = True
            self.cut_off_s = self.used_s if self.cut_off_s is None else self.cut_off_s

    def _branch(self, volts: float, amps: float, cell_ohm: float, farad: float, seconds: float) -> float:
        """Voltage over one branch after a while; its heat is counted."""
        ohm, tau_s = self._ohms * cell_ohm, cell_ohm * farad
        if ohm == 0.0:
            return 0.0
        settled, away = amps * ohm, volts - amps * ohm
        gone = -math.expm1(-seconds / tau_s)
        square = settled * (settled * seconds + 2 * away * tau_s * gone)
        square += away * away * tau_s / 2 * gone * (2.0 - gone)
        self.lost_j += square / ohm
        return settled + away * (1.0 - gone)
