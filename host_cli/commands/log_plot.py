"""``thrum log plot``: the curves of a record, in the terminal or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import USAGE, Quit
from host_cli.records.choice import LATEST, completed_ids
from host_cli.work import json_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal


@click.command("plot")
@click.argument("session", metavar="[ID]", default=LATEST, shell_complete=completed_ids)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write an SVG or PNG file."
)
@json_option
@click.pass_obj
def log_plot_command(terminal: Terminal, session: str, output: Path | None, as_json: bool) -> None:
    """Draw the curves of session ID, or of the latest: asked, allowed, applied."""
    from host_cli.commands.plot import curves_json, write_plot
    from host_cli.drawing.figure import SUFFIXES
    from host_cli.files import check_target, told_size
    from host_cli.records.choice import open_records, session_of
    from host_cli.records.curves import curves_of
    from host_cli.records.record import read_record

    if output is not None:
        check_target(output, SUFFIXES, f"thrum log plot {session} -o")
    store = open_records()
    record = read_record(store, session_of(store, session))
    number = record.session.id
    if not record.samples:
        raise Quit(USAGE, f"Session {number} ended before anything was sampled.", f"thrum log show {number}")
    curves = curves_of(record)
    if output is not None:
        write_plot([curves], output)
    if as_json:
        from host_cli.terminal import say_json

        say_json(curves_json(curves))
        return
    if output is not None:
        terminal.say(f"Wrote {told_size(output)}")
        terminal.next(f"thrum log show {number}")
        return
    from host_cli.drawing.braille import draw

    for line in draw(curves, terminal):
        terminal.say(line)
    terminal.next(f"thrum log plot {number} -o session-{number}.svg")
