"""``thrum diff``: what differs in what two programs play, stage by stage; their texts are not compared."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from host_cli.work import json_option, profile_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.comparison import Difference, Played
    from host_cli.terminal import Terminal
    from programs.timeline import Timeline


@click.command("diff")
@click.argument("a", metavar="PROGRAM_A")
@click.argument("b", metavar="PROGRAM_B")
@profile_option
@json_option
@click.pass_obj
def diff_command(terminal: Terminal, a: str, b: str, profile_id: str, as_json: bool) -> None:
    """Say what PROGRAM_B plays otherwise than PROGRAM_A: curves and times, stage by stage.

    Titles, cues, comments and layout are not compared.
    """
    from host_cli.comparison import compared
    from host_cli.terminal import say_json
    from host_cli.work import make_ready

    old, new = (make_ready(ref, profile_id).timeline for ref in (a, b))
    found = compared(old, new)
    if as_json:
        say_json(_as_json(old, new, found))
        return
    for line in _lines(terminal, old, new, found):
        terminal.say(line)
    terminal.next(f"thrum plot {a} {b}")


def _lines(terminal: Terminal, a: Timeline, b: Timeline, found: Sequence[Difference]) -> list[str]:
    from host_cli.terminal import clean, clock_text

    ids = " → ".join(terminal.paint(clean(each.program_id), "bold") for each in (a, b))
    out = [f"{ids} on {a.profile_id}"]
    old_s, new_s = a.duration_ms / 1000, b.duration_ms / 1000
    if a.duration_ms != b.duration_ms:
        out.append(f"  lasts {clock_text(new_s)} instead of {clock_text(old_s)}")
    if a.strength != b.strength:
        out.append(f"  written for {b.strength} instead of {a.strength}")
    for each in found:
        if not each.same:
            out += ["", *_one(terminal, each)]
    same = sum(each.same for each in found)
    if same == len(found):
        return [*out, f"  plays the same in {'its one stage' if same == 1 else f'all {same} stages'}"]
    return [*out, "", f"{same} of {max(_count(found, 'a'), _count(found, 'b'))} stages play the same."]


def _count(found: Sequence[Difference], which: str) -> int:
    return sum(getattr(each, which) is not None for each in found)


def _one(terminal: Terminal, each: Difference) -> list[str]:
    """A stage that differs: what it is, and in what."""
    from host_cli.terminal import clean

    shown = each.b or each.a
    assert shown is not None
    mark, colour = ("~", "yellow") if each.a and each.b else ("+", "green") if each.b else ("-", "red")
    head = f"{terminal.paint(mark, colour)} {shown.number:>2}. {terminal.paint(clean(shown.called), 'bold')}"
    texts = [change.text for change in each.changes] or [_alone(shown)]
    return [head, *(line for text in texts for line in _wrapped(clean(text), terminal.width))]


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines; an amount and its unit stay together."""
    kept = text.replace(" %", "\u00a0%").replace(" °", "\u00a0°")
    lines = textwrap.wrap(kept, max(width - 1, 30), initial_indent=" " * 6, subsequent_indent=" " * 8)
    return [line.replace("\u00a0", " ") for line in lines]


def _alone(shown: Played) -> str:
    from host_cli.comparison import peaks_text

    return peaks_text(shown)


def _as_json(a: Timeline, b: Timeline, found: Sequence[Difference]) -> dict[str, Any]:
    return {
        "a": a.program_id,
        "b": b.program_id,
        "profile": a.profile_id,
        "same": all(each.same for each in found),
        "duration_s": {"a": a.duration_ms / 1000, "b": b.duration_ms / 1000},
        "stages": [
            {
                "a": each.a and _stage(each.a),
                "b": each.b and _stage(each.b),
                "changes": [{"what": c.what, "a": c.a, "b": c.b, "text": c.text} for c in each.changes],
            }
            for each in found
        ],
    }


def _stage(each: Played) -> dict[str, Any]:
    return {
        "stage": each.number,
        "name": each.name,
        "technique": each.technique,
        "region": each.region,
        "sides": [side for side in each.sides if side],
        "start_s": each.start_s,
        "side_s": each.side_s,
        "peaks": {name: round(max(curve), 4) for name, curve in each.curves.items()},
        "rhythms": each.rhythms,
    }
