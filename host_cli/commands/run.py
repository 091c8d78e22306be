"""``thrum run``: a program on a rig, in real time, with somebody watching.

Rules kept here: the whole program was checked before anything is opened; the device says whether it
is SIM or REAL, and REAL needs a person at a terminal; every way out of here goes through a stop
that the device has confirmed, or through a link that is gone.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from host_cli import exits
from host_cli.exits import REFUSED, Quit
from host_cli.numbers import decimal, whole
from host_cli.outlet import patient
from host_cli.work import DEFAULT_PROFILE, path_argument

if TYPE_CHECKING:
    from firmware_bridge.link import Connection
    from firmware_bridge.session import Welcome
    from host_cli.conductor import Conductor
    from host_cli.terminal import Terminal
    from host_cli.work import Ready
    from programs.played import Played
    from programs.timeline import Timeline


@click.command("run")
@path_argument("program")
@click.option(
    "--port", default="sim", show_default=True, metavar="PORT", help="sim, or a port that thrum ports lists."
)
@click.option(
    "--profile",
    "profile_id",
    default=DEFAULT_PROFILE,
    show_default=True,
    metavar="NAME",
    help="What the rig is.",
)
@click.option(
    "--strength", type=click.Choice(["light", "medium", "firm"]), help="The recipient's choice; only lowers."
)
@click.option("--from-stage", type=whole(1), metavar="N", help="Begin at stage N (they count from 1).")
@click.option("--gain", type=decimal(0, 1), default=1.0, show_default=True, help="Factor on motor levels.")
@click.option("--seed", type=whole(0), default=0, show_default=True, help="Of the simulated device.")
@click.option("--dry-run", is_flag=True, help="Check everything and stop there; no port is opened.")
@click.pass_obj
@patient()
def run_command(
    terminal: Terminal,
    program: str,
    port: str,
    profile_id: str,
    strength: str | None,
    from_stage: int | None,
    gain: float,
    seed: int,
    dry_run: bool,
) -> int:
    """Play PROGRAM on a rig; on a simulated one unless --port says otherwise.

    Keys: space pauses and goes on, + and - change the strength, s goes to the next stage, q, Esc
    and Ctrl-C stop.
    """
    from host_cli.work import make_ready

    if not 0.0 <= gain <= 1.0:  # click lets NaN through a range
        raise Quit(exits.USAGE, f"--gain is {gain:g}, allowed 0 to 1.")
    ready = make_ready(program, profile_id, strength=strength)
    _choose(terminal, ready, program, strength)
    how: dict[str, object] = {"strength": strength}
    if from_stage is not None:
        how["from_stage"] = _index(ready, from_stage)
    timeline = _compile(ready, **how)
    _tell_warnings(terminal, ready)
    if dry_run:
        lasts = f"{timeline.duration_ms / 1000:.0f} s on {ready.profile.id}"
        terminal.say(f"{program}: would run {lasts}; nothing was opened.")
        terminal.next(f"thrum run {program}")
        return exits.DONE
    return _run(terminal, ready, timeline, program, port, gain, seed, how)


def _choose(terminal: Terminal, ready: Ready, program: str, strength: str | None) -> None:
    """The recipient's choice of strength: firm only when it is asked for, never more than written."""
    written = ready.loaded.program.strength
    if written == "firm" and strength is None:
        raise Quit(
            REFUSED,
            f"{program} is firm, and firm is the recipient's choice; say it, or choose medium or light.",
            f"thrum run {program} --strength firm",
        )
    if strength is not None and ready.timeline.strength != strength:
        plays = ready.timeline.strength
        terminal.say(f"It was written as {written} and plays as {plays}: never stronger than written.")


def _index(ready: Ready, number: int) -> int:
    """A stage number as a person counts, as a place in the document."""
    many = len(ready.loaded.program.stages)
    if number > many:
        raise Quit(exits.USAGE, f"--from-stage is {number}; the program has stages 1 to {many}.")
    return number - 1


def _compile(ready: Ready, **how: object) -> Timeline:
    """A timeline of the program; raises Rejected with the reasons when there is none."""
    from host_cli.work import errors_only
    from programs.compiler import compile_program
    from programs.errors import Rejected
    from programs.load import place

    compiled = compile_program(ready.loaded.program, ready.profile, **how)  # type: ignore[arg-type]
    if compiled.timeline is None:
        raise Rejected(errors_only(place(compiled.diagnostics, ready.loaded)))
    return compiled.timeline


