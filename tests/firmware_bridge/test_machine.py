"""The control step and the device's clocks, to the millisecond: one before each limit, and at it.

On the real controller with recording pins. Numbers are restated here.
"""

from __future__ import annotations

from typing import Any

import pytest

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from tests.firmware_bridge.bench import BOOT_ID, Bench, config, raw_at, record


def fault(bench: Bench) -> str:
    return states.FAULTS[bench.device.fault]


def reason(bench: Bench) -> str:
    return states.REASONS[bench.device.reason]


def running(level: int = 2500, heat: int | None = None, **changes: Any) -> Bench:
    """RUNNING with 1500 ms in the buffer, at its level, the token changed just now."""
    bench = Bench(config(**changes))
    strong = record(500, vibration=level, heat=heat)
    bench.start(strong, strong, strong)
    for _ in range(600):
        if bench.device.player.buffered_ms <= 1000:
            bench.segments(strong)
        bench.run(10)
    bench.segments(strong)
    assert (bench.state, bench.device.applied[0]) == ("RUNNING", level)
    bench.beat()
    bench.beating = False
    return bench


def feed(bench: Bench, level: int = 2500) -> None:
    if bench.device.player.buffered_ms <= 1000 and bench.device.takes_segments():
        bench.segments(record(500, vibration=level))


def ticks(bench: Bench, count: int) -> None:
    """Milliseconds, one by one, with something to play."""
    for _ in range(count):
        feed(bench)
        bench.tick(1)


# -- power up -----------------------------------------------------------------------------------


def test_a_new_device_is_in_boot_and_knows_nothing() -> None:
    device = Controller(config(), MemoryBoard(3, 0), BOOT_ID)
    assert states.STATES[device.state] == "BOOT"
    numbers = (device.reason, device.fault, device.fault_tick, device.fault_channel, device.fault_value)
    assert numbers == (0, 0, 0, 0, 0)
    assert (device.epoch, device.regions, device.dry, device.heat_locked) == (0, 0, False, False)
    assert (device.late_ticks, device.ticks) == (0, 0)
    for values in (device.asked, device.allowed, device.applied, device.rule):
        assert values == [0, 0, 0]
    assert device.boot_id == BOOT_ID


@pytest.mark.parametrize(
    ("given", "kept"), [(0, 0), ((1 << 30) - 1, (1 << 30) - 1), (1 << 30, 0), (-1, (1 << 30) - 1)]
)
def test_a_boot_id_has_30_bits(given: int, kept: int) -> None:
    assert Controller(config(), MemoryBoard(3, 0), given).boot_id == kept


def test_the_first_tick_says_zero_to_every_pin_and_takes_no_time() -> None:
    board = MemoryBoard(3, config().crc)
    board.duties = [9, 9, 9]
    device = Controller(config(), board, BOOT_ID)
    device.tick(77_777)
    assert board.duties == [0, 0, 0]
    assert states.STATES[device.state] == "SAFE"
    assert (device.late_ticks, device.ticks, device.outputs.idle_ms) == (0, 1, 0)
    assert device.epoch == 0
    assert board.fed == 1
    assert not device.governor.bench


def test_the_count_of_ticks_starts_again_at_30_bits() -> None:
    bench = Bench()
    bench.device.ticks = (1 << 30) - 2
    bench.tick()
    assert bench.device.ticks == (1 << 30) - 1
    bench.tick()
    assert bench.device.ticks == 0
    bench.tick()
    assert bench.device.ticks == 1


@pytest.mark.parametrize(
    ("changes", "percussive"),
    [
        ({}, (False, True)),
        ({"heads": (1, 0, 2)}, (True, False)),
        ({"output_of": (1, 0, 2)}, (True, False)),
        ({"output_of": (0, -1, 2)}, (False, False)),
    ],
)
def test_which_channels_are_percussive(changes: dict[str, Any], percussive: tuple[bool, bool]) -> None:
    device = Bench(config(**changes)).device
    assert device.governor._percussive == percussive


