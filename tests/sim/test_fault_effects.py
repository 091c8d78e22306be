"""Every fault in a run: it is felt, and what comes of it is the safe thing."""

import pytest

from sim.faults import FAULTS, parse_fault
from sim.lockstep import Run, simulate

IDLE_A = 0.06  # of the heated head, with everything off
QUIET_A = IDLE_A + 0.02
DEAD_MAN_S = 1.3  # 1000 ms of silence, 200 ms of ramp, and some ticks
ONE_SHOT_S = 0.2

# Name -> what to order, length of the program in s, outcome, latched (any of these), cause of a reset,
# and within how many s of the last order nothing draws current any more (None: it goes on to the end).
CASES = {
    "ntc.off": (["ntc.off@6"], 20, "fault", "NTC_RANGE", "", 0.6),
    "ntc.short": (["ntc.short@6"], 20, "fault", "NTC_RANGE", "", 0.6),
    "ntc.silent": (["ntc.silent@6"], 20, "fault", "NTC_STALE", "", 0.8),
    "ntc.stuck": (["ntc.stuck@1"], 20, "fault", "NTC_FROZEN", "", 10.2),
    "ntc.garbage": (["ntc.garbage@6"], 20, "fault", "OVER_TEMPERATURE|HEAT_FELL", "", 5.0),
    "ntc.wrong": (["ntc.wrong@6:20"], 20, "fault", "OVER_TEMPERATURE", "", 0.3),
    "ntc.slow": (["ntc.slow@0:60"], 30, "fault", "HEAT_NO_RISE", "", 20.5),
    "ntc.delayed": (["ntc.delayed@6:2"], 20, "completed", "", "", None),
    "ntc.intermittent": (["ntc.intermittent@6:0.9"], 20, "fault", "NTC_RANGE", "", 5.0),
    "ntc.fallen": (["ntc.fallen@8"], 40, "fault", "HEAT_FELL|HEAT_NO_RISE", "", 30.0),
    "current.off": (["current.off@6"], 20, "completed", "", "", None),
    "current.stuck": (["current.stuck@6"], 20, "completed", "CURRENT_AT_ZERO", "", None),
    "current.wrong": (["current.wrong@6:-1"], 20, "completed", "", "", None),
    "voltage.off": (["voltage.off@6"], 20, "completed", "", "", None),
    "voltage.stuck": (["voltage.stuck@6", "supply.sag@8:3"], 20, "completed", "", "", None),
    "voltage.wrong": (["voltage.wrong@6:-20"], 20, "completed", "", "", None),
    "heater.stuck_on": (["heater.stuck_on@6"], 80, "fault", "HEAT_AFTER_OFF", "", 60.0),
    "heater.stuck_off": (["heater.stuck_off@6"], 60, "fault", "HEAT_NO_RISE", "", 40.5),
    "motor.stall": (["motor.stall@6:5"], 20, "completed", "", "", None),
    "motor.open": (["motor.open@6:5"], 20, "completed", "", "", None),
    "motor.worn": (["motor.worn@6:3"], 20, "completed", "", "", None),
    "supply.sag": (["supply.sag@6:3:5"], 20, "completed", "", "", None),
    "supply.brown_out": (["supply.brown_out@6:0.5"], 20, "fault", "", "brown-out", 0.02),
    "stop.open": (["stop.open@6"], 20, "fault", "STOP_INPUT", "", 0.02),
    "stop.press": (["stop.press@6:0.3"], 20, "fault", "STOP_INPUT", "", 0.02),
    "stop.stuck": (["stop.stuck@2", "stop.press@6:0.3"], 20, "completed", "", "", None),
    "enable.stuck": (["enable.stuck@6"], 20, "completed", "", "", ONE_SHOT_S),
    "enable.stuck_on": (["enable.stuck_on@6"], 20, "completed", "", "", None),
    "enable.welded": (["enable.welded@6"], 20, "completed", "", "", None),
    "link.cut": (["link.cut@6"], 20, "lost_link", "LINK_LOST", "", DEAD_MAN_S),
    "link.drop": (["link.drop@6:0.2:5"], 20, "completed", "", "", None),
    "link.burst": (["link.burst@6:0.05:3:5"], 20, "completed", "", "", None),
    "link.duplicate": (["link.duplicate@6:1"], 20, "completed", "", "", None),
    "link.flip": (["link.flip@6:0.1"], 20, "completed", "", "", None),
    "link.insert": (["link.insert@6:0.1"], 20, "completed", "", "", None),
    "link.stall": (["link.stall@6:0.7"], 20, "completed", "", "", None),
    "link.short_read": (["link.short_read@6:10"], 20, "completed", "", "", None),
    "link.baud": (["link.baud@6:1500"], 20, "completed", "", "", None),
    "link.reenumerate": (["link.reenumerate@6:0.5"], 20, "lost_link", "LINK_LOST", "", DEAD_MAN_S),
    "host.stall": (["host.stall@6:0.75"], 20, "completed", "", "", None),
    "host.hang": (["host.hang@6"], 20, "lost_link", "LINK_LOST", "", DEAD_MAN_S),
    "host.kill": (["host.kill@6"], 20, "lost_link", "LINK_LOST", "", DEAD_MAN_S),
    "device.reset": (["device.reset@6"], 20, "fault", "", "software", 0.02),
    "device.slow": (["device.slow@6:40"], 20, "completed", "", "", None),
    "device.pause": (["device.pause@6:120:2"], 20, "completed", "", "", None),
    "device.hang": (["device.hang@6"], 20, "fault", "", "watchdog", ONE_SHOT_S),
}


