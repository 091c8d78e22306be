"""``thrum show``: one program in full, like a good recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from host_cli.work import json_option, path_argument, profile_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from programs.load import Loaded
    from programs.timeline import Pass, Timeline


@click.command("show")
@path_argument("program")
@profile_option
@click.option("--joins", is_flag=True, help="Say at each step which ramps the compiler put in.")
@json_option
@click.pass_obj
def show_command(terminal: Terminal, program: str, profile_id: str, joins: bool, as_json: bool) -> None:
    """Show PROGRAM in full, like a recipe."""
    from host_cli.recipe import recipe_lines
    from host_cli.terminal import say_json
    from host_cli.work import findings_of, open_profile, open_program

    loaded, profile = open_program(program), open_profile(profile_id)
    found, timeline = findings_of(loaded, profile)
    if as_json:
        say_json(_as_json(loaded, timeline))
        return
    passes, notes = (timeline.passes, timeline.notes) if timeline is not None else ((), ())
    for line in recipe_lines(loaded.program, passes, notes, terminal, joins=joins):
        terminal.say(line)
    terminal.say()
    if found:
        terminal.say(terminal.paint(f"It has findings on {profile.id}.", "yellow"))
    terminal.next(f"thrum {'check' if found else 'plot'} {program}")


def _as_json(loaded: Loaded, timeline: Timeline | None) -> dict[str, Any]:
    return {
        "file": loaded.file,
        "program": loaded.program.model_dump(mode="json", by_alias=True, exclude_none=True),
        "compiles": timeline is not None,
        "duration_s": timeline.duration_ms / 1000 if timeline is not None else loaded.program.stage_time_s,
        "passes": [_pass(each) for each in timeline.passes] if timeline is not None else [],
        "notes": list(timeline.notes) if timeline is not None else [],
    }


def _pass(each: Pass) -> dict[str, Any]:
    return {
        "stage": each.stage + 1,
        "name": each.name,
        "technique": each.technique,
        "region": each.region,
        "side": each.side,
        "start_s": each.start_ms / 1000,
        "end_s": each.end_ms / 1000,
        "cues": [{"t_s": cue.at_ms / 1000, "say": cue.say, "move": cue.move} for cue in each.cues],
        "joins": [
            {"channel": j.channel, "start_s": j.start_ms / 1000, "end_s": j.end_ms / 1000} for j in each.joins
        ],
    }
