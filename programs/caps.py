"""Which ceilings bind a channel in a stage, tightest first. Caps combine by minimum.

A cap is a value with the code and the words that a diagnostic needs, so that what is too strong is
rejected with the name of the cap that it breaks.
"""

from __future__ import annotations

from dataclasses import dataclass

from programs import limits
from programs.document import Caps, Program, Stage
from programs.profile import Profile


@dataclass(frozen=True, slots=True)
class Cap:
    """One ceiling: a level 0..1, or degrees for heat."""

    value: float
    code: str
    name: str  # as it stands in a sentence: "the light cap"
    source: str = ""  # empty: what the page of its code says


def caps_on(
    program: Program, profile: Profile, stage: Stage | None, channel: str, strength: str
) -> list[Cap]:
    """Every cap that binds ``channel`` in ``stage`` (None: in the whole program), tightest first."""
    found = _heat(program, profile) if channel == "heat" else _motor(program, profile, channel, strength)
    if stage is not None:
        found += _stage(stage, channel)
    return sorted(found, key=lambda each: each.value)


def _motor(program: Program, profile: Profile, channel: str, strength: str) -> list[Cap]:
    found = [
        Cap(limits.STRENGTH_CAP[strength], "L1", f"the cap of strength {strength}"),
        Cap(profile.limit(channel), "L4", f"the limit of profile {profile.id}"),
    ]
    if program.caps is not None and program.caps.intensity is not None:
        found.append(Cap(program.caps.intensity, "L3", "the program's own cap"))
    return found


def _heat(program: Program, profile: Profile) -> list[Cap]:
    own = program.caps.heat_c if program.caps is not None else None
    found = [
        Cap(profile.limit("heat"), "L6", f"the limit of profile {profile.id}", "what the rig can do"),
        Cap(limits.HEAT_CEILING_C, "L6", "the ceiling of any surface"),
    ]
    if own is None:
        found.append(Cap(limits.HEAT_DEFAULT_C, "L6", "the default without caps.heat_c", "our own choice"))
    else:
        found.append(Cap(own, "L6", "the program's own cap", "the program promises it in [caps]"))
    return found


def _stage(stage: Stage, channel: str) -> list[Cap]:
    own: Caps = stage.caps or Caps()
    if channel == "heat":
        promise = "the stage promises it in its caps"
        return [] if own.heat_c is None else [Cap(own.heat_c, "L6", "the stage's own cap", promise)]
    found = []
    if stage.region in limits.REGION_CAP:
        found.append(Cap(limits.REGION_CAP[stage.region], "L2", f"the cap of region {stage.region}"))
    if own.intensity is not None:
        found.append(Cap(own.intensity, "L5", "the stage's own cap"))
    return found
