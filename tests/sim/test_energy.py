"""Energy of motors and battery on what the device really drives: it closes within 1 %."""

from functools import cache

import pytest

from programs.profile import load_profile
from sim.person import Person
from sim.plant import Plant
from tests.sim.played import PROGRAMS, duties

SECONDS = 150


@cache
def play(program, profile_id, step_ms=10, person=None, charge=0.5):
    """A plant after it got the duties of the program, and its peaks."""
    plant = Plant(load_profile(profile_id), person, charge=charge, step_ms=step_ms)
    peaks = {}
    for row in duties(program, profile_id, SECONDS):
        plant.duties[:] = row
        for _ in range(10 // step_ms):
            plant.step(True)
            seen = {"current_a": plant.peak_current_a, "supply_v": -plant.supply_v, "pad_c": plant.pad_c}
            for each in plant.motors:
                motor = each.motor
                seen |= {
                    f"{each.name} speed_rad_s": motor.speed_rad_s,
                    f"{each.name} current_a": motor.peak_current_a,
                    f"{each.name} winding_c": motor.winding_c,
                    f"{each.name} acceleration_m_s2": each.acceleration_m_s2,
                }
            for name, value in seen.items():
                if value == value and value > peaks.get(name, float("-inf")):
                    peaks[name] = value
    return plant, peaks


@pytest.mark.parametrize(("program", "profile_id"), PROGRAMS)
def test_step_halving_changes_no_peak_by_half_a_percent(program, profile_id):
    """Temperatures are compared by their rise above the room."""
    _, coarse = play(program, profile_id, 10)
    _, fine = play(program, profile_id, 5)
    assert coarse.keys() == fine.keys()
    for name, peak in coarse.items():
        base = 23.0 if name.endswith("_c") else 0.0
        assert peak - base == pytest.approx(fine[name] - base, rel=0.005, abs=1e-9), name


@pytest.mark.parametrize(("program", "profile_id"), PROGRAMS)
def test_what_a_motor_gets_is_heat_friction_work_or_stored(program, profile_id):
    plant, _ = play(program, profile_id)
    driven = [each.motor for each in plant.motors if each.motor.meters.in_j > 0.0]
    assert driven
    for motor in driven:
        meters = motor.meters
        assert meters.copper_j > 0.0
        assert meters.coulomb_j > 0.0
        assert meters.in_j == pytest.approx(meters.out_j + motor.stored_j, rel=0.01)
    pressed = [each.motor.meters.load_j for each in plant.motors if each.head == "percussive"]
    assert all(work_j > 0.0 for work_j in pressed if any(each in driven for each in pressed))


@pytest.mark.parametrize(("program", "profile_id"), PROGRAMS)
def test_what_the_supply_gives_is_lost_in_it_or_reaches_the_loads(program, profile_id):
    plant, _ = play(program, profile_id)
    supply, battery = plant.supply, plant.supply.battery
    loads_j = sum(each.motor.meters.in_j for each in plant.motors)
    loads_j += plant.idle_j + plant.heater_j + plant.burnt_j
    if battery is not None:
        given_j = battery.given_j - battery.lost_j - battery.stored_j - supply.lost_j
        assert battery.charge < 0.5
    else:
        given_j = plant.given_j - supply.lost_j
    assert given_j == pytest.approx(loads_j, rel=0.01)


def test_pressing_harder_costs_current_and_speed_and_becomes_work():
    plants = [
        play("upper-back-percussion", "percussion-massager", person=Person(pressing_force_n=force_n))[0]
        for force_n in (0.0, 10.0, 20.0)
    ]
    motors = [plant.motors[0].motor for plant in plants]
    assert motors[0].meters.load_j == pytest.approx(0.0, abs=1e-6)
    assert motors[0].meters.load_j < motors[1].meters.load_j < motors[2].meters.load_j
    assert plants[0].supply.charge > plants[1].supply.charge > plants[2].supply.charge
    assert motors[0].winding_c < motors[1].winding_c < motors[2].winding_c
