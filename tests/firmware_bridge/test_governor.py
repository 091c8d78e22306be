"""The governor and its bucket by themselves, to the unit and to the millisecond: at each limit, one
below it and one above. Every number is restated here."""

from __future__ import annotations

import pytest

from firmware_bridge.device.governor import Bucket, Governor
from firmware_bridge.device.player import wave_factor
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states

NO_WAVE = [10_000, 10_000]
SHOULDERS, NECK, NOWHERE = 2, 1, 0
SETTLED_MS = 20_000  # whatever rises has risen


def governor(
    vibration: int = 8500,
    percussion: int = 8500,
    percussive: tuple[bool, bool] = (False, True),
    ceilings: tuple[int, int] = (8500, 8500),
) -> Governor:
    """Commissioned and in a session."""
    made = Governor((vibration, percussion), percussive)
    made.bench = False
    made.set_session(*ceilings)
    return made


def at_level(vibration: int, percussion: int = 0) -> Governor:
    """One that has risen to these levels in the region of the shoulders."""
    made = governor()
    made.run(SETTLED_MS, SHOULDERS, [vibration, percussion], NO_WAVE)
    assert made.applied == [vibration, percussion]
    made.limited_ms = [0, 0]
    return made


def rules(of: Governor) -> list[str]:
    return [states.RULES[rule] for rule in of.rule]


# -- bucket -----------------------------------------------------------------------------------


def test_the_bucket_starts_full_and_open() -> None:
    bucket = Bucket()
    assert (bucket.left_ms, bucket.locked) == (900_000, False)


def test_the_bucket_loses_a_millisecond_per_millisecond_and_locks_at_zero() -> None:
    bucket = Bucket()
    bucket.pass_time(10, True)
    assert (bucket.left_ms, bucket.locked) == (899_990, False)
    bucket.pass_time(899_989, True)
    assert (bucket.left_ms, bucket.locked) == (1, False)
    bucket.pass_time(1, True)
    assert (bucket.left_ms, bucket.locked) == (0, True)


def test_the_bucket_never_holds_less_than_nothing() -> None:
    bucket = Bucket()
    bucket.pass_time(900_005, True)
    assert (bucket.left_ms, bucket.locked) == (0, True)
    bucket.pass_time(1, False)
    assert bucket.left_ms == 1


def test_an_empty_bucket_opens_when_it_holds_300_s() -> None:
    bucket = Bucket()
    bucket.pass_time(900_000, True)
    bucket.pass_time(299_999, False)
    assert (bucket.left_ms, bucket.locked) == (299_999, True)
    bucket.pass_time(1, False)
    assert (bucket.left_ms, bucket.locked) == (300_000, False)


def test_a_bucket_that_was_never_empty_never_locks() -> None:
    bucket = Bucket()
    bucket.pass_time(899_999, True)
    bucket.pass_time(5, False)
    assert (bucket.left_ms, bucket.locked) == (6, False)


@pytest.mark.parametrize("off_ms", [899, 900, 901, 10_000])
def test_the_bucket_never_holds_more_than_900_s(off_ms: int) -> None:
    bucket = Bucket()
    bucket.pass_time(900, True)
    bucket.pass_time(off_ms, False)
    assert bucket.left_ms == min(900_000, 899_100 + off_ms)
    bucket.pass_time(1, False)
    assert bucket.left_ms == 900_000


# -- before anything is said ------------------------------------------------------------------


def test_a_new_governor_lets_nothing_through() -> None:
    made = Governor((8500, 8500), (False, True))
    assert (made.bench, made.allowed, made.applied, made.level) == (True, [0, 0], [0, 0], [0, 0])
    assert (made.limited_ms, made.rule) == ([0, 0], [0, 0])
    assert (made.gain, made.gain_max, made.gain_now) == (10_000, 10_000, 10_000)
    made.bench = False
    for region in range(7):
        made.run(SETTLED_MS, region, [8500, 8500], NO_WAVE)
        assert (made.applied, made.allowed) == ([0, 0], [0, 0])
        assert rules(made) == ["session ceiling", "session ceiling"]


