"""F9, F16, F20, F21, F37: the host's process, its cable or its port go away. In real time, over a PTY.

The device's own clock judges: motors at zero at most 1.3 s after the host's last sign of life.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest

pytest.importorskip("termios", reason="pseudo-terminals")

import serial

from firmware_bridge.link import Connection
from firmware_bridge.protocol import states as s
from firmware_bridge.transport import open_port
from firmware_bridge.transport.serial_port import _keep_reset_line
from tests.firmware_bridge.bench import Bench
from tests.firmware_bridge.desk import ramp
from tests.firmware_bridge.realtime import DeviceThread, Pty

ROOT = Path(__file__).parents[2]
ZERO_MS = 1300


@pytest.fixture
def pty() -> Iterator[Pty]:
    pty = Pty()
    yield pty
    pty.close()


@pytest.fixture
def device(pty: Pty) -> Iterator[DeviceThread]:
    device = DeviceThread(pty.fd)
    yield device
    device.close()


@pytest.fixture
def host(pty: Pty, device: DeviceThread) -> Iterator[subprocess.Popen[str]]:
    """A host that plays."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.failures.host", pty.address],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "playing\n"
            assert device.controller.state == s.RUNNING
            yield process
        finally:  # else a failure above would wait until it has played everything
            process.kill()


def zero_after(device: DeviceThread, since_ms: int) -> int:
    """Waits for the motors' zero; how long after ``since_ms`` it came."""
    while device.clock.now_ms() < since_ms + 2 * ZERO_MS:
        device.wait(0.02)
        if device.zero_ms is not None and device.zero_ms >= since_ms:
            return device.zero_ms - since_ms
    raise AssertionError(f"still moving {2 * ZERO_MS} ms later")


@pytest.mark.realtime
def test_f37_a_host_that_is_killed(host: subprocess.Popen[str], device: DeviceThread) -> None:
    host.kill()
    killed_ms = device.clock.now_ms()
    assert host.wait(5) == -signal.SIGKILL
    assert zero_after(device, killed_ms) <= ZERO_MS


@pytest.mark.realtime
def test_f9_a_host_that_stands_still_and_comes_back(
    host: subprocess.Popen[str], device: DeviceThread
) -> None:
    host.send_signal(signal.SIGSTOP)
    stopped_ms = device.clock.now_ms()
    assert zero_after(device, stopped_ms) <= ZERO_MS
    assert device.controller.state == s.PAUSED
    host.send_signal(signal.SIGCONT)
    device.wait(0.5)
    assert not any(device.board.duties)  # it is back, and nothing resumes by itself
    host.terminate()


@pytest.mark.realtime
def test_f20_a_cable_that_is_pulled(pty: Pty, device: DeviceThread) -> None:
    massager = Connection.open(pty.address)
    massager.play(ramp(20_000))
    assert massager.wait_for(lambda view: view.phase == "running" and view.playhead_ms > 300, 3.0)
    pty.unplug()
    pulled_ms = device.clock.now_ms()
    assert zero_after(device, pulled_ms) <= ZERO_MS
    assert massager.session.outcome == "lost_link"
    massager.close()


@pytest.mark.realtime
def test_f20_pulled_and_plugged_in_again_nothing_starts_by_itself(
    pty: Pty, device: DeviceThread, tmp_path: Path
) -> None:
    """The same device comes back behind another number, under the same name; nobody spins meanwhile."""
    link = tmp_path / "usb-Thrum_desk-if00"
    link.symlink_to(pty.address)
    massager = Connection.open(str(link))
    massager.play(ramp(20_000))
    assert massager.wait_for(lambda view: view.phase == "running" and view.playhead_ms > 300, 3.0)
    other = replug(pty, link)
    pulled_ms = device.clock.now_ms()
    assert massager.wait_for(lambda view: view.phase == "ended", 0.5)
    assert (massager.session.outcome, device.clock.now_ms() - pulled_ms < 500) == ("lost_link", True)
    used_s = process_time()
    assert zero_after(device, pulled_ms) <= ZERO_MS
    device.wait(0.5)
    assert process_time() - used_s < 0.5, "somebody spins"
    assert not any(device.board.duties)
    assert device.controller.state != s.RUNNING
    massager.close()
    other.close()


# -- F21 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("probe", [b"AT\r", b"ATE1 E0\r\n", b"~x\x00x\xf0~", b"\x00" * 64, b"\xff" * 64])
def test_f21_a_modem_manager_that_probes_the_port_disturbs_nothing(probe: bytes) -> None:
    bench = Bench()
    bench.play(2500, 2000)
    for _ in range(100):
        bench.device.receive(probe, len(probe))
        bench.feed(2500, 20)
    decoder = bench.device.link.decoder
    assert decoder.bad > 0 or probe == b"\x00" * 64  # delimiters alone are no frame, and no harm
    assert (bench.state, bench.device.applied[0], bench.device.underruns) == ("RUNNING", 2500, 0)


def test_f21_the_reset_line_is_set_before_the_port_opens() -> None:
    port = serial.Serial()  # not opened
    port.dtr = False
    _keep_reset_line(port)
    assert (port.dtr, port.exclusive, port.is_open) == (True, True, False)


def replug(pty: Pty, link: Path) -> Pty:
    """The device of ``pty`` behind another number; ``link`` follows it, the old number is free."""
    again = Pty()
    os.dup2(again.fd, pty.fd)
    os.set_blocking(pty.fd, False)
    os.close(pty._slave)
    pty._slave = os.dup(again._slave)
    link.unlink(missing_ok=True)
    link.symlink_to(again.address)
    return again


@pytest.mark.realtime
def test_f21_a_rig_keeps_its_name_when_its_number_changes(
    pty: Pty, device: DeviceThread, tmp_path: Path
) -> None:
    """Real links to real pseudo-terminals: the rig was ttyACM0; then somebody else is, and it is ttyACM1."""
    by_id, first, second = tmp_path / "usb-Thrum_desk-if00", tmp_path / "ttyACM0", tmp_path / "ttyACM1"
    first.symlink_to(pty.address)
    by_id.symlink_to("ttyACM0")
    with Connection.open(str(by_id)) as massager:
        boot_id = massager.welcome.boot_id
    moved = replug(pty, second)
    stranger = Pty()
    first.unlink()
    first.symlink_to(stranger.address)
    by_id.unlink()
    by_id.symlink_to("ttyACM1")
    with Connection.open(str(by_id)) as massager:
        assert massager.welcome.boot_id == boot_id
    assert stranger.read() == b""
    with open_port(str(first)) as number:
        assert number.write(b"felt") == 4
    assert stranger.read() == b"felt", "the number is somebody else's now"
    stranger.close()
    moved.close()