def test_no_heater_no_supervisor() -> None:
    bench = Bench(config(output_of=(0, 1, -1), heads=(0, 1), start_duty=(0, 0), max_duty=(60_000, 60_000)))
    assert bench.device.heat is None
    bench.play(1000, 1000)
    assert bench.device.applied[0] > 0
    assert bench.device.allowed[2] == 0
    bench.send(m.STOP)
    bench.run(300)
    assert bench.state == "SAFE"


# -- silence ------------------------------------------------------------------------------------


def test_silence_pauses_at_1000_ms_ramps_200_and_latches_at_3000() -> None:
    bench = running()
    ticks(bench, 999)
    assert (bench.state, bench.device.applied[0]) == ("RUNNING", 2500)
    epoch = bench.device.epoch
    ticks(bench, 1)
    assert (bench.state, reason(bench)) == ("PAUSED", "heartbeat token stood still")
    assert bench.device.epoch == epoch + 1
    for t_ms in range(1, 250):
        bench.tick(1)
        assert bench.device.applied[0] == 2500 * max(0, 200 - t_ms) // 200
    for _ in range(3000 - 1000 - 249 - 1):
        bench.tick(1)
        assert bench.state == "PAUSED"
    bench.tick(1)
    assert (bench.state, fault(bench), bench.device.fault_value) == ("FAULT", "LINK_LOST", 3000)
    assert bench.board.load_fault() == (1, bench.device.ticks, 0, 3000)


def test_an_armed_device_waits_1000_ms_for_a_token() -> None:
    bench = Bench()
    bench.hello()
    bench.arm()
    for _ in range(999):
        bench.tick(1)
        assert bench.state == "ARMED"
    epoch = bench.device.epoch
    bench.tick(1)
    assert (bench.state, reason(bench)) == ("SAFE", "heartbeat token stood still")
    assert (bench.device.regions, bench.device.epoch) == (0, epoch + 1)


def test_a_changed_token_starts_the_silence_anew() -> None:
    bench = running()
    for _ in range(3):
        ticks(bench, 999)
        assert bench.state == "RUNNING"
        bench.beat()


def test_in_a_pause_tokens_hold_the_device() -> None:
    bench = running()
    bench.send(m.PAUSE)
    for _ in range(3):
        bench.beat()
        bench.tick(200)
        for _ in range(14):
            bench.tick(199)
        assert bench.state == "PAUSED"


# -- pause and stop -----------------------------------------------------------------------------


def test_a_pause_ramps_for_150_ms_and_ends_after_60_s() -> None:
    bench = running()
    bench.send(m.PAUSE)
    assert (bench.state, reason(bench)) == ("PAUSED", "paused by command")
    for t_ms in range(1, 200):
        bench.tick(1)
        assert bench.device.applied[0] == 2500 * max(0, 150 - t_ms) // 150
    assert bench.device.asked == [0, 0, 0]
    for _ in range(598):
        bench.beat()
        bench.tick(100)
    assert bench.state == "PAUSED"  # 59 999 ms
    bench.tick(1)
    assert (bench.state, reason(bench)) == ("STOPPING", "paused for over 60 s")


def test_each_pause_has_60_s_of_its_own() -> None:
    bench = running()
    for _ in range(2):
        bench.send(m.PAUSE)
        for _ in range(400):
            bench.beat()
            bench.tick(100)
        assert bench.state == "PAUSED"
        bench.seq = 0
        assert bench.segments(record(500, vibration=100), record(500, vibration=100))
        assert bench.send(m.RESUME) == m.R_DONE


def test_a_stop_ramps_for_150_ms_and_is_over_with_the_ramp() -> None:
    bench = running()
    epoch = bench.device.epoch
    bench.send(m.STOP)
    assert bench.device.epoch == epoch + 1
    for t_ms in range(1, 150):
        bench.tick(1)
        assert bench.device.applied[0] == 2500 * (150 - t_ms) // 150
        assert bench.state == "STOPPING"
    bench.tick(1)
    assert (bench.state, bench.device.applied[0]) == ("SAFE", 0)
    assert bench.device.epoch == epoch + 2
    assert bench.device.regions == 0


