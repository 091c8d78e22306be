"""The trace: units, columns, and files that are whole or absent."""

import csv
import math

import pytest

from programs.profile import load_profile
from sim.device import SimDevice
from sim.errors import NotWritten
from sim.lockstep import simulate
from sim.plant import Plant
from sim.trace import Trace, write_whole


@pytest.fixture(scope="module")
def result(short, heated_head):
    return simulate(short, heated_head, seed=4)


def test_csv_has_the_columns_of_the_contract_and_levels_from_0_to_1(result, tmp_path):
    path = tmp_path / "run.csv"
    result.trace.write(path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(result.trace)
    names = list(rows[0])
    assert names[0] == "t_s"
    for channel in ("vibration", "percussion", "heat"):
        assert [f"{channel}_{what}" in names for what in ("asked", "allowed", "applied")] == [True] * 3
    for name in ("pad_c", "skin_c", "current_a", "supply_v", "vibration_pad_speed_rpm"):
        assert name in names
    middle = rows[999]
    assert middle["t_s"] == "10.00"
    assert middle["playhead_ms"] == "10000"
    assert 0.05 < float(middle["vibration_applied"]) <= 0.30
    assert middle["heat_asked"] == "39.00"
    assert 0.0 <= float(middle["heat_applied"]) <= 1.0
    assert float(middle["pad_c"]) > 23.0
    assert 23.0 < float(middle["supply_v"]) < 24.0
    shaken = result.trace.column("vibration_pad_acceleration_m_s2")
    assert float(middle["vibration_pad_acceleration_m_s2"]) == pytest.approx(shaken[999], abs=1e-4)
    assert float(middle["vibration_pad_speed_rpm"]) == pytest.approx(
        result.trace.column("vibration_pad_speed_rpm")[999], abs=1e-4
    )
    assert list(tmp_path.iterdir()) == [path]


def test_columns_agree_with_the_csv_and_the_peak(result):
    trace = result.trace
    applied = trace.column("vibration_applied")
    assert max(applied) == pytest.approx(trace.peak("vibration_applied")) == pytest.approx(0.30, abs=1e-6)
    assert trace.column("t_s", 100)[:3] == [0.01, 1.01, 2.01]
    assert len(trace.column("pad_c", 10)) == -(-len(trace) // 10)
    with pytest.raises(KeyError, match="pad_f"):
        trace.column("pad_f")


def test_acceleration_follows_from_the_speed_and_stands_after_it(result):
    columns = result.trace.columns
    assert columns[11:17] == (
        "vibration_pad_speed_rpm",
        "percussion_head_speed_rpm",
        "vibration_pad_acceleration_m_s2",
        "percussion_head_acceleration_m_s2",
        "vibration_pad_winding_c",
        "percussion_head_winding_c",
    )
    speed, shaken = (
        result.trace.column(f"vibration_pad_{name}") for name in ("speed_rpm", "acceleration_m_s2")
    )
    for row in (400, 900, 1500):
        per_s = speed[row] * 2 * math.pi / 60
        assert shaken[row] == pytest.approx(1.0e-4 * per_s**2 / 1.2, rel=1e-5)
    assert result.trace.peak("vibration_pad_acceleration_m_s2") == pytest.approx(max(shaken))
    winding_c = result.trace.column("vibration_pad_winding_c")
    assert winding_c[0] == 23.0
    assert 23.0 < winding_c[-1] < 30.0
    assert "battery_charge" not in columns


def test_a_battery_has_a_column_and_an_unknown_motor_claims_no_temperature(timeline):
    played = timeline(8, channel=1, heat_c100=0, region="upper-back", profile="percussion-massager")
    trace = simulate(played, load_profile("percussion-massager"), seed=1).trace
    charge = trace.column("battery_charge")
    assert charge[0] == 0.5
    assert charge == sorted(charge, reverse=True)
    assert 0.499 < charge[-1] < 0.5
    played = timeline(8, heat_c100=0, profile="vibration-pad")
    trace = simulate(played, load_profile("vibration-pad"), seed=1).trace
    assert all(map(math.isnan, trace.column("pad_winding_c")))
    assert trace.peak("pad_acceleration_m_s2") > 0.0


def test_the_step_of_the_plant_does_not_lengthen_the_trace(heated_head):
    controller = SimDevice(heated_head).controller
    traces = [Trace(controller, Plant(heated_head, step_ms=step_ms)) for step_ms in (10, 1)]
    for trace in traces:
        trace.record()
    assert len(traces[0].rows) == len(traces[1].rows)


def test_a_minute_of_trace_stays_small(result):
    assert result.trace.rows.itemsize * result.trace.width * 6000 < 0.6e6


def test_a_place_that_cannot_be_written_is_a_sentence(result, tmp_path):
    with pytest.raises(NotWritten, match="does not exist"):
        result.trace.write(tmp_path / "absent" / "run.csv")
    with pytest.raises(NotWritten, match="directory"):
        result.trace.write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_half_way_leaves_nothing_behind(tmp_path):
    def lines():
        yield "t_s\n"
        raise OSError(28, "No space left on device")

    path = tmp_path / "run.csv"
    path.write_text("before\n")
    with pytest.raises(NotWritten, match="No space left"):
        write_whole(path, lines())
    assert path.read_text() == "before\n"
    assert list(tmp_path.iterdir()) == [path]
