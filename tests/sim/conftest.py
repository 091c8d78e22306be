"""Timelines made by hand, so that these tests need no compiler."""

import pytest

from programs.profile import load_profile
from programs.timeline import Pass, Segment, Timeline, Wave

SEGMENT_MS = 500


def make_timeline(
    seconds=20,
    level=3000,
    heat_c100=3900,
    channel=0,
    region="shoulders",
    rate_mhz=333,
    shape="sine",
    profile="heated-head",
):
    """A ramp to ``level`` at 0.25/s, a wave over it, a ramp to zero; heat until near the end."""
    segments, phase = [], 0
    count = seconds * 1000 // SEGMENT_MS
    for k in range(count):
        wave = Wave(shape, rate_mhz, rate_mhz, 8000, 5000, phase)
        phase = wave.phase_after_ut(SEGMENT_MS, SEGMENT_MS)
        motor = min(level, 1250 * (k + 1), 2500 * (count - k - 1))
        levels = [0, 0, heat_c100 if k < count - 2 else 0]
        levels[channel] = motor
        waves = (wave, None, None) if channel == 0 else (None, wave, None)
        last = k == count - 1
        segments.append(Segment(k * SEGMENT_MS, SEGMENT_MS, region, tuple(levels), waves, last))
    whole = Pass(0, 0, "Knead", "petrissage", region, None, 0, count * SEGMENT_MS)
    return Timeline(
        "made-by-hand",
        "Made by hand",
        profile,
        "light",
        tuple(segments),
        (whole,),
        (3500, 3500, 4000),
        0.0,
        10,
    )


@pytest.fixture(scope="session")
def heated_head():
    return load_profile("heated-head")


@pytest.fixture(scope="session")
def timeline():
    return make_timeline


@pytest.fixture(scope="session")
def short():
    """20 s of kneading with heat on shoulders."""
    return make_timeline()