def test_75_minutes_of_running_are_enough() -> None:
    bench = running()
    bench.device._run_ms = 4_500_000 - 2
    ticks(bench, 1)
    assert bench.state == "RUNNING"
    ticks(bench, 1)
    assert (bench.state, reason(bench)) == ("STOPPING", "ran for 75 min")


def test_only_running_counts_as_running() -> None:
    bench = running()
    before = bench.device._run_ms
    ticks(bench, 10)
    assert bench.device._run_ms == before + 10
    bench.send(m.PAUSE)
    bench.run(500)
    assert bench.device._run_ms == before + 10


# -- the step -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("elapsed_ms", "late"), [(49, 0), (50, 0), (51, 1), (200, 1)])
def test_a_step_over_50_ms_is_late(elapsed_ms: int, late: int) -> None:
    bench = running()
    bench.tick(elapsed_ms)
    assert (bench.device.late_ticks, bench.state) == (late, "RUNNING")
    bench.tick(elapsed_ms)
    assert bench.device.late_ticks == 2 * late


def test_a_step_over_200_ms_is_a_fault_in_a_session_and_not_at_rest() -> None:
    bench = running()
    bench.tick(201)
    assert (fault(bench), bench.device.fault_value, bench.device.fault_channel) == ("TICK_LATE", 201, 0)
    for armed in (False, True):
        bench = Bench()
        bench.hello()
        if armed:
            bench.arm()
        bench.tick(201)
        assert (fault(bench), bench.state) == (("TICK_LATE", "FAULT") if armed else ("none", "SAFE"))
        assert bench.device.late_ticks == 1


def test_the_count_of_late_steps_stops_at_30_bits() -> None:
    bench = Bench()
    bench.device.late_ticks = (1 << 30) - 2
    for _ in range(3):
        bench.tick(60)
    assert bench.device.late_ticks == (1 << 30) - 1


@pytest.mark.parametrize(
    ("elapsed_ms", "counted_ms"), [(199, 199), (200, 200), (201, 200), (60_000, 200), (-1, 200)]
)
def test_a_very_long_step_counts_200_ms(elapsed_ms: int, counted_ms: int) -> None:
    bench = Bench()
    bench.device.governor.bucket.left_ms = 1000
    bench.now_ms += 100_000
    bench.device._last_ms = bench.now_ms
    bench.tick(elapsed_ms)
    assert bench.device.governor.bucket.left_ms == 1000 + counted_ms


class Counting(MemoryBoard):
    """Counts how often its sensors are read."""

    reads = 0

    def ntc_raw(self) -> int:
        self.reads += 1
        return super().ntc_raw()


def test_sensors_are_read_every_100_ms() -> None:
    board = Counting(3, config().crc)
    board.ntc = raw_at(30)
    device = Controller(config(), board, BOOT_ID)
    device.tick(0)
    for now_ms in range(1, 1001):
        device.tick(now_ms)
        assert board.reads == now_ms // 100
    assert device.heat is not None
    assert device.heat.temperature_c100 == 3000


def test_the_first_status_comes_100_ms_after_power_up() -> None:
    device = Controller(config(), MemoryBoard(3, 0), BOOT_ID)
    for now_ms in range(100):
        device.tick(now_ms)
        assert device.tx_length == 0
    device.tick(100)
    assert device.tx_length > 0


def test_status_is_sent_every_100_ms_and_at_once_when_the_state_changes() -> None:
    bench = Bench()
    bench.hello()
    bench.statuses.clear()
    for _ in range(100):
        bench.tick(1)
    assert len(bench.statuses) == 1
    for _ in range(200):
        bench.tick(1)
    assert len(bench.statuses) == 3
    bench.board.open = True
    bench.tick(1)
    assert len(bench.statuses) == 4
    assert bench.status["state"] == states.FAULT
    for _ in range(99):
        bench.tick(1)
    assert len(bench.statuses) == 4
    bench.tick(1)
    assert len(bench.statuses) == 5


