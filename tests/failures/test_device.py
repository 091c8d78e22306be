"""F11, F12, F14, F15, F23, F29, F37, F39, F42, F43: what the device must survive by itself.

Virtual time, the real controller on recording pins or on the simulated rig. Each fault is shown to
have been felt. Limits are restated: silence pauses after 1 s, ENABLE drops within 200 ms, bench
limits are 0.10 and 32 C, nobody gets more than 0.85 and 41 C.
"""

from __future__ import annotations

import ast
import contextlib
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from firmware_bridge.protocol.framing import Decoder
from programs.profile import load_profile
from sim.lockstep import Run
from tests.firmware_bridge.bench import BOOT_ID, Bench, config, raw_at, record
from tests.firmware_bridge.test_session import playing
from tests.sim.conftest import make_timeline

ROOT = Path(__file__).parents[2]


def fault(bench: Bench) -> str:
    return states.FAULTS[bench.device.fault]


# -- F11, F37: the watchdog and ENABLE live only by a whole step ---------------------------------


class BrokenBus(MemoryBoard):
    """A board whose sensor bus begins to raise."""

    broken = False
    raised = 0

    def ntc_raw(self) -> int:
        if self.broken:
            self.raised += 1
            raise OSError("no answer on the bus")
        return super().ntc_raw()


def test_f11_a_step_that_does_not_come_to_its_end_feeds_nothing() -> None:
    bench = Bench()
    board = BrokenBus(3, bench.configuration.crc)
    board.ntc = raw_at(30)
    bench.device.board = bench.board = board
    bench.play(2500, 2000)
    board.broken = True
    for _ in range(10):  # at the latest after 100 ms the sensors are read
        with contextlib.suppress(OSError):
            bench.tick()
    assert board.raised > 0
    fed, edges = board.fed, board.edges
    for _ in range(100):  # a firmware that goes on all the same
        with contextlib.suppress(OSError):
            bench.tick()
    assert board.raised > 100
    assert (board.fed, board.edges) == (fed, edges)  # so the watchdog bites and ENABLE drops


def playing_rig() -> Run:
    """A simulated rig with both motors' power on."""
    run = Run(make_timeline(20, heat_c100=0), load_profile("vibration-pad"))
    for _ in range(500):
        run.tick()
    assert run.device.board.powered
    return run


def test_f37_when_the_controller_dies_its_pwm_runs_on_and_enable_cuts_the_power() -> None:
    run = playing_rig()
    board = run.device.board
    died_ms = board.now_ms
    while board.powered and board.now_ms < died_ms + 1000:
        board.step(board.now_ms + 10)  # the world goes on, the controller does not
    assert any(board._duties), "the PWM stopped too: that proves nothing"
    assert board.now_ms - died_ms <= 200


def test_f11_a_controller_that_raises_loses_its_power_too() -> None:
    run = playing_rig()
    board = run.device.board

    def broken() -> int:
        raise OSError("no answer on the bus")

    board.current_ma = broken  # type: ignore[method-assign]
    raised = 0
    for _ in range(40):
        try:
            run.tick()
        except OSError:
            raised += 1
    assert raised >= 30
    assert any(board._duties)
    assert not board.powered


# -- F12, F15: no way to switch the dead-man off --------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "gain"),
    [({"ceiling_vibration": 0, "ceiling_percussion": 0, "ceiling_heat_c100": 0}, 10000), ({}, 0)],
)
def test_f12_zero_means_zero_and_never_unlimited(changes: dict[str, int], gain: int) -> None:
    bench = Bench()
    strong = record(500, vibration=8000, percussion=8000, heat=4100)
    bench.start(strong, strong, **changes)
    bench.send(m.GAIN, gain=gain, gain_max=10000)
    bench.run(900)
    assert bench.device.asked[:2] == [8000, 8000]
    assert bench.peak == [0, 0]
    assert bench.device.applied[2] == 0 or not changes


def test_f12_a_profile_that_allows_nothing_gets_nothing() -> None:
    bench = Bench(config(max_levels=(0, 0)))
    bench.start(*[record(500, vibration=8000, percussion=8000)] * 2)
    bench.run(900)
    assert bench.device.asked[:2] == [8000, 8000]
    assert bench.peak == [0, 0]


