"""A heater pad on skin: pad -> contact -> layered tissue with blood flow (Pennes, one dimension).

    rho c dT/dt = k d2T/dx2 + w rho_b c_b (T_core - T)

Source: Pennes 1948; layers from :mod:`sim.person`. The pad is the first cell of the same chain,
so heat that leaves it arrives in the skin: nothing is lost between two models. Each step solves
the whole chain at once (backward Euler: stable for any step, exact in the steady state); the
matrix is factorised when the contact changes, a step is two sweeps over a dozen cells.

Not modelled: flow sideways (a pad's edge), sweat, perfusion that rises with warmth (so the
simulated skin runs hotter than a healthy person's), metabolic heat.
"""

from __future__ import annotations

import math
from typing import Protocol

from sim.person import BLOOD_J_M3K, Person

KELVIN = 273.15
T25_K = 25.0 + KELVIN
ADC_TOP = 65535
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


class PadOnSkin:
    """The chain of cells; ``step(power_w)`` moves it by ``step_s``.

    ``pad_c``, ``skin_c`` (surface under the pad), ``ntc_c`` (what the sensor itself feels).
    """

    def __init__(self, heater: HeaterParameters, person: Person, step_s: float) -> None:
        self.step_s = step_s
        self._heater = heater
        self._person = person
        self._area_m2 = heater.area_cm2 * 1e-4
        self._cells = _cells(person)
        self.in_contact = True
        self.ntc_attached = True
        self.pad_c = person.ambient_c
        self.ntc_c = person.ambient_c
        self._tissue_c = resting_tissue_c(person)
        self.skin_c = self._surface_c()
        self._factorise()

    def set_contact(self, in_contact: bool) -> None:
        """Put the pad on the skin or lift it off."""
        self.in_contact = in_contact
        self._factorise()
        self.skin_c = self._surface_c()

    def _factorise(self) -> None:
        """Forward elimination of the tridiagonal matrix, for this step and this contact."""
        heater, person = self._heater, self._person
        half_w_m2k = 1.0 / (1.0 / self._cells[0][1] + heater.contact_resistance_m2k_w)
        to_skin = half_w_m2k * self._area_m2 if self.in_contact else 0.0
        storing = [heater.pad_heat_capacity_j_k / self.step_s]
        coupling = [to_skin]  # W/K between cell k and k + 1
        sinks = [heater.ambient_loss_w_k]  # W/K to a fixed temperature
        targets_c = [person.ambient_c]
        for index, (capacity, half, perfusion) in enumerate(self._cells):
            storing.append(capacity * self._area_m2 / self.step_s)
            sinks.append(perfusion * self._area_m2)
            targets_c.append(person.core_c)
            onward = self._cells[index + 1][1] if index + 1 < len(self._cells) else math.inf
            coupling.append(self._area_m2 / (1.0 / half + (1.0 / onward)))
        if not self.in_contact:  # the skin then gives its heat to the air
            sinks[1] += self._air_w_k()
            targets_c[1] = person.ambient_c
        self._eliminate(storing, coupling, sinks, targets_c)

    def _air_w_k(self) -> float:
        return self._area_m2 / (1.0 / self._person.air_film_w_m2k + 1.0 / self._cells[0][1])

    def _eliminate(
        self, storing: list[float], coupling: list[float], sinks: list[float], targets_c: list[float]
    ) -> None:
        last = len(storing) - 1
        constant = [sink * target for sink, target in zip(sinks, targets_c, strict=True)]
        constant[last] += coupling[last] * self._person.core_c  # the deep end is at core temperature
        lower, inverse = [0.0], []
        upper: list[float] = []
        for k in range(last + 1):
            above = coupling[k - 1] if k else 0.0
            diagonal = storing[k] + sinks[k] + coupling[k] + above
            if k:
                lower.append(above)
                diagonal -= above * upper[k - 1]
            inverse.append(1.0 / diagonal)
            upper.append(coupling[k] / diagonal)
        # One row per cell, so that a step is a single loop.
        self._rows = tuple(zip(storing, constant, lower, inverse, strict=True))
        self._back = tuple(reversed(upper[:-1]))

    def step(self, power_w: float) -> None:
        """Let ``step_s`` pass with a mean ``power_w`` in the pad."""
        carried, solved = 0.0, []
        temperatures = [self.pad_c, *self._tissue_c]
        extra = power_w
        for (storing, constant, lower, inverse), old in zip(self._rows, temperatures, strict=True):
            carried = (storing * old + constant + extra + lower * carried) * inverse
            solved.append(carried)
            extra = 0.0
        solved.reverse()
        now = iter(solved)
        value = next(now)
        backwards = [value]
        for upper, partial in zip(self._back, now, strict=True):
            value = partial + upper * value
            backwards.append(value)
        backwards.reverse()
        self.pad_c = backwards[0]
        self._tissue_c = backwards[1:]
        self.skin_c = self._surface_c()
        self._step_ntc()

    def _surface_c(self) -> float:
        """Between the pad and the middle of the outermost cell, by their resistances."""
        outer_c, half = self._tissue_c[0], self._cells[0][1]
        if self.in_contact:
            beyond_c, film = self.pad_c, 1.0 / self._heater.contact_resistance_m2k_w
        else:
            beyond_c, film = self._person.ambient_c, self._person.air_film_w_m2k
        return (half * outer_c + film * beyond_c) / (half + film)

    def _step_ntc(self) -> None:
        if self.ntc_attached:
            beyond_c, lag_s = self.pad_c, NTC_LAG_S
        else:
            beyond_c, lag_s = self._person.ambient_c, NTC_LAG_IN_AIR_S
        self.ntc_c = beyond_c + (self.ntc_c - beyond_c) * math.exp(-self.step_s / lag_s)


def _cells(person: Person) -> list[tuple[float, float, float]]:
    """Per cell and m2: heat capacity J/K, conductance of half a cell W/K, perfusion W/K."""
    cells = []
    for layer in person.layers:
        depth_m = layer.thickness_m / layer.cells
        perfusion = layer.perfusion_1_s * person.perfusion_factor * BLOOD_J_M3K * depth_m
        cell = (layer.heat_capacity_j_m3k * depth_m, 2 * layer.conductivity_w_mk / depth_m, perfusion)
        cells.extend([cell] * layer.cells)
    return cells


def resting_tissue_c(person: Person) -> list[float]:
    """Steady temperatures of bare skin in still air, outermost cell first.

    >>> 30.0 < resting_tissue_c(Person())[0] < 35.0
    True
    """
    cells = _cells(person)
    # Eliminate from the core outwards: T[k] = slope T[k-1] + offset, by the balance of cell k.
    slopes, offsets = [0.0] * len(cells), [0.0] * len(cells)
    deeper_w_k, deeper_constant = cells[-1][1], cells[-1][1] * person.core_c
    for k in range(len(cells) - 1, -1, -1):
        _, half, perfusion = cells[k]
        outer = person.air_film_w_m2k if k == 0 else cells[k - 1][1]
        outward = 1.0 / (1.0 / half + 1.0 / outer)
        total = outward + perfusion + deeper_w_k
        slopes[k] = outward / total
        offsets[k] = (perfusion * person.core_c + deeper_constant) / total
        deeper_w_k, deeper_constant = outward * (1 - slopes[k]), outward * offsets[k]
    temperatures, outside_c = [], person.ambient_c
    for slope, offset in zip(slopes, offsets, strict=True):
        outside_c = slope * outside_c + offset
        temperatures.append(outside_c)
    return temperatures


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
