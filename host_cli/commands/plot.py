"""``thrum plot``: the curves of programs as the simulated rig plays them, in the terminal or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from host_cli.work import json_option, path_argument, profile_option, seed_option

if TYPE_CHECKING:
    from host_cli.curves import Curves, Lane
    from host_cli.terminal import Terminal

JSON_EVERY = 10  # rows of 10 ms


@click.command("plot")
@path_argument("programs", many=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write an SVG or PNG file."
)
@profile_option
@seed_option
@json_option
@click.pass_obj
def plot_command(
    terminal: Terminal,
    programs: tuple[str, ...],
    output: Path | None,
    profile_id: str,
    seed: int,
    as_json: bool,
) -> None:
    """Draw the curves of PROGRAMs: asked, allowed, applied.

    They come from a simulated run on the rig of the profile.
    """
    from host_cli.drawing.figure import SUFFIXES
    from host_cli.files import check_target, told_size

    if output is not None:
        check_target(output, SUFFIXES, f"thrum plot {' '.join(programs)} -o")
    several = [_curves(terminal, ref, profile_id, seed, as_json) for ref in programs]
    if output is not None:
        write_plot(several, output)
    if as_json:
        from host_cli.terminal import say_json

        say_json([curves_json(each) for each in several])
    elif output is not None:
        terminal.say(f"Wrote {told_size(output)}")
        terminal.next(f"thrum simulate {programs[0]}")
    else:
        _draw(terminal, several)
        terminal.next(f"thrum plot {programs[0]} -o {Path(programs[0]).stem}.svg")


def _curves(terminal: Terminal, ref: str, profile_id: str, seed: int, as_json: bool) -> Curves:
    from host_cli.simulation import EVERY, curves_of, simulate_ready
    from host_cli.work import make_ready

    ready = make_ready(ref, profile_id)
    result, _ = simulate_ready(terminal, ready, seed=seed)
    return curves_of(ready.timeline, result, JSON_EVERY if as_json else EVERY)


def write_plot(several: list[Curves], output: Path) -> None:
    """The curves as a file, whole or not at all."""
    from host_cli.drawing.figure import render_all
    from host_cli.files import write_whole

    write_whole(output, render_all(several, output.suffix.lower()))


def _draw(terminal: Terminal, several: list[Curves]) -> None:
    from host_cli.drawing.braille import draw

    for curves in several:
        for line in draw(curves, terminal):
            terminal.say(line)
        terminal.say()


def curves_json(curves: Curves) -> dict[str, Any]:
    """What ``--json`` prints of one program, or of a record."""
    return {
        "title": curves.title,
        "caption": curves.caption,
        "duration_s": curves.duration_s,
        "t_s": [round(each, 3) for each in curves.t_s],
        "channels": {lane.name: _lane(lane) for lane in curves.lanes},
        "passes": [
            {
                "stage": p.stage + 1,
                "name": p.name,
                "region": p.region,
                "side": p.side,
                "start_s": p.start_ms / 1000,
                "end_s": p.end_ms / 1000,
            }
            for p in curves.passes
        ],
    }


def _lane(lane: Lane) -> dict[str, Any]:
    """The series of a channel; ``applied`` of heat is the pad's temperature, ``power`` its duty."""
    series = {"asked": lane.asked, "allowed": lane.allowed, "applied": lane.applied, "power": lane.power}
    rounded = {
        name: [None if value is None else round(value, 4) for value in values]
        for name, values in series.items()
        if len(values)
    }
    return {"unit": lane.unit or "of full scale", **rounded}
