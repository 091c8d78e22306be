"""Which programs there are: the built-in ones and the user's, with what a person chooses by.

Reads documents only: no compiler, no numpy, so that a list appears at once. A file that cannot be
read does not hide the others; it is listed with its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from programs.document import Program
from programs.errors import Rejected
from programs.load import LIBRARY, load_program, not_listed, program_files
from programs.reading import printable
from programs.techniques import TECHNIQUES
from programs.timeline import CHANNELS


@dataclass(frozen=True, slots=True)
class Entry:
    """One program. ``id`` is what to type; lists are in the order of first use."""

    id: str
    file: str
    built_in: bool
    title: str
    summary: str
    minutes: float
    kind: str
    strength: str
    style: str | None
    posture: str
    recipient: str  # other | self
    regions: tuple[str, ...]
    techniques: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every program that can be read, and why the others cannot."""

    entries: tuple[Entry, ...]
    broken: tuple[Rejected, ...] = ()


def catalog(user_dir: Path | None = None) -> Catalog:
    """All programs, built-in ones first.

    >>> [entry.minutes for entry in catalog().entries if entry.id == "evening-shoulders"]
    [12.0]
    """
    entries: list[Entry] = []
    broken: list[Rejected] = []
    hidden = not_listed(user_dir)
    for path in program_files(user_dir):
        if any(each.file == printable(str(path)) for each in hidden):
            continue
        try:
            entries.append(_entry(path, load_program(path).program))
        except Rejected as exc:
            broken.append(exc)
    return Catalog(tuple(entries), (*(Rejected([each]) for each in hidden), *broken))


def _entry(path: Path, program: Program) -> Entry:
    return Entry(
        id=path.stem,
        file=str(path),
        built_in=path.parent == LIBRARY,
        title=program.title,
        summary=program.summary,
        minutes=round(program.stage_time_s / 60, 1),
        kind=program.kind,
        strength=program.strength,
        style=program.style,
        posture=program.posture,
        recipient=program.for_,
        regions=tuple(dict.fromkeys(stage.region for stage in program.stages if stage.region)),
        techniques=tuple(dict.fromkeys(stage.technique for stage in program.stages)),
        channels=channels_of(program),
    )


def channels_of(program: Program) -> tuple[str, ...]:
    """Channels that the program plays on, in the order of the wire."""
    used = {track.channel for track in program.tracks}
    for stage in program.stages:
        written = {track.channel for track in stage.tracks}
        drawn = TECHNIQUES[stage.technique].channel
        used |= written | ({drawn} if drawn else set())  # type: ignore[arg-type]
    return tuple(each for each in CHANNELS if each in used)
