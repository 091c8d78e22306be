"""Whatever rig is accepted, the device starts on it and the simulator can play it."""

import copy
import math
import tomllib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from firmware_bridge.rig import device_config
from programs.errors import Rejected
from programs.profile import PROFILES, Profile, impossibilities, parse_profile, profile_ids
from sim.lockstep import simulate
from sim.plant import Plant

BUILT_IN = [tomllib.loads((PROFILES / f"{name}.toml").read_text(encoding="utf-8")) for name in profile_ids()]


def numbers(table):
    """Every table that holds a number, with its key."""
    for key, value in table.items():
        if isinstance(value, float):
            yield table, key
        for inner in [value] if isinstance(value, dict) else value if isinstance(value, list) else []:
            if isinstance(inner, dict):
                yield from numbers(inner)


@st.composite
def rigs(draw):
    """A built-in rig with a few of its values changed by up to a factor of 30."""
    data = copy.deepcopy(draw(st.sampled_from(BUILT_IN)))
    places = list(numbers(data))
    for index in draw(st.sets(st.integers(0, len(places) - 1), min_size=1, max_size=3)):
        table, key = places[index]
        table[key] *= 10 ** draw(st.floats(-1.5, 1.5))
    try:
        rig = Profile.model_validate(data)
    except ValidationError:
        assume(False)
    assume(not list(impossibilities(rig)))
    return rig


@settings(max_examples=25, deadline=None)
@given(rig=rigs())
def test_an_accepted_rig_can_be_played(rig, timeline):
    config = device_config(rig)
    assert config.problem() == ""
    assert list(config.ntc_raw) == sorted(set(config.ntc_raw), reverse=True)
    channel = 0 if "vibration" in rig.channels else 1
    level = min(3000, int(rig.limit(("vibration", "percussion")[channel]) * 10_000))
    heat = int(rig.limit("heat") * 100) if "heat" in rig.channels else 0
    played = timeline(8, level, heat, channel, profile=rig.id)
    result = simulate(played, rig, seed=1)
    assert (result.outcome, result.faults) == ("completed", ())
    for name in result.trace.columns:
        if name.endswith(("_rpm", "_a", "_v")):
            assert all(map(math.isfinite, result.trace.column(name, 50)))


def written(profile_id, old, new):
    text = (PROFILES / f"{profile_id}.toml").read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("profile_id", "old", "new", "says"),
    [
        ("heated-head", "housing_air_k_w = 14.0", "", "housing_air_k_w is missing"),
        ("heated-head", "winding_housing_k_w = 3.1", "winding_housing_k_w = -3.1", "winding_housing_k_w"),
        ("heated-head", "winding_time_constant_s = 12.0", "winding_time_constant_s = 900.0", "below housing"),
        ("heated-head", "cells = 0", "cells = 0\ncapacity_ah = 2.0", "a mains adapter has none"),
        (
            "heated-head",
            "rise_time_s = 25.0",
            "rise_time_s = 25.0\npwm_hz = 20000.0",
            "only a motor's output",
        ),
        ("heated-head", "rise_time_s = 0.08", "rise_time_s = 0.08\npwm_hz = 50000.0", "pwm_hz"),
        (
            "heated-head",
            "rise_time_s = 0.08",
            "rise_time_s = 0.08\ndriver_resistance_ohm = -0.1",
            "driver_res",
        ),
        ("percussion-massager", "capacity_ah = 2.5", "capacity_ah = 0.0", "capacity_ah"),
        ("percussion-massager", "stall_force_n = 130.0", "stall_force_n = 900.0", "hold 131 N at full level"),
        ("percussion-massager", "resistance_ohm = 2.45", "resistance_ohm = -2.45", "resistance_ohm"),
        ("percussion-massager", "inertia_kg_m2 = 3.0e-5", "inertia_kg_m2 = 0.0", "inertia_kg_m2"),
    ],
)
def test_physics_that_cannot_be_is_a_sentence(profile_id, old, new, says):
    with pytest.raises(Rejected) as refused:
        parse_profile(written(profile_id, old, new), "rig.toml")
    assert any(says in each.message for each in refused.value.diagnostics)


def test_driver_and_pwm_reach_the_motor():
    heavy = parse_profile(
        written("heated-head", "rise_time_s = 0.08", "rise_time_s = 0.08\ndriver_resistance_ohm = 0.5")
    )
    plain = parse_profile(
        written("heated-head", "rise_time_s = 0.08", "rise_time_s = 0.08\npwm_hz = 25000.0")
    )
    currents = []
    for rig in (heavy, plain):
        plant = Plant(rig)
        plant.motors[0].motor.blocked = True
        plant.duties[0] = 65_535
        for _ in range(10):
            plant.step(True)
        currents.append(plant.motors[0].motor.mean_current_a)
    ohm = 2.18 * (1 + 0.0039 * (23 - 25))  # copper at the temperature of the room
    assert currents == pytest.approx([24 / (ohm + 0.5 + 0.1), 24 / (ohm + 0.1)], rel=0.02)


def test_a_low_side_driver_lets_the_motor_coast():
    rig = parse_profile(
        written("heated-head", "fall_time_s = 0.08", 'fall_time_s = 0.08\ndriver = "low-side"')
    )
    turning = []
    for each in (rig, parse_profile(written("heated-head", "fall_time_s", "fall_time_s"))):
        plant = Plant(each)
        for k in range(220):
            plant.duties[0] = 30_000 if k < 180 else 0
            plant.step(True)
        turning.append(plant.motors[0].motor.speed_rad_s)
    assert turning[0] > 100.0
    assert turning[1] == 0.0
