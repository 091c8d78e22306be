"""The heat supervisor against a pad in a few lines of physics, and against every way a pad lies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.device.heat import Heat
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from tests.firmware_bridge.bench import NTC_C100, NTC_RAW, Bench, raw_at, record

Reading = Callable[[float, float], int]  # (time s, true pad temperature C) -> raw


class Pad:
    """First order: 0.5 K/s at full power, loses to 30 C so that 41 C takes a quarter of it."""

    def __init__(self, heat: Heat, start_c: float = 30.0) -> None:
        self.heat = heat
        self.c = start_c
        self.t_s = 0.0
        self.hottest_c = start_c
        self.stuck_on = False

    def run(self, seconds: float, target_c: float, reading: Reading | None = None) -> int:
        for _ in range(round(seconds * 10)):
            self.t_s += 0.1
            power = 1.0 if self.stuck_on else self.heat.duty / 10000
            self.c += 0.1 * (0.5 * power - 0.0115 * (self.c - 30.0))
            self.hottest_c = max(self.hottest_c, self.c)
            raw = reading(self.t_s, self.c) if reading else noisy(self.t_s, self.c)
            self.heat.step(100, raw, round(target_c * 100))
        return self.heat.fault


def noisy(t_s: float, c: float) -> int:
    """A converter never says exactly the same for long."""
    return raw_at(c) + round(t_s * 10) % 3


def heat() -> Heat:
    return Heat(NTC_RAW, NTC_C100, rise_c100=900, hold_duty=3000)


def fault(pad: Pad) -> str:
    return states.FAULTS[pad.heat.fault]


def test_off_until_told_and_off_again_at_once() -> None:
    pad = Pad(heat())
    pad.run(5, 0)
    assert pad.heat.duty == 0
    pad.run(5, 40)
    assert pad.heat.duty == 10000
    pad.heat.off()
    assert pad.heat.duty == 0


@pytest.mark.parametrize("target_c", [34.0, 38.0, 41.0])
def test_it_reaches_the_target_holds_it_and_hardly_overshoots(target_c: float) -> None:
    pad = Pad(heat())
    pad.run(1200, target_c)
    assert fault(pad) == "none"
    assert abs(pad.c - target_c) < 0.2
    assert pad.hottest_c < target_c + 0.6


def test_a_target_that_is_no_number_is_no_target() -> None:
    supervisor = heat()
    for _ in range(3):
        assert supervisor.step(100, raw_at(30), float("nan")) == 0  # type: ignore[arg-type]
    assert supervisor.fault == 0


@pytest.mark.parametrize("target_c", [-1, 0, 41.01, 60])
def test_a_target_outside_the_range_is_no_target(target_c: float) -> None:
    pad = Pad(heat())
    pad.run(30, target_c)
    assert pad.hottest_c == 30.0


@given(st.integers(1000, 64000))
def test_the_table_is_linear_between_rows_and_flat_beyond(raw: int) -> None:
    exact = 100 + (64000 - raw) * (6400 - 100) / (64000 - 1000)
    assert abs(heat().c100(raw) - exact) <= 1
    assert heat().c100(65535) == 100
    assert heat().c100(0) == 6400


def dead(_t: float, _c: float) -> int:
    return -1


def open_wire(_t: float, _c: float) -> int:
    return 65535


def shorted(_t: float, _c: float) -> int:
    return 0


@pytest.mark.parametrize(
    ("reading", "code", "within_s"),
    [(dead, "NTC_STALE", 0.7), (open_wire, "NTC_RANGE", 0.5), (shorted, "NTC_RANGE", 0.5)],
)
def test_a_reading_gone_bad_turns_off_for_good(reading: Reading, code: str, within_s: float) -> None:
    pad = Pad(heat())
    pad.run(20, 40)
    assert pad.heat.duty > 0
    pad.run(within_s, 40, reading)
    assert (fault(pad), pad.heat.duty) == (code, 0)
    pad.run(60, 40)
    assert (fault(pad), pad.heat.duty) == (code, 0)


def test_heat_without_any_reading_from_the_start_is_a_fault() -> None:
    pad = Pad(heat())
    pad.run(1, 40, dead)
    assert (fault(pad), pad.heat.duty, pad.hottest_c) == ("NTC_STALE", 0, 30.0)


def test_three_bad_readings_are_forgiven() -> None:
    pad = Pad(heat())
    pad.run(20, 40)
    pad.run(0.3, 40, open_wire)
    pad.run(1, 40)
    assert fault(pad) == "none"


def test_a_frozen_reading_under_power_is_seen_within_10_s() -> None:
    pad = Pad(heat())
    pad.run(10, 40)
    frozen = raw_at(pad.c)
    pad.run(9.5, 40, lambda _t, _c: frozen)
    assert fault(pad) == "none"
    pad.run(1, 40, lambda _t, _c: frozen)
    assert fault(pad) == "NTC_FROZEN"
    assert pad.hottest_c < 41


def test_a_sensor_that_lies_low_is_seen_within_20_s_of_full_power() -> None:
    pad = Pad(heat())
    pad.run(25, 40, lambda t, _c: noisy(t, 30.0))
    assert fault(pad) == "HEAT_NO_RISE"


def test_a_sensor_that_falls_off_is_seen_before_the_skin_suffers() -> None:
    pad = Pad(heat())
    pad.run(600, 40)
    fell_s, at_c = pad.t_s, pad.c

    def cooling(t: float, _c: float) -> int:
        return noisy(t, 22 + (at_c - 22) * 2.718 ** (-(t - fell_s) / 10))

    pad.run(6, 40, cooling)
    assert fault(pad) == "HEAT_FELL"
    assert pad.hottest_c < 42.5


def test_moments_without_heat_do_not_blind_the_supervisor() -> None:
    """Off for 100 ms every 4.5 s: the sensor that falls off is seen all the same."""
    pad = Pad(heat())

    def run(seconds: float, reading: Reading | None = None) -> None:
        for _ in range(round(seconds / 4.6)):
            pad.run(4.5, 40, reading)
            pad.run(0.1, 0, reading)

    run(300)
    assert fault(pad) == "none"
    fell_s, at_c = pad.t_s, pad.c
    run(10, lambda t, _c: noisy(t, 22 + (at_c - 22) * 2.718 ** (-(t - fell_s) / 10)))
    assert fault(pad) == "HEAT_FELL"
    pad = Pad(heat())
    run(60, lambda t, _c: noisy(t, 30.0))
    assert fault(pad) == "HEAT_NO_RISE"
    pad = Pad(heat())
    pad.run(5, 40)
    frozen = raw_at(pad.c)
    run(25, lambda _t, _c: frozen)
    assert fault(pad) in ("NTC_FROZEN", "HEAT_NO_RISE")


def test_a_sensor_that_falls_off_during_a_pause_is_seen_in_the_pause() -> None:
    pad = Pad(heat())
    pad.run(300, 40)
    pad.run(5, 0)
    fell_s, at_c = pad.t_s, pad.c
    pad.run(8, 0, lambda t, _c: noisy(t, 22 + (at_c - 22) * 2.718 ** (-(t - fell_s) / 10)))
    assert fault(pad) == "HEAT_FELL"


@pytest.mark.parametrize("seconds", [20, 40, 60, 90, 240])
def test_a_ramp_is_not_taken_for_holding(seconds: int) -> None:
    pad = Pad(heat())
    for second in range(seconds):
        pad.run(1, 33 + 7 * second / seconds)
    pad.run(300, 40)
    assert fault(pad) == "none"


def test_power_that_holding_does_not_need_is_seen_within_two_minutes() -> None:
    pad = Pad(heat())
    pad.run(600, 40)
    pad.run(200, 40, lambda t, c: noisy(t, min(c, 39.5)))  # reads half a degree low whatever happens
    assert fault(pad) in ("HEAT_HOLDING", "OVER_TEMPERATURE", "HEAT_NO_RISE")


def test_43_degrees_trips_even_when_nobody_heats() -> None:
    pad = Pad(heat(), start_c=42.99)
    pad.run(0.1, 0, lambda t, _c: noisy(t, 42.9))
    assert fault(pad) == "none"
    pad.run(0.1, 0, lambda _t, _c: raw_at(43.0))
    assert fault(pad) == "OVER_TEMPERATURE"


def test_a_transistor_that_stays_on_is_seen_after_off() -> None:
    pad = Pad(heat())
    pad.run(20, 36)
    pad.stuck_on = True
    pad.run(16, 0)
    assert fault(pad) in ("HEAT_AFTER_OFF", "OVER_TEMPERATURE")
    assert pad.heat.fault


def test_a_cool_pad_that_skin_warms_after_off_is_no_fault() -> None:
    pad = Pad(heat(), start_c=24.0)
    pad.run(6, 40)
    pad.run(60, 0, lambda t, _c: noisy(t, 27.0 + 9.0 * (1 - 2.718 ** (-t / 20))))
    assert fault(pad) == "none"


# -- a host and a sensor that conspire -------------------------------------------------------------------

Turn = Callable[[Pad], tuple[float, float]]  # what the host does: (target C, what the sensor says C)


def conspire(turn: Turn, seconds: float, *, off: bool = False) -> Pad:
    """On a pad that has held 38 C for two minutes; ``off``: a PAUSE just before every step."""
    pad = Pad(heat())
    pad.run(120, 38)
    assert fault(pad) == "none"
    pad.t_s = 0.0
    pad.hottest_c = pad.c
    while pad.t_s < seconds and not pad.heat.fault:
        target_c, says_c = turn(pad)
        pad.t_s += 0.1
        pad.c += 0.1 * (0.5 * pad.heat.duty / 10000 - 0.0115 * (pad.c - 30.0))
        pad.hottest_c = max(pad.hottest_c, pad.c)
        if off:
            pad.heat.off()
        pad.heat.step(100, noisy(pad.t_s, says_c), round(target_c * 100))
    return pad


def every(pad: Pad, period_s: float, first_s: float) -> bool:
    return pad.t_s % period_s < first_s


@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize(
    ("turn", "code", "within_s", "hottest_c"),
    [
        # half a degree above the reading, and a target that moves away every 40 s
        (lambda pad: (38.5 if every(pad, 40, 39.6) else 36, 38), "HEAT_HOLDING", 60, 48),
        # 0.7 K above the reading of a sensor that lies on the table
        (lambda pad: (23.7 if pad.t_s > 5 else 0, 23), "HEAT_FELL", 1, 39),
        # full power for 19 s, nothing for 20 s
        (lambda pad: (41 if every(pad, 39.1, 19) else 0, 38), "HEAT_HOLDING", 60, 47),
        (lambda pad: (41 if every(pad, 21.1, 19) else 0, 38), "HEAT_HOLDING", 26, 48),
        # a sensor that swings
        (lambda pad: (38.5, 38 if every(pad, 5, 2.5) else 30), "HEAT_FELL", 3, 40),
        (lambda pad: (34.7, 38 if every(pad, 0.2, 0.1) else 34), "HEAT_FELL", 1, 39),
    ],
)
def test_no_target_hides_a_lying_sensor(
    turn: Turn, code: str, within_s: float, hottest_c: float, off: bool
) -> None:
    pad = conspire(turn, 600, off=off)
    assert pad.t_s <= within_s
    assert fault(pad) == code
    assert pad.hottest_c < hottest_c


def test_a_sensor_on_the_table_is_seen_at_power_that_never_reaches_80_percent() -> None:
    pad = Pad(heat())
    pad.run(600, 23.7, lambda t, _c: noisy(t, 23.0))
    assert (fault(pad), pad.hottest_c < 39) == ("HEAT_NO_RISE", True)
    pad = Pad(heat())  # no power at all may hold what nobody has to hold
    pad.run(600, 23.1, lambda t, _c: noisy(t, 23.0))
    assert (fault(pad), pad.hottest_c < 37) == ("HEAT_NO_RISE", True)


def test_a_pause_just_before_every_heat_step_blinds_nothing() -> None:
    """Over the wire: 0.9 of full power for two minutes, once, from a frozen sensor and no fault."""
    bench = Bench()
    bench.start(record(500, heat=4100), record(500, heat=4100))
    begun_ms, pauses = bench.now_ms, 0
    while bench.state != "FAULT" and bench.now_ms - begun_ms < 60_000:
        if bench.now_ms % 200 == 0:
            bench.beat()
        heat = bench.device.heat
        assert heat is not None
        if bench.device._slow_ms == 80 and bench.state == "RUNNING" and heat.duty:
            bench.send(m.PAUSE)
            pauses += 1
            bench.seq = 0
            assert bench.segments(record(500, heat=4100), record(500, heat=4100))
            assert bench.send(m.RESUME) == m.R_DONE
        bench.tick()
    assert pauses > 90
    assert states.FAULTS[bench.device.fault] == "NTC_FROZEN"
    assert bench.now_ms - begun_ms < 11_000


def test_estop_and_clear_empty_no_window() -> None:
    """Full power for 6 s, ESTOP, CLEAR after 5 s, again: a frozen sensor is seen the second time."""
    bench = Bench()
    for _ in range(2):
        bench.start(record(500, heat=4100), record(500, heat=4100))
        for _ in range(600):
            if bench.device.player.buffered_ms <= 1000 and bench.state == "RUNNING":
                bench.segments(record(500, heat=4100))
            bench.run(10)
        bench.send(m.ESTOP)
        bench.run(5100)
        if states.FAULTS[bench.device.fault] == "NTC_FROZEN":
            break
        assert bench.send(m.CLEAR) == m.R_DONE
    else:
        pytest.fail("CLEAR forgot what was suspected")


@given(st.lists(st.tuples(st.integers(-5, 70000), st.integers(-100, 70000)), max_size=60))
def test_no_reading_and_no_target_ever_break_the_bounds(steps: list[tuple[int, int]]) -> None:
    supervisor = heat()
    for raw, target in steps:
        duty = supervisor.step(100, raw, target)
        assert 0 <= duty <= 10000
        if supervisor.fault or not supervisor.trusted or not 0 < target <= 4100:
            assert duty == 0
