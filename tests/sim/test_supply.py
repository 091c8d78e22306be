"""Adapter and battery: the cell's table, sag, charge, polarisation, protection and faults."""

import csv
import math

import pytest

from programs.hardware import Supply as Parameters
from programs.profile import load_profile
from sim.battery import Battery, cell_at
from sim.plant import Plant
from sim.supply import Supply

# Rows of the measured cell, restated: charge, open-circuit voltage, resistance, R1, C1, R2, C2.
ROWS = """
0.00,3.44136,0.191707,0.0831701,269.551,0.0419627,2953.61
0.01,3.45532,0.188122,0.0807565,308.107,0.0415119,4152.96
0.10,3.54511,0.154589,0.0609685,685.15,0.0357921,16612.8
0.25,3.63912,0.117689,0.0445829,1197.62,0.0293283,30405
0.50,3.74693,0.0984265,0.0406419,1493.07,0.0257835,38435
0.75,3.94822,0.0934531,0.0414554,1494.53,0.0236014,43409.6
0.99,4.22775,0.0940926,0.0434051,1410.35,0.0219243,47519.2
1.00,4.23977,0.094138,0.0434904,1406.65,0.0218464,47702.2
"""
TABLE = [tuple(map(float, row)) for row in csv.reader(ROWS.split())]


def pack(volts=3.74693, cells=1, ohm=0.0984265, **more):
    return Parameters(volts=volts, cells=cells, internal_resistance_ohm=ohm, idle_current_a=0.0, **more)


@pytest.mark.parametrize("row", TABLE)
def test_the_table_is_reproduced_at_its_points(row):
    assert cell_at(row[0]) == pytest.approx((row[1], row[2], row[3], row[4], row[5], row[6]), rel=1e-9)
    one = Battery(pack(), row[0])
    assert one.open_circuit_v == pytest.approx(row[1], rel=1e-9)
    six = Battery(pack(6 * 3.74693, 6, 6 * 0.0984265), row[0])
    assert six.open_circuit_v == pytest.approx(6 * row[1], rel=1e-9)
    assert six.resistance_ohm == pytest.approx(6 * (row[2] - row[3] - row[5]), rel=1e-9)


def test_a_pack_has_the_size_that_its_profile_states():
    profile = load_profile("percussion-massager")
    supply = Supply(profile.supply)
    assert supply.charge == 0.5
    assert supply.source_v == pytest.approx(21.6)
    full, empty = Supply(profile.supply, 1.0), Supply(profile.supply, 0.0)
    assert full.source_v == pytest.approx(21.6 * 4.23977 / 3.74693)
    assert empty.source_v == pytest.approx(21.6 * 3.44136 / 3.74693)
    with pytest.raises(ValueError, match="must be 0 to 1"):
        Supply(profile.supply, 1.2)


def test_at_once_a_third_of_the_resistance_after_an_hour_all_of_it():
    """Capacity unlimited: the charge stays, the two branches fill, by 63 % in their time constants."""
    battery = Battery(pack())
    assert battery.resistance_ohm == pytest.approx(0.0320011)
    for _ in range(61):  # R1 C1 = 60.7 s
        battery.draw(2.0, 1.0)
    assert battery.fast_v == pytest.approx(2 * 0.0406419 * (1 - math.exp(-61 / 60.681)), rel=1e-3)
    assert battery.slow_v == pytest.approx(2 * 0.0257835 * (1 - math.exp(-61 / 990.99)), rel=1e-3)
    for _ in range(7000):
        battery.draw(2.0, 1.0)
    under_load_v = battery.source_v - 2.0 * battery.resistance_ohm
    assert under_load_v == pytest.approx(3.74693 - 2.0 * 0.0984265, rel=1e-4)
    for _ in range(7000):
        battery.draw(0.0, 1.0)
    assert battery.source_v == pytest.approx(3.74693, rel=1e-4)


def test_charge_is_counted_and_protection_opens_for_good():
    battery = Battery(pack(capacity_ah=2.0), 1.0)
    for _ in range(1800):
        battery.draw(2.0, 1.0)
    assert battery.charge == pytest.approx(0.5)
    assert not battery.cut_off
    for _ in range(1799):
        battery.draw(2.0, 1.0)
    assert 0.0 < battery.charge < 0.001
    battery.draw(6.0, 1.0)
    assert battery.cut_off
    low = Battery(pack(), 0.0)
    low.draw(14.0, 1.0)  # 3.44 V less 14 A x 0.067 ohm is 2.5 V
    assert low.cut_off
    low.draw(0.0, 1.0)
    assert low.cut_off


def test_an_adapter_has_a_fixed_voltage_and_resistance():
    plant = Plant(load_profile("heated-head"))
    assert math.isnan(plant.supply.charge)
    plant.duties[1] = 50_000
    for _ in range(300):
        plant.step(True)
    assert plant.current_a > 0.5
    assert plant.supply_v == pytest.approx(24.0 - 0.10 * plant.current_a, abs=1e-9)
    assert plant.supply.open_circuit_v == 24.0


def test_sag_and_brown_out():
    plant = Plant(load_profile("heated-head"))
    plant.duties[0] = 30_000
    for _ in range(100):
        plant.step(True)
    before_v, speed = plant.supply_v, plant.motors[0].motor.speed_rad_s
    plant.supply.sag_v = 3.0
    plant.step(True)
    assert plant.supply_v == pytest.approx(before_v - 3.0, abs=0.1)
    plant.supply.sag_v = 0.0
    plant.supply.dead = True
    plant.step(True)
    assert (plant.supply_v, plant.current_a, plant.peak_current_a) == (0.0, 0.0, 0.0)
    assert 0.0 < plant.motors[0].motor.speed_rad_s < speed
    plant.supply.dead = False
    plant.step(True)
    assert plant.supply_v == pytest.approx(before_v, abs=0.3)
    plant.supply.sag_v = 30.0  # more than there is: no voltage, never a negative one
    plant.step(True)
    assert plant.supply_v == 0.0


def test_an_empty_pack_stops_the_rig():
    plant = Plant(load_profile("percussion-massager"), charge=0.0)
    plant.duties[0] = 60_000
    for _ in range(100):
        plant.step(True)
    assert plant.supply.battery.cut_off
    for _ in range(300):
        plant.step(True)
    assert plant.supply_v == 0.0
    assert plant.motors[0].motor.speed_rad_s == 0.0


def test_what_a_stuck_transistor_does_to_the_heater():
    plant = Plant(load_profile("heated-head"))
    plant.duties[2] = 65_535
    plant.step(True)
    assert plant.heater_w == pytest.approx(13.0, rel=0.02)
    plant.heater_stuck_off = True
    plant.step(True)
    assert plant.heater_w == 0.0
    plant.heater_stuck_off, plant.heater_stuck_on, plant.duties[2] = False, True, 0
    plant.step(True)
    assert plant.heater_w == pytest.approx(13.0, rel=0.02)
    assert plant.stuck_j == pytest.approx(0.13, rel=0.02)
