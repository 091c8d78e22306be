"""``thrum rig verify``: its report, its exit codes, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from firmware_bridge.conformance import suite
from firmware_bridge.conformance.host import Host
from firmware_bridge.conformance.line import MemoryLine
from firmware_bridge.rig import device_config
from firmware_bridge.rigs.document import Calibration, Rig
from firmware_bridge.rigs.load import load_rig
from host_cli import rig_line
from host_cli.exits import DONE, FAILED, NO_DEVICE, REFUSED, USAGE, Quit
from host_cli.main import main
from host_cli.rig_choice import Target, check_rig
from programs.profile import load_profile
from sim.device import SimDevice
from tests.firmware_bridge.rigs.samples import PICO


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> SimDevice:
    """What every port leads to here: a device in memory, so that the suite takes no time."""
    made = SimDevice(load_profile("heated-head"), 1, keep_trace=False)

    @contextmanager
    def opened(target: Target) -> Iterator[MemoryLine]:
        yield MemoryLine(made, target.address)

    monkeypatch.setattr(rig_line, "opened", opened)
    return made


def test_it_tells_each_check_and_what_to_do_next(
    device: SimDevice, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rig", "verify", "--port", "/dev/ttyACM7"]) == DONE
    out = capsys.readouterr().out
    assert out.count("ok  ") == len(suite.CHECKS) - 1
    assert "skip bench-limits-hold" in out
    assert "SIM: simulator" in out
    assert "0 failed, 1 skipped" in out
    assert "It is DRY now: it holds ENABLE off, and nothing moves, until it is reset." in out
    run = "thrum run evening-shoulders --port /dev/ttyACM7"
    assert out.rstrip().endswith(f"next: unplug it, plug it in again, then: {run}")


def test_a_device_that_is_not_commissioned_is_told_to_be(
    device: SimDevice, capsys: pytest.CaptureFixture[str]
) -> None:
    device.board.save_stamp(0)
    assert main(["rig", "verify", "--port", "sim", "--quick"]) == DONE
    out = capsys.readouterr().out
    assert out.rstrip().endswith("next: thrum rig commission --port sim")
    assert "estop" not in out


def test_json_and_report_are_the_same_and_nothing_else_is_said(
    device: SimDevice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.json"
    assert main(["rig", "verify", "--port", "sim", "--json", "--report", str(file)]) == DONE
    said = json.loads(capsys.readouterr().out)
    assert said == json.loads(file.read_text())
    assert said["passed"] is True
    assert said["device"]["kind"] == "SIM"
    assert len(said["results"]) == len(suite.CHECKS)
    assert said["measured"]["stop_zero_ms"] <= 300
    assert {"name", "shows", "verdict", "detail", "took_ms"} == set(said["results"][0])


def test_a_latched_fault_is_not_cleared_unsaid(device: SimDevice, capsys: pytest.CaptureFixture[str]) -> None:
    device.board.on_stop.append(lambda _open: True)
    device.tick(10)
    assert main(["rig", "verify", "--port", "sim"]) == REFUSED
    said = capsys.readouterr().err
    assert "STOP_INPUT" in said
    assert "next: thrum rig clear-fault --port sim, then the same command" in said


def test_a_check_that_fails_is_exit_code_4(device: SimDevice, capsys: pytest.CaptureFixture[str]) -> None:
    device.controller.estop = lambda: 1
    assert main(["rig", "verify", "--port", "sim"]) == FAILED
    out = capsys.readouterr().out
    assert "FAIL estop-is-zero-within-a-step" in out
    assert "The state should be FAULT." in out
    assert "next: thrum doctor" in out


def test_no_device_is_exit_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rig", "verify", "--port", str(tmp_path / "ttyACM9")]) == NO_DEVICE
    assert "There is no port" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_said_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none" / "report.json"
    assert main(["rig", "verify", "--port", "/dev/nothing", "--report", str(missing)]) == USAGE
    assert "does not exist" in capsys.readouterr().err


def test_the_checks_can_be_read_without_a_device(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rig", "verify", "--list"]) == DONE
    out = capsys.readouterr().out
    assert all(each.name in out for each in suite.CHECKS)
    assert main(["rig", "verify", "--list", "--json"]) == DONE
    assert len(json.loads(capsys.readouterr().out)) == len(suite.CHECKS)


def test_a_rig_that_does_not_exist_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rig", "verify", "no-such-rig"]) == 1
    assert "There is no rig 'no-such-rig'" in capsys.readouterr().err


def rig_on_disk(folder: Path) -> Rig:
    """A sound rig whose id is that of the device in memory."""
    path = folder / "heated-head.toml"
    path.write_text(PICO.replace('id = "rig"', 'id = "heated-head"\nport = "/dev/serial/by-id/x"'))
    return load_rig(path)


def test_another_version_of_the_rig_is_not_verified(
    device: SimDevice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rig = rig_on_disk(tmp_path)
    assert main(["rig", "verify", str(rig.file), "--quick"]) == REFUSED
    said = capsys.readouterr()
    assert "The board carries another version of this rig" in said.err
    assert f"thrum rig bundle {rig.file} -o DIR" in said.err
    assert "ok  " not in said.out


def test_the_board_must_carry_this_version_of_the_rig(device: SimDevice, tmp_path: Path) -> None:
    rig = rig_on_disk(tmp_path)
    with Host(MemoryLine(device, "sim"), 1) as host:
        welcome = host.hello()
    target = Target(rig.address, rig)
    same = replace(welcome, config_crc=device_config(load_profile("heated-head"), rig).crc)
    check_rig(target, same)
    check_rig(Target(rig.address), welcome)  # a port that was typed may be anybody's
    with pytest.raises(Quit, match="carries another version of this rig") as caught:
        check_rig(target, welcome)
    assert caught.value.code == REFUSED
    calibrated = rig.model_copy(
        update={"calibrations": (Calibration(output="percussion-head", start_duty=0.27, max_duty=0.4),)}
    )
    with pytest.raises(Quit, match="carries another version of this rig"):
        check_rig(Target(rig.address, calibrated), same)
