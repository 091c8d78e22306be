"""Each suspicion of the heat supervisor by itself, to the millisecond and the hundredth of a degree.
Power is given by hand, so that a window sees nothing but what the test says. Numbers are restated."""

from __future__ import annotations

import pytest

from firmware_bridge.device.heat import Heat
from firmware_bridge.protocol import states
from tests.firmware_bridge.bench import NTC_C100, NTC_RAW

NEVER_MS = 1 << 40


class Driven:
    """A supervisor whose duty and readings the test decides; no reading comes twice in a row."""

    def __init__(self, rise_c100: int = 901) -> None:
        self.heat = Heat(NTC_RAW, NTC_C100, rise_c100=rise_c100, hold_duty=3000)
        self._turn = 0

    def step(self, ms: int, duty: int, c100: int, target: int = 4000) -> str:
        self._turn = 1 - self._turn
        return self.raw(ms, duty, raw_of(c100) - self._turn, target)

    def raw(self, ms: int, duty: int, raw: int, target: int = 4000) -> str:
        self.heat.duty = duty
        self.heat.step(ms, raw, target)
        return self.fault

    def run(self, ms: int, duty: int, c100: int, target: int = 4000) -> str:
        """In steps of 100 ms, and one for what is left."""
        for _ in range(ms // 100):
            self.step(100, duty, c100, target)
        if ms % 100:
            self.step(ms % 100, duty, c100, target)
        return self.fault

    def off(self, c100: int) -> None:
        """Off now, and the step that still judges what was driven before."""
        self.heat.off()
        self.step(1, 0, c100, 0)

    @property
    def fault(self) -> str:
        return states.FAULTS[self.heat.fault]


def raw_of(c100: int) -> int:
    """The converter's value whose temperature is exactly this, and whose neighbour below is too."""
    return 65_000 - 10 * c100


# -- what it is at first ------------------------------------------------------------------------


def test_a_new_supervisor_is_off_and_trusts_nothing() -> None:
    heat = Driven().heat
    assert (heat.duty, heat.fault, heat.value) == (0, 0, 0)
    assert (heat.temperature_c100, heat.trusted) == (0, False)


def test_a_new_supervisor_suspects_nothing() -> None:
    heat = vars(Driven().heat)
    assert {name: value for name, value in heat.items() if type(value) is int and value} == {
        "_rise_c100": 901,
        "_hold_duty": 3000,
        "_doubt": states.FAULTS.index("NTC_STALE"),
        "_raw": -1,
        "_driven_ago_ms": 120_000,
        "_warmest": -30_000,
        "_off_ms": 70_000,
    }
    assert (heat["_past"], heat["_held"]) == ([-30_000] * 50, [0] * 6)
    assert None not in heat.values()


def test_everything_stays_an_integer_that_a_board_need_not_allocate() -> None:
    """With the steepest pad that the wire of a configuration can name, and steps of any length."""
    heat = Heat(NTC_RAW, NTC_C100, rise_c100=65_535, hold_duty=5999)
    for turn in range(5000):
        heat.duty = turn * 37 % 10_001
        heat.step(1 + turn % 299, 30_000 + turn * 7919 % (1 if turn < 2000 else 20_000), 4000)
        for name, value in vars(heat).items():
            if not isinstance(value, (bool, list, tuple)):
                assert type(value) is int and -(1 << 30) < value < 1 << 30, name  # noqa: PT018
        assert {type(value) for value in heat._past + heat._held} == {int}
        heat.clear()


def test_asked_for_heat_before_any_reading_it_fails_as_stale() -> None:
    driven = Driven()
    driven.heat.step(100, -1, 1)
    assert (driven.fault, driven.heat.value) == ("NTC_STALE", 0)


def test_three_bad_readings_are_none_yet() -> None:
    driven = Driven()
    for target in (0, 0, 4000):
        driven.heat.step(100, 65_000, target)
    assert driven.fault == "NTC_STALE"


def test_before_the_first_reading_nothing_is_a_fault_while_nothing_is_asked() -> None:
    driven = Driven()
    for _ in range(100):
        driven.heat.step(100, -1, 0)
    assert driven.fault == "none"


# -- the sensor -----------------------------------------------------------------------------------


def test_the_table_between_its_rows_and_at_its_ends() -> None:
    rows = ((60_000, 50_000, 30_000, 29_990, 1000), (0, 1000, 2000, 3000, 6000))
    heat = Heat(*rows, rise_c100=900, hold_duty=3000)
    for raw, c100 in zip(*rows, strict=True):
        assert heat.c100(raw) == c100
    assert [heat.c100(raw) for raw in (59_990, 50_010, 49_999, 49_980, 30_020)] == [1, 999, 1000, 1001, 1999]
    assert [heat.c100(raw) for raw in (29_999, 29_995, 29_991)] == [2100, 2500, 2900]
    assert [heat.c100(raw) for raw in (60_001, 65_535, 999, 0)] == [0, 0, 6000, 6000]
    assert heat.c100(29_989) == 3000
    assert heat.c100(15_495) == 4500
    assert type(heat.c100(12_345)) is int


@pytest.mark.parametrize(
    ("raw", "good"), [(0, False), (654, False), (655, True), (64_880, True), (64_881, False), (65_535, False)]
)
def test_which_readings_are_believed(raw: int, good: bool) -> None:
    driven = Driven()
    for _ in range(4):
        driven.heat.step(100, raw, 0)
    assert driven.heat.trusted is good
    driven.heat.step(100, raw, 100)
    assert driven.fault == ("none" if good and raw > 1000 else "OVER_TEMPERATURE" if good else "NTC_RANGE")


def test_the_fourth_bad_reading_in_a_row_is_one_too_many() -> None:
    driven = Driven()
    driven.step(100, 0, 3000)
    for count in range(1, 4):
        assert driven.raw(100, 100, 65_000) == "none", count
        assert driven.heat.trusted
        assert driven.heat.temperature_c100 == 3000
    assert driven.raw(100, 100, 65_001) == "NTC_RANGE"
    assert (driven.heat.trusted, driven.heat.value, driven.heat.duty) == (False, 65_001, 0)


def test_a_good_reading_forgives_the_bad_ones_before_it() -> None:
    driven = Driven()
    for _ in range(5):
        driven.step(100, 100, 3000)
        for _ in range(3):
            assert driven.raw(100, 100, 65_000) == "none"
    driven.raw(100, 100, 65_000)
    assert driven.fault == "NTC_RANGE"


def test_a_sensor_gone_bad_at_rest_is_a_doubt_until_heat_is_asked_for() -> None:
    driven = Driven()
    driven.step(100, 0, 3000, 0)
    for _ in range(10):
        driven.raw(100, 0, 100, 0)
    assert (driven.heat.trusted, driven.fault) == (False, "none")
    driven.raw(100, 0, 1, 4000)
    assert (driven.fault, driven.heat.value) == ("NTC_RANGE", 1)
    driven.heat.clear()
    driven.step(100, 0, 3000, 0)
    assert (driven.heat.trusted, driven.fault) == (True, "none")


@pytest.mark.parametrize("duty", [1, 5000])
def test_no_reading_for_over_500_ms_is_stale(duty: int) -> None:
    driven = Driven()
    driven.step(100, 0, 3000)
    assert driven.raw(499, duty, -1) == "none"
    assert driven.raw(1, duty, -1) == "none"
    assert driven.heat.trusted
    assert driven.raw(1, duty, -1) == "NTC_STALE"
    assert (driven.heat.trusted, driven.heat.duty) == (False, 0)


def test_a_reading_forgives_the_time_without_one() -> None:
    driven = Driven()
    for _ in range(5):
        driven.step(1, 100, 3000)
        assert driven.raw(500, 100, -1) == "none"
    assert driven.raw(1, 100, -1) == "NTC_STALE"


def test_a_raw_value_of_zero_is_a_reading_though_a_bad_one() -> None:
    driven = Driven()
    driven.step(100, 0, 3000)
    for _ in range(3):
        assert driven.raw(100, 100, 0) == "none"
    assert driven.raw(100, 100, 0) == "NTC_RANGE"
    assert driven.heat.value == 0


@pytest.mark.parametrize("bad", [0, 100, 654, 64_881, 65_535])
def test_a_bad_reading_does_not_forgive_the_time_without_a_good_one(bad: int) -> None:
    """Five missing and one bad, again and again, once drove for 2.4 s."""
    driven = Driven()
    driven.step(100, 0, 3000)
    for _ in range(2):
        assert driven.raw(100, 100, -1) == "none"
    assert driven.raw(100, 100, bad) == "none"
    for _ in range(2):
        assert driven.raw(100, 100, -1) == "none"
    assert driven.raw(1, 100, bad) == "NTC_STALE"
    assert driven.heat.value == raw_of(3000) - 1


def test_bad_readings_with_missing_ones_between_them_are_still_in_a_row() -> None:
    driven = Driven()
    driven.step(100, 0, 3000)
    for _ in range(3):
        driven.raw(50, 100, 0)
        assert driven.raw(50, 100, -1) == "none"
    assert driven.raw(50, 100, 65_001) == "NTC_RANGE"
    assert driven.heat.value == 65_001


def test_what_a_missing_reading_follows_is_what_is_wrong_with_the_sensor() -> None:
    driven = Driven()
    driven.step(100, 0, 3000, 0)
    for _ in range(4):
        driven.raw(100, 0, 65_001, 0)
    for _ in range(10):
        driven.raw(100, 0, -1, 0)
    assert driven.raw(100, 0, -1, 4000) == "NTC_RANGE"
    assert driven.heat.value == 65_001


def test_off_just_before_the_step_does_not_hide_that_the_sensor_went_bad_under_power() -> None:
    driven = Driven()
    driven.step(100, 0, 3000)
    driven.raw(500, 100, -1)
    driven.heat.duty = 1
    driven.heat.off()
    assert driven.raw(1, 0, -1, 0) == "NTC_STALE"


def test_what_a_reading_cannot_lift_is_not_hidden_behind_what_it_can() -> None:
    for passing in ("OVER_TEMPERATURE", "NTC_RANGE", "NTC_STALE"):
        driven = Driven()
        driven.run(1000, 1000, 4000)
        if passing == "OVER_TEMPERATURE":
            driven.step(100, 1000, 4300)
        else:
            for _ in range(10):
                driven.raw(100, 1000, 0 if passing == "NTC_RANGE" else -1)
        assert driven.fault == passing
        driven.run(1000, 0, 4200, 0)
        assert driven.step(100, 0, 3900, 0) == "HEAT_FELL"
        driven.step(100, 0, 4300, 0)
        assert (driven.fault, driven.heat.value) == ("HEAT_FELL", 3900)


def test_the_counter_of_staleness_stays_small() -> None:
    driven = Driven()
    for _ in range(1000):
        driven.heat.step(100, -1, 0)
    assert driven.heat._stale_ms == 600


def test_the_first_fault_is_the_one_that_stays() -> None:
    driven = Driven()
    driven.step(100, 100, 4301)
    assert (driven.fault, driven.heat.value) == ("OVER_TEMPERATURE", 4301)
    for _ in range(10):
        driven.raw(600, 100, -1)
    assert (driven.fault, driven.heat.value) == ("OVER_TEMPERATURE", 4301)
    driven.heat.clear()
    assert driven.fault == "none"


@pytest.mark.parametrize(
    ("c100", "fault"), [(4299, "none"), (4300, "OVER_TEMPERATURE"), (4301, "OVER_TEMPERATURE")]
)
@pytest.mark.parametrize("duty", [0, 100])
def test_43_degrees_trip(c100: int, fault: str, duty: int) -> None:
    driven = Driven()
    assert driven.step(100, duty, c100, 0) == fault
    assert driven.heat.value == (c100 if fault != "none" else 0)


def test_a_temperature_that_is_not_trusted_does_not_trip() -> None:
    driven = Driven()
    driven.heat.temperature_c100 = 4400
    driven.heat.step(100, -1, 0)
    assert driven.fault == "none"


# -- frozen -----------------------------------------------------------------------------------------


def test_the_same_reading_for_10_s_at_half_power_is_frozen() -> None:
    driven = Driven()
    for _ in range(99):
        assert driven.raw(100, 5000, 40_000) == "none"
    assert driven.raw(99, 5000, 40_000) == "none"
    assert driven.raw(1, 5000, 40_000) == "NTC_FROZEN"
    assert driven.heat.value == 40_000


@pytest.mark.parametrize(
    ("duty", "ms"), [(10_000, 10_000), (5001, 10_000), (4999, 10_100), (2500, 20_000), (1000, 50_000)]
)
def test_less_power_at_one_reading_only_takes_longer(duty: int, ms: int) -> None:
    driven = Driven()
    for _ in range(ms // 100 - 1):
        assert driven.raw(100, duty, 40_000) == "none"
    assert driven.raw(100, duty, 40_000) == "NTC_FROZEN"


def test_power_that_may_hold_waits_for_the_reading_to_move() -> None:
    driven = Driven()  # which holds 40 C with 3000
    driven.raw(100, 4500, 40_000)
    driven.heat._same_sum = 249_999
    assert (driven.raw(100, 0, 40_000), driven.heat._asked_ms, driven.heat.duty > 0) == ("none", 0, True)
    driven.heat._same_sum = 250_000
    for asked_ms in range(100, 60_000, 100):
        assert driven.raw(100, 0, 40_000) == "none"
        assert (driven.heat.duty, driven.heat._asked_ms) == (0, asked_ms)
        driven.raw(100, 0, 40_000, 0)  # a moment without a target is not waited for
    assert driven.raw(99, 0, 40_000) == "none"
    assert driven.raw(1, 0, 40_000) == "NTC_FROZEN"
    assert (driven.heat.value, driven.heat._same_sum, driven.heat._asked_ms) == (40_000, 0, 0)


def test_a_reading_that_moves_is_given_its_power_back_with_its_integral() -> None:
    driven = Driven()
    for _ in range(56):
        driven.raw(100, 4500, 25_010)  # 39.99 C
    integral = driven.heat._integral
    assert integral > 0
    assert driven.raw(100, 0, 25_010) == "none"
    assert (driven.heat.duty, driven.heat._integral) == (0, integral)
    driven.raw(100, 0, 25_020)
    assert driven.heat.duty > 0
    assert (driven.heat._same_sum, driven.heat._same_most, driven.heat._asked_ms) == (0, 0, 0)


def test_power_beyond_holding_has_to_show_by_itself() -> None:
    driven = Driven()
    driven.raw(100, 0, 40_000)
    driven.raw(1, 4501, 40_000)
    for _ in range(110):
        assert driven.raw(100, 4500, 40_000) == "none"
        assert driven.heat._asked_ms == 0
    assert driven.raw(100, 4500, 40_000) == "none"
    assert driven.raw(100, 4500, 40_000) == "NTC_FROZEN"


def test_short_zeros_and_power_just_below_half_do_not_hide_a_frozen_reading() -> None:
    driven = Driven()
    for turn in range(111):  # what is above half counts as half
        assert driven.raw(100, (4000, 6000)[turn % 2], 40_000) == "none", turn
        driven.raw(100, 0, 40_000, 0)
    assert driven.raw(100, 6000, 40_000) == "NTC_FROZEN"
    driven = Driven()
    driven.raw(100, 0, 40_000)
    for _ in range(99):
        driven.heat.duty = 6000
        driven.heat.off()  # a PAUSE just before the step
        assert driven.raw(100, 0, 40_000) == "none"
    driven.heat.duty = 6000
    driven.heat.off()
    assert driven.raw(100, 0, 40_000) == "NTC_FROZEN"


def test_power_at_one_reading_is_counted_to_the_last_unit() -> None:
    driven = Driven()
    driven.raw(100, 5000, 40_001)
    for _ in range(2):  # from another reading, and from a fault that was found
        driven.heat.clear()
        for _ in range(99):
            driven.raw(100, 5000, 40_000)
        driven.raw(99, 5000, 40_000)
        assert driven.raw(49, 100, 40_000) == "none"  # one hundredth of a millisecond at full power short
        assert driven.raw(1, 100, 40_000) == "NTC_FROZEN"


def test_another_reading_starts_the_window_anew_and_moments_without_power_do_not() -> None:
    driven = Driven()
    for _ in range(99):
        driven.raw(100, 6000, 40_000)
    driven.raw(100, 6000, 39_999)
    for _ in range(98):
        assert driven.raw(100, 6000, 39_999) == "none"
        driven.raw(100, 0, 39_999, 0)
    assert driven.raw(100, 6000, 39_999) == "NTC_FROZEN"


def test_a_cleared_fault_forgets_no_window() -> None:
    driven = Driven()
    for _ in range(99):
        driven.raw(100, 6000, 40_000)
    driven.heat.clear()
    assert driven.raw(99, 6000, 40_000) == "none"
    assert driven.raw(1, 6000, 40_000) == "NTC_FROZEN"


def test_once_cleared_a_fault_that_was_found_needs_its_whole_window_again() -> None:
    driven = Driven()
    for _ in range(100):
        driven.raw(100, 6000, 40_000)
    assert driven.fault == "NTC_FROZEN"
    driven.heat.clear()
    for _ in range(99):
        assert driven.raw(100, 6000, 40_000) == "none"
    assert driven.raw(100, 6000, 40_000) == "NTC_FROZEN"


def test_the_greatest_power_since_the_last_step_is_what_is_judged() -> None:
    driven = Driven()
    for turn in range(100):
        for duty in (100, 6000, 200):
            driven.heat.duty = duty
            driven.heat.off()
        assert driven.raw(100, 300, 40_000) == ("none" if turn < 99 else "NTC_FROZEN")


# -- no rise ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rise", "fault"), [(450, "HEAT_NO_RISE"), (451, "none"), (452, "none")])
def test_at_high_power_half_of_the_expected_rise_is_demanded_in_20_s(rise: int, fault: str) -> None:
    """901 in 20 s are expected, so 451."""
    driven = Driven()
    driven.run(19_900, 8000, 2000)
    assert driven.step(99, 8000, 2000 + rise) == "none"
    assert driven.step(1, 8000, 2000 + rise) == fault
    assert driven.heat.value == (0 if fault == "none" else 2000 + rise)


def test_exactly_half_of_the_expected_rise_is_enough() -> None:
    for rise, fault in ((449, "HEAT_NO_RISE"), (450, "none")):
        driven = Driven(rise_c100=900)
        driven.run(19_900, 8000, 2000)
        assert driven.step(100, 8000, 2000 + rise) == fault


def test_below_80_percent_no_rise_is_demanded() -> None:
    driven = Driven()
    assert driven.run(24_900, 7999, 2000) == "none"  # what it owes is another matter, below


def test_each_20_s_are_judged_from_where_they_began() -> None:
    driven = Driven()
    driven.run(19_900, 8000, 2000)
    assert driven.step(100, 8000, 2500) == "none"
    driven.run(19_900, 8000, 2510)
    assert driven.step(100, 8000, 2960) == "HEAT_NO_RISE"  # 450 since 2510, of 451
    driven = Driven()
    driven.run(20_000, 8000, 2000)
    assert driven.fault == "HEAT_NO_RISE"


def test_the_rise_is_counted_from_the_first_reading_at_high_power() -> None:
    driven = Driven()
    driven.run(1000, 0, 1000)
    driven.run(19_900, 8000, 2000)
    assert driven.step(100, 8000, 2449) == "HEAT_NO_RISE"


@pytest.mark.parametrize(("low_ms", "fault"), [(1999, "HEAT_NO_RISE"), (2000, "none"), (2100, "none")])
def test_low_power_for_2_s_ends_the_window_and_less_does_not(low_ms: int, fault: str) -> None:
    driven = Driven()
    driven.run(10_000, 8000, 4000)
    driven.run(low_ms, 1000, 4000)
    driven.run(9_900, 8000, 4000)
    assert driven.fault == "none"
    assert driven.step(100, 8000, 4000) == fault


def test_after_low_power_the_rise_is_counted_from_a_new_reading() -> None:
    driven = Driven()
    driven.run(10_000, 8000, 2000)
    driven.run(2000, 1000, 2400)
    driven.run(19_900, 8000, 2400)
    assert driven.step(100, 8000, 2850) == "HEAT_NO_RISE"


def test_high_power_starts_the_wait_for_low_power_anew() -> None:
    driven = Driven()
    driven.run(10_000, 8000, 4000)
    for _ in range(9):
        driven.run(1900, 1000, 4000)
        driven.run(1000, 8000, 4000)
    assert driven.fault == "none"
    driven.run(900, 8000, 4000)
    assert driven.fault == "none"
    assert driven.run(100, 8000, 4000) == "HEAT_NO_RISE"


def test_off_just_before_every_step_does_not_hide_high_power() -> None:
    driven = Driven()
    for turn in range(200):
        driven.heat.duty = 8000
        driven.heat.off()
        assert driven.step(100, 0, 4000, 0) == ("none" if turn < 199 else "HEAT_NO_RISE")


def test_low_power_before_any_high_power_counts_for_nothing() -> None:
    driven = Driven()
    driven.run(1900, 1000, 4000)
    driven.run(10_000, 8000, 4000)
    driven.run(200, 1000, 4000)
    driven.run(9_900, 8000, 4000)
    assert driven.fault == "none"
    assert driven.run(100, 8000, 4000) == "HEAT_NO_RISE"


# -- fall -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fall", "fault"), [(299, "none"), (300, "HEAT_FELL"), (301, "HEAT_FELL")])
def test_3_k_in_5_s_under_power_is_a_fall(fall: int, fault: str) -> None:
    driven = Driven()
    driven.run(10_000, 1000, 3500)
    for step in range(1, 50):
        assert driven.step(100, 1000, 3500 - fall * step // 51) == "none"
    assert driven.step(100, 1000, 3500 - fall) == fault
    assert driven.heat.value == (3500 - fall if fault != "none" else 0)


def test_3_k_in_51_readings_are_no_fall() -> None:
    driven = Driven()
    driven.run(10_000, 1000, 3500)
    driven.step(100, 1000, 3499)
    for _ in range(49):
        assert driven.step(100, 1000, 3300) == "none"
    assert driven.step(100, 1000, 3199) == "HEAT_FELL"
    driven = Driven()
    driven.run(10_000, 1000, 3500)
    for _ in range(50):
        driven.step(100, 1000, 3499)
    assert driven.step(100, 1000, 3200) == "none"


def test_a_fall_is_seen_from_the_second_reading_on() -> None:
    driven = Driven()
    assert driven.step(100, 1000, 3500) == "none"
    assert driven.step(100, 1000, 3200) == "HEAT_FELL"


def test_a_square_of_8_k_and_5_s_is_a_fall_in_its_first_period() -> None:
    driven = Driven()
    for turn in range(25):
        assert driven.step(100, 1000, 3800) == "none", turn
    assert driven.step(100, 1000, 3000) == "HEAT_FELL"


def test_a_fall_from_any_of_the_last_50_readings_and_from_no_older_one() -> None:
    """Whichever slot the ring has reached."""
    for ago in range(1, 52):
        for before in (0, 7, 30):
            driven = Driven()
            driven.run(before * 100, 1000, 3500)
            driven.step(100, 1000, 3700)
            driven.run((ago - 1) * 100, 1000, 3500)
            assert driven.fault == "none"
            assert driven.step(100, 1000, 3400) == ("HEAT_FELL" if ago <= 50 else "none"), (ago, before)


def test_a_pad_below_freezing_falls_as_well() -> None:
    heat = Heat((60_000, 1000), (-5000, 5000), rise_c100=900, hold_duty=3000)
    for raw, fault in ((40_000, "none"), (41_500, "none"), (41_770, "HEAT_FELL")):
        heat.duty = 1000
        heat.step(100, raw, 4000)
        assert states.FAULTS[heat.fault] == fault


@pytest.mark.parametrize(("ago_ms", "fault"), [(119_999, "HEAT_FELL"), (120_000, "none"), (120_100, "none")])
def test_a_fall_is_suspicious_for_two_minutes_after_the_last_power(ago_ms: int, fault: str) -> None:
    driven = Driven()
    driven.step(100, 1, 3500)
    driven.run(119_900, 0, 3500, 0)
    assert driven.step(ago_ms - 119_900, 0, 3000, 0) == fault


def test_a_pad_that_was_never_driven_may_cool() -> None:
    driven = Driven()
    driven.run(10_000, 0, 3500, 0)
    assert driven.step(100, 0, 3000, 0) == "none"


def test_power_that_was_off_again_before_the_step_makes_a_fall_suspicious() -> None:
    driven = Driven()
    driven.run(10_000, 0, 3500, 0)
    driven.heat.duty = 1
    driven.heat.off()
    assert driven.step(100, 0, 3200, 0) == "HEAT_FELL"


def test_what_was_read_before_a_clear_is_a_measure_of_a_fall_as_well() -> None:
    driven = Driven()
    driven.run(10_000, 1000, 4000)
    driven.heat.clear()
    assert driven.step(100, 1000, 3700) == "HEAT_FELL"


def test_a_fall_that_was_found_is_over_after_5_s() -> None:
    driven = Driven()
    driven.run(10_000, 1000, 4000)
    assert driven.step(100, 1000, 3500) == "HEAT_FELL"
    driven.run(4_900, 0, 3500, 0)
    driven.heat.clear()
    assert driven.run(10_000, 1000, 3500) == "none"


def test_a_mended_sensor_has_not_fallen() -> None:
    driven = Driven()
    driven.run(10_000, 1000, 4000)
    for _ in range(4):
        driven.raw(100, 1000, 0)
    assert driven.fault == "NTC_RANGE"
    driven.run(5000, 0, 3000, 0)
    driven.heat.clear()
    assert driven.run(10_000, 1000, 3000) == "none"


def test_a_sensor_that_was_bad_three_times_may_have_fallen() -> None:
    driven = Driven()
    driven.run(10_000, 1000, 4000)
    for _ in range(3):
        driven.raw(100, 1000, 0)
    assert driven.step(100, 1000, 3700) == "HEAT_FELL"


def test_while_the_sensor_is_not_trusted_nothing_is_judged() -> None:
    driven = Driven()
    driven.run(10_000, 1000, 3500)
    for _ in range(10):
        driven.raw(100, 0, -1, 0)
    assert not driven.heat.trusted
    at = driven.heat._past_at
    driven.raw(100, 0, -1, 0)
    assert driven.heat._past_at == at


# -- power that does not show --------------------------------------------------------------------------


def shown(duty: int, c100: int, rise_c100: int = 900) -> int:
    """After how many milliseconds of such power and no rise there is a fault; at most 10 minutes."""
    driven = Driven(rise_c100)
    for ms in range(100, 600_100, 100):
        if driven.step(100, duty, c100) != "none":
            assert (driven.fault, driven.heat.value) in (
                ("HEAT_NO_RISE", c100),
                ("HEAT_HOLDING", duty),
            )
            return ms
    return NEVER_MS


@pytest.mark.parametrize(
    ("duty", "c100", "ms"),
    [
        (7900, 2300, 25_400),  # 20 s of full power at nothing to hold; rounded down in every step
        (7000, 2300, 28_600),
        (3500, 2300, 57_200),
        (1000, 2300, 200_000),
        (7000, 2600, 28_600),
        (7000, 2700, 30_000),  # 27 C: a fourteenth of 0.45 may be held
        (7000, 3300, 42_200),  # half of it
        (7000, 4000, 80_000),
        (7000, 4100, 80_000),  # never more
        (5500, 3300, 61_600),
    ],
)
def test_power_without_a_rise_is_a_fault_when_20_s_of_full_power_are_owed(
    duty: int, c100: int, ms: int
) -> None:
    assert abs(shown(duty, c100) - ms) <= 100


@pytest.mark.parametrize(("c100", "duty"), [(3300, 2250), (2700, 321), (4000, 4500)])
def test_power_that_may_hold_a_temperature_may_do_so_for_ever(c100: int, duty: int) -> None:
    assert shown(duty, c100) == NEVER_MS


def test_what_is_owed_is_a_matter_of_20_s_of_full_power_to_the_millisecond() -> None:
    driven = Driven(rise_c100=900)
    for turn in range(40):
        driven.run(500, 10_000, 2000)  # in bursts that leave the other windows alone
        if turn < 39:
            assert driven.fault == "none"
            driven.run(2000, 0, 2000, 0)
    assert (driven.fault, driven.heat.value) == ("HEAT_NO_RISE", 2000)
    assert driven.heat._rise_ms < 20_000


@pytest.mark.parametrize(("risen", "fault"), [(449, "HEAT_NO_RISE"), (450, "none")])
def test_half_of_the_rise_that_power_predicts_pays_for_it(risen: int, fault: str) -> None:
    """Twice 20 s of full power, in two goes: one of them may be owed, half of the other must show."""
    driven = Driven(rise_c100=900)
    for turn in range(79):
        driven.run(500, 10_000, 2000 if turn < 39 else 2000 + risen)
        driven.run(2000, 0, 2000 if turn < 39 else 2000 + risen, 0)
    assert driven.fault == "none"
    assert driven.run(500, 10_000, 2000 + risen) == "HEAT_NO_RISE"
    driven = Driven(rise_c100=900)
    driven.run(500, 10_000, 2000)
    driven.run(2000, 0, 2000, 0)
    for _ in range(38):
        driven.run(500, 10_000, 2000)
        driven.run(2000, 0, 2000, 0)
    driven.step(100, 0, 2000 + risen, 0)
    assert driven.heat._owed == 39 * 900 * 10 * 5 - risen * 4000 if risen < 438 else driven.heat._owed == 0


def test_a_rise_beforehand_pays_for_nothing() -> None:
    driven = Driven(rise_c100=900)
    driven.run(10_000, 0, 1000, 0)
    driven.run(10_000, 0, 2000, 0)
    assert driven.heat._owed == 0
    driven.run(28_500, 7000, 2000)
    assert driven.fault == "none"
    assert driven.run(200, 7000, 2000) == "HEAT_NO_RISE"


def test_to_and_fro_within_1_k_pays_once() -> None:
    for swing, fault in ((100, "HEAT_NO_RISE"), (250, "none")):
        driven = Driven(rise_c100=900)
        for turn in range(100):
            driven.run(1000, 5000, 2000 + swing * (turn % 2))
        assert driven.fault == fault


def test_a_temperature_that_falls_and_comes_back_pays_but_for_1_k() -> None:
    driven = Driven()
    driven.step(100, 0, 2200, 0)
    driven.step(100, 0, 2050, 0)
    assert driven.heat._warmest == 2150
    driven.step(100, 0, 2051, 0)
    assert driven.heat._warmest == 2150
    assert driven.heat._warmer() == 0
    driven.step(100, 0, 2160, 0)
    assert driven.heat._warmest == 2160


def test_what_is_owed_is_forgotten_as_fast_as_holding_would_explain_it() -> None:
    driven = Driven(rise_c100=900)
    driven.run(40_000, 7000, 3300)
    assert driven.fault == "none"
    owed = driven.heat._owed
    driven.run(10_000, 0, 3300, 0)
    assert owed - driven.heat._owed == 900 * 2250 // 1000 * 100
    driven.run(100_000, 0, 3300, 0)
    assert driven.heat._owed == 0


def test_neither_a_moved_target_nor_off_nor_clear_forgets_what_is_owed() -> None:
    driven = Driven(rise_c100=900)
    for turn in range(285):
        driven.heat.clear()
        driven.heat.duty = 7000
        driven.heat.off()
        assert driven.step(100, 0, 2300, (2370, 4000, 0)[turn % 3]) == "none"
    assert driven.run(200, 7000, 2300, 3000) == "HEAT_NO_RISE"


def test_what_was_owed_is_owed_anew_after_its_fault() -> None:
    driven = Driven(rise_c100=900)
    while driven.step(100, 7000, 2300) == "none":
        pass
    assert (driven.fault, driven.heat._owed) == ("HEAT_NO_RISE", 0)
    driven.heat.clear()
    assert driven.run(28_000, 7000, 2300) == "none"


# -- holding ------------------------------------------------------------------------------------------


def holding(duty: int, c100: int = 4000, target: int = 4000) -> int:
    """After how many milliseconds at one temperature such a power is a fault."""
    driven = Driven(rise_c100=100)
    for ms in range(100, 250_000, 100):
        if driven.step(100, duty, c100, target) == "HEAT_HOLDING":
            assert driven.heat.value == duty
            assert type(driven.heat.value) is int
            return ms
    return NEVER_MS


def test_more_than_one_and_a_half_of_the_holding_power_is_a_fault_after_two_minutes() -> None:
    assert holding(4500) == NEVER_MS
    assert holding(4501) == 120_000
    assert holding(4600) == 120_000


@pytest.mark.parametrize("target", [1, 3000, 3799, 4000, 4100])
def test_the_target_makes_no_difference(target: int) -> None:
    assert holding(4501, 4000, target) == 120_000
    driven = Driven()
    for turn in range(1199):
        assert driven.step(100, 4600, 4000, (target, 3900, 4000, 0)[turn // 20 % 4]) == "none"
    assert driven.step(100, 4600, 4000, target) == "HEAT_HOLDING"


def test_a_minute_to_settle_and_a_minute_to_judge_to_the_millisecond() -> None:
    driven = Driven()
    driven.run(59_999, 4600, 4000)
    driven.step(1, 4600, 4000)
    driven.run(59_999, 4600, 4000)
    assert driven.fault == "none"
    assert driven.step(1, 4600, 4000) == "HEAT_HOLDING"


@pytest.mark.parametrize(("gained", "anew"), [(99, False), (100, False), (101, True)])
def test_a_pad_that_gained_more_than_1_k_settles_anew(gained: int, anew: bool) -> None:
    driven = Driven()
    driven.run(110_000, 4600, 3900)
    driven.run(9_900, 4600, 3900 + gained)
    assert driven.fault == "none"
    assert driven.step(100, 4600, 3900 + gained) == ("none" if anew else "HEAT_HOLDING")
    if anew:  # a minute without counting; then the part that was being counted goes on
        driven.run(59_900, 4600, 3900 + gained)
        assert driven.fault == "none"
        assert driven.run(10_100, 4600, 3900 + gained) == "HEAT_HOLDING"


@pytest.mark.parametrize(("lost", "anew"), [(99, False), (100, False), (101, True)])
def test_a_pad_that_lost_more_than_1_k_settles_anew(lost: int, anew: bool) -> None:
    """It was put on colder skin, and takes more again at first."""
    driven = Driven()
    driven.run(110_000, 4600, 4000)
    driven.run(9_900, 4600, 4000 - lost)
    assert driven.fault == "none"
    assert driven.step(100, 4600, 4000 - lost) == ("none" if anew else "HEAT_HOLDING")
    if anew:
        driven.run(59_900, 4600, 4000 - lost)
        assert driven.fault == "none"
        assert driven.run(10_100, 4600, 4000 - lost) == "HEAT_HOLDING"


@pytest.mark.parametrize(("first", "then"), [(3800, 3901), (4000, 3899)])
def test_settling_anew_takes_a_minute_to_the_millisecond(first: int, then: int) -> None:
    driven = Driven()
    driven.run(70_000, 1000, first)
    driven.step(100, 1000, then)
    driven.run(59_899, 1000, then)
    driven.step(1, 1000, then)
    driven.run(9_999, 4600, then)
    driven.run(50_000, 4600, then)
    assert driven.fault == "none"  # a millisecond short of a part, which takes one step more
    assert driven.run(100, 4600, then) == "HEAT_HOLDING"


def test_a_gain_in_small_steps_is_a_gain_too_and_counts_from_its_minute() -> None:
    driven = Driven()
    driven.run(60_000, 4600, 3900)
    driven.run(30_000, 4600, 3950)
    driven.run(29_900, 4600, 4000)
    assert driven.fault == "none"
    assert driven.step(100, 4600, 4000) == "HEAT_HOLDING"
    driven = Driven()
    driven.run(60_000, 4600, 3900)
    driven.run(30_000, 4600, 3960)
    driven.run(40_000, 4600, 4020)
    assert driven.fault == "none"


def test_after_settling_anew_the_next_1_k_is_counted_from_there() -> None:
    driven = Driven()
    driven.run(1000, 1000, 3800)
    driven.run(1000, 1000, 3901)  # settles from here
    driven.run(118_900, 4600, 4001)
    assert driven.fault == "none"
    assert driven.run(100, 4600, 4001) == "HEAT_HOLDING"


def test_the_mean_counts_not_the_moment() -> None:
    for last, fault in ((7999, "none"), (8000, "HEAT_HOLDING")):
        driven = Driven(rise_c100=100)
        driven.run(60_000, 1000, 4000)
        driven.run(20_000, 1000, 4000)
        driven.run(20_000, 7003, 4000)
        driven.run(10_000, 3000, 4000)
        assert driven.fault == "none"
        driven.run(9_900, last, 4000)
        assert driven.step(100, last, 4000) == fault, last
    assert driven.heat.value == 4501


def test_the_mean_slides_by_10_s() -> None:
    """2.6 times the holding power, begun at any moment: seen within a minute and ten seconds."""
    for begun_s in range(60, 75):
        driven = Driven(rise_c100=900)
        driven.run(begun_s * 1000, 0, 4000)
        driven.run(300, 0, 4000)
        seen_ms = 0
        while driven.fault == "none":
            driven.step(100, 7800, 4000)
            seen_ms += 100
        assert driven.fault == "HEAT_HOLDING"
        assert 30_000 < seen_ms <= 50_000
    driven = Driven()
    driven.run(63_000, 0, 4000)
    driven.run(66_900, 4501, 4000)
    assert driven.fault == "none"
    assert driven.step(100, 4501, 4000) == "HEAT_HOLDING"


def test_a_mean_that_is_high_while_its_power_is_already_lower_is_none() -> None:
    """Cold skin under a pad put on again: 2 K more for a minute, less and less of it."""
    for last, fault in ((4500, "none"), (4501, "HEAT_HOLDING")):
        driven = Driven()
        driven.run(60_000, 0, 4000)
        driven.run(29_000, 0, 4000)
        driven.run(1000, 0, 4000)
        driven.run(20_000, 7000, 4000)
        driven.run(10_000, 7000, 4000)
        assert driven.fault == "none"
        driven.run(20_000, 4500, 4000)
        assert driven.fault == "none"
        assert driven.run(10_000, last, 4000) == fault
    assert driven.heat.value == 5750


def test_time_without_power_counts_and_what_is_older_than_a_minute_does_not() -> None:
    driven = Driven()
    driven.run(60_000, 4600, 4000)
    driven.run(50_000, 4600, 4000)
    driven.run(10_000, 0, 4000, 0)
    assert driven.fault == "none"
    driven.run(50_000, 4600, 4000)
    assert driven.fault == "none"
    driven.run(9_900, 4600, 4000)
    assert driven.fault == "none"
    assert driven.step(100, 4600, 4000) == "HEAT_HOLDING"


def test_off_just_before_every_step_does_not_hide_the_power_that_holds() -> None:
    driven = Driven()
    for turn in range(1200):
        driven.heat.duty = 4600
        driven.heat.off()
        assert driven.step(100, 0, 4000, 0) == ("none" if turn < 1199 else "HEAT_HOLDING")


def test_a_minute_is_counted_anew_after_its_fault() -> None:
    driven = Driven()
    driven.run(120_000, 4600, 4000)
    assert driven.fault == "HEAT_HOLDING"
    assert (driven.heat._held, driven.heat._held_ms, driven.heat._held_sum) == ([0] * 6, 0, 0)
    driven.heat.clear()
    assert driven.run(59_900, 4600, 4000) == "none"
    assert driven.run(100, 4600, 4000) == "HEAT_HOLDING"


# -- after off ----------------------------------------------------------------------------------------


def warming(after_ms: int, from_c100: int = 3800, by_c100: int = 100) -> str:
    """Off at ``from``; ``after_ms`` later the reading climbs at once."""
    driven = Driven()
    driven.step(100, 1000, from_c100)
    driven.off(from_c100)
    driven.run(after_ms - 1, 0, from_c100, 0)
    return driven.step(1, 0, from_c100 + by_c100, 0)


@pytest.mark.parametrize(
    ("after_ms", "fault"),
    [
        (10_000, "none"),  # from here it is judged
        (10_001, "HEAT_AFTER_OFF"),
        (40_000, "HEAT_AFTER_OFF"),
        (70_000, "HEAT_AFTER_OFF"),  # to here
        (70_001, "none"),
    ],
)
def test_10_s_after_off_a_pad_must_not_rise_for_a_minute(after_ms: int, fault: str) -> None:
    assert warming(after_ms) == fault


@pytest.mark.parametrize(
    ("by_c100", "fault"), [(99, "none"), (100, "HEAT_AFTER_OFF"), (101, "HEAT_AFTER_OFF")]
)
def test_a_rise_by_1_k_after_off(by_c100: int, fault: str) -> None:
    assert warming(20_000, by_c100=by_c100) == fault


@pytest.mark.parametrize(
    ("from_c100", "fault"), [(3699, "none"), (3700, "HEAT_AFTER_OFF"), (3701, "HEAT_AFTER_OFF")]
)
def test_a_body_may_warm_a_pad_below_37_degrees(from_c100: int, fault: str) -> None:
    assert warming(20_000, from_c100) == fault


def test_a_pad_that_got_warm_is_judged_from_there() -> None:
    driven = Driven()
    driven.step(100, 1000, 3600)
    driven.off(3600)
    driven.run(20_000, 0, 3600, 0)
    driven.run(100, 0, 3690, 0)
    driven.run(100, 0, 3750, 0)
    assert driven.step(100, 0, 3849, 0) == "none"
    assert driven.step(100, 0, 3850, 0) == "HEAT_AFTER_OFF"
    assert driven.heat.value == 3850


def test_it_is_judged_from_what_it_was_10_s_after_off() -> None:
    driven = Driven()
    driven.step(100, 1000, 3700)
    driven.off(3700)
    driven.run(9_900, 0, 3700, 0)
    driven.step(100, 0, 3900, 0)
    assert driven.step(100, 0, 3999, 0) == "none"
    assert driven.step(100, 0, 4000, 0) == "HEAT_AFTER_OFF"


def test_the_moment_of_judgement_after_off_to_the_millisecond() -> None:
    driven = Driven()
    driven.step(100, 1000, 3800)
    driven.off(3800)
    driven.run(9_999, 0, 3800, 0)
    driven.step(1, 0, 3900, 0)  # from here
    assert driven.step(1, 0, 3999, 0) == "none"
    assert driven.step(1, 0, 4000, 0) == "HEAT_AFTER_OFF"


@pytest.mark.parametrize("ms", [20_000, 65_000])
def test_a_pad_that_was_never_on_is_not_judged(ms: int) -> None:
    driven = Driven()
    driven.run(ms, 0, 3800, 0)
    assert driven.step(100, 0, 3950, 0) == "none"


def test_no_power_because_the_pad_is_warm_enough_is_off_as_well() -> None:
    driven = Driven()
    driven.step(100, 1000, 3800, 3700)
    driven.run(11_000, 0, 3800, 3700)
    assert driven.fault == "none"
    assert driven.step(100, 0, 3900, 3700) == "HEAT_AFTER_OFF"


def test_what_still_rises_after_a_clear_is_found_again_after_another_1_k() -> None:
    driven = Driven()
    driven.step(100, 1000, 3800)
    driven.off(3800)
    driven.run(10_100, 0, 3800, 0)
    assert driven.step(100, 0, 3900, 0) == "HEAT_AFTER_OFF"
    driven.heat.clear()
    assert driven.step(100, 0, 3999, 0) == "none"
    assert driven.step(100, 0, 4000, 0) == "HEAT_AFTER_OFF"


def test_off_said_again_does_not_start_the_watch_again() -> None:
    driven = Driven()
    driven.step(100, 1000, 3800)
    driven.off(3800)
    for _ in range(105):
        driven.step(100, 0, 3800, 0)
        driven.heat.off()
    assert driven.step(100, 0, 3900, 0) == "HEAT_AFTER_OFF"


def test_power_again_ends_the_watch_and_the_next_off_begins_another() -> None:
    driven = Driven()
    driven.step(100, 1000, 3800)
    driven.off(3800)
    driven.run(11_000, 0, 3800, 0)
    driven.step(100, 1000, 3900)
    assert driven.step(100, 1000, 3950) == "none"
    driven.off(3950)
    driven.run(9_900, 0, 3950, 0)
    assert driven.step(100, 0, 4090, 0) == "none"
    assert driven.step(100, 0, 4190, 0) == "HEAT_AFTER_OFF"


def test_the_watch_waits_for_a_reading() -> None:
    driven = Driven()
    driven.step(100, 1000, 3800)
    driven.off(3800)
    driven.run(9_900, 0, 3800, 0)
    for _ in range(10):
        driven.raw(600, 0, -1, 0)
    driven.step(100, 0, 3900, 0)
    assert driven.fault == "none"
    assert driven.step(100, 0, 4000, 0) == "HEAT_AFTER_OFF"


# -- control ------------------------------------------------------------------------------------------


def duty_at(error_c100: int, ms: int = 100) -> int:
    """Of a new supervisor in its first step."""
    heat = Driven().heat
    return heat.step(ms, raw_of(4000 - error_c100), 4000)


@pytest.mark.parametrize(
    ("error_c100", "duty"),
    [
        (-100, 0),
        (-1, 0),
        (0, 0),
        (1, 100),
        (50, 5000 + 50 * 100 * 100 // 60_000),
        (51, 5100),  # too far from the target to be integrated
        (99, 9900),
        (100, 10_000),
        (101, 10_000),
        (1000, 10_000),
    ],
)
def test_power_by_distance_from_the_target(error_c100: int, duty: int) -> None:
    assert duty_at(error_c100) == duty


def integrated(*steps: tuple[int, int]) -> int:
    """Duty at the target after these (error, times 100 ms)."""
    heat = Driven().heat
    for error_c100, count in steps:
        for turn in range(count):
            heat.step(100, raw_of(4000 - error_c100) - turn % 2, 4000)
    duty = heat.step(100, raw_of(4000), 4000)
    assert heat.fault == 0
    assert type(duty) is int
    return duty


def test_a_lasting_error_is_made_up_for_once_in_a_minute() -> None:
    assert integrated((20, 600)) == 2000
    assert integrated((20, 300)) == 1000
    assert integrated((1, 5)) == 0
    assert integrated((1, 6)) == 1
    assert integrated((50, 60)) == 500
    assert integrated((51, 600)) == 0


def test_what_lies_above_the_target_takes_back_down_to_nothing() -> None:
    assert integrated((20, 600), (-10, 600)) == 1000
    assert integrated((20, 600), (-50, 120)) == 1000
    assert integrated((20, 600), (-51, 120)) == 2000
    assert integrated((20, 600), (-20, 600)) == 0
    assert integrated((-20, 600), (20, 300)) == 1000


def test_what_was_integrated_never_exceeds_full_power() -> None:
    heat = Driven().heat
    heat.step(100, raw_of(3990), 4000)
    heat._integral = 10_000 * 60_000 - 1000
    heat.step(1, raw_of(3999), 4000)
    assert heat._integral == 10_000 * 60_000 - 900
    for _ in range(20):
        heat.step(100, raw_of(3990), 4000)
    assert heat._integral == 10_000 * 60_000
    assert heat.duty == 10_000


def test_off_forgets_what_was_integrated() -> None:
    heat = Driven().heat
    for turn in range(600):
        heat.step(100, raw_of(3980) - turn % 2, 4000)
    assert heat.duty == 4000
    heat.step(100, raw_of(3980), 0)
    assert heat.duty == 0
    assert heat.step(1, raw_of(3981), 4000) == 1900


@pytest.mark.parametrize(
    ("target", "heats"), [(-1, False), (0, False), (1, True), (4099, True), (4100, True), (4101, False)]
)
def test_only_a_target_up_to_41_degrees_is_one(target: int, heats: bool) -> None:
    heat = Driven().heat
    heat.temperature_c100 = 0
    duty = heat.step(100, raw_of(target - 10) if target > 200 else 64_000, target)
    if target > 200:
        assert (duty > 0) is heats
    else:
        assert duty == 0  # no table reaches so low


def test_the_smallest_target_is_one() -> None:
    heat = Heat((60_000, 1000), (-100, 5000), rise_c100=900, hold_duty=3000)
    assert heat.step(100, 60_000, 1) == 10_000
    assert heat.step(100, 60_000, 0) == 0


@pytest.mark.parametrize("target", [-101, -500, -65_536])
def test_a_target_far_below_zero_is_none(target: int) -> None:
    driven = Driven()
    for _ in range(10):
        assert driven.heat.step(100, raw_of(3000), target) == 0
    assert driven.fault == "none"


def test_a_fault_keeps_the_power_off() -> None:
    driven = Driven()
    driven.step(100, 0, 4300)
    for _ in range(20):
        assert driven.heat.step(100, raw_of(3000), 4000) == 0
