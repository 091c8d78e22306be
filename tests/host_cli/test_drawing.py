"""Curves in the terminal and in files: legible narrow, plain, without colour."""

from __future__ import annotations

import re
import warnings

import pytest

from host_cli.curves import column_peaks, thin
from host_cli.drawing.braille import draw
from host_cli.drawing.figure import _figure, render
from host_cli.terminal import Terminal, cells
from tests.host_cli.samples import curves


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_it_fits_and_is_plain_where_asked(width: int, unicode: bool) -> None:
    lines = draw(curves(), Terminal(width=width, unicode=unicode))
    drawn = [line for line in lines if re.match(r" *\d+\.\d+ ", line)]
    assert drawn
    assert all(cells(line) <= width for line in drawn)
    assert unicode or all(line.isascii() for line in lines)


def test_asked_applied_and_allowed_differ_without_colour() -> None:
    panel = "\n".join(draw(curves(), Terminal(width=80, unicode=False))[3:10])
    assert "#" in panel, "applied"
    assert ":" in panel, "asked only"
    assert "-" in panel, "allowed"


def test_stages_and_joins_are_named() -> None:
    text = "\n".join(draw(curves(), Terminal(width=80)))
    assert " 2  0:20 Knead, shoulders, right" in text
    assert re.search(r"^joins +\^", text, re.MULTILINE)


def test_peaks_keep_what_lasts_one_sample() -> None:
    spike = [0.0] * 1000
    spike[333] = 1.0
    assert max(column_peaks([i / 10 for i in range(1000)], spike, 100.0, 40)) == 1.0  # type: ignore[type-var]
    assert max(thin([i / 10 for i in range(1000)], spike, 40)[1]) == 1.0


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_files_are_whole_and_repeatable(suffix: str, begins: bytes) -> None:
    first = render(curves("Costs $5 or 漢"), suffix)
    assert first.startswith(begins)
    assert first == render(curves("Costs $5 or 漢"), suffix)


def test_the_longest_title_leaves_room_for_the_curves() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns when its axes have no room left
        assert render(curves("W" * 500), ".png").startswith(b"\x89PNG")


def test_the_figure_names_lines_and_stages() -> None:
    motor, heat, strip, power = _figure([curves()]).axes
    styles = {line.get_label(): line.get_linestyle() for line in motor.lines}
    allowed = next(name for name in styles if str(name).startswith("allowed"))
    assert len({styles["asked"], styles[allowed], styles["applied"]}) == 3
    order = [line.get_label() for line in motor.lines]
    assert order.index("applied") < order.index("asked"), "asked is seen above what was applied"
    legend = motor.get_legend()
    assert legend is not None
    names = [text.get_text() for text in legend.get_texts()]
    assert {"asked", "applied", "join: a ramp between two stages"} <= set(names)
    assert any(name.startswith("allowed (0 while") for name in names), "why it drops is said"
    assert tuple(motor.get_xticks()) == tuple(strip.get_xticks()) == tuple(heat.get_xticks())
    assert any("Knead" in text.get_text() for text in strip.texts)
    assert "C" in heat.get_ylabel()
    assert "power" in power.get_ylabel()
