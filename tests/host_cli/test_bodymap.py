"""The body on the screen: the worked place is filled, on its side, and the spine never is."""

from __future__ import annotations

import pytest

from host_cli.showing.bodymap import WIDTH, body_map
from programs.vocabulary import REGIONS

SPINE = 7  # column


def rows(region: str, side: str, unicode: bool = True) -> list[str]:
    return ["".join(text for text, _ in line) for line in body_map(region, side, unicode=unicode)]


def filled(region: str, side: str) -> set[tuple[int, int]]:
    lines = enumerate(rows(region, side))
    return {(y, x) for y, line in lines for x, each in enumerate(line) if each == "█"}


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_has_its_place_on_both_sides(region: str) -> None:
    left, right = filled(region, "left"), filled(region, "right")
    assert left
    assert all(x < SPINE for _, x in left)
    assert right == {(y, 2 * SPINE - x) for y, x in left}
    assert filled(region, "") == left | right


def test_the_places_are_apart_and_in_the_order_of_a_body() -> None:
    order = ["neck", "shoulders", "upper-back", "lower-back", "hips"]
    lines = [sorted({y for y, _ in filled(region, "")}) for region in order]
    assert [y for each in lines for y in each] == sorted({y for each in lines for y in each})
    whole = filled("shoulders", "") | filled("upper-back", "") | filled("lower-back", "")
    assert filled("back", "") == whole


@pytest.mark.parametrize("unicode", [True, False])
def test_all_lines_are_as_wide_as_each_other(unicode: bool) -> None:
    lines = rows("hips", "right", unicode)
    assert {len(line) for line in lines} == {WIDTH}
    assert unicode or all(line.isascii() for line in lines)


def test_at_rest_nothing_is_filled() -> None:
    assert filled("", "") == set()
