"""The day of an operator's hand: an estimate from what was applied, of REAL sessions, whatever is deleted."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_cli.exits import Quit
from host_cli.guided.events import Sample
from host_cli.records.deletion import delete
from host_cli.records.exposure import Hand, day_of, points_of, warning
from host_cli.records.recorder import Recorder
from host_cli.records.store import Store
from programs.profile import load_profile
from sim.lockstep import simulate
from tests.host_cli.recorded import NOON, about, played, program, rig, write

HEAD = rig()
GUN = load_profile("percussion-massager")


def sample(t_s: float, vibration: float, percussion: float = 0.0) -> Sample:
    levels = (0.0, 0.0, vibration, 0.0, 0.0, percussion, 0.0, 0.0, 0.0)
    return Sample(t_s, t_s, "RUNNING", *levels, 30.0, 0.5, 12.0, 1.0, 1.0, 900.0)


def minutes(level: float, many: float = 10.0) -> list[Sample]:
    """A sample every 5 s."""
    return [sample(i * 5.0, level) for i in range(round(many * 12) + 1)]


def test_at_full_level_it_is_the_formula_of_the_directive() -> None:
    """2 a_hv^2 t[h], with the a_hv of the profile; ten minutes."""
    (a_hv,) = [each.a_hv_m_s2 for each in HEAD.outputs if each.head == "vibrating"]
    assert a_hv is not None
    points, moving_s = points_of(HEAD, minutes(1.0))
    assert points == pytest.approx(2 * a_hv**2 * 600 / 3600)
    assert moving_s == pytest.approx(600)


def test_it_follows_the_speed_down_and_is_never_above_the_bound() -> None:
    points = [points_of(HEAD, minutes(level, 1.0))[0] for level in (0.0, 0.1, 0.3, 0.6, 1.0)]
    assert points[0] == 0.0
    assert points == sorted(points)
    assert points[2] < 0.5 * points[4]


def test_two_heads_add_up_and_one_head_with_two_channels_does_not() -> None:
    def both(profile: object, *levels: tuple[float, float]) -> list[float]:
        return [points_of(profile, [sample(0.0, *each), sample(60.0, *each)])[0] for each in levels]  # type: ignore[arg-type]

    one, other, together = both(HEAD, (0.3, 0.0), (0.0, 0.3), (0.3, 0.3))
    assert together == pytest.approx(one + other)
    low, high, together = both(GUN, (0.1, 0.0), (0.0, 0.3), (0.1, 0.3))
    assert together == high > low


def test_between_two_samples_the_greater_counts_and_what_is_not_known_counts_in_full() -> None:
    up = points_of(HEAD, [sample(0.0, 0.0), sample(5.0, 0.4)])
    assert up == points_of(HEAD, [sample(0.0, 0.4), sample(5.0, 0.0)])
    assert up == points_of(HEAD, [sample(0.0, 0.4), sample(5.0, 0.4)])
    full = points_of(HEAD, [sample(0.0, 1.0), sample(5.0, 1.0)])
    assert points_of(HEAD, [sample(0.0, math.nan), sample(5.0, 0.0)]) == full


@given(st.lists(st.floats(0, 1), min_size=3, max_size=30), st.integers(1, 28))
def test_a_day_in_two_sessions_is_no_less_than_its_parts(levels: list[float], cut: int) -> None:
    every = [sample(float(at), level) for at, level in enumerate(levels)]
    cut = min(cut, len(every) - 1)
    first, second = (points_of(GUN, part)[0] for part in (every[: cut + 1], every[cut:]))
    assert points_of(GUN, every)[0] == pytest.approx(first + second)
    assert first >= 0
    assert second >= 0


def test_the_points_of_a_day_are_summed_over_sessions(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    real = about(profile=GUN, simulated=False, operator="anna")
    each = points_of(GUN, minutes(0.5))[0]
    write(path, minutes(0.5), real)
    write(path, minutes(0.5), real)
    write(path, minutes(0.5), about(profile=GUN, operator="anna"))  # SIM
    write(path, minutes(0.5), about(profile=GUN, simulated=False, operator="ben"))
    write(path, minutes(0.5), real, now=lambda: NOON - timedelta(days=1))
    made = Recorder(Store(path), lambda: NOON)
    assert made.points_today("anna") == pytest.approx(2 * each)
    assert made.points_today("nobody") == 0.0
    made.begin(real)
    assert made.hand.day_points == pytest.approx(2 * each)
    made.sample(sample(0.0, 0.5))
    made.sample(sample(600.0, 0.5))
    assert made.hand.day_points == pytest.approx(3 * each)
    made.close()
    store = Store(path)
    assert store.points_on(day_of(NOON), "anna") == pytest.approx(3 * each)  # without an end, too
    delete(store, store.sessions())
    assert store.sessions() == []
    assert store.points_on(day_of(NOON), "anna") == pytest.approx(3 * each)


def test_a_session_over_midnight_counts_for_both_days(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    midnight = datetime(2026, 11, 22).astimezone()
    clock = [midnight - timedelta(minutes=1)]
    made = Recorder(Store(path), lambda: clock[0])
    made.begin(about(profile=GUN, simulated=False))
    made.sample(sample(0.0, 0.5))
    made.sample(sample(60.0, 0.5))
    while made._waiting or made._unwritten:
        made._wake.set()
    clock[0] = midnight + timedelta(minutes=1)
    made.sample(sample(120.0, 0.5))
    made.end("completed", "", True)
    made.close()
    store = Store(path)
    half = points_of(GUN, minutes(0.5, 1.0))[0]
    assert store.points_on("2026-11-21", "me") == pytest.approx(half)
    assert store.points_on("2026-11-22", "me") == pytest.approx(half)


@pytest.mark.parametrize(
    ("points", "word", "spent"),
    [(0.0, "", False), (49.9, "", False), (50.0, "leave it", False), (99.9, "leave it", False),
     (100.0, "put the massager down", True), (math.nan, "put the massager down", True)],
)  # fmt: skip
def test_a_day_is_warned_of_at_50_points_and_over_at_100(points: float, word: str, spent: bool) -> None:
    assert word in warning(points)
    assert bool(warning(points)) == bool(word)
    assert Hand(HEAD, "me", points).spent is spent


def test_the_estimate_is_near_what_the_simulated_motor_does() -> None:
    """The motor under load is slower than without: the estimate is above, by less than the half."""
    _, timeline = program()
    simulated = simulate(timeline, HEAD).exposure["hand_points"]
    assert simulated * 0.95 < points_of(HEAD, played())[0] < simulated * 1.5


def test_a_simulated_session_does_not_count() -> None:
    hand = Hand(GUN, "me", 99.0, counts=False)
    for each in minutes(1.0):
        hand.add(each)
    assert hand.points > 5
    assert hand.day_points == 99.0
    assert not hand.spent


def test_no_points_no_start(tmp_path: Path) -> None:
    """A total that cannot be read is no zero."""
    made = Recorder(Store(tmp_path / "sessions.db"))
    made._store.db.execute("DROP TABLE hand")
    with pytest.raises(Quit, match="cannot be read"):
        made.points_today("me")
