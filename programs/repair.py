"""A broken document made whole enough to check the rest of it.

So that an author hears of a typing error and of a level too high in one go, the parts that pydantic
rejected are mended: a misspelt key or word is read as its nearest neighbour, a number in quotes as
the number, another optional value that cannot be read is left out, a length that is none becomes a
minute. Nothing that was mended is ever played: the document stays rejected, and what only follows
from a hole is not said (:mod:`programs.consequences`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import ValidationError

from programs.diagnostics import Where
from programs.document import MAX_STAGES, Keyframe, Program, RateKeyframe, Stage, Track
from programs.findings import MOST, raw_findings
from programs.phrasing import Raw, nearest
from programs.strict import Strict, annotation_at, keys_of, model_at
from programs.words import meant

ROUNDS = 4  # a mended key may turn out to have a wrong value; then again
STAND_INS = {"duration_s": 60.0}  # required, and the rest can be checked with any length
M = TypeVar("M", bound=Strict)


def mended(model: type[M], data: Any) -> M | None:
    """The document as it was probably meant; None when too much is missing."""
    if not isinstance(data, dict):
        return None
    data = copy.deepcopy(data)
    for _ in range(ROUNDS):
        try:
            return model.model_validate(data)
        except ValidationError as exc:
            if exc.error_count() > MOST or not _mend_all(model, exc, data):
                return None
    return None


def in_order(program: Program) -> Program:
    """The program with its keyframes in order, the first of two at one time kept; it is returned as
    it is when they are in order already. The compiler takes no others."""
    if all(_increasing(keys) for track in _tracks(program) for keys in _curves(track)):
        return program
    stages = tuple(
        stage.model_copy(update={"tracks": tuple(map(_sorted_track, stage.tracks))})
        for stage in program.stages
    )
    tracks = tuple(map(_sorted_track, program.tracks))
    return program.model_copy(update={"stages": stages, "tracks": tracks})


def _tracks(program: Program) -> list[Track]:
    return [*program.tracks, *(track for stage in program.stages for track in stage.tracks)]


def _curves(track: Track) -> list[tuple[Keyframe | RateKeyframe, ...]]:
    rate = track.modulate.rate_hz if track.modulate is not None else 0.0
    return [track.keyframes, rate] if isinstance(rate, tuple) else [track.keyframes]


def _increasing(keys: Sequence[Keyframe | RateKeyframe]) -> bool:
    return all(a.t < b.t for a, b in pairwise(keys))


def _sorted(keys: Sequence[Keyframe | RateKeyframe]) -> tuple[Keyframe | RateKeyframe, ...]:
    first = {key.t: key for key in reversed(keys)}
    return tuple(first[t] for t in sorted(first))


def _sorted_track(track: Track) -> Track:
    changes: dict[str, Any] = {"keyframes": _sorted(track.keyframes)}
    wave = track.modulate
    if wave is not None and isinstance(wave.rate_hz, tuple):
        changes["modulate"] = wave.model_copy(update={"rate_hz": _sorted(wave.rate_hz)})
    return track.model_copy(update=changes)


def sound_stages(data: dict[str, Any]) -> list[tuple[int, Stage]]:
    """Stages that can be read, or mended, although the program as a whole cannot."""
    stages = data.get("stage")
    stages = stages[:MAX_STAGES] if isinstance(stages, list) else []
    found = [(index, mended(Stage, each)) for index, each in enumerate(stages)]
    return [(index, stage) for index, stage in found if stage is not None]


def _mend_all(model: type[Strict], exc: ValidationError, data: dict[str, Any]) -> bool:
    # Misspelt keys first: one of them may be what another finding misses.
    raws = sorted(raw_findings(exc, data), key=lambda raw: raw.kind != "extra_forbidden")
    done = [_mend(model, raw, data) for raw in raws]
    return all(done)


def _mend(model: type[Strict], raw: Raw, data: dict[str, Any]) -> bool:
    """Mend one finding in place; False when there is no way."""
    if raw.kind == "too_short" and raw.value:
        return True  # its entries are wrong, and have findings of their own
    where = raw.where
    while where and isinstance(where[-1], int) and raw.kind != "missing":
        where = where[:-1]  # one entry of a list: the list is what is wrong
    if not where:
        return False
    holder: Any = data
    for step in where[:-1]:
        try:
            holder = holder[step]
        except (TypeError, LookupError):
            return True  # inside something that was left out already
    key = where[-1]
    if not isinstance(holder, dict) or not isinstance(key, str):
        return False
    if raw.kind == "missing":
        if key in STAND_INS:
            holder.setdefault(key, STAND_INS[key])
        return key in holder
    value = holder.pop(key, None)
    if raw.kind == "extra_forbidden":
        _rename(model, holder, value, where)
        return True
    return _replace(model, holder, value, where)


def _rename(model: type[Strict], holder: dict[str, Any], value: Any, where: Where) -> None:
    here = model_at(model, where[:-1])
    key = nearest(where[-1], list(keys_of(here))) if here else None
    if key is not None:
        holder.setdefault(key, value)


def _replace(model: type[Strict], holder: dict[str, Any], value: Any, where: Where) -> bool:
    key = str(where[-1])
    annotation = annotation_at(model, where)[0]
    words = [str(each) for each in getattr(annotation, "__args__", ())]
    word = meant(where, value) or nearest(value, words)
    better = word if word in words else _number(annotation, value)
    if better is not None:
        holder[key] = better
        return True
    here = model_at(model, where[:-1])
    field = keys_of(here).get(key) if here else None
    if key in STAND_INS:
        holder[key] = STAND_INS[key]
        return True
    return field is not None and not field.is_required()


def _number(annotation: Any, value: Any) -> Any:
    if annotation is not float or not isinstance(value, str) or len(value) > 20:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
