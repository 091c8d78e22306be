"""A port that somebody else uses: who it is, by open files, by locks, by lock files."""

from __future__ import annotations

import array
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("termios", reason="pseudo-terminals")

from firmware_bridge import errors
from firmware_bridge.transport import exclusive, open_port
from firmware_bridge.transport.holders import holders, lock_file, running
from firmware_bridge.transport.mapping import busy
from firmware_bridge.transport.places import HERE, Places
from tests.firmware_bridge.realtime import Pty

TIOCGEXCL = 0x80045440  # Linux, asm-generic/ioctls.h
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture
def pty() -> Iterator[Pty]:
    pty = Pty()
    yield pty
    pty.close()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "lock").mkdir()
    (tmp_path / "proc").mkdir()
    return Places(tmp_path / "dev", tmp_path / "by-id", tmp_path / "proc", tmp_path / "lock")


def process(places: Places, pid: int, name: str, *files: str) -> None:
    """A process as /proc tells of it."""
    folder = places.proc / str(pid)
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    for number, file in enumerate(files):
        (folder / "fd" / str(number)).symlink_to(file)


def test_who_has_it_open_is_found_by_its_open_files(places: Places, tmp_path: Path) -> None:
    port = tmp_path / "ttyACM0"
    port.touch()
    (tmp_path / "link").symlink_to(port)
    process(places, 812, "screen", "/dev/null", str(port))
    process(places, 813, "bash", "/dev/null")
    process(places, os.getpid(), "thrum", str(port))
    (places.proc / "locks").write_text("")
    assert [str(each) for each in holders(str(tmp_path / "link"), places)] == ["screen (process 812)"]
    assert running("bash", places) == 813
    assert running("zsh", places) is None
    assert holders(str(tmp_path / "ttyACM9"), places) == []


def test_the_one_with_the_lock_comes_first(places: Places, tmp_path: Path) -> None:
    port = tmp_path / "ttyACM0"
    port.touch()
    for pid, name in ((812, "screen"), (900, "thrum")):
        process(places, pid, name, str(port))
    facts = port.stat()
    place = f"{os.major(facts.st_dev):02x}:{os.minor(facts.st_dev):02x}:{facts.st_ino}"
    (places.proc / "locks").write_text(f"1: FLOCK  ADVISORY  WRITE 900 {place} 0 EOF\n2: POSIX\n")
    first, second = holders(str(port), places)
    assert (first.pid, first.locked, second.locked) == (900, True, False)
    error = busy(str(port), [first, second])
    assert error.pids == (900,)
    assert "in use by thrum (process 900). Close it, or end it with: kill 900" in error.sentence


def test_a_modem_manager_is_waited_for_not_killed(places: Places, tmp_path: Path) -> None:
    process(places, 7, "ModemManager", str(tmp_path / "tty"))
    sentence = busy("/dev/ttyACM0", holders(str(tmp_path / "tty"), places)).sentence
    assert "ModemManager (process 7)" in sentence
    assert "Wait 30 s" in sentence
    assert "kill" not in sentence


@linux
def test_a_real_program_that_holds_the_port_is_named(pty: Pty) -> None:
    script = "import serial, sys; p = serial.Serial(sys.argv[1], exclusive=True); print(1); input()"
    with subprocess.Popen(
        [sys.executable, "-uc", script, pty.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        with pytest.raises(errors.PortBusy) as caught:
            open_port(pty.address)
        assert caught.value.pids == (other.pid,)
        assert f"(process {other.pid})" in str(caught.value)
        other.communicate("\n")
    open_port(pty.address).close()


# -- lock files


@pytest.mark.parametrize("content", [b"       812\n", b"812 screen root\n", (812).to_bytes(4, "little")])
def test_a_lock_file_of_a_living_process_is_heeded(content: bytes, places: Places, pty: Pty) -> None:
    process(places, 812, "minicom")
    (places.locks / f"LCK..{Path(pty.address).name}").write_bytes(content)
    with pytest.raises(errors.PortBusy, match=r"in use by minicom \(process 812\)") as caught:
        open_port(pty.address, places)
    assert caught.value.pids == (812,)
    assert pty.read() == b""


def test_a_stale_lock_file_is_said_and_holds_nothing(places: Places, pty: Pty) -> None:
    (places.locks / f"LCK..{Path(pty.address).name}").write_text("       812\n")
    with open_port(pty.address, places) as port:
        assert "left over from process 812, which has ended: sudo rm " in port.remark
        assert port.write(b"x") == 1


def test_our_own_lock_file_and_none_are_nothing_to_say(places: Places, pty: Pty) -> None:
    assert lock_file(pty.address, places) is None
    (places.locks / f"LCK..{Path(pty.address).name}").write_text(f"{os.getpid()}\n")
    assert lock_file(pty.address, places) is None
    with open_port(pty.address, places) as port:
        assert port.remark == ""


# -- the kernel's lock


def excluded(fd: int) -> int:
    flag = array.array("i", [0])
    fcntl.ioctl(fd, TIOCGEXCL, flag)
    return flag[0]


@linux
def test_the_kernel_is_asked_to_refuse_everybody_else(pty: Pty, places: Places, tmp_path: Path) -> None:
    """On the file of a real terminal; its path here is that of a device, not of a pseudo-terminal."""
    fd = os.open(pty.address, os.O_RDWR | os.O_NOCTTY)
    device = str(tmp_path / "ttyACM0")
    exclusive.take(device, fd, places)
    assert excluded(fd) == 1
    exclusive.leave(device, fd)
    assert excluded(fd) == 0
    process(places, 812, "cat", device)
    with pytest.raises(errors.PortBusy, match="in use by cat"):
        exclusive.take(device, fd, places)
    assert excluded(fd) == 0
    os.close(fd)


@linux
def test_a_pseudo_terminal_keeps_no_lock_after_its_host(pty: Pty) -> None:
    with open_port(pty.address, HERE) as port:
        assert excluded(port.fd) == 0
