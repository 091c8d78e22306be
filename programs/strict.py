"""Strict documents: the base of all models, and pydantic's findings said in plain sentences.

Rules kept here: nothing is converted (a string is never a number), no key is unknown, no number
is NaN or infinite; a finding names its subject, the value, the allowed range and what to do, and
every finding of a document is reported in one go. Nothing here knows programs or profiles: words
come from the models themselves (``called``, field bounds).
"""

from __future__ import annotations

import datetime
import types
import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from programs.diagnostics import Where

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"  # ASCII on purpose: no look-alike letters in ids
# No control characters (a title must not drive a terminal), no invisible or direction-changing ones.
_INVISIBLE = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"

Slug = Annotated[str, Field(min_length=1, max_length=64, pattern=SLUG)]
_FILLERS = "\u115f\u1160\u3164\uffa0"  # letters by their category, and blank to the eye


def _seen(text: str) -> str:
    """Refuse text in which nothing can be read: blanks, marks without a letter, fillers."""
    if not any(unicodedata.category(c)[0] in "LN" and c not in _FILLERS for c in text):
        raise ValueError("nothing to read")  # the only one there is: phrasing knows it as value_error
    return text


Line = Annotated[
    str, Field(min_length=1, max_length=500, pattern=rf"^[^\t\n{_INVISIBLE}]*$"), AfterValidator(_seen)
]
Prose = Annotated[
    str, Field(min_length=1, max_length=500, pattern=rf"^[^{_INVISIBLE}]*$"), AfterValidator(_seen)
]


class Strict(BaseModel):
    """Base of every document model."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=False
    )
    called: ClassVar[str] = "the document"  # how a sentence names one of these


def keys_of(model: type[Strict]) -> dict[str, FieldInfo]:
    """The keys of a model as they stand in a file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def model_at(root: type[Strict], where: Where) -> type[Strict] | None:
    """The model that describes the table at ``where``; None when it is no table."""
    annotation = annotation_at(root, where)[0]
    return annotation if isinstance(annotation, type) and issubclass(annotation, Strict) else None


def annotation_at(root: type[Strict], where: Where) -> tuple[Any, list[Any]]:
    """Type and constraints of the value at ``where`` (``(None, [])`` for an unknown key)."""
    annotation: Any = root
    bounds: list[Any] = []
    for step, after in zip(where, (*where[1:], None), strict=False):
        if isinstance(annotation, type) and issubclass(annotation, Strict):
            field = keys_of(annotation).get(str(step))
            if field is None:
                return None, []
            annotation, bounds = field.annotation, list(field.metadata)
        else:
            annotation, bounds = _inside(annotation, step), []
        annotation, more = _plain(annotation, in_list=isinstance(after, int))
        bounds += more
    return annotation, bounds


def _inside(annotation: Any, step: str | int) -> Any:
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return arguments[1]
    if get_origin(annotation) is tuple and isinstance(step, int):
        return arguments[0] if arguments[-1] is Ellipsis else arguments[min(step, len(arguments) - 1)]
    return None


def _plain(annotation: Any, *, in_list: bool) -> tuple[Any, list[Any]]:
    """Take off Annotated and Optional; of several members take the list or the other one."""
    bounds: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            for each in more:
                bounds += each.metadata if isinstance(each, FieldInfo) else [each]
        elif get_origin(annotation) in (Union, types.UnionType):
            members = [each for each in get_args(annotation) if each is not type(None)]
            annotation = members[-1] if in_list else members[0]
        else:
            return annotation, bounds


def allowed(root: type[Strict], where: Where) -> str:
    """The allowed values at ``where``, in words.

    >>> class Box(Strict):
    ...     width_m: Annotated[float, Field(gt=0, le=2)]
    >>> allowed(Box, ("width_m",))
    'a number above 0 and at most 2'
    """
    annotation, bounds = annotation_at(root, where)
    if get_origin(annotation) is Literal:
        words = [str(each) for each in get_args(annotation)]
        return f"one of {', '.join(words)}" if len(words) > 1 else f'"{words[0]}"'
    return f"{_kind(annotation)}{_range(bounds, 'characters' if annotation is str else 'entries')}"