def test_every_whole_step_feeds_the_watchdog_once() -> None:
    bench = Bench()
    fed = bench.board.fed
    bench.run(100)
    assert bench.board.fed == fed + 10


# -- supply, current, stop -------------------------------------------------------------------------


def test_an_empty_battery_and_a_leak_say_what_was_read() -> None:
    for changes, code, value in (({"mv": 8399}, "SUPPLY_LOW", 8399), ({"ma": 111}, "CURRENT_AT_ZERO", 111)):
        bench = Bench(config(cells=3))
        bench.board.mv, bench.board.ma = 12_000, 20
        bench.run(200)
        for name, reading in changes.items():
            setattr(bench.board, name, reading)
        bench.run(1000)
        assert (fault(bench), bench.device.fault_value) == (code, value)
        assert bench.device.fault_channel == 0
        assert bench.board.load_fault()[2:] == (0, value)


def test_a_low_battery_stops_what_runs_and_nothing_else() -> None:
    bench = Bench(config(cells=3))
    bench.board.mv = 8999
    bench.run(1000)
    assert (bench.state, reason(bench)) == ("SAFE", "none")
    bench.hello()
    bench.arm()
    bench.run(500)
    assert bench.state == "ARMED"


def test_a_current_is_judged_only_while_everything_is_off() -> None:
    bench = running()
    bench.board.ma = 3000
    bench.beating = True
    bench.feed(2500, 2000)
    assert bench.state == "RUNNING"


def test_the_stop_input_is_a_fault_with_its_code() -> None:
    bench = running()
    bench.board.open = True
    bench.tick(1)
    assert (fault(bench), bench.device.fault_channel, bench.device.fault_value) == ("STOP_INPUT", 0, 0)
    assert bench.device.fault_tick == bench.device.ticks
    assert bench.board.load_fault() == (4, bench.device.ticks, 0, 0)


def test_a_stamp_is_concluded_when_it_is_proved_or_when_its_time_is_over_and_no_sooner() -> None:
    for opens in (True, False):
        bench = Bench(stamped=False)
        bench.hello()
        assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
        bench.run(29_990)
        assert bench.device.link.result == m.R_WAITING
        assert bench.device.governor.bench
        bench.board.open = opens
        bench.tick()
        assert bench.device.link.result == (m.R_DONE if opens else m.R_STOP_OPEN)
        assert bench.device.governor.bench is not opens


# -- heat ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "duty_on", "rule"),
    [(0, False, "none"), (4000, True, "none"), (4100, True, "none"), (4101, True, "device limit")],
)
def test_heat_is_asked_for_in_running_and_held_to_its_limit(asked: int, duty_on: bool, rule: str) -> None:
    bench = running(heat=asked)
    feed(bench)
    assert (bench.device.applied[2] > 0) is duty_on
    assert bench.device.allowed[2] == 4100
    assert bench.device.asked[2] == asked
    assert states.RULES[bench.device.rule[2]] == rule
    bench.send(m.PAUSE)
    bench.run(100)
    assert (bench.device.applied[2], bench.device.allowed[2], bench.device.asked[2]) == (0, 0, 0)
    assert states.RULES[bench.device.rule[2]] == "none"


def test_a_sensor_fault_names_the_heat_channel_and_its_value() -> None:
    bench = running(heat=4000)
    bench.board.ntc = raw_at(43.5)
    bench.run(200)
    assert (fault(bench), bench.device.fault_channel) == ("OVER_TEMPERATURE", 2)
    assert bench.device.fault_value == 4350
    assert not bench.device.heat_locked