def test_before_a_stamp_it_keeps_to_bench_limits() -> None:
    made = Governor((8500, 8500), (False, True))
    made.set_session(8500, 8500)
    made.run(1000, SHOULDERS, [8500, 0], NO_WAVE)
    assert (made.applied[0], rules(made)[0]) == (1000, "bench limits (not commissioned)")


def test_a_ramp_that_nobody_started_is_at_zero() -> None:
    made = governor()
    assert made.ramp(0)
    assert made.ramp(10)
    assert made.applied == [0, 0]


# -- the table of ceilings ----------------------------------------------------------------------

# region: nowhere, neck, shoulders, upper-back, lower-back, hips, back
VIBRATION = (0, 3000, 8500, 8500, 5000, 8500, 5000)
PERCUSSION = (0, 0, 8500, 8500, 0, 8500, 0)


@pytest.mark.parametrize("region", range(7))
def test_the_ceiling_of_every_region(region: int) -> None:
    made = governor()
    made.run(SETTLED_MS, region, [10_000, 10_000], NO_WAVE)
    assert made.allowed == [VIBRATION[region], PERCUSSION[region]]
    assert made.applied == made.allowed
    capped = "device limit" if VIBRATION[region] == 8500 else "region cap"
    percussed = "device limit" if PERCUSSION[region] else "percussion not allowed here"
    assert rules(made) == [capped, percussed]


@pytest.mark.parametrize("region", [-1, 7, 8, 255])
def test_a_region_that_does_not_exist_allows_nothing(region: int) -> None:
    made = governor()
    made.run(SETTLED_MS, region, [10_000, 10_000], NO_WAVE)
    assert (made.applied, made.allowed) == ([0, 0], [0, 0])
    assert rules(made) == ["region cap", "region cap"]


@pytest.mark.parametrize("region", range(7))
def test_a_percussive_head_is_percussion_whatever_plays_it(region: int) -> None:
    made = governor(percussive=(True, False))
    made.run(SETTLED_MS, region, [10_000, 10_000], NO_WAVE)
    assert made.applied == [PERCUSSION[region], PERCUSSION[region]]


@pytest.mark.parametrize("limit", [0, 1, 2999, 3000, 3001, 8499, 8500, 8501, 10_000])
def test_the_lowest_of_device_profile_session_and_region_holds(limit: int) -> None:
    for region in (NECK, SHOULDERS):
        most = min(limit, VIBRATION[region])
        by_profile = governor(vibration=limit)
        by_profile.run(SETTLED_MS, region, [10_000, 0], NO_WAVE)
        assert by_profile.applied[0] == by_profile.allowed[0] == most
        by_session = governor(ceilings=(limit, 0))
        by_session.run(SETTLED_MS, region, [10_000, 0], NO_WAVE)
        assert by_session.applied[0] == by_session.allowed[0] == most
        if limit > VIBRATION[region]:
            assert rules(by_profile)[0] == ("region cap" if region == NECK else "device limit")
        elif limit < VIBRATION[region]:
            assert rules(by_profile)[0] == "profile limit"
            assert rules(by_session)[0] == "session ceiling"


def test_who_is_named_where_two_limits_are_equal() -> None:
    both = governor(vibration=3000, ceilings=(3000, 8500))
    both.run(SETTLED_MS, NECK, [10_000, 0], NO_WAVE)
    assert rules(both)[0] == "profile limit"
    device = governor(vibration=8500, ceilings=(8500, 8500))
    device.run(SETTLED_MS, SHOULDERS, [10_000, 0], NO_WAVE)
    assert rules(device)[0] == "device limit"


def test_each_channel_has_its_own_profile_limit_and_ceiling() -> None:
    made = governor(vibration=2000, percussion=6000, ceilings=(7000, 5000))
    made.run(SETTLED_MS, SHOULDERS, [10_000, 10_000], NO_WAVE)
    assert made.applied == [2000, 5000]
    assert rules(made) == ["profile limit", "session ceiling"]
    made = governor(vibration=6000, percussion=2000, ceilings=(5000, 7000))
    made.run(SETTLED_MS, SHOULDERS, [10_000, 10_000], NO_WAVE)
    assert made.applied == [5000, 2000]


