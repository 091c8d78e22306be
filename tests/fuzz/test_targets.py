"""The fuzz targets themselves: their seeds get far, a bug is noticed, and a few thousand inputs pass."""

from __future__ import annotations

import argparse

import pytest

from firmware_bridge.protocol.framing import Decoder
from firmware_bridge.session import Session
from tests.fuzz import targets
from tests.fuzz.one import LONGEST, attempt, mutations, plain

INPUTS = {"wire": 1000, "device": 100, "host": 100, "program": 60}


@pytest.mark.parametrize("name", targets.TARGETS)
def test_mutated_seeds_raise_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = argparse.Namespace(name=name, runs=INPUTS[name], seed=3, seconds=0)
    assert plain(asked) == 0
    assert f"Done {INPUTS[name]} runs" in capsys.readouterr().out


def test_every_target_has_its_bounds_and_seeds() -> None:
    assert set(targets.TARGETS) == set(LONGEST) == set(INPUTS)
    for name, longest in LONGEST.items():
        assert targets.seeds(name)
        if name != "program":
            assert all(len(seed) <= longest for seed in targets.seeds(name)), name


def test_the_seed_of_the_device_makes_it_move(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[int] = set()
    judge = targets._judge

    def look(controller, board) -> None:  # type: ignore[no-untyped-def]
        seen.add(controller.state)
        judge(controller, board)
        look.moved = look.moved or controller.applied[0] > 0  # type: ignore[attr-defined]

    look.moved = False  # type: ignore[attr-defined]
    monkeypatch.setattr(targets, "_judge", look)
    targets.device(targets.seeds("device")[0])
    assert seen >= {1, 2, 3, 4}  # SAFE, ARMED, RUNNING, PAUSED
    assert look.moved  # type: ignore[attr-defined]


def test_the_seed_of_the_host_makes_it_play(monkeypatch: pytest.MonkeyPatch) -> None:
    phases: list[str] = []

    class Watched(Session):
        def poll(self, now_ms: int) -> bytes:
            phases.append(self.phase)
            return super().poll(now_ms)

    monkeypatch.setattr(targets, "Session", Watched)
    targets.host(targets.seeds("host")[0])
    assert {"hello", "arming", "priming"} <= set(phases), phases


def test_a_bug_is_noticed_and_its_input_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Trusting(Decoder):
        """Believes a length that it was sent."""

        def push(self, byte: int) -> bool:
            return bool(super().push(byte) and self.body[self.length + 300] >= 0)

    good = targets.seeds("wire")[0]
    assert list(mutations([good], 1, 1, LONGEST["wire"])) == [good]
    monkeypatch.setattr(targets, "Decoder", Trusting)
    with pytest.raises(IndexError) as caught:
        attempt(targets.wire, good)
    assert caught.value.__notes__ == [f"the input was {good.hex()}"]
