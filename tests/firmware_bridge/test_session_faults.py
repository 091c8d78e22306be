"""The session when things go wrong: lost and damaged frames, stalls, resets, strangers.

Each injected fault is asserted to have been felt. Limits are restated: the device is at zero 1.3 s
after the last changed token, latches at 3 s, keeps 1500 ms of data.
"""

from __future__ import annotations

import pytest

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.protocol.framing import Decoder, Encoder
from firmware_bridge.session import Session
from tests.firmware_bridge.desk import HASH, Desk, ramp
from tests.firmware_bridge.test_session import playing


def frames_of(data: bytes) -> list[int]:
    """The kinds of the frames in what the host wrote."""
    return [kind for kind, *_rest in Decoder().frames(data)]


@pytest.mark.parametrize("seed", range(4))
def test_a_fifth_of_all_frames_lost_is_not_noticed_by_the_person(seed: int) -> None:
    desk = Desk(loss=0.2, seed=seed)
    desk.session.play(ramp(15_000), profile_hash=HASH)
    desk.until_phase("ended", 20_000)
    assert desk.up.lost > 10
    assert desk.down.lost > 10
    assert desk.session.outcome == "completed"
    assert desk.controller.underruns == 0


def test_damaged_frames_are_counted_and_nothing_more() -> None:
    desk = playing(at_ms=100)
    desk.up.noise = desk.down.noise = 0.2
    desk.until_phase("ended", 21_000)
    assert desk.up.noisy > 10
    assert desk.session.decoder.bad > 10
    assert desk.session.outcome == "completed"


@pytest.mark.parametrize("seed", range(8))
def test_half_of_all_frames_lost_does_not_lose_a_stop(seed: int) -> None:
    desk = playing(seed=seed)
    desk.up.loss = desk.down.loss = 0.5
    desk.session.stop()
    assert desk.until_phase("ended", 1500) <= 150 + 500
    assert desk.session.outcome == "stopped_by_user"
    assert not desk.moving


def test_a_stop_whose_first_frames_are_lost_is_repeated_not_suppressed() -> None:
    desk = playing()
    desk.up.cut = True
    desk.session.stop()
    desk.session.stop()
    desk.run(100)
    lost = desk.up.lost
    assert lost >= 5
    desk.up.cut = False
    assert desk.until_phase("ended") <= 150 + 80


def test_a_stop_does_not_wait_behind_data() -> None:
    desk = playing()
    desk.session.stop()
    assert frames_of(desk.session.poll(desk.now_ms + 10))[0] == m.STOP


def test_an_old_status_is_not_taken_for_the_confirmation_of_a_stop() -> None:
    desk = Desk()
    desk.session.hello()
    desk.until(lambda: desk.session.status is not None, 500)
    status = desk.session.status
    assert status is not None
    assert status.at_rest  # SAFE and zero: all that a stop wants, but its number
    values = {**status._asdict()}
    stale = Encoder().frame(m.STATUS, 0, 77, m.pack(m.MESSAGES[m.STATUS][1], values))
    desk.session.play(ramp(20_000))
    desk.until_phase("running")
    desk.run(3000)
    desk.up.cut = True  # the stop cannot arrive; only the old frame comes
    desk.session.stop()
    for _ in range(20):
        desk.down.inject(stale, desk.now_ms)
        desk.tick()
        assert desk.session.phase == "stopping"
    assert desk.moving
    desk.up.cut = False
    desk.until_phase("ended")
    assert desk.session.outcome == "stopped_by_user"


def test_an_application_that_hangs_cannot_look_alive() -> None:
    desk = playing()
    desk.app_hangs = True  # heartbeats go on, with the old token
    assert desk.until(lambda: not desk.moving, 2000) <= 1300
    desk.until_phase("paused", 500)
    assert "dead_man" in desk.kinds()
    desk.run(1000)
    desk.app_hangs = False
    desk.run(2000)
    assert not desk.moving  # nothing resumes by itself
    assert desk.session.resume(ramp(4000))
    desk.until_phase("ended", 6000)
    assert desk.session.outcome == "completed"


