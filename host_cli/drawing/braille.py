"""Curves in a terminal: eight dots to a character in braille, or plain ASCII.

What was applied is a filled area; what was asked and not applied is shaded; what was allowed is a
dashed line. The three differ in shape, so they can be told apart without colour.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from host_cli.curves import column_peaks, tick_step_s
from host_cli.terminal import cells, clean, clock_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.curves import Curves, Lane, Value
    from host_cli.terminal import Terminal
    from programs.timeline import Pass

DOTS_DOWN = 4  # dots of one character, from the top
LEFT_DOTS = (0x40, 0x04, 0x02, 0x01)  # of the left column, from the bottom
RIGHT_DOTS = (0x80, 0x20, 0x10, 0x08)
MARGIN = 6  # columns of the scale on the left
APPLIED, ASKED, ALLOWED = "green", "yellow", "red"


def draw_lane(curves: Curves, lane: Lane, terminal: Terminal, rows: int = 6) -> list[str]:
    """One panel by itself, with the time axis below it."""
    columns = max(terminal.width - MARGIN - 1, 10)
    lines = _lane_lines(curves, lane, terminal, columns, rows) + time_axis(curves.duration_s, columns)
    return [terminal.fit(line) for line in lines]


def draw(curves: Curves, terminal: Terminal, rows: int = 6) -> list[str]:
    """Lines of text: a panel for each lane, the time axis, the passes by number."""
    columns = max(terminal.width - MARGIN - 1, 10)
    out = [terminal.paint(clean(curves.title), "bold"), *terminal.wrap(clean(curves.caption))]
    for lane in curves.lanes:
        out += ["", *_lane_lines(curves, lane, terminal, columns, rows)]
    out += time_axis(curves.duration_s, columns)
    out += _pass_marks(curves, columns)
    out += _stage_list(curves.passes, terminal)
    return [terminal.fit(line) for line in out]


def _lane_lines(curves: Curves, lane: Lane, terminal: Terminal, columns: int, rows: int) -> list[str]:
    unit = f" ({lane.unit})" if lane.unit else ""
    grid = _cells(curves, lane, columns, rows, terminal.unicode)
    out = _legend(lane.name + unit, lane, terminal)
    for row, line in enumerate(grid):
        out.append(_scale(lane, row, rows) + _coloured(line, terminal))
    return out


def _legend(name: str, lane: Lane, terminal: Terminal) -> list[str]:
    """The name of a lane and what its marks mean, in as many lines as it takes."""
    full, half, line = ("⣿", "░", "╌") if terminal.unicode else ("#", ":", "-")
    named = [
        (full, lane.applied_means, APPLIED),
        (half, "asked only", ASKED),
        (line, lane.allowed_means, ALLOWED),
    ]
    if not len(lane.asked):  # not a run, but a curve by itself
        del named[1]
    lines, used = [terminal.paint(name, "bold")], cells(name)
    for mark, word, colour in named:
        room = used + 4 + cells(word) <= terminal.width
        if not room:
            lines, used = [*lines, ""], 0
        lines[-1] += f"  {terminal.paint(mark, colour)} {word}"
        used += 4 + cells(word)
    return lines


def _scale(lane: Lane, row: int, rows: int) -> str:
    """The left edge of a row: its top and bottom carry a number."""
    digits = 1 if lane.unit else 2
    label = ""
    if row == 0:
        label = f"{lane.high:.{digits}f}"
    elif row == rows - 1:
        label = f"{lane.low:.{digits}f}"
    return f"{label:>{MARGIN - 1}} "


def _heights(lane: Lane, peaks: Sequence[Value], dots: int) -> list[int]:
    """Peaks as numbers of dots from the bottom; -1 where there is no value."""
    span = lane.high - lane.low
    return [-1 if v is None else max(0, min(dots, round((v - lane.low) / span * dots))) for v in peaks]


def _cells(curves: Curves, lane: Lane, columns: int, rows: int, unicode: bool) -> list[str]:
    """The characters of a lane, top row first."""
    dots = rows * DOTS_DOWN
    applied, asked, allowed = (
        _heights(lane, column_peaks(curves.t_s, series, curves.duration_s, columns * 2), dots)
        for series in (lane.applied, lane.asked, lane.allowed)
    )
    grid = []
    for row in reversed(range(rows)):
        floor = row * DOTS_DOWN
        grid.append("".join(_cell(c * 2, floor, applied, asked, allowed, unicode) for c in range(columns)))
    return grid


def _cell(
    at: int, floor: int, applied: list[int], asked: list[int], allowed: list[int], unicode: bool
) -> str:
    """One character: dots for what was applied, else shade, else the line of what was allowed."""
    left = max(0, min(DOTS_DOWN, applied[at] - floor))
    right = max(0, min(DOTS_DOWN, applied[at + 1] - floor))
    if left or right:
        mask = sum(LEFT_DOTS[:left]) | sum(RIGHT_DOTS[:right])
        return chr(0x2800 + mask) if unicode else ("#" if left + right >= DOTS_DOWN else "_")
    if max(asked[at], asked[at + 1]) >= floor + DOTS_DOWN // 2:
        return "░" if unicode else ":"
    ceiling = max(allowed[at], allowed[at + 1])
    if floor < ceiling <= floor + DOTS_DOWN:
        return "╌" if unicode else "-"
    return " "


def _coloured(line: str, terminal: Terminal) -> str:
    """The line with each run of equal marks in its colour."""
    if not terminal.colour:
        return line.rstrip()
    out, run, style = "", "", ""
    for character in line:
        wanted = {"░": ASKED, ":": ASKED, "╌": ALLOWED, "-": ALLOWED, " ": style}.get(character, APPLIED)
        if wanted != style:
            out, run, style = out + terminal.paint(run, style), "", wanted
        run += character
    return out + terminal.paint(run, style)


def time_axis(duration_s: float, columns: int) -> list[str]:
    """The axis line and the times below it."""
    step_s = tick_step_s(duration_s, max(columns // 10, 1))
    line, labels = ["─"] * columns, [" "] * (columns + MARGIN)
    for time_s in range(0, int(duration_s) + 1, step_s):
        at = min(int(time_s / duration_s * columns), columns - 1)
        text = clock_text(time_s)
        if at + len(text) <= columns:
            line[at] = "┬"
            labels[at : at + len(text)] = text
    return [" " * MARGIN + "".join(line), (" " * MARGIN + "".join(labels)).rstrip()]


def _pass_marks(curves: Curves, columns: int) -> list[str]:
    """The numbers of the stages, each under its start; one that has no room is left out."""
    marks = [" "] * columns
    free = 0
    for each in (own[0] for own in _by_stage(curves.passes)):
        at = int(each.start_ms / 1000 / curves.duration_s * columns)
        text = _number(each)
        if at >= free and at + len(text) <= columns:
            marks[at : at + len(text)] = text
            free = at + len(text) + 1
    lines = ["stage " + "".join(marks).rstrip()]
    return [*lines, "joins " + _join_marks(curves, columns)] if curves.joins else lines


def _join_marks(curves: Curves, columns: int) -> str:
    """A caret wherever the compiler put in a ramp so that levels meet."""
    per_ms = columns / curves.duration_s / 1000
    at = {min(int((join.start_ms + join.end_ms) / 2 * per_ms), columns - 1) for join in curves.joins}
    return "".join("^" if column in at else " " for column in range(columns)).rstrip()


def _by_stage(passes: Sequence[Pass]) -> list[list[Pass]]:
    """The passes of each stage together: its sides."""
    return [list(own) for _, own in groupby(passes, key=lambda each: each.stage)]


def _number(each: Pass) -> str:
    """A stage's number as ``show`` and ``--from-stage`` count; a warm-up that was put in has none."""
    return str(each.stage + 1) if each.stage >= 0 else "+"


def _stage_list(passes: Sequence[Pass], terminal: Terminal) -> list[str]:
    """Number, start and name of each stage with its sides, in as many columns as fit."""
    if not passes:
        return []
    texts = []
    for own in _by_stage(passes):
        first = own[0]
        sides = " then ".join(each.side for each in own if each.side)
        name = ", ".join(word for word in (first.name or first.technique, first.region, sides) if word)
        texts.append(f"{_number(first):>2} {clock_text(first.start_ms / 1000):>5} {clean(name)}")
    across = max(1, terminal.width // (max(cells(text) for text in texts) + 2))
    down = -(-len(texts) // across)
    each = terminal.width // across
    lines = []
    for row in range(down):
        parts = [terminal.clip(text, each - 1) for text in texts[row::down]]
        lines.append("".join(part + " " * (each - cells(part)) for part in parts).rstrip())
    return lines
