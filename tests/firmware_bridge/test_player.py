"""The player: integer curves against the formula, and a queue that takes whole frames or nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.device.player import Player, wave_allowed, wave_factor
from programs.timeline import Wave
from tests.firmware_bridge.bench import record

EVERYWHERE = 0b1111110
SHAPES = {1: "sine", 2: "triangle", 3: "saw_up", 4: "saw_down", 5: "square"}


def s_of(shape: str, turn: float, duty: float) -> float:
    """s of the formula, -1..1, as the document describes it."""
    if shape == "square":
        return 1.0 if turn < duty else -1.0
    if shape == "saw_up":
        return 2 * turn - 1
    if shape == "saw_down":
        return 1 - 2 * turn
    rising = turn / duty if turn < duty else (1 - turn) / (1 - duty)
    return 2 * rising - 1 if shape == "triangle" else -math.cos(math.pi * rising)


@given(
    st.sampled_from(sorted(SHAPES)),
    st.integers(0, 10000),
    st.integers(0, 10000),
    st.integers(0, 999_999),
)
def test_wave_factor_follows_the_formula_and_only_lowers(
    shape: int, depth: int, duty: int, phase: int
) -> None:
    factor = wave_factor(shape, depth, duty, phase)
    assert 0 <= factor <= 10000
    turn = phase // 100 / 10000
    exact = 1 - depth / 10000 * (1 - s_of(SHAPES[shape], turn, duty / 10000)) / 2
    assert abs(factor / 10000 - exact) < 0.0006


def played(player: Player, steps_ms: list[int]) -> list[tuple[int, ...]]:
    seen = []
    for step in steps_ms:
        player.advance(step)
        seen.append((player.playhead_ms, *player.envelope, *player.factor))
    return seen


@given(st.lists(st.integers(1, 90), min_size=5, max_size=40))
def test_where_the_ticks_fall_does_not_change_the_curve(steps: list[int]) -> None:
    """Levels and phases are functions of the playhead alone."""
    records = [
        record(140, vibration=3000, wave=(1, 900, 1700, 6000, 4000, 1234), heat=3500),
        record(200, vibration=1000, wave="goes on", percussion=2000),
        record(500, percussion=0, heat=3700),
        record(500),
    ]
    coarse, fine = Player(), Player()
    for player in (coarse, fine):
        assert player.enqueue(b"".join(records), 0, sum(map(len, records)), EVERYWHERE)
    for step in steps:
        coarse.advance(step)
        for _ in range(step):
            fine.advance(1)
        assert coarse.playhead_ms == fine.playhead_ms
        assert coarse.envelope == fine.envelope
        assert coarse.factor == fine.factor


def test_envelope_is_linear_between_ends_and_heat_never_ramps_from_off() -> None:
    player = Player()
    data = record(200, vibration=1000, heat=3400) + record(100, heat=3600) + record(100, heat=0, last=True)
    assert player.enqueue(data, 0, len(data), EVERYWHERE)
    assert played(player, [50, 50])[-1][:4] == (100, 500, 0, 3400)
    assert played(player, [100, 50])[-1][:4] == (250, 1000, 0, 3500)
    assert played(player, [60])[-1][:4] == (310, 1000, 0, 0)


def test_phase_goes_on_as_the_timeline_says() -> None:
    wave = Wave("sine", 333, 777, 10000, 5000, 120_000)
    player = Player()
    data = record(170, vibration=1000, wave=(1, 333, 777, 10000, 5000, 1200)) + record(
        500, vibration=1000, wave="goes on"
    )
    assert player.enqueue(data, 0, len(data), EVERYWHERE)
    player.advance(100)
    assert player.factor[0] == wave_factor(1, 10000, 5000, wave.phase_after_ut(100, 170))
    player.advance(70 + 300)
    onward = Wave("sine", 777, 777, 10000, 5000, wave.phase_after_ut(170, 170))
    assert player.factor[0] == wave_factor(1, 10000, 5000, onward.phase_after_ut(300, 500))


def test_running_dry_is_said_and_playing_goes_on_from_there() -> None:
    player = Player()
    first, second = record(100, vibration=1000), record(100, vibration=2000, last=True)
    assert player.enqueue(first, 0, len(first), EVERYWHERE)
    assert player.advance(130) == 30
    assert (player.empty, player.finished, player.envelope[0]) == (True, False, 1000)
    assert player.enqueue(second, 0, len(second), EVERYWHERE)
    assert player.advance(50) == 0
    assert (player.playhead_ms, player.envelope[0], player.empty) == (150, 1500, False)
    player.advance(50)
    assert (player.finished, player.empty) == (True, False)


REFUSED = {
    "too short": record(19, vibration=1),
    "too long": record(501, vibration=1),
    "unknown region": record(region=7, vibration=1),
    "region not armed": record(region=1, vibration=1),
    "level above full": record(vibration=10001),
    "wave without a wave": record(vibration=1, wave="goes on"),
    "unknown shape": record(vibration=1, wave=(6, 1000, 1000, 1, 5000, 0)),
    "wave above 4 Hz": record(vibration=1, wave=(1, 4001, 1000, 1, 5000, 0)),
    "standing wave": record(vibration=1, wave=(1, 0, 1000, 1, 5000, 0)),
    "burst above 10 Hz": record(vibration=1, wave=(5, 1000, 10001, 1, 5000, 0)),
    "burst below 0.5 Hz": record(vibration=1, wave=(5, 499, 1000, 1, 5000, 0)),
    "burst on for 29 ms": record(vibration=1, wave=(5, 5000, 5000, 1, 1450, 0)),
    "burst off for 29 ms": record(vibration=1, wave=(5, 5000, 5000, 1, 8550, 0)),
    "depth above full": record(vibration=1, wave=(1, 1000, 1000, 10001, 5000, 0)),
    "phase of a whole turn": record(vibration=1, wave=(1, 1000, 1000, 1, 5000, 10000)),
    "cut off": record(vibration=1, wave=(1, 1000, 1000, 1, 5000, 0))[:-1],
    "bytes left over": record(vibration=1) + b"\x00",
    "nothing": b"",
}


@pytest.mark.parametrize("why", sorted(REFUSED))
def test_a_frame_with_one_bad_record_is_refused_whole(why: str) -> None:
    player = Player()
    good = record(100, region=3, vibration=500)
    regions = 1 << 3
    assert player.enqueue(good, 0, len(good), regions)
    data = (good if why != "nothing" else b"") + REFUSED[why]
    assert not player.enqueue(data, 0, len(data), regions)
    assert player.buffered_ms == 100
    player.advance(100)
    assert player.empty


def test_the_bounds_themselves_are_allowed() -> None:
    for good in (
        record(20, vibration=10000, wave=(1, 4000, 4000, 10000, 10000, 9999)),
        record(500, vibration=0, wave=(5, 500, 10000, 10000, 5000, 0)),
        record(500, vibration=0, wave=(5, 5000, 5000, 10000, 1500, 0)),
    ):
        player = Player()
        assert player.enqueue(good, 0, len(good), EVERYWHERE)
    assert not wave_allowed(0, 1, 1, 1, 1, 1)


@given(st.lists(st.integers(20, 500), min_size=1, max_size=120))
def test_the_queue_never_holds_more_than_1500_ms(durations: list[int]) -> None:
    player = Player()
    held = 0
    for duration in durations:
        data = record(duration, vibration=100)
        taken = player.enqueue(data, 0, len(data), EVERYWHERE)
        assert taken == (held + duration <= 1500)
        held += duration if taken else 0
        assert player.buffered_ms == held


def test_nothing_follows_the_last_record() -> None:
    player = Player()
    data = record(100, vibration=0, last=True)
    assert player.enqueue(data, 0, len(data), EVERYWHERE)
    assert not player.enqueue(data, 0, len(data), EVERYWHERE)
    player.flush()
    assert player.enqueue(data, 0, len(data), EVERYWHERE)


@given(st.binary(max_size=60))
def test_any_bytes_are_taken_whole_or_not_at_all(data: bytes) -> None:
    player = Player()
    before = player.buffered_ms
    if not player.enqueue(data, 0, len(data), EVERYWHERE):
        assert player.buffered_ms == before
    for _ in range(30):
        player.advance(100)
        assert all(0 <= level <= 10000 for level in player.envelope)
        assert all(0 <= factor <= 10000 for factor in player.factor)
