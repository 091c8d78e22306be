"""What is left to say about a program that has mistakes in its text: no finding that only follows.

The rules judge a broken document as it was mended (:mod:`programs.repair`), so that an author hears
of several mistakes in one go. Some of what they find then is an echo: of a value that was refused
already, or of a stage that has no place. An echo hides the mistake that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from programs.diagnostics import Diagnostic, Where

UNPLACED = ("D121", "D137")  # something is missing, such as the region of a stage
HOLES = ("region",)  # keys of a stage that the course hangs on, and that nothing can stand in for


def without_echoes(document: Sequence[Diagnostic], rules: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings of the rules that are no echo of an error in the document.

    >>> broken = Diagnostic("error", "D124", "v is 0.2 on heat.", ("track", 0, "keyframes", 0, "v"))
    >>> echo = Diagnostic("error", "L6", "Heat is 0.3.", ("track", 0, "keyframes", 1, "v"))
    >>> other = Diagnostic("error", "L1", "Too strong.", ("stage", 0, "intensity"))
    >>> [each.code for each in without_echoes([broken], [echo, other])]
    ['L1']
    """
    errors = [each for each in document if each.severity == "error"]
    if not errors:
        return list(rules)
    return [each for each in rules if not _is_echo(each, errors)]


def _is_echo(found: Diagnostic, errors: Sequence[Diagnostic]) -> bool:
    """A doubt (the totals may change yet), the course of a massage with a hole in it, or what stands
    at a place that was refused."""
    if found.severity == "warning":
        return True
    if found.code.startswith("R") and any(map(_is_hole, errors)):
        return True
    if found.code.startswith("L") and not _is_amount(found.where, errors):
        return False  # a level too high is one, however its keyframes are ordered
    return any(_same_place(_part(found.where), _part(each.where)) for each in errors)


def _is_hole(error: Diagnostic) -> bool:
    """Whether the course of the massage cannot be judged as long as this stands."""
    return error.code in UNPLACED or (len(error.where) == 3 and error.where[-1] in HOLES)


def only_causes(document: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The document's findings without "no region" where the region that is written was refused.

    >>> refused = Diagnostic("error", "D123", "region is 'spine'.", ("stage", 1, "region"))
    >>> echo = Diagnostic("error", "D137", "Stage 2 has no region.", ("stage", 1))
    >>> [each.code for each in only_causes([refused, echo])]
    ['D123']
    """
    refused = {each.where[:2] for each in document if each.where[2:] == ("region",)}
    return [each for each in document if not (each.code == "D137" and each.where[:2] in refused)]


def _is_amount(where: Where, errors: Sequence[Diagnostic]) -> bool:
    """Whether a value in the same place was refused, and not only its time."""
    return any(each.where[-1:] != ("t",) and _same_place(_part(where), _part(each.where)) for each in errors)


def _part(where: Where) -> Where:
    """The track that a place is in, or the place itself."""
    return where[: where.index("track") + 2] if "track" in where else where


def _same_place(a: Where, b: Where) -> bool:
    """One place holds the other; a whole stage or the whole document is no place in this sense."""
    short, long = sorted((a, b), key=len)
    return long[: len(short)] == short and (len(short) > 2 or "track" in short)
