"""What a simulation found: outcome, limits that acted, peaks, exposure, faults, and the trace.

``summary()`` is the JSON of ``simulate --json``, save what only the caller knows (port, wall time).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from programs.profile import Profile
from sim.exposure import A_HV_M_S2, cem43_min, hand_a8_m_s2, hand_points, turning_s
from sim.trace import STEP_S, Trace

EVERY = 10  # the heat chain moves every tenth row


@dataclass(frozen=True, slots=True)
class Limited:
    """Where the Timeline's envelope stood above what was allowed: the start, and the worst of it.

    Motors are levels 0..1; heat is in C.
    """

    t_s: float
    channel: str
    asked: float
    allowed: float
    rule: str


@dataclass(frozen=True, slots=True)
class DeviceFault:
    """A fault that the device latched. ``outputs_zero_after_ms`` is None when they never were."""

    code: str
    t_s: float
    outputs_zero_after_ms: int | None


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that was ordered, and whether anything felt it."""

    fault: str
    felt: bool


@dataclass(frozen=True, slots=True)
class SimResult:
    """One simulated run."""

    outcome: str
    reason: str
    program: str
    profile: str
    seed: int
    duration_s: float  # from the start of playing to the end of the session
    limited: tuple[Limited, ...]
    peak: dict[str, float | None]
    exposure: dict[str, float]
    faults: tuple[DeviceFault, ...]
    injected: tuple[Injected, ...]
    device: dict[str, int]
    trace: Trace
    events: tuple[tuple[int, str, str], ...] = field(default=())

    @property
    def felt(self) -> bool:
        """Whether every ordered fault was felt."""
        return all(each.felt for each in self.injected)

    def summary(self) -> dict[str, Any]:
        """Plain data with the keys of ``simulate --json``."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "program": self.program,
            "profile": self.profile,
            "duration_s": self.duration_s,
            "seed": self.seed,
            "limited": [_plain(each) for each in self.limited],
            "peak": self.peak,
            "exposure": self.exposure,
            "faults": [_plain(each) for each in self.faults],
            "injected": [_plain(each) for each in self.injected],
            "device": self.device,
        }


def _plain(each: Limited | DeviceFault | Injected) -> dict[str, Any]:
    return {name: getattr(each, name) for name in each.__slots__}


def peaks(trace: Trace, profile: Profile) -> dict[str, float | None]:
    """The greatest values of a run; pad and skin are None on a rig without a heater."""
    heated = "heat" in profile.channels
    return {
        "vibration": round(trace.peak("vibration_applied"), 4),
        "percussion": round(trace.peak("percussion_applied"), 4),
        "pad_c": round(trace.peak("pad_c"), 2) if heated else None,
        "skin_c": round(trace.peak("skin_c"), 2) if heated else None,
        "current_a": round(trace.peak("peak_current_a"), 3),
    }


def exposure(trace: Trace, profile: Profile) -> dict[str, float]:
    """Hand and skin over a run. The hand gets the full a_hv of a head for as long as it turns: an
    upper bound, since light levels shake less."""
    uses = []
    for output in profile.outputs:
        if output.motor is not None:
            speed = trace.column(f"{output.name.replace('-', '_')}_speed_rpm")
            a_hv = output.a_hv_m_s2 or A_HV_M_S2[output.head]
            uses.append((a_hv, turning_s(speed, STEP_S)))
    pad_c = trace.column("pad_c", EVERY)
    return {
        "hand_a8_m_s2": round(hand_a8_m_s2(uses), 3),
        "hand_points": round(hand_points(uses), 2),
        "cem43_min": round(cem43_min(pad_c, STEP_S * EVERY), 4),
    }
