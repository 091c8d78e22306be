"""The report: one page that needs nothing else, says the verdict first, and can be read by anybody."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from host_cli.drawing.report import page, write_report
from host_cli.drawing.svg import Chart, Mark, Series, Times, drawn, ticks
from host_cli.exits import Quit
from host_cli.work import Ready, make_ready
from sim.lockstep import simulate
from sim.result import Limited, SimResult, Violation

COMMAND = "thrum simulate short --seed 3 --fault ntc.off@30 --report r.html"
SHORT = """
format = "thrum/1"
id = "short"
title = "Short & <b>warm</b>"
summary = "A minute or two."
kind = "break"
posture = "seated"

[[track]]
channel = "heat"
keyframes = [ {t = 0, v = 36.0} ]

[[stage]]
technique = "effleurage"
region = "shoulders"
side = "both"
duration_s = 36
intensity = [0.06, 0.12]
cue = "Glide along the top of the shoulder."

[[stage]]
technique = "closing-sweeps"
region = "shoulders"
side = "both"
duration_s = 30
intensity = [0.12, 0.0]
cue = "Light sweeps; tell them it is over."
"""
VOID = {"meta", "path", "rect", "link", "br"}


class Reader(HTMLParser):
    """Checks that elements are closed in order; keeps the text of each, and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    path = tmp_path_factory.mktemp("programs") / "short.toml"
    path.write_text(SHORT)
    return make_ready(str(path), "heated-head")


@pytest.fixture(scope="module")
def broken(ready: Ready) -> SimResult:
    return simulate(ready.timeline, ready.profile, seed=3, faults=["ntc.off@30"])


@pytest.fixture(scope="module")
def whole(ready: Ready) -> SimResult:
    return simulate(ready.timeline, ready.profile, seed=3)


