"""A pause is never lost, whenever it is asked for; every phase of a session has an end; takeovers.

Limits are restated, not imported: the device keeps 1500 ms of data and pauses 1 s after the last
changed token; the host gives a step 5 s.
"""

from __future__ import annotations

import pytest

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.protocol.framing import Encoder
from firmware_bridge.session import Session
from tests.firmware_bridge.desk import HASH, Desk, ramp
from tests.firmware_bridge.test_session import playing
from tests.firmware_bridge.test_session_faults import frames_of


def resuming() -> Desk:
    """A desk that has been paused and is on its way back."""
    desk = playing()
    desk.session.pause()
    desk.until_phase("paused")
    assert desk.session.resume(ramp(20_000))
    return desk


def foreign_stop() -> bytes:
    return Encoder().frame(m.STOP, 0, 999, (1).to_bytes(2, "little"))


@pytest.mark.parametrize("after_ms", range(0, 200, 10))
def test_a_pause_asked_for_while_it_goes_on_is_kept(after_ms: int) -> None:
    desk = resuming()
    desk.run(after_ms)
    played = desk.session.phase == "running"
    assert desk.session.pause()
    assert desk.session.phase in ("resuming", "pausing")
    desk.run(3000)
    assert desk.controller.state == s.PAUSED
    assert not desk.moving
    assert desk.session.phase == "paused" or desk.session.held
    assert played or desk.session.playhead_ms < 3100
    if desk.session.held:
        desk.session.start()
    else:
        assert desk.session.resume(ramp(4000))
    desk.until_phase("running", 500)
    desk.until_phase("ended", 21_000)
    assert desk.session.outcome == "completed"


@pytest.mark.parametrize("seed", range(6))
def test_a_pause_is_kept_where_frames_are_lost(seed: int) -> None:
    desk = Desk(loss=0.3, seed=seed)
    desk.session.play(ramp(20_000))
    desk.until_phase("running")
    desk.run(2000)
    desk.session.pause()
    desk.until_phase("paused")
    desk.session.resume(ramp(20_000))
    desk.run(40 * seed)
    desk.session.pause()
    desk.run(3000)
    assert desk.up.lost > 5
    assert not desk.moving
    assert desk.controller.state == s.PAUSED


@pytest.mark.parametrize("phase", ["hello", "arming", "priming", "armed"])
def test_a_pause_before_the_start_holds_it_until_it_is_started(phase: str) -> None:
    desk = Desk()
    desk.session.play(ramp(8000))
    desk.until_phase(phase)
    assert desk.session.pause()
    assert desk.session.held
    assert not desk.session.pause()
    desk.run(10_000)
    if desk.session.phase == "pausing":
        desk.until_phase("paused")
    assert not desk.moving
    assert desk.session.outcome is None
    if desk.session.held:
        desk.session.start()
        assert not desk.session.held
        desk.until_phase("ended", 9000)
        assert desk.session.outcome == "completed"
    else:
        assert (phase, desk.session.phase) == ("armed", "paused")  # RESUME was on its way


def test_a_start_that_is_taken_back_and_given_again_is_one_start() -> None:
    desk = Desk()
    desk.session.play(ramp(4000))
    desk.until_phase("armed")  # RESUME goes out in the same moment
    for _ in range(3):
        desk.session.pause()
        desk.session.start()
    desk.until_phase("ended", 9000)
    assert desk.session.outcome == "completed"
    assert desk.kinds().count("dead_man") == 0


def test_a_device_that_paused_right_after_resume_is_not_started_again() -> None:
    """The host hears nothing of the start; what it sees next is a device that paused by itself."""
    desk = playing()
    desk.session.pause()
    desk.until_phase("paused")
    desk.app_hangs = True
    desk.run(200)
    desk.session.resume(ramp(20_000))
    desk.until(lambda: desk.session._commands.kind == m.RESUME, 1000)
    desk.down.cut = True
    desk.until(lambda: desk.controller.state == s.RUNNING, 100)
    desk.until(lambda: desk.controller.state == s.PAUSED, 950)
    assert desk.controller.reason == s.WHY_SILENCE
    assert desk.session.phase == "resuming"
    desk.down.cut = desk.app_hangs = False
    desk.until_phase("paused", 500)
    desk.run(2000)
    assert not desk.moving
    assert desk.kinds().count("dead_man") == 1


@pytest.mark.parametrize("what", ["the stop input", "a stranger's stop"])
def test_a_device_that_leaves_right_after_arm_ends_the_session(what: str) -> None:
    desk = Desk()
    heard = desk.controller.receive
    desk.session.play(ramp(10_000))

    def receive(data: bytes | bytearray, length: int) -> None:
        before = desk.controller.state
        heard(data, length)
        if before == s.SAFE and desk.controller.state == s.ARMED:
            if what == "the stop input":
                desk.board.open = True
            else:
                heard(foreign_stop(), len(foreign_stop()))

    desk.controller.receive = receive  # type: ignore[method-assign]
    desk.until_phase("ended", 500)
    assert desk.controller.state == (s.FAULT if what == "the stop input" else s.SAFE)
    assert desk.session.outcome == ("fault" if what == "the stop input" else "stopped_by_user")


