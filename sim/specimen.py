"""One rig out of many: how the one in hand differs from what its profile says.

The device is configured from the profile, as on a bench; the physics are those of the specimen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from programs.profile import Profile


@dataclass(frozen=True, slots=True)
class Specimen:
    """``rig``: its real physics, None: as the profile says. ``noise``: times the usual noise of its
    sensors. ``jitter_ms``: its clock is read up to that much late at any tick, 0..5."""

    rig: Profile | None = None
    noise: float = 1.0
    jitter_ms: int = 0


AS_WRITTEN = Specimen()
