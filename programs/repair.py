"""A broken document made whole enough to check the rest of it.

So that an author hears of a typing error and of a level too high in one go, the parts that pydantic
rejected are mended: a misspelt key or word is read as its nearest neighbour, a number in quotes as
the number, another optional value that cannot be read is left out. Nothing that was mended is ever
played: the document stays rejected.
"""

from __future__ import annotations

import copy
import math
from typing import Any, TypeVar

from pydantic import ValidationError

from programs.diagnostics import Where
from programs.document import MAX_STAGES, Stage
from programs.findings import MOST, raw_findings
from programs.phrasing import Raw, nearest
from programs.strict import Strict, annotation_at, keys_of, model_at
from programs.words import TECHNIQUE_FOR

ROUNDS = 4  # a mended key may turn out to have a wrong value; then again
NEVER_LEFT_OUT = ("region", "side")  # without them other findings would be wrong
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
    holder: Any = data
    for step in raw.where[:-1]:
        try:
            holder = holder[step]
        except (TypeError, LookupError):
            return True  # inside something that was left out already
    key = raw.where[-1]
    if not isinstance(holder, dict) or not isinstance(key, str):
        return False
    if raw.kind == "missing":
        return key in holder
    value = holder.pop(key, None)
    if raw.kind == "extra_forbidden":
        _rename(model, holder, value, raw.where)
        return True
    return _replace(model, holder, value, raw.where)


def _rename(model: type[Strict], holder: dict[str, Any], value: Any, where: Where) -> None:
    here = model_at(model, where[:-1])
    meant = nearest(where[-1], list(keys_of(here))) if here else None
    if meant is not None:
        holder.setdefault(meant, value)


def _replace(model: type[Strict], holder: dict[str, Any], value: Any, where: Where) -> bool:
    key = str(where[-1])
    annotation = annotation_at(model, where)[0]
    words = [str(each) for each in getattr(annotation, "__args__", ())]
    meant = TECHNIQUE_FOR.get(str(value)) or nearest(value, words)
    if meant in words or (meant := _number(annotation, value)) is not None:
        holder[key] = meant
        return True
    here = model_at(model, where[:-1])
    field = keys_of(here).get(key) if here else None
    return field is not None and not field.is_required() and key not in NEVER_LEFT_OUT


def _number(annotation: Any, value: Any) -> Any:
    if annotation is not float or not isinstance(value, str) or len(value) > 20:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
