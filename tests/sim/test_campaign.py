"""Campaigns: what a seed draws, that a run is the same wherever it is played, and what is the worst."""

from __future__ import annotations

import multiprocessing
import pickle
from collections import Counter
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.profile import load_profile, profile_ids
from sim.campaign import Setup, broken, outcomes, play_all, play_one, program_hash, seed_of, worst
from sim.faults import FAULTS, check_fault, parse_fault
from sim.person import Person
from sim.vary import draw


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), profile_id=st.sampled_from(profile_ids()))
def test_a_draw_is_of_things_that_may_be(seed: int, profile_id: str) -> None:
    profile = load_profile(profile_id)
    drawn = draw(seed, profile, 600.0)
    assert drawn == draw(seed, profile, 600.0)
    Person(**drawn.person)  # type: ignore[arg-type]  # raises for one that cannot be
    assert len(drawn.faults) <= 3
    for text in drawn.faults:
        fault = parse_fault(text)  # raises for one that does not read
        check_fault(fault, profile)
        assert 0.0 <= fault.at_s <= 600.0
    assert 1 <= drawn.latency_ms <= 15
    assert 0 <= drawn.specimen.jitter_ms <= 3
    assert (drawn.charge is None) == (profile.supply.cells == 0)
    rig = drawn.specimen.rig
    assert rig is not None
    assert rig.limits == profile.limits
    for real, stated in zip(rig.outputs, profile.outputs, strict=True):
        assert (real.start_duty, real.max_duty, real.head) == (
            stated.start_duty,
            stated.max_duty,
            stated.head,
        )
        if stated.heater is not None and real.heater is not None:
            assert real.heater.power_w == pytest.approx(stated.heater.power_w, rel=0.1001)
            assert real.heater.ntc_r25_ohm == pytest.approx(stated.heater.ntc_r25_ohm, rel=0.0101)
        if stated.motor is not None and real.motor is not None:
            assert real.motor.resistance_ohm == pytest.approx(stated.motor.resistance_ohm, rel=0.0801)
            assert real.motor != stated.motor


def test_every_fault_is_drawn_and_every_count() -> None:
    """2000 draws miss none of the table (each has a chance below 1e-9 of that), and no rig gets what it
    cannot have."""
    profile, pad = load_profile("heated-head"), load_profile("vibration-pad")
    names: Counter[str] = Counter()
    counts: Counter[int] = Counter()
    for seed in range(2000):
        drawn = draw(seed, profile, 600.0).faults
        names.update(text.partition("@")[0] for text in drawn)
        counts[len(drawn)] += 1
    assert set(names) == set(FAULTS)
    assert set(counts) == {0, 1, 2, 3}
    assert min(counts.values()) > 400
    heated = {text.partition("@")[0] for seed in range(300) for text in draw(seed, pad, 600.0).faults}
    assert not any(name.startswith("heater.") for name in heated)


def test_seeds_are_of_base_and_number_alone_and_hardly_ever_the_same() -> None:
    seeds = [seed_of(base, index) for base in range(10) for index in range(500)]
    assert len(set(seeds)) >= len(seeds) - 1
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert seed_of(1, 7) == seed_of(1, 7)


def test_without_vary_only_the_seed_changes(short: Any, heated_head: Any) -> None:
    one, two = (Setup(short, heated_head).run(seed) for seed in (1, 2))
    assert (list(one.agenda.faults), list(two.agenda.faults)) == ([], [])
    assert one.device.board.plant.skin_c == two.device.board.plant.skin_c
    varied = Setup(short, heated_head, vary=True, person={"skin_c": 34.0}, faults=("motor.stall@5:1",)).run(1)
    assert varied.device.board.plant.skin_c != one.device.board.plant.skin_c
    assert varied.agenda.faults[0].text == "motor.stall@5:1"


