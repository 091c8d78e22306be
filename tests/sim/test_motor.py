"""The motor against its datasheet and against a fine integration of its equations."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.hardware import MotorHeat
from programs.profile import load_profile
from sim.crank import Crank, crank_inertia_kg_m2, crank_load_nm, strokes_per_min
from sim.low_side import LowSideMotor
from sim.motor import Circuit, Motor
from sim.person import Person
from sim.plant import Plant
from sim.winding import Warmth, ripple


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
RINGING = Row(0.5, 0.02, 0.03, 1e-5, 1e-6, 1e-4)
ROWS = [(RE25, 12.0, 4860, 0.0263, 5.5, 0.129), (MAXON_48, 48.0, 8490, 0.0786, 19.6, 1.05)]
ROW_NAMES = ("row", "volts", "no_load_rpm", "no_load_a", "stall_a", "stall_nm")


@pytest.mark.parametrize(ROW_NAMES, ROWS)
def test_datasheet_row_is_met_within_one_percent(row, volts, no_load_rpm, no_load_a, stall_a, stall_nm):
    motor = Motor(row, 0.01)
    motor.load_nm = no_load_a * row.torque_constant_nm_a
    for _ in range(300):
        motor.step(1.0, volts)
    assert motor.speed_rpm == pytest.approx(no_load_rpm, rel=0.01)
    assert motor.current_a == pytest.approx(no_load_a, rel=0.01)
    assert motor.mean_current_a == pytest.approx(no_load_a, rel=0.01)
    held = Motor(row, 0.01)
    held.blocked = True
    for _ in range(5):
        held.step(1.0, volts)
    assert held.current_a == pytest.approx(stall_a, rel=0.01)
    assert held.current_a * row.torque_constant_nm_a == pytest.approx(stall_nm, rel=0.01)
    assert held.blocked_steps == 5


@pytest.mark.parametrize(ROW_NAMES[:4], [each[:4] for each in ROWS])
def test_mechanical_time_constant_is_met_within_five_percent(row, volts, no_load_rpm, no_load_a):
    """R J / Kt^2, which makers state beside the table: 4.1 and 2.9 ms."""
    motor = Motor(row, 1e-4)
    motor.load_nm = no_load_a * row.torque_constant_nm_a
    elapsed_s = 0.0
    while motor.speed_rpm < (1 - math.exp(-1)) * no_load_rpm:
        motor.step(1.0, volts)
        elapsed_s += 1e-4
    stated_s = row.resistance_ohm * row.inertia_kg_m2 / row.torque_constant_nm_a**2
    assert elapsed_s == pytest.approx(stated_s, rel=0.05)


def fine(row, duty, source_v, step_s, parts, supply_ohm=0.0, driver_ohm=0.0):
    """The same step from rest by a midpoint rule: current, speed, peak, integrals of i and i^2."""
    i = w = peak = charge = square = 0.0
    h = step_s / parts
    ohm = row.resistance_ohm + driver_ohm

    def slopes(i, w):
        volts = duty * (source_v - supply_ohm * duty * i)
        di = (volts - ohm * i - row.torque_constant_nm_a * w) / row.inductance_h
        torque = row.torque_constant_nm_a * i - row.viscous_nm_s * w - row.coulomb_nm
        return di, torque / row.inertia_kg_m2

    for _ in range(parts):
        di, dw = slopes(i, w)
        middle = i + di * h / 2
        di, dw = slopes(middle, w + dw * h / 2)
        charge += middle * h
        square += middle * middle * h
        i, w = i + di * h, max(0.0, w + dw * h)
        peak = max(peak, i)
    return i, w, peak, charge, square


@pytest.mark.parametrize("row", [WITH_FRICTION, RINGING])
@pytest.mark.parametrize("duty", [0.25, 1.0])
def test_one_step_from_rest_is_exact_sag_and_peak_inside_it_too(row, duty):
    motor = Motor(row, 0.01, 0.0, Circuit(supply_ohm=0.4, driver_ohm=0.1, pwm_hz=1e9))
    motor.step(duty, 12.0)
    i, w, peak, charge, square = fine(row, duty, 12.0, 0.01, 20_000, 0.4, 0.1)
    assert motor.current_a == pytest.approx(i, rel=2e-3)
    assert motor.speed_rad_s == pytest.approx(w, rel=2e-3)
    assert motor.peak_current_a == pytest.approx(peak, rel=2e-3)
    assert motor.mean_current_a == pytest.approx(charge / 0.01, rel=2e-3)
    assert motor.drawn_a == pytest.approx(duty * charge / 0.01, rel=2e-3)
    motor.settle()
    assert motor.meters.copper_j == pytest.approx(row.resistance_ohm * square, rel=2e-3)
    assert motor.meters.driver_j == pytest.approx(0.1 * square, rel=2e-3)
    assert motor.meters.supply_j == pytest.approx(0.4 * duty**2 * square, rel=2e-2)


def test_the_end_of_a_step_misses_a_third_of_the_peak():
    motor = Motor(WITH_FRICTION, 0.01)
    motor.step(0.5, 24.0)
    assert motor.peak_current_a > 1.33 * motor.current_a


@pytest.mark.parametrize("row", [WITH_FRICTION, RINGING])
def test_step_length_does_not_matter(row):
    coarse, fine_motor = Motor(row, 0.01), Motor(row, 0.001)
    for k in range(8):
        duty = 0.9 if k % 4 else 0.2
        coarse.step(duty, 10.0)
        highest, total = -math.inf, 0.0
        for _ in range(10):
            fine_motor.step(duty, 10.0)
            highest = max(highest, fine_motor.peak_current_a)
            total += fine_motor.mean_current_a
        assert coarse.speed_rad_s == pytest.approx(fine_motor.speed_rad_s, rel=1e-9)
        assert coarse.peak_current_a == pytest.approx(highest, rel=1e-6)
        assert coarse.mean_current_a == pytest.approx(total / 10, rel=1e-6)
    coarse.settle()
    fine_motor.settle()
    assert coarse.meters.copper_j == pytest.approx(fine_motor.meters.copper_j, rel=1e-6)
    assert coarse.meters.viscous_j == pytest.approx(fine_motor.meters.viscous_j, rel=1e-6)


@pytest.mark.parametrize("duty", [0.1, 0.5, 0.8])
def test_pwm_ripple_is_that_of_a_switched_winding(duty):
    """Switched for real, in 2000 parts a period, against a fixed back-EMF, until it repeats."""
    ohm, henry, hz, supply_v, emf_v = 4.17, 8e-5, 20_000.0, 5.0, 1.0
    parts = 2000
    decay = math.exp(-ohm / henry / hz / parts)
    i, period = 0.0, []
    for k in range(12 * parts):
        settled = ((supply_v if k % parts < duty * parts else 0.0) - emf_v) / ohm
        i = settled + (i - settled) * decay
        period = [*period, i] if k >= 11 * parts else []
    mean = sum(period) / parts
    above, heat = ripple(duty, ohm, henry, hz)
    assert mean == pytest.approx((duty * supply_v - emf_v) / ohm, abs=1e-3)
    assert above * supply_v == pytest.approx(max(period) - mean, rel=0.01)
    watts = ohm * sum((each - mean) ** 2 for each in period) / parts
    assert heat * supply_v**2 == pytest.approx(watts, rel=0.01)


def test_ripple_is_in_the_peak_the_loss_and_the_supply():
    smooth, rippled = (
        Motor(WITH_FRICTION, 0.01, 0.0, Circuit(pwm_hz=hz, driver_ohm=0.1)) for hz in (1e9, 20_000.0)
    )
    for _ in range(100):
        smooth.step(0.5, 24.0)
        rippled.step(0.5, 24.0)
    assert rippled.peak_current_a - smooth.peak_current_a == pytest.approx(0.627, rel=0.01)
    smooth.settle()
    rippled.settle()
    more_j = rippled.meters.copper_j - smooth.meters.copper_j
    assert more_j == pytest.approx(2.18 * (2 * 0.627) ** 2 / 12, rel=0.02)  # a triangle, for a second
    assert rippled.drawn_a > smooth.drawn_a
    assert rippled.speed_rad_s == smooth.speed_rad_s


def test_it_starts_at_the_start_voltage_and_runs_on_below_it():
    motor = Motor(WITH_FRICTION, 0.01)
    lowest_v = WITH_FRICTION.coulomb_nm * WITH_FRICTION.resistance_ohm / WITH_FRICTION.torque_constant_nm_a
    for _ in range(200):
        motor.step(1.0, 1.7)
    assert motor.speed_rad_s == 0.0
    for _ in range(200):
        motor.step(1.0, 1.8)
    for _ in range(400):
        motor.step(1.0, 1.2)
    assert lowest_v < 1.2
    assert motor.speed_rad_s > 0.0
    for _ in range(400):
        motor.step(1.0, 0.9 * lowest_v)
    assert motor.speed_rad_s == 0.0


def test_a_worn_motor_starts_later_and_turns_slower():
    fresh, worn = Motor(WITH_FRICTION, 0.01), Motor(WITH_FRICTION, 0.01)
    worn.wear = 5.0
    for _ in range(200):
        fresh.step(1.0, 6.0)
        worn.step(1.0, 6.0)
    assert worn.speed_rad_s == 0.0
    assert fresh.speed_rad_s > 0.0
    for _ in range(200):
        fresh.step(1.0, 12.0)
        worn.step(1.0, 12.0)
    assert 0.0 < worn.speed_rad_s < 0.95 * fresh.speed_rad_s
    assert worn.mean_current_a == pytest.approx(5 * fresh.mean_current_a, rel=0.1)
    worn.wear = 1.0
    for _ in range(100):
        fresh.step(1.0, 12.0)
        worn.step(1.0, 12.0)
    assert worn.speed_rad_s == pytest.approx(fresh.speed_rad_s, rel=1e-6)


def test_duty_zero_brakes_and_no_power_or_a_broken_wire_coasts():
    braked, coasting, broken = (Motor(WITH_FRICTION, 0.01) for _ in range(3))
    for _ in range(200):
        for each in (braked, coasting, broken):
            each.step(1.0, 12.0)
    broken.open_circuit = True
    for _ in range(30):
        braked.step(0.0, 12.0)
        coasting.coast()
        broken.step(1.0, 12.0)
    assert braked.speed_rad_s == 0.0
    assert coasting.current_a == coasting.drawn_a == broken.peak_current_a == broken.drawn_a == 0.0
    assert coasting.speed_rad_s == broken.speed_rad_s > 100.0
    for _ in range(1000):
        coasting.coast()
    assert coasting.speed_rad_s == 0.0


def test_a_coasting_shaft_stops_when_its_friction_has_eaten_its_energy():
    motor = Motor(WITH_FRICTION, 0.01)
    motor.speed_rad_s = 300.0
    steps = 0
    while motor.speed_rad_s > 0.0:
        motor.coast()
        steps += 1
    j, b, t = 9.0e-6, 4e-6, 1e-3
    assert steps * 0.01 == pytest.approx(j / b * math.log1p(b * 300.0 / t), abs=0.01)
    motor.settle()
    assert motor.meters.viscous_j + motor.meters.coulomb_j == pytest.approx(j * 300.0**2 / 2, rel=1e-3)


@given(
    volts=st.lists(st.floats(0.0, 24.0), min_size=1, max_size=60),
    inertia=st.floats(1e-8, 1e-4),
    inductance=st.floats(1e-5, 5e-2),
    viscous=st.sampled_from([0.0, 1e-6, 1e-5]),
)
def test_any_motor_stays_finite_never_turns_backwards_and_keeps_its_energy(
    volts, inertia, inductance, viscous
):
    motor = Motor(Row(2.0, inductance, 0.02, inertia, viscous, 1e-4), 0.01, 0.0, Circuit(supply_ohm=0.3))
    for each in volts:
        motor.step(each / 24.0, 24.0)
        assert math.isfinite(motor.current_a)
        assert 0.0 <= motor.speed_rad_s <= 24.0 / 0.02 * 2.1
        assert motor.peak_current_a >= motor.current_a - 1e-9
        assert abs(motor.mean_current_a) <= 30.0
    motor.settle()
    meters = motor.meters
    assert meters.in_j == pytest.approx(meters.out_j + motor.stored_j, rel=0.01, abs=1e-6)


def test_winding_and_housing_warm_as_the_closed_form_says():
    """At a constant loss the step response of the two nodes, from their matrix, at three times."""
    heat, watts = MotorHeat(3.1, 14.0, 12.0, 612.0), 3.0
    warmth = Warmth(heat, 23.0, 1.0)
    seen = {}
    for second in range(1, 5001):
        warmth.step(watts)
        seen[second] = (warmth.winding_c, warmth.housing_c)
    c_w, c_h = 12.0 / 3.1, 612.0 / 14.0
    for second in (10, 300, 5000):
        w = h = 0.0
        for _ in range(second * 20):  # midpoint rule, 50 ms
            dw, dh = (watts - (w - h) / 3.1) / c_w, ((w - h) / 3.1 - h / 14.0) / c_h
            mw, mh = w + dw / 40, h + dh / 40
            w += (watts - (mw - mh) / 3.1) / c_w / 20
            h += ((mw - mh) / 3.1 - mh / 14.0) / c_h / 20
        assert seen[second] == pytest.approx((23.0 + w, 23.0 + h), abs=0.01)
    assert seen[5000] == pytest.approx((23 + 3 * 17.1, 23 + 3 * 14.0), abs=0.1)


def test_a_held_motor_gets_hot_its_copper_drifts_and_its_current_falls():
    motor = Motor(RE25, 0.01, 0.0, Circuit(heat=MotorHeat(3.1, 14.0, 12.0, 612.0), air_c=25.0))
    motor.blocked = True
    for _ in range(200):
        for _ in range(100):
            motor.step(0.25, 12.0)
        motor.settle()
    assert 38.0 < motor.housing_c < motor.winding_c
    warm_ohm = 2.18 * (1 + 0.0039 * (motor.winding_c - 25.0))
    assert motor.current_a == pytest.approx(3.0 / warm_ohm, rel=2e-3)
    assert math.isnan(Motor(RE25, 0.01).winding_c)


def head():
    return load_profile("percussion-massager").outputs[0].percussion


def test_crank():
    assert strokes_per_min(1.75 * 2 * math.pi * 40, 1.75) == pytest.approx(2400)
    assert crank_load_nm(130.0, 0.012, 1.75) == pytest.approx(0.1419, rel=1e-3)
    assert crank_inertia_kg_m2(0.045, 0.012, 1.0) == pytest.approx(0.045 * 0.006**2 / 2)


def test_a_head_starts_later_the_harder_it_is_pressed():
    starts_v = [Crank(head(), 2.45, force_n).start_v for force_n in (0.0, 15.0, 60.0, 120.0, 240.0)]
    assert starts_v[:2] == [5.0, 5.0]  # friction at rest asks for more than the press
    assert starts_v == sorted(starts_v)
    # From rest, without back-EMF, the motor's work has to cover F r (1 - cos angle) at every angle, at
    # worst 0.7246 F r per radian; a motor that holds the crank at right angles passes in any case.
    peak_nm = 120.0 * 0.006 / 1.75
    least_v, enough_v = ((share * peak_nm + 0.015) * 2.45 / 0.0538 for share in (0.7246, 1.0))
    assert least_v < starts_v[3] < enough_v


def test_a_stall_follows_from_torque_and_flywheel():
    crank = Crank(head(), 2.45, 60.0)
    low_v = 0.5 * crank.never_stalls_v
    limit = crank.stall_speed(low_v)
    assert not crank.passes(low_v, 0.9 * limit)
    assert crank.passes(low_v, 1.1 * limit)
    assert crank.stall_speed(crank.never_stalls_v) == pytest.approx(0.0, abs=0.05 * limit)
    # Without voltage the flywheel alone has to do the work of a stroke, and brake and friction come on top.
    assert 3.0e-5 * crank.stall_speed(0.0) ** 2 / 2 > 60.0 * 0.012


@pytest.mark.parametrize("profile_id", ["percussion-massager", "heated-head"])
def test_the_stated_stall_force_is_the_one_of_the_physics(profile_id):
    """Crank at right angles, motor held still at full level; friction not counted."""
    profile = load_profile(profile_id)
    output = profile.output_for("percussion")
    crank = output.percussion
    volts = output.max_duty * profile.supply.volts
    peak_nm = Crank(crank, crank.resistance_ohm, crank.stall_force_n).peak_nm
    stall_nm = crank.torque_constant_nm_a * volts / crank.resistance_ohm
    assert peak_nm == pytest.approx(stall_nm, rel=0.02)


COIN = Row(4.17, 8.0e-5, 5.97e-4, 1.37e-8, 2.18e-7, 4.8e-5, 1.5)


def switched(row, duty, supply_v, seconds, hz=20_000.0, parts=50, drop_v=0.5):
    """Transistor and diode for real: speed, and over the last tenth mean, drawn, mean square, peak."""
    h = 1.0 / hz / parts
    i = w = charge = drawn = square = peak = 0.0
    steps = round(seconds / h)
    decay = math.exp(-row.resistance_ohm * h / row.inductance_h)
    for k in range(steps):
        on = k % parts < duty * parts
        emf_v, before = row.torque_constant_nm_a * w, i
        if on or i > 0.0:
            settled = ((supply_v if on else -drop_v) - emf_v) / row.resistance_ohm
            i = max(0.0, settled + (i - settled) * decay)
        pull = row.torque_constant_nm_a * i - row.viscous_nm_s * w - row.coulomb_nm
        w = max(0.0, w + pull / row.inertia_kg_m2 * h)
        if k >= 0.9 * steps:
            mean = (before + i) / 2
            charge, square, peak = (
                charge + mean,
                square + (before * before + before * i + i * i) / 3,
                max(peak, i),
            )
            drawn += mean if on else 0.0
    count = steps - math.ceil(0.9 * steps)
    return w, charge / count, drawn / count, square / count, peak


@pytest.mark.parametrize(("row", "duty", "supply_v"), [(COIN, 0.6, 5.0), (WITH_FRICTION, 0.2, 24.0)])
def test_a_low_side_switch_is_what_transistor_and_diode_do(row, duty, supply_v):
    motor = LowSideMotor(row, 0.01)
    for _ in range(36):
        motor.step(duty, supply_v)
    motor.settle()
    early_j = motor.meters.copper_j
    for _ in range(4):
        motor.step(duty, supply_v)
    motor.settle()
    speed, mean_a, drawn_a, square_a2, peak_a = switched(row, duty, supply_v, 0.4)
    assert motor.speed_rad_s == pytest.approx(speed, rel=0.01)
    assert motor.mean_current_a == pytest.approx(mean_a, rel=0.02)
    assert motor.drawn_a == pytest.approx(drawn_a, rel=0.02)
    assert motor.peak_current_a == pytest.approx(peak_a, rel=0.02)
    assert (motor.meters.copper_j - early_j) / 0.04 == pytest.approx(row.resistance_ohm * square_a2, rel=0.02)


def test_a_low_side_switch_coasts_at_duty_zero_and_its_current_never_turns_round():
    low, bridge = LowSideMotor(WITH_FRICTION, 0.01), Motor(WITH_FRICTION, 0.01)
    least_a = 0.0
    for k in range(400):
        duty = 0.0 if k >= 300 else 0.5 if k % 100 < 50 else 0.1
        for motor in (low, bridge):
            motor.step(duty, 24.0)
        least_a = min(least_a, low.current_a, low.mean_current_a)
        if k == 330:
            assert bridge.speed_rad_s == 0.0
            assert low.speed_rad_s > 50.0
    assert least_a == 0.0
    low.settle()
    assert low.meters.in_j == pytest.approx(low.meters.out_j + low.stored_j, rel=0.01)


@pytest.mark.parametrize("profile_id", ["percussion-massager", "heated-head"])
def test_a_head_at_full_level_starts_against_nine_tenths_of_its_stall_force_and_not_against_more(profile_id):
    profile = load_profile(profile_id)
    output = profile.output_for("percussion")
    stated_n, turning = output.percussion.stall_force_n, []
    for share in (0.9, 1.15):
        plant = Plant(profile, Person(pressing_force_n=share * stated_n))
        motor = next(each for each in plant.motors if each.name == output.name)
        plant.duties[motor.index] = round(output.max_duty * 65535)
        for _ in range(200):
            plant.step(True)
        turning.append(motor.motor.speed_rad_s > 0.0)
    assert turning == [True, False]


def test_a_head_that_turns_slowly_is_stopped_by_a_hard_press_and_keeps_turning_when_fast():
    """Half duty from a run at full: slow and pressed hard it stalls, pressed lightly it goes on."""
    speeds = []
    for force_n in (15.0, 100.0):
        plant = Plant(load_profile("percussion-massager"), Person(pressing_force_n=force_n))
        for duty, steps in ((60_000, 100), (30_000, 100)):
            plant.duties[0] = duty
            for _ in range(steps):
                plant.step(True)
            speeds.append(plant.motors[0].motor.speed_rad_s)
    assert speeds[0] > speeds[1] > 0.0
    assert speeds[2] > 0.0
    assert speeds[3] == 0.0
