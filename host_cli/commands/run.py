"""``thrum run``: a program on a rig, in real time, with somebody watching.

Rules kept here: the whole program was checked before anything may move, and before the port is opened
where the rig is known by then (else the device says which profile it runs, in its HELLO); the device says
whether it is SIM or REAL, and REAL needs a person at a terminal; every way out of here goes through a
stop that the device has confirmed, or through a link that is gone.
"""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from host_cli import exits
from host_cli.before.options import before_options
from host_cli.exits import Quit
from host_cli.numbers import decimal, whole
from host_cli.outlet import patient
from host_cli.prepared import Asked, Prepared
from host_cli.showing.audience import Manner, manner_options
from host_cli.work import DEFAULT_PROFILE, default_profile, path_argument

if TYPE_CHECKING:
    from host_cli.before.options import Options
    from host_cli.guided.conductor import Conductor
    from host_cli.rig_choice import Target
    from host_cli.terminal import Terminal
    from programs.profile import Profile


@click.command("run")
@path_argument("program")
@click.option(
    "--port",
    metavar="PORT",
    help="sim, or a port that thrum ports lists.  [default: your default rig, or sim]",
)
@click.option(
    "--profile",
    "profile_id",
    metavar="NAME",
    help=f"What the rig is.  [default: what it says itself; of sim: {DEFAULT_PROFILE}]",
)
@click.option(
    "--strength", type=click.Choice(["light", "medium", "firm"]), help="The recipient's choice; only lowers."
)
@click.option("--from-stage", type=whole(1), metavar="N", help="Begin at stage N (they count from 1).")
@click.option("--gain", type=decimal(0, 1), default=1.0, show_default=True, help="Factor on motor levels.")
@click.option("--seed", type=whole(0), default=0, show_default=True, help="Of the simulated device.")
@click.option("--dry-run", is_flag=True, help="Check everything and stop there; no port is opened.")
@before_options
@manner_options
@click.pass_obj
@patient()
def run_command(
    terminal: Terminal,
    program: str,
    port: str | None,
    profile_id: str | None,
    strength: str | None,
    from_stage: int | None,
    gain: float,
    seed: int,
    dry_run: bool,
    options: Options,
    manner: Manner,
) -> int:
    """Play PROGRAM on a rig; on a simulated one unless --port says otherwise.

    Keys: space pauses and goes on, + and - change the strength, s goes to the next stage, q, Esc
    and Ctrl-C stop.
    """
    from host_cli.rig_choice import target_of
    from host_cli.work import open_program

    if not 0.0 <= gain <= 1.0:  # click lets NaN through a range
        raise Quit(exits.USAGE, f"--gain is {gain:g}, allowed 0 to 1.")
    manner.check()
    terminal = manner.terminal(terminal)
    options = replace(options, answers_come=manner.json_events)
    open_program(program)  # what is wrong with the document itself is said first
    target = target_of(port, opened=not dry_run)
    asked = Asked(terminal, program, strength, from_stage)
    profile = _profile_before(target, profile_id)
    if dry_run:
        return _dry(asked, profile, target)
    prepared = asked.prepare(profile) if profile is not None else None
    return _run(asked, prepared, target, gain, seed, options, manner)


def _profile_before(target: Target, profile_id: str | None) -> str | Profile | None:
    """The profile where it is known before a port is opened; else the device will say."""
    from firmware_bridge.rigs.load import load_rig_profile
    from host_cli.rig_choice import user_rigs

    if profile_id is not None:
        return profile_id
    if target.rig is not None:
        return load_rig_profile(target.rig, user_rigs())
    return DEFAULT_PROFILE if target.simulated else None


def _dry(asked: Asked, profile: str | Profile | None, target: Target) -> int:
    """Everything that can be known without opening a port, and what cannot."""
    from host_cli.before.plan import plan_lines

    prepared = asked.prepare(profile or default_profile())
    lasts = f"{prepared.timeline.duration_ms / 1000:.0f} s on {prepared.ready.profile.id}"
    for line in plan_lines(asked.terminal, prepared.ready, prepared.timeline):
        asked.terminal.say(line)
    asked.terminal.say(f"{asked.program}: would run {lasts}; nothing was opened.")
    if profile is None:
        say = (
            f"Which profile {target.address} really runs only the device knows; --profile NAME checks for it."
        )
        asked.terminal.say(say)
    asked.terminal.next(f"thrum run {asked.program}{target.for_run}")
    return exits.DONE


def _run(
    asked: Asked,
    prepared: Prepared | None,
    target: Target,
    gain: float,
    seed: int,
    options: Options,
    manner: Manner,
) -> int:
    """Open the rig, play, close; the exit code."""
    from firmware_bridge.link import Connection
    from host_cli.after import after_lines
    from host_cli.before.admission import admit, refuse_latched, refuse_warm
    from host_cli.beginning import begin_run
    from host_cli.records.about import ITSELF, PERSON, About
    from host_cli.records.recorder import Recorder
    from host_cli.records.words import cut_off_words
    from host_cli.rig_choice import check_rig, profile_of
    from host_cli.stage import Stage

    terminal = asked.terminal
    with closing(Recorder.open()) as recorder, Stage(terminal, manner) as stage:
        for each in recorder.interrupted():
            terminal.say(cut_off_words(each), err=True)
        address = target.address
        if prepared is not None and target.simulated:
            address = stage.simulated_device(prepared.ready.profile.id, seed)
        with Connection.open(address) as connection:
            if connection.remark:
                terminal.say(connection.remark, err=True)
            check_rig(target, connection.welcome)
            refuse_latched(connection, address)
            prepared = prepared or asked.prepare(profile_of(connection.welcome))
            refuse_warm(prepared, connection.welcome.bucket_s)
            options = replace(options, points_today=recorder.points_today(options.operator))
            before = admit(terminal, connection, prepared, address, options)
            alone = stage.unheard
            about = About.of(
                before.prepared.ready,
                connection.welcome,
                address,
                operator=options.operator,
                from_stage=asked.from_stage,
                gain=gain,
                seed=seed if target.simulated else None,
                answered_by=ITSELF if alone else PERSON,
                intake=before.intake,
            )
            recorder.begin(about)
            try:
                run = begin_run(connection, address, before.prepared, before.by, gain=gain, alone=alone)
            except KeyboardInterrupt:
                recorder.end("stopped_by_user", "stopped before it began", False)
                raise
            code = stage.play(run, connection, recorder)
            ended = recorder.session_id
    with suppress(OSError):  # the terminal may be gone; the exit code still tells
        for line in after_lines(terminal, ended):
            terminal.say(line)
        terminal.next(_after(run.conductor, f"{asked.program}{target.for_run}", ended))
    return code


def _after(conductor: Conductor, typed: str, session: int) -> str:
    """What one would type after this run: on from where it was stopped, or look at what was done."""
    current = conductor.current
    if conductor.now.outcome == "stopped_by_user" and current is not None and current.stage > 0:
        return f"thrum run {typed} --from-stage {current.stage + 1}"
    return f"thrum log plot {session}"
