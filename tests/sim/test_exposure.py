"""Exposure against the tables of safety.md and of the standard, restated here; files read row by row."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.profile import load_profile
from sim.errors import BadRecord, SimError
from sim.exposure import (
    Handle,
    cem43_min,
    energy_j,
    hand_a8_m_s2,
    hand_points,
    handle_of,
    turning_s,
    wh_weight,
)
from sim.lockstep import simulate
from sim.recorded import exposure_of_file

CEM43_PER_MIN = {  # C: minutes of CEM43 a minute, to six digits (cem43_rate.csv)
    37: 0.000244141, 38: 0.000976562, 39: 0.00390625, 40: 0.015625, 41: 0.0625, 42: 0.25, 42.5: 0.5,
    43: 1, 43.5: 1.41421, 44: 2, 45: 4, 46: 8, 47: 16, 48: 32, 49: 64, 50: 128, 51: 256, 53: 1024,
    55: 4096, 60: 131072,
}  # fmt: skip
# ISO 5349-1, table of factors for one-third-octave bands 8 to 31, that is 10^0.8 to 10^3.1 Hz (the same
# numbers as in JIS B 7761-3, as a Japanese ministry prints them).
WH = (
    0.727, 0.873, 0.951, 0.958, 0.896, 0.782, 0.647, 0.519, 0.411, 0.324, 0.256, 0.202, 0.160, 0.127, 0.101,
    0.0799, 0.0634, 0.0503, 0.0398, 0.0314, 0.0245, 0.0186, 0.0135, 0.00894,
)  # fmt: skip


@pytest.mark.parametrize(("temperature_c", "rate"), list(CEM43_PER_MIN.items()))
def test_cem43_rates_to_six_digits(temperature_c, rate):
    assert float(f"{cem43_min([temperature_c], 60.0):.5e}") == pytest.approx(rate, rel=6e-6)


def test_no_heater_no_dose():
    assert cem43_min([math.nan] * 10, 1.0) == 0.0


@pytest.mark.parametrize(("band", "factor"), list(enumerate(WH, start=8)))
def test_weighting_meets_every_digit_of_the_standards_table(band, factor):
    assert float(f"{wh_weight(10 ** (band / 10)):.3g}") == factor


def test_weighting_peaks_near_12_hz_and_falls_off_on_both_sides():
    bands = [wh_weight(each) for each in range(1, 2000)]
    assert bands.index(max(bands)) + 1 in (11, 12)
    assert wh_weight(0.0) == 0.0
    assert wh_weight(1e5) < 1e-5


def test_action_and_limit_value():
    eight_h_s = 8 * 3600.0
    assert hand_points([(2.5, eight_h_s)]) == pytest.approx(100)
    assert hand_points([(5.0, eight_h_s)]) == pytest.approx(400)
    assert hand_a8_m_s2([(5.0, eight_h_s / 4)]) == pytest.approx(2.5)


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0, 3e4)), max_size=5))
def test_points_are_a8_squared_times_16(uses):
    assert hand_points(uses) == pytest.approx(16 * hand_a8_m_s2(uses) ** 2, abs=1e-9)


def test_turning_and_energy():
    assert turning_s([0.0, 10.0, 20.0, 0.0], 0.01) == pytest.approx(0.02)
    assert energy_j([1.0] * 3600, [10.0] * 3600, 1.0) == pytest.approx(36_000)


def test_light_levels_shake_the_hand_less():
    """One stroke a turn at 30 Hz: at half the speed w^2 is a quarter, and Wh(15 Hz) / Wh(30 Hz) more."""
    handle = Handle(a_hv_m_s2=6.0, full_rpm=1800.0, rpm_per_hz=60.0)
    assert handle.a_hv_at(1800.0) == pytest.approx(6.0)
    assert handle.a_hv_at(900.0) == pytest.approx(6.0 / 4 * wh_weight(15.0) / wh_weight(30.0))
    assert handle.a_hv_at(-900.0) == handle.a_hv_at(900.0)
    assert handle.a_hv_at(0.0) == 0.0


@given(st.lists(st.floats(0, 9000), max_size=50))
def test_the_sum_over_a_run_is_that_of_its_rows(speeds_rpm):
    handle = Handle(2.5, 4000.0, 60.0)
    exact = sum(handle.a_hv_at(each) ** 2 for each in speeds_rpm)
    assert handle.square_sum(speeds_rpm) == pytest.approx(exact, rel=0.02, abs=1e-3 * (1 + len(speeds_rpm)))


def test_the_sum_over_many_speeds_is_within_a_thousandth():
    handle = Handle(2.5, 4000.0, 60.0)
    speeds_rpm = [1500.0 + 1000.0 * math.sin(k / 7.0) for k in range(5000)]
    exact = sum(handle.a_hv_at(each) ** 2 for each in speeds_rpm)
    assert handle.square_sum(speeds_rpm) == pytest.approx(exact, rel=1e-3)


def test_a_head_without_a_stated_value_takes_that_of_safety():
    for profile, channel, stated in (("vibration-pad", "vibration", 2.5), ("heated-head", "percussion", 5.5)):
        rig = load_profile(profile)
        output = rig.output_for(channel)
        handle = handle_of(output, rig.supply.volts)
        assert handle.a_hv_m_s2 == stated
        silent = handle_of(output.model_copy(update={"a_hv_m_s2": None}), rig.supply.volts)
        assert silent.a_hv_m_s2 == {"percussive": 7.3, "vibrating": 2.5}[output.head]
    assert handle_of(rig.output_for("heat"), 24.0) is None


# Files.


@pytest.fixture(scope="module")
def rig():
    return load_profile("heated-head")


def written(folder: Path, *lines: str) -> Path:
    path = folder / "record.csv"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_trace_says_the_same_as_the_run_it_is_of(tmp_path, heated_head, short):
    result = simulate(short, heated_head)
    result.trace.write(tmp_path / "t.csv")
    found = exposure_of_file(tmp_path / "t.csv", heated_head)
    assert found.notes == ()
    assert found.duration_s == pytest.approx(result.trace.duration_s)
    for name, value in result.exposure.items():
        assert getattr(found, name) == pytest.approx(value, rel=0.003), name
    assert found.pad_c == pytest.approx(result.peak["pad_c"], abs=0.01)
    assert 0 < result.exposure["hand_points"] < result.exposure["hand_points_most"]


def test_a_record_without_a_plant_gets_the_upper_bound(tmp_path, rig):
    """Half an hour of vibration at any level: 2 x 2.5^2 x 0.5 h; an hour in all at 43 C."""
    rows = [f"{60 * k},{0.1 if k <= 30 else 0},43.0" for k in range(1, 61)]
    found = exposure_of_file(written(tmp_path, "t_s,vibration_applied,pad_c", *rows), rig)
    assert found.hand_points == found.hand_points_most == pytest.approx(6.25, rel=0.04)
    assert found.cem43_min == pytest.approx(59.0, abs=0.1)
    assert found.cem43_skin_min is None
    assert found.energy_wh is None
    said = " ".join(found.notes)
    for word in ("upper bound", "percussion-head", "gaps", "no skin_c", "no current_a"):
        assert word in said


def test_rows_may_come_as_they_like(tmp_path, rig):
    """A second, two seconds, half a second: each for as long as it lasted."""
    lines = ["t_s, other ,pad_c,current_a", "0,x,44,2", "1,y,44,2", "1.5,z,45,4", ""]
    found = exposure_of_file(written(tmp_path, *lines), rig)
    assert found.cem43_min == pytest.approx((2 * 2 + 0.5 * 4) / 60)
    assert found.energy_wh == pytest.approx((2 * 2 + 0.5 * 4) * 24.0 / 3600)
    assert found.pad_c == 45.0
    assert any("24 V is taken" in note for note in found.notes)


def test_a_rig_without_a_heater_has_no_dose(tmp_path):
    pad = load_profile("vibration-pad")
    found = exposure_of_file(written(tmp_path, "t_s,pad_c,pad_speed_rpm", "1,nan,0", "2,nan,12000"), pad)
    assert (found.cem43_min, found.pad_c) == (0.0, None)
    assert found.hand_points > 0


BROKEN = {
    "it is empty": [],
    "no column t_s": ["time,pad_c", "1,2"],
    "not separated by commas": ["t_s;pad_c", "1;2"],
    "there twice": ["t_s,pad_c,pad_c", "1,2,3"],
    "no row below": ["t_s,pad_c"],
    "nothing in it says": ["t_s,note", "1,2"],
    "2: pad_c is 'warm'; allowed": ["t_s,pad_c", "1,warm"],
    "2: pad_c is '1_0'; allowed": ["t_s,pad_c", "1,1_0"],
    "2: pad_c is 'inf'; allowed": ["t_s,pad_c", "1,inf"],
    "3: pad_c is missing here": ["t_s,pad_c", "1,30", "2,nan"],
    "3: pad_c is a number here": ["t_s,pad_c", "1,", "2,30"],
    "3: current_a is 'nan'; allowed": ["t_s,current_a", "1,0.1", "2,nan"],
    "3: t_s is 1 after 2; time must go on": ["t_s,current_a", "2,0.1", "1,0.1"],
    "3: t_s is 1 after 1; time must go on": ["t_s,current_a", "1,0.1", "1,0.1"],
    "2: t_s is 'nan'; allowed": ["t_s,current_a", "nan,0.1"],
    "2: vibration_applied is '35'; allowed 0 to 1": ["t_s,vibration_applied", "1,35"],
    "3: it has 1 values, the first line 2 names; cut off? Take it out": ["t_s,pad_c", "1,30", "2"],
    "add --profile percussion-massager": ["t_s,head_speed_rpm", "1,30"],
    "add --profile with the rig": ["t_s,left_wing_speed_rpm", "1,30"],
    "does not read as CSV": ["t_s,pad_c", '1,"3"0'],
    "more than 65536 characters": ["t_s,pad_c", "1," + "0" * 70_000],
}


@pytest.mark.parametrize("says", list(BROKEN))
def test_what_is_no_trace_is_said_with_its_place(says, tmp_path, rig):
    with pytest.raises(BadRecord) as caught:
        exposure_of_file(written(tmp_path, *BROKEN[says]), rig)
    assert says in str(caught.value)
    assert "record.csv" in str(caught.value)
    assert isinstance(caught.value, SimError)


@pytest.mark.parametrize("what", ["missing", "a folder", "bytes"])
def test_what_is_no_file_is_said(what, tmp_path, rig):
    path = tmp_path / "record.csv"
    if what == "a folder":
        path.mkdir()
    elif what == "bytes":
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    with pytest.raises(BadRecord, match=r"record\.csv: it "):
        exposure_of_file(path, rig)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(content):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(content)
        with pytest.raises(BadRecord):
            exposure_of_file(path, load_profile("heated-head"))
