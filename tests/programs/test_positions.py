"""Places of keys and values, in TOML and JSON, checked against the text itself."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.diagnostics import Diagnostic, Where
from programs.positions import Positions, locate, placed

NESTED = '''\
title = "a # not a comment"   # a comment = 1
"quoted key" = 'x'
a.b . c = 1
when = 1979-05-27 07:32:00Z
many = [ [1, 2], # [ in a comment
  {x.y = "]}", "z" = """
two lines"""""}, 'q' ]
[caps]
heat_c = 39.0
[[stage]]
name = "\u0635\U0001f600\u00e9"   # not ASCII: columns count characters
duration_s = 1
[[stage.track]]
channel = "heat"
[[stage.track]]
channel = "vibration"
modulate = {shape = "sine", rate_hz = [{t = 0, v = 1}, {t = 9, v = 2}]}
[stage.caps]
intensity = 0.1
[[stage]]
[[stage.track]]
channel = "percussion"
'''
PLACES: list[tuple[Where, str]] = [
    (("title",), '"a #'),
    (("quoted key",), "'x'"),
    (("a", "b", "c"), "1"),
    (("when",), "1979"),
    (("many", 0, 1), "2]"),
    (("many", 1, "x", "y"), '"]}"'),
    (("many", 1, "z"), '"""'),
    (("many", 2), "'q'"),
    (("caps", "heat_c"), "39.0"),
    (("stage", 0), "[[stage]]"),
    (("stage", 0, "name"), '"\u0635'),
    (("stage", 0, "track", 0, "channel"), '"heat"'),
    (("stage", 0, "track", 1, "channel"), '"vibration"'),
    (("stage", 0, "track", 1, "modulate", "rate_hz", 1, "v"), "2}"),
    (("stage", 0, "caps", "intensity"), "0.1"),
    (("stage", 1, "track", 0), "[[stage.track]]"),
    (("stage", 1, "track", 0, "channel"), '"percussion"'),
]


def text_at(text: str, line: int, column: int) -> str:
    return text.split("\n")[line - 1][column - 1 :]


@pytest.mark.parametrize(("where", "starts"), PLACES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_values_stand_where_the_text_has_them(where: Where, starts: str, newline: str) -> None:
    text = NESTED.replace("\n", newline)
    value: Any = tomllib.loads(text)
    for step in where:
        value = value[step]  # the place exists
    assert text_at(text, *locate(text, where)).startswith(starts)


def test_keys_stand_before_their_values() -> None:
    positions = Positions(NESTED)
    assert positions.of(("caps", "heat_c"), key=True) == (9, 1)
    assert positions.of(("caps", "heat_c")) == (9, 10)


def test_a_missing_key_is_placed_at_what_should_hold_it() -> None:
    positions = Positions(NESTED)
    assert positions.of(("stage", 1, "duration_s")) == positions.of(("stage", 1))
    assert positions.of(("nothing", 3, "at all")) == (1, 1)


def test_an_empty_text_has_a_first_line() -> None:
    assert locate("", ("a",)) == (1, 1)


def test_diagnostics_come_in_the_order_of_the_text() -> None:
    wheres: list[Where] = [("stage", 1), ("title",), ("caps", "heat_c")]
    found = placed([Diagnostic("error", "D1", "x.", where) for where in wheres], NESTED, "a.toml")
    assert [str(each).split(" ")[0] for each in found] == ["a.toml:1:9:", "a.toml:9:10:", "a.toml:20:1:"]


KEYS = st.text(st.characters(codec="utf-8"), max_size=6)
TREES = st.recursive(
    st.integers(-9, 9) | st.text(max_size=6) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def leaves(tree: Any, where: Where = ()) -> list[tuple[Where, Any]]:
    if isinstance(tree, dict):
        return [leaf for key, value in tree.items() for leaf in leaves(value, (*where, key))]
    if isinstance(tree, list):
        return [leaf for index, value in enumerate(tree) for leaf in leaves(value, (*where, index))]
    return [(where, tree)]


@settings(max_examples=60)
@given(st.dictionaries(KEYS, TREES, max_size=4), st.sampled_from([None, 1]), st.booleans())
def test_every_value_of_any_json_is_found(tree: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    positions = Positions(text)
    for where, value in leaves(tree):
        found = text_at(text, *positions.of(where))
        assert found.startswith(json.dumps(value, ensure_ascii=ascii_only))


BARE = st.text("abcdefghijklmnopqrstuvwxyz_-019", min_size=1, max_size=5)


@given(
    st.lists(
        st.lists(st.dictionaries(BARE, st.integers(0, 99), max_size=3), max_size=3), min_size=1, max_size=3
    )
)
def test_every_value_of_nested_arrays_of_tables_is_found(stages: list[list[dict[str, int]]]) -> None:
    lines = []
    for tracks in stages:
        lines.append("[[stage]]")
        for track in tracks:
            lines.append("  [[stage.track]] # a comment")
            lines += [f"  {key} = {value}" for key, value in track.items()]
    text = "\r\n".join(lines)
    positions = Positions(text)
    for where, value in leaves(tomllib.loads(text)):
        assert text_at(text, *positions.of(where)).strip() == str(value)


def test_deep_nesting_does_not_exhaust_the_scanner() -> None:
    deep = "[" * 5000 + "]" * 5000
    assert locate(f"x = {deep}\ny = 1", ("y",)) == (2, 5)
