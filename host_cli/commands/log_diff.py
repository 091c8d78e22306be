"""``thrum log diff``: what differs between two sessions, or a session and its simulation."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from host_cli.records.choice import completed_ids
from host_cli.work import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from host_cli.records.comparison import Compared, Difference
    from host_cli.records.record import Record
    from host_cli.terminal import Terminal

SIM = "sim"
FACTS = {  # columns of a session, as they are called in the comparison
    "kind": "kind", "program_id": "program", "program_sha256": "program text", "profile_id": "profile",
    "profile_hash": "profile hash", "strength": "strength", "from_stage": "from stage", "gain": "first gain",
    "rig_id": "rig", "board": "board", "firmware": "firmware", "config_crc": "configuration", "seed": "seed",
    "thrum": "Thrum", "outcome": "outcome",
}  # fmt: skip
MOST_LINES = 20  # of a text's differences


@click.command("diff")
@click.argument("a", metavar="ID_A", shell_complete=completed_ids)
@click.argument("b", metavar="ID_B|sim", shell_complete=completed_ids)
@json_option
@click.pass_obj
def log_diff_command(terminal: Terminal, a: str, b: str, as_json: bool) -> None:
    """Compare session ID_A with session ID_B, or with sim: its own program, simulated.

    The simulation plays the recorded program on the recorded profile, and takes it times the recorded gain.
    """
    from host_cli.records.choice import open_records, session_of
    from host_cli.records.comparison import Course, compared
    from host_cli.records.record import read_record
    from host_cli.records.resimulation import simulated
    from host_cli.terminal import say_json

    store = open_records()
    one = read_record(store, session_of(store, a))
    if b == SIM:
        other, found = None, compared(Course.of(one.samples), simulated(terminal, one), simulated=True)
    else:
        other = read_record(store, session_of(store, b))
        found = compared(Course.of(one.samples), Course.of(other.samples), simulated=False)
    if as_json:
        say_json(_as_json(one, other, found))
        return
    for line in _lines(terminal, one, other, found):
        terminal.say(line)
    terminal.next(f"thrum log plot {one.session.id}")


def _facts(one: Record, other: Record) -> dict[str, tuple[Any, Any]]:
    """What is not the same of both, by name."""
    pairs = {name: (getattr(one.session, key), getattr(other.session, key)) for key, name in FACTS.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _as_json(one: Record, other: Record | None, found: Compared) -> dict[str, Any]:
    facts = _facts(one, other) if other else {}
    return {
        "a": one.session.id,
        "b": other.session.id if other else SIM,
        "same": found.same and not facts,
        "facts": {name: {"a": a, "b": b} for name, (a, b) in facts.items()},
        "samples": found.samples,
        "alone": found.alone,
        "set_aside_s": round(found.aside_s, 1),
        "pad_off_at_start_c": round(found.pad_off_c, 2),
        "levels": [asdict(each) for each in found.differences],
    }


def _lines(terminal: Terminal, one: Record, other: Record | None, found: Compared) -> Iterator[str]:
    from host_cli.terminal import clean

    yield f"{one.label} and {other.label if other else 'the simulation of its program'}"
    for name, pair in (_facts(one, other) if other else {}).items():
        texts = ["-" if each is None else clean(str(each))[:16] for each in pair]
        yield f"  {name:<14}{texts[0]} → {texts[1]}"
    if other is not None and one.program_text != other.program_text:
        yield from _texts(one, other)
    if not found.samples:
        yield "No level could be compared: they have no place in the program in common."
        return
    for each in found.differences:
        yield from terminal.wrap(_level(each), f"  {each.column:<20}")
    if found.pad_off_c:
        say = f"not compared: it was {found.pad_off_c:.1f} °C from the simulation's when the session began"
        yield from terminal.wrap(say, f"  {'pad_c':<20}")
    aside = f"; {found.aside_s:.0f} s after pauses, skips and waits set aside" if found.aside_s >= 0.1 else ""
    if found.alone:
        aside += f"; {found.alone} at places that only session {one.session.id} played"
    verdict = "The levels agree" if found.same else "The levels differ"
    yield f"{verdict}: {found.samples} samples compared at their place in the program{aside}."


def _level(each: Difference) -> str:
    """What it comes to, in words."""
    from host_cli.terminal import clock_text

    digits = 2 if each.unit else 4
    unit = " °C" if each.unit else ""
    figures = f"at most {each.most:.{digits}f}{unit} apart, rms {each.rms:.{digits}f}{unit}"
    tolerated = f"(tolerated {each.tolerance:g}{unit})"
    if each.first_at_s is None:
        return f"the same: {figures} {tolerated}"
    return f"differs from {clock_text(each.first_at_s)} on: {figures} {tolerated}"


def _texts(one: Record, other: Record) -> Iterator[str]:
    """The first lines in which the programs differ."""
    import difflib

    from host_cli.terminal import clean

    lines = [
        line
        for line in difflib.unified_diff(
            one.program_text.splitlines(), other.program_text.splitlines(), lineterm="", n=0
        )
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]
    for line in lines[:MOST_LINES]:
        yield f"    {clean(line)}"
    if len(lines) > MOST_LINES:
        yield f"    ... and {len(lines) - MOST_LINES} lines more"
