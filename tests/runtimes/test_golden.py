"""The golden tapes on this Python: the device plays what it played when they were recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from tests.runtimes import golden, rows, wild
from tests.runtimes.scripts.replay import Replay
from tests.runtimes.tape import Tape, config_values, record


@pytest.mark.parametrize("program", golden.PROGRAMS)
def test_the_device_plays_the_golden_levels(program: str, tmp_path: Path) -> None:
    played, _wire = golden.play(golden.tape_of(program), tmp_path)
    got, wanted = rows.golden(played).splitlines(), golden.levels_of(program).splitlines()
    different = [f"{a} instead of {b}" for a, b in zip(got, wanted, strict=False) if a != b]
    assert not different, f"from second {different[0]} (python -m tests.runtimes.golden records it anew)"
    assert len(got) == len(wanted)
    last = [rows.Row.read(row) for row in rows.rows_of(played)][-1]
    assert (last.state, last.fault, last.applied, last.duties) == ("SAFE", "none", (0, 0, 0), (0, 0, 0))


def test_the_golden_programs_work_every_channel() -> None:
    peaks = [0, 0, 0]
    for program in golden.PROGRAMS:
        for line in golden.levels_of(program).splitlines()[1:]:
            applied = [int(word) for word in line.split()[1:4]]
            peaks = [max(pair) for pair in zip(peaks, applied, strict=True)]
    assert min(peaks) > 1000


def test_a_replay_is_what_was_recorded(tmp_path: Path) -> None:
    """The tape leaves nothing out: a device given it does what the recorded one did."""
    host = wild.WildHost(7)
    tape = host.run(3000).packed()
    replay = Replay(tape, 0)
    while not replay.ended:
        replay.step()
    assert replay.controller.ticks == host.device.ticks == 3000
    for name in ("state", "fault", "reason", "epoch", "asked", "allowed", "applied", "late_ticks"):
        assert getattr(replay.controller, name) == getattr(host.device, name), name
    assert replay.board.duties == host.device.board.duties
    assert config_values(replay.config) == config_values(host.device.config)
    assert replay.config.crc == host.device.config.crc


def test_a_programme_of_today_can_be_recorded(tmp_path: Path) -> None:
    """The recorder keeps up with library, compiler and session, whatever the golden files hold."""
    profile = load_profile(golden.PROFILE)
    timeline = compile_program(load_program("evening-shoulders"), profile).timeline
    assert timeline is not None
    tape = record(timeline, profile, seed=1)
    assert tape.ticks * 10 > timeline.duration_ms


def test_quiet_ticks_cost_a_byte_for_127() -> None:
    tape = Tape(wild.config(), 1)
    before = len(tape.packed())
    for _ in range(300):
        tape.tick(b"", (-1, 65535, 65535, False))
    assert len(tape.packed()) - before == 3


def test_a_difference_is_told_by_tick_and_in_words() -> None:
    raw = bytes(30)
    assert rows.first_difference(raw * 3, raw * 3) == ""
    assert rows.first_difference(raw * 3, raw * 2) == "3 rows against 2"
    other = bytes(18) + b"\x01" + bytes(11)
    assert "tick 1: " in rows.first_difference(raw * 2, raw + other)
    assert "applied=(1, 0, 0)" in rows.first_difference(raw * 2, raw + other)
