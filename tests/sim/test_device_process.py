"""The device process in real time, behind a real PTY or a socket, against lock-step."""

import csv
import os
import signal
import socket
import subprocess
import sys

import pytest

from firmware_bridge.link import Connection
from firmware_bridge.spawn import spawn_sim
from firmware_bridge.transport.device_end import SocketPort
from sim.device_process import main
from sim.lockstep import simulate

LEVELS = [
    f"{channel}_{what}" for channel in ("vibration", "percussion") for what in ("asked", "allowed", "applied")
]
RUNNING = "3"


def test_a_profile_that_does_not_exist_is_a_sentence(capsys):
    assert main(["--profile", "heated-hed"]) == 2
    assert "heated-head" in capsys.readouterr().err


@pytest.mark.realtime
@pytest.mark.skipif(os.name != "posix", reason="no pseudo-terminals here")
def test_the_same_program_and_seed_give_the_same_commanded_levels(timeline, heated_head, tmp_path):
    """On a PTY and in lock-step, by playhead; stalls of this machine may not change a level."""
    played, trace = timeline(3, heat_c100=3000), tmp_path / "pty.csv"
    with spawn_sim("heated-head", 7, "--trace", str(trace)) as device:
        with Connection.open(device.address) as massager:
            massager.play(played)
            massager.wait_for(lambda view: view.outcome is not None, 10.0)
            assert massager.view().outcome == "completed"
        device.process.send_signal(signal.SIGTERM)
        assert device.process.wait(5) == 0
    expected = simulate(played, heated_head, seed=7).trace
    columns = [expected.column(name) for name in LEVELS]
    by_playhead = {
        round(at_ms): [column[row] for column in columns]
        for row, at_ms in enumerate(expected.column("playhead_ms"))
        if expected.column("state", 1)[row] == 3
    }
    compared = 0
    with trace.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["state"] == RUNNING:
                found = [float(row[name]) for name in LEVELS]
                assert found == pytest.approx(by_playhead[int(row["playhead_ms"])], abs=6e-5)
                compared += 1
    assert compared > 250
    assert max(level[2] for level in by_playhead.values()) == pytest.approx(0.3, abs=1e-3)


@pytest.mark.realtime
@pytest.mark.skipif(os.name != "posix", reason="no pseudo-terminals here")
def test_a_host_may_leave_and_come_back_and_the_process_ends_by_itself():
    with spawn_sim("vibration-pad", 1, "--idle-s", "0.5") as device:
        for _ in range(2):
            with Connection.open(device.address) as massager:
                assert massager.view().phase == "idle"
        assert device.process.wait(3) == 0


@pytest.mark.realtime
def test_nobody_reads_and_the_device_goes_on():
    """F22: what does not fit is lost; the process still answers a signal."""
    command = [sys.executable, "-m", "sim.device_process", "--profile", "vibration-pad", "--idle-s", "0.7"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert ended.returncode == 0
    assert ended.stdout.startswith("port ")
    assert ended.stderr == ""


def test_socket_port_serves_one_host_after_another():
    with SocketPort() as port:
        name, number = port.address.removeprefix("socket://").split(":")
        port.write(b"nobody there")
        for word in (b"one", b"two"):
            with socket.create_connection((name, int(number)), timeout=5) as host:
                assert port.wait(5.0) == b""  # the host is let in
                host.sendall(word)
                assert port.wait(5.0) == word
                port.write(b"answer")
                assert host.recv(10) == b"answer"
            assert port.wait(5.0) == b""  # and has left
        port.write(b"nobody there")
        assert port.wait(0.0) == b""
    port.close()
