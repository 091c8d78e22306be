"""The motor against its datasheet and against a fine integration of its equations."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.motor import Motor, crank_inertia_kg_m2, crank_load_nm, strokes_per_min


@dataclass(frozen=True)
class Row:
    """A row of the motor table; friction from its no-load current."""

    resistance_ohm: float
    inductance_h: float
    torque_constant_nm_a: float
    inertia_kg_m2: float
    viscous_nm_s: float
    coulomb_nm: float
    start_voltage_v: float = 0.5


RE25 = Row(2.18, 0.000238, 0.0234, 1.03e-6, 0.0, 0.0)
MAXON_48 = Row(2.45, 0.000513, 0.0538, 3.47e-6, 0.0, 0.0)
WITH_FRICTION = Row(2.18, 0.000238, 0.0234, 9.0e-6, 4e-6, 1e-3, 1.8)


@pytest.mark.parametrize(
    ("row", "volts", "no_load_rpm", "no_load_a", "stall_a", "stall_nm"),
    [(RE25, 12.0, 4860, 0.0263, 5.5, 0.129), (MAXON_48, 48.0, 8490, 0.0786, 19.6, 1.05)],
)
def test_datasheet_row_is_met_within_one_percent(row, volts, no_load_rpm, no_load_a, stall_a, stall_nm):
    motor = Motor(row, 0.01)
    motor.load_nm = no_load_a * row.torque_constant_nm_a
    for _ in range(300):
        motor.step(volts)
    assert motor.speed_rpm == pytest.approx(no_load_rpm, rel=0.01)
    assert motor.current_a == pytest.approx(no_load_a, rel=0.01)
    held = Motor(row, 0.01)
    held.blocked = True
    for _ in range(5):
        held.step(volts)
    assert held.current_a == pytest.approx(stall_a, rel=0.01)
    assert held.current_a * row.torque_constant_nm_a == pytest.approx(stall_nm, rel=0.01)
    assert held.blocked_steps == 5


def fine(row, volts, step_s, parts):
    """The same step, integrated with a midpoint rule: (current, speed, peak current)."""
    i = w = peak = 0.0
    h = step_s / parts

    def slopes(i, w):
        di = (volts - row.resistance_ohm * i - row.torque_constant_nm_a * w) / row.inductance_h
        torque = row.torque_constant_nm_a * i - row.viscous_nm_s * w - row.coulomb_nm
        return di, torque / row.inertia_kg_m2

    for _ in range(parts):
        di, dw = slopes(i, w)
        di, dw = slopes(i + di * h / 2, w + dw * h / 2)
        i, w = i + di * h, max(0.0, w + dw * h)
        peak = max(peak, i)
    return i, w, peak


@pytest.mark.parametrize("volts", [3.0, 12.0])
def test_one_step_from_rest_is_exact_and_finds_the_peak_inside(volts):
    motor = Motor(WITH_FRICTION, 0.01)
    motor.step(volts)
    i, w, peak = fine(WITH_FRICTION, volts, 0.01, 20_000)
    assert motor.current_a == pytest.approx(i, rel=2e-3)
    assert motor.speed_rad_s == pytest.approx(w, rel=2e-3)
    assert motor.peak_current_a == pytest.approx(peak, rel=5e-3)
    assert motor.peak_current_a > 1.05 * motor.current_a  # the end of the step misses it


def test_step_length_does_not_matter():
    coarse, fine_motor = Motor(WITH_FRICTION, 0.01), Motor(WITH_FRICTION, 0.001)
    for _ in range(8):
        coarse.step(9.0)
        for _ in range(10):
            fine_motor.step(9.0)
        assert coarse.speed_rad_s == pytest.approx(fine_motor.speed_rad_s, rel=1e-9)


def test_it_starts_at_the_start_voltage_and_runs_on_below_it():
    motor = Motor(WITH_FRICTION, 0.01)
    lowest_v = WITH_FRICTION.coulomb_nm * WITH_FRICTION.resistance_ohm / WITH_FRICTION.torque_constant_nm_a
    for _ in range(200):
        motor.step(1.7)
    assert motor.speed_rad_s == 0.0
    for _ in range(200):
        motor.step(1.8)
    for _ in range(400):
        motor.step(1.2)
    assert lowest_v < 1.2
    assert motor.speed_rad_s > 0.0
    for _ in range(400):
        motor.step(0.9 * lowest_v)
    assert motor.speed_rad_s == 0.0


def test_duty_zero_brakes_and_no_power_coasts():
    braked, coasting = Motor(WITH_FRICTION, 0.01), Motor(WITH_FRICTION, 0.01)
    for _ in range(200):
        braked.step(12.0)
        coasting.step(12.0)
    for _ in range(30):
        braked.step(0.0)
        coasting.coast()
    assert braked.speed_rad_s == 0.0
    assert coasting.current_a == 0.0
    assert coasting.speed_rad_s > 100.0
    for _ in range(1000):
        coasting.coast()
    assert coasting.speed_rad_s == 0.0


@given(
    volts=st.lists(st.floats(0.0, 24.0), min_size=1, max_size=60),
    inertia=st.floats(1e-8, 1e-4),
    inductance=st.floats(1e-5, 5e-2),
)
def test_any_motor_stays_finite_and_never_turns_backwards(volts, inertia, inductance):
    motor = Motor(Row(2.0, inductance, 0.02, inertia, 1e-6, 1e-4), 0.01)
    for each in volts:
        motor.step(each)
        assert math.isfinite(motor.current_a)
        assert 0.0 <= motor.speed_rad_s <= 24.0 / 0.02 * 2.1
        assert motor.peak_current_a >= motor.current_a


def test_crank():
    assert strokes_per_min(1.75 * 2 * math.pi * 40, 1.75) == pytest.approx(2400)
    assert crank_load_nm(130.0, 0.012, 1.75) == pytest.approx(0.1419, rel=1e-3)
    assert crank_inertia_kg_m2(0.045, 0.012, 1.0) == pytest.approx(0.045 * 0.006**2 / 2)
