"""Stop input and supply by themselves: to the millisecond and the millivolt. Numbers are restated."""

from __future__ import annotations

import pytest

from firmware_bridge.device.inputs import EXPIRED, NOTHING, PRESSED, PROVED, StopInput, Supply, longer
from tests.firmware_bridge.bench import config

UNKNOWN = 65_535


# -- the stop input -----------------------------------------------------------------------------


@pytest.mark.parametrize("at_rest", [True, False])
def test_open_is_a_stop_and_closed_is_nothing(at_rest: bool) -> None:
    stop = StopInput()
    assert stop.open is False
    for _ in range(3):
        assert stop.step(10, False, at_rest) == NOTHING
        assert stop.open is False
        assert stop.step(10, True, at_rest) == PRESSED
        assert stop.open is True
        assert stop.step(10, True, at_rest) == PRESSED


def test_open_from_the_very_first_reading_is_a_stop() -> None:
    """A wire that was broken before power came."""
    assert StopInput().step(10, True, True) == PRESSED


def test_the_first_opening_after_a_stamp_is_the_proof_and_the_next_a_stop() -> None:
    stop = StopInput()
    stop.expect_proof()
    assert stop.step(10, False, True) == NOTHING
    assert stop.step(10, True, True) == PROVED
    assert stop.step(10, True, True) == NOTHING  # still open from proving
    assert stop.step(40_000, True, True) == NOTHING
    assert stop.step(10, False, True) == NOTHING
    assert stop.step(10, True, True) == PRESSED


def test_opened_at_once_it_is_proved_at_once() -> None:
    stop = StopInput()
    stop.expect_proof()
    assert stop.step(10, True, True) == PROVED
    assert stop.step(10, False, True) == NOTHING
    assert stop.step(40_000, False, True) == NOTHING  # the stamp waits no longer


def test_a_stamp_waits_30_s() -> None:
    for opened_ms, means in ((29_999, PROVED), (30_000, PRESSED), (30_001, PRESSED)):
        stop = StopInput()
        stop.expect_proof()
        for ms in range(1, opened_ms + 1):
            assert stop.step(1, False, True) == (EXPIRED if ms == 30_000 else NOTHING)
        assert stop.step(1, True, True) == means


def test_it_expires_once() -> None:
    stop = StopInput()
    stop.expect_proof()
    assert stop.step(30_000, False, True) == EXPIRED
    assert stop.step(30_000, False, True) == NOTHING


def test_a_second_stamp_waits_anew() -> None:
    stop = StopInput()
    for _ in range(2):
        stop.expect_proof()
        assert stop.step(29_999, False, True) == NOTHING
    assert stop.step(10, True, True) == PROVED


@pytest.mark.parametrize("is_open", [True, False])
def test_a_session_ends_the_wait(is_open: bool) -> None:
    stop = StopInput()
    stop.expect_proof()
    assert stop.step(10, is_open, False) == (PRESSED if is_open else NOTHING)
    assert stop.open is is_open
    assert stop.step(10, True, True) == PRESSED


def test_a_session_ends_the_proving_too() -> None:
    stop = StopInput()
    stop.expect_proof()
    assert stop.step(10, True, True) == PROVED
    assert stop.step(10, True, False) == PRESSED
    assert stop.step(10, True, True) == PRESSED


# -- how long -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("so_far", "elapsed", "lasts", "after"),
    [
        (0, 10, True, 10),
        (490, 9, True, 499),
        (490, 10, True, 500),
        (499, 10, True, 509),
        (500, 10, True, 500),
        (501, 10, True, 501),
        (500, 10, False, 0),
        (3, 10, False, 0),
    ],
)
def test_a_condition_is_counted_no_further_than_needed(
    so_far: int, elapsed: int, lasts: bool, after: int
) -> None:
    assert longer(so_far, elapsed, 500, lasts) == after


# -- supply ---------------------------------------------------------------------------------------


def supply(cells: int = 3) -> Supply:
    return Supply(config(cells=cells, idle_ma=50))


