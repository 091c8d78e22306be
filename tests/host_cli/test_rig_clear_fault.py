"""A latched fault: ``run`` says which and what to do, ``rig clear-fault`` says it and clears it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("termios", reason="pseudo-terminals")

from firmware_bridge.protocol import states as s
from host_cli.latched import LOOK_AT_THE_SENSOR, Latched
from host_cli.main import main
from tests.firmware_bridge.realtime import DeviceThread, Pty
from tests.firmware_bridge.rigs.samples import PICO

pytestmark = pytest.mark.realtime
FAST = 10  # how fast the device's time runs here


@pytest.fixture
def pty() -> Iterator[Pty]:
    pty = Pty()
    yield pty
    pty.close()


@pytest.fixture
def device(pty: Pty) -> Iterator[DeviceThread]:
    device = DeviceThread(pty.fd, FAST)
    yield device
    device.close()


def latch(device: DeviceThread) -> None:
    """The stop input is opened, and felt."""
    device.board.open = True
    while device.controller.state != s.FAULT:
        device.wait(0.005)


def test_run_says_which_fault_and_what_to_do(
    pty: Pty, device: DeviceThread, capsys: pytest.CaptureFixture[str]
) -> None:
    latch(device)
    assert main(["run", "evening-shoulders", "--port", pty.address]) == 5
    err = capsys.readouterr().err
    assert "STOP_INPUT: the stop input is open" in err
    assert " s ago: " in err
    assert "Release the stop, or mend its wire." in err
    assert f"next: thrum rig clear-fault --port {pty.address}" in err


def test_a_fault_whose_cause_is_gone_is_said_and_cleared(
    pty: Pty, device: DeviceThread, capsys: pytest.CaptureFixture[str]
) -> None:
    latch(device)
    device.board.open = False
    assert main(["rig", "clear-fault", "--port", pty.address]) == 0
    out = capsys.readouterr().out
    assert out.index("STOP_INPUT") < out.index("Release the stop") < out.index("Cleared")
    assert device.controller.state == s.SAFE
    assert not any(device.board.duties)
    assert main(["rig", "clear-fault", "--port", pty.address]) == 0
    assert "nothing is latched" in capsys.readouterr().out


def test_a_fault_whose_cause_is_there_stays_and_says_so(
    pty: Pty, device: DeviceThread, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host_cli.commands.rig_clear_fault.ASK_AGAIN_S", 0.1)
    monkeypatch.setattr("host_cli.commands.rig_clear_fault.GONE_S", 0.1)
    latch(device)
    assert main(["rig", "clear-fault", "--port", pty.address]) == 5
    said = capsys.readouterr()
    assert "STOP_INPUT" in said.out
    assert "was not cleared" in said.err
    assert device.controller.state == s.FAULT


def test_another_rig_at_the_port_is_left_as_it_is(
    pty: Pty, device: DeviceThread, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rig = tmp_path / "mine.toml"
    rig.write_text(PICO.replace('board = "pico"', f'board = "pico"\nport = "{pty.address}"'))
    latch(device)
    device.board.open = False
    assert main(["rig", "clear-fault", str(rig)]) == 3
    assert "leads to another rig, 'desk'" in capsys.readouterr().err
    assert device.controller.state == s.FAULT


def test_the_simulated_device_of_a_run_has_nothing_latched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rig", "clear-fault"]) == 0
    assert "nothing is latched" in capsys.readouterr().out


def test_every_fault_has_its_sentence_and_its_remedy() -> None:
    for fault in range(1, len(s.FAULTS)):
        found = Latched(fault, 300.0)
        assert s.FAULTS[fault] in found.sentence
        assert "latched a fault 5 min ago: " in found.sentence
        assert found.remedy.endswith(".")
        assert s.FAULTS[fault].startswith(("NTC", "HEAT")) or found.remedy != LOOK_AT_THE_SENSOR
    assert "latched a fault: ESTOP" in Latched(s.F_ESTOP, None).sentence
