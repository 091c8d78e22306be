"""The documents say what the code does: generated parts are fresh, and every name they give exists."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from firmware_bridge.device import limits

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
assert spec is not None
assert spec.loader is not None
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)


@pytest.mark.parametrize("page", generate.PAGES)
def test_generated_parts_are_fresh(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "<!-- begin" in text
    assert generate.refreshed(text) == text, "run: make docs"


def test_a_stale_part_is_noticed() -> None:
    assert generate.refreshed("<!-- begin states -->\nold\n<!-- end states -->") != "old"


def test_the_safety_table_names_constants_and_tests_that_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.split("## What guards what")[1].split("## What you may touch")[0]
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) > 10
    for row in rows:
        for constant in re.findall(r"`([A-Z_*]+)`", row[3]):
            prefix = constant.rstrip("*")
            assert any(name.startswith(prefix) for name in vars(limits)), constant
        for name in re.findall(r"`(test_\w+)`", row[4]):
            assert f"def {name}(" in tests, name


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_files_are_named_by_their_whole_path(page: str) -> None:
    """Several files are called link.py; a reader needs to know which."""
    named = re.findall(r"`([\w./]+\.(?:py|toml))`", (ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 5
    assert [name for name in named if "ID" not in name and not (ROOT / name).is_file()] == []


def links(path: Path) -> list[str]:
    return [
        link for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")) if ":" not in link
    ]


def test_links_between_the_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.name}: {link}" for page in pages for link in links(page) if not (page.parent / link).exists()
    ]
    assert not broken
