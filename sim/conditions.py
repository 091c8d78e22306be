"""What a run was given besides program, profile and faults: person, room, battery, link and rig.

Plain data for JSON. Whatever is None was not there (a battery on mains) or is left to the model (skin at
rest). ``rig`` holds, where a specimen was drawn, the factor on each part of the profile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.battery import HALF
from sim.link import LATENCY_MS
from sim.person import Person
from sim.specimen import AS_WRITTEN, Specimen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from programs.profile import Profile

Conditions = dict[str, Any]


def conditions_of(
    profile: Profile,
    person: Person | None = None,
    charge: float = HALF,
    latency_ms: int = LATENCY_MS,
    specimen: Specimen = AS_WRITTEN,
) -> Conditions:
    """The conditions of a run, numbers in the unit that their name ends in.

    >>> from programs.profile import load_profile
    >>> found = conditions_of(load_profile("vibration-pad"))
    >>> found["press_n"], found["skin_c"], found["charge"], found["rig"]
    (15.0, None, None, {})
    """
    person = person or Person()
    return {
        "press_n": person.pressing_force_n,
        "skin_c": person.skin_c,
        "perfusion": person.perfusion_factor,
        "contact": person.contact,
        "room_c": person.ambient_c,
        "charge": charge if profile.supply.cells else None,
        "latency_ms": latency_ms,
        "noise": round(specimen.noise, 4),
        "jitter_ms": specimen.jitter_ms,
        "rig": dict(_factors(profile, specimen.rig)) if specimen.rig is not None else {},
    }


def unusual(profile: Profile, found: Conditions) -> Conditions:
    """Those that differ from what a run has when nobody says anything."""
    usual = conditions_of(profile)
    return {name: value for name, value in found.items() if value != usual[name]}


def _factors(stated: Profile, real: Profile) -> Iterator[tuple[str, float]]:
    """Every number of the rig that is not what the profile says, and by which factor."""
    yield from _of_part("supply", stated.supply, real.supply)
    for one, other in zip(stated.outputs, real.outputs, strict=True):
        for part in ("erm", "percussion", "heater"):
            yield from _of_part(one.name, getattr(one, part), getattr(other, part))


def _of_part(name: str, stated: Any, real: Any) -> Iterator[tuple[str, float]]:
    if stated is None or real is None:
        return
    for key in type(stated).model_fields:
        before, now = getattr(stated, key), getattr(real, key)
        if isinstance(before, float) and before and now != before:
            yield f"{name}.{key}", round(now / before, 4)
