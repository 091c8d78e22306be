"""Pad and skin: steady states in closed form, LSODA on the way there, energy, contact, sensor."""

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SimError
from sim.heat import PadOnSkin, ntc_ohm, ntc_raw
from sim.person import Layer, Person
from sim.tissue import start_tissue_c

BLOOD_J_M3K = 1060.0 * 3770.0  # Jiang 2002, restated
AREA_M2 = 38.5e-4
LIGHT = Person(pressing_force_n=0.0)  # a pad that only just touches: the profile's own resistance


@dataclass(frozen=True)
class Pad:
    power_w: float = 13.0
    area_cm2: float = 38.5
    pad_heat_capacity_j_k: float = 25.0
    contact_resistance_m2k_w: float = 2e-3
    ntc_r25_ohm: float = 10_000.0
    ntc_beta_k: float = 3939.0
    divider_ohm: float = 10_000.0
    ambient_loss_w_k: float = 0.08


def settle(pad, power_w, steps=60_000):
    for _ in range(steps):
        pad.step(power_w)


def played(person, step_s, powers=((13.0, 25), (4.0, 60), (0.0, 30), (2.0, 120))):
    """Pad, and the greatest temperatures of pad and skin, after powers (W, s) one after another."""
    pad = PadOnSkin(Pad(), person, step_s)
    tops = [0.0, 0.0]
    for power_w, seconds in powers:
        for _ in range(round(seconds / step_s)):
            pad.step(power_w)
            tops = [max(tops[0], pad.pad_c), max(tops[1], pad.skin_c)]
    return pad, tops


# Steady states, against closed forms that know nothing of cells.


def test_steady_state_of_dead_tissue_is_a_row_of_resistances():
    """Without blood flow: P = (T - T_core) A / (sum of resistances) + loss."""
    slab = (Layer("slab", 0.01, 0.5, 4e6, 0.0, 5),)
    pad = PadOnSkin(Pad(), replace(LIGHT, layers=slab, ambient_c=20.0), 1.0)
    settle(pad, 2.0)
    resistance_k_w = (2e-3 + 0.01 / 0.5) / AREA_M2
    expected_c = (2.0 + 37.0 / resistance_k_w + 0.08 * 20.0) / (1 / resistance_k_w + 0.08)
    assert pad.pad_c == pytest.approx(expected_c, abs=1e-3)
    to_skin_w = (expected_c - 37.0) / resistance_k_w
    assert pad.skin_c == pytest.approx(expected_c - to_skin_w * 2e-3 / AREA_M2, abs=1e-3)


@pytest.mark.parametrize(("perfusion", "depth_m"), [(0.00125, 0.06), (0.00125, 0.02), (0.005, 0.01)])
def test_one_perfused_layer_meets_the_closed_form_of_pennes(perfusion, depth_m):
    """Flux q at the surface, the core's temperature at depth L: rise = q tanh(m L) / (k m), with
    m = sqrt(w rho_b c_b / k)."""
    k = 0.5
    m = math.sqrt(perfusion * BLOOD_J_M3K / k)
    tissue = (Layer("muscle", depth_m, k, 4e6, perfusion, 120),)
    pad = PadOnSkin(replace(Pad(), ambient_loss_w_k=0.0), Person(layers=tissue), 5.0)
    settle(pad, 1.5, 5000)
    rise_k = 1.5 / AREA_M2 * math.tanh(m * depth_m) / (k * m)
    assert pad.skin_c - 37.0 == pytest.approx(rise_k, rel=0.001)


def exact_surface_rise_k(layers, flux_w_m2, factor=1.0):
    """Steady rise over the core's temperature at the surface of layers: the exact solution of each
    (cosh, sinh) chained from the deep end, where the rise is 0."""
    rise, flux = 0.0, 1.0  # at the deep end, for a flux of 1; it is linear, so it may be scaled
    for layer in reversed(layers):
        k, w = layer.conductivity_w_mk, layer.perfusion_1_s * factor * BLOOD_J_M3K
        if w == 0.0:
            rise += flux * layer.thickness_m / k
            continue
        m = math.sqrt(w / k)
        c, s = math.cosh(m * layer.thickness_m), math.sinh(m * layer.thickness_m)
        rise, flux = rise * c + flux * s / (k * m), rise * k * m * s + flux * c
    return flux_w_m2 * rise / flux


