"""Measures the simulator against what is known of its parts, for the table of docs/simulator.md.

Each row is worked out when the page is generated, and a test keeps the page true. References are
restated here, or come from the tests that hold them; nothing is copied from the simulator.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from sim.cell import TABLE as CELL
from sim.exposure import cem43_min, hand_points, wh_weight
from sim.heat import PadOnSkin, ntc_ohm
from sim.motor import Circuit, Motor
from sim.person import Layer, Person
from sim.supply import Supply
from sim.winding import Warmth, ripple
from tests.sim import test_exposure, test_heat, test_motor


class Row(NamedTuple):
    """``error`` is a fraction of the reference, or of what is said in ``found``."""

    what: str
    known: str
    found: str
    error: float


def table() -> str:
    """All rows as Markdown."""
    lines = ["| quantity | reference | simulated | error |", "|---|---|---|---|"]
    for make in (
        _motors,
        _inside,
        _windings,
        _batteries,
        _steady_skin,
        _moving_skin,
        _energy,
        _sensors,
        _doses,
    ):
        lines += [f"| {row.what} | {row.known} | {row.found} | {_percent(row.error)} |" for row in make()]
    return "\n".join(lines)


def _percent(error: float) -> str:
    """Two digits that count: enough to judge, and the same on every machine."""
    percent = 100 * abs(error)
    return "below 0.001 %" if percent < 0.001 else f"{float(f'{percent:.2g}'):g} %"


def _row(what: str, known: float, found: float, unit: str, source: str) -> Row:
    return Row(what, f"{known:.5g} {unit} ({source})", f"{found:.5g} {unit}", found / known - 1.0)


def _motors() -> Iterator[Row]:
    names = ("maxon RE25 118743, 12 V", "maxon 48 V, 34.7 gcm2")
    for name, (row, volts, no_load_rpm, no_load_a, stall_a, stall_nm) in zip(
        names, test_motor.ROWS, strict=True
    ):
        motor = Motor(row, 1e-4)
        motor.load_nm = no_load_a * row.torque_constant_nm_a
        elapsed_s = 0.0
        while motor.speed_rpm < (1 - math.exp(-1)) * no_load_rpm:
            motor.step(1.0, volts)
            elapsed_s += 1e-4
        for _ in range(3000):
            motor.step(1.0, volts)
        yield _row(f"{name}: speed without load", no_load_rpm, motor.speed_rpm, "rpm", "data sheet")
        held = Motor(row, 0.01)
        held.blocked = True
        for _ in range(5):
            held.step(1.0, volts)
        torque_nm = held.current_a * row.torque_constant_nm_a
        yield _row(f"{name}: current at stall", stall_a, held.current_a, "A", "data sheet")
        yield _row(f"{name}: torque at stall", stall_nm, torque_nm, "Nm", "data sheet")
        stated_ms = 1e3 * row.resistance_ohm * row.inertia_kg_m2 / row.torque_constant_nm_a**2
        yield _row(f"{name}: mechanical time constant", stated_ms, 1e3 * elapsed_s, "ms", "R J / Kt²")


def _inside() -> Iterator[Row]:
    row = test_motor.WITH_FRICTION
    motor = Motor(row, 0.01, 0.0, Circuit(supply_ohm=0.4, driver_ohm=0.1, pwm_hz=1e9))
    motor.step(1.0, 12.0)
    _, speed, peak, _, _ = test_motor.fine(row, 1.0, 12.0, 0.01, 20_000, 0.4, 0.1)
    yield _row("Start from rest, greatest current inside the first tick", peak, motor.peak_current_a, "A",
               "20 000 midpoint steps")  # fmt: skip
    yield _row("Start from rest, speed after the first tick", speed, motor.speed_rad_s, "rad/s",
               "20 000 midpoint steps")  # fmt: skip
    smooth_a = 24.0 / 2.38e-4 * 0.25 / 20_000 / 2  # a triangle: V d (1 - d) / (L f) from top to bottom
    yield _row("PWM ripple at half duty, above the mean", smooth_a, 24.0 * ripple(0.5, 1e-3, 2.38e-4, 2e4)[0],
               "A", "V d (1 - d) / 2 L f, a winding without resistance")  # fmt: skip


def _windings() -> Iterator[Row]:
    heat = test_motor.MotorHeat(3.1, 14.0, 12.0, 612.0)
    warm = Warmth(heat, 23.0, 1.0)
    for _ in range(10_000):
        warm.step(3.0)
    yield _row(
        "Winding at 3 W after hours, above the air", 3 * 17.1, warm.winding_c - 23.0, "K", "P (R1 + R2)"
    )


def _batteries() -> Iterator[Row]:
    from programs.hardware import Supply as Parameters

    half_v = 3.74693  # battery_molicel_ihr18650a.csv, half charge
    cell = Parameters(volts=half_v, cells=1, internal_resistance_ohm=0.0984265, idle_current_a=0.0)
    for charge, known_v in ((1.0, 4.23977), (0.25, 3.63912)):
        found_v = Supply(cell, charge).open_circuit_v
        yield _row(f"Cell at {charge:.0%} of charge, no load", known_v, found_v, "V", "measured cell")
    supply = Supply(cell, 0.5)
    for _ in range(20_000):
        supply.settle(1.0, 1.0, 1.0)
    drop_v = supply.open_circuit_v - supply.source_v + supply.resistance_ohm
    yield _row("Cell at half charge, drop at 1 A after hours", 0.0984265, drop_v, "V", "its resistance")
    assert len(CELL) == 101


def _settled(person: Person, power_w: float) -> PadOnSkin:
    pad = PadOnSkin(replace(test_heat.Pad(), ambient_loss_w_k=0.0), person, 5.0)
    for _ in range(5000):
        pad.step(power_w)
    return pad


def _steady_skin() -> Iterator[Row]:
    k, perfusion = 0.5, 0.00125
    m = math.sqrt(perfusion * test_heat.BLOOD_J_M3K / k)
    known_k = 1.5 / test_heat.AREA_M2 * math.tanh(m * 0.02) / (k * m)
    layer = (Layer("muscle", 0.02, k, 4e6, perfusion, 120),)
    found_k = _settled(Person(layers=layer), 1.5).skin_c - 37.0
    yield _row("One perfused layer, steady: skin above the core at 1.5 W", known_k, found_k, "K",
               "q tanh(m L) / (k m)")  # fmt: skip
    for factor in (0.2, 1.0, 5.0):
        person = Person(perfusion_factor=factor)
        known_k = test_heat.exact_surface_rise_k(person.layers, 1.5 / test_heat.AREA_M2, factor)
        found_k = _settled(person, 1.5).skin_c - 37.0
        yield _row(f"Four layers, perfusion x {factor:g}, steady: the same", known_k, found_k, "K",
                   "exact solutions of the layers, chained")  # fmt: skip


def _moving_skin() -> Iterator[Row]:
    person = Person(skin_c=30.0)
    for name, powers in test_heat.PROGRAMS.items():
        pad, mine = PadOnSkin(test_heat.Pad(), person, 0.1), []
        for power_w, seconds in powers:
            for _ in range(seconds):
                test_heat.settle(pad, power_w, 10)
                mine.append(pad.pad_c)
        theirs = [float(row[0]) for row in test_heat.by_lsoda(person, powers, 1.0)]
        span_k = max(theirs) - 23.0
        worst_k = max(abs(a - b) for a, b in zip(mine, theirs, strict=True))
        yield Row(f"Pad, {name}: farthest apart at any second", "LSODA (SciPy), the same cells",
                  f"{worst_k:.2g} K of {span_k:.3g} K", worst_k / span_k)  # fmt: skip
    begun_c = (23.0, test_heat.start_tissue_c(Person())[0])
    _, coarse = test_heat.played(Person(), 0.1)
    layers = tuple(replace(each, cells=2 * each.cells) for each in Person().layers)
    for name, (_, fine) in (
        ("half the step", test_heat.played(Person(), 0.05)),
        ("cells of half the size", test_heat.played(Person(layers=layers), 0.1)),
    ):
        off = max(abs((a - t) / (b - t) - 1) for a, b, t in zip(coarse, fine, begun_c, strict=True))
        yield Row("Greatest temperatures of pad and skin", name, "rise above the start, the worse", off)


def _energy() -> Iterator[Row]:
    pad, _ = test_heat.played(Person(), 0.1)
    energy = pad.energy
    yield Row("Energy of the pad: in, less stored, to air, blood and core", f"{energy.put_in:.5g} J",
              "what is missing", energy.missing / energy.put_in)  # fmt: skip


def _sensors() -> Iterator[Row]:
    yield _row("NTC at 40 °C", 5311.0, ntc_ohm(40.0, 10_000.0, 3939.0), "ohm", "published point")


def _doses() -> Iterator[Row]:
    rates = test_exposure.CEM43_PER_MIN
    worst = max(abs(cem43_min([c], 60.0) / rate - 1) for c, rate in rates.items())
    yield Row(f"CEM43 at {len(rates)} temperatures, 37 to 60 °C", "table of six digits", "the worst", worst)
    bands = list(enumerate(test_exposure.WH, start=8))
    worst = max(abs(wh_weight(10 ** (band / 10)) / factor - 1) for band, factor in bands)
    yield Row(f"Wh at {len(bands)} bands, 6.3 to 1250 Hz", "ISO 5349-1, three digits", "the worst", worst)
    yield _row("Points of eight hours at 2.5 m/s²", 100.0, hand_points([(2.5, 8 * 3600.0)]), "points", "HSE")


if __name__ == "__main__":
    print(table())
