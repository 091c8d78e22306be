"""Pad and skin: steady states in closed form, energy, sensor."""

from dataclasses import dataclass, replace

import pytest

from sim.heat import PadOnSkin, ntc_ohm, ntc_raw, resting_tissue_c
from sim.person import BLOOD_J_M3K, Layer, Person


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


def test_steady_state_of_dead_tissue_is_a_row_of_resistances():
    """Without blood flow: P = (T - T_core) A / (sum of resistances) + loss."""
    slab = (Layer("slab", 0.01, 0.5, 4e6, 0.0, 5),)
    person = Person(layers=slab, ambient_c=20.0)
    pad = PadOnSkin(Pad(), person, 1.0)
    settle(pad, 2.0)
    resistance_k_w = (2e-3 + 0.01 / 0.5) / 38.5e-4
    expected_c = (2.0 + 37.0 / resistance_k_w + 0.08 * 20.0) / (1 / resistance_k_w + 0.08)
    assert pad.pad_c == pytest.approx(expected_c, abs=1e-3)
    to_skin_w = (expected_c - 37.0) / resistance_k_w
    assert pad.skin_c == pytest.approx(expected_c - to_skin_w * 2e-3 / 38.5e-4, abs=1e-3)


def test_perfused_half_space_meets_the_closed_form_of_pennes():
    """Deep perfused tissue: T - T_core falls as exp(-m x), m = sqrt(w rho_b c_b / k)."""
    perfusion, k = 0.00125, 0.5
    m = (perfusion * BLOOD_J_M3K / k) ** 0.5
    tissue = (Layer("muscle", 0.06, k, 4e6, perfusion, 240),)
    pad = PadOnSkin(replace(Pad(), ambient_loss_w_k=0.0), Person(layers=tissue), 5.0)
    settle(pad, 1.5, 5000)
    flux_w_m2 = 1.5 / 38.5e-4
    assert pad.skin_c - 37.0 == pytest.approx(flux_w_m2 / (k * m), rel=0.003)


def test_fifty_square_centimetres_at_41_c_need_a_few_watts():
    pad = PadOnSkin(replace(Pad(), area_cm2=50.0), Person(), 0.1)
    spent_j = 0.0
    for step in range(18_000):
        power_w = 13.0 if pad.pad_c < 41.0 else 0.0
        pad.step(power_w)
        if step >= 12_000:
            spent_j += power_w * 0.1
    assert 1.0 < spent_j / 600.0 < 5.0


def test_bare_skin_rests_near_33_c_and_stays_there_without_the_pad():
    assert 31.0 < resting_tissue_c(Person())[0] < 35.0
    assert resting_tissue_c(Person(ambient_c=37.0)) == pytest.approx([37.0] * 13)
    pad = PadOnSkin(Pad(), Person(), 0.1)
    pad.set_contact(False)
    before_c = pad.skin_c
    settle(pad, 0.0, 3000)
    assert pad.pad_c == pytest.approx(23.0, abs=0.01)
    assert pad.skin_c == pytest.approx(before_c, abs=0.01)


def test_heat_step_length_hardly_matters():
    peaks = []
    for step_s in (0.1, 0.05):
        pad = PadOnSkin(Pad(), Person(), step_s)
        settle(pad, 13.0, round(40 / step_s))
        peaks.append((pad.pad_c, pad.skin_c))
    assert peaks[0] == pytest.approx(peaks[1], rel=0.005)


def test_sensor_that_fell_off_cools_while_the_pad_does_not():
    pad = PadOnSkin(Pad(), Person(), 0.1)
    settle(pad, 4.0, 3000)
    assert abs(pad.ntc_c - pad.pad_c) < 0.1
    pad.ntc_attached = False
    was_c = pad.ntc_c
    settle(pad, 4.0, 50)
    assert was_c - pad.ntc_c > 3.0


def test_divider_reads_lower_the_warmer_it_is():
    heater = Pad()
    assert ntc_ohm(25.0, 10_000.0, 3939.0) == pytest.approx(10_000.0)
    assert ntc_raw(25.0, heater) == pytest.approx(65535 / 2)
    assert ntc_raw(41.0, heater) < ntc_raw(40.0, heater) < ntc_raw(20.0, heater)
