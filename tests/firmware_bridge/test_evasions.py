"""Ways round the device's rules that a host might find: each of these worked once, and none does now."""

from __future__ import annotations

import pytest

from firmware_bridge.protocol import messages as m
from tests.firmware_bridge.bench import Bench, config, record


def playing() -> Bench:
    bench = Bench()
    bench.play(1000, 500)
    return bench


def test_resume_wants_a_sign_of_life_that_is_younger_than_a_second() -> None:
    """Neither HELLO nor ARM is one, and one of an earlier session is none."""
    bench = Bench()
    bench.beating = False
    bench.hello()
    assert bench.arm() == m.R_DONE
    for _ in range(2):
        assert bench.segments(record(500, vibration=2000))
    assert bench.send(m.RESUME) == m.R_HEARTBEAT
    bench.beat()
    assert bench.send(m.RESUME) == m.R_DONE
    bench.hello()
    bench.run(300)
    bench.hello()
    assert bench.arm() == m.R_DONE
    for _ in range(2):
        assert bench.segments(record(500, vibration=2000))
    assert bench.send(m.RESUME) == m.R_HEARTBEAT


@pytest.mark.parametrize(("age_ms", "result"), [(0, m.R_DONE), (990, m.R_DONE), (1000, m.R_HEARTBEAT)])
def test_arm_does_not_make_a_sign_of_life_younger(age_ms: int, result: int) -> None:
    bench = Bench()
    bench.hello()
    bench.beating = False
    bench.run(age_ms)
    assert bench.arm() == m.R_DONE
    for _ in range(2):
        assert bench.segments(record(500, vibration=2000))
    assert bench.send(m.RESUME) == result


def test_a_host_that_only_arms_again_and_again_moves_nothing() -> None:
    bench = Bench()
    bench.beating = False
    for _ in range(20):
        bench.hello()
        assert bench.arm() == m.R_DONE
        for _ in range(2):
            assert bench.segments(record(500, vibration=6000))
        assert bench.send(m.RESUME) == m.R_HEARTBEAT
        bench.run(950)
        bench.send(m.STOP)
        bench.run(200)
    assert bench.peak == [0, 0]


def test_a_new_pause_in_a_pause_throws_away_what_was_queued() -> None:
    bench = playing()
    assert bench.send(m.PAUSE) == m.R_DONE
    bench.run(300)
    bench.seq = 0
    assert bench.segments(record(500, vibration=6000))
    epoch = bench.device.epoch
    assert bench.send(m.PAUSE, cmd=bench.cmd) == m.R_DONE  # the same one, late
    assert (bench.device.player.buffered_ms, bench.device.epoch) == (500, epoch)
    assert bench.send(m.PAUSE) == m.R_DONE
    assert (bench.device.player.buffered_ms, bench.device.epoch) == (0, epoch + 1)


def test_an_estop_pressed_again_begins_the_five_seconds_anew() -> None:
    bench = Bench()
    bench.hello()
    bench.send(m.ESTOP)
    bench.run(6000)
    bench.send(m.ESTOP)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    bench.run(4900)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    bench.run(200)
    assert bench.send(m.CLEAR) == m.R_DONE


def test_a_stamp_that_waits_is_for_its_session_alone() -> None:
    for leave in ("hello", "arm"):
        bench = Bench(stamped=False)
        bench.hello()
        assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
        if leave == "hello":
            bench.hello()
            assert bench.send(m.STAMP, config_crc=1) == m.R_CONFIG
        else:
            assert bench.arm() == m.R_DONE
            assert bench.send(m.STOP) == m.R_DONE
        bench.board.open = True
        bench.tick()
        assert bench.device.governor.bench
        assert bench.board.load_stamp() == 0
        assert bench.state == "FAULT"  # an opening that nobody waits for is a stop


@pytest.mark.parametrize("size", [53, 54, 120, 240])
def test_records_come_in_frames_of_64_bytes_at_most(size: int) -> None:
    bench = Bench()
    bench.hello()
    assert bench.arm() == m.R_DONE
    records = [record(20, vibration=1000)] * ((size - 1) // 6)
    payload = bytes([bench.device.epoch]) + b"".join(records)
    refused = bench.device.link.refused_segments
    bench.put(m.SEGMENTS, payload + record(20, vibration=1000)[: size - len(payload)], seq=0)
    whole = (size - 1) % 6 == 0
    assert (bench.device.player.buffered_ms > 0) is (size <= 53 and whole)
    assert (bench.device.link.refused_segments > refused) is not (size <= 53 and whole)


@pytest.mark.parametrize(("celsius", "sent"), [(-20.0, 1), (0.0, 1), (0.01, 1), (0.02, 2), (25.0, 2500)])
def test_a_cold_pad_is_told_from_no_reading(celsius: float, sent: int) -> None:
    table = {"ntc_raw": (64_000, 1000), "ntc_c100": (-3000, 6000)}
    bench = Bench(config(**table))
    bench.board.ntc = round(64_000 - (celsius * 100 + 3000) * 7)
    bench.run(300)
    assert bench.status["pad_c100"] == sent
    bench.board.ntc = -1
    bench.run(1000)
    assert bench.status["pad_c100"] == 0


def lost() -> Bench:
    """One whose host fell silent: LINK_LOST, of which nothing remains that could be in the way of CLEAR."""
    bench = playing()
    bench.beating = False
    while bench.state != "FAULT":
        bench.tick()
    return bench


@pytest.mark.parametrize("again", [False, True])
def test_five_seconds_are_five_seconds_to_the_millisecond(again: bool) -> None:
    bench = lost()
    if again:
        bench.run(4000)
        bench.send(m.ESTOP)
    bench.run(4990)
    bench.tick(9)
    assert bench.send(m.CLEAR) == m.R_CAUSE
    bench.tick(1)
    assert bench.send(m.CLEAR) == m.R_DONE


@pytest.mark.parametrize("beating", [True, False])
def test_armed_waits_for_as_long_as_there_is_a_host(beating: bool) -> None:
    """And a host that was silent before it armed has a second all the same."""
    bench = Bench()
    bench.beating = False
    bench.hello()
    bench.run(5000)
    assert bench.arm() == m.R_DONE
    bench.run(900)
    assert bench.state == "ARMED"
    bench.beating = beating
    if beating:
        bench.beat()
    bench.run(5000)
    assert bench.state == ("ARMED" if beating else "SAFE")


@pytest.mark.parametrize("kept", [0, 1])
def test_a_stamp_that_the_memory_did_not_keep_lifts_no_limit(kept: int) -> None:
    bench = Bench(stamped=False)
    bench.hello()
    assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
    bench.board.save_stamp = lambda crc: None  # type: ignore[method-assign]
    bench.board._stamp = kept
    bench.board.open = True
    bench.tick()
    assert bench.device.governor.bench
    assert bench.device.link.result == m.R_STOP_OPEN
