"""The person under the head and the room around them: inputs of the simulation, with defaults.

Skin layers: Jiang 2002, as in ``skin_thermal_properties.csv`` (measured in-vivo conductivity
spans 0.54-2.81 W/mK, so treat skin temperatures as a model, not a measurement).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.errors import ImpossiblePerson

BLOOD_J_M3K = 1060.0 * 3770.0  # density x heat capacity of blood, Jiang 2002 (D)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of tissue, cut into ``cells`` equal slices."""

    name: str
    thickness_m: float
    conductivity_w_mk: float
    heat_capacity_j_m3k: float  # density x specific heat
    perfusion_1_s: float
    cells: int


# Cells: as few as keep every peak within 0.5 % of the rise with many more (tests/sim/test_heat.py).
JIANG_2002 = (
    Layer("epidermis", 8e-5, 0.24, 1200.0 * 3590.0, 0.0, 1),
    Layer("dermis", 0.002, 0.45, 1200.0 * 3300.0, 0.00125, 3),
    Layer("fat", 0.010, 0.19, 1000.0 * 2500.0, 0.00125, 8),
    Layer("muscle", 0.030, 0.50, 1000.0 * 4000.0, 0.00125, 4),
)

# What a person and a room can be. Wide on purpose: a wrong unit is found, an odd wish is not (E).
BOUNDS: dict[str, tuple[float, float, str]] = {
    "pressing_force_n": (0.0, 1000.0, "N; the strongest heads that are sold stall at 380 N"),
    "core_c": (30.0, 42.0, "°C; outside, nobody is massaged"),
    "ambient_c": (-20.0, 50.0, "°C"),
    "perfusion_factor": (0.0, 20.0, "times the perfusion of the layers"),
    "contact": (0.0, 1.0, "of the pad's face"),
    "air_film_w_m2k": (0.1, 200.0, "W/m2K"),
}
LEAST_CONTACT = 0.001  # a pad that touches less than this does not touch: write 0 (E)
SKIN_C = (5.0, 43.0)  # °C, of the skin's surface at the start: from numb to where harm begins (E)
_LAYER_BOUNDS: dict[str, tuple[float, float]] = {
    "thickness_m": (1e-6, 1.0),
    "conductivity_w_mk": (1e-3, 100.0),
    "heat_capacity_j_m3k": (1e3, 1e8),
    "perfusion_1_s": (0.0, 1.0),
    "cells": (1, 10_000),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who is massaged, how hard, in what room: defaults for a clothed adult in a warm room.

    ``skin_c`` is the temperature of the skin's surface before the pad is put on; None: what bare
    skin comes to in this room. ``contact`` is the share of the pad's face that touches (0: it
    hangs in the air); the rest gives its heat to the air.

    Raises ImpossiblePerson (a SimError and ValueError) with a sentence.

    >>> Person(pressing_force_n=35.0).core_c
    37.0
    >>> Person(contact=1.5)
    Traceback (most recent call last):
    sim.errors.ImpossiblePerson: contact of the person is 1.5; allowed 0 to 1 of the pad's face.
    """

    pressing_force_n: float = 15.0
    core_c: float = 37.0
    ambient_c: float = 23.0
    perfusion_factor: float = 1.0  # 1: as measured; cold or poorly perfused skin below it
    skin_c: float | None = None
    contact: float = 1.0
    air_film_w_m2k: float = 8.0  # bare skin, or a pad's bare face, to still air (E)
    layers: tuple[Layer, ...] = JIANG_2002

    def __post_init__(self) -> None:
        for name, (low, high, unit) in BOUNDS.items():
            _check(f"{name} of the person", getattr(self, name), low, high, unit)
        if 0.0 < self.contact < LEAST_CONTACT:
            raise ImpossiblePerson(
                f"contact of the person is {self.contact!r}; "
                f"allowed 0 (in the air), or {LEAST_CONTACT:g} to 1."
            )
        if self.skin_c is not None:
            _check("skin_c of the person", self.skin_c, *SKIN_C, "°C, or None for skin at rest")
        if not self.layers:
            raise ImpossiblePerson("A person needs at least one layer of tissue.")
        for layer in self.layers:
            for name, (low, high) in _LAYER_BOUNDS.items():
                _check(f"{name} of the layer {layer.name!r}", getattr(layer, name), low, high)


def _check(what: str, value: object, low: float, high: float, unit: str = "") -> None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not known or not low <= value <= high:  # type: ignore[operator]
        raise ImpossiblePerson(f"{what} is {value!r}; allowed {low:g} to {high:g} {unit}".rstrip() + ".")