@pytest.mark.parametrize(
    "code", ["NTC_FROZEN", "HEAT_NO_RISE", "HEAT_FELL", "HEAT_HOLDING", "HEAT_AFTER_OFF"]
)
def test_after_these_faults_there_is_no_heat_before_a_reset(code: str) -> None:
    bench = Bench()
    bench.device._heat_fault(states.FAULTS.index(code), 77)
    assert bench.device.heat_locked
    assert (fault(bench), bench.device.fault_channel, bench.device.fault_value) == (code, 2, 77)
    assert bench.board.load_fault() == (states.FAULTS.index(code), bench.device.ticks, 2, 77)


@pytest.mark.parametrize(
    "code", ["NTC_FROZEN", "HEAT_NO_RISE", "HEAT_FELL", "HEAT_HOLDING", "HEAT_AFTER_OFF"]
)
def test_they_lock_heat_whatever_else_is_latched_already(code: str) -> None:
    """Somebody presses stop, then lifts the pad: what the pad showed is not forgotten for that."""
    bench = Bench()
    bench.send(m.ESTOP)
    bench.run(50)
    bench.device._heat_fault(states.FAULTS.index(code), 77)
    assert (fault(bench), bench.device.heat_locked) == ("ESTOP", True)
    kept = (states.FAULTS.index(code), bench.device.ticks, 2, 77)
    assert bench.board.load_fault() == kept
    bench.run(50)
    bench.device._heat_fault(states.FAULTS.index(code), 78)
    assert bench.board.load_fault() == kept  # once is enough


def test_a_heat_fault_of_another_kind_is_not_kept_behind_the_latched_one() -> None:
    bench = Bench()
    bench.send(m.ESTOP)
    before = bench.board.load_fault()
    bench.device._heat_fault(states.FAULTS.index("NTC_RANGE"), 5)
    assert (fault(bench), bench.device.heat_locked, bench.board.load_fault()) == ("ESTOP", False, before)


@pytest.mark.parametrize("code", ["NTC_RANGE", "NTC_STALE", "OVER_TEMPERATURE", "ESTOP", "INTERNAL"])
def test_after_others_there_is(code: str) -> None:
    bench = Bench()
    bench.device._heat_fault(states.FAULTS.index(code), 0)
    assert not bench.device.heat_locked


def test_no_heat_while_dry() -> None:
    bench = Bench()
    bench.start(*[record(500, vibration=1000, heat=4000)] * 2, dry=1)
    bench.run(500)
    assert bench.device.applied[2] == 0
    assert states.RULES[bench.device.rule[2]] == "none"


# -- faults -------------------------------------------------------------------------------------


def test_the_first_fault_is_the_one_that_is_kept() -> None:
    bench = running()
    bench.send(m.ESTOP)
    tick = bench.device.fault_tick
    assert tick == bench.device.ticks
    bench.board.open = True
    bench.run(100)
    assert (fault(bench), bench.device.fault_tick) == ("ESTOP", tick)
    assert bench.board.load_fault() == (3, tick, 0, 0)


def test_the_value_of_a_fault_has_30_bits() -> None:
    for value in (0, 5, (1 << 30) - 1, 1 << 30, -1):
        bench = Bench()
        bench.device._fail(states.F_INTERNAL, 1, value)
        assert bench.device.fault_value == value & ((1 << 30) - 1)
        assert bench.device.fault_channel == 1
        assert bench.board.load_fault()[2:] == (1, value & ((1 << 30) - 1))


def test_a_cause_must_be_gone_for_5000_ms() -> None:
    bench = running()
    bench.send(m.ESTOP)
    bench.hello()  # takes 10 ms
    for _ in range(4989):
        bench.tick(1)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    bench.tick(1)
    assert bench.send(m.CLEAR) == m.R_DONE
    assert (bench.state, fault(bench)) == ("SAFE", "none")


def test_each_fault_has_5000_ms_of_its_own() -> None:
    bench = Bench()
    bench.hello()
    for _ in range(2):
        bench.send(m.ESTOP)
        bench.run(4990)
        assert bench.send(m.CLEAR) == m.R_CAUSE
        bench.run(10)
        assert bench.send(m.CLEAR) == m.R_DONE


