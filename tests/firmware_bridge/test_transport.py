"""Ports by real pyserial over real pseudo-terminals and sockets: opening, partial writes, breaking."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

pytest.importorskip("termios", reason="pseudo-terminals")

from firmware_bridge import errors
from firmware_bridge.transport import open_port
from firmware_bridge.transport.mapping import opening_error
from firmware_bridge.transport.serial_port import low_latency
from tests.firmware_bridge.realtime import Pty


@pytest.fixture
def pty() -> Iterator[Pty]:
    pty = Pty()
    yield pty
    pty.close()


@pytest.mark.parametrize("address", ["socket://", "socket://box", "socket://:4000", "SOCKET://box:many"])
def test_a_network_address_that_names_no_computer_or_number(address: str) -> None:
    with pytest.raises(errors.AddressUnknown, match="does not say which computer and which port number"):
        open_port(address)


def test_bytes_go_both_ways_unchanged(pty: Pty) -> None:
    every = bytes(range(256))
    with open_port(pty.address) as port:
        assert port.write(every) == 256
        assert pty.read() == every
        os.write(pty.fd, every)
        assert port.read(4096, 1.0) == every
        assert port.read(4096, 0.0) == b""


def test_a_full_line_takes_part_and_the_count_is_exact(pty: Pty) -> None:
    with open_port(pty.address) as port:
        taken = 0
        while count := port.write(b"x" * 3000):
            taken += count
        assert 0 < taken < 1_000_000
        come = 0
        while data := pty.read():
            come += len(data)
        assert come == taken
        assert port.write(b"y") == 1


def test_a_full_socket_takes_nothing_and_does_not_spin() -> None:
    """pyserial's own write would go round until the other end reads."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = open_port(f"socket://127.0.0.1:{server.getsockname()[1]}")
        other, _peer = server.accept()
        taken = 0
        while count := port.write(b"x" * 65536):
            taken += count
        assert port.write(b"y") == 0
        come = 0
        while come < taken:
            come += len(other.recv(1 << 20))
        assert come == taken
        other.sendall(b"answer")
        assert port.read(3, 1.0) + port.read(100, 1.0) == b"answer"
        assert port.read(100, 0.0) == b""
        other.close()
        with pytest.raises(errors.LinkLost, match="goes to zero by itself"):
            port.read(100, 1.0)
        port.close()


def test_the_driver_is_asked_for_low_latency_and_may_refuse(pty: Pty) -> None:
    """A pseudo-terminal has no such setting."""
    with serial.Serial(pty.address) as port:
        assert low_latency(port) is False


def test_a_driver_that_has_it_is_told_once() -> None:
    class Driver(serial.SerialBase):
        asked: tuple[bool, ...] = ()

        def set_low_latency_mode(self, on: bool) -> None:
            self.asked += (on,)

        def _reconfigure_port(self) -> None:
            """Never opened."""

    driver = Driver()
    assert low_latency(driver) is True
    assert driver.asked == (True,)


def test_unplugging_is_told_once_and_for_all(pty: Pty) -> None:
    with open_port(pty.address) as port:
        assert port.read(10, 0.0) == b""
        pty.close()
        with pytest.raises(errors.LinkLost, match="goes to zero by itself") as first:
            port.read(10, 0.1)
        for again in (lambda: port.read(10, 0.1), lambda: port.write(b"x")):
            with pytest.raises(errors.LinkLost) as later:
                again()
            assert later.value is first.value
        port.close()
        port.close()


def test_a_closed_port_says_so(pty: Pty) -> None:
    port = open_port(pty.address)
    port.close()
    with pytest.raises(errors.LinkLost, match="is closed"):
        port.write(b"x")


def test_a_port_is_opened_by_one_program_only(pty: Pty) -> None:
    with open_port(pty.address), pytest.raises(errors.PortBusy, match="in use by another program"):
        open_port(pty.address)
    open_port(pty.address).close()


def test_a_port_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(errors.PortAbsent, match="There is no port") as caught:
        open_port(str(tmp_path / "ttyACM9"))
    assert caught.value.address.endswith("ttyACM9")
    assert caught.value.code == "B1"