def test_what_is_settled_is_not_drawn_over(short: Any, heated_head: Any) -> None:
    """A person who was said to be cold is cold in every run."""
    skins = {
        Setup(short, heated_head, vary=True, person={"skin_c": 29.0, "contact": 1.0})
        .run(seed)
        .device.board.plant.heat.skin_c  # type: ignore[union-attr]
        for seed in range(3)
    }
    assert max(skins) - min(skins) < 3.0  # the pad and the room differ still, the skin does not
    free = {Setup(short, heated_head, vary=True).run(seed).device.board.plant.skin_c for seed in range(3)}
    assert len(free) == 3


def test_a_run_is_the_same_in_every_process_and_alone(timeline: Any, heated_head: Any) -> None:
    setup = Setup(timeline(8), heated_head, vary=True)
    here = list(play_all(setup, 5, range(4), 1))
    there = sorted(play_all(setup, 5, range(4), 2), key=lambda row: row["run"])
    assert here == there
    assert [row["seed"] for row in here] == [seed_of(5, index) for index in range(4)]
    replay = setup.run(here[2]["seed"])
    replay.play()
    again = setup.run(here[2]["seed"])
    again.play()
    assert replay.device.trace.rows.tobytes() == again.device.trace.rows.tobytes()
    assert replay.result().summary()["peak"] == here[2]["peak"]


def test_stopping_a_campaign_ends_its_processes(timeline: Any, heated_head: Any) -> None:
    rows = play_all(Setup(timeline(8), heated_head), 5, range(50), 2)
    assert len(list(islice(rows, 2))) == 2
    rows.close()
    for _ in range(5000):  # the pool's own thread may be the one that learns of an end: ask again
        left = multiprocessing.active_children()
        if not left:
            break
        for child in left:
            child.join(0.05)
    assert left == []


def test_a_run_that_raises_is_a_finding_and_the_others_go_on(short: Any, heated_head: Any) -> None:
    """A fault that no rig can have raises in the run itself, whoever plays it."""
    row = play_one(Setup(short, load_profile("vibration-pad"), faults=("heater.stuck_on@3",)), 4, 9)
    assert row["outcome"] == "crashed"
    assert (row["run"], row["seed"]) == (4, 9)
    assert "heater" in row["reason"]
    assert broken(row)


def test_setups_travel(short: Any, heated_head: Any) -> None:
    setup = Setup(short, heated_head, ("ntc.off@3",), {"skin_c": 30.0}, None, True)
    assert pickle.loads(pickle.dumps(setup)) == setup


def test_another_program_has_another_hash(short: Any, timeline: Any) -> None:
    assert program_hash(short) == program_hash(timeline())
    assert program_hash(short) != program_hash(timeline(level=2900))


def row(run: int, **values: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "run": run,
        "seed": 100 + run,
        "outcome": "completed",
        "injected": [],
        "violations": [],
        "never_zero": False,
        "limited": 0,
        "zero_ms": None,
        "peak": {"skin_c": 36.0, "pad_c": 38.0, "current_a": 0.5},
        "exposure": {"cem43_min": 0.1},
        "device": {"underruns": 0},
    }
    return {**base, **values}


def test_the_worst_of_each_kind_is_found() -> None:
    hot = row(3, peak={"skin_c": 41.0, "pad_c": 42.0, "current_a": 0.2})
    slow = row(1, zero_ms=160)
    rows = [slow, row(2), hot, {"run": 9, "seed": 1, "outcome": "crashed", "reason": "x", "crashed": True}]
    found = {what: (value, each["run"]) for what, _, value, each in worst(rows)}
    assert found == {
        "skin_c": (41.0, 3),
        "pad_c": (42.0, 3),
        "cem43_min": (0.1, 1),
        "zero_ms": (160, 1),
        "current_a": (0.5, 1),
    }
    assert outcomes(rows) == {"completed": 3, "crashed": 1}


@pytest.mark.parametrize(
    ("values", "is_broken"),
    [
        ({}, False),
        ({"violations": [{"invariant": "limit"}]}, True),
        ({"never_zero": True}, True),
        ({"limited": 1}, True),
        ({"limited": 1, "injected": [{"fault": "host.stall@3", "felt": True}]}, False),
    ],
)
def test_what_counts_as_broken(values: dict[str, Any], is_broken: bool) -> None:
    assert broken(row(0, **values)) is is_broken
