"""The documents say what the code does: generated parts are fresh, and every name they give exists."""

from __future__ import annotations

import importlib.util
import random
import re
from pathlib import Path

import pytest

from firmware_bridge.device import governor, heat, limits, player
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

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


# -- docs/protocol.md: what it says in words and formulas, computed again from its text alone --------------

PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
PLAIN = {"cmd", "gain_max", "boot_id", "state", "rig_id", "board", "bucket_s", "reset_cause"}
PLAIN |= {f"{what}_{channel}" for what in ("ceiling", "allowed", "applied", "rule") for channel in m.CHANNELS}
PLAIN |= {"ceiling_heat_c100", "max_percussion"}  # the line above speaks for all


def test_every_number_that_the_page_names_is_in_its_tables() -> None:
    named = set(re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`", PAGE))
    assert len(named) > 40
    assert [name for name in named if not hasattr(limits, name) and not hasattr(heat, name)] == []
    assert [name for name in named if f"| `{name}` |" not in PAGE] == []


def test_every_field_that_is_not_plain_says_what_it_is() -> None:
    said = generate.notes(m, "MESSAGES")
    for name, fields in m.MESSAGES.values():
        for field, _kind in fields:
            assert f"{name}.{field}" in said or field in PLAIN, f"{name}.{field}"
    assert {field for field, _kind in m.RECORD} <= set(generate.notes(m, "RECORD"))
    assert {field for field, _kind in m.WAVE} <= set(generate.notes(m, "WAVE"))
    assert set(generate.notes(s, "FAULTS")) == set(s.FAULTS[1:])


def test_every_flag_has_its_bit() -> None:
    flags = {name.removeprefix("FLAG_"): value for name, value in vars(m).items() if name.startswith("FLAG_")}
    assert len(flags) == 6
    for name, value in flags.items():
        assert f"| {value.bit_length() - 1} | {name} |" in PAGE


def half_cosine() -> list[int]:
    block = PAGE.split("<!-- begin half cosine -->")[1].split("```")[1]
    return [int(each) for each in block.split(",")]


def page_factor(shape: int, depth: int, duty: int, phase: int) -> int:
    """The formulas under "Playing"."""
    turn = phase // 100
    if shape == m.SQUARE:
        up = 10000 if turn < duty else 0
    elif shape == m.SAW_UP:
        up = turn
    elif shape == m.SAW_DOWN:
        up = 10000 - turn
    else:
        up = turn * 10000 // duty if turn < duty else (10000 - turn) * 10000 // (10000 - duty)
    if shape == m.SINE:
        table, place = half_cosine(), up * 64
        k = place // 10000
        up = table[k] + (table[k + 1] - table[k]) * (place - 10000 * k) // 10000
    return 10000 - depth * (10000 - up) // 10000


@pytest.mark.parametrize("shape", range(1, 6))
def test_the_page_says_what_a_wave_is(shape: int) -> None:
    chance = random.Random(shape)
    for _ in range(400):
        depth, duty, phase = chance.randint(0, 10000), chance.randint(0, 10000), chance.randrange(1_000_000)
        assert page_factor(shape, depth, duty, phase) == player.wave_factor(shape, depth, duty, phase)


class PageGovernor:
    """One channel, by the five steps under "The governor"."""

    def __init__(self, cap: int) -> None:
        self.cap, self.soft, self.level, self.gain_now = cap, 0, 0, 10000
        self.before, self.top, self.since_ms, self.still_ms = 0, 10000, 1 << 30, 0

    def step(self, ms: int, envelope: int, factor: int, gain: int) -> tuple[int, int]:
        self.soft = min(10000 + 3 * ms, self.soft + limits.SOFT_RISE_PER_MS * ms)
        ceiling = min(self.cap, self.soft)
        want = min(envelope, ceiling)
        up, down = limits.SLEW_UP_PER_MS * ms, limits.SLEW_DOWN_PER_MS * ms
        self.level = min(ceiling, max(min(want, self.level + up), self.level - down))
        if gain < self.gain_now:
            self.gain_now = gain
        else:
            self.gain_now = min(gain, self.gain_now + limits.GAIN_RISE_PER_4MS * ms // 4)
        applied = (self.level * self.gain_now // 10000) * self.passes(ms, factor) // 10000
        if applied or not self.level:
            self.still_ms = 0
        elif self.still_ms < limits.STILL_MS:
            self.still_ms += ms
        else:
            self.level = 0
        return ceiling, applied

    def passes(self, ms: int, factor: int) -> int:
        self.since_ms += ms
        if factor > self.before and self.top - self.before > limits.CLIMB_FALL:
            if self.since_ms < limits.CLIMB_REST_MS:
                return self.before
            self.since_ms, self.top = 0, factor
        self.top = max(self.top, factor)
        self.before = factor
        return factor


@pytest.mark.parametrize("seed", range(6))
def test_the_page_says_what_the_governor_does(seed: int) -> None:
    chance = random.Random(seed)
    real = governor.Governor((7000, 7000), (False, False))
    real.bench = False
    real.set_session(6000, 6000)
    real.begin()
    page = PageGovernor(cap=6000)
    envelope, factor, gain = 0, 10000, 10000
    for _ in range(3000):
        if chance.random() < 0.05:
            envelope = chance.choice((0, 2000, 6500, chance.randint(0, 10000)))
        if chance.random() < 0.2:
            factor = chance.choice((0, 10000, min(10000, factor + 150), chance.randint(0, 10000)))
        if chance.random() < 0.02:
            gain = chance.choice((10000, 0, chance.randint(0, 10000)))
            real.set_gain(gain, 10000)
        ms = chance.choice((10, 10, 10, 7, 23, 50))
        real.run(ms, 2, [envelope, 0, 0], [factor, 10000])
        assert page.step(ms, envelope, factor, gain) == (real.allowed[0], real.applied[0])
