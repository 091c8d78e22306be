"""Each invariant of :mod:`sim.invariants` can fail: a device broken on purpose is caught, by name.

What is broken is the device's own code or numbers, never the invariant; a sound device breaks none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.device import governor as governor_module
from firmware_bridge.device import heat as heat_module
from firmware_bridge.device import machine as machine_module
from firmware_bridge.device import underrun as underrun_module
from firmware_bridge.protocol import states
from firmware_bridge.protocol.framing import Encoder
from programs.timeline import Segment, Timeline
from sim.faults import FAULTS
from sim.hearing import Hearing, unstuffed
from sim.lockstep import Run

Break = Callable[[Run], object]


def played(
    timeline: Timeline,
    profile: Any,
    break_it: Break | None = None,
    faults: tuple[str, ...] = (),
    at: dict[int, Callable[[Run], object]] | None = None,
) -> Run:
    run = Run(timeline, profile, seed=3)
    run.order(faults)
    if break_it is not None:
        break_it(run)
    for at_ms, action in (at or {}).items():
        run.at(at_ms, lambda action=action: action(run))  # type: ignore[misc]
    run.play()
    return run


def names(run: Run) -> set[str]:
    return {each.invariant for each in run.invariants.found}


@pytest.mark.parametrize("name", FAULTS)
def test_a_sound_device_breaks_none_whatever_fails(timeline: Any, heated_head: Any, name: str) -> None:
    """Every fault that there is, alone, as its example has it, while motor and heat are on."""
    numbers = FAULTS[name].example.partition("@")[2].partition(":")[2]
    fault = f"{name}@6:{numbers}" if numbers else f"{name}@6"
    run = played(timeline(15), heated_head, faults=(fault,))
    assert run.result().violations == ()
    assert run.t_ms > 6000


def test_a_device_whose_steps_take_long_breaks_none(timeline: Any, heated_head: Any) -> None:
    assert names(played(timeline(15), heated_head, faults=("device.slow@0:70:12",))) == set()


def test_pause_and_resume_break_none(timeline: Any, heated_head: Any) -> None:
    whole = timeline(20)
    run = played(
        whole,
        heated_head,
        at={5000: lambda run: run.session.pause(), 8000: lambda run: run.session.resume(whole)},
    )
    assert run.result().outcome == "completed"
    assert names(run) == set()


def louder(run: Run) -> None:
    """A calibration that starts ten per cent too high: every level is that much too strong."""
    config = run.device.controller.config
    config.start_duty = tuple(duty + 2000 for duty in config.start_duty)


def test_a_duty_above_the_calibration_of_the_cap(timeline: Any, heated_head: Any) -> None:
    run = played(timeline(5), heated_head, louder)
    found = run.result().violations
    assert [(each.invariant, each.channel) for each in found] == [("limit", "vibration-pad")]
    assert found[0].value > found[0].allowed
    assert run.result().summary()["violations"][0]["invariant"] == "limit"


def jump(region: str = "shoulders", level: int = 8000) -> Timeline:
    """A timeline that no compiler makes: from nothing to ``level`` within 20 ms."""
    pieces = [Segment(0, 500, region, (0, 0, 0), (None, None, None))]
    pieces += [Segment(500, 20, region, (level, 0, 0), (None, None, None))]
    pieces += [
        Segment(520 + 500 * k, 500, region, (level, 0, 0), (None, None, None), last=k == 11)
        for k in range(12)
    ]
    return Timeline("j", "J", "heated-head", "firm", tuple(pieces), (), (8500, 8500, 4000), 0.0, 10)


@pytest.mark.parametrize("cap", ["REGION_CAP", "SLEW_UP_PER_MS", "SOFT_RISE_PER_MS"])
def test_a_governor_without_a_limit_is_caught(
    heated_head: Any, monkeypatch: pytest.MonkeyPatch, cap: str
) -> None:
    """The cap of a region, the slew and the slow rise: each alone, on a timeline that asks too much."""
    timeline = jump("neck" if cap == "REGION_CAP" else "shoulders")
    assert names(played(timeline, heated_head)) == set()
    monkeypatch.setattr(
        governor_module, cap, (8500,) * 7 if cap == "REGION_CAP" else getattr(governor_module, cap) * 50
    )
    if cap == "SLEW_UP_PER_MS":  # the slow rise would hide it: let it come and go first
        monkeypatch.setattr(governor_module, "SOFT_RISE_PER_MS", 3)
        timeline = late_jump()
    assert names(played(timeline, heated_head)) == {"limit"}


def late_jump() -> Timeline:
    quiet = [Segment(500 * k, 500, "hips", (100, 0, 0), (None, None, None)) for k in range(10)]
    loud = [
        Segment(5000 + 500 * k, 500, "hips", (8000, 0, 0), (None, None, None), last=k == 3) for k in range(4)
    ]
    return Timeline("j", "J", "heated-head", "firm", (*quiet, *loud), (), (8500, 8500, 4000), 0.0, 10)


def test_a_jump_after_the_slow_rise_is_slewed_by_a_sound_device(heated_head: Any) -> None:
    assert names(played(late_jump(), heated_head)) == set()


def test_percussion_where_it_must_not_be(timeline: Any, heated_head: Any) -> None:
    def allow(run: Run) -> None:
        session = run.device.controller.governor.set_session

        def everywhere(vibration: int, percussion: int) -> None:
            session(vibration, percussion)
            governor = run.device.controller.governor
            governor._cap = [3500] * len(governor._cap)

        run.device.controller.governor.set_session = everywhere

    lower_back = timeline(8, channel=1, region="lower-back")
    assert names(played(lower_back, heated_head)) == set()
    found = played(lower_back, heated_head, allow).invariants.found
    assert {(each.invariant, each.channel, each.allowed) for each in found} == {
        ("limit", "percussion-head", 0.0)
    }


def test_a_stop_that_does_not_ramp(timeline: Any, heated_head: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_module, "STOP_RAMP_MS", 900)
    run = played(timeline(15), heated_head, at={6000: lambda run: run.session.stop()})
    assert names(run) == {"ramp"}


def test_a_pause_that_does_not_ramp(timeline: Any, heated_head: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_module, "PAUSE_RAMP_MS", 900)
    run = played(timeline(15), heated_head, at={6000: lambda run: run.session.pause()})
    assert names(run) == {"ramp"}


def test_a_device_that_does_not_mind_silence(
    timeline: Any, heated_head: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fed, and without a sign of life: only a host that hangs shows it."""
    monkeypatch.setattr(machine_module, "SILENCE_PAUSE_MS", 100_000)
    run = played(timeline(15), heated_head, faults=("host.hang@6:5",))
    assert names(run) == {"dead_man"}


