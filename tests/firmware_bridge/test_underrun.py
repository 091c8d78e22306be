"""An underrun by itself, beside a real governor: hold, ramp, on again from zero, too long, too often."""

from __future__ import annotations

import pytest

from firmware_bridge.device.governor import Governor
from firmware_bridge.device.underrun import GOES_ON, OVER, TOO_MUCH, Underrun

SHOULDERS = 2
NO_WAVE = [10_000, 10_000]


def playing(level: int = 5000) -> Governor:
    governor = Governor((8500, 8500), (False, True))
    governor.bench = False
    governor.set_session(8500, 8500)
    governor.run(20_000, SHOULDERS, [level, 0], NO_WAVE)
    assert governor.applied[0] == level
    return governor


def running_dry(missing_ms: int = 1) -> tuple[Underrun, Governor]:
    underrun = Underrun()
    assert underrun.begin(missing_ms) == GOES_ON
    return underrun, playing()


def test_at_first_there_is_none() -> None:
    underrun = Underrun()
    assert (underrun.ms, underrun.count) == (0, 0)


@pytest.mark.parametrize(("missing_ms", "ms"), [(-1, 1), (0, 1), (1, 1), (2, 2), (10, 10)])
def test_it_counts_from_when_records_ran_out(missing_ms: int, ms: int) -> None:
    underrun = Underrun()
    assert underrun.begin(missing_ms) == GOES_ON
    assert (underrun.ms, underrun.count) == (ms, 1)


def test_levels_stay_for_100_ms_then_ramp_to_zero_in_250() -> None:
    underrun, governor = running_dry(1)
    for ms in range(2, 500):
        assert underrun.step(1, False, governor) == GOES_ON
        assert underrun.ms == ms
        assert governor.applied[0] == 5000 * min(250, max(0, 350 - ms)) // 250, ms


@pytest.mark.parametrize("elapsed_ms", [10, 30, 99, 200])
def test_a_long_step_over_the_end_of_the_hold_ramps_by_what_is_beyond_it(elapsed_ms: int) -> None:
    underrun, governor = running_dry(100)
    underrun.step(elapsed_ms, False, governor)
    assert governor.applied[0] == 5000 * (250 - elapsed_ms) // 250
    underrun, governor = running_dry(95)
    underrun.step(elapsed_ms, False, governor)
    assert governor.applied[0] == 5000 * (255 - elapsed_ms) // 250


def test_motor_time_goes_on_while_levels_are_held() -> None:
    underrun, governor = running_dry(1)
    before = governor.bucket.left_ms
    underrun.step(10, False, governor)
    assert governor.bucket.left_ms == before - 10


def test_records_within_the_hold_leave_the_level_alone() -> None:
    for came_ms in (2, 99, 100):
        underrun, governor = running_dry(1)
        while underrun.ms < came_ms - 1:
            assert underrun.step(1, False, governor) == GOES_ON
        assert underrun.step(1, True, governor) == OVER
        assert (underrun.ms, governor.applied[0]) == (0, 5000)


def test_records_after_the_hold_go_on_only_from_zero() -> None:
    underrun, governor = running_dry(100)
    for ms in range(101, 350):
        assert underrun.step(1, True, governor) == GOES_ON
        assert underrun.ms == ms
    assert underrun.step(1, True, governor) == OVER
    assert (underrun.ms, governor.applied, governor.level) == (0, [0, 0], [0, 0])
    governor.run(1, SHOULDERS, [5000, 0], NO_WAVE)
    assert governor.applied[0] == 3  # as slowly as after a start


def test_levels_that_are_at_zero_early_wait_for_the_end_of_the_ramp() -> None:
    underrun = Underrun()
    underrun.begin(100)
    governor = playing(0)
    for _ in range(249):
        assert underrun.step(1, True, governor) == GOES_ON
    assert underrun.step(1, True, governor) == OVER


def test_without_records_it_goes_on_at_zero_until_2000_ms_are_over() -> None:
    underrun, governor = running_dry(1)
    while underrun.ms < 2000:
        assert underrun.step(1, False, governor) == GOES_ON
    assert governor.applied == [0, 0]
    assert underrun.step(1, False, governor) == TOO_MUCH
    assert underrun.ms == 2001


def test_records_that_come_at_2000_ms_are_in_time_and_after_that_too_late() -> None:
    for ms, became in ((1999, OVER), (2000, OVER), (2001, TOO_MUCH)):
        underrun, governor = running_dry(1)
        while underrun.ms < ms - 1:
            underrun.step(1, False, governor)
        assert underrun.step(1, True, governor) == became


def test_one_very_long_step_is_too_much() -> None:
    underrun, governor = running_dry(1)
    assert underrun.step(2000, True, governor) == TOO_MUCH


@pytest.mark.parametrize(("first_ms", "becomes"), [(59_999, TOO_MUCH), (60_000, GOES_ON), (60_001, GOES_ON)])
def test_the_third_within_a_minute_is_one_too_many(first_ms: int, becomes: int) -> None:
    underrun = Underrun()
    assert underrun.begin(1) == GOES_ON
    underrun.pass_time(30_000)
    assert underrun.begin(1) == GOES_ON
    underrun.pass_time(first_ms - 30_000)
    assert underrun.begin(1) == becomes
    assert underrun.count == 3


def test_time_is_counted_in_steps_of_any_length() -> None:
    for step_ms in (1, 7, 100):
        underrun = Underrun()
        underrun.begin(1)
        underrun.begin(1)
        for passed in range(0, 60_000, step_ms):
            if passed in (0, 59_000):
                assert underrun._older_ms == underrun._last_ms == passed
            underrun.pass_time(step_ms)
        assert underrun.begin(1) == GOES_ON


def test_of_many_each_third_within_a_minute_counts() -> None:
    underrun = Underrun()
    for _ in range(5):
        assert underrun.begin(1) == GOES_ON
        underrun.pass_time(30_000)
    assert underrun.count == 5
    assert underrun.begin(1) == GOES_ON
    assert underrun.begin(1) == TOO_MUCH


def test_a_new_session_starts_clean() -> None:
    underrun = Underrun()
    underrun.begin(1)
    underrun.begin(7)
    underrun.reset()
    assert (underrun.ms, underrun.count) == (0, 0)
    assert underrun.begin(1) == GOES_ON
    assert underrun.begin(1) == GOES_ON
    assert underrun.begin(1) == TOO_MUCH
    assert underrun.count == 3


def test_the_windows_stay_small() -> None:
    underrun = Underrun()
    for _ in range(10):
        underrun.pass_time(60_000)
    assert (underrun._last_ms, underrun._older_ms) == (60_000, 60_000)
    underrun.begin(1)
    underrun.begin(1)
    for _ in range(700):
        underrun.pass_time(100)
    assert (underrun._last_ms, underrun._older_ms) == (60_000, 60_000)
