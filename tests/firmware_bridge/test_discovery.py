"""Ports by name: lasting names, short names, searches; nothing is opened or written by looking."""

from __future__ import annotations

from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

pytest.importorskip("termios", reason="pseudo-terminals")

from firmware_bridge import errors
from firmware_bridge.transport import open_port
from firmware_bridge.transport.discovery import found_ports, has_two_ports, path_of
from firmware_bridge.transport.places import Places
from tests.firmware_bridge.realtime import Pty

PICO, OTHER = "usb-Raspberry_Pi_Pico_E66-if00", "usb-FTDI_Cable_A9-if00-port0"


def listed(device: str, description: str = "Pico", hwid: str = "USB VID:PID=239A:80F4") -> ListPortInfo:
    port = ListPortInfo(device, skip_link_detection=True)
    port.description, port.hwid, port.serial_number = description, hwid, "E66"
    return port


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """/dev with two ports, of which one has its by-id name, and one more link."""
    by_id = tmp_path / "dev" / "serial" / "by-id"
    by_id.mkdir(parents=True)
    for name, link in (("ttyACM0", PICO), ("ttyUSB0", OTHER)):
        (tmp_path / "dev" / name).touch()
        (by_id / link).symlink_to(f"../../{name}")
    return Places(tmp_path / "dev", by_id, tmp_path / "proc", tmp_path / "lock")


def test_ports_are_listed_with_the_name_that_lasts(places: Places) -> None:
    rows = [listed(str(places.dev / "ttyS9"), "n/a"), listed(str(places.dev / "ttyACM0"))]
    first, second = found_ports(places, rows)
    assert (first.device, first.best_name) == (str(places.dev / "ttyACM0"), str(places.by_id / PICO))
    assert (second.description, second.lasting, second.best_name) == ("serial port", "", second.device)


def test_looking_opens_and_writes_nothing(places: Places) -> None:
    pty = Pty()
    (places.by_id / "usb-Thrum_desk-if00").symlink_to(pty.address)
    assert found_ports(places, [listed(pty.address)])[0].lasting.endswith("desk-if00")
    assert path_of("desk", places) == str(places.by_id / "usb-Thrum_desk-if00")
    assert pty.read() == b""
    pty.close()


@pytest.mark.parametrize("address", ["/dev/ttyACM7", "socket://127.0.0.1:1", "./here", "loop://"])
def test_a_whole_name_stays_as_it_is(address: str, places: Places) -> None:
    assert path_of(address, places) == address


@pytest.mark.parametrize(("short", "leads"), [("ttyACM0", "ttyACM0"), ("pico", PICO), (OTHER, OTHER)])
def test_a_short_name_leads_to_the_one_port_it_fits(short: str, leads: str, places: Places) -> None:
    assert Path(path_of(short, places)).name == leads


def test_two_candidates_are_never_chosen_between(places: Places) -> None:
    with pytest.raises(errors.PortAmbiguous, match=r"could be any of 2 ports.*Name one") as caught:
        path_of("usb-", places)
    assert {Path(each).name for each in caught.value.candidates} == {PICO, OTHER}
    assert "got power with its stop open" not in str(caught.value)
    with pytest.raises(errors.PortAmbiguous):
        open_port("usb-", places)


def test_the_two_ports_of_one_board_are_explained(places: Places) -> None:
    (places.dev / "ttyACM1").touch()
    (places.by_id / PICO.replace("if00", "if02")).symlink_to("../../ttyACM1")
    with pytest.raises(errors.PortAmbiguous, match="close the stop, pull the plug"):
        path_of("pico", places)
    assert has_two_ports(str(places.dev / "ttyACM0"), places)
    assert has_two_ports(str(places.by_id / PICO), places)
    assert not has_two_ports(str(places.dev / "ttyUSB0"), places)


def test_two_boards_are_not_taken_for_the_two_ports_of_one(places: Places) -> None:
    (places.by_id / PICO).rename(places.by_id / "usb-Raspberry_Pi_Pico_AAAA-if02")
    (places.by_id / "usb-Raspberry_Pi_Pico_BBBB-if02").symlink_to(places.dev / "ttyUSB0")
    with pytest.raises(errors.PortAmbiguous, match="could be any of 2 ports") as caught:
        path_of("pico", places)
    assert "close the stop" not in str(caught.value)


def test_a_name_that_fits_nothing_lists_what_there_is(places: Places) -> None:
    with pytest.raises(
        errors.PortAbsent, match=f"There is no port desk. Is the rig plugged in\\? There are: .*{PICO}"
    ):
        path_of("desk", places, [listed(str(places.dev / "ttyACM0"))])
    with pytest.raises(errors.PortAbsent, match="with a cable that carries data"):
        path_of("desk", places, [])


def test_a_search_finds_one_or_says_why_not(places: Places) -> None:
    rows = [listed(str(places.dev / "ttyACM0")), listed(str(places.dev / "ttyUSB0"), "Cable", "USB 0403")]
    assert path_of("hwgrep://239a:80F4", places, rows) == str(places.by_id / PICO)
    with pytest.raises(errors.PortAmbiguous):
        path_of("hwgrep://tty", places, rows)
    with pytest.raises(errors.PortAbsent, match="There are: "):
        path_of("hwgrep://nothing", places, rows)
    for wrong in ("hwgrep://(", "hwgrep://tty&skip_busy"):
        with pytest.raises(errors.AddressUnknown, match="thrum ports"):
            path_of(wrong, places, rows)
