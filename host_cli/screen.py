"""The live screen: a view and a size in, lines of styled text out.

A pure function of what it is given: no terminal, no clock. Where the screen is low, what matters
least goes first; SIM or REAL, the state, the stage, the levels and the way to stop never go.
Levels are told by length, a number and a mark, so no colour is needed to read them.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from host_cli.terminal import cells, clean, clip, clock_text, plain

if TYPE_CHECKING:
    from rich.text import Text

    from host_cli.view import Bar, View

Line = list[tuple[str, str]]  # pieces of text, each with the name of a style
KEYS: tuple[tuple[str, str], ...] = (
    ("space", "pause"),
    ("+ -", "strength"),
    ("s", "next stage"),
    ("q", "stop"),
)
KEYS_PAUSED: tuple[tuple[str, str], ...] = (("space", "go on"), ("s", "next stage"), ("q", "stop"))
STATE_STYLES = {"RUNNING": "green", "PAUSED": "yellow", "FAULT": "bold red"}
SHORT = {"vibration": "vib", "percussion": "perc"}
LABEL = 5  # columns of the channel's short name
NUMBERS = 21  # columns of the numbers behind a bar
NARROW = 50  # columns below which words are left out


def screen_lines(view: View, width: int, height: int, *, unicode: bool = True) -> list[Line]:
    """At most ``height`` lines of at most ``width`` columns."""
    width = max(width, 20)
    parts: list[tuple[int, list[Line]]] = [  # (what goes first when it is too high: the highest)
        (0, [_head(view)]),
        (5, [[("", "")]]),
        (0, _stage(view, width)),
        (2, _cue(view, width)),
        (6, [[("", "")]]),
        (0, [_bar(bar, width, unicode) for bar in view.bars]),
        (1, _heat(view)),
        (3, [_progress(view, width, unicode)]),
        (4, _upcoming(view)),
        (5, [[("", "")]]),
        (0, _note(view, width)),
    ]
    foot = _keys(view, width)
    lines = [line for part in _drop(parts, height - len(foot)) for line in part]
    return [_crop(line, width, unicode) for line in lines[: height - len(foot)] + foot]


def _drop(parts: list[tuple[int, list[Line]]], height: int) -> list[list[Line]]:
    """The parts that fit, without those that matter least; a long cue is shortened first."""
    kept = list(parts)
    while sum(len(lines) for _, lines in kept) > height:
        worst = max(range(len(kept)), key=lambda at: kept[at][0])
        weight, lines = kept[worst]
        if weight == 0:
            break
        kept[worst] = (weight, lines[:-1])
        if not kept[worst][1]:
            del kept[worst]
    return [lines for _, lines in kept]


def _head(view: View) -> Line:
    badge = "bold cyan" if view.simulated else "bold red"
    state = STATE_STYLES.get(view.state, "bold")
    title = (clean(view.title), "bold")
    return [(f" {view.kind} ", f"{badge} reverse"), (" ", ""), (view.state, state), ("  ", ""), title]


def _stage(view: View, width: int) -> list[Line]:
    """Where we are: number and name; region, side and the time left."""
    if not view.step:
        return [[("getting ready", "dim")]]
    name = view.name or view.technique
    made_by = f" ({view.technique})" if view.technique and view.technique != name.lower() else ""
    where = ", ".join(word for word in (view.region, view.side) if word) or "device at rest"
    left = f"{clock_text(view.stage_left_s)} left"
    first: Line = [(f"{view.step}/{view.steps} ", "dim"), (clean(name), "bold"), (made_by, "dim")]
    gap = max(1, min(width, 60) - cells(where) - len(left))
    return [first, [(where, "bold"), (" " * gap, ""), (left, "")]]


def _cue(view: View, width: int) -> list[Line]:
    mark = "MOVE ON: " if view.move else ""
    wrapped = textwrap.wrap(mark + clean(view.cue), max(width - 2, 10))
    return [[("  " + line, "bold yellow" if view.move else "italic")] for line in wrapped[:4]]


def _bar(bar: Bar, width: int, unicode: bool) -> Line:
    """``vib  ####--|   28 % of 30 asked``: applied filled, asked beyond it, allowed as a stroke."""
    short = width < NARROW
    room = max(6, min(40, width - LABEL - (NUMBERS if not short else 15)))
    full, rest, edge = ("█", "░", "│") if unicode else ("#", "-", "|")
    applied, asked = (round(min(max(level, 0.0), 1.0) * room) for level in (bar.applied, bar.asked))
    limit = min(room - 1, round(bar.allowed * room))
    drawn = [full if at < applied else rest if at < asked else " " for at in range(room)]
    if drawn[limit] == " ":
        drawn[limit] = edge
    numbers = f" {bar.applied * 100:3.0f} % of {bar.asked * 100:.0f}{'' if short else ' asked'}"
    held = [(f" ({bar.rule})", "yellow")] if bar.rule else []
    return [(f"{SHORT[bar.channel]:<{LABEL}}", ""), ("".join(drawn), "green"), (numbers, ""), *held]