@pytest.mark.parametrize(("factor", "within"), [(0.2, 0.004), (1.0, 0.005), (5.0, 0.012)])
def test_layered_skin_meets_the_exact_solution(factor, within):
    person = Person(perfusion_factor=factor)
    pad = PadOnSkin(replace(Pad(), ambient_loss_w_k=0.0), person, 5.0)
    settle(pad, 1.5, 5000)
    exact_k = exact_surface_rise_k(person.layers, 1.5 / AREA_M2, factor)
    assert pad.skin_c - 37.0 == pytest.approx(exact_k, rel=within)
    fine = replace(person, layers=tuple(replace(each, cells=10 * each.cells) for each in person.layers))
    pad = PadOnSkin(replace(Pad(), ambient_loss_w_k=0.0), fine, 5.0)
    settle(pad, 1.5, 5000)
    assert pad.skin_c - 37.0 == pytest.approx(exact_k, rel=0.0002)


def test_fifty_square_centimetres_at_41_c_need_a_few_watts():
    pad = PadOnSkin(replace(Pad(), area_cm2=50.0), Person(), 0.1)
    spent_j = 0.0
    for step in range(18_000):
        power_w = 13.0 if pad.pad_c < 41.0 else 0.0
        pad.step(power_w)
        if step >= 12_000:
            spent_j += power_w * 0.1
    assert 1.0 < spent_j / 600.0 < 5.0


# On the way there.


def by_lsoda(person, powers, every_s):
    """Pad and outermost cell by SciPy's LSODA: the same cells, the equations written out again."""
    import numpy as np
    from scipy.integrate import solve_ivp

    depth, k, rho_c, w = [], [], [], []
    for layer in person.layers:
        for _ in range(layer.cells):
            depth.append(layer.thickness_m / layer.cells)
            k.append(layer.conductivity_w_mk)
            rho_c.append(layer.heat_capacity_j_m3k)
            w.append(layer.perfusion_1_s * person.perfusion_factor)
    depth, k, rho_c, w = map(np.array, (depth, k, rho_c, w))
    touch = 2e-3 * math.exp(-0.025 * person.pressing_force_n / AREA_M2 / 133.322)
    between = 1.0 / (depth[:-1] / 2 / k[:-1] + depth[1:] / 2 / k[1:])
    to_pad, to_core = 1.0 / (touch + depth[0] / 2 / k[0]), 2 * k[-1] / depth[-1]

    def slope(_t, state, power_w):
        pad, tissue = state[0], state[1:]
        inwards = np.concatenate(
            ([to_pad * (pad - tissue[0])], between * -np.diff(tissue), [to_core * (tissue[-1] - 37.0)])
        )
        warming = (inwards[:-1] - inwards[1:] + w * BLOOD_J_M3K * depth * (37.0 - tissue)) / (rho_c * depth)
        lost_w = 0.08 * (pad - person.ambient_c) + inwards[0] * AREA_M2
        return np.concatenate(([(power_w - lost_w) / 25.0], warming))

    state, rows = np.array([person.ambient_c, *start_tissue_c(person)]), []
    for power_w, seconds in powers:
        solved = solve_ivp(
            slope, (0, seconds), state, "LSODA", np.arange(1, seconds / every_s + 1) * every_s,
            args=(power_w,), rtol=1e-8, atol=1e-8,
        )  # fmt: skip
        rows += [(pad, outer) for pad, outer in zip(solved.y[0], solved.y[1], strict=True)]
        state = solved.y[:, -1]
    return rows