@pytest.mark.parametrize(("elapsed_ms", "goes_on"), [(50, True), (51, False)])
def test_a_late_step_starts_the_wait_anew(elapsed_ms: int, goes_on: bool) -> None:
    bench = Bench()
    bench.hello()
    bench.send(m.ESTOP)
    bench.run(4940)
    bench.tick(elapsed_ms)
    bench.run(10)
    assert (bench.send(m.CLEAR) == m.R_DONE) is goes_on


@pytest.mark.parametrize(("celsius", "clears"), [(40.99, True), (41.0, False), (41.01, False)])
def test_after_a_heat_fault_the_pad_must_be_below_41_degrees(celsius: float, clears: bool) -> None:
    bench = Bench()
    bench.hello()
    bench.board.ntc = raw_at(43)
    bench.run(200)
    assert fault(bench) == "OVER_TEMPERATURE"
    bench.board.ntc = raw_at(celsius)
    bench.run(6000)
    assert (bench.send(m.CLEAR) == m.R_DONE) is clears


def test_a_warm_pad_is_no_cause_of_other_faults() -> None:
    bench = Bench()
    bench.hello()
    bench.board.ntc = raw_at(42)
    bench.run(200)
    bench.send(m.ESTOP)
    bench.run(6000)
    assert bench.send(m.CLEAR) == m.R_DONE


@pytest.mark.parametrize("present", ["open", "mv", "ma"])
def test_a_cause_that_is_there_forbids_clear(present: str) -> None:
    bench = Bench(config(cells=3))
    bench.board.mv, bench.board.ma = 12_000, 20
    bench.hello()
    bench.send(m.ESTOP)
    bench.run(4900)
    setattr(bench.board, present, {"open": True, "mv": 8300, "ma": 500}[present])
    bench.run(200)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    setattr(bench.board, present, {"open": False, "mv": 12_000, "ma": 20}[present])
    bench.run(4900)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    bench.run(200)
    assert bench.send(m.CLEAR) == m.R_DONE


@pytest.mark.parametrize("raw", [-1, 65_535])
def test_a_sensor_that_is_still_broken_forbids_clear(raw: int) -> None:
    bench = running(heat=4000)
    bench.board.ntc = raw
    bench.run(1000)
    assert fault(bench) == ("NTC_STALE" if raw < 0 else "NTC_RANGE")
    bench.hello()
    bench.run(6000)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    bench.board.ntc = raw_at(30)
    bench.run(5100)
    assert bench.send(m.CLEAR) == m.R_DONE


def test_a_dead_sensor_at_rest_is_no_fault() -> None:
    bench = Bench()
    bench.board.ntc = -1
    bench.run(2000)
    assert (bench.state, fault(bench)) == ("SAFE", "none")


def test_a_fault_is_zero_before_the_next_step() -> None:
    bench = running(heat=4000)
    bench.device.governor.bucket.left_ms = 1000
    bench.send(m.ESTOP)
    assert bench.device.applied == [0, 0, 0]
    assert bench.device.asked == [0, 0, 0]
    assert bench.device.governor.bucket.left_ms == 1000  # no time has passed


def test_the_end_of_a_session_takes_no_time() -> None:
    bench = running()
    bench.send(m.STOP)
    bench.device.governor.bucket.left_ms = 1000
    for _ in range(149):
        bench.tick(1)
    assert bench.device.governor.bucket.left_ms == 1000 - 149
    bench.tick(1)
    assert (bench.state, bench.device.governor.bucket.left_ms) == ("SAFE", 1000 - 148)


# -- what the configuration says ------------------------------------------------------------------


def test_a_heater_may_be_the_first_output() -> None:
    first = config(output_of=(1, 2, 0), heads=(2, 0, 1), start_duty=(0, 0, 0), max_duty=(65_535, 100, 100))
    assert Bench(first).device.heat is not None


