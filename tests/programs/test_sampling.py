"""Sampling: the fast way and the plain way say the same."""

from __future__ import annotations

import numpy as np
import pytest

from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from programs.sampling import Sampler


@pytest.mark.parametrize("program", ["lower-back-heat", "upper-back-percussion"])
@pytest.mark.parametrize("step_ms", [1, 7, 1000])
def test_the_grid_is_what_asked_says_at_the_same_times(program: str, step_ms: int) -> None:
    timeline = compile_program(load_program(program), load_profile("heated-head")).timeline
    assert timeline is not None
    sampler = Sampler(timeline)
    times_ms = np.arange(0, timeline.duration_ms, step_ms)
    grid = sampler.grid(step_ms)
    assert list(grid) == ["vibration", "percussion", "heat"]
    for channel, values in grid.items():
        assert len(values) == len(times_ms)
        np.testing.assert_allclose(values, sampler.asked(channel, times_ms), atol=1e-9)
    assert max(values.max() for values in grid.values()) > 0
