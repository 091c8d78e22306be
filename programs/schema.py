"""The JSON Schema of a program, for editors that complete and check while a person types.

Rules kept here: it is made from the models that read a program, so it cannot say anything else;
titles and descriptions come from :mod:`programs.meanings`; each technique brings its own ``shape``.
What only a whole program shows (order of keyframes, caps, massage rules) stays with ``thrum check``:
what the schema refuses, ``check`` refuses too.

Draft 7, which the common TOML editors read. TOML has no null, so there is none in the schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from programs.consistency import NO_REGION
from programs.document import FORMAT, Program
from programs.meanings import MEANINGS
from programs.techniques import TECHNIQUES, Technique
from programs.vocabulary import REGIONS
from programs.vocabulary import TECHNIQUES as TECHNIQUE_LINES

DRAFT = "http://json-schema.org/draft-07/schema#"
MADE_BY = "Made by: thrum schema"
FILE_NAME = "thrum-1.schema.json"
Table = dict[str, Any]


def program_schema() -> Table:
    """The schema as plain data.

    >>> program_schema()["properties"]["for"]["enum"]
    ['other', 'self']
    """
    raw = _without_null(Program.model_json_schema(by_alias=True))
    models = {"Program": raw, **raw.pop("$defs")}
    for name, model in models.items():
        _describe(model, name)
    stage = models["Stage"]
    stage["allOf"] = [each for row in TECHNIQUES.values() for each in _by_technique(row)]
    _describe_words(stage["properties"]["technique"], {k: text for k, (_, text) in TECHNIQUE_LINES.items()})
    _describe_words(stage["properties"]["region"], {k: text for k, (_, text) in REGIONS.items()})
    raw["title"] = f"A Thrum program ({FORMAT})"
    del models["Program"]
    return {"$schema": DRAFT, "$comment": MADE_BY, **raw, "definitions": models}


def schema_text() -> str:
    """The schema as it is written to a file."""
    return json.dumps(program_schema(), indent=2) + "\n"


def _without_null(value: Any) -> Any:
    """The same schema for draft 7 and without null."""
    if isinstance(value, list):
        return [_without_null(each) for each in value]
    if not isinstance(value, dict):
        return value
    table = {key: _without_null(each) for key, each in value.items()}
    if "$ref" in table:
        table["$ref"] = table["$ref"].replace("#/$defs/", "#/definitions/")
    if table.get("default", "") in (None, []):
        del table["default"]
    if "prefixItems" in table:  # a pair; both are alike
        table["items"] = table.pop("prefixItems")[0]
    members = table.get("anyOf")
    if isinstance(members, list) and {"type": "null"} in members:
        (one,) = (each for each in members if each != {"type": "null"})
        del table["anyOf"]
        table |= one
    return table


def _describe(model: Table, name: str) -> None:
    """Titles and descriptions of a model's keys, in place."""
    model["description"] = model["description"].split("\n")[0].replace("``", "")
    for key, value in model["properties"].items():
        title, text = MEANINGS[name][key]
        if "$ref" in value:  # draft 7 reads nothing beside a reference
            value["allOf"] = [{"$ref": value.pop("$ref")}]
        value |= {"title": title, "description": text}


def _describe_words(value: Table, texts: dict[str, str]) -> None:
    """What each word means, where the common TOML editor looks for it."""
    value["x-taplo"] = {"docs": {"enumValues": [texts[word] for word in value["enum"]]}}


def _by_technique(row: Technique) -> Iterator[Table]:
    """What a stage of this technique may and must have."""
    then: Table = {"properties": {"shape": _shape(row)}}
    if row.slug == "rest":
        then["properties"] |= {"track": {"maxItems": 0}, "intensity": False}
    if row.slug not in NO_REGION:
        then["required"] = ["region"]
    if row.slug == "custom":
        then |= {"required": ["track"], "properties": {**then["properties"], "track": {"minItems": 1}}}
    yield {"if": {"properties": {"technique": {"const": row.slug}}, "required": ["technique"]}, "then": then}


def _shape(row: Technique) -> Table:
    return {
        "properties": {
            p.name: {
                "type": "number",
                "minimum": p.low,
                "maximum": p.high,
                "default": p.default,
                "title": p.name,
                "description": f"{p.text[:1].upper()}{p.text[1:]}; {p.span}, else {p.default:g}.",
            }
            for p in row.parameters
        },
        "additionalProperties": False,
    }
