"""``thrum demo``: the whole thing in a few seconds, from nothing but the command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.work import DEFAULT_PROFILE

if TYPE_CHECKING:
    from host_cli.terminal import Terminal

PROGRAM = "evening-shoulders"


@click.command("demo")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("thrum-demo"), show_default=True,
    metavar="FOLDER", help="Where the files go.",
)  # fmt: skip
@click.option("--trace", is_flag=True, help="Write every tick as CSV too (about 12 MB).")
@click.pass_obj
def demo_command(terminal: Terminal, output: Path, trace: bool) -> None:
    """Simulate a built-in program fast, draw it, say where the files are."""
    from host_cli.commands.plot import write_plot
    from host_cli.drawing.braille import draw
    from host_cli.files import make_folder, told_size
    from host_cli.result_text import result_lines
    from host_cli.simulation import curves_of, simulate_ready, summary
    from host_cli.work import make_ready

    folder = make_folder(output)
    ready = make_ready(PROGRAM, DEFAULT_PROFILE)
    result, wall_s = simulate_ready(terminal, ready)
    curves = curves_of(ready.timeline, result)
    told = result_lines(terminal, result, summary(result, wall_s))
    for line in [*draw(curves, terminal), "", *told, ""]:
        terminal.say(line)
    plot = folder / f"{PROGRAM}.svg"
    write_plot([curves], plot)
    terminal.say(f"plot:  {told_size(plot.resolve())}")
    if trace:
        table = folder / f"{PROGRAM}.csv"
        result.trace.write(table)
        terminal.say(f"trace: {told_size(table.resolve())}")
    terminal.next(f"thrum show {PROGRAM}, then: thrum run {PROGRAM}")