@pytest.mark.parametrize("ceiling", [-1, 0, 1])
def test_a_session_ceiling_below_zero_is_zero(ceiling: int) -> None:
    made = governor(ceilings=(ceiling, ceiling))
    made.run(SETTLED_MS, SHOULDERS, [10_000, 10_000], NO_WAVE)
    assert made.allowed == [max(0, ceiling)] * 2


def test_a_new_session_forgets_gain_and_count_of_the_last() -> None:
    made = governor()
    made.set_gain(3000, 4000)
    made.run(1000, NECK, [10_000, 10_000], NO_WAVE)
    assert made.limited_ms == [1000, 1000]
    made.set_session(8500, 8500)
    assert (made.gain, made.gain_max, made.gain_now) == (10_000, 10_000, 10_000)
    assert made.limited_ms == [0, 0]


# -- rising and falling -------------------------------------------------------------------------


def test_from_zero_the_ceiling_rises_by_3_a_millisecond() -> None:
    made = governor()
    for t_ms in range(1, 3000):
        made.run(1, SHOULDERS, [8500, 8500], NO_WAVE)
        assert made.allowed == [min(8500, 3 * t_ms)] * 2
        assert made.applied == made.allowed
        assert rules(made) == ["rising again from zero" if 3 * t_ms < 8500 else "none"] * 2
        assert made.limited_ms == [min(t_ms, 2833)] * 2


def test_the_soft_ceiling_ends_at_full_scale() -> None:
    """It goes on beyond every limit, so that none of them is named wrongly, and stops there."""
    made = governor()
    made.run(10_000, SHOULDERS, [8500, 0], NO_WAVE)
    soft = made._soft
    made.run(10_000, SHOULDERS, [8500, 0], NO_WAVE)
    assert soft >= 10_000
    assert made._soft == soft


def test_begin_takes_everything_to_zero_and_rises_again() -> None:
    made = at_level(8000, 7000)
    made.begin()
    assert (made.applied, made.level) == ([0, 0], [0, 0])
    made.run(1, SHOULDERS, [8000, 7000], NO_WAVE)
    assert made.applied == [3, 3]


def test_up_by_10_a_millisecond_and_then_exactly_there() -> None:
    made = at_level(0)
    for t_ms in range(1, 120):
        made.run(1, SHOULDERS, [1000, 995], NO_WAVE)
        assert made.applied == [min(1000, 10 * t_ms), min(995, 10 * t_ms)]
        assert rules(made) == ["slew" if t_ms < 100 else "none"] * 2
        assert made.allowed == [8500, 8500]
        assert made.limited_ms == [0, 0]  # what is late is not held down


def test_down_by_80_a_millisecond_and_then_exactly_there() -> None:
    made = at_level(8000, 7990)
    for t_ms in range(1, 120):
        made.run(1, SHOULDERS, [100, 105], NO_WAVE)
        assert made.applied == [max(100, 8000 - 80 * t_ms), max(105, 7990 - 80 * t_ms)]
        assert rules(made) == ["none", "none"]


@pytest.mark.parametrize("elapsed_ms", [1, 2, 3, 10, 50])
def test_slew_counts_time_not_steps(elapsed_ms: int) -> None:
    made = at_level(8000)
    made.run(elapsed_ms, SHOULDERS, [0, 8000], NO_WAVE)
    assert made.applied == [8000 - 80 * elapsed_ms, 10 * elapsed_ms]


def test_where_the_rising_ceiling_meets_another_the_other_is_named() -> None:
    made = governor()
    for t_ms in range(1, 1003):
        made.run(1, NECK, [8500, 0], NO_WAVE)
        assert rules(made)[0] == ("rising again from zero" if t_ms < 1000 else "region cap")


def test_to_a_ceiling_there_is_no_slew() -> None:
    made = at_level(8000)
    made.run(1, NECK, [8000, 0], NO_WAVE)
    assert (made.applied[0], rules(made)[0]) == (3000, "region cap")


def test_slewing_down_ends_at_the_ceiling_at_the_latest() -> None:
    made = at_level(8000)
    made.run(1, NECK, [100, 0], NO_WAVE)
    assert (made.applied[0], rules(made)[0]) == (3000, "none")
    made.run(1, NECK, [100, 0], NO_WAVE)
    assert made.applied[0] == 2920


