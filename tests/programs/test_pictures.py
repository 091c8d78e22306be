"""The pictures of the techniques are those of the table: drawn anew, nothing differs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from xml.etree import ElementTree

from programs.techniques import TECHNIQUES

ROOT = Path(__file__).parent.parent.parent
spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
assert spec is not None
assert spec.loader is not None
pictures = importlib.util.module_from_spec(spec)
sys.modules["pictures"] = pictures  # dataclasses look their module up
spec.loader.exec_module(pictures)


def test_every_picture_is_fresh() -> None:
    assert pictures.stale_names() == [], "run: make docs"


def test_only_rounding_may_differ() -> None:
    assert pictures.same("M1.0 2.5L3 4", "M1.0 2.6L3 4")
    assert not pictures.same("M1.0 2.5L3 4", "M1.0 2.9L3 4")
    assert not pictures.same("M1 2", "M1 2L3 3")


def test_there_is_one_for_every_technique_that_draws_and_no_other() -> None:
    drawing = {slug for slug, row in TECHNIQUES.items() if row.draw is not None}
    assert {path.stem for path in pictures.pictures()} == drawing
    page = (ROOT / "docs" / "techniques.md").read_text(encoding="utf-8")
    for slug in drawing:
        assert f"(pictures/{slug}.svg)" in page


def test_a_picture_is_sound_and_stays_inside() -> None:
    for text in pictures.pictures().values():
        root = ElementTree.fromstring(text)
        assert root.get("viewBox") == "0 0 640 170"
        for path in root.iter("{http://www.w3.org/2000/svg}path"):
            for point in path.get("d", "").replace("Z", "").lstrip("M").split("L"):
                numbers = point.replace("H", " ").split()
                assert all(0 <= float(number) <= 640 for number in numbers)