def test_before_any_reading_nothing_is_known_and_nothing_wrong() -> None:
    fresh = supply()
    assert (fresh.current_ma, fresh.supply_mv) == (UNKNOWN, UNKNOWN)
    assert (fresh.low, fresh.empty, fresh.leaking, fresh.doubtful) == (False, False, False, False)


def test_it_shows_the_last_readings() -> None:
    seen = supply()
    seen.step(100, 123, 11_111, 0)
    assert (seen.current_ma, seen.supply_mv) == (123, 11_111)


def states_after(ms: int, ma: int, mv: int, idle_ms: int = 1000, cells: int = 3) -> tuple[bool, bool, bool]:
    """low, empty, leaking after readings like this for so long, a millisecond at a time."""
    judged = supply(cells)
    for _ in range(ms):
        judged.step(1, ma, mv, idle_ms)
    return judged.low, judged.empty, judged.leaking


@pytest.mark.parametrize(
    ("mv", "low", "empty"),
    [
        (9001, False, False),
        (9000, False, False),
        (8999, True, False),
        (8401, True, False),
        (8400, True, False),
        (8399, True, True),
        (0, True, True),
        (UNKNOWN, False, False),
    ],
)
def test_3_volts_a_cell_are_low_and_2_8_empty_after_half_a_second(mv: int, low: bool, empty: bool) -> None:
    assert states_after(499, 50, mv) == (False, False, False)
    assert states_after(500, 50, mv) == (low, empty, False)


def test_more_cells_need_more_volts() -> None:
    assert states_after(600, 50, 11_999, cells=4) == (True, False, False)
    assert states_after(600, 50, 11_199, cells=4) == (True, True, False)
    assert states_after(600, 50, 12_000, cells=4) == (False, False, False)


@pytest.mark.parametrize("mv", [0, 1, 2999, UNKNOWN])
def test_on_mains_no_voltage_is_low(mv: int) -> None:
    assert states_after(600, 50, mv, cells=0) == (False, False, False)


@pytest.mark.parametrize(
    ("ma", "idle_ms", "leaks"),
    [
        (110, 1000, False),
        (111, 1000, True),
        (111, 100, True),
        (111, 99, False),
        (111, 0, False),
        (UNKNOWN - 1, 1000, True),
        (UNKNOWN, 1000, False),
    ],
)
def test_60_ma_more_than_idle_for_half_a_second_while_off_is_a_leak(
    ma: int, idle_ms: int, leaks: bool
) -> None:
    assert states_after(499, ma, 12_000, idle_ms) == (False, False, False)
    assert states_after(500, ma, 12_000, idle_ms) == (False, False, leaks)


def test_a_good_reading_starts_every_count_anew() -> None:
    judged = supply()
    for _ in range(3):
        judged.step(499, 200, 8000, 1000)
        assert (judged.low, judged.empty, judged.leaking, judged.doubtful) == (False, False, False, True)
        judged.step(1, 50, 12_000, 1000)
        assert judged.doubtful is False
    judged.step(500, 200, 8000, 1000)
    assert (judged.low, judged.empty, judged.leaking) == (True, True, True)
    judged.step(1, 50, 12_000, 1000)
    assert (judged.low, judged.empty, judged.leaking) == (False, False, False)


@pytest.mark.parametrize(
    ("ma", "mv", "doubtful"), [(50, 8399, True), (50, 8400, False), (111, 12_000, True), (50, 8999, False)]
)
def test_what_is_wrong_just_now_is_a_doubt_from_the_first_millisecond(
    ma: int, mv: int, doubtful: bool
) -> None:
    judged = supply()
    judged.step(1, ma, mv, 1000)
    assert judged.doubtful is doubtful


def test_the_counts_of_a_lasting_fault_stay_small() -> None:
    judged = supply()
    for _ in range(100):
        judged.step(100, 200, 8000, 1000)
    assert (judged._low_ms, judged._empty_ms, judged._leak_ms) == (500, 500, 500)