def test_held_at_a_ceiling_it_names_the_ceiling_not_the_slew() -> None:
    made = at_level(0)
    made.run(1, NECK, [3001, 0], NO_WAVE)
    assert (made.applied[0], rules(made)[0]) == (10, "region cap")


@pytest.mark.parametrize("want", [2999, 3000, 3001])
def test_what_is_asked_up_to_the_ceiling_is_not_counted_as_held_down(want: int) -> None:
    made = at_level(0)
    made.run(1000, NECK, [want, want], NO_WAVE)
    assert made.applied == [min(want, 3000), 0]
    assert made.limited_ms == [1000 if want > 3000 else 0, 1000]
    made.run(7, NECK, [want, 0], NO_WAVE)
    assert made.limited_ms == [1007 if want > 3000 else 0, 1000]
    assert rules(made) == ["region cap" if want > 3000 else "none", "none"]


@pytest.mark.parametrize("want", [-1, 0, 1])
def test_below_zero_is_zero_and_counted(want: int) -> None:
    made = at_level(0)
    made.run(1000, SHOULDERS, [want, want], NO_WAVE)
    assert made.applied == [max(0, want)] * 2
    assert made.limited_ms == [1000 if want < 0 else 0] * 2


# -- gain -----------------------------------------------------------------------------------------


def test_gain_falls_at_once_also_on_a_level_that_is_held() -> None:
    made = at_level(8000, 5000)
    made.set_gain(5000, 10_000)
    assert (made.gain, made.gain_max, made.gain_now) == (5000, 10_000, 5000)
    assert made.applied == [4000, 2500]
    made.set_gain(2500, 10_000)
    assert made.applied == [2000, 1250]
    made.run(1, SHOULDERS, [8000, 5000], NO_WAVE)
    assert (made.applied, made.level) == ([2000, 1250], [8000, 5000])


def test_gain_acts_on_a_ramp_as_well() -> None:
    made = at_level(8000, 4000)
    made.start_ramp(100)
    made.ramp(50)
    assert made.applied == [4000, 2000]
    made.set_gain(5000, 10_000)
    assert made.applied == [2000, 1000]
    made.ramp(25)
    assert made.applied == [1000, 500]


@pytest.mark.parametrize(("gain", "now"), [(4999, 4999), (5000, 5000), (5001, 5001), (10_000, 10_000)])
def test_gain_applies_exactly_and_rounds_down(gain: int, now: int) -> None:
    made = at_level(7777)
    made.set_gain(gain, 10_000)
    made.run(1, SHOULDERS, [7777, 0], NO_WAVE)
    assert made.applied[0] == 7777 * now // 10_000


def test_gain_rises_by_10_in_4_milliseconds_and_stops_where_it_was_asked_to() -> None:
    made = at_level(8000)
    made.set_gain(1000, 10_000)
    made.set_gain(2005, 10_000)
    assert made.gain_now == 1000
    for step in range(1, 150):
        made.run(4, SHOULDERS, [8000, 0], NO_WAVE)
        assert made.gain_now == min(2005, 1000 + 10 * step)
        assert made.applied[0] == 8000 * made.gain_now // 10_000


def test_gain_that_is_there_stays() -> None:
    made = at_level(8000)
    made.set_gain(2000, 10_000)
    made.run(400, SHOULDERS, [8000, 0], NO_WAVE)
    assert (made.gain_now, made.applied[0]) == (2000, 1600)


@pytest.mark.parametrize(
    ("gain", "gain_max", "results"),
    [
        (6000, 6000, (6000, 6000)),
        (6001, 6000, (6000, 6000)),
        (5999, 6000, (5999, 6000)),
        (0, 6000, (0, 6000)),
        (-1, 6000, (6000, 6000)),
        (10_000, 10_000, (10_000, 10_000)),
        (10_001, 10_001, (10_000, 10_000)),
        (5000, -1, (5000, 10_000)),
        (0, 0, (0, 0)),
        (1, 1, (1, 1)),
    ],
)
def test_gain_and_its_ceiling(gain: int, gain_max: int, results: tuple[int, int]) -> None:
    made = governor()
    made.set_gain(gain, gain_max)
    assert (made.gain, made.gain_max) == results


