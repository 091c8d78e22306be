"""The live screen: a view and a size in, lines of styled text out.

A pure function of what it is given: no terminal, no clock. Where the screen is low, what matters
least goes first; SIM or REAL, the state, the keys of an open question and the way to stop never go.
Levels, the worked place and a question are told by length, numbers, words and marks, so no colour is
needed to read them.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from host_cli.showing.bodymap import WIDTH as MAP_WIDTH
from host_cli.showing.bodymap import body_map
from host_cli.showing.layout import Line, beside, crop, drop, flowing
from host_cli.terminal import cells, clean, clock_text

if TYPE_CHECKING:
    from host_cli.guided.prompt import Prompt
    from host_cli.showing.view import Bar, View

KEYS: tuple[tuple[str, str], ...] = (
    ("space", "pause"),
    ("+ -", "strength"),
    ("t", "too strong"),
    ("s", "next stage"),
    ("q", "stop"),
)
KEYS_PAUSED: tuple[tuple[str, str], ...] = (("space", "go on"), ("s", "next stage"), ("q", "stop"))
STATE_STYLES = {"RUNNING": "green", "PAUSED": "yellow", "FAULT": "bold red"}
SHORT = {"vibration": "vib", "percussion": "perc"}
LABEL = 5  # columns of the channel's short name
NUMBERS = 21  # columns of the numbers behind a bar
SOON_S = 10.0  # before the next stage it is called
NARROW = 50  # columns below which words are left out
BIG = 16  # lines from which the name of the stage is drawn big
MAP_FROM = (60, 16)  # columns and lines from which there is room for the body
GAP = 2  # columns between the text and the body


def screen_lines(view: View, width: int, height: int, *, unicode: bool = True) -> list[Line]:
    """At most ``height`` lines of at most ``width`` columns."""
    width = max(width, 20)
    foot = _keys(view, width)
    room = height - 1 - len(foot)
    mapped = width >= MAP_FROM[0] and height >= MAP_FROM[1] and view.step > 0
    lines = _text(view, width - MAP_WIDTH - GAP if mapped else width, room, height >= BIG, unicode)
    if mapped:
        lines = beside(lines, _map(view, unicode)[:room], width - MAP_WIDTH)
    return [crop(line, width, unicode) for line in [_head(view), *lines, *foot][-max(height, 1) :]]


def _text(view: View, width: int, height: int, big: bool, unicode: bool) -> list[Line]:
    """All but head and foot, at most ``height`` lines of it, cropped."""
    parts: list[tuple[int, list[Line]]] = [  # (what goes first when it is too high: the highest)
        (8, [[("", "")]]),
        *_question(view.prompt, width),
        (2, _stage(view, width, big)),
        (5, _cue(view, width)),
        (6, _stroke(view)),
        (9, [[("", "")]]),
        (3, _bars(view.bars, width, unicode)),
        (4, _heat(view)),
        (6, [_progress(view, width, unicode)]),
        (3 if _soon(view) else 7, _upcoming(view)),
        (7, _hand(view, width)),
        (8, [[("", "")]]),
        (2, _note(view.told, width)),
        (2, _note(view.note, width)),
    ]
    lines = [line for part in drop(parts, height) for line in part]
    return [crop(line, width, unicode) for line in lines[: max(height, 0)]]


def _map(view: View, unicode: bool) -> list[Line]:
    lines = body_map(view.region, view.side, unicode=unicode)
    return [[(text, "bold green" if worked else "dim") for text, worked in line] for line in lines]


def _head(view: View) -> Line:
    badge = "bold cyan" if view.simulated else "bold red"
    state = STATE_STYLES.get(view.state, "bold")
    clock = f"  {clock_text(view.at_s)}  " if view.step else "  "
    return [
        (f" {view.kind} ", f"{badge} reverse"),
        (" ", ""),
        (view.state, state),
        (clock, ""),
        (clean(view.title), "bold"),
    ]


def _question(prompt: Prompt | None, width: int) -> list[tuple[int, list[Line]]]:
    """An open question: what is asked, the keys that answer, what happens if none is pressed."""
    if prompt is None:
        return []
    mark, style = ("!! ", "bold red reverse") if prompt.urgent else (" ? ", "bold reverse")
    then = clean(prompt.then)
    if prompt.left_s is not None:
        then = f"in {max(0, int(prompt.left_s))} s: {then}"

    def box(lines: list[str]) -> list[Line]:
        rows = [mark + line for line in lines]
        return [[(row + " " * max(0, min(width, 60) - cells(row)), style)] for row in rows]

    asked = textwrap.wrap(clean(prompt.question), max(width - 3, 10))[:3]
    return [
        (1, box(asked)),
        (0, box(flowing([f"[{key}] {clean(says)}" for key, says in prompt.keys], width - 3))),
        (2, box(textwrap.wrap(then, max(width - 3, 10))[:2])),
        (8, [[("", "")]]),
    ]


def _stage(view: View, width: int, big: bool) -> list[Line]:
    """Where we are: number and name; region, side and the time left."""
    if not view.step:
        return [[("getting ready", "dim")]]
    name = clean(view.name or view.technique)
    made_by = f" ({view.technique})" if view.technique and view.technique != name.lower() else ""
    number = f"{view.step}/{view.steps} "
    large = " ".join(name.upper())
    if big and cells(number + large + made_by) <= width:
        name, made_by = large, f"  {made_by}" if made_by else ""
    left = clock_text(view.stage_left_s)
    left += " left" if cells(view.where) + len(left) + 6 <= width else ""
    gap = max(1, min(width, 60) - cells(view.where) - len(left))
    first: Line = [(number, "dim"), (name, "bold"), (made_by, "dim")]
    return [first, [(view.where, "bold"), (" " * gap, ""), (left, "")]]


def _cue(view: View, width: int) -> list[Line]:
    mark = "MOVE ON: " if view.move else ""
    wrapped = textwrap.wrap(mark + clean(view.cue), max(width - 2, 10))
    return [[("  " + line, "bold yellow" if view.move else "italic")] for line in wrapped[:4]]


def _stroke(view: View) -> list[Line]:
    """Which way the hand goes, and which of the counted strokes this is."""
    counted = f"pass {view.pass_now} of {view.passes}" if view.passes else ""
    words = ", ".join(each for each in (counted, view.direction) if each)
    return [[(f"{'way':<{LABEL}}", ""), (words, "bold")]] if words else []


def _bars(bars: tuple[Bar, ...], width: int, unicode: bool) -> list[Line]:
    """One below the other, of one length, with room for what holds one down."""
    short = width < NARROW
    held = 0 if short else max((len(bar.rule) + 3 for bar in bars if bar.rule), default=0)
    room = max(6, min(40, width - LABEL - held - (NUMBERS if not short else 15)))
    return [_bar(bar, room, short, unicode) for bar in bars]


def _bar(bar: Bar, room: int, short: bool, unicode: bool) -> Line:
    """``vib  ####--|   28 % of 30 asked``: applied filled, asked beyond it, allowed as a stroke."""
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
    most = f" (most {view.gain_max:.2f})" if view.gain_max < 1.0 and not short else ""
    gain = f"  {'' if short else 'strength '}x{view.gain:.2f}{most}"
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


