"""Profiles: the built-in rigs are physically consistent, and impossible rigs are refused."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from programs.errors import Rejected
from programs.hardware import Profile
from programs.profile import load_profile, parse_profile, profile_ids

BUILT_IN = ("heated-head", "percussion-massager", "vibration-pad")


def text_of(name: str) -> str:
    folder = Path(__file__).parents[2] / "programs" / "profiles"
    return (folder / f"{name}.toml").read_text(encoding="utf-8")


def test_the_three_rigs_are_there() -> None:
    assert profile_ids() == BUILT_IN


def test_channels_and_heads() -> None:
    pad, gun, head = (load_profile(name) for name in ("vibration-pad", "percussion-massager", "heated-head"))
    assert pad.channels == ("vibration",)
    assert gun.channels == ("vibration", "percussion")
    assert gun.output_for("vibration") is gun.output_for("percussion")
    assert gun.head("vibration") == "percussive"
    assert head.channels == ("vibration", "percussion", "heat")
    assert (head.head("vibration"), head.head("percussion"), head.head("heat")) == (
        "vibrating",
        "percussive",
        "heater",
    )
    assert pad.output_for("heat") is None
    assert pad.head("heat") is None


@pytest.mark.parametrize("name", BUILT_IN)
def test_limits_lower_the_safety_limits(name: str) -> None:
    profile = load_profile(name)
    assert 0 <= profile.limits.vibration <= 0.85
    assert 0 <= profile.limits.percussion <= 0.85
    assert 0 <= profile.limits.heat_c <= 41.0


def motors() -> list[tuple[Profile, int]]:
    rigs = [load_profile(name) for name in BUILT_IN]
    return [(rig, n) for rig in rigs for n, output in enumerate(rig.outputs) if output.motor]


@pytest.mark.parametrize(("rig", "index"), motors(), ids=lambda value: getattr(value, "id", str(value)))
def test_motors_agree_with_themselves(rig: Profile, index: int) -> None:
    output = rig.outputs[index]
    motor = output.motor
    assert motor is not None
    volts = output.max_duty * rig.supply.volts
    speed = motor.speed_rad_s(volts)
    # The steady state solves the equations: V = R i + Ke w, Kt i = b w + Tc.
    amps = (volts - motor.torque_constant_nm_a * speed) / motor.resistance_ohm
    drag = motor.viscous_nm_s * speed + motor.coulomb_nm
    assert math.isclose(motor.torque_constant_nm_a * amps, drag, rel_tol=1e-9)
    assert motor.lowest_running_voltage_v < motor.start_voltage_v <= output.start_duty * rig.supply.volts
    assert 2.2 * motor.time_constant_s == pytest.approx(output.rise_time_s, rel=0.2)
    assert 0.032 <= output.rise_time_s <= 0.180  # published range of vibration motors


def test_the_coin_motor_is_the_one_of_the_data_sheet() -> None:
    motor = load_profile("vibration-pad").outputs[0].motor
    assert motor is not None
    speed = motor.speed_rad_s(3.0)
    assert speed * 60 / (2 * math.pi) == pytest.approx(12_000, rel=0.01)
    amps = (3.0 - motor.torque_constant_nm_a * speed) / motor.resistance_ohm
    assert amps / 6 == pytest.approx(0.09, rel=0.01)
    assert 3.0 / motor.resistance_ohm / 6 == pytest.approx(0.12, rel=0.01)


def test_the_vibration_motor_is_the_maxon_row() -> None:
    motor = load_profile("heated-head").outputs[0].erm
    assert motor is not None
    assert 12 / motor.resistance_ohm == pytest.approx(5.5, rel=0.01)
    assert 12 / motor.resistance_ohm * motor.torque_constant_nm_a == pytest.approx(0.129, rel=0.01)
    assert motor.speed_rad_s(12) * 60 / (2 * math.pi) == pytest.approx(4860, rel=0.03)


@pytest.mark.parametrize("name", ["percussion-massager", "heated-head"])
def test_the_percussion_head_is_what_its_full_scale_says(name: str) -> None:
    profile = load_profile(name)
    output = profile.output_for("percussion")
    assert output is not None
    assert output.percussion is not None
    head = output.percussion
    volts = output.max_duty * profile.supply.volts
    strokes_per_s = head.speed_rad_s(volts) / head.gear_ratio / (2 * math.pi)
    assert strokes_per_s * 60 == pytest.approx(1900, rel=0.02)
    peak = head.stroke_m / 2 * (2 * math.pi * strokes_per_s) ** 2
    assert peak == pytest.approx(240, rel=0.02)
    stall = volts / head.resistance_ohm * head.torque_constant_nm_a * head.gear_ratio / (head.stroke_m / 2)
    assert head.stall_force_n == pytest.approx(stall, rel=0.02)
    handle_rms = peak * head.moving_mass_kg / head.handle_mass_kg / math.sqrt(2)
    weight_at_32_hz = 0.5  # ISO 5349-1, at or above the true weight
    assert output.a_hv_m_s2 is not None
    assert output.a_hv_m_s2 >= handle_rms * weight_at_32_hz


def test_the_pad_holds_its_limit_with_a_few_watts() -> None:
    profile = load_profile("heated-head")
    output = profile.output_for("heat")
    assert output is not None
    assert output.heater is not None
    pad = output.heater
    assert 1 <= pad.holding_power * pad.power_w <= 6
    assert pad.area_cm2 == pytest.approx(math.pi * 3.5**2, rel=0.01)
    # Alone, without skin, full power would heat it faster than on skin.
    assert pad.heating_rate_c_s < pad.power_w / pad.pad_heat_capacity_j_k
    kelvin = 273.15
    at_40 = pad.ntc_r25_ohm * math.exp(pad.ntc_beta_k * (1 / (40 + kelvin) - 1 / (25 + kelvin)))
    assert at_40 == pytest.approx(5311, rel=0.001)


def test_the_hash_follows_every_value_and_nothing_else() -> None:
    text = text_of("vibration-pad")
    profile = parse_profile(text)
    assert len(profile.hash) == 16
    assert parse_profile("# a comment\n" + text.replace("0.350", "0.35")).hash == profile.hash
    assert parse_profile(text.replace("max_duty = 0.60", "max_duty = 0.61")).hash != profile.hash


def test_time_constant_of_a_channel() -> None:
    assert load_profile("vibration-pad").time_constant_s("vibration") == pytest.approx(0.10 / 2.2)
    with pytest.raises(KeyError):
        load_profile("vibration-pad").time_constant_s("heat")


PAD, HEAD, GUN = (text_of(name) for name in ("vibration-pad", "heated-head", "percussion-massager"))
WRONG = [
    (PAD.replace("resistance_ohm = 4.17 ", "resistance_ohm = -4.17 "), "D124", "from 0.01 to 1000"),
    (PAD.replace("inertia_kg_m2 = 1.37e-8", "inertia_kg_m2 = 0"), "D124", "from 1e-10 to 1"),
    (PAD.replace("vibration = 0.85", "vibration = 0.86"), "D124", "0 to 0.85"),
    (HEAD.replace("heat_c = 40.0", "heat_c = 41.01"), "D124", "0 to 41"),
    (HEAD.replace("heat_c = 40.0", "heat_c = nan"), "D125", "finite"),
    (PAD.replace("vibration = 0.85", ""), "D121", "limit for it is 0"),
    (PAD.replace('"vibrating"', '"vibratng"'), "D123", "Did you mean 'vibrating'?"),
    (PAD.replace("start_voltage_v = 1.5", "start_voltage_v = 0.3"), "D140", "friction alone"),
    (PAD.replace("start_duty = 0.32", "start_duty = 0.20"), "D140", "Write at least 0.30"),
    (PAD.replace("max_duty = 0.60", "max_duty = 0.30"), "D140", "below max_duty"),
    (GUN.replace("cells = 6", "cells = 12"), "D140", "V each"),
    (PAD.replace("[output.erm]", "[output.erm2]"), "D120", "Did you mean 'erm'?"),
    (
        PAD.replace('["vibration"]', '["heat"]').replace("[limits]", "[limits]\nheat_c = 40"),
        "D136",
        "cannot play",
    ),
    (GUN.replace('["vibration", "percussion"]', '["vibration", "vibration"]'), "D133", "two outputs"),
    (HEAD.replace('channels = ["percussion"]', 'channels = ["vibration"]'), "D133", "two outputs"),
    (PAD.replace("format", "colour = 1\nformat"), "D120", "Unknown key"),
    ("", "D106", "empty"),
    ("{", "D110", "JSON"),
]


@pytest.mark.parametrize(("text", "code", "says"), WRONG, ids=[f"{w[1]}-{i}" for i, w in enumerate(WRONG)])
def test_impossible_rigs_are_refused_with_a_sentence(text: str, code: str, says: str) -> None:
    with pytest.raises(Rejected) as caught:
        parse_profile(text, "rig.toml")
    first = caught.value.diagnostics[0]
    assert first.code == code, str(first)
    assert says in str(first)


def test_a_missing_profile_suggests_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="Did you mean 'heated-head'"):
        load_profile("heatedhead")
    (tmp_path / "mine.toml").write_text(PAD.replace('"vibration-pad"', '"mine"'), encoding="utf-8")
    assert load_profile("mine", tmp_path).id == "mine"
    assert load_profile(tmp_path / "mine.toml").id == "mine"
