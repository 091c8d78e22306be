"""``thrum ports``, and how ``run`` finds the profile and the rig of what answers at a port."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from firmware_bridge.link import Connection
from firmware_bridge.rigs.document import Rig
from firmware_bridge.session import Welcome
from firmware_bridge.spawn import SimulatedDevice, spawn_sim
from firmware_bridge.transport.places import Places
from host_cli.commands.ports import serial_ports
from host_cli.exits import Quit
from host_cli.main import main
from host_cli.rig_choice import Target, check_rig, profile_of, target_of, user_rigs
from programs.profile import PROFILES
from tests.host_cli.test_commands import BREAK

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for folder in ("dev/by-id", "proc", "lock"):
        (tmp_path / folder).mkdir(parents=True)
    return Places(tmp_path / "dev", tmp_path / "dev/by-id", tmp_path / "proc", tmp_path / "lock")


def test_a_row_says_the_lasting_name_the_rig_and_who_uses_it(places: Places) -> None:
    device = places.dev / "ttyACM0"
    device.touch()
    (places.by_id / "usb-Pico-if00").symlink_to("../ttyACM0")
    port = ListPortInfo(str(device), skip_link_detection=True)
    (row,) = serial_ports(places, [port], {str(device): "desk"})
    assert (row["by_id"], row["rig"], row["state"]) == (str(places.by_id / "usb-Pico-if00"), "desk", "free")
    assert row["kind"] == "unknown until asked"
    (places.locks / "LCK..ttyACM0").write_text("812\n")
    (places.proc / "812" / "fd").mkdir(parents=True)
    (places.proc / "812" / "comm").write_text("minicom\n")
    assert "locked by minicom (process 812)" in serial_ports(places, [port], {})[0]["state"]
    (places.proc / "812" / "fd" / "3").symlink_to(device)
    assert serial_ports(places, [port], {})[0]["state"] == "in use by minicom (process 812)"
    device.unlink()
    (places.proc / "812" / "comm").unlink()
    (places.locks / "LCK..ttyACM0").unlink()
    (places.proc / "812" / "fd" / "3").unlink()
    assert "thrum doctor" in serial_ports(places, [port], {})[0]["state"]


def test_sim_is_always_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ports", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["port"], first["kind"]) == ("sim", "SIM")


# -- which device is meant


def test_without_a_port_and_a_default_rig_it_is_sim() -> None:
    assert target_of(None) == Target("sim")
    assert target_of("/dev/ttyACM3") == Target("/dev/ttyACM3", typed=" --port /dev/ttyACM3")


def welcome_of(profile: str) -> Welcome:
    """What a device says that was set up for a profile."""
    with spawn_sim(profile, 3) as device, Connection.open(device.address) as connection:
        return connection.welcome


@pytest.mark.realtime
def test_the_profile_is_that_of_the_hash_in_hello() -> None:
    for name in ("heated-head", "vibration-pad"):
        assert profile_of(welcome_of(name)).id == name


def own_profile(folder: Path) -> Path:
    """A profile that is not built in."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mine.toml"
    text = (PROFILES / "vibration-pad.toml").read_text(encoding="utf-8")
    path.write_text(re.sub(r'(?m)^id = ".*"', 'id = "mine"', text), encoding="utf-8")
    return path


@pytest.mark.realtime
def test_a_profile_that_nobody_knows_is_refused_and_one_of_the_users_is_found(tmp_path: Path) -> None:
    welcome = welcome_of(str(own_profile(tmp_path / "elsewhere")))
    with pytest.raises(Quit, match=f"runs profile {welcome.profile_hash}, and neither") as caught:
        profile_of(welcome)
    assert caught.value.code == 5
    assert str(user_rigs()) in caught.value.hint
    own_profile(user_rigs() / "profiles")
    (user_rigs() / "broken.toml").write_text("board = ")
    (user_rigs() / "desk.toml").write_text(rig_text("profiles/mine.toml"), encoding="utf-8")
    assert profile_of(welcome).id == "mine"


def rig_text(profile: str) -> str:
    return f"""
format = "thrum-rig/1"
id = "desk"
title = "Desk"
profile = "{profile}"
board = "pico"
port = "/dev/serial/by-id/usb-Thrum_desk-if00"
[pins]
stop = "GP2"
enable = "GP3"
[[part]]
output = "pad"
driver = "mosfet"
pin = "GP15"
"""


@pytest.mark.realtime
def test_the_port_of_a_rig_that_leads_to_another_rig_is_refused() -> None:
    import tomllib

    rig = Rig.model_validate(tomllib.loads(rig_text("vibration-pad")))
    welcome = welcome_of("vibration-pad")
    with pytest.raises(Quit, match="rig 'desk' leads to another rig, 'vibration-pad'") as caught:
        check_rig(Target(rig.port, rig), welcome)
    assert caught.value.code == 3
    check_rig(Target(rig.port), welcome)  # a port that was typed may be anybody's


# -- in real time


@pytest.fixture
def pad() -> Iterator[SimulatedDevice]:
    with spawn_sim("vibration-pad", 3) as device:
        yield device


@pytest.mark.realtime
def test_run_checks_the_program_for_the_device_that_answers(
    pad: SimulatedDevice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fit for the default profile, which has percussion; this device has not."""
    program = tmp_path / "short.toml"
    track = '[[stage.track]]\nchannel = "percussion"\nkeyframes = [{t = 0, v = 0.0}, {t = 30, v = 0.0}]\n'
    program.write_text(BREAK + track, encoding="utf-8")
    assert main(["check", str(program), "--profile", "heated-head"]) == 0
    assert main(["check", str(program), "--profile", "vibration-pad"]) == 1
    capsys.readouterr()
    assert main(["run", str(program), "--port", pad.address]) == 1
    assert "percussion" in capsys.readouterr().err


@pytest.mark.realtime
def test_a_device_that_goes_away_ends_the_run_as_a_lost_link(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with spawn_sim("heated-head", 3) as device:
        command = [sys.executable, "-m", "host_cli", "run", "evening-shoulders", "--port", device.address]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            text=True, env=env,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            for line in process.stdout:
                if "stage 1 of" in line:
                    break
            device.process.kill()
            rest = process.stdout.read()
            assert process.wait(5.0) == 4
    assert "link lost" in rest
    assert "Check the cable, then start again" in rest
