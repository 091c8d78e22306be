"""What a reset leaves as it was: a latched fault, a suspect pad, motors that are warm."""

from __future__ import annotations

from typing import Any

import pytest

from firmware_bridge.boards.pinboard import DAMAGED
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from tests.firmware_bridge.bench import BOOT_ID, Bench
from tests.firmware_bridge.boards.workbench import Bench as Workbench

OUTPUTS = (("mosfet", "GP2"), ("mosfet", "GP3"), ("mosfet", "GP6"))


def reset(bench: Bench, cause: int) -> Bench:
    """The same board after a reset: its memory is what it was, everything else is new."""
    after = Bench(bench.configuration)
    after.board = bench.board
    after.board.reset_cause = cause  # type: ignore[misc]
    after.device = Controller(bench.configuration, bench.board, BOOT_ID + 1)
    after.tick()
    return after


@pytest.mark.parametrize("cause", range(5))
def test_a_latched_fault_outlives_any_reset(cause: int) -> None:
    bench = Bench()
    bench.hello()
    bench.send(m.ESTOP)
    bench.run(50)
    after = reset(bench, cause)
    assert (after.state, states.FAULTS[after.device.fault]) == ("FAULT", "ESTOP")
    after.hello()
    assert after.welcome is not None
    assert after.welcome["last_fault"] == states.FAULTS.index("ESTOP")
    assert after.arm(boot_id=BOOT_ID + 1) == m.R_FAULT
    after.run(5100)
    assert after.send(m.CLEAR) == m.R_DONE
    assert reset(after, cause).state == "SAFE"


@pytest.mark.parametrize(("cause", "locked"), [(0, False), (1, True), (2, True), (3, True), (4, True)])
def test_a_pad_that_is_suspect_for_good_stays_so_until_the_power_was_off(cause: int, locked: bool) -> None:
    bench = Bench()
    bench.hello()
    bench.device._heat_fault(states.FAULTS.index("HEAT_FELL"), 3000)
    bench.run(5200)
    bench.hello()
    assert bench.send(m.CLEAR) == m.R_DONE
    assert bench.state == "SAFE"
    after = reset(bench, cause)
    assert (after.state, after.device.heat_locked) == ("FAULT", locked)
    after.run(5200)
    after.hello()
    assert after.send(m.CLEAR) == m.R_DONE
    after.hello()
    assert after.welcome is not None
    assert (after.welcome["max_heat_c100"] == 0) is locked


@pytest.mark.parametrize(("cause", "left_s"), [(0, 900), (1, 300), (2, 300), (3, 300), (4, 300)])
def test_the_motor_bucket_is_not_full_after_a_reset_with_the_power_on(cause: int, left_s: int) -> None:
    after = reset(Bench(), cause)
    assert after.device.governor.bucket.left_ms == left_s * 1000


@pytest.mark.parametrize(
    "kept", [(300, -1, 9, -5), (255, 0, 0, 0), (-4, 1, 2, 3), (2**31, 2**31, 2**31, 2**31)]
)
def test_a_fault_record_that_makes_no_sense_is_a_fault(kept: tuple[int, int, int, int]) -> None:
    bench = Bench()
    bench.board.save_fault(*kept)
    after = reset(bench, 0)
    assert (after.state, states.FAULTS[after.device.fault]) == ("FAULT", "INTERNAL")
    after.hello()
    assert after.welcome is not None


@pytest.mark.parametrize("code", range(1, len(states.FAULTS)))
def test_what_was_latched_is_latched_again_with_all_that_is_known(code: int) -> None:
    bench = Bench()
    bench.board.save_fault(code, 4711, 2, 3850)
    device = reset(bench, 0).device
    assert (device.fault, device.fault_tick, device.fault_channel, device.fault_value) == (
        code,
        4711,
        2,
        3850,
    )
    assert device.reason == states.WHY_FAULT


@pytest.mark.parametrize("code", [len(states.FAULTS), len(states.FAULTS) + 1, 254])
def test_a_fault_that_does_not_exist_is_an_internal_one(code: int) -> None:
    bench = Bench()
    bench.board.save_fault(code, 2**30 + 5, 7, 2**30 + 6)
    device = reset(bench, 0).device
    assert states.FAULTS[device.fault] == "INTERNAL"
    assert (device.fault_tick, device.fault_channel, device.fault_value) == (5, 3, 6)


@pytest.mark.parametrize(("cause", "locked"), [(0, False), (1, True), (2, True), (3, True), (4, True)])
def test_a_fault_that_cannot_be_read_any_more_may_have_been_the_pads(cause: int, locked: bool) -> None:
    bench = Bench()
    bench.board.save_fault(*DAMAGED)
    after = reset(bench, cause)
    assert (after.state, states.FAULTS[after.device.fault]) == ("FAULT", "INTERNAL")
    assert after.device.heat_locked is locked
    after.run(5200)
    after.hello()
    assert after.send(m.CLEAR) == m.R_DONE
    again = reset(after, cause)
    assert (again.state, again.device.heat_locked) == ("FAULT" if locked else "SAFE", locked)


def test_a_later_fault_does_not_hide_that_the_pad_is_suspect() -> None:
    bench = Bench()
    bench.hello()
    bench.device._heat_fault(states.FAULTS.index("HEAT_FELL"), 3000)
    bench.run(5200)
    bench.hello()
    assert bench.send(m.CLEAR) == m.R_DONE
    bench.send(m.ESTOP)
    bench.run(50)
    assert states.FAULTS[bench.device.fault] == "ESTOP", "the later fault is felt"
    after = reset(bench, 1)
    assert (after.state, after.device.heat_locked) == ("FAULT", True)


def test_a_memory_that_was_erased_whole_is_a_board_that_nobody_commissioned() -> None:
    """As at its first start: nothing is latched, and the bench's limits hold, whatever the reset was."""
    desk = Workbench()
    for cause in range(5):
        desk.nvm[:] = b"\xff" * len(desk.nvm)
        desk.reset()
        device: Any = Controller(
            Bench().configuration, desk.build(reset_cause=cause, outputs=OUTPUTS), BOOT_ID
        )
        device.tick(0)
        assert (states.FAULTS[device.fault], device.governor.bench) == ("none", True)
