"""``thrum rig check``: everything that is wrong or doubtful in rig files, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from host_cli import exits
from host_cli.work import json_option, path_argument

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from programs.diagnostics import Diagnostic

Result = tuple[str, "list[Diagnostic]", dict[str, str]]


@click.command("check")
@path_argument("rigs", "RIG", many=True)
@json_option
@click.pass_obj
def rig_check_command(terminal: Terminal, rigs: tuple[str, ...], as_json: bool) -> int:
    """Check RIGs: pins, addresses, parts, calibration.

    Exit code 1 when one has errors; warnings alone are 0. Nothing is opened.
    """
    from host_cli.terminal import say_json

    results = [_result(ref) for ref in dict.fromkeys(rigs)]
    rejected = any(each.severity == "error" for _, found, _ in results for each in found)
    if as_json:
        say_json(_as_json(results))
    else:
        _print(terminal, results, rejected)
    return exits.REJECTED if rejected else exits.DONE


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


def _as_json(results: list[Result]) -> dict[str, object]:
    from host_cli.findings import finding_json

    return {
        "rigs": [
            {
                "rig": ref,
                "ok": not any(each.severity == "error" for each in found),
                "diagnostics": [finding_json(each) for each in found],
            }
            for ref, found, _ in results
        ]
    }


def _print(terminal: Terminal, results: list[Result], rejected: bool) -> None:
    from host_cli.findings import print_findings, tally

    everything = [each for _, found, _ in results for each in found]
    for ref, found, texts in results:
        if found:
            print_findings(terminal, found, texts)
        else:
            terminal.say(f"{ref}: {terminal.paint('all good', 'green')}")
    if everything:
        many = f" in {len(results)} rigs" if len(results) > 1 else ""
        terminal.say(f"Found {tally(everything)}{many}.")
        terminal.next(f"thrum explain {min(everything, key=lambda each: each.severity).code}")
    elif not rejected:
        terminal.next(f"thrum rig wiring {results[0][0]}")
