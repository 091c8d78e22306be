"""F26: a test that passes without running the safety code, or that steps over the limit.

A sweep of the real governor, dense at every limit, against numbers restated here; then the limits
are moved by one unit, one after the other, and the sweep has to notice each.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from firmware_bridge.device import governor as module
from firmware_bridge.device.governor import Governor

FIRM = 8500
REGION = (0, 3000, 8500, 8500, 5000, 8500, 5000)  # nowhere neck shoulders upper-back lower-back hips back
PERCUSSED = (2, 3, 5)
BENCH = 1000
NO_WAVE = [10_000, 10_000]
CEILINGS = (0, 1, 2999, 3000, 3001, 8500, 10_000)
LONG_MS = 20_000  # everything that rises has risen


def around(*limits: int) -> list[int]:
    """Every limit and its neighbours, and a mesh over the whole range."""
    close = {level + by for level in limits for by in (-2, -1, 0, 1, 2)}
    return sorted(level for level in close | set(range(0, 10_001, 250)) | {65_535, -1} if level >= -1)


def settled(
    want: int, region: int, ceiling: int, profile: int, percussive: bool, bench: bool
) -> tuple[int, int]:
    """What both channels get of ``want`` in the end."""
    governor = Governor((profile, profile), (percussive, True))
    governor.bench = bench
    governor.set_session(ceiling, ceiling)
    step_ms = 1000 if bench else LONG_MS  # bench pulses are over after 2 s
    governor.run(step_ms, region, [want, want], NO_WAVE)
    return governor.applied[0], governor.applied[1]


def steady() -> Iterator[str]:
    """Where the governor's settled level is not the one the limits ask for."""
    for profile, percussive in ((10_000, False), (4000, False), (10_000, True)):
        for region, cap in enumerate(REGION):
            for ceiling in CEILINGS:
                most = min(FIRM, profile, ceiling, cap)
                for want in around(most, FIRM, cap):
                    head = most if region in PERCUSSED else 0
                    wanted = [max(0, min(want, top)) for top in (head if percussive else most, head)]
                    found = settled(want, region, ceiling, profile, percussive, bench=False)
                    if list(found) != wanted:
                        yield f"{want} in region {region}, ceiling {ceiling}: {found}, not {wanted}"
    for want in around(BENCH):
        if settled(want, 2, FIRM, 10_000, False, bench=True)[0] != max(0, min(want, BENCH)):
            yield f"bench: {want}"


def bench_pulse() -> Iterator[str]:
    """Not commissioned: on for two seconds at most."""
    governor = Governor((FIRM, FIRM), (False, True))
    governor.set_session(FIRM, FIRM)
    for t_ms in range(10, 4000, 10):
        governor.run(10, 2, [BENCH, 0], NO_WAVE)
        if (governor.applied[0] > 0) != (t_ms <= 2000):
            yield f"bench pulse at {t_ms} ms"


def rises() -> Iterator[str]:
    """At 0.30/s from zero after a start; at 1.0/s later; down at 8.0/s."""
    governor = Governor((FIRM, FIRM), (False, True))
    governor.bench = False
    governor.set_session(FIRM, FIRM)
    governor.begin()
    for t_ms in range(10, 3000, 10):
        governor.run(10, 2, [FIRM, 0], NO_WAVE)
        if governor.applied[0] != min(FIRM, 3 * t_ms):
            yield f"soft rise at {t_ms} ms: {governor.applied[0]}"
    governor.run(LONG_MS, 2, [0, 0], NO_WAVE)
    for t_ms in range(10, 800, 10):
        governor.run(10, 2, [FIRM, 0], NO_WAVE)
        if governor.applied[0] != 10 * t_ms:
            yield f"slew up at {t_ms} ms: {governor.applied[0]}"
    top = governor.applied[0]
    for t_ms in range(10, 90, 10):
        governor.run(10, 2, [0, 0], NO_WAVE)
        if governor.applied[0] != max(0, top - 80 * t_ms):
            yield f"slew down at {t_ms} ms: {governor.applied[0]}"