def test_an_application_that_hangs_for_long_latches() -> None:
    desk = playing()
    desk.app_hangs = True
    desk.until_phase("ended", 4000)
    assert desk.controller.fault == s.F_LINK_LOST
    assert desk.session.outcome == "lost_link"


@pytest.mark.parametrize("stall_ms", [100, 400, 750])
def test_a_short_stall_of_the_host_is_not_felt(stall_ms: int) -> None:
    desk = playing()
    desk.host_stalled = True
    desk.run(stall_ms)
    desk.host_stalled = False
    desk.until_phase("ended", 20_000)
    assert desk.session.outcome == "completed"
    assert desk.controller.underruns == 0
    assert "dead_man" not in desk.kinds()


@pytest.mark.parametrize("stall_ms", [1500, 2500])
def test_a_long_stall_is_one_safe_pause_and_resumable(stall_ms: int) -> None:
    desk = playing()
    desk.host_stalled = True
    assert desk.until(lambda: not desk.moving, 2000) <= 1300
    desk.run(stall_ms - 1300)
    desk.host_stalled = False
    desk.until_phase("paused", 300)
    assert desk.kinds().count("dead_man") == 1
    assert desk.session.resume(ramp(4000))
    desk.until_phase("ended", 6000)
    assert desk.session.outcome == "completed"


def test_a_stall_over_3_s_latches_and_the_host_learns_it() -> None:
    desk = playing()
    desk.host_stalled = True
    desk.run(4000)
    desk.host_stalled = False
    desk.until_phase("ended", 500)
    assert desk.session.outcome == "lost_link"
    assert "3 s" in desk.session.reason


def test_a_stall_of_ten_seconds_is_not_blamed_on_the_device() -> None:
    """The host first reads what came meanwhile; only then may it call the link lost."""
    desk = Desk()
    desk.session.hello()
    desk.until(lambda: desk.session.welcome is not None, 500)
    desk.host_stalled = True
    desk.run(10_000)
    desk.host_stalled = False
    desk.run(1000)
    assert desk.session.phase == "idle"


def test_a_cut_link_is_lost_within_a_second_and_the_device_goes_to_zero() -> None:
    desk = playing()
    desk.up.cut = desk.down.cut = True
    assert desk.until(lambda: "trouble" in desk.kinds(), 2000) <= 1200
    assert not desk.until(lambda: not desk.moving, 300) > 300
    desk.until_phase("ended", 4000)
    assert desk.session.outcome == "lost_link"


def test_only_the_way_back_is_cut_and_the_stop_still_arrives() -> None:
    desk = playing()
    desk.down.cut = True
    desk.until(lambda: desk.session.phase == "stopping", 1200)
    assert desk.until(lambda: not desk.moving, 500) <= 150 + 40
    assert desk.controller.reason == s.WHY_STOP
    desk.until_phase("ended", 4000)
    assert desk.session.outcome == "lost_link"  # not "stopped": nobody saw the zero


def test_only_the_way_out_is_cut_and_the_user_stops() -> None:
    desk = playing()
    desk.up.cut = True
    desk.session.stop()
    desk.until_phase("ended", 4000)
    assert not desk.moving
    assert desk.session.outcome == "lost_link"
    assert "not confirmed" in desk.session.reason


def test_a_reset_of_the_device_ends_the_session_and_nothing_restarts() -> None:
    desk = playing()
    desk.reset_device()
    desk.until_phase("ended", 300)
    assert desk.session.outcome == "fault"
    assert "reset" in desk.session.reason
    desk.run(3000)
    assert not desk.moving


def test_a_reset_during_a_pause_does_not_let_resume_through() -> None:
    desk = playing()
    desk.session.pause()
    desk.until_phase("paused")
    desk.host_stalled = True
    desk.reset_device()
    desk.run(200)
    assert desk.session.resume(ramp(4000))  # the host does not know yet
    desk.host_stalled = False
    desk.until_phase("ended", 500)
    desk.run(2000)
    assert not desk.moving


