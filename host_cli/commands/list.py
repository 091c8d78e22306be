"""``thrum list``: which programs there are, built in and in the user's own folder."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from host_cli.work import json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.terminal import Terminal
    from programs.catalog import Entry

NARROW = 70  # columns below which an entry takes several lines


@click.command("list")
@json_option
@click.pass_obj
def list_command(terminal: Terminal, as_json: bool) -> None:
    """List the programs: built in, and your own."""
    from host_cli.terminal import clean, say_json
    from host_cli.work import user_programs
    from programs.catalog import catalog

    found = catalog(user_programs())
    if as_json:
        say_json([asdict(each) for each in found.entries])
        return
    for line in list_lines(found.entries, terminal):
        terminal.say(line)
    for broken in found.broken:
        first = broken.diagnostics[0]
        terminal.say(terminal.paint(f"Not listed: {clean(first.file)}: {clean(first.message)}", "yellow"))
    terminal.say()
    terminal.say(f"Your own programs go into {user_programs()}")
    terminal.next(f"thrum show {found.entries[0].id}" if found.entries else "thrum demo")


def list_lines(entries: Sequence[Entry], terminal: Terminal) -> list[str]:
    """A line of facts and the summary of each program."""
    from host_cli.terminal import clean

    out = []
    for each in entries:
        facts = f"{each.minutes:.0f} min · {each.strength} · {each.posture} · {', '.join(each.regions)}"
        warm = " · heat" if "heat" in each.channels else ""
        name = terminal.paint(each.id, "bold") + ("" if each.built_in else " (yours)")
        if terminal.width < NARROW:
            out += [name, *textwrap.wrap(facts + warm, terminal.width - 2, initial_indent="  ")]
        else:
            gap = " " * max(1, 32 - len(each.id) - 8 * (not each.built_in))
            out.append(name + gap + terminal.clip(facts + warm, terminal.width - 34))
        lines = textwrap.wrap(clean(each.summary), terminal.width - 2)
        out += [terminal.paint(f"  {line}", "dim") for line in lines]
    return out
