"""The bundle, run as a board runs it: boot.py, then code.py, on MicroPython with shims for the board.

It is not CircuitPython on hardware: the shims refuse what CircuitPython's documentation rules out, and
that is as far as they go.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_bridge.protocol import states
from firmware_bridge.rigs.bundle import make_bundle, ram_of
from firmware_bridge.rigs.document import Rig
from tests.firmware_bridge.boards.rigs import chips_rig, plain_rig, profile
from tests.firmware_bridge.desk import ramp
from tests.runtimes import boards, golden, node, rows
from tests.runtimes.scripts.replay import ROW_BYTES
from tests.runtimes.test_loop import Board

RIGS = [plain_rig(), chips_rig()]
IDS = [rig.id for rig in RIGS]
OFF = [0, 0, 0]


@pytest.mark.parametrize("rig", RIGS, ids=IDS)
def test_a_board_comes_up_with_everything_off_and_its_watchdog_fed(rig: Rig, micropython: None) -> None:
    found = boards.result(rig, "drive.alone(1000)")
    assert found["state"] == states.SAFE
    assert (found["peaks"], found["duties"], found["trouble"]) == (OFF, OFF, 0)
    assert found["watchdog"] == [1, "reset"]
    assert found["fed"] == found["ticks"] == 100
    assert found["autoreload"] is False
    assert found["cdc"] == [False, True]  # no console, a data port
    assert found["host_writes"] is False
    assert found["bench_limits"]  # nobody commissioned it
    assert sorted(found["floating"]) == ["GP23", "GP24"]  # the board's own supply


def test_with_the_stop_held_open_the_drive_can_be_written_and_nothing_is_driven(micropython: None) -> None:
    found = boards.result(plain_rig(), "drive.alone(1000, stop_open=True)")
    assert (found["state"], found["fault"]) == (states.FAULT, states.F_STOP_INPUT)
    assert found["cdc"] == [True, True]
    assert found["host_writes"] is True
    assert found["peaks"] == OFF


@pytest.mark.parametrize(
    ("reason", "kept", "told"),
    [
        ("HARD_FAULT", (), [states.F_INTERNAL, 0, 0, 0]),
        ("HARD_FAULT", (0, 0, 0, 0), [states.F_INTERNAL, 0, 0, 0]),
        ("HARD_FAULT", (states.F_HEAT_FELL, 7, 2, 3000), [states.F_HEAT_FELL, 7, 2, 3000]),
        ("USER", (), []),
    ],
)
def test_after_a_hard_crash_every_chip_is_off_and_the_next_hello_tells(
    reason: str, kept: tuple[int, ...], told: list[int], micropython: None
) -> None:
    found = boards.result(chips_rig(), f"drive.safe_mode({reason!r}, {kept!r})")
    assert max(found["before"]) > 30_000, "the failure is felt: nobody drives, and the chip does"
    assert found["duties"] == OFF
    assert found["fault"] == told


def test_a_wedged_bus_is_a_fault_that_the_host_is_told(micropython: None) -> None:
    found = boards.result(chips_rig(), "drive.alone(1000, break_bus_ms=500)")
    assert (found["state"], found["fault"]) == (states.FAULT, states.F_OUTPUT_CHECK)
    assert found["trouble"] == found["fault_value"] > 0
    assert found["fed"] == 100  # the loop is sound: it goes on, and says so


@pytest.mark.parametrize("rig", RIGS, ids=IDS)
def test_what_it_takes_in_memory_is_what_the_command_says(rig: Rig, micropython: None) -> None:
    found = boards.memory(rig)
    said = make_bundle(rig, profile()).ram_bytes
    assert 0.85 * said < found["used"] <= said
    half = ram_of("pico") / 2
    assert said < (
        half if rig.id == "plain" else 1.2 * half
    )  # with every chip there is, it belongs on a Pico 2
    assert found["per_tick"] < (30 if rig.id == "plain" else 600)  # the port's; the libraries' and the fakes'


def test_the_bundle_plays_the_golden_levels(micropython: None, tmp_path: Path) -> None:
    """Ten seconds of a recorded session through the bundle's copy of the controller."""
    program, ticks = next(iter(golden.PROGRAMS)), 1000
    tape, played = tmp_path / "tape", tmp_path / "played"
    tape.write_bytes(golden.tape_of(program))
    names = ("tests/runtimes/scripts/replay.py", "firmware_bridge/device/board.py")
    extra = [(tape, "/tape"), *((node.ROOT / name, f"/{name}") for name in names)]
    code = (
        "from tests.runtimes.scripts.replay import Replay\n"
        "replay = Replay(open('/tape', 'rb').read(), 0)\n"
        "with open('/rows', 'wb') as out:\n"
        f"    for _ in range({ticks}):\n"
        "        replay.step()\n"
        "        replay.fill_row()\n"
        "        out.write(replay.row)\n"
    )
    boards.job(plain_rig(), tmp_path / "drive", code, put=extra, take=[(played, "/rows")]).run()
    wanted = golden.play(tape.read_bytes(), tmp_path)[0][: ticks * ROW_BYTES]
    assert rows.first_difference(wanted, played.read_bytes()) == ""


# -- back to back with the real host --------------------------------------------------------------


@pytest.fixture(params=RIGS, ids=IDS)
def board(request: pytest.FixtureRequest, micropython: None, tmp_path: Path) -> Iterator[Board]:
    tty = pytest.importorskip("tty", reason="pseudo-terminals")
    device_end, host_end = os.openpty()
    tty.setraw(host_end)
    os.set_blocking(device_end, False)
    process = boards.job(request.param, tmp_path, "drive.serve()", port=device_end).start()
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield Board(os.ttyname(host_end), process, (device_end, host_end))
    process.kill()
    process.communicate()


@pytest.mark.realtime
def test_a_host_plays_and_stops_a_bundle(board: Board) -> None:
    from firmware_bridge.link import Connection

    with Connection.open(board.address) as massager:
        assert massager.welcome.commissioned
        assert not massager.welcome.simulated
        massager.play(ramp(1000, top=400))
        assert massager.wait_for(lambda session: session.phase == "ended", 5.0)
        assert massager.session.outcome == "completed"
    with Connection.open(board.address) as massager:
        massager.play(ramp(20_000))
        assert massager.wait_for(
            lambda session: session.phase == "running" and session.playhead_ms > 500, 4.0
        )
        massager.stop()
        assert massager.wait_for(lambda session: session.phase == "ended", 1.0)
        assert massager.session.outcome == "stopped_by_user"
    found = board.close()
    assert (found["state"], found["reason"]) == (states.SAFE, states.WHY_STOP)
    assert found["duties"] == OFF
    assert isinstance(found["peaks"], list)
    assert found["peaks"][0] > 2000


@pytest.mark.realtime
def test_a_bundle_goes_to_zero_when_its_host_falls_silent(board: Board) -> None:
    from firmware_bridge.link import Connection

    with Connection.open(board.address) as massager:
        massager.play(ramp(20_000))
        assert massager.wait_for(lambda session: session.phase == "running", 4.0)
        time.sleep(1.35)  # the I/O thread goes on, the application does not
        status = massager.view().status
        assert status is not None
        assert (status.state, status.applied) == (states.PAUSED, (0, 0, 0))
    assert board.close()["duties"] == OFF


def test_the_constants_of_a_rig_are_python(tmp_path: Path) -> None:
    for rig in RIGS:
        names: dict[str, object] = {}
        exec(make_bundle(rig, profile()).files["thrum_rig.py"], names)
        assert json.dumps(names["PLAN"])