def test_things_that_are_no_ports(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a port")
    for path in (str(file), str(tmp_path), os.devnull):
        with pytest.raises(errors.PortUnusable, match="is not a serial port"):
            open_port(path)
    with pytest.raises(errors.AddressUnknown, match="is not a port"):
        open_port("nonsense://here")


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may open everything")
def test_a_port_that_is_not_permitted(pty: Pty) -> None:
    os.chmod(pty.address, 0)
    with pytest.raises(errors.PortNotPermitted, match="log out and in"):
        open_port(pty.address)


@pytest.mark.parametrize(
    ("address", "says"),
    [("", "name of the port is empty"), ("  ", "is empty"), ("gpio:desk", "no rig 'desk'")],
)
def test_addresses_that_name_no_port_of_this_version(address: str, says: str) -> None:
    with pytest.raises(errors.AddressUnknown, match=says):
        open_port(address)


@pytest.mark.parametrize(
    ("gid", "mode", "joins"), [(20, 0o660, True), (0, 0o660, False), (20, 0o600, False), (None, 0o660, False)]
)
def test_only_a_group_that_may_and_is_not_roots_is_advised(
    gid: int | None, mode: int, joins: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file of the mode in question; the group is as the system would tell it."""
    port = tmp_path / "ttyUSB0"
    port.touch(mode)
    port.chmod(mode)
    number = os.getgroups()[0] if gid is None and os.getgroups() else gid or 0
    told = os.stat_result((*port.stat()[:5], number, *port.stat()[6:]))
    monkeypatch.setattr("firmware_bridge.transport.mapping.os.stat", lambda _path: told)
    error = opening_error(str(port), PermissionError(errno.EACCES, "no"))
    assert type(error) is errors.PortNotPermitted
    assert ("usermod" in error.sentence) == joins
    assert "usermod -aG root" not in error.sentence


def test_a_socket_that_nobody_listens_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
    with pytest.raises(errors.PortAbsent, match=r"Nothing answers at socket://127.*Start the device there"):
        open_port(f"socket://127.0.0.1:{number}")


def test_a_computer_that_the_network_does_not_know() -> None:
    asked = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    told = serial.SerialException(f"Could not open port: {asked}")
    told.__context__ = asked
    error = opening_error("socket://rig.invalid:4000", told)
    assert type(error) is errors.PortAbsent
    assert "Check its spelling" in error.sentence


@pytest.mark.parametrize(
    "address", ["socket://nowhere", "socket://127.0.0.1:x", "socket://127.0.0.1:99999999"]
)
def test_a_url_that_cannot_be_read(address: str) -> None:
    with pytest.raises(errors.BridgeError, match=r"thrum ports|Start the device"):
        open_port(address)


@pytest.mark.parametrize(
    ("raised", "wanted"),
    [
        (serial.SerialException(errno.EACCES, "could not open port"), errors.PortNotPermitted),
        (serial.SerialException(errno.EBUSY, "could not open port"), errors.PortBusy),
        (serial.SerialException(errno.EAGAIN, "Could not exclusively lock port"), errors.PortBusy),
        (serial.SerialException(errno.ENOENT, "could not open port"), errors.PortAbsent),
        (serial.SerialException(errno.ENXIO, "could not open port"), errors.PortAbsent),
        (OSError(errno.EIO, "Input/output error"), errors.PortUnusable),
        # what pyserial says on Windows
        (
            serial.SerialException("could not open port 'COM3': PermissionError(13, 'Access is denied.')"),
            errors.PortBusy,
        ),
        (
            serial.SerialException("could not open port 'COM9': FileNotFoundError(2, 'not found')"),
            errors.PortAbsent,
        ),
    ],
)
def test_each_reason_has_its_own_error(raised: Exception, wanted: type[errors.BridgeError]) -> None:
    address = "COM3" if raised.errno is None else "/dev/null"  # type: ignore[attr-defined]
    error = opening_error(address, raised)
    assert type(error) is wanted
    assert str(error).startswith(("There is no", "You are not", address))


def test_termios_errors_are_mapped_too() -> None:
    import termios

    assert type(opening_error("/dev/null", termios.error(errno.EBUSY, "busy"))) is errors.PortBusy


def test_codes_are_distinct_and_every_error_is_an_oserror() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    kinds = [kind for kind in kinds if issubclass(kind, errors.BridgeError)]
    assert len({kind.code for kind in kinds}) == len(kinds) >= 8
    assert all(issubclass(kind, OSError) for kind in kinds)
