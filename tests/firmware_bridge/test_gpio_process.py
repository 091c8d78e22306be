"""F16, F37 on a Raspberry Pi, with real processes and signals: hardware whose state outlives them all.

The fakes behind are files (tests/firmware_bridge/pi/hardware.py), so what a process leaves on stays on.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if os.name != "posix":
    pytest.skip("processes of a Raspberry Pi", allow_module_level=True)

from firmware_bridge import spawn
from firmware_bridge.errors import PortUnusable
from firmware_bridge.gpio import sign
from firmware_bridge.gpio.errors import ChipAbsent
from firmware_bridge.gpio.folders import memory_of
from firmware_bridge.gpio.guardian import DIED, NOT_OFF, SILENT
from firmware_bridge.gpio.port import FATES, served_at
from firmware_bridge.link import Connection
from firmware_bridge.spawn import spawn_gpio
from tests.firmware_bridge.pi.bench import DRIVEN, RIG, ROOT, PiBench

pytestmark = pytest.mark.realtime
HOST_MS, OWN_MS = 1300, 300  # issue: after the host's end, and after the device's own


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[PiBench]:
    bench = PiBench(tmp_path)
    yield bench
    bench.close()


def test_f37_a_killed_process_leaves_its_pwm_on_and_the_guardian_writes_it_off(bench: PiBench) -> None:
    bench.play()
    bench.hurt(bench.guardian, signal.SIGSTOP)  # held back, to see what would be without it
    bench.hurt(bench.child, signal.SIGKILL)
    time.sleep(0.3)
    assert {"PWM0", "LED0"} <= set(bench.pi.driven()), "the failure is felt: nobody is there, and it drives"
    since_s = bench.hurt(bench.guardian, signal.SIGCONT)
    assert bench.off_after_ms(since_s) <= OWN_MS
    assert bench.gone(bench.guardian)
    assert FATES[DIED] in bench.says()
    assert not bench.pi.floating(*DRIVEN)


def test_f37_a_process_that_stands_still_is_killed(bench: PiBench) -> None:
    bench.play()
    since_s = bench.hurt(bench.child, signal.SIGSTOP)
    assert bench.off_after_ms(since_s) <= OWN_MS
    assert bench.gone(bench.child, bench.guardian)
    assert FATES[SILENT] in bench.says()


def test_f37_both_die_and_only_enable_is_left_and_the_next_start_writes_off_first(bench: PiBench) -> None:
    bench.play()
    bench.hurt(bench.guardian, signal.SIGSTOP)
    bench.hurt(bench.child, signal.SIGKILL)
    bench.hurt(bench.guardian, signal.SIGKILL)
    assert bench.gone(bench.child, bench.guardian)
    edges = bench.pi.edges("D27")
    time.sleep(0.3)
    assert {"PWM0", "LED0"} <= set(bench.pi.driven()), "hardware PWM outlives them"
    assert bench.pi.edges("D27") == edges > 20, "and ENABLE has stopped: its one-shot drops after 200 ms"
    bench.close()
    with spawn_gpio(str(RIG), *bench.arguments) as device:
        assert bench.pi.driven() == {}
        with Connection.open(device.address) as massager:
            assert massager.welcome.reset_cause == 2, "a killed process is a reset, not a power-on"
            assert massager.welcome.bucket_s <= 300
    assert not bench.pi.floating(*DRIVEN)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_f16_f37_the_host_dies_or_stands_still(bench: PiBench, number: int) -> None:
    bench.play()
    since_s = bench.hurt(bench.host, number)
    assert bench.off_after_ms(since_s) <= HOST_MS
    if number == signal.SIGKILL:
        assert bench.gone(bench.child, bench.guardian)
        assert not bench.pi.floating(*DRIVEN)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_f16_without_its_guardian_the_process_ends_and_everything_is_off(bench: PiBench, number: int) -> None:
    bench.play()
    since_s = bench.hurt(bench.guardian, number)
    assert bench.off_after_ms(since_s) <= OWN_MS
    assert bench.gone(bench.child, bench.guardian)
    if number == signal.SIGTERM:
        assert not bench.pi.floating(*DRIVEN), "off, not floating"
        assert bench.says().startswith("lost_link")


def test_an_absent_chip_is_named_and_nothing_starts(bench: PiBench) -> None:
    bench.pi.lose(0x48)
    with pytest.raises(ChipAbsent, match=r"ADS1115 at 0x48 does not answer.*GPIO2.*i2cdetect"):
        spawn_gpio(str(RIG), *bench.arguments)


def test_what_does_not_obey_at_the_end_is_said(bench: PiBench) -> None:
    device = spawn_gpio(str(RIG), *bench.arguments)
    bench.pi.lose(0x40)
    assert device.close() == NOT_OFF, "told again for 2 s, then the host is told to unplug it"


def test_a_rig_that_serves_tells_systemd_and_is_found_by_hosts(bench: PiBench, tmp_path: Path) -> None:
    memory = bench.memory
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        command = [sys.executable, "-m", "firmware_bridge.gpio", "--rig", str(RIG), *bench.arguments]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "NOTIFY_SOCKET": str(tmp_path / "notify")}
        with subprocess.Popen([*command, "--serve"], stdout=subprocess.PIPE, text=True, env=env) as served:
            assert b"READY=1" in systemd.recv(100)
            assert b"WATCHDOG=1" in systemd.recv(100)
            address = served_at(RIG.stem, memory)
            for _host in range(2):
                with Connection.open(address) as massager:
                    assert massager.welcome.rig_id == "pi-bench"
            served.terminate()
            assert served.wait(5) == 0
    assert served_at(RIG.stem, memory) == ""
    assert not (memory / "port").exists()
    bench.pi.pwm_module().PWMOut(bench.pi.D18, frequency=20_000).duty_cycle = 30_000
    assert subprocess.run([*command, "--off"], env=env, check=False).returncode == 0
    assert bench.pi.driven() == {}


def test_an_old_sign_is_not_believed_whoever_holds_the_pins(bench: PiBench) -> None:
    old, new = bench.memory, bench.memory.parent / "served"
    (old / "port").write_text("/dev/pts/999")
    with spawn_gpio(str(RIG), *bench.arguments):
        assert (old / "port").exists(), "the failure is felt: the sign is there, and the pins are held"
        assert served_at(RIG.stem, old) == ""
    new.mkdir()
    with sign.put_up(new, "/dev/pts/7"):
        assert served_at(RIG.stem, new) == "/dev/pts/7"
        with sign.put_up(new, "/dev/pts/8"):
            assert served_at(RIG.stem, new) == "/dev/pts/8"
    assert (new / "port").exists(), "left behind, as by a killed process"
    assert served_at(RIG.stem, new) == ""
    sign.take_down(new)
    sign.take_down(new)
    assert not (new / "port").exists()


def test_what_cannot_keep_the_motors_time_does_not_start(bench: PiBench) -> None:
    (bench.memory / "motors.new").mkdir()  # nothing can be written there; permissions mean nothing to root
    with pytest.raises(PortUnusable, match=r"how long its motors have run, cannot be written: .*Make room"):
        spawn_gpio(str(RIG), *bench.arguments)
    assert bench.pi.driven() == {}


SILENT_UNTIL_ASKED = """
import pathlib, signal, sys
def asked(*_):
    pathlib.Path(sys.argv[1]).write_text("off")
    raise SystemExit(0)
