"""``thrum rig check``: everything that is wrong or doubtful in rig files, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from host_cli.work import json_option, path_argument

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from host_cli.verdicts import Result


@click.command("check")
@path_argument("rigs", "RIG", many=True)
@json_option
@click.pass_obj
def rig_check_command(terminal: Terminal, rigs: tuple[str, ...], as_json: bool) -> int:
    """Check RIGs: pins, addresses, parts, calibration.

    Exit code 1 when one has errors; warnings alone are 0. Nothing is opened.
    """
    from host_cli.terminal import say_json
    from host_cli.verdicts import exit_code, print_verdicts, verdicts_json

    results = [_result(ref) for ref in dict.fromkeys(rigs)]
    if as_json:
        say_json({"rigs": verdicts_json(results, "rig")})
    else:
        print_verdicts(terminal, results, "rig", "", f"thrum rig wiring {results[0][0]}")
    return exit_code(results)


def _result(ref: str) -> Result:
    """What is to be said about one rig, and the text that it was read from."""
    from firmware_bridge.rigs.load import examine_rig
    from host_cli.rig_choice import user_rigs
    from programs.errors import Rejected

    try:
        examined = examine_rig(ref, user_rigs())
    except Rejected as error:
        return ref, list(error.diagnostics), {}
    return ref, list(examined.diagnostics), {examined.file: examined.text}