def test_the_ceiling_of_gain_never_rises() -> None:
    made = governor()
    made.set_gain(4000, 4000)
    made.set_gain(4001, 4001)
    assert (made.gain, made.gain_max) == (4000, 4000)
    made.set_gain(3999, 3999)
    assert (made.gain, made.gain_max) == (3999, 3999)


def test_gain_that_is_nothing_already_may_be_asked_for_again() -> None:
    made = at_level(8000)
    made.set_gain(0, 10_000)
    made.set_gain(0, 10_000)
    assert (made.gain_now, made.applied) == (0, [0, 0])


def test_levels_and_gain_stay_whole_numbers() -> None:
    """A board counts in integers; none of these divisions comes out even."""
    made = at_level(7777, 7777)
    made.set_gain(3333, 10_000)
    assert made.applied == [7777 * 3333 // 10_000] * 2
    made.set_gain(9999, 10_000)
    made.run(1, SHOULDERS, [7777, 7777], [9999, 9999])
    assert made.gain_now == 3335
    made.start_ramp(7)
    made.set_gain(1111, 10_000)
    made.ramp(3)
    numbers = [*made.applied, *made.allowed, *made._ramp_from, made.gain_now, made._soft]
    assert all(type(number) is int for number in numbers), numbers


# -- modulator --------------------------------------------------------------------------------------


def ready() -> Governor:
    """Fresh, with no modulator let through yet, and free to follow what is asked."""
    made = governor()
    made._soft = 10_000
    made.level = [8000, 8000]
    return made


def through(made: Governor, factors: list[int], elapsed_ms: int = 1, channel: int = 0) -> list[int]:
    """What of these factors, one a step, reaches one channel; the other has none all the while."""
    found = []
    for factor in factors:
        both = [10_000, 10_000]
        both[channel] = factor
        made.run(elapsed_ms, SHOULDERS, [8000, 8000], both)
        found.append(made.applied[channel] * 10_000 // 8000)
    return found


@pytest.mark.parametrize("channel", [0, 1])
def test_a_rise_after_a_fall_is_a_climb_and_climbs_are_90_ms_apart(channel: int) -> None:
    for gap_ms in range(2, 110):
        made = ready()
        made.run(100, SHOULDERS, [8000, 8000], [0, 0])
        assert through(made, [10_000], channel=channel) == [10_000]
        assert through(made, [0] * (gap_ms - 1), channel=channel)[-1] == 0
        made.limited_ms = [0, 0]
        assert through(made, [10_000], channel=channel) == [10_000 if gap_ms >= 90 else 0], gap_ms
        assert rules(made)[channel] == ("none" if gap_ms >= 90 else "modulator jumps too often")
        assert made.limited_ms[channel] == (0 if gap_ms >= 90 else 1)


@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize(("fall", "again"), [(199, True), (200, True), (201, False), (5000, False)])
def test_a_fall_of_two_hundredths_or_less_ends_no_climb(channel: int, fall: int, again: bool) -> None:
    made = ready()
    made.run(100, SHOULDERS, [8000, 8000], [0, 0])
    low = 10_000 - fall
    assert through(made, [10_000, low], channel=channel)[0] == 10_000
    held = through(made, [10_000], channel=channel)[0]
    assert (held == 10_000) is again


def test_small_falls_add_up() -> None:
    """Down by a hundredth twelve times is one fall, however slowly."""
    made = ready()
    made.run(100, SHOULDERS, [8000, 8000], [0, 0])
    assert through(made, [10_000, *range(9900, 8700, -100), 10_000])[-1] < 9000


def test_a_climb_may_take_any_number_of_steps() -> None:
    """Small rises, a stop on the way up, a small fall: one climb until it has fallen."""
    made = ready()
    made.run(100, SHOULDERS, [8000, 8000], [0, 0])
    way = [835, 5000, 5000, 4900, 9000, 8800, 10_000]
    assert through(made, way) == way
    assert through(made, [9700, 10_000]) == [9700, 9700]


def test_the_highest_of_a_climb_counts_not_where_it_began() -> None:
    made = ready()
    made.run(100, SHOULDERS, [8000, 8000], [0, 0])
    assert through(made, [300, 6000, 5795, 6000]) == [300, 6000, 5795, 5795]
    made = ready()
    made.run(100, SHOULDERS, [8000, 8000], [0, 0])
    assert through(made, [300, 6000, 5800, 6000]) == [300, 6000, 5800, 6000]


def test_a_climb_held_back_passes_once_90_ms_are_over_and_is_one_itself() -> None:
    made = ready()
    made.run(100, SHOULDERS, [8000, 8000], [0, 0])
    assert through(made, [10_000, 0]) == [10_000, 0]
    found = through(made, [10_000] * 100)
    assert found.index(10_000) == 90 - 2  # a ms for the fall, and the steps count from 0
    assert through(made, [0, 10_000]) == [0, 0]


@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize("first", [1, 2000, 10_000])
def test_the_first_climb_of_all_begins_at_nothing_and_is_free(channel: int, first: int) -> None:
    made = ready()
    assert through(made, [first], channel=channel) == [first // 4 * 4 if first == 1 else first]
    assert through(made, [0, 10_000], channel=channel) == [0, 0 if first > 200 else 10_000]


@pytest.mark.parametrize(("shape", "rate_mhz", "duty"), [(m.SQUARE, 10_000, 5000), (m.SQUARE, 10_000, 3000),
    (m.SQUARE, 500, 5000), (m.SINE, 4000, 5000), (m.TRIANGLE, 4000, 2000), (m.SAW_UP, 4000, 5000),
    (m.SAW_DOWN, 4000, 5000), (m.SINE, 100, 5000)])  # fmt: skip
def test_every_lawful_wave_passes_whole(shape: int, rate_mhz: int, duty: int) -> None:
    made = ready()
    phase_ut = 0
    for _ in range(1000):
        factor = wave_factor(shape, 10_000, duty, phase_ut)
        assert through(made, [factor], 10) == [8000 * factor // 10_000 * 10_000 // 8000]
        phase_ut = (phase_ut + rate_mhz * 10) % 1_000_000


@pytest.mark.parametrize("every_ms", [20, 30, 50, 60, 80])
def test_a_wave_begun_anew_all_the_time_is_no_faster_than_a_burst(every_ms: int) -> None:
    """4 Hz, allowed by itself, and restarted before it has come round."""
    made = ready()
    ups, last = 0, 0
    for t_ms in range(0, 10_000, 10):
        factor = wave_factor(m.TRIANGLE, 10_000, 2000, (t_ms % every_ms) * 4000)
        now = through(made, [factor], 10)[0]
        ups += now > last + 200
        last = now
    falls = made.limited_ms[0]
    assert falls > 0  # felt
    assert ups / 10 <= 5 * 1000 / 90  # five steps up in a climb, 90 ms between climbs


def test_downward_a_modulator_may_jump_at_any_time() -> None:
    made = at_level(8000)
    for factor in (10_000, 0, 0, 0):
        made.run(100, SHOULDERS, [8000, 0], [factor, 10_000])
        assert made.applied[0] == 8000 * factor // 10_000


def test_a_ceiling_and_a_climb_at_once_name_the_climb() -> None:
    made = at_level(8000)
    made.run(100, NECK, [8000, 0], [0, 0])
    made.run(1, NECK, [8000, 0], NO_WAVE)
    made.run(1, NECK, [8000, 0], [0, 0])
    made.limited_ms = [0, 0]
    made.run(1, NECK, [8000, 0], NO_WAVE)
    assert rules(made)[0] == "modulator jumps too often"
    assert made.limited_ms[0] == 2  # held down twice over


@pytest.mark.parametrize("channel", [0, 1])
def test_a_level_that_stood_still_for_2500_ms_begins_from_zero(channel: int) -> None:
    """Behind a modulator of nothing a level must not wait to strike; a burst of 0.5 Hz comes back whole."""
    for still_ms, forgotten in ((1990, False), (2500, False), (2510, True), (60_000, True)):
        made = ready()
        through(made, [10_000], 10, channel)
        assert set(through(made, [0] * (still_ms // 10), 10, channel)) == {0}
        back = through(made, [10_000], 10, channel)[0]
        assert back == (125 if forgotten else 10_000), still_ms  # 1.0/s: 100 of 8000 in 10 ms
        assert made.level[1 - channel] == 8000


@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize("moved", [False, True])
def test_it_is_forgotten_to_the_millisecond(channel: int, moved: bool) -> None:
    made = ready()
    if moved:
        through(made, [10_000], 1, channel)
    through(made, [0] * 2500, 1, channel)
    assert made.level[channel] == 8000
    through(made, [0], 1, channel)
    assert made.level[channel] == 0


@pytest.mark.parametrize("channel", [0, 1])
def test_the_smallest_first_factor_begins_the_first_climb(channel: int) -> None:
    made = ready()
    assert through(made, [1, 10_000, *[0] * 88, 10_000], channel=channel)[-1] == 10_000
    made = ready()
    assert through(made, [1, 10_000, *[0] * 87, 10_000], channel=channel)[-1] == 0


def test_motion_in_between_is_no_standing_still() -> None:
    made = ready()
    for _ in range(4):
        assert set(through(made, [0] * 200, 10)) == {0}
        assert through(made, [10_000], 10) == [10_000]


def test_a_modulator_of_nothing_is_not_reported() -> None:
    made = governor()
    made._soft = 10_000
    for factor in (10_000, 0, 10_000, 0, 10_000):
        made.run(10, SHOULDERS, [0, 0], [factor, factor])
    assert rules(made) == ["none", "none"]
    assert made.limited_ms == [0, 0]


# -- motor time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [(1, 0), (0, 1), (1, 1), (8000, 8000)])
def test_any_motor_that_runs_costs_motor_time_once(levels: tuple[int, int]) -> None:
    made = at_level(*levels)
    made.bucket.left_ms = 1000
    made.run(10, SHOULDERS, list(levels), NO_WAVE)
    assert made.bucket.left_ms == 990


def test_the_pauses_of_a_burst_cost_motor_time_too() -> None:
    made = at_level(8000)
    made.bucket.left_ms = 1000
    made.run(10, SHOULDERS, [8000, 0], [0, 0])
    assert (made.applied, made.bucket.left_ms) == ([0, 0], 990)


def test_a_gain_of_nothing_costs_nothing() -> None:
    made = at_level(8000)
    made.bucket.left_ms = 1000
    made.set_gain(0, 10_000)
    made.run(10, SHOULDERS, [8000, 0], NO_WAVE)
    assert (made.applied, made.bucket.left_ms) == ([0, 0], 1010)


def test_nothing_moves_while_the_bucket_is_locked() -> None:
    made = at_level(8000, 8000)
    made.bucket.pass_time(900_000, True)
    made.run(1, SHOULDERS, [8000, 8000], NO_WAVE)
    assert (made.applied, made.allowed) == ([0, 0], [0, 0])
    assert rules(made) == ["motor bucket empty"] * 2
    assert made.limited_ms == [1, 1]


@pytest.mark.parametrize(
    ("levels", "costs"), [((1, 0), True), ((0, 1), True), ((1, 1), True), ((0, 0), False)]
)
def test_a_level_that_is_held_costs_motor_time(levels: tuple[int, int], costs: bool) -> None:
    made = at_level(*levels)
    made.bucket.left_ms = 1000
    made.hold(10)
    assert made.applied == list(levels)
    assert made.bucket.left_ms == (990 if costs else 1010)


def test_off_is_zero_at_once_and_gives_motor_time_back() -> None:
    made = at_level(8000, 7000)
    made.run(1, SHOULDERS, [10_000, 10_000], NO_WAVE)
    made.bucket.left_ms = 1000
    made.off(10)
    assert (made.applied, made.allowed, made.level) == ([0, 0], [0, 0], [0, 0])
    assert rules(made) == ["none", "none"]
    assert made.bucket.left_ms == 1010


# -- the ramp to zero ---------------------------------------------------------------------------


def test_a_ramp_is_straight_and_ends_on_time() -> None:
    made = at_level(8000, 3000)
    made.run(10, SHOULDERS, [10_000, 10_000], NO_WAVE)
    from_levels = list(made.applied)
    made.start_ramp(150)
    assert rules(made) == ["none", "none"]
    for t_ms in range(1, 200):
        at_zero = made.ramp(1)
        assert made.applied == [level * max(0, 150 - t_ms) // 150 for level in from_levels]
        assert made.allowed == made.applied
        assert made.level == [0, 0]
        assert at_zero is (made.applied == [0, 0])
    assert made.applied == [0, 0]


@pytest.mark.parametrize("levels", [(8000, 0), (0, 8000)])
def test_a_ramp_is_over_when_both_channels_are_at_zero(levels: tuple[int, int]) -> None:
    made = at_level(*levels)
    made.start_ramp(100)
    assert not made.ramp(99)
    assert made.ramp(1)
    made.bucket.left_ms = 1000
    made.start_ramp(100)
    assert made.ramp(1)
    assert made.bucket.left_ms == 1001


def test_a_ramp_costs_motor_time_while_it_moves() -> None:
    made = at_level(8000)
    made.bucket.left_ms = 1000
    made.start_ramp(100)
    made.ramp(10)
    assert made.bucket.left_ms == 990
    made.ramp(200)
    assert made.bucket.left_ms == 1190


def test_a_second_ramp_starts_where_the_first_is() -> None:
    made = at_level(8000)
    made.start_ramp(100)
    made.ramp(50)
    made.start_ramp(100)
    made.ramp(25)
    assert made.applied[0] == 3000


def test_a_ramp_never_raises_what_is_lower_already() -> None:
    made = at_level(8000)
    made.start_ramp(100)
    made.applied[0] = 10
    made.ramp(1)
    assert made.applied[0] == 10


# -- bench limits -------------------------------------------------------------------------------


def bench_governor() -> Governor:
    made = governor()
    made.bench = True
    made._soft = 10_000
    return made


def test_a_bench_pulse_ends_after_2000_ms() -> None:
    made = bench_governor()
    for t_ms in range(1, 2500):
        made.run(1, SHOULDERS, [1000, 0], NO_WAVE)
        assert (made.applied[0] > 0) is (t_ms <= 2000), t_ms
        assert made.allowed[0] == (1000 if t_ms <= 2000 else 0)
        assert rules(made)[0] == ("bench limits (not commissioned)" if t_ms > 2000 else rules(made)[0])


@pytest.mark.parametrize("asked", [999, 1000, 1001])
def test_bench_limits_hold_at_a_tenth(asked: int) -> None:
    made = bench_governor()
    made.run(1000, SHOULDERS, [asked, asked], NO_WAVE)
    assert made.applied == [min(asked, 1000)] * 2
    assert rules(made)[0] == ("none" if asked <= 1000 else "bench limits (not commissioned)")


def test_bench_limits_never_raise_what_is_lower() -> None:
    made = governor(ceilings=(1000, 999))
    made.bench = True
    made.run(1000, SHOULDERS, [5000, 5000], NO_WAVE)
    assert made.applied == [1000, 999]
    assert rules(made) == ["session ceiling", "session ceiling"]


@pytest.mark.parametrize("rest_ms", [1, 1999, 2000, 2001])
def test_a_bench_pulse_comes_again_after_2000_ms_of_rest(rest_ms: int) -> None:
    made = bench_governor()
    for _ in range(2000):
        made.run(1, SHOULDERS, [1000, 0], NO_WAVE)
    for _ in range(rest_ms):
        made.off(1)
    made.run(1, SHOULDERS, [1000, 0], NO_WAVE)
    assert (made.applied[0] > 0) is (rest_ms >= 2000)


def test_a_second_bench_pulse_is_as_long_as_the_first() -> None:
    made = bench_governor()
    for _ in range(2):
        made.off(2000)
        lasted = 0
        for _ in range(2500):
            made.run(1, SHOULDERS, [1000, 0], NO_WAVE)
            lasted += made.applied[0] > 0
            if not made.applied[0]:
                break
        assert lasted == 2000


def test_motion_starts_the_rest_of_the_bench_anew() -> None:
    made = bench_governor()
    made.run(1999, SHOULDERS, [1000, 0], NO_WAVE)
    made.off(1999)
    made.run(1, SHOULDERS, [1000, 0], NO_WAVE)
    assert made.applied[0] > 0  # the 2000th
    made.off(1999)
    made.run(1, SHOULDERS, [1000, 0], NO_WAVE)
    assert made.applied[0] == 0
    made.off(1)
    made.run(1, SHOULDERS, [1000, 0], NO_WAVE)
    assert made.applied[0] > 0
