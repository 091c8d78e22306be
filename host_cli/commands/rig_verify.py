"""``thrum rig verify``: whatever claims the protocol is asked to prove it, by its port alone.

Rules kept here: DRY throughout, so that nothing moves; a report says what was shown, what failed and what
could not be shown; a device that is no massager is not written to again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import DONE, FAILED
from host_cli.rig_choice import ON_PINS
from host_cli.work import json_option

if TYPE_CHECKING:
    from firmware_bridge.conformance.suite import Report, Result
    from host_cli.rig_choice import Target
    from host_cli.terminal import Terminal

MARKS = {"passed": ("ok  ", "green"), "failed": ("FAIL", "bold red"), "skipped": ("skip", "yellow")}


@click.command("verify")
@click.argument("rig", metavar="[RIG]", required=False)
@click.option("--port", metavar="PORT", help="sim, or a port that thrum ports lists.")
@click.option("--quick", is_flag=True, help="Only what takes less than two seconds each.")
@click.option(
    "--list", "listing", is_flag=True, help="List the checks, and how each is made; nothing is opened."
)
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="F.json", help="Write the report to a file."
)
@json_option
@click.pass_obj
def rig_verify_command(
    terminal: Terminal,
    rig: str | None,
    port: str | None,
    quick: bool,
    listing: bool,
    report: Path | None,
    as_json: bool,
) -> int:
    """Test a device against the protocol; nothing moves: ENABLE is held off.

    RIG, or --port, or your default rig, or the simulated device. It takes a minute. Exit code 4 when a
    check fails, 3 when no device answers. A device stays DRY until it is reset.
    """
    from firmware_bridge.conformance import suite
    from host_cli.files import check_target, write_whole
    from host_cli.rig_line import named_target
    from host_cli.terminal import say_json

    checks = suite.QUICK if quick else suite.CHECKS
    if listing:
        return _list(terminal, as_json)
    if report is not None:
        check_target(report, (".json",), "thrum rig verify --report")
    target = named_target(rig, port)
    found = _run(terminal, target, checks, quiet=as_json)
    if report is not None:
        import json

        write_whole(report, (json.dumps(found.as_json(), indent=2) + "\n").encode())
    if as_json:
        say_json(found.as_json())
    else:
        _conclude(terminal, target, found, report)
    return DONE if found.passed else FAILED


def _list(terminal: Terminal, as_json: bool) -> int:
    from firmware_bridge.conformance.suite import CHECKS
    from host_cli.terminal import say_json

    if as_json:
        say_json(
            [{"name": each.name, "shows": each.shows, "how": each.how, "slow": each.slow} for each in CHECKS]
        )
        return DONE
    for each in CHECKS:
        terminal.say(terminal.paint(each.name, "bold"))
        for line in (*terminal.wrap(each.shows, "  "), *terminal.wrap(each.how, "  ")):
            terminal.say(line)
    terminal.next("thrum rig verify")
    return DONE


def _run(terminal: Terminal, target: Target, checks: tuple[object, ...], quiet: bool) -> Report:
    """The suite on the device that is meant; each result is said when it is there."""
    import secrets

    from firmware_bridge.conformance import suite
    from firmware_bridge.conformance.host import Host
    from host_cli.latched import refuse_latched
    from host_cli.rig_choice import check_rig
    from host_cli.rig_line import opened

    def told(result: Result) -> None:
        if not quiet:
            _say_result(terminal, result)

    with opened(target) as line:
        with Host(line, secrets.randbits(31)) as host:
            check_rig(target, host.hello())
            refuse_latched(host, f"thrum rig clear-fault{target.typed}, then the same command")
        if not quiet:
            terminal.say(f"{len(checks)} checks at {line.address}, DRY: nothing moves.")
        return suite.run(line, checks, seed=secrets.randbits(31), told=told)  # type: ignore[arg-type]


def _say_result(terminal: Terminal, result: Result) -> None:
    word, style = MARKS[result.verdict]
    took = f"  ({result.took_ms / 1000:.1f} s)" if result.verdict == "passed" else ""
    terminal.say(f"{terminal.paint(word, style)} {result.name}{took}")
    if result.verdict == "failed":
        for line in terminal.wrap(f"{result.shows} {result.detail}", "     "):
            terminal.say(line)
    elif result.verdict == "skipped":
        for line in terminal.wrap(result.detail, "     "):
            terminal.say(line)
    terminal.flush()


def _conclude(terminal: Terminal, target: Target, found: Report, report: Path | None) -> None:
    device = found.device
    say = f"{device['kind']}: {device['board']} {device['firmware']}, rig {device['rig_id']}"
    terminal.say(f"{say}: {found.count('passed')} passed, {found.count('failed')} failed, "
                 f"{found.count('skipped')} skipped.")  # fmt: skip
    measured = found.measured
    for name, what in (("stop_zero_ms", "STOP to zero"), ("estop_zero_ms", "ESTOP to zero"),
                       ("silence_zero_ms", "silence to zero")):  # fmt: skip
        if name in measured:
            terminal.say(f"  {what}: {measured[name]} ms, as this host saw it")
    if report is not None:
        terminal.say(f"Report: {report}")
    first = ""
    if not target.simulated and not target.address.startswith(ON_PINS):  # those start anew each time
        terminal.say("It is DRY now: it holds ENABLE off, and nothing moves, until it is reset.")
        first = "unplug it, plug it in again, then: "
    if not found.passed:
        terminal.next("thrum doctor" if target.simulated else f"thrum doctor --port {target.address}")
    elif not device["commissioned"]:
        terminal.next(f"{first}thrum rig commission{target.typed}")
    else:
        terminal.next(f"{first}thrum run evening-shoulders{target.for_run}")