def test_f15_a_host_that_never_beats_is_silent_from_the_first_moment() -> None:
    bench = Bench()
    bench.beating = False
    bench.hello()
    assert bench.arm() == m.R_DONE
    for _ in range(3):
        assert bench.segments(record(500, vibration=2500))
    for _ in range(90):
        assert bench.send(m.RESUME) == m.R_HEARTBEAT  # felt: only the heartbeat was missing
        bench.tick()
    assert bench.state == "ARMED"
    bench.run(200)
    assert bench.state == "SAFE"
    assert bench.peak == [0, 0]
    bench.beating = True
    bench.start(*[record(500, vibration=2500)] * 3)
    bench.beating = False
    bench.run(1300)
    assert bench.peak[0] > 0
    assert bench.device.applied[0] == 0


def test_f15_a_session_without_resume_ends_by_itself() -> None:
    bench = Bench()
    bench.beating = False
    bench.hello()
    bench.arm()
    bench.run(1010)
    assert bench.state == "SAFE"


# -- F14: what protects goes on in FAULT --------------------------------------------------------


def test_f14_in_fault_the_device_still_watches_over_pad_and_current() -> None:
    bench = Bench()
    bench.play(2500, 1000)
    bench.send(m.ESTOP)
    fed, edges = bench.board.fed, bench.board.edges
    bench.board.ntc, bench.board.ma = raw_at(44), 1500
    bench.run(10_000)
    assert bench.board.fed - fed >= 1000  # no reset that would forget the fault
    assert bench.board.edges - edges <= 1  # power stays cut
    assert bench.status["pad_c100"] == 4400
    assert bench.send(m.CLEAR) == m.R_CAUSE  # current flows, the pad is hot
    bench.board.ma = 20
    bench.run(10_000)
    assert bench.send(m.CLEAR) == m.R_CAUSE  # still hot
    bench.board.ntc = raw_at(36)
    bench.run(4000)
    assert bench.send(m.CLEAR) == m.R_CAUSE  # not gone for 5 s yet
    bench.run(1500)
    assert bench.send(m.CLEAR) == m.R_DONE


def test_f14_the_stop_input_counts_in_fault_too() -> None:
    bench = Bench()
    bench.send(m.ESTOP)
    bench.board.open = True
    bench.run(10_000)
    bench.hello()
    assert bench.send(m.CLEAR) == m.R_CAUSE


# -- F23 ---------------------------------------------------------------------------------------


def test_f23_the_dead_man_counts_on_where_the_clock_wraps() -> None:
    wrap = 1 << 29
    bench = Bench()
    bench.now_ms = wrap // 200 * 200 - 4000  # beats come at multiples of 200
    bench.device._last_ms = bench.now_ms
    bench.play(2500, 3000)
    bench.beat()
    bench.beating = False
    start_ms, zero_ms = bench.now_ms, 0
    assert start_ms < wrap
    while bench.now_ms < start_ms + 3100:
        bench.now_ms += 10
        bench.device.tick(bench.now_ms % wrap)
        if bench.device.applied[0]:
            zero_ms = bench.now_ms + 10
        if bench.state == "RUNNING" and bench.device.player.buffered_ms <= 1000:
            bench.segments(record(500, vibration=2500))
    assert bench.now_ms > wrap, "the clock did not wrap"
    assert 1000 <= zero_ms - start_ms <= 1200
    assert fault(bench) == "LINK_LOST"


def test_f23_device_code_counts_in_integers() -> None:
    files = [
        *ROOT.glob("firmware_bridge/device/*.py"),
        *ROOT.glob("firmware_bridge/protocol/*.py"),
    ]
    assert len(files) > 8
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.name}:{getattr(node, 'lineno', 0)}"
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), place
            assert not (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)), place


# -- F39: what comes a second time, or too late ---------------------------------------------------


@pytest.mark.parametrize("then", ["reset", "stop"])
def test_f39_a_whole_session_played_back_moves_nothing(then: str) -> None:
    """Every byte of a session that ran, delivered again: by a buffer, a bridge, a second cable."""
    desk = playing(at_ms=2000)
    recorded = bytes(desk.up.log)
    kinds = [kind for kind, *_rest in Decoder().frames(recorded)]
    assert {m.HELLO, m.ARM, m.SEGMENTS, m.HEARTBEAT, m.RESUME} <= set(kinds)
    desk.host_stalled = True
    if then == "reset":
        desk.reset_device()
    else:
        desk.controller.stop()
    desk.run(500)
    assert desk.controller.state == states.SAFE
    good = desk.controller.link.decoder.good
    desk.controller.receive(recorded, len(recorded))
    assert desk.controller.link.decoder.good - good == len(kinds), "it was not heard"
    for _ in range(300):
        desk.tick()
        assert not desk.moving
    assert desk.controller.state == states.SAFE