PROGRAMS = {
    "full power, then hold, then off": ((13.0, 25), (2.5, 60), (0.0, 40)),
    "bursts": ((13.0, 5), (0.0, 5)) * 6,
    "slow": ((3.0, 200),),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_lsoda_agrees_within_half_a_percent(name):
    """At every second, of the way that the temperature has come in all."""
    person = Person(skin_c=30.0)
    pad, mine = PadOnSkin(Pad(), person, 0.1), []
    for power_w, seconds in PROGRAMS[name]:
        for _ in range(seconds):
            settle(pad, power_w, 10)
            mine.append((pad.pad_c, pad._now_c[1]))
    theirs = by_lsoda(person, PROGRAMS[name], 1.0)
    for at, begun_c in ((0, 23.0), (1, 30.0)):
        span_k = max(row[at] for row in theirs) - begun_c
        worst_k = max(abs(a[at] - b[at]) for a, b in zip(mine, theirs, strict=True))
        assert worst_k <= 0.005 * span_k, f"{worst_k:.4f} K of {span_k:.1f} K"


@pytest.mark.parametrize("finer", ["step", "cells"])
def test_halving_changes_no_peak_by_half_a_percent(finer):
    """Of the rise from the start, which is stricter than of the temperature."""
    person = Person()
    halved = replace(person, layers=tuple(replace(each, cells=2 * each.cells) for each in person.layers))
    _, coarse = played(person, 0.1)
    _, fine = played(person, 0.05) if finer == "step" else played(halved, 0.1)
    begun_c = (23.0, start_tissue_c(person)[0])
    for now, then, begun in zip(coarse, fine, begun_c, strict=True):
        assert now - begun == pytest.approx(then - begun, rel=0.005)


# Energy.


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 13.0), st.integers(1, 30)), min_size=1, max_size=4),
    st.one_of(st.just(0.0), st.floats(0.001, 1.0)),
    st.floats(15.0, 40.0),
    st.booleans(),
)
def test_the_energy_balance_closes(powers, contact, skin_c, lifted):
    pad, _ = played(Person(contact=contact, skin_c=skin_c), 0.1, powers)
    if lifted:
        pad.set_contact(False)
        settle(pad, 1.0, 100)
    energy = pad.energy
    assert energy.put_in == pytest.approx(
        sum(w * s for w, s in powers) + (10.0 if lifted else 0.0), rel=1e-9, abs=1e-9
    )
    turned_over = abs(energy.in_pad) + abs(energy.in_tissue) + abs(energy.to_air) + abs(energy.to_blood)
    assert abs(energy.missing) <= 1e-6 * (1.0 + turned_over)


def test_in_the_end_everything_put_in_leaves():
    pad = PadOnSkin(Pad(), Person(), 1.0)
    settle(pad, 2.0)
    before = pad.energy
    settle(pad, 2.0, 1000)
    after = pad.energy
    assert after.in_tissue == pytest.approx(before.in_tissue, abs=1e-3)
    left = [getattr(after, each) - getattr(before, each) for each in ("to_air", "to_blood", "to_core")]
    assert sum(left) == pytest.approx(2000.0, rel=1e-6)
    assert all(each > 0 for each in left)


# The person.


def test_bare_skin_rests_near_33_c_and_stays_there_without_the_pad():
    assert 31.0 < start_tissue_c(Person())[0] < 35.0
    assert start_tissue_c(Person(ambient_c=37.0)) == pytest.approx([37.0] * 16)
    pad = PadOnSkin(Pad(), Person(), 0.1)
    pad.set_contact(False)
    before_c = pad.skin_c
    settle(pad, 0.0, 3000)
    assert pad.pad_c == pytest.approx(23.0, abs=0.01)
    assert pad.skin_c == pytest.approx(before_c, abs=0.01)


def test_cold_skin_starts_cold_and_warms_later():
    """Depth follows the surface: from what was asked there to the core's 37 C."""
    tissue = start_tissue_c(Person(skin_c=24.0))
    assert tissue[0] == pytest.approx(24.0, abs=0.1)
    assert tissue == sorted(tissue)
    assert 36.0 < tissue[-1] < 37.0
    cold, _ = played(Person(skin_c=24.0), 0.1, ((13.0, 20),))
    usual, _ = played(Person(), 0.1, ((13.0, 20),))
    assert cold.skin_c < usual.skin_c - 1.0


