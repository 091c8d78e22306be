"""The library's sessions: on the simulated device in virtual time, and once over a real port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import thrum
from firmware_bridge.session import Welcome
from host_cli.in_memory import InMemory
from host_cli.massager import Massager
from programs.load import load_program
from programs.profile import load_profile
from tests.host_cli.samples import BREAK

SHORT = thrum.parse(BREAK)
TAPPING = "upper-back-percussion"
HEATED = load_profile("heated-head")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


class Rig(InMemory):
    """A simulated device that says of itself what a test wants; ``applied`` is what it drives."""

    changes: dict[str, object]

    def __init__(self, **changes: object) -> None:
        self.changes = {}
        super().__init__(HEATED, 1)
        self.changes = changes

    @property
    def welcome(self) -> Welcome:
        return replace(super().welcome, **self.changes)  # type: ignore[arg-type]

    @property
    def applied(self) -> list[int]:
        return list(self._device.controller.applied)


def on(rig: Rig) -> Massager:
    return Massager(rig, HEATED, lambda: rig.let_pass(50), "/dev/ttyACM0", fast=True)


@pytest.fixture
def real() -> Rig:
    return Rig(simulated=False)


def until(items: Iterator[thrum.Event | thrum.Sample], kind: str) -> thrum.Event:
    return next(item for item in items if isinstance(item, thrum.Event) and item.kind == kind)


# --- on the simulated device


def test_methods_pause_go_on_skip_and_stop() -> None:
    states: list[str] = []
    with thrum.open("sim", fast=True) as massager:
        for item in massager.play(SHORT):
            if isinstance(item, thrum.Event) and item.kind == "state":
                states.append(str(item.data["state"]))
                if states[-1] == "PAUSED":
                    massager.go()
                    massager.go()  # twice is no pause
                elif states[-1] == "RUNNING" and states.count("RUNNING") == 1:
                    massager.pause()
                elif states[-1] == "RUNNING" and states.count("RUNNING") == 2:
                    massager.go()  # while it plays: nothing
                    massager.skip()
            if isinstance(item, thrum.Event) and item.kind == "stage" and item.data["side"] == "right":
                massager.stop()
    assert states[:6] == ["ARMED", "RUNNING", "PAUSING", "PAUSED", "RESUMING", "RUNNING"]
    assert states[-1] == "ENDED"
    assert (massager.outcome, massager.reason) == ("stopped_by_user", "stopped by the user")


def test_a_function_answers_each_question_when_it_can() -> None:
    asked: list[thrum.Prompt] = []

    def answer(prompt: thrum.Prompt) -> str | None:
        asked.append(prompt)
        if len(asked) < 100:
            return None  # the person thinks for five seconds
        return "moved" if prompt.kind == "move" else "lighter"

    told: list[thrum.Event] = []
    with thrum.open("sim", fast=True) as massager:
        for item in massager.play(TAPPING, answers=answer):  # type: ignore[arg-type]
            if isinstance(item, thrum.Event):
                told.append(item)
            if told[-1].kind == "strength":
                massager.stop()
    answers = [each for each in told if each.kind == "answered"]
    assert len(asked) >= 100
    assert answers[0].data == {"answer": "lighter", "by": "a person", "asked": True}
    assert told[-1].data["outputs_zero"] is True


def test_an_answer_that_is_none_stops_it_with_a_sentence() -> None:
    rig = Rig()
    with (
        on(rig) as massager,
        pytest.raises(ValueError, match=r"answers returned 'ok'; allowed: good, too_strong, lighter, moved"),
    ):
        list(massager.play(TAPPING, answers=lambda _prompt: "ok"))  # type: ignore[arg-type, return-value]
    assert (massager.outcome, rig.applied) == ("stopped_by_user", [0, 0, 0])


def test_leaving_the_loop_stops_it_before_anything_else_runs() -> None:
    rig = Rig()
    with on(rig) as massager:
        for item in massager.play(SHORT):
            if isinstance(item, thrum.Sample) and item.vibration_applied > 0.03:
                assert rig.applied[0] > 0  # it did play
                break
        assert rig.applied == [0, 0, 0]
    assert massager.reason == "stopped: the application left the session"


def test_leaving_the_block_stops_what_is_still_iterated() -> None:
    rig = Rig()
    with on(rig) as massager:
        items = massager.play(SHORT)
        until(items, "stage")
    assert rig.applied == [0, 0, 0]
    assert massager.outcome == "stopped_by_user"
    assert list(items) == []


def test_an_application_that_does_not_come_back_goes_silent() -> None:
    rig = Rig()
    with on(rig) as massager:
        items = massager.play(SHORT)
        for item in items:
            if isinstance(item, thrum.Sample) and item.vibration_applied > 0.03:
                break
        assert rig.applied[0] > 0
        rig.let_pass(1500)
        assert rig.applied == [0, 0, 0]
        rig.let_pass(3000)
        assert until(items, "ended").data["outcome"] == "lost_link"
        assert massager.reason.startswith("LINK_LOST: the device heard no sign of life")


def test_it_plays_once_and_only_while_it_is_open() -> None:
    with thrum.open("sim", fast=True) as massager, thrum.open("sim", fast=True) as other:
        massager.play(SHORT)
        with pytest.raises(thrum.Refused, match="plays once, while it is open"):
            massager.play(SHORT)
    with pytest.raises(thrum.Refused, match="plays once, while it is open"):
        other.play(SHORT, record=True)
    assert thrum.records().sessions() == []


def test_what_is_wrong_is_said_before_anything_starts() -> None:
    with thrum.open("sim", fast=True) as massager:
        for gain in (1.1, -0.1, float("nan")):
            with pytest.raises(ValueError, match="allowed 0 to 1"):
                massager.play(SHORT, gain=gain)
            with pytest.raises(ValueError, match="allowed 0 to 1"):
                massager.set_gain(gain)
        with pytest.raises(ValueError, match='a function, "itself" or None'):
            massager.play(SHORT, answers="me")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="label of 1 to 32"):
            massager.play(SHORT, operator="")
        with pytest.raises(thrum.Refused, match="firm is the recipient's choice"):
            massager.play("firm-upper-back")
        with pytest.raises(thrum.Rejected):
            massager.play(thrum.parse(BREAK.replace("0.06, 0.12", "0.06, 0.52")))
        assert massager.outcome == ""
    with pytest.raises(ValueError, match='the address is "/dev/ttyACM0"'):
        thrum.open("/dev/ttyACM0", fast=True)


def test_a_program_is_checked_for_this_device() -> None:
    with thrum.open("sim", fast=True, profile="vibration-pad") as massager:
        assert massager.check(SHORT) == []
        found = massager.check(TAPPING)
        assert any(each.severity == "error" for each in found)


def test_a_record_of_a_fast_session_is_whole() -> None:
    assert thrum.records().sessions() == []
    with pytest.raises(thrum.RecordsUnusable, match="There are no records yet"):
        thrum.records().arrays()
    with thrum.open("sim", fast=True, seed=4) as massager:
        items = list(massager.play(SHORT, answers="itself", record=True))
    (session,) = thrum.records().sessions()
    assert (session.id, session.outcome, session.seed) == (massager.session_id, "completed", 4)
    samples = [item for item in items if isinstance(item, thrum.Sample)]
    arrays = thrum.records().arrays(session.id)
    assert {len(column) for column in arrays.values()} == {len(samples)}
    assert list(arrays)[:4] == ["t_s", "at_s", "state", "vibration_asked"]
    assert "heat_asked_c" in arrays
    np.testing.assert_allclose(arrays["vibration_applied"], [s.vibration_applied for s in samples], atol=1e-6)
    said = [item.say for item in items if isinstance(item, thrum.Event)]
    assert [each.say for each in thrum.records().events()] == said
    with pytest.raises(thrum.RecordsUnusable, match="There is no session 9"):
        thrum.records().arrays(9)


# --- on a device that says it is REAL


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"answers": "itself", "none_apply": True}, "is answered by somebody"),
        ({"record": False, "none_apply": True}, "is always on record"),
        ({}, "needs none_apply=True"),
    ],
)
def test_real_asks_more_of_an_application(real: Rig, how: dict[str, object], why: str) -> None:
    with on(real) as massager, pytest.raises(thrum.Refused, match=f"/dev/ttyACM0 is REAL, and .*{why}"):
        massager.play(SHORT, **how)  # type: ignore[arg-type]
    assert real.view().timeline is None


def test_real_and_not_commissioned_plays_nothing() -> None:
    rig = Rig(simulated=False, stamp=0)
    with on(rig) as massager, pytest.raises(thrum.Refused, match="REAL and not commissioned"):
        massager.play(SHORT, none_apply=True)


def test_a_latched_device_plays_nothing() -> None:
    rig = Rig()
    rig.estop()
    rig.let_pass(500)
    assert rig.view().status is not None
    with on(rig) as massager, pytest.raises(thrum.Refused, match=r"latched a fault.*thrum rig clear-fault"):
        massager.play(SHORT)


def test_real_is_on_record_and_counts_for_the_hand(real: Rig) -> None:
    with on(real) as massager:
        for item in massager.play(SHORT, none_apply=True, operator="anna"):
            if isinstance(item, thrum.Sample) and item.t_s > 20:
                massager.stop()
    (session,) = thrum.records().sessions()
    assert (session.kind, session.operator, session.outcome) == ("REAL", "anna", "stopped_by_user")
    before = next(each for each in thrum.records().events() if each.kind == "before")
    assert before.data["by"] == "--none-apply"


# --- columns


def test_a_sample_step_is_whole_milliseconds() -> None:
    timeline = thrum.compile(load_program("desk-break-shoulders"), HEATED).timeline
    assert timeline is not None
    for step_s in (0.0, 0.0005, 0.00150, float("nan"), float("inf"), -1.0):
        with pytest.raises(ValueError, match="whole milliseconds"):
            thrum.sample(timeline, step_s)


# --- over a port


@pytest.mark.realtime
def test_over_a_real_port_it_beats_and_stops() -> None:
    with thrum.open("sim", seed=2) as massager:
        items = massager.play(SHORT, answers="itself")
        assert until(items, "stage").data["stage"] == 1
        massager.stop()
        assert until(items, "ended").data["outputs_zero"] is True
    assert massager.outcome == "stopped_by_user"
