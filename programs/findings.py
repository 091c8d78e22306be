"""Pydantic's findings as diagnostics, in the order of the document.

Rules kept here: a finding that only follows from another one is left out, findings that belong
together are said together, and at most ``MOST`` are said. The sentences are in
:mod:`programs.phrasing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from programs.diagnostics import Diagnostic, Where
from programs.phrasing import SOURCE, Advice, Raw, nearest, phrased
from programs.strict import Strict, keys_of, model_at

MOST = 50  # more findings than this help nobody
TAGS = ("#one", "#many")  # how the models tell a single rate from a curve of rates


def findings(error: ValidationError, root: type[Strict], data: Any, advice: Advice) -> list[Diagnostic]:
    """All that is wrong with ``data``, in the order of the document, without repetitions."""
    raws = list(raw_findings(error, data))
    strays = [each.where for each in raws if each.kind == "extra_forbidden"]
    told = _together([each for each in raws if not _follows(each, strays, root)])
    found = [phrased(each, root, data, advice) for each in told]
    return found or [Diagnostic("error", "D122", "The document cannot be read.", (), SOURCE)]


def at_most(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The first ``MOST`` findings, and how many more there are."""
    every = list(found)
    if len(every) <= MOST:
        return every
    more = len(every) - MOST
    return [
        *every[:MOST],
        Diagnostic("error", "D127", f"There are at least {more} more findings.", (), SOURCE),
    ]


def raw_findings(error: ValidationError, data: Any) -> Iterator[Raw]:
    """Place and type of each finding, as many as anyone could use."""
    for each in error.errors(include_url=False, include_input=False)[: 4 * MOST]:
        yield _raw(each["type"], each["loc"], data)


def _raw(kind: str, loc: tuple[str | int, ...], data: Any) -> Raw:
    where = tuple(step for n, step in enumerate(loc) if step not in TAGS or loc[n - 1 : n] != ("rate_hz",))
    if kind == "missing" and isinstance(where[-1], int):  # an entry of a list of fixed length
        kind, where = "pair_too_short", where[:-1]
    value = data
    for step in where:
        try:
            value = value[step]
        except (TypeError, LookupError):
            value = None
    return Raw(kind, where, value)


def _follows(raw: Raw, strays: list[Where], root: type[Strict]) -> bool:
    """True for what only follows from another finding: a list that is short because its entries are
    wrong, a key that is missing because it is misspelt or stands further down."""
    if raw.kind == "too_short":
        return isinstance(raw.value, list) and len(raw.value) > 0
    if raw.kind != "missing":
        return False
    holder, key = raw.where[:-1], raw.where[-1]
    below = [stray for stray in strays if stray[: len(holder)] == holder]
    if any(stray[-1] == key and len(stray) > len(raw.where) for stray in below):
        return True
    model = model_at(root, holder)
    known = list(keys_of(model)) if model else []
    return any(stray[:-1] == holder and nearest(stray[-1], known) == key for stray in below)


def _together(raws: list[Raw]) -> list[Raw]:
    """One finding for several keys that are missing from one table, and for a list that is too short."""
    lost: dict[Where, list[str]] = {}
    for each in raws:
        if each.kind == "missing":
            lost.setdefault(each.where[:-1], []).append(str(each.where[-1]))
    kept: list[Raw] = []
    for each in raws:
        keys = lost.get(each.where[:-1], []) if each.kind == "missing" else []
        if len(keys) < 2:
            kept += [each] if each not in kept[-1:] else []
        elif each.where[-1] == keys[0]:
            kept.append(Raw("several_missing", each.where[:-1], keys))
    return kept
