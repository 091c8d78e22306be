"""Parts of a rig that cannot be are refused; those of the built-in rigs are not."""

from __future__ import annotations

import pytest

from programs.errors import Rejected
from programs.profile import PROFILES, load_profile, parse_profile, profile_ids

HEAD = (PROFILES / "heated-head.toml").read_text(encoding="utf-8")

# (what is changed, to what, the key that is named, part of the sentence)
IMPOSSIBLE: list[tuple[str, str, str, str]] = [
    ("rise_time_s = 0.08", "rise_time_s = 600.0", "rise_time_s", "by its own table"),
    ("torque_constant_nm_a = 0.0234", "torque_constant_nm_a = 10.0", "rise_time_s", "by its own table"),
    ("inertia_kg_m2 = 9.0e-6", "inertia_kg_m2 = 1.0", "rise_time_s", "by its own table"),
    ("viscous_nm_s = 4.0e-6", "viscous_nm_s = 1.0", "rise_time_s", "by its own table"),
    ("inductance_h = 2.38e-4", "inductance_h = 1.0", "inductance_h", "L/R"),
    ("resistance_ohm = 2.18", "resistance_ohm = 0.01", "resistance_ohm", "218 A"),
    ("eccentric_kg_m = 1.0e-4", "eccentric_kg_m = 0.1", "eccentric_kg_m", "accelerates"),
    ("gear_ratio = 1.75", "gear_ratio = 100.0", "gear_ratio", "strokes per minute"),
    ("power_w = 13.0", "power_w = 60.0", "power_w", "W/cm2"),
    ("pad_heat_capacity_j_k = 25.0", "pad_heat_capacity_j_k = 2000.0", "heating_rate_c_s", "allows 0.00065"),
    ("pad_heat_capacity_j_k = 25.0", "pad_heat_capacity_j_k = 1.0", "pad_heat_capacity_j_k", "overshoot"),
    ("heating_rate_c_s = 0.40", "heating_rate_c_s = 0.6", "heating_rate_c_s", "to 0.52"),
    ("area_cm2 = 38.5", "area_cm2 = 2000.0", "pad_heat_capacity_j_k", "per cm2"),
    ("ambient_loss_w_k = 0.08", "ambient_loss_w_k = 10.0", "holding_power", "200 to"),
    ("holding_power = 0.33", "holding_power = 0.01", "holding_power", "0.13 W"),
    ("start_duty = 0.0 ", "start_duty = 0.1 ", "start_duty", "a heater starts at 0"),
    ("divider_ohm = 10000.0", "divider_ohm = 100.0", "divider_ohm", "allowed 1% to 99%"),
    ("ntc_r25_ohm = 10000.0", "ntc_r25_ohm = 100.0", "divider_ohm", "allowed 1% to 99%"),
    ("heat_c = 40.0", "heat_c = 5.0", "heat_c", "at least 30"),
    ("vibration = 0.85", "vibration = 1e-9", "vibration", "at least 0.01"),
]


@pytest.mark.parametrize(("old", "new", "key", "says"), IMPOSSIBLE, ids=[row[1] for row in IMPOSSIBLE])
def test_a_part_that_cannot_be_is_refused_at_its_key(old: str, new: str, key: str, says: str) -> None:
    assert old in HEAD
    with pytest.raises(Rejected) as caught:
        parse_profile(HEAD.replace(old, new, 1), "rig.toml")
    mine = [each for each in caught.value.diagnostics if each.code == "D140" and each.where[-1] == key]
    assert mine, [str(each) for each in caught.value.diagnostics]
    assert says in mine[0].message
    assert mine[0].line
    assert mine[0].hint


BY_THEMSELVES = {
    "inertia_kg_m2 = 9.0e-6": "1e-300",
    "inductance_h = 2.38e-4": "1e-300",
    "gear_ratio = 1.75": "1e-9",
    "stroke_m = 0.012": "1e-300",
    "contact_mass_kg = 1.2": "1e-300",
    "handle_mass_kg = 0.90": "1e-12",
    "heating_rate_c_s = 0.40": "1e-9",
    "holding_power = 0.33": "1e-9",
    "power_w = 13.0": "1e-9",
    "area_cm2 = 38.5": "1e-9",
    "volts = 24.0": "1e-300",
}


@pytest.mark.parametrize("old", BY_THEMSELVES)
def test_a_value_that_no_part_has_is_out_of_range(old: str) -> None:
    key = old.split(" = ")[0]
    with pytest.raises(Rejected, match="it must be a number from"):
        parse_profile(HEAD.replace(old, f"{key} = {BY_THEMSELVES[old]}", 1), "rig.toml")


def test_the_built_in_rigs_are_possible() -> None:
    for name in profile_ids():
        assert load_profile(name).id == name
