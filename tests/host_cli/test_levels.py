"""What the screen calls asked is what the device computes, to the unit of the wire."""

from __future__ import annotations

import pytest

from host_cli.levels import asked_at
from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from sim.lockstep import Run


@pytest.mark.parametrize("program", ["evening-shoulders", "lower-back-heat"])
def test_asked_agrees_with_the_device(program: str) -> None:
    profile = load_profile("heated-head")
    timeline = compile_program(load_program(program), profile).timeline
    assert timeline is not None
    run = Run(timeline, profile)
    for _ in range(4000):
        run.tick()
    trace = run.device.trace
    compared = 0
    columns = [trace.column(name) for name in ("playhead_ms", "vibration_asked", "heat_asked")]
    for playhead_ms, vibration, heat in zip(*columns, strict=True):
        wanted = asked_at(timeline, round(playhead_ms))
        assert abs(wanted[0] / 10_000 - vibration) <= 0.0006
        assert abs(wanted[2] / 100 - heat) <= 0.02
        compared += vibration > 0
    assert compared > 1000
