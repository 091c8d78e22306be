"""The schema says what the parser says: neither refuses what the other would take."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from programs.compiler import compile_program
from programs.consistency import inconsistencies
from programs.document import Program
from programs.load import LIBRARY
from programs.meanings import MEANINGS
from programs.profile import load_profile
from programs.schema import program_schema, schema_text
from programs.strict import Strict, keys_of, models_below

SCHEMA = program_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
RIG = load_profile("heated-head")
LIBRARY_TEXTS = sorted(LIBRARY.glob("*.toml"))
# Uses every key that there is.
FULL: dict[str, Any] = {
    "format": "thrum/1", "id": "full", "title": "Full", "summary": "Every key once.", "kind": "session",
    "strength": "medium", "style": "swedish", "posture": "seated", "for": "other", "sources": ["G1"],
    "caps": {"intensity": 0.5, "heat_c": 39}, "allow": [{"rule": "R9", "why": "Shoulders come tomorrow."}],
    "track": [{"channel": "heat", "keyframes": [{"t": 0, "v": 34.0}, {"t": 60, "v": 38}]}],
    "stage": [
        {"name": "One", "technique": "petrissage", "region": "hips", "side": "left", "duration_s": 60,
         "intensity": [0.1, 0.2], "shape": {"period_s": 3}, "cue": "Slowly.", "if_missing": "skip",
         "cues": [{"t": 30, "say": "On.", "move": True}], "caps": {"intensity": 0.4}, "one_sided": "A knot."},
        {"technique": "custom", "region": "upper-back", "side": "both", "duration_s": 20.5, "track": [
            {"channel": "percussion", "if_missing": "skip",
             "keyframes": [{"t": 0, "v": 0, "interp": "smooth"}, {"t": 20, "v": 0.2}],
             "modulate": {"shape": "square", "rate_hz": 1.5, "depth": 1, "duty": 0.5}},
            {"channel": "vibration", "keyframes": [{"t": 0, "v": 0.1}],
             "modulate": {"shape": "sine", "depth": 0.5,
                          "rate_hz": [{"t": 0, "v": 1, "interp": "hold"}, {"t": 9, "v": 2}]}}]},
        {"technique": "rest", "duration_s": 30, "cue": "Breathe."},
    ],
}  # fmt: skip


def places(value: Any, where: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document, the document itself first."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [where, *(place for step, each in inside for place in places(each, (*where, step)))]


def read_by_models(data: dict[str, Any]) -> bool:
    try:
        Program.model_validate(data)
    except ValidationError:
        return False
    return True


def passes_check(data: dict[str, Any]) -> bool:
    """No complaint of the document or of a technique's parameters (caps and rules are not the schema's)."""
    if not read_by_models(data):
        return False
    program = Program.model_validate(data)
    if any(True for _ in inconsistencies(program)):
        return False
    return not any(each.code in ("D301", "D302") for each in compile_program(program, RIG).diagnostics)


ODD = st.sampled_from([
    -1, 0, 0.5, 1, 3, 12, 60, 61, 99, 7200, 7201, True, False, "", "both", "heat", "back", "rest",
    "custom", "petrissage", "skip", "R9", "r9", "Full", "full", "a b", "a\nb", "x\u202ey", "x" * 501, [], {},
    [0.1], [0.1, 0.2], [0.1, 2], [1, 2, 3], ["x"], [{}], [{"t": 0, "v": 0.1}], [{"t": 0, "v": 0}], {"t": 0},
    {"period_s": 99}, {"period_s": 4}, {"perod_s": 4}, {"rate_hz": 2}, {"intensity": 0.3},
])  # fmt: skip
KEYS = sorted({key for model in models_below(Program) for key in keys_of(model)} | {"colour", "period_s"})


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """The full document with one or two changes: a key lost, a key more, another value."""
    data = copy.deepcopy(FULL)
    for _ in range(draw(st.integers(1, 2))):
        where = draw(st.sampled_from(places(data)[1:]))
        holder: Any = data
        for step in where[:-1]:
            holder = holder[step]
        match draw(st.sampled_from(["lose", "change", "add"])):
            case "lose":
                del holder[where[-1]]
            case "change":
                holder[where[-1]] = copy.deepcopy(draw(ODD))
            case _ if isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(ODD))
    return data


def test_the_schema_is_a_schema_and_takes_the_full_document() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert [each.message for each in VALIDATOR.iter_errors(FULL)] == []
    assert read_by_models(FULL)


@pytest.mark.parametrize("path", LIBRARY_TEXTS, ids=lambda path: path.stem)
def test_the_schema_takes_every_program_of_the_library(path: Path) -> None:
    assert [each.message for each in VALIDATOR.iter_errors(tomllib.loads(path.read_text("utf-8")))] == []


@given(changed())
def test_what_the_parser_refuses_the_schema_refuses(data: dict[str, Any]) -> None:
    assert read_by_models(data) or not VALIDATOR.is_valid(data)


@given(changed())
def test_what_the_schema_refuses_check_refuses(data: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(data) or not passes_check(data)


@pytest.mark.parametrize("model", list(models_below(Program)), ids=lambda model: model.__name__)
def test_every_key_has_a_title_and_a_meaning(model: type[Strict]) -> None:
    assert set(MEANINGS[model.__name__]) == set(keys_of(model))
    table = SCHEMA if model is Program else SCHEMA["definitions"][model.__name__]
    for key, value in table["properties"].items():
        assert value["title"], key
        assert value["description"].endswith("."), key


def test_the_schema_knows_no_null() -> None:
    assert "null" not in schema_text()
