"""Commissioning: every step, on the simulated rig, in virtual time; what stops it, and what is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click
import pytest

from firmware_bridge.errors import LinkLost
from firmware_bridge.protocol import states as s
from host_cli.commissioning import flow, proving
from host_cli.commissioning.desk import Board, Desk
from host_cli.commissioning.journal import Journal
from host_cli.commissioning.people import Answers
from host_cli.exits import FAILED, REFUSED, STOPPED, USAGE, Quit
from host_cli.main import main
from host_cli.terminal import Terminal
from programs.profile import Profile, load_profile
from sim.specimen import Specimen
from tests.host_cli.commissioning_desk import DATE, GOOD, MemoryBench, commission

PI_ONLY = {"kill-child", "kill-parent", "kill-both"}


def test_the_simulated_rig_is_commissioned_from_end_to_end(tmp_path: Path) -> None:
    bench = MemoryBench()
    crc = bench.device._config.crc
    record, said = commission(bench, tmp_path, GOOD)
    assert bench.device.board.load_stamp() == crc
    assert bench.connect().welcome.commissioned
    found = json.loads(record.read_text())
    assert (found["kind"], found["date"], found["config_crc"]) == ("SIM", DATE, f"{crc:08x}")
    assert (found["stamp"], found["profile"]) == (f"{crc:08x}", "heated-head")
    steps = found["steps"]
    assert list(steps) == [step.name for step in flow.STEPS]
    assert {name for name, step in steps.items() if step["verdict"] == "skipped"} == {*PI_ONLY, "calibration"}
    assert all(step["why"] for step in steps.values() if step["verdict"] == "skipped")
    assert steps["checklist"]["answers"]["fuse"] is True
    assert 23 <= steps["supply"]["measured"]["supply_v"] <= 25
    assert steps["vibration"]["measured"]["vibration_level"] == 1000
    assert 900 <= steps["cable"]["measured"]["cable_zero_ms"] <= 1300
    heater = steps["heater"]["measured"]
    assert 1.5 <= heater["pad_warm_c"] - heater["pad_cold_c"] <= 2.5
    assert not list(tmp_path.glob("*.progress.json"))
    heads = [line for line in said.splitlines() if not line.startswith("  ")]
    assert len(heads) == len(flow.STEPS)
    assert all(line.startswith("SIM ") for line in heads)


def test_nothing_is_ever_above_the_bench_limits_before_the_stamp(tmp_path: Path) -> None:
    bench = MemoryBench()
    tick, most, warmest = bench.device.tick, [0], [0]

    def watched(now_ms: int) -> None:
        tick(now_ms)
        most[0] = max(most[0], *bench.device.controller.applied[:2])
        warmest[0] = max(warmest[0], bench.device.controller.allowed[2])

    bench.device.tick = watched  # type: ignore[method-assign]
    commission(bench, tmp_path, GOOD)
    assert most[0] == 1000
    assert warmest[0] == 3200


@pytest.mark.parametrize(
    ("answer", "value", "step"),
    [
        ("fuse", False, "checklist"), ("cut_off", "no", "checklist"), ("vibration_moved", False, "vibration"),
        ("percussion_moved", False, "percussion"), ("stop_breaks_supply", False, "stop-halted"),
        ("enable_stopped", False, "enable"), ("thermometer_c", 29.0, "heater"),
        ("warm_thermometer_c", 40.1, "sensor"), ("warm_thermometer_c", 37.9, "sensor"),
    ],
)  # fmt: skip
def test_a_no_ends_it_and_the_next_time_goes_on_there(
    tmp_path: Path, answer: str, value: object, step: str
) -> None:
    bench = MemoryBench()
    with pytest.raises(Quit, match="Not commissioned") as caught:
        commission(bench, tmp_path, {**GOOD, answer: value})
    assert caught.value.code == FAILED
    assert "thrum rig commission" in caught.value.hint
    assert bench.device.board.load_stamp() == 0
    host = bench.connect()
    host.rest()
    assert host.status.at_rest
    progress = list(tmp_path.glob("*.progress.json"))
    done = json.loads(progress[0].read_text())["steps"] if progress else {}
    assert step not in done
    _record, said = commission(bench, tmp_path, GOOD)
    assert said.count(": done before") == len(done)
    assert bench.connect().welcome.commissioned


def test_a_stop_that_is_not_felt_and_a_cable_that_stays(tmp_path: Path) -> None:
    bench = MemoryBench()
    bench.deaf = True
    with pytest.raises(Quit, match="nothing was felt within 60 s"):
        commission(bench, tmp_path, GOOD)
    assert not any(bench.device.controller.applied)
    bench.deaf = False
    commission(bench, tmp_path, GOOD)


def test_a_stamp_that_nobody_proves_is_none(tmp_path: Path) -> None:
    bench = MemoryBench()
    commission(bench, tmp_path, GOOD)
    bench.device.board.save_stamp(0)
    journal = Journal(tmp_path, "heated-head", bench.device._config.crc, "SIM")
    for step in flow.STEPS:
        if step.name != "stamp":
            journal.done(step.name, {"verdict": "passed"})
    bench.device.restart(2, bench.line.now_ms())
    bench.line.pass_time(1000)
    bench.deaf = True
    with pytest.raises(Quit, match="was not opened within 30 s"):
        commission(bench, tmp_path, GOOD)
    assert bench.device.board.load_stamp() == 0


def test_a_wrong_supply_and_a_leak_are_found(tmp_path: Path) -> None:
    bench = MemoryBench()
    bench.device.board.on_supply.append(lambda mv: mv // 2)
    with pytest.raises(Quit, match=r"has 12\.0 V; the profile says 24 V"):
        commission(bench, tmp_path, GOOD)


def test_another_configuration_begins_anew(tmp_path: Path) -> None:
    with pytest.raises(Quit):
        commission(MemoryBench(), tmp_path, {**GOOD, "enable_stopped": False})
    _record, said = commission(MemoryBench("vibration-pad"), tmp_path, GOOD)
    assert "done before" not in said


def test_progress_of_another_or_damaged_is_no_progress(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "../../Rig", 7, "SIM")
    assert journal.progress_file.parent == tmp_path
    for text in ("", "{", "[]", '{"steps": {"checklist": {}}}', json.dumps({"steps": 5})):
        journal.progress_file.write_text(text)
        journal.load()
        assert journal.steps == {}


def test_a_calibration_that_fits_and_one_that_does_not(tmp_path: Path) -> None:
    speeds = {"vibration_full": 50.0, "vibration_10": 14.0, "vibration_20": 18.0, "vibration_35": 24.0}
    fits = {**GOOD, "calibrate": True, "by_speed": True, **speeds}
    fits.update(
        {"percussion_full": 860.0, "percussion_10": 329.0, "percussion_20": 388.0, "percussion_35": 476.5}
    )
    _record, said = commission(MemoryBench(), tmp_path, fits)
    assert said.count("within 10 % of the calibration") == 2
    late = {**fits, "vibration_full": 40.0}
    _record, said = commission(MemoryBench(), tmp_path, late)
    assert "[[calibration]]" in said
    assert "max_duty = 0.400" in said
    assert "voids the stamp" in said
    weak = {**fits, "vibration_full": 200.0}
    record, said = commission(MemoryBench(), tmp_path, weak)
    assert "would take a duty of 2.00" in said
    assert json.loads(record.read_text())["steps"]["calibration"]["measured"]["vibration_max_duty"] == 2.0
    still = {**fits, "vibration_10": 5.0, "vibration_20": 5.0, "vibration_35": 5.0}
    bench = MemoryBench()
    with pytest.raises(Quit, match="does not get faster"):
        commission(bench, tmp_path, still)
    assert bench.connect().welcome.commissioned  # the stamp is there, and its record
    assert list(tmp_path.glob("heated-head-*-sim.json"))


# -- the warm point -------------------------------------------------------------------------------


def test_a_sensor_of_another_beta_passes_in_the_cold_and_not_at_39_c(tmp_path: Path) -> None:
    """A 3435 K bead where the profile says 3939 K: 23 C reads as 23 C, 39 C as 37 C."""
    profile = load_profile("heated-head")
    outputs = [each.model_dump(mode="json") for each in profile.outputs]
    heater = next(each["heater"] for each in outputs if each["heater"])
    assert heater["ntc_beta_k"] > 3900
    heater["ntc_beta_k"] = 3435.0
    other = Profile.model_validate({**profile.model_dump(mode="json", by_alias=True), "output": outputs})
    bench = MemoryBench(specimen=Specimen(rig=other))
    host = bench.connect()
    host.rest()
    assert abs(host.status.pad_c100 - 2300) < 60  # felt in the warm only
    with pytest.raises(Quit, match=r"at 39\.0 C the rig reads 37\.\d C; allowed: 1 C apart") as caught:
        commission(bench, tmp_path, GOOD)
    assert "ntc_beta_k" in caught.value.hint
    assert "ntc_r25_ohm and divider_ohm" in caught.value.hint
    assert bench.device.board.load_stamp() == 0


# -- stopped ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt, click.Abort, EOFError])
def test_however_it_is_stopped_the_head_stands_still_first(
    tmp_path: Path, error: type[BaseException]
) -> None:
    bench = MemoryBench()
    while_moving: list[int] = []

    def interrupted() -> None:
        while_moving.append(max(bench.device.controller.applied))
        raise error

    bench.open_stop = interrupted  # type: ignore[method-assign]
    with pytest.raises(Quit) as caught:
        commission(bench, tmp_path, GOOD)
    assert while_moving[0] > 0
    assert str(caught.value) == "Stopped; outputs at zero (confirmed)."
    assert (caught.value.code, caught.value.hint) == (STOPPED, "thrum rig commission goes on from step 6")
    assert not any(bench.device.controller.applied)
    assert bench.device.controller.state == s.SAFE


def test_any_other_error_stops_it_too_and_stays_what_it_is(tmp_path: Path) -> None:
    bench = MemoryBench()

    def broken() -> None:
        raise RuntimeError("a bug")

    bench.open_stop = broken  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="a bug"):
        commission(bench, tmp_path, GOOD)
    assert not any(bench.device.controller.applied)


def test_a_stop_that_nobody_confirms_is_not_called_confirmed(tmp_path: Path) -> None:
    bench = MemoryBench()

    def cut() -> None:
        bench.line.cut = True
        raise KeyboardInterrupt

    bench.open_stop = cut  # type: ignore[method-assign]
    with pytest.raises(Quit, match="did not confirm that its outputs are at zero") as caught:
        commission(bench, tmp_path, GOOD)
    assert caught.value.code == STOPPED


def test_a_link_that_breaks_says_with_which_step_it_goes_on(tmp_path: Path) -> None:
    bench = MemoryBench()
    warm = bench.warm

    def cut(on: bool) -> None:
        bench.line.cut = True
        raise LinkLost("sim", "The link over sim was unplugged.")

    bench.warm = cut  # type: ignore[method-assign]
    with pytest.raises(Quit, match="was unplugged") as caught:
        commission(bench, tmp_path, GOOD)
    assert (caught.value.code, caught.value.hint) == (FAILED, "thrum rig commission goes on from step 3")
    bench.warm = warm  # type: ignore[method-assign]
    bench.line.cut = False
    assert commission(bench, tmp_path, GOOD)[1].count(": done before") == 2


def test_a_stop_pressed_too_early_is_said_in_words(tmp_path: Path) -> None:
    bench = MemoryBench()
    warm = bench.warm

    def press(on: bool) -> None:
        warm(on)
        if not on:
            bench.open_stop()
            bench.line.pass_time(100)

    bench.warm = press  # type: ignore[method-assign]
    with pytest.raises(Quit, match=r"STOP_INPUT: the stop input is open") as caught:
        commission(bench, tmp_path, GOOD)
    assert caught.value.code == FAILED
    assert caught.value.hint == (
        "Release the stop, or mend its wire. Then: thrum rig commission goes on from step 4"
    )


def test_a_fault_from_before_is_said_and_cleared_only_by_a_person(tmp_path: Path) -> None:
    bench = MemoryBench()
    bench.open_stop()
    bench.line.pass_time(100)
    with pytest.raises(Quit, match="does not answer 'fault_mended'") as caught:
        commission(bench, tmp_path, GOOD)
    assert "STOP_INPUT" in str(caught.value)
    assert bench.device.controller.state == s.FAULT
    with pytest.raises(Quit, match="STOP_INPUT cannot be cleared") as caught:
        commission(bench, tmp_path, {**GOOD, "fault_mended": True})
    assert caught.value.code == REFUSED
    bench.open_stop()
    commission(bench, tmp_path, {**GOOD, "fault_mended": True})
    assert bench.connect().welcome.commissioned


# -- which board --------------------------------------------------------------------------------------


def test_progress_is_of_one_board(tmp_path: Path) -> None:
    """By its serial number where it has one; of one without a number a person says whether it is the same."""
    one, other = (Journal(tmp_path, "rig", 7, "REAL", serial=serial) for serial in ("E66", "E67"))
    one.done("checklist", {"verdict": "passed"})
    other.load()
    assert other.steps == {}
    again = Journal(tmp_path, "rig", 7, "REAL", serial="E66")
    again.load()
    assert list(again.steps) == ["checklist"]
    assert one.record_file != other.record_file


@pytest.mark.parametrize(("same", "before"), [(True, True), (False, False)])
def test_a_board_without_a_number_is_asked_for(tmp_path: Path, same: bool, before: bool) -> None:
    with pytest.raises(Quit):
        commission(MemoryBench(), tmp_path, {**GOOD, "vibration_moved": False})
    _record, said = commission(MemoryBench(), tmp_path, {**GOOD, "same_board": same})
    assert "3 steps were done before, and this board has no serial number." in said
    assert (": done before" in said) is before


class AnotherBoard(Answers):
    """A person who plugs in another board when asked for ``at``."""

    def __init__(self, bench: MemoryBench, other: MemoryBench, at: str) -> None:
        super().__init__(Terminal(), "a.toml", GOOD)
        self.bench, self.other, self.at = bench, other, at

    def ready(self, name: str, request: str) -> None:
        if name == self.at:
            self.bench.line.cut = True
            self.bench.device, self.bench.line = self.other.device, self.other.line
            self.bench.plug = lambda after_ms: None  # type: ignore[method-assign]


def test_another_board_in_the_middle_ends_it_without_a_stamp(tmp_path: Path) -> None:
    bench, other = MemoryBench("percussion-massager"), MemoryBench("vibration-pad")
    host = bench.connect()
    welcome = host.welcome
    journal = Journal(tmp_path, welcome.rig_id, welcome.config_crc, welcome.label)
    people = AnotherBoard(bench, other, "running_again")
    desk = Desk(Terminal(), people, bench, host, load_profile("percussion-massager"), None)
    with pytest.raises(Quit, match="Another board answers: SIM rig 'vibration-pad'") as caught:
        flow.run(desk, journal, DATE)
    assert caught.value.code == REFUSED
    assert "stop-halted" not in journal.steps
    assert other.device.board.load_stamp() == 0
    assert not journal.record_file.exists()


@pytest.mark.parametrize("changed", [{"rig_id": "other"}, {"config_crc": 7}, {"simulated": False}])
def test_the_stamp_is_for_the_board_of_the_journal(tmp_path: Path, changed: dict[str, object]) -> None:
    bench = MemoryBench()
    host = bench.connect()
    desk = Desk(Terminal(), Answers(Terminal(), "a.toml", GOOD), bench, host, bench.device.profile, None)
    desk.board = Board.of(replace(host.welcome, **changed))  # type: ignore[arg-type]
    with pytest.raises(Quit, match="Another board answers") as caught:
        proving.STAMP.run(desk)
    assert caught.value.code == REFUSED
    assert bench.device.board.load_stamp() == 0


# -- answers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "does not answer 'fuse'"), ({"fuse": "maybe"}, "with 'maybe'; allowed: true, false"),
        ({"fuse": 1}, "answers 'fuse' with 1"),
    ],
)  # fmt: skip
def test_answers_that_are_missing_or_wrong_are_named(values: dict[str, object], words: str) -> None:
    with pytest.raises(Quit, match=words) as caught:
        Answers(Terminal(), "a.toml", values).yes("fuse", "Fuse?")
    assert caught.value.code == USAGE


@pytest.mark.parametrize("value", [True, "25", float("nan"), float("inf"), 81, -21])
def test_a_number_is_a_number_in_its_range(value: object) -> None:
    with pytest.raises(Quit, match="a number from -20 to 80"):
        Answers(Terminal(), "a.toml", {"t": value}).number("t", "T?", -20, 80)


def test_a_file_of_answers_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Quit, match="cannot be read"):
        Answers.read(Terminal(), tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("fuse =")
    with pytest.raises(Quit, match="is no file of answers"):
        Answers.read(Terminal(), tmp_path / "bad.toml")


# -- the command ------------------------------------------------------------------------------------


def test_without_a_terminal_it_asks_for_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("termios", reason="pseudo-terminals")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["rig", "commission", "--port", "sim"]) == USAGE
    assert "there is no terminal" in capsys.readouterr().err


@pytest.mark.realtime
def test_the_command_begins_on_the_simulators_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first step through the command, the port and the process; its last question is answered with no."""
    pytest.importorskip("termios", reason="pseudo-terminals")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    answers = tmp_path / "answers.toml"
    yes = "\n".join(
        f"{name} = true" for name, value in GOOD.items() if value is True and name != "vibration_moved"
    )
    answers.write_text(yes + "\nwarm_thermometer_c = 39.0\nvibration_moved = false\n")
    assert main(["rig", "commission", "--port", "sim", "--answers", str(answers)]) == FAILED
    said = capsys.readouterr()
    assert "SIM 1/15 Look at the rig" in said.out
    assert "Not commissioned" in said.err