def _heat(view: View) -> list[Line]:
    """The pad's temperature in words; a bar would say little."""
    if view.heat_asked_c is None:
        return []
    pad = "no reading" if view.pad_c is None else f"{view.pad_c:.1f} °C"
    asked = f", asked {view.heat_asked_c:.1f}" if view.heat_asked_c else ", heat off"
    return [[(f"{'pad':<{LABEL}}", ""), (pad, "bold"), (asked, "")]]


def _progress(view: View, width: int, unicode: bool) -> Line:
    """How much is over, and how long it still takes."""
    short = width < NARROW
    left = f" {clock_text(view.left_s)}{'' if short else f' of {clock_text(view.duration_s)}'} left"
    gain = f"  {'' if short else 'strength '}x{view.gain:.2f}"
    room = max(6, min(40, width - len(left) - len(gain) - LABEL))
    done = round(min(max(view.done, 0.0), 1.0) * room)
    mark, rest = ("━", "─") if unicode else ("=", ".")
    return [
        (f"{'all':<{LABEL}}", ""),
        (mark * done, "blue"),
        (rest * (room - done), "dim"),
        (left, ""),
        (gain, "dim"),
    ]


def _upcoming(view: View) -> list[Line]:
    return [[("then ", "dim"), (clean(view.upcoming), "")]] if view.upcoming else []


def _note(view: View, width: int) -> list[Line]:
    return [[(line, "yellow")] for line in textwrap.wrap(clean(view.note), max(width, 10))[:3]]


def _keys(view: View, width: int) -> list[Line]:
    """What each key does; on a narrow screen the way to stop comes first."""
    if view.ended:
        return []
    keys = KEYS_PAUSED if view.state == "PAUSED" else KEYS
    if width < NARROW:
        keys = tuple((key, word.split()[0]) for key, word in reversed(keys) if key != "+ -")
    pieces = [[(key, "bold"), (f" {does}  ", "")] for key, does in keys]
    return [[piece for pair in pieces for piece in pair]]


def _crop(line: Line, width: int, unicode: bool) -> Line:
    """The line within ``width`` columns, in characters that can be shown."""
    out: Line = []
    room = width
    for text, style in line:
        shown = text if unicode else plain(text)
        piece = clip(shown, room, "…" if unicode else ".")
        out.append((piece, style))
        room -= cells(piece)
        if piece != shown:
            break
    return out


def to_rich(lines: list[Line], colour: bool) -> Text:
    """The lines as one rich text; without colour, bold and reverse still tell."""
    from rich.text import Text

    text = Text(no_wrap=True, end="")
    for at, line in enumerate(lines):
        text.append("\n" if at else "")
        for piece, style in line:
            text.append(piece, style if colour else "")
    return text