signal.signal(signal.SIGTERM, asked)
print("starting", flush=True)
sys.stdin.read()
if sys.argv[2] == "ends":
    asked()
signal.pause()
"""


@pytest.mark.parametrize(("how", "leave_s"), [("ends", 20.0), ("stays", 0.05)])
def test_a_guardian_that_does_not_come_up_is_waited_for_and_never_killed(
    how: str, leave_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawn, "START_S", 0.3)
    monkeypatch.setattr(spawn, "LEAVE_S", leave_s)
    command = [sys.executable, "-S", "-c", SILENT_UNTIL_ASKED, str(tmp_path / "outputs"), how]
    began_s = time.monotonic()
    assert spawn._started(command, host_pipe=True) == (None, "", [])
    assert (tmp_path / "outputs").read_text() == "off"
    assert time.monotonic() - began_s < 3.0, "as soon as it has ended"


def test_who_says_that_it_goes_on_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spawn, "START_S", 0.4)
    words = "for word in ['starting'] * 5 + ['port x']: time.sleep(0.15); print(word, flush=True)"
    process, first, _ = spawn._started([sys.executable, "-S", "-c", f"import time\n{words}"])
    assert (process is not None, first) == (True, "port x"), "0.9 s in all"
    assert process is not None
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_rig_that_is_served_is_found_by_its_file_too() -> None:
    folder = memory_of("pi-bench")
    folder.mkdir(parents=True, exist_ok=True)
    with sign.put_up(folder, "/dev/pts/9"):
        assert served_at(str(RIG)) == "/dev/pts/9"
        assert served_at(str(RIG.with_name("no such.toml"))) == ""
    sign.take_down(folder)