def _kind(annotation: Any) -> str:
    if get_origin(annotation) is tuple:
        many = get_args(annotation)
        return "a list" if many[-1] is Ellipsis else f"a list of {len(many)} numbers"
    if get_origin(annotation) is dict or (isinstance(annotation, type) and issubclass(annotation, Strict)):
        return "a table"
    words = {float: "a number", int: "a whole number", str: "text in quotes", bool: "true or false"}
    return words.get(annotation, "another value")


def _range(bounds: list[Any], counted: str) -> str:
    found: dict[str, Any] = {}
    for each in bounds:
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length"):
            if getattr(each, name, None) is not None:
                found[name] = getattr(each, name)
    words = {"gt": "above {:g}", "ge": "from {:g}", "lt": "below {:g}", "le": "at most {:g}"}
    if "ge" in found and "le" in found:
        return f" from {found['ge']:g} to {found['le']:g}"
    parts = [text.format(found[name]) for name, text in words.items() if name in found]
    if "max_length" in found:
        parts.append(f"of {found.get('min_length', 0)} to {found['max_length']} {counted}")
    return (" " + " and ".join(parts)) if parts else ""


def shown(value: Any) -> str:
    """A value as its author would write it, short and without control characters.

    >>> shown("abc"), shown(True), shown(-0.0), shown({"a": 1}), shown(None)
    ('"abc"', 'true', '0', 'a table', 'null')
    >>> shown(datetime.date(2026, 1, 2))
    'the date 2026-01-02'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > 10**15:
        return "a huge number"
    if isinstance(value, int | float):
        return f"{value + 0.0:g}" if isinstance(value, float) else str(value)  # + 0.0: no minus at zero
    if isinstance(value, str):
        text = value if len(value) <= 40 else value[:37] + "..."
        return '"' + "".join(map(_escaped, text)) + '"'
    if isinstance(value, list | tuple):
        return "a list" if len(value) != 1 else "a list with one entry"
    if isinstance(value, datetime.date | datetime.time):
        return f"the {'time' if isinstance(value, datetime.time) else 'date'} {value.isoformat()}"
    return "a table" if isinstance(value, dict) else "null"


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_ONE_OF = {"keyframes": "keyframe", "cues": "cue", "allow": "waiver", "sources": "source", "rate_hz": "rate"}


def subject(where: Where, data: Any) -> str:
    """How a person would name the place ``where`` of the document ``data``.

    >>> subject(("stage", 1, "track", 0), {"stage": [{}, {"name": "Knead"}]})
    'stage 2 (Knead), track 1'
    """
    parts: list[str] = []
    for step in where:
        data = _item(data, step)
        if isinstance(step, int) and parts:
            name = data.get("name") if isinstance(data, dict) else None
            label = f" ({shown(name)[1:-1]})" if isinstance(name, str) else ""
            if parts[-1] == "intensity":
                parts[-1] += " at the end" if step else " at the start"
                continue
            parts[-1] = f"{_ONE_OF.get(parts[-1], parts[-1])} {step + 1}{label}"
        else:
            parts.append(shown(str(step))[1:-1])
    return ", ".join(parts)


def _item(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (TypeError, LookupError):
        return None


def models_below(root: type[Strict]) -> Iterator[type[Strict]]:
    """``root`` and every model that can stand somewhere inside it, each once."""
    seen: list[type[Strict]] = []
    waiting: list[Any] = [root]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, type) and issubclass(each, Strict):
            if each not in seen:
                seen.append(each)
                waiting += [field.annotation for field in each.model_fields.values()]
        else:
            waiting += get_args(each)
    yield from seen
