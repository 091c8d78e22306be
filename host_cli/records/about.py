"""What a session is about, as far as it is known before it begins."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firmware_bridge.session import Welcome
    from host_cli.work import Ready
    from programs.profile import Profile
    from programs.timeline import Pass

ME = "me"  # the operator's label when none is given
PERSON, ITSELF = "person", "itself"


@dataclass(frozen=True)
class About:
    """``operator`` is a label, not a name. ``intake``: the answers, only if they are to be kept."""

    program_id: str
    title: str
    program_text: str
    profile: Profile
    passes: tuple[Pass, ...]  # of the whole program
    planned_s: float
    strength: str
    simulated: bool
    rig_id: str
    board: str
    firmware: str
    config_crc: int
    commissioned: bool
    boot_id: int
    address: str
    operator: str = ME
    from_stage: int | None = None  # as a person counts, from 1
    gain: float = 1.0
    seed: int | None = None  # of a simulated device
    answered_by: str = PERSON  # or ITSELF, where nobody is there
    intake: str | None = None

    @classmethod
    def of(cls, ready: Ready, welcome: Welcome, address: str, **more: Any) -> About:
        """Of a program that is ready and the device that will play it; ``more``: fields with defaults."""
        loaded, timeline = ready.loaded, ready.timeline
        return cls(
            loaded.program.id, loaded.program.title, loaded.text, ready.profile, timeline.passes,
            timeline.duration_ms / 1000, timeline.strength, welcome.simulated, welcome.rig_id, welcome.board,
            welcome.firmware, welcome.config_crc, welcome.commissioned, welcome.boot_id, address, **more,
        )  # fmt: skip

    @property
    def kind(self) -> str:
        """SIM or REAL, in every record."""
        return "SIM" if self.simulated else "REAL"

    @property
    def documents(self) -> dict[str, str]:
        """By their hashes: the program, the profile, the passes."""
        return {
            sha256(self.program_text): self.program_text,
            self.profile.hash: self.profile.model_dump_json(by_alias=True, exclude_none=True),
            sha256(self.passes_text): self.passes_text,
        }

    @property
    def passes_text(self) -> str:
        return json.dumps([_plain(each) for each in self.passes])

    def row(self) -> dict[str, Any]:
        """Columns of ``sessions``."""
        from importlib.metadata import version

        own = (
            "program_id", "title", "planned_s", "strength", "rig_id", "board", "firmware", "config_crc",
            "boot_id", "address", "operator", "from_stage", "gain", "seed", "answered_by", "intake", "kind",
        )  # fmt: skip
        return {
            **{name: getattr(self, name) for name in own},
            "thrum": version("thrum-massager"),
            "program_sha256": sha256(self.program_text),
            "profile_id": self.profile.id,
            "profile_hash": self.profile.hash,
            "commissioned": int(self.commissioned),
            "passes_sha256": sha256(self.passes_text),
        }


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(each: Pass) -> dict[str, Any]:
    """A pass without its cues: what was said is among the events."""
    joins = [[join.channel, join.start_ms, join.end_ms] for join in each.joins]
    names = ("stage", "name", "technique", "region", "side", "start_ms", "end_ms")
    return {**{name: getattr(each, name) for name in names}, "joins": joins}


def passes_from(text: str) -> tuple[Pass, ...]:
    """Back from a record; none where it has none."""
    from programs.timeline import Join, Pass

    found = []
    for index, each in enumerate(json.loads(text) if text else ()):
        joins = tuple(Join(*join) for join in each.pop("joins"))
        found.append(Pass(index, joins=joins, **each))
    return tuple(found)