@pytest.mark.parametrize("phase", ["arming", "priming", "armed", "resuming", "pausing", "paused"])
def test_no_phase_lasts_for_ever(phase: str) -> None:
    """STATUS comes, commands are answered, and the device never gets anywhere."""
    desk = Desk()
    desk.session.play(ramp(8000))
    if phase in ("resuming", "pausing", "paused"):
        desk.until_phase("running")
        desk.run(1000)
        desk.session.pause()
        if phase == "resuming":
            desk.until_phase("paused")
            desk.session.resume(ramp(4000))
    desk.until_phase(phase)
    desk.session._follow = lambda status: None  # type: ignore[method-assign]  # it shows nothing new
    desk.until(lambda: desk.session.phase == "stopping", 66_000 if phase == "paused" else 5100)
    assert desk.session._verdict[0] == "fault"
    if phase not in ("priming", "resuming"):  # there the data is given up sooner
        assert phase in desk.session._verdict[1]
    assert desk.until(lambda: not desk.moving, 500) <= 200


@pytest.mark.parametrize("phase", ["arming", "priming", "armed", "running", "pausing", "paused", "resuming"])
def test_a_fault_ends_every_phase(phase: str) -> None:
    desk = Desk()
    desk.session.play(ramp(8000), hold=phase == "armed")
    if phase in ("pausing", "paused", "resuming"):
        desk.until_phase("running")
        desk.run(1000)
        desk.session.pause()
        if phase == "resuming":
            desk.until_phase("paused")
            desk.session.resume(ramp(4000))
    desk.until_phase(phase)
    desk.board.open = True
    desk.until_phase("ended", 500)
    assert "STOP_INPUT" in desk.session.reason
    assert desk.session.outcome == "fault"


def shared_line(desk: Desk, old: Session, duration_ms: int) -> bytes:
    """Two hosts on one line: both hear everything. What the old one says meanwhile."""
    said = b""
    for _ in range(0, duration_ms, 10):
        come = desk.down.receive(desk.now_ms + 10)
        desk.down.inject(come, desk.now_ms)
        old.beat()
        old.receive(come, desk.now_ms + 10)
        out = old.poll(desk.now_ms + 10)
        desk.up.send(out, desk.now_ms + 10)
        said += out
        desk.tick()
    return said


@pytest.mark.parametrize("phase", ["running", "paused"])
def test_a_host_that_was_superseded_sends_no_stop_and_says_why(phase: str) -> None:
    desk = playing(60_000)
    old = desk.session
    if phase == "paused":
        old.pause()
        desk.until_phase("paused")
    new = desk.new_host(78)
    new.play(ramp(60_000), profile_hash=HASH)
    said = shared_line(desk, old, 5000)
    assert (old.phase, old.outcome) == ("ended", "lost_link")
    assert "another program took over" in old.reason
    old.stop()
    assert old.poll(desk.now_ms + 10) == b""
    assert m.STOP not in frames_of(said)
    assert (new.phase, new.outcome) == ("running", None)


def test_a_stop_under_way_ends_when_another_session_shows() -> None:
    desk = playing(60_000)
    old = desk.session
    new = desk.new_host(78)
    new.hello()
    desk.until(lambda: new.welcome is not None, 1000)
    old.stop()
    said = shared_line(desk, old, 3000)
    assert (old.phase, old.outcome) == ("ended", "lost_link")
    assert frames_of(said).count(m.STOP) < 20


def test_one_status_of_another_session_is_a_leftover_and_no_takeover() -> None:
    desk = playing()
    status = desk.session.status
    assert status is not None
    stray = Encoder().frame(m.STATUS, 0, 4711, m.pack(m.MESSAGES[m.STATUS][1], status._asdict()))
    for _ in range(5):
        desk.down.inject(stray, desk.now_ms)
        desk.run(150)
    assert desk.session.phase == "running"


def test_a_session_has_a_number_left_for_a_pause_and_for_every_stop() -> None:
    desk = playing()
    desk.session._commands.cmd = 59_990
    for step in range(20):
        desk.session.set_gain(step / 100)
        desk.run(300)
    assert not desk.session.set_gain(0.5)
    assert desk.session.pause()
    desk.until_phase("paused")
    assert not desk.session.resume(ramp(4000))
    desk.session.stop()
    assert desk.until_phase("ended") <= 150 + 60
    assert desk.session.outcome == "stopped_by_user"


@pytest.mark.parametrize("number", [65_533, 65_534, 65_535])
def test_a_stop_acts_whatever_the_number(number: int) -> None:
    desk = playing()
    desk.session._commands.cmd = number
    desk.session.stop()
    desk.session.estop()
    assert desk.until(lambda: not desk.moving, 500) <= 30


@pytest.mark.parametrize("beat_ms", [50, 100, 150, 185, 330])
@pytest.mark.parametrize("polls", ["only when due", "every 10 ms"])
def test_no_beat_is_lost_however_the_driver_polls(beat_ms: int, polls: str) -> None:
    """The device sees a new token at the latest 200 ms after the beat that it lacks."""
    desk = playing()
    changed_ms, token, longest_ms = desk.now_ms, desk.controller.link.token, 0
    for _ in range(3000):
        now_ms = desk.now_ms = desk.now_ms + 5
        if now_ms % beat_ms < 5:
            desk.session.beat()
        data = desk.down.receive(now_ms)
        desk.session.receive(data, now_ms)
        if now_ms >= desk.session.next_due_ms if polls == "only when due" else now_ms % 10 == 0:
            desk.up.send(desk.session.poll(now_ms), now_ms)
        data = desk.up.receive(now_ms)
        desk.controller.receive(data, len(data))
        if now_ms % 10 == 0:
            desk.controller.tick(now_ms)
            desk.down.send(bytes(desk.controller.tx[: desk.controller.tx_length]), now_ms)
            desk.controller.sent(desk.controller.tx_length)
        if desk.controller.link.token != token:
            longest_ms = max(longest_ms, now_ms - changed_ms)
            changed_ms, token = now_ms, desk.controller.link.token
    assert longest_ms <= beat_ms + 200
    assert desk.session.phase == "running"