def _soon(view: View) -> bool:
    """What comes next is near enough to get ready for it."""
    return bool(view.upcoming) and view.stage_left_s <= SOON_S


def _upcoming(view: View) -> list[Line]:
    if _soon(view):
        return [[(f"in {max(0, int(view.stage_left_s))} s: {clean(view.upcoming)}", "bold yellow")]]
    return [[("then ", "dim"), (clean(view.upcoming), "")]] if view.upcoming else []


def _hand(view: View, width: int) -> list[Line]:
    """What the operator's hand has had today, this session included; 100 points are the most."""
    words = "points" if width < NARROW else "points today"
    return [[(f"{'hand':<{LABEL}}", ""), (f"{view.hand_points:.1f} of 100 {words}", "")]]


def _note(text: str, width: int) -> list[Line]:
    return [[(line, "yellow")] for line in textwrap.wrap(clean(text), max(width, 10))[:3]]


def _keys(view: View, width: int) -> list[Line]:
    """What each key does; on a narrow screen the way to stop comes first."""
    if view.ended:
        return []
    keys = KEYS_PAUSED if view.state == "PAUSED" else KEYS
    if sum(cells(f"{key} {does}  ") for key, does in keys) > width + 2:  # blanks at the end may go
        keys = tuple((key, word.removesuffix(" stage")) for key, word in reversed(keys) if key != "+ -")
    pieces = [[(key, "bold"), (f" {does}  ", "")] for key, does in keys]
    return [[piece for pair in pieces for piece in pair]]