def test_the_supervisor_is_told_what_the_pad_can() -> None:
    heat = Bench(config(heat_rise_c100=812, heat_hold=3456)).device.heat
    assert heat is not None
    assert (heat._rise_c100, heat._hold_duty) == (812, 3456)
    assert heat.c100(40_000) == 2500


@pytest.mark.parametrize("output", [3, 4, -2])
def test_a_channel_on_an_output_that_does_not_exist_fails_the_self_test(output: int) -> None:
    bench = Bench(config(output_of=(output, 1, 2)))
    assert fault(bench) == "INTERNAL"
    assert (bench.device.fault_channel, bench.device.fault_value) == (0, 0)
    assert bench.board.load_fault()[2:] == (0, 0)


def test_a_duty_that_was_refused_is_the_value_of_the_fault() -> None:
    bench = Bench(config(max_duty=(65_535, 60_000, 65_535), start_duty=(65_000, 6000, 0)))
    bench.start(*[record(500, vibration=1000)] * 2)
    bench.run(100)
    assert (fault(bench), bench.device.fault_channel) == ("OUTPUT_CHECK", 0)
    assert bench.device.fault_value > 65_000


# -- what is asked, and what is missing -------------------------------------------------------------


def test_what_is_asked_is_the_envelope_through_its_own_modulator() -> None:
    bench = Bench()
    waves = {"wave": (5, 500, 500, 10_000, 5000, 0), "percussion_wave": (5, 500, 500, 3333, 5000, 5000)}
    bench.start(*[record(500, vibration=777, percussion=999, heat=3900, **waves)] * 2)
    bench.run(490)
    bench.run(400)
    device = bench.device
    assert device.player.envelope == [777, 999, 3900]
    assert device.player.factor == [10_000, 6667]
    assert device.asked == [777, 999 * 6667 // 10_000, 3900]
    assert all(type(value) is int for value in device.asked)
    bench.send(m.PAUSE)
    assert device.asked == [0, 0, 0]


def test_an_underrun_is_told_at_once_and_its_end_too() -> None:
    bench = running()
    bench.statuses.clear()
    for _ in range(1600):
        bench.tick(1)
        if bench.now_ms % 200 == 0:
            bench.beat()
        if bench.device.underrun_ms:
            break
    assert bench.status["flags"] & m.FLAG_UNDERRUN
    assert bench.status["underruns"] == 1
    count = len(bench.statuses)
    bench.tick(1)
    bench.tick(1)
    assert len(bench.statuses) == count
    assert bench.segments(record(500, vibration=2500))
    bench.tick(1)
    assert len(bench.statuses) == count + 1
    assert not bench.status["flags"] & m.FLAG_UNDERRUN


def test_an_underrun_that_is_too_long_or_one_too_many_says_so() -> None:
    bench = running()
    for _ in range(4000):
        bench.beat()
        bench.tick(1)
    assert (fault(bench), bench.device.fault_channel, bench.device.fault_value) == ("UNDERRUN", 0, 2001)
    bench = running()
    for _ in range(4000):
        if bench.device.underrun_ms > 50:
            bench.segments(record(500, vibration=2500))
        bench.beat()
        bench.tick(1)
    assert (fault(bench), bench.device.fault_channel, bench.device.fault_value) == ("UNDERRUN", 0, 3)


def test_a_pause_ends_an_underrun() -> None:
    bench = running()
    for _ in range(155):
        bench.beat()
        bench.tick(10)
    assert bench.device.underrun_ms > 0
    bench.send(m.PAUSE)
    assert bench.device.underrun_ms == 0


def test_the_answer_to_a_command_is_sent_with_the_next_step() -> None:
    bench = Bench()
    bench.hello()
    bench.arm()
    bench.tick(1)
    bench.statuses.clear()
    bench.send(m.GAIN, gain=5000, gain_max=10_000)
    bench.tick(1)
    assert [status["gain"] for status in bench.statuses] == [5000]
    bench.tick(1)
    assert len(bench.statuses) == 1
