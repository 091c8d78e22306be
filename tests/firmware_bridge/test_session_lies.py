"""The session and a device that says one thing and does another: it is told to stop, and why is said.

The device is the real one; what it says is changed on its way to the host. Limits are restated: 0.35 is
the session's ceiling, the device switches off at 43 C and stops within 150 ms, STATUS comes every 100 ms.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.protocol.framing import Decoder, Encoder
from firmware_bridge.session.doubts import Armed, doubt
from firmware_bridge.session.status import Status
from tests.firmware_bridge.desk import Desk, Pipe, ramp
from tests.firmware_bridge.test_session import playing
from tests.firmware_bridge.test_session_faults import frames_of

NOT_CONFIRMED = "the stop was not confirmed; take the device off and unplug it if it still moves"
Twist = Callable[[dict[str, int]], None]


class Lies(Pipe):
    """The way to the host; the next ``most`` STATUS messages are changed by ``twist``."""

    def __init__(self, desk: Desk, twist: Twist, most: int = 1 << 30) -> None:
        super().__init__(desk.down.latency_ms, seed=1)
        self.twist, self.most, self.told = twist, most, 0
        self._decoder, self._encoder = Decoder(), Encoder()

    def send(self, data: bytes, now_ms: int) -> None:
        out = b""
        for kind, seq, session, payload in self._decoder.frames(data):
            if kind == m.STATUS and self.told < self.most:
                values = m.unpack(m.MESSAGES[kind][1], payload)
                self.twist(values)  # type: ignore[arg-type]
                payload = m.pack(m.MESSAGES[kind][1], values)  # type: ignore[arg-type]
                self.told += 1
            out += self._encoder.frame(kind, seq, session, payload)
        super().send(out, now_ms)


def lie(desk: Desk, most: int = 1 << 30, **says: int) -> Lies:
    """From now on every STATUS, or the next ``most``, says this."""
    lies = Lies(desk, lambda values: values.update(says), most)
    desk.down = lies
    return lies


def paused() -> Desk:
    desk = playing()
    desk.session.pause()
    desk.until_phase("paused")
    desk.run(500)
    return desk


# -- completed (F30) -----------------------------------------------------------------------------


@pytest.mark.parametrize("duration_ms", [100, 2000, 7340])
def test_a_program_that_was_played_ends_with_its_playhead_at_its_end(duration_ms: int) -> None:
    desk = Desk()
    desk.session.play(ramp(duration_ms, top=100))
    desk.until_phase("ended", 10_000)
    assert desk.session.outcome == "completed"
    assert desk.session.status is not None
    assert desk.session.status.playhead_ms == duration_ms


@pytest.mark.parametrize("seed", range(3))
def test_an_underrun_takes_nothing_from_the_playhead(seed: int) -> None:
    desk = playing(8000, seed=seed)
    enqueue = desk.controller.player.enqueue
    desk.controller.player.enqueue = lambda *_args: False  # type: ignore[method-assign]
    desk.until(lambda: desk.controller.underruns > 0, 2000)
    desk.controller.player.enqueue = enqueue  # type: ignore[method-assign]
    desk.until_phase("ended", 20_000)
    assert (desk.session.outcome, desk.session.reason) == ("completed", "the last stage ended")


@pytest.mark.parametrize("playhead_ms", [0, 10, 7990, 7999, 8001])
def test_completed_is_believed_only_where_the_playhead_reached_the_end(playhead_ms: int) -> None:
    desk = playing(8000)
    desk.until(lambda: desk.session._stream is not None and desk.session._stream.all_sent, 9000)
    lie(desk, state=s.SAFE, reason=s.WHY_COMPLETED, applied_vibration=0, playhead_ms=playhead_ms)
    assert desk.moving
    desk.until(lambda: desk.controller.reason == s.WHY_STOP, 150)
    desk.until_phase("ended", 500)
    assert desk.session.outcome == "fault"
    assert desk.session.reason == f"the device says completed at {playhead_ms / 1000:g} s of 8 s"
    desk.run(150)
    assert not desk.moving


# -- motion that nobody asked for (F29) ---------------------------------------------------------


def test_a_device_that_goes_on_by_itself_in_a_pause_is_stopped() -> None:
    desk = paused()
    lie(desk, state=s.RUNNING, applied_vibration=1000)
    desk.until(lambda: desk.session.phase == "stopping", 250)
    desk.until(lambda: desk.controller.state == s.SAFE, 300)
    desk.until_phase("ended", 3200)
    assert desk.session.outcome == "fault"
    assert desk.session.reason == (
        f"the device says RUNNING, which nobody asked for while paused; {NOT_CONFIRMED}"
    )


def test_one_status_of_the_time_before_the_pause_is_a_leftover() -> None:
    desk = paused()
    lies = lie(desk, most=1, state=s.RUNNING, applied_vibration=1000)
    desk.run(3000)
    assert lies.told == 1
    assert desk.session.phase == "paused"
    assert desk.session.resume(ramp(4000))
    desk.until_phase("ended", 6000)
    assert desk.session.outcome == "completed"


def test_a_device_that_flickers_is_stopped_too() -> None:
    desk = paused()
    for _ in range(2):
        lie(desk, most=1, applied_vibration=1000)
        desk.run(500)
    desk.until_phase("ended", 300)
    assert desk.session.reason == "the device drives an output while it is paused and says PAUSED"


@pytest.mark.parametrize("says", [{"applied_vibration": 1}, {"applied_heat_duty": 1}, {"state": s.RUNNING}])
@pytest.mark.parametrize("phase", ["idle", "priming", "armed", "paused", "resuming"])
def test_nothing_moves_in_a_phase_that_stands(phase: str, says: dict[str, int]) -> None:
    desk = Desk()
    if phase == "idle":
        desk.session.hello()
        desk.until(lambda: desk.session.welcome is not None, 500)
    elif phase in ("paused", "resuming"):
        desk = paused()
        if phase == "resuming":
            assert desk.session.resume(ramp(4000))
            desk.session.pause()
    else:
        desk.session.play(ramp(8000), hold=True)
        desk.until_phase(phase)
    lie(desk, **says)
    desk.until(lambda: desk.session.phase == "stopping", 400)
    assert desk.session._verdict[0] == "fault"
    assert m.STOP in frames_of(desk.session.poll(desk.now_ms)) or desk.session.urgent


@pytest.mark.parametrize("state", [s.SAFE, s.FAULT])
def test_rest_with_an_output_on_is_no_rest(state: int) -> None:
    desk = playing()
    lie(desk, state=state, fault=s.F_ESTOP, reason=s.WHY_COMPLETED, applied_vibration=700)
    desk.until(lambda: desk.controller.state == s.STOPPING, 300)
    desk.until_phase("ended", 3300)
    assert desk.session.outcome == "fault"
    assert f"and an output is on; {NOT_CONFIRMED}" in desk.session.reason


def test_a_device_that_says_stopping_for_ever_is_stopped_after_a_second() -> None:
    desk = playing()
    lie(desk, state=s.STOPPING, applied_vibration=3000)
    assert 1000 <= desk.until(lambda: desk.session.phase == "stopping", 1500) <= 1150
    desk.until(lambda: not desk.moving, 300)
    desk.until_phase("ended", 3100)
    assert desk.session.outcome == "fault"
    assert desk.session.reason == (
        f"the device stopped by itself and was not at rest 1 s later; {NOT_CONFIRMED}"
    )


def test_a_device_that_stops_by_itself_and_then_is_silent_is_given_time_for_the_stop() -> None:
    desk = playing()
    lie(desk, state=s.STOPPING, applied_vibration=3000)
    desk.run(700)
    desk.down.cut = True
    began_ms = desk.now_ms + desk.until(lambda: desk.session.phase == "stopping", 1500)
    desk.until_phase("ended", 3100)
    assert desk.now_ms - began_ms >= 2900


# -- more than it may ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (
            {"applied_vibration": 3501},
            "the device drives vibration at 0.3501, this session's ceiling is 0.35",
        ),
        (
            {"applied_percussion": 9999},
            "the device drives percussion at 0.9999, this session's ceiling is 0.35",
        ),
        ({"applied_heat_duty": 1}, "the device heats, and this session has no heat"),
        ({"pad_c100": 4300}, "the pad is at 43 C and the device does not switch off"),
        ({"flags": m.FLAG_DRY}, "the device went to DRY in mid-session: its power is off"),
        (
            {"flags": m.FLAG_BENCH},
            "the device went to its bench limits in mid-session, as if it were not commissioned",
        ),
    ],
)
def test_a_device_that_does_more_than_it_may_is_stopped(says: dict[str, int], reason: str) -> None:
    desk = playing()
    lie(desk, **says)
    desk.until(lambda: desk.controller.state == s.STOPPING, 300)
    desk.until(lambda: not desk.moving, 200)
    desk.until_phase("ended", 3300)
    assert desk.session.outcome == "fault"
    assert desk.session.reason.removesuffix(f"; {NOT_CONFIRMED}") == reason


@pytest.mark.parametrize(
    "says", [{"applied_vibration": 3500}, {"applied_percussion": 3500}, {"pad_c100": 4299}]
)
def test_what_is_just_allowed_is_no_reason(says: dict[str, int]) -> None:
    desk = playing()
    lie(desk, **says)
    desk.run(2000)
    assert desk.session.phase == "running"


def shown(**values: int) -> Status:
    every = {name: 0 for name, _kind in m.MESSAGES[m.STATUS][1]}
    every.update(state=s.RUNNING, **values)
    return Status(**every)


@pytest.mark.parametrize(("pad_c100", "wrong"), [(4000, False), (4001, True)])
def test_power_on_a_pad_far_above_its_ceiling(pad_c100: int, wrong: bool) -> None:
    armed = Armed((3500, 3500, 3800), 0)
    hot = shown(applied_heat_duty=100, pad_c100=pad_c100)
    assert bool(doubt("running", hot, armed, may_move=False)) == wrong
    cooling = shown(pad_c100=4250)  # warm from before, and off
    assert doubt("running", cooling, armed, may_move=False) == ""


@pytest.mark.parametrize("flag", [m.FLAG_DRY, m.FLAG_BENCH])
def test_a_device_that_was_so_before_arm_may_stay_so(flag: int) -> None:
    assert doubt("running", shown(flags=flag), Armed((0, 0, 0), flag), may_move=False) == ""
    assert doubt("running", shown(flags=flag), Armed((0, 0, 0), 0), may_move=False) != ""


# -- another boot -------------------------------------------------------------------------------


def test_a_boot_id_that_changes_while_it_moves_is_answered_with_a_stop() -> None:
    desk = playing()
    lie(desk, boot_id=5)
    desk.until(lambda: desk.controller.state == s.STOPPING, 150)
    assert desk.session.outcome is None
    assert "zero" not in desk.session._verdict[1].replace("did not come back at zero", "")
    desk.until_phase("ended", 400)
    assert not desk.moving
    assert (desk.session.outcome, desk.session.reason) == (
        "fault",
        "the device was reset in mid-session; it is at zero, start again",
    )


def test_zero_is_not_claimed_where_no_status_shows_it() -> None:
    desk = playing()
    lie(desk, boot_id=5, applied_vibration=900)
    desk.until_phase("ended", 3300)
    assert desk.session.outcome == "fault"
    assert desk.session.reason == (
        f"the device was reset in mid-session and did not come back at zero; {NOT_CONFIRMED}"
    )


# -- a host that stands still again and again ---------------------------------------------------


def test_a_dead_device_is_lost_however_seldom_the_host_looks() -> None:
    desk = playing()
    start_ms = desk.now_ms
    while desk.session.phase == "running" and desk.now_ms - start_ms < 30_000:
        desk.now_ms += 310
        desk.session.beat()
        desk.session.poll(desk.now_ms)
    assert desk.now_ms - start_ms <= 1000 + 310 + 310
    assert desk.session._verdict[0] == "lost_link"


def test_a_phase_ends_however_seldom_the_host_looks() -> None:
    """STATUS comes all the time, and the device does not pause."""
    desk = playing()
    lie(desk, state=s.RUNNING)
    desk.session.pause()
    start_ms = desk.now_ms
    while desk.session.phase == "pausing" and desk.now_ms - start_ms < 30_000:
        desk.host_stalled = True
        desk.run(310)
        desk.host_stalled = False
        desk.tick()
    assert desk.session._verdict[0] == "fault"
    assert desk.now_ms - start_ms <= 3000 + 3 * 320


# -- a pause that overtakes RESUME --------------------------------------------------------------


def ready(again: bool = False, latency_ms: int = 2) -> Desk:
    """Everything is loaded, for the first time or again; ``start`` sends RESUME."""
    desk = Desk(latency_ms=latency_ms)
    if again:
        desk = paused()
        assert desk.session.resume(ramp(8000))
        assert desk.session.pause()
    else:
        desk.session.play(ramp(8000), hold=True)
    desk.run(1000)
    assert desk.session.held
    return desk


@pytest.mark.parametrize("again", [False, True])
def test_a_resume_that_was_lost_is_not_sent_again_after_a_pause(again: bool) -> None:
    desk = ready(again)
    desk.up.cut = True
    desk.session.start()
    desk.run(20)
    assert m.RESUME in frames_of(bytes(desk.up.log))
    assert desk.session.pause()
    desk.run(300)
    desk.up.cut = False
    desk.up.log.clear()
    for _ in range(200):
        desk.tick()
        assert not desk.moving
        assert desk.controller.state == (s.PAUSED if again else s.ARMED)
    assert m.RESUME not in frames_of(bytes(desk.up.log))
    assert desk.session.held
    desk.session.start()
    desk.until_phase("ended", 10_000)
    assert desk.session.outcome == "completed"


def test_a_resume_that_comes_after_the_pause_is_refused() -> None:
    desk = ready()
    desk.session.start()
    late = desk.session.poll(desk.now_ms)  # it lies about somewhere
    assert m.RESUME in frames_of(late)
    assert desk.session.pause()
    desk.run(100)
    desk.up.inject(late, desk.now_ms)
    desk.run(1000)
    assert desk.controller.link.refused_raises == 1
    assert desk.controller.state == s.ARMED
    assert desk.session.held


@pytest.mark.parametrize("latency_ms", [2, 20, 60])
def test_motion_before_a_pause_lasts_no_longer_than_the_pause_is_behind(latency_ms: int) -> None:
    desk = ready(latency_ms=latency_ms)
    desk.session.start()
    desk.run(20)
    assert desk.session.pause()
    peak = ran_ms = 0
    for _ in range(200):
        desk.tick()
        ran_ms += 10 * (desk.controller.state == s.RUNNING)
        peak = max(peak, desk.controller.applied[0])
    assert 0 < ran_ms <= 30
    assert peak <= 3 * 30
    assert desk.session.held or desk.session.phase == "paused"
    assert not desk.moving
