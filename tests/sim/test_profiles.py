"""Whatever rig is accepted, the device starts on it and the simulator can play it."""

import copy
import math
import tomllib

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from firmware_bridge.rig import device_config
from programs.profile import PROFILES, Profile, impossibilities, profile_ids
from sim.lockstep import simulate

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
