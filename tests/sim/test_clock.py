"""Virtual time, and the pacing of device ticks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.clock import Pacer
from sim.clock import VirtualClock


def test_virtual_time_never_goes_back():
    clock = VirtualClock()
    clock.advance(10)
    with pytest.raises(ValueError, match="goes back in time"):
        clock.advance(-1)
    assert clock.now_ms == 10


def ticks(pacer, wall_s):
    found = []
    while (now_ms := pacer.due(wall_s)) is not None:
        found.append(now_ms)
    return found


def test_a_short_lag_is_made_good_tick_by_tick_and_a_long_one_is_one_tick():
    pacer = Pacer(10, 10)
    assert ticks(pacer, 0.1) == list(range(10, 101, 10))
    assert ticks(pacer, 0.111) == [110]
    assert ticks(pacer, 0.231) == [230]  # 120 ms behind
    assert pacer.long_ticks == 1


@given(st.lists(st.floats(0.0, 0.5), max_size=60))
def test_device_time_never_runs_ahead_and_never_lags_by_a_tick(steps):
    pacer, wall_s, last = Pacer(10, 10), 0.0, 0
    for step in steps:
        wall_s += step
        for now_ms in ticks(pacer, wall_s):
            assert now_ms > last
            assert now_ms % 10 == 0
            last = now_ms
        assert 0 <= int(wall_s * 1000) - pacer.now_ms < 10
        assert 0.0 <= pacer.wait_s(wall_s) <= 0.011
