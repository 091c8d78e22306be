"""``thrum doctor``: what may keep a rig from working, each thing with a code and one remedy.

Rules kept here: nothing is changed; no port is opened that was not named; what is fine is said too.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import DONE, USAGE, Quit
from host_cli.work import json_option

if TYPE_CHECKING:
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine
    from host_cli.terminal import Terminal

STYLES = {"ok": "green", "warning": "bold yellow", "error": "bold red"}


@click.command("doctor")
@click.option("--port", metavar="PORT", help="Ask the device at this port too; nothing moves.")
@click.option("--bundle", "archive", type=click.Path(path_type=Path), metavar="FILE.zip",
              help="Write an archive for whoever helps, without names and serial numbers.")  # fmt: skip
@click.option("--udev", is_flag=True, help="Print the udev rules for boards, and nothing else.")
@click.option("--systemd", is_flag=True, help="Print the systemd unit for a rig on a Pi, and nothing else.")
@json_option
@click.pass_obj
def doctor_command(
    terminal: Terminal, port: str | None, archive: Path | None, udev: bool, systemd: bool, as_json: bool
) -> int:
    """Look for what may keep a rig from working, and say what to do.

    Exit code 0 when nothing is wrong (warnings do not count), 3 when a port, a device or a right is
    missing, 5 when the device would refuse, 2 when files or packages are the trouble, 1 for a rig file.
    """
    from host_cli.checkup.examine import examine
    from host_cli.checkup.finding import exit_code
    from host_cli.checkup.machine import Machine

    machine = Machine.here()
    if udev or systemd:
        return _print_file(machine, udev, systemd)
    if archive is not None:
        from host_cli.files import check_target

        check_target(archive, (".zip",), "thrum doctor --bundle")
    findings = examine(machine, port)
    code = exit_code(findings)
    if as_json:
        from host_cli.terminal import say_json

        say_json({"exit": code, "findings": [each.as_dict() for each in findings]})
    else:
        _tell(terminal, findings)
    if archive is not None:
        from host_cli.checkup.bundle import write_bundle

        inside = write_bundle(archive, machine, findings)
        terminal.say(f"Wrote {archive}: {', '.join(inside)}.", err=as_json)
    if not as_json:
        _tell_next(terminal, findings, port)
    return code


def _print_file(machine: Machine, udev: bool, systemd: bool) -> int:
    """A system file as it would be installed; the way to install it goes to standard error."""
    from host_cli.checkup import system_files as files
    from host_cli.checkup.access import serial_group

    if udev and systemd:
        raise Quit(USAGE, "--udev and --systemd print one file each; ask for one at a time.")
    if udev:
        text, how = files.rules_for(serial_group(machine)), files.install_rules()
    else:
        text, how = files.unit_for(machine.executable, machine.user), files.install_unit()
    click.echo(text, nl=False)
    click.echo(f"To install it: {how}", err=True)
    return DONE


def _tell(terminal: Terminal, findings: list[Finding]) -> None:
    from host_cli.terminal import clean

    for each in findings:
        mark = terminal.paint(f"{each.severity:<8}", STYLES[each.severity])
        lead = f"{each.severity:<8} {each.code}  "
        lines = terminal.wrap(f"{each.about}: {clean(each.seen)}", lead)
        terminal.say(lines[0].replace(f"{each.severity:<8}", mark, 1))
        for line in lines[1:]:
            terminal.say(line)
        if each.remedy:
            terminal.say(f"              {clean(each.remedy)}")  # one line, whole, to be pasted


def _tell_next(terminal: Terminal, findings: list[Finding], port: str | None) -> None:
    errors = [each for each in findings if each.severity == "error"]
    warnings = sum(each.severity == "warning" for each in findings)
    also = f" ({warnings} that may get in the way)" if warnings else ""
    if errors:
        terminal.say(f"{len(errors)} to be mended{also}: {', '.join(each.code for each in errors)}.")
        again = f"thrum doctor --port {port}" if port else "thrum doctor"
        terminal.next(f"thrum explain {errors[0].code}; once it is mended: {again}")
        return
    terminal.say(f"Nothing is wrong{also}.")
    if port:
        terminal.next(f"thrum run evening-shoulders --port {port}")
    else:
        terminal.next("thrum doctor --port PORT looks at the device as well; thrum ports lists them")