@pytest.mark.realtime
def test_the_stop_input_of_the_simulators_process_opens_by_a_signal() -> None:
    pytest.importorskip("termios", reason="pseudo-terminals")
    from firmware_bridge.spawn import spawn_sim
    from host_cli.commissioning.bench import SimBench

    with spawn_sim("vibration-pad", 1, "--bench") as device:
        bench = SimBench(device)
        host = bench.connect()
        assert not host.welcome.commissioned
        bench.open_stop()
        assert host.until_state(s.FAULT, 500).status.fault == s.F_STOP_INPUT
        bench.open_stop()
        host.until(lambda now: not now.flags & 32, 500, "It should be closed again.")
        bench.close()


def test_a_real_rig_takes_no_answers_from_a_file(tmp_path: Path) -> None:
    from host_cli.commands.rig_commission import _people

    answers = tmp_path / "a.toml"
    answers.write_text("fuse = true\n")
    with pytest.raises(Quit, match="This rig is REAL") as caught:
        _people(Terminal(), False, answers)
    assert caught.value.code == REFUSED
    assert isinstance(_people(Terminal(), True, answers), Answers)


def test_a_real_rig_that_is_not_commissioned_plays_nothing() -> None:
    from host_cli.before.admission import refuse_bench

    welcome = MemoryBench().connect().welcome
    assert not welcome.commissioned
    with pytest.raises(Quit, match="REAL and not commissioned") as caught:
        refuse_bench(replace(welcome, simulated=False), "/dev/ttyACM0")
    assert (caught.value.code, caught.value.hint) == (REFUSED, "thrum rig commission --port /dev/ttyACM0")
    refuse_bench(welcome, "/dev/pts/3")
    stamped = MemoryBench(stamped=True).connect().welcome
    refuse_bench(replace(stamped, simulated=False), "/dev/ttyACM0")