# -- F42: the stop input ------------------------------------------------------------------------


def test_f42_a_stop_input_wired_the_wrong_way_never_lets_anything_move() -> None:
    """Closed when pressed, so open at rest: the device cannot tell it from a broken wire."""
    bench = Bench()
    bench.board.open = True
    bench.tick()
    assert fault(bench) == "STOP_INPUT"
    bench.hello()
    bench.run(10_000)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    assert bench.arm() == m.R_FAULT
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_STATE


def test_f42_a_stop_is_a_stop_also_while_a_stamp_waits_for_its_proof() -> None:
    bench = Bench(stamped=False)
    bench.hello()
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
    assert bench.arm() == m.R_DONE
    bench.beat()
    assert bench.segments(record(500, vibration=1000))
    assert bench.segments(record(500, vibration=1000))
    assert bench.send(m.RESUME) == m.R_DONE
    bench.run(500)
    assert bench.device.applied[0] > 0
    bench.board.open = True
    bench.tick()
    assert bench.board.duties == [0, 0, 0]
    assert fault(bench) == "STOP_INPUT"
    assert bench.board.load_stamp() == 0  # and it proved nothing


# -- F43: an edited profile ---------------------------------------------------------------------

EDITED: dict[str, Any] = {
    "rig_id": "other",
    "profile_hash": "fedcba9876543210",
    "output_of": (1, 0, 2),
    "heads": (0, 0, 2),
    "start_duty": (6001, 6000, 0),
    "max_duty": (60000, 59999, 65535),
    "max_levels": (8499, 8500),
    "max_heat_c100": 4099,
    "heat_rise_c100": 799,
    "heat_hold": 3001,
    "ntc_raw": (64000, 1001),
    "ntc_c100": (100, 6399),
    "idle_ma": 51,
    "cells": 1,
    "wiring": "another",
}


def test_f43_every_value_of_a_configuration_is_listed_here() -> None:
    assert set(vars(config())) - {"crc"} == set(EDITED)


@pytest.mark.parametrize("name", EDITED)
def test_f43_a_device_whose_configuration_was_edited_keeps_to_bench_limits(name: str) -> None:
    """The stamp is the one of the configuration before the edit."""
    bench = Bench(config(**{name: EDITED[name]}), stamped=False)
    bench.board.save_stamp(config().crc)
    bench.device = Controller(bench.configuration, bench.board, BOOT_ID)
    bench.tick()
    bench.board.ntc = raw_at(33)
    bench.start(*[record(500, vibration=5000, heat=4000)] * 2)
    bench.run(900)
    assert bench.device.asked[0] == 5000
    assert bench.peak[0] == 1000
    assert bench.device.applied[2] == 0  # 33 C is above the 32 C of the bench
    assert bench.status["flags"] & m.FLAG_BENCH


def test_f43_a_configuration_above_every_cap_gets_no_more_than_the_cap() -> None:
    """Even stamped: somebody commissioned what was edited."""
    bench = Bench(config(max_levels=(10_000, 10_000), max_heat_c100=9000, heat_hold=6000))
    bench.hello()
    assert bench.welcome is not None
    assert [bench.welcome[f"max_{name}"] for name in ("vibration", "percussion", "heat_c100")] == [
        8500,
        8500,
        4100,
    ]
    assert bench.arm(ceiling_vibration=8501) == m.R_ABOVE
    bench = Bench(config(max_levels=(10_000, 10_000), max_heat_c100=9000, heat_hold=6000))
    bench.start(*[record(500, vibration=10_000, percussion=10_000, heat=9000)] * 2)
    for _ in range(300):
        if bench.device.player.buffered_ms <= 1000:
            bench.segments(record(500, vibration=10_000, percussion=10_000, heat=9000))
        bench.run(10)
    assert bench.device.asked == [10_000, 10_000, 9000]
    assert bench.peak == [8500, 8500]
    assert bench.device.allowed[2] == 4100


def test_f43_a_configuration_that_makes_no_sense_cannot_be_cleared_away() -> None:
    broken: DeviceConfig = config(heads=(0, 1, 1))  # heat on a motor
    bench = Bench(broken)
    assert fault(bench) == "INTERNAL"
    bench.hello()
    bench.run(20_000)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    assert bench.arm() == m.R_FAULT
