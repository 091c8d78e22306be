"""What a simulation found: outcome, limits that acted, peaks, exposure, faults, and the trace.

``summary()`` is the JSON of ``simulate --json``, save what only the caller knows (port, wall time).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from programs.profile import Profile
from sim.exposure import cem43_min, energy_j, hand_a8_m_s2, hand_points, handle_of, turning_s
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
class DeviceReset:
    """The device started again. ``outputs_zero_after_ms`` counts from its last step before that."""

    cause: str
    t_s: float
    outputs_zero_after_ms: int | None


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that was ordered, and whether anything felt it."""

    fault: str
    felt: bool
    leaked_s: float = 0.0  # outputs had power for so long because ENABLE could not drop


@dataclass(frozen=True, slots=True)
class MotorUse:
    """How long a motor was driven (a level, and power for it), and how much of that its shaft stood still.

    A motor that a fault holds (``motor.*``) is left out while it lasts. ``still_from_s``: when its shaft
    first stood for a second. ``winding_c``: the highest, where the profile says how the motor warms.
    """

    output: str
    driven_s: float
    still_s: float
    still_from_s: float | None
    winding_c: float | None


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must hold at every tick did not (:mod:`sim.invariants`): a bug of Thrum.

    The first breach of this invariant on this channel: what was seen, and what is allowed.
    """

    invariant: str
    t_s: float
    channel: str
    value: float
    allowed: float


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
    exposure: dict[str, Any]  # numbers; of a rig without a heater None where a pad is needed
    faults: tuple[DeviceFault, ...]
    injected: tuple[Injected, ...]
    device: dict[str, int]
    trace: Trace
    events: tuple[tuple[int, str, str], ...] = field(default=())  # ms of playing, kind, text
    resets: tuple[DeviceReset, ...] = ()
    violations: tuple[Violation, ...] = ()
    motors: tuple[MotorUse, ...] = ()
    conditions: dict[str, Any] = field(default_factory=dict)  # :mod:`sim.conditions`

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
            "motors": [_plain(each) for each in self.motors],
            "conditions": self.conditions,
            "faults": [_plain(each) for each in self.faults],
            "resets": [_plain(each) for each in self.resets],
            "injected": [_plain(each) for each in self.injected],
            "violations": [_plain(each) for each in self.violations],
            "device": self.device,
        }


def _plain(each: Limited | DeviceFault | DeviceReset | Injected | Violation | MotorUse) -> dict[str, Any]:
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


def exposure(trace: Trace, profile: Profile) -> dict[str, float | None]:
    """Hand, skin and energy over a run.

    ``hand_*`` is the estimate that follows the speed, ``hand_points_most`` the upper bound (the full
    a_hv of a head for as long as it turns). ``heater_wh`` is what the duty asked for: of what a
    shorted transistor lets through only ``energy_wh``, measured at the supply, knows. Without a heater
    there is no thermal dose: None.
    """
    squares, most = 0.0, []
    for output in profile.outputs:
        handle = handle_of(output, profile.supply.volts)
        if handle is not None:
            speed_rpm = _packed(trace, f"{output.name.replace('-', '_')}_speed_rpm")
            squares += handle.square_sum(speed_rpm)
            most.append((handle.a_hv_m_s2, turning_s(speed_rpm, STEP_S)))
    supply_v = _packed(trace, "supply_v")
    uses = [(1.0, squares * STEP_S)]  # so many seconds at 1 m/s2
    heated = "heat" in profile.channels
    figures = {
        "hand_a8_m_s2": hand_a8_m_s2(uses),
        "hand_points": hand_points(uses),
        "hand_points_most": hand_points(most),
        "cem43_min": cem43_min(trace.column("pad_c", EVERY), STEP_S * EVERY) if heated else None,
        "cem43_skin_min": cem43_min(trace.column("skin_c", EVERY), STEP_S * EVERY) if heated else None,
        "energy_wh": energy_j(_packed(trace, "current_a"), supply_v, STEP_S) / 3600.0,
        "heater_wh": _heater_j(_packed(trace, "heat_applied"), supply_v, profile) / 3600.0,
    }
    return {name: None if value is None else significant(value) for name, value in figures.items()}


def _packed(trace: Trace, name: str) -> array[float]:
    """A column in four bytes a row: those of an hour together would take more room than its trace."""
    return array("f", trace.column(name))


def _heater_j(levels: Iterable[float], volts: Iterable[float], profile: Profile) -> float:
    """What the heater's duty asks for of a supply that sags: 0 stays 0, above it from start to full."""
    output = profile.output_for("heat")
    if output is None or output.heater is None:
        return 0.0
    start, span = output.start_duty, output.max_duty - output.start_duty
    driven = (
        (start + span * level) * volt * volt for level, volt in zip(levels, volts, strict=True) if level
    )
    return output.heater.power_w / profile.supply.volts**2 * sum(driven) * STEP_S


def significant(value: float) -> float:
    """Six digits that count: a dose of a cool pad is small, and still no zero.

    >>> significant(0.000244140625), significant(1234567.8)
    (0.000244141, 1234570.0)
    """
    return float(f"{value:.6g}")
