"""The firmware's loop, on this Python in virtual time and on MicroPython behind a pseudo-terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from subprocess import Popen

import pytest

from firmware_bridge.device.loop import Loop
from firmware_bridge.protocol import states
from firmware_bridge.session import Session
from tests.firmware_bridge.desk import desk_device, ramp
from tests.runtimes import node
from tests.runtimes.tape import config_values

BOOT_ID = 271828


@dataclass
class MemoryPort:
    """Bytes both ways; ``takes``: how many it accepts at a time."""

    arrived: bytearray = field(default_factory=bytearray)
    written: bytearray = field(default_factory=bytearray)
    takes: int = 1000

    def read_into(self, buffer: bytearray) -> int:
        count = min(len(buffer), len(self.arrived))
        buffer[:count] = self.arrived[:count]
        del self.arrived[:count]
        return count

    def write_from(self, buffer: bytearray, count: int) -> int:
        count = min(count, self.takes)
        self.written += buffer[:count]
        return count


def test_it_ticks_when_due_and_carries_bytes_both_ways() -> None:
    controller, board = desk_device(BOOT_ID)
    port = MemoryPort(takes=7)
    loop, session, peak = Loop(controller, port), Session(5), 0
    session.play(ramp(1000))
    for now_ms in range(0, 4000, 2):
        session.beat()
        session.receive(bytes(port.written), now_ms)
        port.written.clear()
        port.arrived += session.poll(now_ms)
        assert loop.turn(now_ms) == (now_ms % 10 == 0)
        peak = max(peak, *board.duties)
    assert (session.outcome, controller.underruns, controller.late_ticks) == ("completed", 0, 0)
    assert peak > 8000
    assert board.duties == [0, 0]


def test_a_late_turn_is_one_long_tick_and_the_counter_may_wrap() -> None:
    controller, _board = desk_device(BOOT_ID)
    loop = Loop(controller, MemoryPort())
    before_the_wrap_ms = 0x1FFFFFFF - 4
    assert loop.turn(before_the_wrap_ms)
    assert not loop.turn(3)
    assert loop.turn(60)
    assert (controller.ticks, controller.late_ticks) == (2, 1)


def test_a_port_that_takes_nothing_stops_nothing() -> None:
    controller, _board = desk_device(BOOT_ID)
    loop = Loop(controller, MemoryPort(takes=0))
    for now_ms in range(0, 20_000, 10):
        assert loop.turn(now_ms)
    assert controller.ticks == 2000
    assert controller.link.dropped > 100


# -- MicroPython behind a real port ---------------------------------------------------------------


@dataclass
class Board:
    """A device on MicroPython: a process of its own, serving a pseudo-terminal."""

    address: str
    process: Popen[str]
    ends: tuple[int, int]

    def close(self) -> dict[str, object]:
        """Pulls the cable; what the device says of its life."""
        for end in self.ends:
            os.close(end)
        found: dict[str, object] = json.loads(node.finish(self.process, 10.0))
        return found


@pytest.fixture
def board(micropython: None) -> Iterator[Board]:
    tty = pytest.importorskip("tty", reason="pseudo-terminals")
    device_end, host_end = os.openpty()
    tty.setraw(host_end)
    os.set_blocking(device_end, False)
    config = json.dumps(config_values(desk_device(BOOT_ID)[0].config))
    code = f"from tests.runtimes.scripts import serve\nserve.main({config!r}, {BOOT_ID})"
    process = node.Job(code, port=device_end).start()
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield Board(os.ttyname(host_end), process, (device_end, host_end))
    process.kill()
    process.communicate()


@pytest.mark.realtime
def test_a_host_plays_and_stops_on_micropython(board: Board) -> None:
    from firmware_bridge.link import Connection

    with Connection.open(board.address) as massager:
        assert massager.welcome.boot_id == BOOT_ID
        assert massager.welcome.commissioned
        massager.play(ramp(1000, top=400))
        assert massager.wait_for(lambda session: session.phase == "ended", 4.0)
        assert massager.session.outcome == "completed"
    with Connection.open(board.address) as massager:
        massager.play(ramp(20_000))
        assert massager.wait_for(
            lambda session: session.phase == "running" and session.playhead_ms > 500, 3.0
        )
        massager.stop()
        assert massager.wait_for(lambda session: session.phase == "ended", 1.0)
        assert massager.session.outcome == "stopped_by_user"
        status = massager.view().status
        assert status is not None
        assert status.at_rest
    found = board.close()
    assert (found["state"], found["reason"]) == (states.SAFE, states.WHY_STOP)
    assert found["underruns"] == 0
    assert isinstance(found["peak_duty"], int)
    assert found["peak_duty"] > 8000
    assert found["duties"] == [0, 0]
