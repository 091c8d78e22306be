"""Curves stay inside their keyframes, modulators under their envelope, phases continuous."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.curves import Curve, Modulation, wave_value

INTERPS = ["linear", "hold", "smooth", "monotone"]
SHAPES = ["sine", "triangle", "saw_up", "saw_down", "square"]


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    steps = draw(st.lists(st.floats(1e-3, 100.0), min_size=1, max_size=8))
    times = np.cumsum(steps).tolist()
    values = draw(st.lists(st.floats(0.0, 1.0), min_size=len(times), max_size=len(times)))
    interps = draw(st.lists(st.sampled_from(INTERPS), min_size=len(times), max_size=len(times)))
    return Curve(times, values, interps)


@given(curves(), st.floats(-10.0, 900.0))
def test_no_interpolation_leaves_its_keyframes(curve: Curve, t: float) -> None:
    before = [v for at, v in zip(curve.times, curve.values, strict=True) if at <= t][-1:] or [curve.values[0]]
    after = [v for at, v in zip(curve.times, curve.values, strict=True) if at > t][:1] or [curve.values[-1]]
    low, high = min(before + after), max(before + after)
    assert low <= curve.at(t) <= high


@given(curves())
def test_even_without_the_guard_against_rounding(curve: Curve) -> None:
    for k, (c0, c1, c2, c3) in enumerate(curve.pieces):
        h = curve.times[k + 1] - curve.times[k]
        low, high = sorted(curve.values[k : k + 2])
        for x in range(51):
            u = h * x / 50
            assert low - 1e-9 <= c0 + u * (c1 + u * (c2 + u * c3)) <= high + 1e-9


@given(curves())
def test_keyframes_are_met_and_edges_hold(curve: Curve) -> None:
    for t, v in zip(curve.times, curve.values, strict=True):
        assert curve.at(t) == pytest.approx(v, abs=1e-9)
    assert curve.at(curve.times[0] - 5.0) == curve.values[0]
    assert curve.at(curve.times[-1] + 5.0) == curve.values[-1]


@given(curves(), st.floats(0.0, 300.0), st.floats(0.0, 300.0))
def test_the_integral_is_the_area(curve: Curve, a: float, b: float) -> None:
    a, b = min(a, b), max(a, b)
    cuts = sorted({a, b, *(t for t in curve.times if a < t < b)})
    area = 0.0
    for t0, t1 in pairwise(cuts):  # Gauss, 3 points: exact for cubics
        middle, half = (t0 + t1) / 2, (t1 - t0) / 2
        nodes = [(-math.sqrt(0.6), 5 / 9), (0.0, 8 / 9), (math.sqrt(0.6), 5 / 9)]
        area += half * sum(w * curve.at(middle + half * x) for x, w in nodes)
    assert curve.integral(b) - curve.integral(a) == pytest.approx(area, abs=1e-6)


@given(curves())
def test_straight_pieces_keep_their_tolerance(curve: Curve) -> None:
    tolerance = 0.002
    for t0, t1 in pairwise(curve.vertices(tolerance)):
        end = curve.at(t1) if curve.interps[_piece(curve, t0)] != "hold" else curve.at(t0)
        for x in (0.1, 0.25, 0.5, 0.8):
            chord = curve.at(t0) + (end - curve.at(t0)) * x
            assert abs(curve.at(t0 + (t1 - t0) * x) - chord) <= tolerance + 1e-9


def _piece(curve: Curve, t: float) -> int:
    return max(k for k, at in enumerate(curve.times) if at <= t + 1e-9)


@given(curves(), st.lists(st.floats(-5.0, 900.0), min_size=1, max_size=20))
def test_numpy_gives_the_same_values(curve: Curve, times: list[float]) -> None:
    assert curve.sample(times) == pytest.approx([curve.at(t) for t in times], abs=1e-9)


@given(curves())
def test_the_steepest_slope_is_never_exceeded(curve: Curve) -> None:
    rise, _, fall, _ = curve.steepest()
    for t0, t1 in pairwise(np.linspace(curve.times[0], curve.times[-1], 200).tolist()):
        if t1 > t0:
            slope = (curve.at(t1) - curve.at(t0)) / (t1 - t0)
            assert -fall - 1e-6 <= slope <= rise + 1e-6


def test_a_jump_is_infinitely_steep_and_smooth_one_and_a_half_times() -> None:
    assert Curve((0, 1), (0, 0.2), ("hold", "linear")).steepest()[0] == math.inf
    assert Curve((0, 1), (0.2, 0.0), ("smooth", "linear")).steepest()[2] == pytest.approx(0.3)


@pytest.mark.parametrize(("times", "values"), [((), ()), ((0, 1), (1,)), ((0, 0), (1, 1)), ((1, 0), (1, 1))])
def test_impossible_curves_are_refused(times: tuple[float, ...], values: tuple[float, ...]) -> None:
    with pytest.raises(ValueError):
        Curve(times, values)


@given(st.sampled_from(SHAPES), st.floats(-3, 3), st.floats(0.05, 0.95))
def test_a_wave_stays_between_its_ends(shape: str, phase: float, duty: float) -> None:
    assert -1.0 <= wave_value(shape, phase, duty) <= 1.0


@given(st.sampled_from(SHAPES), st.floats(0, 1), st.floats(0.05, 0.95), curves(), st.floats(0, 100))
def test_a_modulator_only_lowers(shape: str, depth: float, duty: float, rate: Curve, t: float) -> None:
    factor = Modulation(shape, rate, depth, duty).factor(t)
    assert 1.0 - depth - 1e-12 <= factor <= 1.0


def test_waves_rise_over_duty_and_begin_at_the_bottom() -> None:
    for shape in ("sine", "triangle"):
        values = [wave_value(shape, p, 0.25) for p in (0.0, 0.125, 0.25, 0.625)]
        assert values == pytest.approx([-1.0, 0.0, 1.0, 0.0], abs=1e-12)
    assert [wave_value("saw_up", p, 0.3) for p in (0.0, 0.5)] == [-1.0, 0.0]
    assert [wave_value("saw_down", p, 0.3) for p in (0.0, 0.5)] == [1.0, 0.0]


def test_the_phase_is_the_integral_of_the_rate() -> None:
    sweep = Modulation("sine", Curve((0.0, 10.0), (1.0, 3.0)), 1.0, from_s=2.0)
    assert sweep.turns(2.0) == 0.0
    assert sweep.turns(10.0) == pytest.approx(20.0 - (2.0 + 0.4))
    assert sweep.factor(1.9) == 1.0
