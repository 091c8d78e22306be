"""``thrum rig commission``: a rig is taken into service, step by step, and the device keeps the proof.

Rules kept here: each step says what will happen before it happens; only a person answers for a REAL rig;
what was done is kept, and what the configuration's CRC covers cannot change without doing it again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import DONE, REFUSED, USAGE, Quit

if TYPE_CHECKING:
    from firmware_bridge.conformance.host import Host
    from host_cli.commissioning.bench import RealBench
    from host_cli.commissioning.people import People
    from host_cli.rig_choice import Target
    from host_cli.terminal import Terminal
    from programs.profile import Profile


@click.command("commission")
@click.argument("rig", metavar="[RIG]", required=False)
@click.option("--port", metavar="PORT", help="sim, or a port that thrum ports lists.")
@click.option("--answers", type=click.Path(path_type=Path), metavar="F.toml",
              help="Answers by name; on a simulated rig only.")  # fmt: skip
@click.option("--again", is_flag=True, help="From the first step, whatever was done before.")
@click.pass_obj
def rig_commission_command(
    terminal: Terminal, rig: str | None, port: str | None, answers: Path | None, again: bool
) -> int:
    """Take a rig into service: look, test, prove, stamp.

    Until then a device plays at most 10 %, in pulses of 2 s, and warms to 32 C. Have the rig on a table,
    nobody under it, a meter and a thermometer at hand; it takes half an hour. What is done is kept: the
    same command goes on where it stopped. --port sim rehearses it on a simulated rig.
    """
    from contextlib import ExitStack

    from host_cli.rig_line import named_target

    target = named_target(rig, port)
    with ExitStack() as stack:
        bench = _bench(target, stack)
        host = bench.first()
        return _commission(terminal, target, bench, host, answers, again)


def _bench(target: Target, stack: object) -> RealBench:
    """The rig that is meant; a simulated one is not commissioned, lies on a table, and ends with us."""
    from contextlib import ExitStack

    from firmware_bridge.spawn import spawn_sim
    from host_cli.commissioning.bench import RealBench, SimBench
    from host_cli.work import DEFAULT_PROFILE

    assert isinstance(stack, ExitStack)
    if target.simulated:
        device = stack.enter_context(spawn_sim(DEFAULT_PROFILE, None, "--bench"))
        bench: RealBench = SimBench(device)
    else:
        bench = RealBench(target.address)
    stack.callback(bench.close)
    return bench


def _commission(
    terminal: Terminal, target: Target, bench: RealBench, host: Host, answers: Path | None, again: bool
) -> int:
    from firmware_bridge.transport.discovery import serial_of
    from host_cli.clock import wall_clock
    from host_cli.commissioning import flow
    from host_cli.commissioning.desk import Desk
    from host_cli.commissioning.journal import Journal
    from host_cli.rig_choice import check_rig

    welcome = host.welcome
    check_rig(target, welcome)
    command = f"thrum rig commission{target.typed}"
    people = _people(terminal, welcome.simulated, answers)
    terminal.say(
        f"{welcome.label}: {welcome.board} {welcome.firmware} at {host.line.address}, rig {welcome.rig_id}, "
        f"configuration {welcome.config_crc:08x}."
    )
    address = host.line.address
    serial = "" if target.simulated else serial_of(address)
    journal = Journal(_records(), welcome.rig_id, welcome.config_crc, welcome.label, serial=serial)
    if welcome.commissioned and not again:
        terminal.say("It is commissioned: its stamp is that of its configuration.")
        terminal.next(f"{command} --again, to do it all anew")
        return DONE
    journal.load()
    if again or target.simulated:  # each simulated board is a new one
        journal.forget()
    desk = Desk(terminal, people, bench, host, _profile(target, welcome), target.rig, command)
    desk.anew = target.simulated
    record = flow.run(desk, journal, wall_clock().strftime("%Y-%m-%dT%H:%M:%SZ"))
    terminal.say(f"{welcome.label}: commissioned. The stamp is on the device, the record in {record}.")
    terminal.say("Whatever changes of limits, calibration, sensor table, pins or regions voids it.")
    terminal.next(f"thrum run evening-shoulders{target.for_run}")
    return DONE


def _people(terminal: Terminal, simulated: bool, answers: Path | None) -> People:
    """Who answers. Raises Quit where nobody may, or can."""
    from host_cli.commissioning.people import Answers, AtTerminal

    if answers is not None:
        if not simulated:
            say = "This rig is REAL: a person has to look at it and answer."
            raise Quit(REFUSED, say, "the same command without --answers")
        return Answers.read(terminal, answers)
    if not terminal.interactive:
        hint = "run it in a terminal" + (", or with --answers F.toml" if simulated else "")
        raise Quit(USAGE, "Commissioning asks questions, and there is no terminal.", hint)
    return AtTerminal(terminal)


def _records() -> Path:
    from platformdirs import user_data_path

    return user_data_path("thrum", appauthor=False) / "commissioning"


def _profile(target: Target, welcome: object) -> Profile:
    """The profile of the rig that is meant, else of the device."""
    from firmware_bridge.rigs.load import load_rig_profile
    from firmware_bridge.session import Welcome
    from host_cli.rig_choice import profile_of, user_rigs

    assert isinstance(welcome, Welcome)
    if target.rig is None:
        return profile_of(welcome)
    profile = load_rig_profile(target.rig, user_rigs())
    if profile.hash != welcome.profile_hash:
        say = (
            f"The device runs profile {welcome.profile_hash}; "
            f"the rig's file names {profile.id} ({profile.hash})."
        )
        raise Quit(
            REFUSED, say, f"thrum rig bundle {target.rig.ref} -o DIR, and install it; or mend the file"
        )
    return profile
