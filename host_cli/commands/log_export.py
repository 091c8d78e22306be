"""``thrum log export``: a record as a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import USAGE, Quit
from host_cli.records.choice import LATEST, completed_ids

if TYPE_CHECKING:
    from host_cli.terminal import Terminal


@click.command("export")
@click.argument("session", metavar="[ID]", default=LATEST, shell_complete=completed_ids)
@click.option("--format", "form", type=click.Choice(["csv", "json"]), help="[default: as FILE ends]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="The file to write.",
)
@click.pass_obj
def log_export_command(terminal: Terminal, session: str, form: str | None, output: Path) -> None:
    """Write session ID, or the latest, to FILE: its samples as CSV, or everything as JSON.

    'thrum exposure FILE.csv' reads the CSV. A file that is there already is left as it is.
    """
    from host_cli.files import check_target, told_size, write_whole
    from host_cli.records.choice import open_records, session_of
    from host_cli.records.export import exported, unread
    from host_cli.records.record import read_record

    suffixes = (".csv", ".json") if form is None else ()
    check_target(output, suffixes, f"thrum log export {session} -o")
    if output.exists():
        raise Quit(USAGE, f"{output} is there already; it was left as it is.", "choose another name")
    form = form or output.suffix.lower()[1:]
    store = open_records()
    record = read_record(store, session_of(store, session))
    write_whole(output, exported(record, form))
    terminal.say(f"Wrote {record.label} to {told_size(output)}")
    before = unread(record.samples)
    if form == "csv" and before:
        terminal.say(f"Without its first {before} samples, taken before the pad was first read.")
    own = f" --profile {record.session.profile_id}"
    terminal.next(f"thrum exposure {output}{own}" if form == "csv" else f"thrum log show {record.session.id}")