def test_every_fault_has_its_case():
    assert list(CASES) == list(FAULTS)


@pytest.mark.parametrize("name", CASES)
def test_it_is_felt_and_what_comes_of_it_is_safe(name, timeline, heated_head):
    orders, seconds, outcome, code, cause, quiet_s = CASES[name]
    run = Run(timeline(seconds), heated_head, seed=2)
    run.order(orders)
    run.play()
    result = run.result()
    assert [each.fault for each in result.injected if not each.felt] == []
    assert result.outcome == outcome
    assert [each.code for each in result.faults if each.code not in code.split("|")] == []
    assert len(result.faults) == bool(code)
    assert [each.cause for each in result.resets] == ([cause] if cause else [])
    assert all(each.outputs_zero_after_ms is not None for each in (*result.faults, *result.resets))
    assert not run.device.board.powered
    if quiet_s is not None:
        current = result.trace.column("current_a")
        last_drawn_s = max(row for row, ampere in enumerate(current) if ampere > QUIET_A) / 100
        assert last_drawn_s - parse_fault(orders[-1]).at_s <= quiet_s


def test_after_the_end_nothing_is_felt(timeline, heated_head):
    late = [f"{name}@300" + ":1" * len(kind.needs) for name, kind in FAULTS.items()]
    result = simulate(timeline(6, heat_c100=0), heated_head, seed=2, faults=late)
    assert result.outcome == "completed"
    assert len(result.injected) == len(FAULTS)
    assert not any(each.felt for each in result.injected)


@pytest.mark.parametrize(
    "fault",
    ["link.drop@1:0", "link.burst@1:0:5", "link.insert@1:0", "link.duplicate@1:0", "link.flip@1:0",
     "link.baud@1:1e6", "link.short_read@1:4096", "supply.sag@1:0", "motor.worn@1:1", "ntc.wrong@1:0",
     "ntc.intermittent@1:0", "current.wrong@1:0", "voltage.wrong@1:0", "voltage.stuck@1", "stop.stuck@1",
     "device.slow@1:10", "device.pause@1:10:1", "heater.stuck_off@1", "ntc.fallen@1:0.01"],
)  # fmt: skip
def test_what_changes_nothing_is_not_felt(fault, timeline, heated_head):
    """Also the heater's, in a program without heat."""
    result = simulate(timeline(4, heat_c100=0), heated_head, seed=2, faults=[fault])
    assert (result.outcome, result.felt) == ("completed", False)


@pytest.mark.parametrize(
    ("fault", "outcome", "code", "cause"),
    [
        ("device.hang@6:0.15", "completed", [], []),
        ("device.hang@6:0.5", "fault", ["TICK_LATE"], []),
        ("device.pause@6:1500:0", "fault", [], ["watchdog"]),
        ("device.slow@6:150", "completed", [], []),
        ("device.slow@6:250", "fault", ["TICK_LATE"], []),
        ("supply.sag@6:22:1", "fault", [], ["brown-out"]),
        ("link.reenumerate@6:5", "lost_link", ["LINK_LOST"], []),
        ("host.hang@6:2.5", "ended_no_response", [], []),
        ("link.stall@6", "lost_link", ["LINK_LOST"], []),
        ("link.insert@3:1", "lost_link", [], []),
        ("ntc.wrong@0:5", "completed", [], []),
        ("ntc.off@29.5", "completed", [], []),
    ],
)
def test_a_matter_of_degree(fault, outcome, code, cause, timeline, heated_head):
    result = simulate(timeline(30), heated_head, seed=2, faults=[fault])
    assert result.felt
    assert result.outcome == outcome
    assert [each.code for each in result.faults] == code
    assert [each.cause for each in result.resets] == cause


