"""The sentence for each kind of finding: subject, value, allowed range, and a hint.

Rules kept here: never a raw pydantic text; a key in the wrong table is told where it belongs; a
misspelt word gets its nearest neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple, get_args, get_origin

from programs.diagnostics import Diagnostic, Where
from programs.strict import (
    SLUG,
    Strict,
    allowed,
    annotation_at,
    keys_of,
    model_at,
    models_below,
    shown,
    subject,
)
from programs.words import number_hint

SOURCE = "what the file format allows"
Advice = Callable[[Where, Any], str]  # what a document kind knows about a word that is not in it

_RANGE = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
_TEXT = {"string_too_long", "string_too_short", "string_pattern_mismatch", "string_unicode"}


class Raw(NamedTuple):
    """One pydantic finding in our terms: its type, its place by the keys of the file, the value there."""

    kind: str
    where: Where
    value: Any


def phrased(raw: Raw, root: type[Strict], data: Any, advice: Advice) -> Diagnostic:
    """The diagnostic for one finding in ``data``."""
    kind, where, value = raw
    if kind == "extra_forbidden":
        return _stray(raw, root, data)
    if kind == "missing":
        return _missing(where, root, data)
    if kind == "several_missing":
        say = f"{_named(where, data)} has no {', '.join(value[:-1])} and {value[-1]}."
        return Diagnostic(
            "error", "D121", say, where, SOURCE, "Add them; 'thrum show' prints a whole program."
        )
    code, message, hint = _wrong(raw, root, data)
    return Diagnostic("error", code, message, where, SOURCE, advice(where, value) or hint)


def _wrong(raw: Raw, root: type[Strict], data: Any) -> tuple[str, str, str]:
    kind, where, value = raw
    name, may = _named(where, data), allowed(root, where)
    if kind == "literal_error":
        words = [str(each) for each in get_args(annotation_at(root, where)[0])]
        said = isinstance(value, str)
        return (
            ("D123" if said else "D122"),
            f"{name} is {shown(value)}; it must be {may}.",
            did_you_mean(value, words),
        )
    if kind == "finite_number":
        return "D125", f"{name} is {shown(value)}; it must be {may}.", "Write a finite number."
    if kind in ("too_long", "too_short", "pair_too_short"):
        return "D127", f"{name} has {_entries(value)}; it must be {may}.", _type_hint(may, value, where)
    if kind in _RANGE:
        return "D124", f"{name} is {shown(value)}; it must be {may}.", _per_cent(may, value)
    if kind == "value_error":  # of text, the only check of our own
        say = f"{name} is {shown(value)}: it has no letter and no digit that can be seen."
        return "D126", say, "Write it in words."
    if kind in _TEXT:
        return _text(name, may, where, root, value)
    return "D122", f"{name} is {shown(value)}; it must be {may}.", _type_hint(may, value, where)


def _text(name: str, may: str, where: Where, root: type[Strict], value: Any) -> tuple[str, str, str]:
    bounds = annotation_at(root, where)[1]
    patterns = [each.pattern for each in bounds if getattr(each, "pattern", None)]
    length = len(value) if isinstance(value, str) else 0
    most = max((each.max_length for each in bounds if getattr(each, "max_length", None)), default=500)
    if not value or length > most:
        return "D126", f"{name} has {length} characters; it must be {may}.", ""
    if SLUG in patterns:
        return (
            "D126",
            f"{name} is {shown(value)}; it must be lower-case words joined by hyphens (a-z, 0-9).",
            _slug(value),
        )
    if patterns and patterns[0].startswith("^[A-Z]"):
        return "D135", f"{name} is {shown(value)}; it must be a rule code such as R9.", ""
    return (
        "D126",
        f"{name} is {shown(value)}: it has a character that cannot be shown.",
        "Retype it as plain text.",
    )


def _entries(value: Any) -> str:
    count = len(value) if isinstance(value, list | dict) else 0
    return "1 entry" if count == 1 else f"{count} entries"


def _slug(value: str) -> str:
    words = re.findall(r"[a-z0-9]+", value.lower())
    return f'Write "{"-".join(words)}".' if words and value.isascii() else ""


def _type_hint(may: str, value: Any, where: Where) -> str:
    if may.startswith("a number") and isinstance(value, str):
        return number_hint(f"= {value}") or "Write the number without quotes."
    if may.startswith("a list of 2") and isinstance(value, str):
        return number_hint(f"= {value}")
    if may.startswith("a list of 2") and isinstance(value, list) and len(value) == 4 and _whole(value):
        a, b, c, d = value
        return f"Decimals have a point: write [{a}.{b}, {c}.{d}]."
    if may.startswith("a list of 2") and isinstance(value, int | float) and not isinstance(value, bool):
        level = value / 100 if isinstance(value, int | float) and 1 < value <= 100 else value
        return f"Write [{shown(level)}, {shown(level)}]: the values at start and end, 0 to 1."
    if may.startswith("text") and not isinstance(value, list | dict):
        return "Put it in quotes."
    if may.startswith("a list") and isinstance(value, dict):
        name = ".".join(step for step in where if isinstance(step, str))
        return f"Write [[{name}]] with double brackets, or {where[-1]} = [ {{...}} ]."
    return ""


def _whole(values: list[Any]) -> bool:
    return all(type(each) is int and each >= 0 for each in values)


def _per_cent(may: str, value: Any) -> str:
    """Where a share is asked for, a number above 1 was probably meant in per cent."""
    if may == "a number from 0 to 1" and 1 < value <= 100:
        return f"{shown(value)} % is written {value / 100:.2f}."
    return ""


def _named(where: Where, data: Any) -> str:
    words = subject(where, data)
    return words[:1].upper() + words[1:] if ", " in words or " " in words else words or "The document"


def _missing(where: Where, root: type[Strict], data: Any) -> Diagnostic:
    holder = _named(where[:-1], data) if len(where) > 1 else "The document"
    key = str(where[-1])
    article = "an" if key[0] in "aeiou" else "a"
    say = f"{holder} has no {key}; it needs {article} {key}: {allowed(root, where)}."
    hint = "Add a [[stage]]." if key == "stage" else f"Add {key} = {_example(annotation_at(root, where)[0])}"
    return Diagnostic("error", "D121", say, where, SOURCE, hint)


def _example(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return f'"{get_args(annotation)[0]}".'
    return '"...".' if annotation is str else "..."


def _stray(raw: Raw, root: type[Strict], data: Any) -> Diagnostic:
    holder, key = raw.where[:-1], str(raw.where[-1])
    model = model_at(root, holder) or root
    say = f"Unknown key {shown(key)} in {subject(holder, data) or model.called}."
    near = did_you_mean(key, list(keys_of(model)))
    home = None if near else _home(key, holder, root)
    if home is not None:
        say = f"{shown(key)} does not belong to {model.called}, but to {home.called}."
    hint = (
        near or _way_home(key, home, model) or f"{_capital(model.called)} has: {', '.join(keys_of(model))}."
    )
    return Diagnostic("error", "D120", say, raw.where, SOURCE, hint)


def _home(key: str, holder: Where, root: type[Strict]) -> type[Strict] | None:
    """The model that has ``key``: one that encloses the holder if there is one, else any."""
    around = [model_at(root, holder[:end]) for end in range(len(holder), -1, -1)]
    candidates = [each for each in around if each is not None] + list(models_below(root))
    return next((each for each in candidates if key in keys_of(each)), None)


def _way_home(key: str, home: type[Strict] | None, model: type[Strict]) -> str:
    if home is None:
        return ""
    if model in models_below(home):
        return f"Move '{key}' up into {home.called}: keys belong to the nearest [header] above them."
    return f"Move '{key}' into {home.called}."


def did_you_mean(word: Any, known: list[str]) -> str:
    """A suggestion, or nothing.

    >>> did_you_mean("petrisage", ["petrissage", "friction"])
    "Did you mean 'petrissage'?"
    """
    close = nearest(word, known)
    return f"Did you mean '{close}'?" if close else ""


def nearest(word: Any, known: list[str]) -> str | None:
    """The known word that is most like ``word``, if any is."""
    if not isinstance(word, str) or len(word) > 80:
        return None
    plain = word.strip().lower().replace("_", "-").replace(" ", "-")
    by_plain = {each.lower().replace("_", "-"): each for each in known}
    close = get_close_matches(plain, list(by_plain), n=1, cutoff=0.6)
    return by_plain[close[0]] if close else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
