"""Connection over real ports against the wall clock: the small real-time suite of the host side."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

pytest.importorskip("termios", reason="pseudo-terminals")

from firmware_bridge import errors
from firmware_bridge.link import Connection
from firmware_bridge.protocol import states as s
from firmware_bridge.protocol.framing import Encoder
from firmware_bridge.spawn import spawn_sim
from firmware_bridge.transport import Port, open_port
from tests.firmware_bridge.desk import HASH, ramp
from tests.firmware_bridge.realtime import DeviceThread, FastClock, Pty, SocketDevice

pytestmark = pytest.mark.realtime


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


def ended(session: object) -> bool:
    return session.phase == "ended"  # type: ignore[attr-defined]


def test_a_program_plays_to_its_end(pty: Pty, device: DeviceThread) -> None:
    with Connection.open(pty.address) as massager:
        assert massager.welcome.simulated
        assert massager.welcome.profile_hash == HASH
        massager.play(ramp(700, top=300), profile_hash=HASH)
        assert massager.wait_for(ended, 3.0)
        view = massager.view()
        assert (view.phase, view.outcome) == ("ended", "completed")
        assert view.status is not None
        assert view.status.at_rest
        kinds = [event.kind for event in massager.drain_events()]
        assert kinds[-1] == "ended"
        assert massager.drain_events() == []
    assert device.controller.underruns == 0


def test_stop_pause_resume_and_a_second_session_on_the_same_port(pty: Pty, device: DeviceThread) -> None:
    with Connection.open(pty.address) as massager:
        massager.play(ramp(20_000))
        assert massager.wait_for(lambda s: s.phase == "running" and s.playhead_ms > 300, 3.0)
        assert massager.pause()
        assert massager.wait_for(lambda s: s.phase == "paused", 1.0)
        assert massager.resume(ramp(20_000))
        assert massager.wait_for(lambda s: s.phase == "running" and s.playhead_ms > 200, 2.0)
        asked_ms = device.clock.now_ms()
        massager.stop()
        assert massager.wait_for(ended, 1.0)
        assert device.clock.now_ms() - asked_ms <= 250
        assert massager.session.outcome == "stopped_by_user"
    with Connection.open(pty.address) as again:
        assert again.welcome.last_reason == s.WHY_STOP


def test_leaving_with_means_off(pty: Pty, device: DeviceThread) -> None:
    massager = Connection.open(pty.address)

    def crash() -> None:
        with massager:
            massager.play(ramp(20_000))
            assert massager.wait_for(lambda s: s.phase == "running" and s.playhead_ms > 300, 3.0)
            raise RuntimeError("of the application")

    with pytest.raises(RuntimeError, match="of the application"):
        crash()
    assert massager.session.outcome == "stopped_by_user"
    assert device.controller.state == s.SAFE
    assert not any(device.board.duties)
    massager.close()


def test_an_application_that_hangs_is_at_zero_in_1300_ms(pty: Pty, device: DeviceThread) -> None:
    with Connection.open(pty.address) as massager:
        massager.play(ramp(20_000))
        assert massager.wait_for(lambda s: s.phase == "running" and s.playhead_ms > 100, 3.0)
        hung_ms = device.clock.now_ms()
        time.sleep(1.35)  # the I/O thread goes on, the application does not
        assert device.zero_ms is not None
        assert 0 < device.zero_ms - hung_ms <= 1300
        assert massager.session.phase == "paused"


def test_an_unplugged_cable_ends_the_session_and_the_thread(pty: Pty) -> None:
    device = DeviceThread(pty.fd)
    massager = Connection.open(pty.address)
    massager.play(ramp(20_000))
    assert massager.wait_for(lambda s: s.phase == "running", 3.0)
    device.close()
    pty.close()
    assert massager.wait_for(ended, 0.5)
    assert massager.session.outcome == "lost_link"
    assert isinstance(massager.failure, errors.LinkLost)
    massager.close()
    assert f"thrum {massager.address}" not in [thread.name for thread in threading.enumerate()]


def test_the_same_over_a_socket() -> None:
    served = SocketDevice()
    with Connection.open(served.address) as massager:
        massager.play(ramp(200, top=80))
        assert massager.wait_for(ended, 3.0)
        assert massager.session.outcome == "completed"
    served.close()


def test_silence_is_no_massager_and_nothing_more_is_written(pty: Pty) -> None:
    connection = Connection(open_port(pty.address), clock=FastClock(10))
    with pytest.raises(errors.NotAMassager, match="no massager answered"):
        connection.shake_hands()
    assert pty.read()
    connection.close()
    assert pty.read() == b""


def test_chatter_of_something_else_is_no_massager_either(pty: Pty) -> None:
    connection = Connection(open_port(pty.address), clock=FastClock(20))
    os.write(pty.fd, b"ok\r\nGrbl 1.1h ['$' for help]\r\n\0" * 20)
    with pytest.raises(errors.NotAMassager):
        connection.shake_hands()
    assert connection.session.decoder.bad >= 20
    connection.close()


def test_another_version_of_the_protocol_has_its_own_error(pty: Pty) -> None:
    connection = Connection(open_port(pty.address), clock=FastClock(20))
    os.write(pty.fd, Encoder().frame(12 + 32, 0, 0, bytes(60)))  # version 3
    with pytest.raises(errors.WrongProtocol, match="another version"):
        connection.shake_hands()
    connection.close()


def fill(port: Port, size: int) -> int:
    """Writes until nothing more is taken; how much it was."""
    taken = 0
    while count := port.write(b"\0" * size):
        taken += count
    return taken


def test_a_line_that_takes_nothing_from_the_start_is_no_massager(pty: Pty) -> None:
    port = open_port(pty.address)
    while sum(fill(port, size) for size in (1000, 1)):
        time.sleep(0.02)  # the kernel passes on what it can in its own time
    connection = Connection(port, clock=FastClock(5))
    with pytest.raises(errors.NotAMassager, match="no massager answered"):
        connection.shake_hands()
    assert isinstance(connection.failure, errors.LinkLost)
    connection.close()


def test_a_port_that_only_echoes_is_no_massager() -> None:
    connection = Connection(open_port("loop://"), clock=FastClock(10))
    with pytest.raises(errors.NotAMassager, match="no massager answered"):
        connection.shake_hands()
    connection.close()


def test_the_simulated_device_in_a_process_of_its_own() -> None:
    with spawn_sim("vibration-pad", 5) as device:
        with Connection.open(device.address) as massager:
            assert massager.welcome.label == "SIM"
            assert massager.welcome.commissioned
            assert massager.welcome.boot_id > 0
        assert device.process.poll() is None  # it outlives its host
    assert device.process.poll() is not None
    device.close()


def test_a_simulated_device_that_does_not_start_says_why() -> None:
    with pytest.raises(errors.PortAbsent, match=r"did not start: .*no-such-profile"):
        spawn_sim("no-such-profile")