def _tell_warnings(terminal: Terminal, ready: Ready) -> None:
    from host_cli.findings import print_findings
    from host_cli.terminal import clean

    print_findings(terminal, ready.warnings, {ready.loaded.file: ready.loaded.text}, err=True)
    for each in ready.loaded.program.allow:
        terminal.say(f"Waived by its author: {each.rule}: {clean(each.why)}", err=True)


def _run(
    terminal: Terminal,
    ready: Ready,
    timeline: Timeline,
    program: str,
    port: str,
    gain: float,
    seed: int,
    how: dict[str, object],
) -> int:
    """Open the rig, play, close; the exit code."""
    from firmware_bridge.link import Connection
    from host_cli.conductor import Conductor
    from host_cli.stage import Stage

    with Stage(terminal) as stage:
        address = port if port != "sim" else stage.simulated_device(ready.profile.id, seed)
        with Connection.open(address) as connection:
            _refuse_latched(connection, address)
            _admit(terminal, connection.welcome, ready, address)
            if connection.welcome.bucket_s < BUCKET_FULL_S:
                timeline = _with_bucket(ready, connection.welcome.bucket_s, how)
            connection.play(timeline, profile_hash=ready.profile.hash)
            continuation = partial(_continuation, ready, connection, how)
            conductor = Conductor(connection, ready.timeline, continuation, gain)
            code = stage.play(conductor, connection)
    with suppress(OSError):  # the terminal may be gone; the exit code still tells
        terminal.next(_after(ready, conductor, program))
    return code


def _after(ready: Ready, conductor: Conductor, program: str) -> str:
    """What one would type after this run: on from where it was stopped, or look at the curves."""
    current = conductor.current
    if conductor.now.outcome == "stopped_by_user" and current is not None and current.stage > 0:
        return f"thrum run {program} --from-stage {current.stage + 1}"
    return f"thrum plot {program}"


BUCKET_FULL_S = 900  # seconds of motor time that a rested device grants


def _with_bucket(ready: Ready, bucket_s: int, how: dict[str, object]) -> Timeline:
    """The program with what the device's motors may still run; refused when that is too little."""
    from programs.compiler import compile_program

    compiled = compile_program(ready.loaded.program, ready.profile, bucket_s=bucket_s, **how)  # type: ignore[arg-type]
    if compiled.timeline is None:
        say = f"The motors have {bucket_s} s left before they must rest, and this program needs more."
        raise Quit(REFUSED, say, f"let the device rest for {compiled.bucket_wait_s} s, then the same command")
    return compiled.timeline


def _continuation(
    ready: Ready, connection: Connection, how: dict[str, object], from_ms: int, played: Played
) -> Timeline:
    """What is left of the program from ``from_ms`` on, as it may be played now."""
    status = connection.view().status
    bucket_s = status.bucket_s if status is not None else 0
    return _compile(ready, strength=how["strength"], resume_at_ms=from_ms, bucket_s=bucket_s, played=played)


def _refuse_latched(connection: Connection, address: str) -> None:
    """A device with a latched fault starts nothing: say which, and what to do."""
    from host_cli.latched import latched

    found = latched(connection)
    if found is not None:
        say = f"{connection.welcome.label}: {found.sentence} {found.remedy}"
        raise Quit(REFUSED, say, f"thrum clear-fault --port {address}")


def _admit(terminal: Terminal, welcome: Welcome, ready: Ready, address: str) -> None:
    """Say what it is; REAL needs a person who answers for the one under the device."""
    terminal.say(f"{welcome.label}: {welcome.board} {welcome.firmware} at {address}, rig {welcome.rig_id}.")
    if welcome.last_fault:
        from firmware_bridge.session.outcome import of_fault

        terminal.say(f"Its last fault: {of_fault(welcome.last_fault)[1]}.")
    if welcome.simulated:
        terminal.say("The questions before a massage are skipped: nothing real moves.")
        return
    if not terminal.interactive:
        raise Quit(
            REFUSED,
            f"{address} is REAL, and a REAL run needs a person at a terminal.",
            "run it in a terminal",
        )
    from host_cli.intake import ask

    ask(terminal, heat="heat" in ready.profile.channels)
