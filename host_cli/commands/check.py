"""``thrum check``: everything that is wrong or doubtful in programs, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from host_cli import exits
from host_cli.work import json_option, path_argument, profile_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from programs.diagnostics import Diagnostic
    from programs.profile import Profile


CLEAR = "\x1b[2J\x1b[3J\x1b[H"  # the screen, what scrolled off it, and back to the top left


@click.command("check")
@path_argument("programs", many=True)
@profile_option
@json_option
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.pass_obj
def check_command(
    terminal: Terminal, programs: tuple[str, ...], profile_id: str, as_json: bool, watch: bool
) -> int:
    """Check PROGRAMs against the caps, the massage rules and a rig.

    Exit code 1 when one has errors; warnings alone are 0. A watch ends with Ctrl-C (130).
    """
    if not watch:
        return _check(terminal, programs, profile_id, as_json)
    if as_json:
        raise click.UsageError("--watch draws for a person; leave out --json.")
    from host_cli.findings import print_findings
    from host_cli.watching import watched
    from programs.errors import Rejected

    for turn in watched([*programs, profile_id]):
        _fresh_screen(terminal, turn)
        try:
            _check(terminal, programs, profile_id, False)
        except Rejected as error:  # the profile; it may be mended as well
            print_findings(terminal, error.diagnostics)
        terminal.say(terminal.paint("Watching; Ctrl-C ends it.", "dim"))
        terminal.flush()
    return exits.DONE


def _fresh_screen(terminal: Terminal, turn: int) -> None:
    if terminal.interactive:
        terminal.say(CLEAR)
    elif turn:
        terminal.say("-" * 20)


def _check(terminal: Terminal, programs: tuple[str, ...], profile_id: str, as_json: bool) -> int:
    """Check once; the exit code."""
    from host_cli.terminal import say_json
    from host_cli.verdicts import exit_code, print_verdicts, verdicts_json
    from host_cli.work import open_profile

    profile = open_profile(profile_id)
    results = [(ref, *_findings(ref, profile)) for ref in dict.fromkeys(programs)]
    if as_json:
        say_json({"profile": profile.id, "programs": verdicts_json(results, "program")})
    else:
        print_verdicts(terminal, results, "program", f" on {profile.id}", f"thrum simulate {results[0][0]}")
    return exit_code(results)


def _findings(ref: str, profile: Profile) -> tuple[list[Diagnostic], dict[str, str]]:
    """What is to be said about one program, and the text that it was read from."""
    from host_cli.work import findings_of, user_programs
    from programs.errors import Rejected
    from programs.load import examine_program

    try:
        examined = examine_program(ref, user_programs())
    except Rejected as error:
        return list(error.diagnostics), {}
    return findings_of(examined, profile)[0], {examined.file: examined.text}
