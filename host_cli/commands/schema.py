"""``thrum schema``: the JSON Schema of a program, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.work import json_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal


@click.command("schema")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to a file instead."
)
@json_option
@click.pass_obj
def schema_command(terminal: Terminal, output: Path | None, as_json: bool) -> None:
    """Print the JSON Schema of a program (it is JSON with or without --json).

    A program that begins with "#:schema FILE" is completed and checked by editors that know TOML.
    """
    from host_cli.files import check_target, write_whole
    from programs.schema import schema_text

    if output is None:
        click.echo(schema_text(), nl=False)
        terminal.say("next: thrum schema -o thrum-1.schema.json", err=True)
        return
    check_target(output, (".json",))
    write_whole(output, schema_text().encode())
    terminal.say(f"Wrote {output}")
    terminal.say(f"Put this at the top of a program beside it:  #:schema ./{output.name}")
    terminal.next("thrum new my-evening")
