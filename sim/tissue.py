"""Layered tissue with blood flow, as a column of cells: what :mod:`sim.heat` puts its pad on.

    rho c dT/dt = k d2T/dx2 + w rho_b c_b (T_core - T)              (Pennes 1948, one dimension)

Temperatures are those of the middles of the cells; the deep end is held at the core's temperature.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.person import BLOOD_J_M3K, Person

MMHG_PA = 133.322  # Pa in a millimetre of mercury (W)
CONTACT_PER_MMHG = 0.025  # contact resistance falls as exp(-0.025 p[mmHg]): one model, safety.md (S)


class Cell(NamedTuple):
    """A slice of tissue, per m2."""

    capacity_j_m2k: float
    half_w_m2k: float  # conductance from its middle to its edge
    perfusion_w_m2k: float  # to blood at the core's temperature


def cells_of(person: Person) -> list[Cell]:
    """The cells of all layers, outermost first."""
    cells = []
    for layer in person.layers:
        depth_m = layer.thickness_m / layer.cells
        perfusion = layer.perfusion_1_s * person.perfusion_factor * BLOOD_J_M3K * depth_m
        cell = Cell(layer.heat_capacity_j_m3k * depth_m, 2 * layer.conductivity_w_mk / depth_m, perfusion)
        cells.extend([cell] * layer.cells)
    return cells


def start_tissue_c(person: Person) -> list[float]:
    """Steady temperatures before the pad is put on, outermost cell first: of bare skin in still air,
    or below a surface at ``person.skin_c``.

    >>> 30.0 < start_tissue_c(Person())[0] < 35.0
    True
    >>> round(start_tissue_c(Person(skin_c=25.0))[0])
    25
    """
    held = person.skin_c is not None
    film_w_m2k = math.inf if held else person.air_film_w_m2k
    outside_c = person.skin_c if person.skin_c is not None else person.ambient_c
    cells = cells_of(person)
    # Eliminate from the core outwards: T[k] = slope T[k-1] + offset, by the balance of cell k.
    slopes, offsets = [0.0] * len(cells), [0.0] * len(cells)
    deeper_w_k, deeper_constant = cells[-1].half_w_m2k, cells[-1].half_w_m2k * person.core_c
    for k in range(len(cells) - 1, -1, -1):
        cell = cells[k]
        outer = film_w_m2k if k == 0 else cells[k - 1].half_w_m2k
        outward = 1.0 / (1.0 / cell.half_w_m2k + 1.0 / outer)
        total = outward + cell.perfusion_w_m2k + deeper_w_k
        slopes[k] = outward / total
        offsets[k] = (cell.perfusion_w_m2k * person.core_c + deeper_constant) / total
        deeper_w_k, deeper_constant = outward * (1 - slopes[k]), outward * offsets[k]
    temperatures = []
    for slope, offset in zip(slopes, offsets, strict=True):
        outside_c = slope * outside_c + offset
        temperatures.append(outside_c)
    return temperatures


def contact_m2k_w(light_touch_m2k_w: float, force_n: float, area_m2: float) -> float:
    """Contact resistance of a pad pressed on with ``force_n`` over ``area_m2``, from its value at light
    touch: falls as exp(-0.025 p), p in mmHg. Towards no resistance at all the skin is as warm as the
    pad, which is the most it can be, so a force beyond what the source covers errs on the hot side.

    >>> contact_m2k_w(2e-3, 0.0, 38.5e-4)
    0.002
    >>> round(contact_m2k_w(2e-3, 15.0, 38.5e-4), 6)
    0.000963
    """
    return light_touch_m2k_w * math.exp(-CONTACT_PER_MMHG * force_n / area_m2 / MMHG_PA)
