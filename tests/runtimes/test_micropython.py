"""The device code on MicroPython: the same levels to the tick, the same bytes, nothing allocated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firmware_bridge.protocol.states import STATES
from tests.runtimes import golden, node, rows
from tests.runtimes.conftest import WILD_SEEDS, WILD_TICKS, Background
from tests.runtimes.scripts.replay import ROW_BYTES

TICKS = 10_000


@pytest.mark.parametrize("program", golden.PROGRAMS)
def test_the_same_levels_come_out(
    program: str, micropython: None, background: Background, tmp_path: Path
) -> None:
    here, here_said = golden.play(background.tapes[program], tmp_path)
    there, there_said = background.result(program)
    assert rows.first_difference(here, there) == ""
    assert rows.golden(there) == golden.levels_of(program)
    assert there_said == here_said


@pytest.mark.parametrize("seed", WILD_SEEDS)
def test_and_the_same_in_a_world_that_misbehaves(
    seed: int, micropython: None, background: Background, tmp_path: Path
) -> None:
    here, here_said = golden.play(background.tapes[f"wild {seed}"], tmp_path)
    there, there_said = background.result(f"wild {seed}")
    assert len(here) == WILD_TICKS * ROW_BYTES
    assert rows.first_difference(here, there) == ""
    assert there_said == here_said


def test_that_world_misbehaves_enough(background: Background) -> None:
    seen = [host.seen for host in background.hosts.values()]
    assert set.union(*(each.states for each in seen)) == set(STATES) - {"BOOT"}
    assert len(set.union(*(each.faults for each in seen))) >= 6
    assert len(set.union(*(each.results for each in seen))) >= 6
    for each in seen:
        assert each.underruns
        assert each.bad_frames > 20
        assert each.refused_segments > 20
        assert each.refused_raises > 20


@pytest.mark.parametrize("program", golden.PROGRAMS)
def test_ten_thousand_ticks_allocate_nothing(program: str, micropython: None, tmp_path: Path) -> None:
    """Frames decoded, SEGMENTS queued, STATUS sent, heat supervised; the collector is off."""
    found = json.loads(measure(f"measure.memory('/tape', {TICKS})", program, tmp_path))
    assert found["running"]
    assert found["played_ms"] == 10 * TICKS
    assert found["frames"] >= 5 * TICKS // 100  # five heartbeats a second, and SEGMENTS
    assert found["dropped"] == 0
    assert found["after"] == found["before"]


def test_one_allocation_per_tick_would_be_seen(micropython: None, tmp_path: Path) -> None:
    assert int(measure("measure.control('/tape', 100)", next(iter(golden.PROGRAMS)), tmp_path)) >= 100 * 16


def measure(call: str, program: str, folder: Path) -> str:
    tape = folder / "tape"
    tape.write_bytes(golden.tape_of(program))
    return node.Job(f"from tests.runtimes.scripts import measure\n{call}", put=[(tape, "/tape")]).run()


def test_the_crc_without_a_library_is_the_same(micropython: None) -> None:
    """MicroPython has no zlib.crc32: frames there come from the table."""
    out = node.Job("from firmware_bridge.protocol import framing\nprint(framing.HAS_CRC32)").run()
    assert out.strip() == "False"


def test_what_fails_on_micropython_is_told(micropython: None) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        node.Job("1 // 0").run()
