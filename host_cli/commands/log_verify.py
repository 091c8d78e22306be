"""``thrum log verify``: whether every record is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from host_cli import exits
from host_cli.work import json_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal


@click.command("verify")
@json_option
@click.pass_obj
def log_verify_command(terminal: Terminal, as_json: bool) -> int:
    """Check the database, its texts, samples and totals. Exit code 4 when something is damaged.

    A session that was cut off and a gap in its samples are said, and no damage.
    """
    from host_cli.progress import Progress
    from host_cli.records.choice import open_records
    from host_cli.records.verification import findings
    from host_cli.terminal import clean, say_json

    store = open_records()
    with Progress(terminal, "verifying", 0.0) as progress:
        found = list(findings(store, progress))
    broken = [each for each in found if each.broken]
    if as_json:
        rows = [{"session": f.session or None, "broken": f.broken, "text": f.text} for f in found]
        say_json({"file": str(store.path), "whole": not broken, "findings": rows})
        return exits.FAILED if broken else exits.DONE
    for each in found:
        mark = terminal.paint("damaged", "bold red") if each.broken else "note"
        where = f"session {each.session}" if each.session else clean(str(store.path))
        terminal.say(f"{mark}: {where}: {clean(each.text)}")
    many = store.sessions(limit=1)
    terminal.say(
        "There is damage."
        if broken
        else f"Every record is whole; the newest is {many[0].id if many else 'none'}."
    )
    terminal.next("thrum log export ID -o FILE, of those that are whole" if broken else "thrum log list")
    return exits.FAILED if broken else exits.DONE
