"""The parts list and the drawing: figures recomputed, nothing that protects is left out."""

from __future__ import annotations

import importlib.util
import math
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from firmware_bridge.rigs.load import load_rig, load_rig_profile
from firmware_bridge.rigs.parts import Item, parts_list
from firmware_bridge.rigs.ratings import fuse_a, main_fuse_a, one_shot_ms
from firmware_bridge.rigs.wiring import wiring_svg
from programs.profile import load_profile, profile_ids
from tests.firmware_bridge.rigs.samples import PI, PICO

ROOT = Path(__file__).parents[3]
spec = importlib.util.spec_from_file_location("rig_pages", ROOT / "docs" / "rig_pages.py")
assert spec is not None
assert spec.loader is not None
rig_pages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rig_pages)

REFERENCE = sorted((ROOT / "docs" / "rigs").glob("*.toml"))
SAMPLES = {"pico": PICO, "pi": PI}


def listed(folder: Path, text: str) -> list[Item]:
    (folder / "rig.toml").write_text(text)
    rig = load_rig("rig", folder)
    return parts_list(rig, load_rig_profile(rig))


def drawn(folder: Path, text: str) -> str:
    (folder / "rig.toml").write_text(text)
    rig = load_rig("rig", folder)
    svg = wiring_svg(rig, load_rig_profile(rig))
    ET.fromstring(svg)  # well formed
    return svg


def test_a_held_motor_opens_its_fuse_and_a_running_one_does_not() -> None:
    """Stall of heated-head's vibration motor: 0.5 x 24 V / (2.18 + 0.10 ohm) = 5.26 A, half of it from
    the supply; 2.63 A / 2.1 = 1.25 A."""
    profile = load_profile("heated-head")
    assert [fuse_a(output, profile) for output in profile.outputs] == [1.25, 3.15, 0.8]
    assert main_fuse_a(profile) == 6.3


@pytest.mark.parametrize("name", profile_ids())
def test_no_fuse_is_below_what_runs_through_it(name: str) -> None:
    profile = load_profile(name)
    for output in profile.outputs:
        motor = output.motor
        amps = output.heater.power_w / profile.supply.volts if output.heater else 0.0
        if motor is not None:
            volts = output.max_duty * profile.supply.volts
            speed = motor.speed_rad_s(volts)
            amps = output.max_duty * (volts - motor.torque_constant_nm_a * speed) / motor.resistance_ohm
        assert fuse_a(output, profile) >= 1.25 * amps * 0.999


def test_the_one_shot_holds_over_two_edges_and_never_200_ms() -> None:
    least, nominal, most = one_shot_ms()
    assert 20 + 50 <= least < nominal < most <= 200  # two ticks, and a late one


def test_the_cut_off_opens_at_50_with_its_tolerance_and_above_the_trip(tmp_path: Path) -> None:
    cut_off = next(each for each in listed(tmp_path, PICO) if "cut-off" in each.what)
    assert "never self-resetting" in cut_off.what
    assert "from 44 to 50 C" in cut_off.value


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_a_comparator_on_a_sensor_of_its_own_opens_enable_at_45(text: str, tmp_path: Path) -> None:
    (made,) = [each for each in listed(tmp_path, text) if "comparator" in each.what]
    assert "latching" in made.what
    ohm = 10_000 * math.exp(3939 * (1 / (45 + 273.15) - 1 / (25 + 273.15)))
    assert made.value == f"{ohm:.0f} ohm over 10000 ohm 1 %: trips below {ohm / (ohm + 10_000):.3f} of 3.3 V"
    assert "comparator, 45 C, latching" in drawn(tmp_path, text)
    assert "comparator" not in drawn(
        tmp_path, text.replace("[pins]", "[pins]  # no ENABLE").replace("enable =", "#")
    )


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_all_that_protects_is_listed_and_drawn(text: str, tmp_path: Path) -> None:
    said = " ".join(f"{each.what} {each.value}" for each in listed(tmp_path, text))
    svg = drawn(tmp_path, text)
    for word in ("fuse", "normally closed", "one-shot", "cut-off", "NTC", "4538"):
        assert word in said, word
        assert word in svg, word
    assert "pull-down" in said
    assert svg.count(">4.7 k<") + svg.count("x 4.7 k<") >= 2 + text.count("[[part]]")
    assert "STOP, pole 1" in svg
    assert "STOP, pole 2" in svg
    assert "ENABLE switch" in svg
    assert ("flyback" in svg) == ("flyback" in said) == ("pca9685" in text)


@pytest.mark.parametrize("text", SAMPLES.values(), ids=SAMPLES)
def test_every_pin_of_the_file_is_in_the_drawing(text: str, tmp_path: Path) -> None:
    svg = drawn(tmp_path, text)
    pins = {word.strip('"') for word in text.split() if word.startswith('"GP')}
    assert len(pins) >= 5
    assert [pin for pin in sorted(pins) if f">{pin}" not in svg] == []


def test_what_is_missing_is_said_in_the_drawing(tmp_path: Path) -> None:
    assert "NO ENABLE SWITCH" in drawn(tmp_path, PICO.replace('enable = "GP15"\n', ""))


def test_another_pin_is_another_drawing(tmp_path: Path) -> None:
    assert drawn(tmp_path, PICO) == drawn(tmp_path, PICO)
    assert drawn(tmp_path, PICO) != drawn(tmp_path, PICO.replace('"GP10"', '"GP11"'))


def test_the_pages_say_what_the_rigs_say() -> None:
    assert rig_pages.stale_names() == [], "run: make docs"


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: path.stem)
def test_every_reference_rig_has_its_page_with_all_its_parts(path: Path) -> None:
    page = path.with_suffix(".md").read_text(encoding="utf-8")
    for heading in ("## Parts", "## The rig file", "## Commissioning", "## What only hardware can show"):
        assert heading in page
    assert page.count("- [ ]") >= 5
    assert f"{path.stem}.md" in (path.parent / "README.md").read_text(encoding="utf-8")
