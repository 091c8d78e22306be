"""What a record comes to: asked, allowed and applied, whole and by stage; gain, answers, exposure.

Figures are of the samples in RUNNING; a pass is where in the program they were.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from host_cli.curves import pass_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.guided.events import Sample
    from host_cli.records.record import Record

MOTORS = ("vibration", "percussion")
RUNNING = "RUNNING"


@dataclass(frozen=True)
class Levels:
    """One motor over a time: levels 0..1 of full scale."""

    channel: str
    asked_peak: float
    asked_mean: float
    allowed_peak: float
    applied_peak: float
    applied_mean: float


@dataclass(frozen=True)
class PassLevels:
    """One pass as it was played; ``played_s`` without pauses."""

    stage: int  # as a person counts; 0: a warm-up that was put in
    title: str
    played_s: float
    levels: tuple[Levels, ...]


@dataclass(frozen=True)
class Summary:
    """Of a whole record. None: not known."""

    levels: tuple[Levels, ...]
    passes: tuple[PassLevels, ...]
    gain: tuple[float, float]  # lowest and highest
    gain_max: float  # the lowest that the answers left
    pad_c: float | None  # the greatest
    cem43_min: float | None  # from the pad's temperature
    hand_points: float  # of this session, estimated
    questions: dict[str, int]  # asked, answered, unanswered
    answers: dict[str, int]  # what was answered or done, and how often
    limited: dict[str, int]  # what the device said it was limited by, and how often

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def summary_of(record: Record) -> Summary:
    """Raises Rejected where the recorded profile is not one any more."""
    from host_cli.records.exposure import points_of
    from sim.exposure import cem43_rate

    played = [each for each in record.samples if each.state == RUNNING]
    warm = [each for each in record.samples if not math.isnan(each.pad_c)]
    used = [each for each in MOTORS if any(getattr(s, f"{each}_asked") > 0 for s in played)]
    dose_s = sum(cem43_rate(each.pad_c) * dt_s for each, dt_s in zip(warm, _lasting_s(warm), strict=True))
    gains = [each.gain for each in played] or [record.session.gain]
    kinds = Counter(each.kind for each in record.events)
    return Summary(
        levels=tuple(_levels(each, played) for each in used),
        passes=tuple(_passes(record, played, used)),
        gain=(min(gains), max(gains)),
        gain_max=min((each.gain_max for each in record.samples), default=1.0),
        pad_c=max((each.pad_c for each in warm), default=None),
        cem43_min=dose_s / 60 if warm else None,
        hand_points=points_of(record.profile, record.samples)[0],
        questions={name: kinds[name] for name in ("asked", "answered", "unanswered")},
        answers=_said(record, "answered", "unanswered"),
        limited=_said(record, "limited"),
    )


def _said(record: Record, *kinds: str) -> dict[str, int]:
    return dict(Counter(each.say for each in record.events if each.kind in kinds))


def _lasting_s(samples: Sequence[Sample]) -> list[float]:
    """How long each stands for: the time since the one before it."""
    gaps_s = [after.t_s - before.t_s for before, after in pairwise(samples)]
    return [0.0, *gaps_s] if samples else []


def _levels(channel: str, samples: Sequence[Sample]) -> Levels:
    asked, allowed, applied = (
        [getattr(each, f"{channel}_{what}") for each in samples] for what in ("asked", "allowed", "applied")
    )
    count = max(1, len(samples))
    return Levels(
        channel,
        max(asked, default=0.0),
        sum(asked) / count,
        max(allowed, default=0.0),
        max(applied, default=0.0),
        sum(applied) / count,
    )


def _passes(record: Record, played: Sequence[Sample], used: Sequence[str]) -> list[PassLevels]:
    """Those that were played, in order."""
    found = []
    lasting_s = dict(zip(map(id, record.samples), _lasting_s(record.samples), strict=True))
    for each in record.passes:
        own = [s for s in played if each.start_ms <= s.at_s * 1000 < each.end_ms]
        if own:
            played_s = sum(lasting_s[id(s)] for s in own)
            levels = tuple(_levels(channel, own) for channel in used)
            found.append(PassLevels(each.stage + 1, pass_title(each), played_s, levels))
    return found
