"""Where a rig's power comes from: a mains adapter or a battery, and what its current costs it.

    terminal voltage = source - resistance x current

An adapter has a fixed source and resistance; a battery's follow its charge (:mod:`sim.battery`) and
are brought up to date once a second. A large capacitor at the bridge is assumed: the supply gives
the mean over a PWM period, not its pulses. Faults may set ``sag_v`` and ``dead`` at any time.
Not modelled: an adapter's current limit and its regulation over time.
"""

from __future__ import annotations

import math

from programs.hardware import Supply as SupplyParameters
from sim.battery import HALF, Battery


class Supply:
    """``source_v`` (without load now), ``resistance_ohm``, ``idle_a``; ``powerless``: no voltage at all."""

    def __init__(self, supply: SupplyParameters, charge: float = HALF) -> None:
        self.battery = Battery(supply, charge) if supply.cells else None
        self.idle_a = supply.idle_current_a
        self.open_circuit_v = self._steady_v = supply.volts
        self.resistance_ohm = supply.internal_resistance_ohm
        self._sag_v, self._dead = 0.0, False
        self.lost_j = 0.0  # in the resistance that acts at once
        self._follow()

    @property
    def sag_v(self) -> float:
        """Volts that a fault takes away."""
        return self._sag_v

    @sag_v.setter
    def sag_v(self, volts: float) -> None:
        self._sag_v = volts
        self._follow()

    @property
    def dead(self) -> bool:
        """A brown-out: no voltage."""
        return self._dead

    @dead.setter
    def dead(self, dead: bool) -> None:
        self._dead = dead
        self._follow()

    @property
    def charge(self) -> float:
        """State of charge 0..1; NaN for an adapter."""
        return self.battery.charge if self.battery is not None else math.nan

    def settle(self, mean_a: float, square_a2: float, seconds: float) -> None:
        """Account for ``seconds`` at a mean current and a mean of its square."""
        self.lost_j += self.resistance_ohm * square_a2 * seconds
        if self.battery is not None:
            self.battery.draw(mean_a, seconds)
            self._follow()

    def _follow(self) -> None:
        battery, cut_off = self.battery, False
        if battery is not None:
            self.open_circuit_v, self._steady_v = battery.open_circuit_v, battery.source_v
            self.resistance_ohm, cut_off = battery.resistance_ohm, battery.cut_off
        self.source_v = self._steady_v - self._sag_v
        self.powerless = self._dead or cut_off or not self.source_v > 0.0
