"""Exposure against the tables of safety.md, restated here."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.exposure import cem43_min, hand_a8_m_s2, hand_points, turning_s

RATES = [  # C, CEM43 minutes per minute
    (37, 0.000244141),
    (40, 0.015625),
    (41, 0.0625),
    (42.5, 0.5),
    (43, 1),
    (43.5, 1.41421),
    (44, 2),
    (51, 256),
    (60, 131072),
]


@pytest.mark.parametrize(("temperature_c", "rate"), RATES)
def test_cem43_rates(temperature_c, rate):
    assert cem43_min([temperature_c], 60.0) == pytest.approx(rate, rel=5e-6)


def test_no_heater_no_dose():
    assert cem43_min([math.nan] * 10, 1.0) == 0.0


def test_action_and_limit_value():
    eight_h_s = 8 * 3600.0
    assert hand_points([(2.5, eight_h_s)]) == pytest.approx(100)
    assert hand_points([(5.0, eight_h_s)]) == pytest.approx(400)
    assert hand_a8_m_s2([(5.0, eight_h_s / 4)]) == pytest.approx(2.5)


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0, 3e4)), max_size=5))
def test_points_are_a8_squared_times_16(uses):
    assert hand_points(uses) == pytest.approx(16 * hand_a8_m_s2(uses) ** 2, abs=1e-9)


def test_turning():
    assert turning_s([0.0, 10.0, 20.0, 0.0], 0.01) == pytest.approx(0.02)
