"""Documents and strategies that several tests of the compiler share."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from hypothesis import strategies as st

from programs.document import Program
from programs.profile import Profile, load_profile

# Ten minutes of light work that every rule accepts on the heated head.
GOOD: dict[str, Any] = {
    "format": "thrum/1",
    "id": "good",
    "title": "Good",
    "summary": "Accepted by every rule.",
    "posture": "seated",
    "stage": [
        {"technique": "effleurage", "region": "shoulders", "side": "both", "duration_s": 90},
        {"technique": "petrissage", "region": "shoulders", "side": "both", "duration_s": 90},
        {"technique": "compression", "region": "upper-back", "side": "both", "duration_s": 60},
        {"technique": "rolling", "region": "upper-back", "side": "both", "duration_s": 30},
        {"technique": "closing-sweeps", "region": "upper-back", "side": "both", "duration_s": 30},
    ],
}


@cache
def rig(name: str = "heated-head") -> Profile:
    return load_profile(name)


def good(**changes: Any) -> Program:
    """The good program with other keys at the top."""
    return Program.model_validate({**copy.deepcopy(GOOD), **changes})


def with_stage(index: int, **changes: Any) -> Program:
    """The good program with one stage changed; None takes a key out."""
    stages = copy.deepcopy(GOOD["stage"])
    merged = {**stages[index], **changes}
    stages[index] = {key: value for key, value in merged.items() if value is not None}
    return good(stage=stages)


def inserted(index: int, *stages: dict[str, Any]) -> Program:
    """The good program with stages put in."""
    all_stages = copy.deepcopy(GOOD["stage"])
    all_stages[index:index] = stages
    return good(stage=all_stages)


def track(channel: str, *points: tuple[float, float], **more: Any) -> dict[str, Any]:
    return {"channel": channel, "keyframes": [{"t": t, "v": v} for t, v in points], **more}


@st.composite
def keyframes(draw: st.DrawFn, duration_s: float) -> list[dict[str, Any]]:
    """Keyframes that keep the rise and fall limits, whatever their interpolation."""
    t, v = 0.0, draw(st.floats(0.0, 0.3))
    keys: list[dict[str, Any]] = []
    while t < duration_s and len(keys) < 12:
        interp = draw(st.sampled_from(["linear", "smooth", "monotone"]))
        keys.append({"t": t, "v": v, "interp": interp})
        step = draw(st.floats(0.004, duration_s / 2))
        t += step
        v = min(0.35, max(0.0, v + draw(st.floats(-0.07, 0.07)) * step))
    return keys


@st.composite
def modulators(draw: st.DrawFn, duration_s: float) -> dict[str, Any]:
    shape = draw(st.sampled_from(["sine", "triangle", "saw_up", "saw_down", "square"]))
    rates = st.floats(0.5, 4.0)
    rate: Any = draw(rates)
    if draw(st.booleans()):
        interp = st.sampled_from(["linear", "hold", "smooth", "monotone"])
        rate = [
            {"t": duration_s * k / 3, "v": draw(rates), "interp": draw(interp)}
            for k in range(draw(st.integers(2, 3)))
        ]
    return {
        "shape": shape,
        "rate_hz": rate,
        "depth": draw(st.floats(0.0, 1.0)),
        "duty": draw(st.floats(0.15, 0.85)),
    }


@st.composite
def any_program(draw: st.DrawFn) -> Program:
    """A few stages with written tracks on both motors and on heat; every stage has another place."""
    stages = []
    places = st.sampled_from(["shoulders", "upper-back", "hips"])
    for region in draw(st.lists(places, min_size=1, max_size=2, unique=True)):
        duration_s = draw(st.floats(4.0, 25.0))
        tracks = [
            {
                "channel": channel,
                "keyframes": draw(keyframes(duration_s)),
                **({"modulate": draw(modulators(duration_s))} if draw(st.booleans()) else {}),
            }
            for channel in draw(st.sampled_from([["vibration"], ["percussion"], ["vibration", "percussion"]]))
        ]
        if draw(st.booleans()):
            tracks.append(
                track("heat", (0.0, draw(st.floats(30, 40))), (duration_s, draw(st.floats(30, 40))))
            )
        stages.append(
            {
                "technique": "custom",
                "region": region,
                "side": "both",
                "duration_s": duration_s,
                "track": tracks,
            }
        )
    return good(stage=stages)
