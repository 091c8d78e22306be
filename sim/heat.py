"""A heater pad on skin: pad -> contact -> layered tissue with blood flow (Pennes, one dimension).

Tissue is in :mod:`sim.tissue`. Rules kept here:

1. The pad is the first cell of the same chain, so heat that leaves it arrives in the skin: nothing
   is lost between two models, and ``energy`` shows it.
2. A step solves the whole chain at once, for a moment inside the step (``INSIDE`` of it), and goes on
   in a straight line to its end: stable for any step, exact in the steady state, and a tenth of the
   error of backward Euler on the way there. The matrix is factorised when the contact changes.
3. ``Person.contact`` is the share of the pad's face that touches; tissue below it is modelled, the
   rest of the face loses to the air. A lifted pad loses from its whole face.
4. Pressing harder lowers the contact resistance, as far as one published model says, and all of
   the force is taken to act on the pad: the skin is rather too warm than too cool.

Not modelled (docs/simulator.md says which way each errs): flow sideways, perfusion that rises with
warmth or falls under pressure, metabolic heat, sweat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import mul
from typing import Protocol

from sim.person import Person
from sim.tissue import cells_of, contact_m2k_w, start_tissue_c

KELVIN = 273.15
T25_K = 25.0 + KELVIN
ADC_TOP = 65535
INSIDE = 0.6  # of a step: 0.5 is most exact, but a thin cell would then ring; 1 is backward Euler (E)
ONWARD = 1.0 / INSIDE
NTC_LAG_S = 1.0  # a small bead glued to the pad (E)
NTC_LAG_IN_AIR_S = 10.0  # the same bead hanging in the air after it has come off (E)


class HeaterParameters(Protocol):
    """What a profile says of a heater pad."""

    @property
    def power_w(self) -> float: ...
    @property
    def area_cm2(self) -> float: ...
    @property
    def pad_heat_capacity_j_k(self) -> float: ...
    @property
    def contact_resistance_m2k_w(self) -> float: ...
    @property
    def ntc_r25_ohm(self) -> float: ...
    @property
    def ntc_beta_k(self) -> float: ...
    @property
    def divider_ohm(self) -> float: ...
    @property
    def ambient_loss_w_k(self) -> float: ...


@dataclass(frozen=True, slots=True)
class HeatEnergy:
    """Where the heat went since the start, in J. Blood and core give heat to cool skin: below zero."""

    put_in: float  # by the heater
    in_pad: float  # stored
    in_tissue: float  # stored
    to_air: float
    to_blood: float
    to_core: float  # through the deep end

    @property
    def missing(self) -> float:
        """What the balance does not account for; rounding, if the equations are solved as written."""
        return self.put_in - (self.in_pad + self.in_tissue + self.to_air + self.to_blood + self.to_core)


class PadOnSkin:
    """The chain of cells; ``step(power_w)`` moves it by ``step_s``.

    ``pad_c``, ``skin_c`` (surface under the pad), ``ntc_c`` (what the sensor itself feels).
    """

    def __init__(self, heater: HeaterParameters, person: Person, step_s: float) -> None:
        self.step_s = step_s
        self._heater = heater
        self._person = person
        self._area_m2 = heater.area_cm2 * 1e-4
        # The column of tissue: what the pad touches, or may touch again.
        self._column_m2 = self._area_m2 * (person.contact or 1.0)
        self._contact_m2k_w = contact_m2k_w(
            heater.contact_resistance_m2k_w, person.pressing_force_n, self._column_m2
        )
        self._cells = cells_of(person)
        self.in_contact = person.contact > 0.0
        self.ntc_attached = True
        self.pad_c = person.ambient_c
        self.ntc_c = person.ambient_c
        self._now_c = self._begun_c = [self.pad_c, *start_tissue_c(person)]  # pad, then outermost first
        self._spent_w = [0.0, 0.0, 0.0, 0.0]  # sums over steps: put in, to air, to blood, to the core
        self._ntc_keeps = math.exp(-step_s / NTC_LAG_S)
        self._ntc_in_air_keeps = math.exp(-step_s / NTC_LAG_IN_AIR_S)
        self._factorise()
        self.skin_c = self._surface_c()

    def set_contact(self, in_contact: bool) -> None:
        """Put the pad on the skin or lift it off. One with a contact of 0 stays in the air."""
        self.in_contact = in_contact and self._person.contact > 0.0
        self._factorise()
        self.skin_c = self._surface_c()

    def _factorise(self) -> None:
        """Forward elimination of the tridiagonal matrix, for this step and this contact."""
        heater, person, cells = self._heater, self._person, self._cells
        column, film = self._column_m2, person.air_film_w_m2k
        outer = 1.0 / cells[0].half_w_m2k
        to_skin = column / (outer + self._contact_m2k_w) if self.in_contact else 0.0
        without = self._contact_m2k_w if self.in_contact else 1.0 / film
        self._surface = without / (outer + without), outer / (outer + without)  # shares of cell, and beyond
        bare_m2 = self._area_m2 - (column if self.in_contact else 0.0)  # of the pad's face
        skin_air = 0.0 if self.in_contact else column / (outer + 1.0 / film)
        capacity = [heater.pad_heat_capacity_j_k, *(cell.capacity_j_m2k * column for cell in cells)]
        coupling = [to_skin]  # W/K between cell k and k + 1; the last to the core
        for cell, deeper in zip(cells, [*cells[1:], None], strict=True):
            beyond = 1.0 / deeper.half_w_m2k if deeper else 0.0
            coupling.append(column / (1.0 / cell.half_w_m2k + beyond))
        air = [heater.ambient_loss_w_k + bare_m2 * film, skin_air, *[0.0] * (len(cells) - 1)]
        blood = [0.0, *(cell.perfusion_w_m2k * column for cell in cells)]
        self._eliminate(capacity, coupling, air, blood)

    def _eliminate(
        self, capacity: list[float], coupling: list[float], air: list[float], blood: list[float]
    ) -> None:
        """``air`` and ``blood``: W/K of each cell to the room and to the core's temperature."""
        person, last = self._person, len(capacity) - 1
        self._capacity_j_k, self._blood, self._core_w_k = capacity, blood, coupling[last]
        self._air, self._skin_air = air[0], air[1]
        self._blood_w = sum(blood) * person.core_c
        constant = [a * person.ambient_c + b * person.core_c for a, b in zip(air, blood, strict=True)]
        constant[last] += coupling[last] * person.core_c
        storing = [each / (INSIDE * self.step_s) for each in capacity]
        lower, inverse = [1.0], []  # the pad's row carries what the heater puts in
        upper: list[float] = []
        for k in range(last + 1):
            above = coupling[k - 1] if k else 0.0
            diagonal = storing[k] + air[k] + blood[k] + coupling[k] + above
            if k:
                lower.append(above)
                diagonal -= above * upper[k - 1]
            inverse.append(1.0 / diagonal)
            upper.append(coupling[k] / diagonal)
        # One row per cell, so that a step is a single loop.
        rows = zip(storing, constant, lower, inverse, strict=True)
        self._rows = tuple((s * i, c * i, b * i) for s, c, b, i in rows)
        self._back = tuple(reversed([*upper[:-1], 0.0]))
        self._bled_w = sum(map(mul, blood, self._now_c)) - self._blood_w

    def step(self, power_w: float) -> None:
        """Let ``step_s`` pass with a mean ``power_w`` in the pad."""
        before = self._now_c
        carried, solved = power_w, []
        for (storing, constant, lower), old in zip(self._rows, before, strict=True):
            carried = storing * old + constant + lower * carried
            solved.append(carried)
        inside, after = 0.0, []
        for upper, partial, old in zip(self._back, reversed(solved), reversed(before), strict=True):
            inside = partial + upper * inside
            after.append(old + (inside - old) * ONWARD)
        after.reverse()
        self._now_c = after
        self._account(power_w, before, after)
        self.pad_c = after[0]
        self.skin_c = self._surface_c()
        self._step_ntc()

    def _account(self, power_w: float, before: list[float], after: list[float]) -> None:
        """Flows of the step: those of the moment inside it, which are what moves the temperatures."""
        spent, room_c = self._spent_w, self._person.ambient_c
        spent[0] += power_w
        spent[1] += self._air * (before[0] + (after[0] - before[0]) * INSIDE - room_c)
        if self._skin_air:
            spent[1] += self._skin_air * (before[1] + (after[1] - before[1]) * INSIDE - room_c)
        blood_w = sum(map(mul, self._blood, after)) - self._blood_w  # at the end; before, it was kept
        spent[2] += self._bled_w + (blood_w - self._bled_w) * INSIDE
        self._bled_w = blood_w
        deep_c = before[-1] + (after[-1] - before[-1]) * INSIDE
        spent[3] += self._core_w_k * (deep_c - self._person.core_c)

    @property
    def energy(self) -> HeatEnergy:
        """Where the heat of all steps so far went."""
        put_in, air, blood, core = (each * self.step_s for each in self._spent_w)
        warmed = zip(self._capacity_j_k, self._now_c, self._begun_c, strict=True)
        pad_j, *tissue_j = (capacity * (now - begun) for capacity, now, begun in warmed)
        return HeatEnergy(put_in, pad_j, sum(tissue_j), air, blood, core)

    def _surface_c(self) -> float:
        """Between what is outside and the middle of the outermost cell, by their resistances."""
        outer, beyond = self._surface
        return outer * self._now_c[1] + beyond * (self.pad_c if self.in_contact else self._person.ambient_c)

    def _step_ntc(self) -> None:
        if self.ntc_attached:
            self.ntc_c = self.pad_c + (self.ntc_c - self.pad_c) * self._ntc_keeps
        else:
            room_c = self._person.ambient_c
            self.ntc_c = room_c + (self.ntc_c - room_c) * self._ntc_in_air_keeps


def ntc_ohm(temperature_c: float, r25_ohm: float, beta_k: float) -> float:
    """Beta law of a thermistor.

    >>> round(ntc_ohm(40.0, 10_000.0, 3939.0))
    5311
    """
    return r25_ohm * math.exp(beta_k * (1.0 / (temperature_c + KELVIN) - 1.0 / T25_K))


def ntc_raw(temperature_c: float, heater: HeaterParameters) -> float:
    """ADC reading (0..65535) of the divider with the thermistor to ground."""
    ohm = ntc_ohm(temperature_c, heater.ntc_r25_ohm, heater.ntc_beta_k)
    return ADC_TOP * ohm / (ohm + heater.divider_ohm)