def test_a_weaker_contact_leaves_a_hotter_pad_on_less_skin():
    tops = [played(replace(LIGHT, contact=share), 0.1)[1][0] for share in (1.0, 0.5, 0.1)]
    assert tops == sorted(tops)
    assert tops[2] > tops[0] + 1.0
    in_air, _ = played(Person(contact=0.0), 1.0, ((2.0, 3000),))
    loss_w_k = 0.08 + AREA_M2 * 8.0  # its back, and its face through the film of still air
    assert in_air.pad_c == pytest.approx(23.0 + 2.0 / loss_w_k, abs=0.01)
    assert not in_air.in_contact
    in_air.set_contact(True)
    assert not in_air.in_contact, "nothing to touch"


def test_pressing_brings_the_skin_closer_to_the_pad():
    """Contact resistance 2e-3 exp(-0.025 p[mmHg]): at 15 N on 38.5 cm2 p is 29.2 mmHg."""
    gaps = []
    for force_n in (0.0, 15.0, 50.0, 1000.0):
        pad = PadOnSkin(Pad(), Person(pressing_force_n=force_n), 1.0)
        settle(pad, 3.0, 5000)
        gaps.append(pad.pad_c - pad.skin_c)
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[1] / gaps[0] == pytest.approx(math.exp(-0.025 * 15.0 / AREA_M2 / 133.322), rel=0.02)
    assert 0.0 <= gaps[3] < 0.001


def test_perfusion_carries_heat_away():
    skins = []
    for factor in (0.2, 1.0, 5.0):
        pad = PadOnSkin(Pad(), Person(perfusion_factor=factor), 5.0)
        settle(pad, 4.0, 5000)
        skins.append(pad.skin_c)
    assert skins == sorted(skins, reverse=True)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("pressing_force_n", -1.0, "0 to 1000 N"),
        ("pressing_force_n", math.nan, "0 to 1000 N"),
        ("core_c", 98.6, "30 to 42"),
        ("ambient_c", math.inf, "-20 to 50"),
        ("perfusion_factor", -0.1, "0 to 20"),
        ("contact", 1.01, "0 to 1"),
        ("contact", 1e-6, "0 .in the air., or 0.001 to 1"),
        ("contact", True, "0 to 1"),
        ("skin_c", 50.0, "5 to 43"),
        ("skin_c", "warm", "5 to 43"),
        ("air_film_w_m2k", 0.0, "0.1 to 200"),
        ("layers", (), "at least one layer"),
        ("layers", (Layer("fat", 0.0, 0.2, 2e6, 0.0, 3),), "thickness_m of the layer 'fat'"),
    ],
)
def test_a_person_that_cannot_be_is_refused_with_what_can(name, value, allowed):
    with pytest.raises(SimError, match=allowed) as caught:
        Person(**{name: value})
    assert isinstance(caught.value, ValueError)


# The sensor.


def test_sensor_that_fell_off_cools_while_the_pad_does_not():
    pad = PadOnSkin(Pad(), Person(), 0.1)
    settle(pad, 4.0, 3000)
    assert abs(pad.ntc_c - pad.pad_c) < 0.1
    pad.ntc_attached = False
    was_c = pad.ntc_c
    settle(pad, 4.0, 50)
    assert was_c - pad.ntc_c > 3.0


@pytest.mark.parametrize(("temperature_c", "ohm"), [(25.0, 10_000), (40.0, 5311)])
def test_the_thermistor_meets_its_published_points(temperature_c, ohm):
    assert ntc_ohm(temperature_c, 10_000.0, 3939.0) == pytest.approx(ohm, abs=0.5)


def test_divider_reads_lower_the_warmer_it_is():
    heater = Pad()
    assert ntc_raw(25.0, heater) == pytest.approx(65535 / 2)
    assert ntc_raw(40.0, heater) == pytest.approx(65535 * 5311 / 15311, abs=2)
    readings = [ntc_raw(each, heater) for each in range(-20, 120)]
    assert readings == sorted(readings, reverse=True)
    assert 0 < readings[-1] < readings[0] < 65535
