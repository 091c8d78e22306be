"""What one simulated run was given and came to, in words: used by ``simulate`` and by its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from host_cli.exits import IN_WORDS
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from programs.profile import Profile
    from sim.result import MotorUse, SimResult

TOLD_S = 1.0  # a shaft that stood still for less is not worth a line (E)


def ending(result: SimResult) -> str:
    """The outcome in words; a reset that nothing was latched before is named with its cause.

    A reset ends the session with the outcome "fault", although the device latched none.
    """
    if result.outcome == "fault" and result.resets and not result.faults:
        return f"stopped by a reset ({result.resets[0].cause})"
    return IN_WORDS[result.outcome]


def stalled(motors: tuple[MotorUse, ...]) -> list[str]:
    """A sentence for every motor whose shaft stood still under a level."""
    return [_stood(each) for each in motors if _told(each)]


def _told(each: MotorUse) -> bool:
    return each.still_from_s is not None and each.still_s >= TOLD_S


def _stood(each: MotorUse) -> str:
    still, driven = clock_text(each.still_s), clock_text(each.driven_s)
    at = f", first at {clock_text(each.still_from_s or 0.0)}"
    warm = f", winding {each.winding_c:.0f} °C at most" if each.winding_c is not None else ""
    return f"{each.output} stood still for {still} of {driven} driven{at}{warm}"


CONDITIONS = {  # as the table of a report has them
    "press_n": "head pressed on with",
    "skin_c": "skin at the start",
    "perfusion": "blood flow in the skin",
    "contact": "share of the pad that touches",
    "room_c": "room",
    "charge": "battery at the start",
    "latency_ms": "link, each way",
    "noise": "noise of the sensors",
    "jitter_ms": "the device's clock, late by up to",
}


def condition_rows(conditions: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and amount of every condition that there is, the rig's parts last."""
    for name, word in CONDITIONS.items():
        value = conditions.get(name)
        if value is not None:
            yield word, _amount(name, value)
        elif name == "skin_c":
            yield word, "at rest"
    for part, factor in conditions.get("rig", {}).items():
        yield f"rig, {part}", f"x {factor:g}"


def _amount(name: str, value: float) -> str:
    unit = {"n": "N", "c": "°C", "ms": "ms"}.get(name.rpartition("_")[2], "")
    if name in ("contact", "charge"):
        return f"{100 * value:.4g} %"
    return f"{value:.4g} {unit}" if unit else f"x {value:.4g}"


SHORT = {
    "press_n": "pressed with {}", "skin_c": "skin {}", "perfusion": "blood flow {}", "contact": "contact {}",
    "room_c": "room {}", "charge": "battery {}", "latency_ms": "link {}", "noise": "sensor noise {}",
    "jitter_ms": "clock up to {} late",
}  # fmt: skip


def unusual_text(profile: Profile, conditions: dict[str, Any]) -> str:
    """What differs from a run of which nobody said anything, in one line; empty when nothing does."""
    from sim.conditions import unusual

    found = unusual(profile, conditions)
    parts = [SHORT[name].format(_amount(name, found[name])) for name in SHORT if name in found]
    rig = found.get("rig", {})
    if rig:
        factors = rig.values()
        parts.append(f"{len(rig)} numbers of the rig drawn, x {min(factors):.2f} to x {max(factors):.2f}")
    return ", ".join(parts)
