"""The person under the head and the room around them: inputs of the simulation, with defaults.

Skin layers: Jiang 2002, as in ``skin_thermal_properties.csv`` (measured in-vivo conductivity
spans 0.54-2.81 W/mK, so treat skin temperatures as a model, not a measurement).
"""

from __future__ import annotations

from dataclasses import dataclass

BLOOD_J_M3K = 1060.0 * 3770.0  # density x heat capacity of blood, Jiang 2002


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of tissue, cut into ``cells`` equal slices."""

    name: str
    thickness_m: float
    conductivity_w_mk: float
    heat_capacity_j_m3k: float  # density x specific heat
    perfusion_1_s: float
    cells: int


JIANG_2002 = (
    Layer("epidermis", 8e-5, 0.24, 1200.0 * 3590.0, 0.0, 1),
    Layer("dermis", 0.002, 0.45, 1200.0 * 3300.0, 0.00125, 3),
    Layer("fat", 0.010, 0.19, 1000.0 * 2500.0, 0.00125, 5),
    Layer("muscle", 0.030, 0.50, 1000.0 * 4000.0, 0.00125, 4),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is massaged, and how hard: defaults for a clothed adult in a warm room.

    >>> Person(pressing_force_n=35.0).core_c
    37.0
    """

    pressing_force_n: float = 15.0
    core_c: float = 37.0
    ambient_c: float = 23.0
    perfusion_factor: float = 1.0  # 1: as measured; cold or poorly perfused skin below it
    air_film_w_m2k: float = 8.0  # bare skin to still air, before the pad is put on (E)
    layers: tuple[Layer, ...] = JIANG_2002