def test_an_underrun_that_plays_on(timeline: Any, heated_head: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(underrun_module, "UNDERRUN_HOLD_MS", 1500)

    def forget(run: Run) -> None:
        run.session._stream._ahead = None  # type: ignore[union-attr]  # it lives, and sends nothing more

    assert "underrun" in names(played(timeline(15), heated_head, at={6000: forget}))


def test_motion_that_comes_back_by_itself(timeline: Any, heated_head: Any) -> None:
    """A device that goes on when the token changes again, without a RESUME."""

    def eager(run: Run) -> None:
        controller = run.device.controller
        token_changed = controller.token_changed

        def back() -> None:
            token_changed()
            if controller.state == states.PAUSED:
                controller.state = states.RUNNING

        controller.token_changed = back

    run = played(timeline(15), heated_head, eager, faults=("host.hang@5:2",))
    assert "by_itself" in names(run)


def never_off(run: Run, output: int) -> None:
    """A pin that stays where it is when it is told to go to zero."""
    board = run.device.board
    write = board.write_duty
    board.write_duty = lambda at, duty: write(at, duty or (9000 if at == output else 0))  # type: ignore[method-assign]


def test_a_motor_driven_at_rest(timeline: Any, heated_head: Any) -> None:
    run = played(timeline(5), heated_head, at={5500: partial(never_off, output=0)})
    assert names(run) == {"zero"}


def test_heat_at_rest_and_in_a_pause(timeline: Any, heated_head: Any) -> None:
    assert names(played(timeline(5), heated_head, at={5500: partial(never_off, output=2)})) == {"heat_off"}
    paused = {3000: lambda run: run.session.pause(), 3500: partial(never_off, output=2)}
    assert "heat_off" in names(played(timeline(5), heated_head, at=paused))


def test_heat_on_a_sensor_that_nobody_believes(
    timeline: Any, heated_head: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the sensor says is out of its range, and the device drives on: seen at the board."""
    monkeypatch.setattr(heat_module, "NTC_RAW_MAX", 65_535)
    monkeypatch.setattr(heat_module, "FALL_C100", 100_000)
    run = played(timeline(20), heated_head, faults=("ntc.off@6",))
    assert "heat_untrusted" in names(run)


def test_heat_above_its_limit(timeline: Any, heated_head: Any) -> None:
    """A heater that is on whatever the sensor says: limit, trip, and dose follow one another."""

    def blind(run: Run) -> None:
        heat = run.device.controller.heat
        heat.step = lambda elapsed_ms, raw, target_c100: (
            heat._read(elapsed_ms, raw) or setattr(heat, "duty", 10_000 if target_c100 else 0)
        )
        run.device.controller.link._pad_c100 = lambda: 3900  # or the host would end it at 42 C

    run = played(timeline(120), heated_head, blind)
    assert {"heat_limit", "too_warm", "trip"} <= names(run)


def test_a_sensor_that_lies_is_no_breach_of_the_trip_but_a_pad_beyond_the_comparator_is(
    timeline: Any, heated_head: Any
) -> None:
    """No code can know that its sensor reads 5 K low; hardware opens at 45 C. Without that, caught."""
    wrong = ("ntc.wrong@0:-5",)
    run = played(timeline(150, heat_c100=4000), heated_head, faults=wrong)
    assert run.result().peak["pad_c"] > 43.0  # type: ignore[operator]
    assert names(run) == set()

    def no_comparator(run: Run) -> None:
        board = run.device.board
        board.step = lambda now_ms: unopened(board, now_ms)  # type: ignore[method-assign]

    worse = played(timeline(150, heat_c100=4000), heated_head, no_comparator, faults=("ntc.wrong@0:-7.5",))
    assert "too_warm" in names(worse)


@pytest.mark.parametrize("enable", ["enable.stuck_on@1", "enable.welded@1"])
def test_two_faults_of_hardware_in_one_path_leave_what_stands_behind_it(
    timeline: Any, heated_head: Any, enable: str
) -> None:
    """A shorted transistor behind an ENABLE that never drops: comparator or cut-off, no code of ours."""
    run = played(timeline(90), heated_head, faults=(enable, "heater.stuck_on@2"))
    assert run.result().outcome == "fault"
    assert names(run) == set()


def unopened(board: Any, now_ms: int) -> None:
    """The board's step without the comparator at 45 C."""
    while board.now_ms < now_ms:
        board.now_ms += 10
        board.enabled = board.now_ms <= board._enabled_until_ms
        board.plant.step(board.enabled)
    board._read_pad()


def test_a_dose_that_burns(timeline: Any, heated_head: Any) -> None:
    """A pad at 52 C for two seconds is 17 min of CEM43; no code of the device is asked."""

    def hot(run: Run) -> None:
        heat = run.device.board.plant.heat
        assert heat is not None
        step = heat.step

        def stays_hot(power_w: float) -> None:
            step(power_w)
            heat.pad_c = 52.0

        heat.step = stays_hot  # type: ignore[method-assign]

    run = played(timeline(60), heated_head, hot)
    assert "cem43" in names(run)


def test_heat_that_nobody_asked_for(timeline: Any, heated_head: Any) -> None:
    def always(run: Run) -> None:
        heat = run.device.controller.heat
        step = heat.step
        heat.step = lambda elapsed_ms, raw, target: step(elapsed_ms, raw, 3900)

    run = played(timeline(10, heat_c100=0), heated_head, always)
    assert "heat_unasked" in names(run)


def holds(run: Run) -> None:
    """A one-shot that never drops, and of which no fault injection knows."""
    run.device.board._enabled_until_ms = 1 << 40
    run.device.board.enable = lambda level: None  # type: ignore[method-assign]


def test_a_device_that_hangs_with_power_on(timeline: Any, heated_head: Any) -> None:
    """The one-shot is what stands between a hung device and a motor that runs on: without it, caught."""

    def hang(run: Run) -> None:
        run.device.controller.tick = lambda now_ms: None

    assert names(played(timeline(8), heated_head, at={4000: hang})) == set()

    def stuck(run: Run) -> None:
        hang(run)
        holds(run)

    assert "device_dead" in names(played(timeline(8), heated_head, at={4000: stuck}))


def test_power_that_is_not_cut_at_rest(timeline: Any, heated_head: Any) -> None:
    def short(run: Run) -> None:
        run.device.board.plant.heater_stuck_on = True
        holds(run)

    assert "power_at_rest" in names(played(timeline(5), heated_head, at={4000: short}))


def test_no_number_is_a_violation(timeline: Any, heated_head: Any) -> None:
    for name in ("current_a", "peak_current_a", "supply_v", "pad_c", "skin_c"):
        run = Run(timeline(5), heated_head)
        for _ in range(200):
            run.tick()
        setattr(run.device.board.plant, name, float("nan"))
        run.invariants.look(run.clock.advance(100))
        assert names(run) == {"not_a_number"}, name
    run = Run(timeline(5), heated_head)
    run.device.board.plant.motors[1].motor.speed_rad_s = float("inf")
    run.invariants.look(run.clock.advance(100))
    assert names(run) == {"not_a_number"}


def test_looking_changes_nothing(short: Any, heated_head: Any) -> None:
    def blind(run: Run) -> None:
        run.invariants.look = lambda now_ms: None  # type: ignore[method-assign]

    seen, unseen = played(short, heated_head), played(short, heated_head, blind)
    assert seen.device.trace.rows == unseen.device.trace.rows


# -- what really reached the device -------------------------------------------------------------


@given(st.binary(max_size=200), st.integers(1, 20))
def test_hearing_never_raises_and_takes_frames_in_any_pieces(noise: bytes, cut: int) -> None:
    hearing = Hearing()
    frame = Encoder().frame(11, 0, 0x0900, b"\x00\x07")
    data = noise + b"\0" + frame
    for at in range(0, len(data), cut):
        hearing.hear(data[at : at + cut], 50)
    assert hearing.token_ms == 50
    assert hearing.session == 0x0900


def test_hearing_counts_a_changed_token_only() -> None:
    hearing = Hearing()
    for at_ms, token in ((10, b"\x01\x00"), (20, b"\x01\x00"), (30, b"\x02\x00")):
        hearing.hear(Encoder().frame(11, 0, 7, token), at_ms)
        assert hearing.token_ms == (30 if at_ms == 30 else 10)
    spoilt = bytearray(Encoder().frame(11, 0, 7, b"\x03\x00"))
    spoilt[5] ^= 1
    hearing.hear(bytes(spoilt), 40)
    assert hearing.token_ms == 30


@given(st.binary(min_size=1, max_size=10))
def test_unstuffing_undoes_the_wire(payload: bytes) -> None:
    frame = Encoder().frame(10, 0, 7, payload)
    assert unstuffed(frame[1:-1])[4:-4] == payload