def gains() -> Iterator[str]:
    """Gain rises at 0.25/s."""
    governor = Governor((FIRM, FIRM), (False, True))
    governor.bench = False
    governor.set_session(FIRM, FIRM)
    governor.run(LONG_MS, 2, [8000, 0], NO_WAVE)
    governor.set_gain(0, 10_000)
    governor.set_gain(10_000, 10_000)
    for t_ms in range(20, 4000, 20):
        governor.run(20, 2, [8000, 0], NO_WAVE)
        if governor.applied[0] != 8000 * (10 * t_ms // 4) // 10_000:
            yield f"gain at {t_ms} ms"


def bucket() -> Iterator[str]:
    """900 s of motor, then off until 300 s are in it."""
    governor = Governor((FIRM, FIRM), (False, True))
    governor.bench = False
    governor.set_session(FIRM, FIRM)
    on_s = 0
    while on_s < 2000:
        governor.run(1000, 2, [1000, 0], NO_WAVE)
        if not governor.applied[0]:
            break
        on_s += 1
    if on_s != 900:
        yield f"the motors ran for {on_s} s"
    off_s = 1
    while off_s < 2000:
        governor.run(1000, 2, [1000, 0], NO_WAVE)
        if governor.applied[0]:
            break
        off_s += 1
    if off_s != 300:
        yield f"the motors rested for {off_s} s"


SWEEPS = (steady, bench_pulse, rises, gains, bucket)


@pytest.mark.parametrize("sweep", SWEEPS)
def test_f26_the_governor_keeps_every_limit_to_the_unit(sweep) -> None:  # type: ignore[no-untyped-def]
    assert next(sweep(), "") == ""


def one_more(at: int) -> tuple[int, ...]:
    return tuple(cap + (region == at) for region, cap in enumerate(REGION))


def moved(**changes: object) -> dict[str, object]:
    return changes


LOOSE = {"MAX_LEVEL": 10_000}  # the highest rows of the region table, 8500, hold alone
MOVED: list[dict[str, object]] = [
    {"MAX_LEVEL": 8499},
    {"MAX_LEVEL": 8501, "REGION_CAP": (0, 3000, 10_000, 10_000, 5000, 10_000, 5000)},
    *[moved(REGION_CAP=one_more(region)) for region in (0, 1, 4, 6)],
    *[moved(**LOOSE, REGION_CAP=one_more(region)) for region in (2, 3, 5)],
    *[moved(PERCUSSION_REGIONS=0b0101100 ^ 1 << region) for region in range(1, 7)],
    {"BENCH_LEVEL": 1001},
    {"BENCH_LEVEL": 999},
    {"BENCH_PULSE_MS": 2010},
    {"SLEW_UP_PER_MS": 11},
    {"SLEW_DOWN_PER_MS": 79},
    {"SOFT_RISE_PER_MS": 4},
    {"GAIN_RISE_PER_4MS": 11},
    {"BUCKET_MS": 901_000},
    {"BUCKET_RESTART_MS": 299_000},
]


@pytest.mark.parametrize("changes", MOVED, ids=str)
def test_f26_a_limit_that_is_one_unit_off_is_noticed(
    changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in changes.items():
        assert getattr(module, name) != value
        monkeypatch.setattr(module, name, value)
    assert any(next(sweep(), "") for sweep in SWEEPS)


def test_f26_two_limits_hold_the_strongest_level_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """8500 stands in the code twice: either may be lost."""
    with monkeypatch.context() as only_region:
        only_region.setattr(module, "MAX_LEVEL", 10_000)
        assert settled(10_000, 2, 10_000, 10_000, False, bench=False) == (FIRM, FIRM)
    with monkeypatch.context() as only_max:
        only_max.setattr(module, "REGION_CAP", (0, *[10_000] * 6))
        assert settled(10_000, 2, 10_000, 10_000, False, bench=False) == (FIRM, FIRM)