def test_after_a_pause_no_resume_is_ever_repeated() -> None:
    desk = playing(loss=0.3, seed=5)
    desk.session.pause()
    desk.until_phase("paused", 3000)
    desk.up.log.clear()
    desk.run(3000)
    sent = frames_of(bytes(desk.up.log))
    assert sent.count(m.HEARTBEAT) > 10
    assert m.RESUME not in sent
    assert not desk.moving


def test_the_stop_input_ends_the_session_as_a_fault() -> None:
    desk = playing()
    desk.board.open = True
    desk.tick()
    assert not desk.moving
    desk.until_phase("ended", 200)
    assert desk.session.outcome == "fault"
    assert "STOP_INPUT" in desk.session.reason


def test_another_host_takes_over_and_the_first_one_learns_it() -> None:
    desk = playing()
    old = desk.session
    new = desk.new_host(1234)
    new.hello()
    desk.until(lambda: new.welcome is not None, 1000)
    assert not desk.moving
    assert desk.controller.state == s.SAFE
    assert new.welcome is not None
    assert new.welcome.last_reason == s.WHY_NEW_SESSION
    for step in range(0, 6000, 10):
        old.poll(desk.now_ms + step)
    assert old.outcome == "lost_link"


def test_silence_ends_in_refused_and_not_a_byte_more() -> None:
    session = Session(9)
    session.hello()
    wrote = [session.poll(now_ms) for now_ms in range(0, 10_000, 10)]
    assert session.phase == "ended"
    assert session.problem == "silent"
    assert sum(map(len, wrote[:200])) > 0
    assert b"".join(wrote[201:]) == b""


def test_garbage_does_not_keep_the_wait_alive() -> None:
    session = Session(9)
    session.hello()
    for now_ms in range(0, 2100, 10):
        session.poll(now_ms)
        session.receive(bytes((now_ms * 7 + i) & 0xFF for i in range(100)), now_ms)
    assert session.phase == "ended"
    assert session.decoder.bad > 0


def test_another_version_of_the_protocol_is_told_from_silence() -> None:
    class NextVersion(Encoder):
        """Frames whose CRC is right and whose version is not."""

        def frame(self, kind: int, seq: int, session: int, payload: bytes) -> bytes:
            return super().frame(kind + 32, seq, session, payload)

    other = NextVersion()
    session = Session(9)
    session.hello()
    for now_ms in range(0, 2100, 10):
        session.poll(now_ms)
        session.receive(other.frame(m.STATUS, 0, 0, bytes(60)), now_ms)
    assert session.problem == "wrong_protocol"


def test_a_device_that_takes_no_data_is_not_waited_for_for_ever() -> None:
    desk = Desk()
    desk.controller.player.enqueue = lambda *_args: False
    desk.session.play(ramp(4000))
    desk.until_phase("ended", 4000)
    assert desk.session.outcome == "fault"
    assert "data" in desk.session.reason


def test_a_device_that_answers_no_command_is_not_waited_for_for_ever() -> None:
    desk = Desk()
    desk.session.hello()
    desk.until(lambda: desk.session.welcome is not None, 500)
    desk.session.play(ramp(4000))
    desk.controller.link._command = lambda *_args: None
    desk.until_phase("ended", 6000)
    assert desk.session.outcome == "fault"
    assert "ARM" in desk.session.reason
    assert not desk.moving


@pytest.mark.parametrize("seed", range(6))
def test_whatever_arrives_nothing_is_raised_and_nothing_moves_after_the_end(seed: int) -> None:
    import random

    chance = random.Random(seed)
    desk = playing(seed=seed, at_ms=500)
    for _ in range(150):
        desk.down.inject(chance.randbytes(chance.randrange(1, 40)), desk.now_ms)
        desk.up.inject(chance.randbytes(chance.randrange(1, 40)), desk.now_ms)
        desk.tick()
    desk.session.stop()
    desk.until_phase("ended", 4000)
    desk.run(500)
    assert not desk.moving