def test_it_needs_nothing_else(ready: Ready, broken: SimResult, tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    write_report(path, ready, broken, command=COMMAND)
    text = path.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|<script|<link|<img|@import|url\(|src=|href=", text)
    assert 10_000 < len(text) < 2_000_000
    assert text == page(ready, broken, COMMAND), "the same run gives the same page"
    assert [each.name for each in tmp_path.iterdir()] == ["r.html"]


def test_the_verdict_comes_first_then_how_to_replay(ready: Ready, broken: SimResult) -> None:
    said = " ".join(read(page(ready, broken, COMMAND)).text)
    order = ["SIM", "Stopped by a fault", "replay", COMMAND, "What was broken", "What was limited",
             "Exposure", "Curves", "Stages", "What was not modelled", "docs/simulator.md"]  # fmt: skip
    places = [said.index(each) for each in order]
    assert places == sorted(places)
    for word in ("ntc.off@30", "▼", "◆", "CEM43", "A(8)", "underruns", "not certified", "effleurage"):
        assert word in said


def test_several_faults_are_counted_in_words(ready: Ready, broken: SimResult) -> None:
    (one,) = broken.injected
    assert "The fault that was ordered was felt" in page(ready, broken, COMMAND)
    assert "Both faults were felt" in page(ready, replace(broken, injected=(one,) * 2), COMMAND)
    assert "Every fault was felt" in page(ready, replace(broken, injected=(one,) * 3), COMMAND)


def test_every_chart_says_in_words_what_it_shows(ready: Ready, broken: SimResult) -> None:
    reader = read(page(ready, broken, COMMAND))
    charts = [attrs for tag, attrs in reader.seen if tag == "svg" and attrs.get("class") != "swatch"]
    assert len(charts) >= 6
    assert all(attrs["role"] == "img" and len(attrs["aria-label"] or "") > 15 for attrs in charts)
    said = " ".join(reader.text)
    for title in ("asked, allowed, applied", "Motor speed: vibration-pad", "Pad and skin", "Supply voltage"):
        assert title in said
    assert "Motor speed: percussion-head" not in said, "it never turned"


def test_curves_differ_without_colour() -> None:
    from host_cli.drawing.report_style import STYLE

    lines = re.findall(r"\.line\.(\w+)\{stroke:var\(--\w+\);([^}]*)\}", STYLE)
    patterns = dict(lines)
    for group in (
        ("asked", "allowed", "applied"),
        ("first", "second", "third"),
        ("first", "second", "asked"),
    ):
        assert len({patterns[name] for name in group}) == 3
    assert "prefers-color-scheme:dark" in STYLE
    assert "@media print" in STYLE


def test_faults_stand_on_the_time_axis_of_every_chart(ready: Ready, broken: SimResult) -> None:
    text = page(ready, broken, COMMAND)
    charts = re.findall(r'<svg class="chart" .*?</svg>', text)
    assert charts
    for each in charts:
        assert {"ordered", "latched", "zero"} <= set(re.findall(r'class="mark (\w+)"', each))


def test_a_device_that_started_again_is_marked(ready: Ready) -> None:
    result = simulate(ready.timeline, ready.profile, faults=["device.reset@30"])
    text = page(ready, result, COMMAND)
    assert "device started again: " in text
    assert 'class="mark reset"' in text


def test_text_from_a_program_cannot_become_part_of_the_page(ready: Ready, whole: SimResult) -> None:
    text = page(ready, whole, 'thrum simulate "<img src=x>"')
    assert "<b>warm" not in text
    assert "Short &amp; &lt;b&gt;warm" in text
    assert "&lt;img" in text


def test_a_good_run_and_a_bad_one_look_different(ready: Ready, whole: SimResult) -> None:
    assert 'class="verdict good"' in page(ready, whole, COMMAND)
    assert "Nothing: the device played" in page(ready, whole, COMMAND)
    limited = replace(whole, limited=(Limited(3.5, "vibration", 0.3, 0.2, "region"),) * 150)
    text = page(ready, limited, COMMAND)
    assert 'class="verdict bad"' in text
    assert "and 50 more" in text
    violated = replace(whole, violations=(Violation("slew", 4.0, "vibration", 0.5, 0.1),))
    assert "This is a bug in Thrum" in page(ready, violated, COMMAND)
    stopped = replace(whole, outcome="stopped_by_limit", reason="the motors ran too long")
    assert "did not complete" in page(ready, stopped, COMMAND)


def test_a_fault_that_nobody_felt_is_no_pass(ready: Ready) -> None:
    result = simulate(ready.timeline, ready.profile, faults=["ntc.off@30000"])
    assert not result.felt
    assert "was not felt" in page(ready, result, COMMAND)
    assert 'class="verdict bad"' in page(ready, result, COMMAND)


def test_a_run_that_never_began_has_a_page_too(ready: Ready) -> None:
    result = simulate(ready.timeline, ready.profile, latency_ms=60_000)
    assert result.outcome != "completed"
    text = page(ready, result, COMMAND)
    read(text)
    assert "did not begin to play" in text


def test_a_battery_and_a_head_have_their_own_charts(ready: Ready, tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text(SHORT.replace('[[track]]\nchannel = "heat"\nkeyframes = [ {t = 0, v = 36.0} ]\n', "")
                    .replace('"shoulders"', '"upper-back"'))  # fmt: skip
    held = make_ready(str(path), "percussion-massager")
    text = page(held, simulate(held.timeline, held.profile), COMMAND)
    assert "strokes per minute" in text
    assert "Battery charge" in text
    assert "Acceleration of the head: head" in text
    assert "Pad and skin" not in text


def test_it_is_whole_or_not_there(ready: Ready, whole: SimResult, tmp_path: Path) -> None:
    with pytest.raises(Quit, match="cannot be written") as caught:
        write_report(tmp_path / "none" / "r.html", ready, whole, command=COMMAND)
    assert caught.value.code == 2
    assert list(tmp_path.iterdir()) == []


def test_ticks_are_round_and_few() -> None:
    for low, high in ((0.0, 0.35), (22.6, 44.0), (0.0, 2437.0), (23.5, 24.4), (0.0, 1e-3), (-5.0, 1e6)):
        found = ticks(low, high)
        assert 2 <= len(found) <= 6, (low, high, found)
        assert all(low <= each <= high * 1.000001 for each in found)


def test_a_curve_has_gaps_where_there_is_nothing() -> None:
    times = Times([0.0, 1.0, 2.0, 3.0, 4.0], 4.0, marks=(Mark(9.0, "ordered", 1),))
    values = [1.0, 2.0, None, 2.0, float("nan")]
    chart = Chart("T", "V", 0.0, 3.0, (Series("v", "first", values, filled=True),), "Some volts.")
    text = drawn(chart, times)
    assert text.count('class="area first"') == 1
    line = re.search(r'class="line first" d="([^"]*)"', text)
    assert line is not None
    assert line[1].count("M") == 2
    assert "nan" not in text
    assert "mark" not in text, "beyond the end"
