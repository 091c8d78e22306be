"""``thrum techniques``, ``thrum regions``, ``thrum profiles``: the words that programs are made of."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from host_cli.exits import USAGE, Quit
from host_cli.work import json_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from host_cli.terminal import Terminal
    from programs.profile import Profile
    from programs.techniques import Technique


@click.command("techniques")
@click.argument("technique", required=False)
@json_option
@click.pass_obj
def techniques_command(terminal: Terminal, technique: str | None, as_json: bool) -> None:
    """List the techniques a stage can use; one in full with its name."""
    from host_cli.terminal import say_json
    from programs.techniques import TECHNIQUES

    if technique is not None and technique not in TECHNIQUES:
        raise Quit(
            USAGE, f"There is no technique {technique!r}.{_near(technique, TECHNIQUES)}", "thrum techniques"
        )
    if as_json:
        say_json([_technique(each) for each in TECHNIQUES.values() if technique in (None, each.slug)])
    elif technique is None:
        from programs.vocabulary import TECHNIQUES as LINES

        _table(terminal, [(each.slug, each.id, LINES[each.slug][1]) for each in TECHNIQUES.values()])
        terminal.next("thrum techniques petrissage")
    else:
        _one(terminal, TECHNIQUES[technique])


def _one(terminal: Terminal, each: Technique) -> None:
    """A technique in full: what it draws, its levels, its parameters, its source."""
    from host_cli.drawing.sketch import sketch_lines
    from programs.guides import GUIDES
    from programs.vocabulary import TECHNIQUES as LINES

    on = f"on {each.channel}" if each.channel else "on no channel of its own"
    terminal.say(f"{terminal.paint(each.slug, 'bold')}  {each.id}, {on}: {LINES[each.slug][1]}")
    if each.text != LINES[each.slug][1]:
        terminal.say(f"The device plays: {each.text}.")
    if each.direction:
        terminal.say(f"Which way: {each.direction}.")
    for line in sketch_lines(each, terminal):
        terminal.say(line)
    _levels_and_parameters(terminal, each)
    terminal.say()
    for mark in each.source.split():
        terminal.say(f"Source: {GUIDES.get(mark, 'a choice of this project')}")
    terminal.next(f"thrum list --technique {each.slug}")


def _levels_and_parameters(terminal: Terminal, each: Technique) -> None:
    if each.levels:
        terminal.say()
        terminal.say("intensity = [start, end]; where a stage says nothing:")
    for strength, (start, end) in each.levels.items():
        terminal.say(f"  {strength:<12}[{start:g}, {end:g}]")
    if not each.parameters:
        return
    terminal.say()
    first = each.parameters[0]
    terminal.say(
        f"shape = {{ {first.name} = {first.default:g} }} changes one of these; from, to, and unless written:"
    )
    for p in each.parameters:
        amounts = f"{p.low:g} to {p.high:g} {p.unit}".rstrip()
        terminal.say(f"  {p.name:<12}{amounts:<15}{p.default:<6g}{p.text}")


def _technique(each: Technique) -> dict[str, Any]:
    return {
        "technique": each.slug,
        "id": each.id,
        "channel": each.channel,
        "text": each.text,
        "direction": each.direction,
        "source": each.source,
        "levels": {strength: list(levels) for strength, levels in each.levels.items()},
        "parameters": [
            {
                "name": p.name,
                "default": p.default,
                "low": p.low,
                "high": p.high,
                "unit": p.unit,
                "text": p.text,
            }
            for p in each.parameters
        ],
    }


@click.command("regions")
@json_option
@click.pass_obj
def regions_command(terminal: Terminal, as_json: bool) -> None:
    """List the regions a stage can work."""
    from host_cli.terminal import say_json
    from programs.vocabulary import REGIONS

    if as_json:
        say_json([{"region": slug, "id": row, "text": text} for slug, (row, text) in REGIONS.items()])
        return
    _table(terminal, [(slug, row, text) for slug, (row, text) in REGIONS.items()])
    terminal.say("Spine, bone and the kidney area are not among them: they must not be worked.")
    terminal.next("thrum techniques")


@click.command("profiles")
@click.argument("profile", required=False, metavar="[NAME]")
@json_option
@click.pass_obj
def profiles_command(terminal: Terminal, profile: str | None, as_json: bool) -> None:
    """List the device profiles; one in full with its NAME, a built-in one or a path.

    A profile is checked like a program: one that cannot be is refused with its mistakes.
    """
    from host_cli.rig_text import profile_lines
    from host_cli.terminal import say_json
    from programs.profile import load_profile, profile_ids

    if profile is not None:
        one = load_profile(profile)
        if as_json:
            say_json({**one.model_dump(mode="json", by_alias=True, exclude_none=True), "hash": one.hash})
            return
        for line in profile_lines(one, terminal):
            terminal.say(line)
        terminal.next(f"thrum check evening-shoulders --profile {profile}")
        return
    every = [load_profile(each) for each in profile_ids()]
    if as_json:
        say_json([_profile(each) for each in every])
        return
    _table(terminal, [(p.id, ", ".join(p.channels), p.summary) for p in every])
    terminal.next(f"thrum profiles {every[0].id}")


def _profile(p: Profile) -> dict[str, Any]:
    return {"profile": p.id, "title": p.title, "summary": p.summary, "channels": list(p.channels)}


def _near(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), 1, 0.5)
    return f" Did you mean {near[0]!r}?" if near else ""


def _table(terminal: Terminal, rows: list[tuple[str, str, str]]) -> None:
    """Name, a short word, and a text that wraps beside or below them."""
    width = max(len(name) for name, _, _ in rows) + 2
    for name, short, text in rows:
        head = f"{terminal.paint(name, 'bold')}{' ' * (width - len(name))}{short}"
        if len(short) <= 4 and terminal.width >= width + 40:
            lines = textwrap.wrap(text, terminal.width - width - 6)
            terminal.say(f"{head}{' ' * (6 - len(short))}{lines[0]}")
            lead = width + 6
        else:
            terminal.say(head)
            lines, lead = ["", *textwrap.wrap(text, max(terminal.width - 2, 20))], 2
        for line in lines[1:]:
            terminal.say(" " * lead + line)