def test_two_of_a_kind_overlap_and_the_first_end_mends_nothing(timeline, heated_head):
    """Held from 3 to 9 s and from 5 to 6 s: it turns again at 9 s, not at 6 s."""
    two = ["motor.stall@3:6", "motor.stall@5:1"]
    result = simulate(timeline(14, heat_c100=0), heated_head, seed=2, faults=two)
    speed = result.trace.column("vibration_pad_speed_rpm")
    assert result.felt
    assert max(speed[400:890]) == 0.0
    assert max(speed[950:1200]) > 500.0


def test_a_shorted_stop_input_hides_the_press_whichever_came_first(timeline, heated_head):
    for orders in (["stop.stuck@2", "stop.press@5:1"], ["stop.press@5:2", "stop.stuck@5"]):
        result = simulate(timeline(10, heat_c100=0), heated_head, seed=2, faults=orders)
        assert (result.felt, result.outcome, result.faults) == (True, "completed", ())


def test_a_heater_stuck_on_without_enable_is_held_by_the_comparator(timeline, heated_head):
    """Two faults, which take transistor and one-shot away: the pad stays at 45 C."""
    both = ["enable.stuck_on@1", "heater.stuck_on@2"]
    result = simulate(timeline(60), heated_head, seed=2, faults=both)
    assert result.felt
    assert [each.code for each in result.faults] == ["HEAT_AFTER_OFF"]
    assert 44.0 < result.peak["pad_c"] < 45.5


def test_a_heater_stuck_on_behind_a_welded_switch_is_cut_off_by_the_last_line(timeline, heated_head):
    """No code can do anything about it, and the run goes on until the cut-off has opened at 47 C."""
    run = Run(timeline(20), heated_head, seed=2)
    run.order(["enable.welded@1", "heater.stuck_on@2"])
    run.play()
    result = run.result()
    assert run.device.board.plant.cut_off_open
    assert not run.device.board.powered
    assert 46.9 < result.peak["pad_c"] < 48.0
    assert result.faults[0].outputs_zero_after_ms > 10_000


def test_after_a_reset_it_remembers_stamp_and_fault_and_nothing_else(timeline, heated_head):
    run = Run(timeline(12), heated_head, seed=3)
    first = run.device.controller
    run.order(["stop.press@4:0.2", "device.reset@4.5"])
    run.play()
    device = run.device
    assert device.controller is not first
    assert device.controller.boot_id != first.boot_id
    assert device.board.load_stamp() == device.controller.config.crc
    assert not device.controller.governor.bench
    assert device.controller.welcome(1)["last_fault"] == first.fault
    assert device.controller.welcome(1)["reset_cause"] == 2
    assert run.result().resets[0].t_s == 4.5


def test_the_trace_goes_on_across_a_reset(timeline, heated_head):
    result = simulate(timeline(12), heated_head, seed=3, faults=["device.hang@4"])
    applied = result.trace.column("vibration_applied")
    state = result.trace.column("state")
    assert result.trace.duration_s > 5.0
    assert applied[450] == applied[400] > 0.0  # the pin keeps its duty, without power behind it
    assert result.trace.column("current_a")[450] < QUIET_A
    assert applied[510] == 0.0
    assert {int(each) for each in state[500:545]} == {0}  # starting
    assert int(state[560]) == 1  # at rest


def test_a_delayed_sensor_says_what_it_said_before(timeline, heated_head):
    told = {}
    for orders in ([], ["ntc.delayed@0:3"]):
        run = Run(timeline(10), heated_head, seed=2)
        run.order(orders)
        readings = told.setdefault(len(orders), [])
        while run.t_ms < 9000:
            run.tick()
            readings.append((run.clock.now_ms, run.device.board.reading))
    straight, late = dict(told[0]), dict(told[1])
    at_ms = max(straight) - 1000
    assert abs(late[at_ms] - straight[at_ms - 3000]) <= 300  # the pad was driven a little longer
    assert late[at_ms] - straight[at_ms] > 500


@pytest.mark.parametrize("name", ["ntc.garbage", "ntc.intermittent", "link.insert", "link.burst"])
def test_chance_comes_from_the_seed_of_the_run(name, timeline, heated_head):
    def rows(seed):
        fault = CASES[name][0]
        return simulate(timeline(9), heated_head, seed=seed, faults=fault).trace.rows.tobytes()

    assert rows(4) == rows(4)


def test_one_fault_draws_nothing_from_another(timeline, heated_head):
    """With a second fault that comes later, the first one loses the same frames."""

    def lost(orders):
        run = Run(timeline(8, heat_c100=0), heated_head, seed=5)
        run.order(orders)
        run.play()
        return run.result().trace.rows[: 500 * run.device.trace.width].tobytes()

    assert lost(["link.drop@2:0.3"]) == lost(["link.drop@2:0.3", "ntc.garbage@5.5"])
