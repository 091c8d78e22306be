"""A program to begin from: a copy of another one with its id, its title and remarks that explain it.

Rules kept here: the copy means what its source means, but for id and title; remarks of the source
stay; each key is explained once, where it first stands, unless its author said something there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args, get_origin

from programs.diagnostics import Where
from programs.document import Program
from programs.layout import laid_out, written
from programs.meanings import meaning
from programs.reading import parse, reject
from programs.statements import Statement, read_statements
from programs.strict import annotation_at, keys_of, model_at

BLANK = Path(__file__).parent / "blank.toml"
WIDEST = 110  # columns; a longer remark goes above its line
MOST_WORDS = 6  # of a key that takes one of a few words; more are not listed
SCHEMA_MARK = "#:schema"
LISTS = ("stage", "track", "cues", "allow", "keyframes")  # tables that come in lists


def title_of(program_id: str) -> str:
    """An id as a title.

    >>> title_of("my-evening")
    'My evening'
    """
    return program_id.replace("-", " ").capitalize()


def started(text: str, file: str, program_id: str, schema: str, origin: str = "") -> str:
    """A program text made from another: ``schema`` is where editors find the schema.

    >>> out = started(BLANK.read_text("utf-8"), "blank.toml", "my-evening", "./thrum-1.schema.json")
    >>> out.splitlines()[0]
    '#:schema ./thrum-1.schema.json'
    """
    if file.endswith(".json"):
        reject("D110", "This is JSON; only a TOML program can be copied with its remarks.", file)
    parse(text, file)
    found = [each for each in read_statements(text) if not each.comment.startswith(SCHEMA_MARK)]
    _rename(found, {"id": program_id, "title": title_of(program_id)})
    top = [Statement(comment=f"{SCHEMA_MARK} {schema}")]
    top += [Statement(comment=f"# {origin}"), Statement()] if origin else []
    return laid_out(written([*top, *_explained(found)]))


def _rename(statements: list[Statement], values: dict[str, str]) -> None:
    """Put other values in, at the top of the document."""
    for each in statements:
        if each.is_header:
            return
        if each.key in values:
            each.value = f'"{values[each.key]}"'


def _explained(statements: list[Statement]) -> list[Statement]:
    out: list[Statement] = []
    known: set[tuple[str, str]] = set()
    where: Where = ()
    for each in statements:
        if each.is_header:
            where = _where(each.table)
        elif each.key:
            remark = "" if _has_remark(each, out) else _remark(each, where)
            if remark and (where_key := (str(model_at(Program, where)), each.key)) not in known:
                known.add(where_key)
                _say(each, remark, out)
        out.append(each)
    return out


def _where(table: str) -> Where:
    """A place of the document that a header opens.

    >>> _where("stage.track")
    ('stage', 0, 'track', 0)
    """
    where: Where = ()
    for step in table.split("."):
        where = (*where, step, 0) if step in LISTS else (*where, step)
    return where


def _has_remark(each: Statement, before: list[Statement]) -> bool:
    above = before[-1] if before else Statement()
    return bool(each.comment) or bool(above.comment and not above.key)


def _remark(each: Statement, where: Where) -> str:
    model = model_at(Program, where)
    if model is None or each.key not in keys_of(model):
        return ""
    text = meaning(model, each.key)[1]
    annotation = annotation_at(Program, (*where, each.key))[0]
    words = get_args(annotation) if get_origin(annotation) is Literal else ()
    missing = [str(word) for word in words if str(word) not in text.lower()]
    listed = f" One of: {', '.join(map(str, words))}." if 1 < len(words) <= MOST_WORDS and missing else ""
    return f"# {text}{listed}"


def _say(each: Statement, remark: str, out: list[Statement]) -> None:
    """Put the remark behind its line, or above it where there is no room."""
    line = written([each]).rstrip()
    if "\n" in line or len(line) + len(remark) + 2 > WIDEST:
        out.append(Statement(comment=remark))
    else:
        each.comment = remark
