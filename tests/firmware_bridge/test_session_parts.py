"""The parts of the session by themselves: STATUS, commands, heartbeat, phases, outcomes, checks."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.session import OUTCOMES, Outcome, Session, Status, Welcome
from firmware_bridge.session import outcome as ends
from firmware_bridge.session.commands import Commands
from firmware_bridge.session.phases import ACTIVE, LOADING, TRANSITIONS, Phase, after
from firmware_bridge.session.pulse import Pulse

FIELDS = {kind: [name for name, _kind in m.MESSAGES[kind][1]] for kind in (m.STATUS, m.WELCOME)}
TOP = {"u8": 0xFF, "u16": 0xFFFF, "u32": 0xFFFFFFFF}


def status(**values: int) -> Status:
    return Status(*([0] * 30))._replace(**values)


def test_status_has_the_fields_of_the_message_table_in_its_order() -> None:
    assert list(Status._fields) == FIELDS[m.STATUS]


@given(st.data())
def test_status_reads_what_the_table_packs(data: st.DataObject) -> None:
    values = {name: data.draw(st.integers(0, TOP[kind])) for name, kind in m.MESSAGES[m.STATUS][1]}
    packed = m.pack(m.MESSAGES[m.STATUS][1], values)
    read = Status.unpack(packed)
    assert read is not None
    assert read._asdict() == values
    assert Status.unpack(packed[:-1]) is None
    for text in (read.state_name, read.reason_name, read.fault_name, read.result_name, *read.rules):
        assert text  # an unknown code is shown, not raised


def test_welcome_reads_what_the_table_packs() -> None:
    values: dict[str, object] = {}
    for at, (name, kind) in enumerate(m.MESSAGES[m.WELCOME][1]):
        values[name] = f"text {at}" if kind[0] == "s" else at + 1
    values["region_caps"] = bytes(range(14))
    values["channels"], values["simulated"] = 0b101, 0
    welcome = Welcome.unpack(m.pack(m.MESSAGES[m.WELCOME][1], values))
    assert welcome is not None
    assert welcome.board == values["board"]
    assert welcome.boot_id == values["boot_id"]
    assert welcome.label == "REAL"
    assert welcome.channel_names == ("vibration", "heat")
    assert welcome.region_caps == (0x0100, 0x0302, 0x0504, 0x0706, 0x0908, 0x0B0A, 0x0D0C)
    assert not welcome.limits_good
    assert not welcome.commissioned
    assert Welcome.unpack(b"") is None


def test_text_that_is_not_utf8_is_shown_and_not_raised() -> None:
    size = m.size(m.MESSAGES[m.WELCOME][1])
    welcome = Welcome.unpack(b"\xff" * size)
    assert welcome is not None
    assert "\ufffd" in welcome.firmware


def test_commands_are_numbered_and_go_one_at_a_time() -> None:
    commands = Commands()
    commands.ask(m.PAUSE)
    commands.ask(m.GAIN, {"gain": 1, "gain_max": 2})
    commands.ask(m.GAIN, {"gain": 3, "gain_max": 4})  # replaces the one that waits
    assert commands.take(0) == (m.PAUSE, b"\x01\x00")
    assert commands.echo(status(cmd=0, result=m.R_DONE)) is None
    assert commands.echo(status(cmd=1, result=m.R_WAITING)) is None
    echo = commands.echo(status(cmd=1, result=m.R_DONE))
    assert echo is not None
    assert (echo.kind, echo.done) == (m.PAUSE, True)
    assert commands.take(10) == (m.GAIN, b"\x02\x00\x03\x00\x04\x00")
    assert commands.take(10) is None


def test_an_echo_that_came_before_the_command_went_out_is_not_its_echo() -> None:
    commands = Commands()
    commands.ask(m.PAUSE)
    assert commands.echo(status(cmd=1, result=m.R_DONE)) is None


def test_a_stop_drops_everything_else_and_an_estop_a_stop() -> None:
    commands = Commands()
    commands.ask(m.RESUME)
    commands.ask(m.GAIN, {"gain": 1, "gain_max": 2})
    commands.take(0)
    commands.stop(m.STOP)
    assert commands.take(1) == (m.STOP, b"\x02\x00")
    assert commands.echo(status(cmd=1, result=m.R_DONE)) is None  # of the RESUME: too late
    commands.stop(m.ESTOP)
    assert commands.take(2) == (m.ESTOP, b"\x03\x00")
    assert commands.echo(status(cmd=3, result=m.R_DONE)) is not None
    assert commands.take(1000) is None


@pytest.mark.parametrize("beat_every_ms", [10, 50, 100, 170, 250, 333, 400, 500, 700])
@pytest.mark.parametrize("jitter_ms", [0, 3, 9])
def test_any_application_that_beats_in_time_changes_the_token_in_time(
    beat_every_ms: int, jitter_ms: int
) -> None:
    pulse, changed_ms, token = Pulse(1), 0, b""
    for now_ms in range(0, 20_000):
        beaten = (now_ms - jitter_ms) % beat_every_ms == 0
        pulse.turn(now_ms, beaten=beaten)
        if now_ms >= pulse.due_ms:
            sent = pulse.take(now_ms)
            if sent != token:
                token, changed_ms = sent, now_ms
        assert now_ms - changed_ms <= beat_every_ms + 180


def test_the_token_never_changes_without_a_beat() -> None:
    pulse = Pulse(7)
    tokens = set()
    for now_ms in range(0, 5000, 10):
        pulse.turn(now_ms, beaten=False)
        if now_ms >= pulse.due_ms:
            tokens.add(pulse.take(now_ms))
    assert tokens == {b"\x07\x00"}


def test_every_phase_can_be_reached_and_left_and_stopped() -> None:
    reached, before = {"idle"}, set()
    while reached != before:
        before = set(reached)
        reached |= {to for (phase, _event), to in TRANSITIONS.items() if phase in reached}
    assert reached == set(get_args(Phase))
    for phase in get_args(Phase):
        if phase != "ended":
            assert TRANSITIONS[phase, "over"] == "ended"
        if phase in ACTIVE:
            assert TRANSITIONS[phase, "stop"] == "stopping"
    assert not [event for phase, event in TRANSITIONS if phase == "ended"]
    assert set(LOADING) < set(ACTIVE)
    with pytest.raises(ValueError, match="cannot happen"):
        after("ended", "arm")


def test_every_reason_and_fault_of_the_device_has_an_outcome_of_the_closed_set() -> None:
    assert set(OUTCOMES) == set(get_args(Outcome))
    for reason in range(1, len(s.REASONS)):
        if reason != s.WHY_FAULT:
            assert reason in ends.BY_REASON, s.REASONS[reason]
    for code in range(256):
        assert ends.of_reason(code)[0] in OUTCOMES
        assert ends.of_fault(code)[0] in ("fault", "lost_link")
    for fault in range(1, len(s.FAULTS)):
        assert fault in ends.FAULT_WORDS, s.FAULTS[fault]


def test_nothing_but_the_last_record_played_is_called_completed() -> None:
    completed = [code for code in range(256) if ends.of_reason(code)[0] == "completed"]
    assert completed == [s.WHY_COMPLETED]
    safe = status(state=s.SAFE, reason=s.WHY_COMPLETED)
    assert ends.ended_by_device(safe, whole_ms=0)[0] == "completed"
    assert ends.ended_by_device(safe, whole_ms=None)[0] == "fault"
    faulty = status(state=s.FAULT, reason=s.WHY_COMPLETED, fault=s.F_UNDERRUN)
    assert ends.ended_by_device(faulty, whole_ms=0)[0] == "fault"


def test_a_poll_with_nothing_due_says_so_and_a_beat_does_not_change_that() -> None:
    session = Session(3)
    assert session.poll(0) == b""
    session.hello()
    session.poll(10)
    assert session.next_due_ms == 110
    session.beat()
    assert session.poll(100) == b""
    assert session.poll(110) != b""


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_receive_never_raises(chunks: list[bytes]) -> None:
    session = Session(3)
    session.hello()
    for at, chunk in enumerate(chunks):
        session.receive(chunk, 10 * at)
        session.poll(10 * at)
    assert session.phase == "hello"
