"""``thrum simulate``: a whole run on the simulated rig in virtual time, and what came of it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from host_cli import exits
from host_cli.conditions import person_options, typed
from host_cli.exits import Quit
from host_cli.numbers import decimal, whole
from host_cli.result_text import result_lines
from host_cli.run_words import stalled, unusual_text
from host_cli.terminal import clock_text
from host_cli.work import json_option, path_argument, profile_option, seed_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from host_cli.work import Ready
    from sim.campaign import Setup
    from sim.result import SimResult, Violation

BATTERY_PROFILE, BATTERY_PROGRAM = "percussion-massager", "upper-back-percussion"  # built in


EPILOG = """Examples: thrum simulate lower-back-heat --fault ntc.fallen@300 --report broken.html;
thrum simulate evening-shoulders --press 60 --skin 29; thrum simulate evening-shoulders --runs 100 --vary"""


@click.command("simulate", epilog=EPILOG)
@path_argument("program")
@profile_option
@click.option(
    "--fault", "faults", multiple=True, metavar="FAULT",
    help="Break something, such as ntc.off@120; repeatable. 'thrum faults' lists what.",
)  # fmt: skip
@seed_option
@person_options
@click.option(
    "--charge", type=decimal(0, 1), metavar="X", help="Of a battery at the start; half when not given."
)
@click.option("--trace", type=click.Path(path_type=Path), metavar="F.csv", help="Write every tick.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="F", help="Write the curves as SVG or PNG.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="F.html", help="Write a page with all of it."
)
@click.option(
    "--speed", type=decimal(0.01, 1000), metavar="X", help="Hold it to X times real time; 1 is real time."
)
@click.option("--vary", is_flag=True, help="Draw rig, person, link and faults from the seed.")
@click.option(
    "--runs", type=whole(1, 1_000_000), metavar="N", help="Play it N times, each with a seed of its own."
)
@click.option(
    "--jobs", type=whole(1, 256), metavar="J", help="Processes for --runs; all cores when not given."
)
@click.option(
    "--keep", type=click.Path(path_type=Path), metavar="F.jsonl",
    help="Where --runs keeps its runs; PROGRAM-seedN.campaign.jsonl here when not given.",
)  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with the runs of a kept file.")
@json_option
@click.pass_obj
def simulate_command(
    terminal: Terminal,
    /,
    program: str,
    profile_id: str,
    faults: tuple[str, ...],
    seed: int,
    charge: float | None,
    trace: Path | None,
    plot: Path | None,
    report: Path | None,
    speed: float | None,
    vary: bool,
    runs: int | None,
    jobs: int | None,
    keep: Path | None,
    resume: bool,
    as_json: bool,
    **person: float | None,
) -> int:
    """Play PROGRAM on a simulated rig, much faster than real time.

    Exit code 0: it completed, or something was broken and every --fault was felt, whatever came of it. Exit
    code 4: a --fault was not felt, or the run was not as it must be: an invariant did not hold, or it
    stopped, or was limited, and nothing had been broken. A person, a room or an empty battery break nothing.
    """
    from host_cli.work import make_ready
    from sim.campaign import Setup

    targets = {"--trace": trace, "--plot": plot, "--report": report}
    _check_fit(targets, speed, runs, {"--jobs": jobs, "--keep": keep, "--resume": resume or None})
    _check_targets(program, targets)
    ready = make_ready(program, profile_id)
    known = {name: value for name, value in person.items() if value is not None}
    if charge is not None and not ready.profile.supply.cells:
        say = f"--charge is for a battery, and profile {ready.profile.id} runs from the mains."
        raise Quit(exits.USAGE, say, f"{_on_a_battery(program)} --charge 0.5")
    setup = Setup(ready.timeline, ready.profile, faults, known, charge, vary)
    command = typed(program, profile_id, faults, known, charge)
    if runs is not None:
        from host_cli.campaign import Campaign, default_keep, play_campaign
        from sim.campaign import cores

        path = keep or default_keep(ready.timeline.program_id, seed)
        campaign = Campaign(setup, seed, runs, jobs or cores(), path, resume, command)
        return play_campaign(terminal, campaign, as_json)
    return _one(terminal, ready, setup, seed, speed, targets, as_json, command)


def _on_a_battery(program: str) -> str:
    """The command for a rig with a battery, with a program that it plays: this one, or its own."""
    from host_cli.work import make_ready
    from programs.errors import ProgramError

    try:
        make_ready(program, BATTERY_PROFILE)
    except ProgramError:
        program = BATTERY_PROGRAM
    return typed(program, BATTERY_PROFILE, (), {}, None)


def _one(
    terminal: Terminal,
    ready: Ready,
    setup: Setup,
    seed: int,
    speed: float | None,
    targets: dict[str, Path | None],
    as_json: bool,
    command: str,
) -> int:
    """One run, its files, what is said of it."""
    from host_cli.simulation import simulate_setup, summary
    from host_cli.terminal import say_json

    varied = " --vary" if setup.vary else ""
    replay = f"{command} --seed {seed}{varied}"
    result, wall_s = simulate_setup(terminal, setup, seed, speed)
    _write(ready, result, targets, replay)
    found = summary(result, wall_s)
    if as_json:
        say_json(found)
    else:
        again = replay if seed else f"{command}{varied}"
        _tell(terminal, setup, result, found, targets, again)
    return _verdict(terminal, result, setup, replay)


def _write(ready: Ready, result: SimResult, targets: dict[str, Path | None], replay: str) -> None:
    """The files that were asked for, each whole or not at all."""
    trace, plot, report = targets["--trace"], targets["--plot"], targets["--report"]
    if trace is not None:
        result.trace.write(trace)
    if plot is not None:
        from host_cli.commands.plot import write_plot
        from host_cli.simulation import curves_of

        write_plot([curves_of(ready.timeline, result)], plot)
    if report is not None:
        from host_cli.drawing.report import write_report

        write_report(report, ready, result, command=replay)


def _check_fit(
    targets: dict[str, Path | None], speed: float | None, runs: int | None, many: dict[str, object]
) -> None:
    """Options of one run, and of many."""
    one = [name for name, value in {**targets, "--speed": speed}.items() if value is not None]
    if runs is not None and one:
        say = f"{one[0]} is for one run, and --runs is {runs}."
        raise Quit(exits.USAGE, say, "leave out --runs, and take the seed of the run that you want to see")
    of_many = [name for name, value in many.items() if value is not None]
    if runs is None and of_many:
        raise Quit(exits.USAGE, f"{of_many[0]} is for many runs; say how many with --runs.")


def _check_targets(program: str, targets: dict[str, Path | None]) -> None:
    """Before the work: files that cannot be written are known now."""
    from host_cli.drawing.figure import SUFFIXES
    from host_cli.files import check_target

    for option, suffixes in (("--trace", (".csv",)), ("--plot", SUFFIXES), ("--report", (".html",))):
        target = targets[option]
        if target is not None:
            check_target(target, suffixes, f"thrum simulate {program} {option}")


def _verdict(terminal: Terminal, result: SimResult, setup: Setup, replay: str) -> int:
    """The exit code; why it is not 0 goes to standard error. What was drawn by chance need not be felt."""
    asked = set(setup.faults)
    wrong = [
        f"The fault {each.fault} was not felt."
        for each in result.injected
        if not each.felt and each.fault in asked
    ]
    wrong += _broken(result)
    wrong += [
        f"{_violated(each)} This is a bug in thrum; play it again with: {replay}"
        for each in result.violations
    ]
    for each in wrong:
        for line in terminal.wrap(each, "thrum: ", "  "):
            terminal.say(line, err=True)
    return exits.FAILED if wrong else exits.DONE


def _violated(each: Violation) -> str:
    where = f"{each.invariant} of {each.channel} at {clock_text(each.t_s)}"
    return f"An invariant did not hold: {where}, {each.value:.6g} and at most {each.allowed:.6g} is allowed."


def _broken(result: SimResult) -> list[str]:
    """What must hold in every run in which nothing was broken, and did not. A person or a charge that
    the user gave are no fault: what does not complete with them is said, too."""
    out = [
        f"The outputs were never at zero after {each.code}: this is a bug in thrum."
        for each in result.faults
        if each.outputs_zero_after_ms is None
    ]
    if not result.injected and result.limited:
        out.append("The device limited a program that passed the checks: this is a bug in thrum.")
    if not result.injected and result.outcome != "completed":
        out.append(f"Nothing was broken, and the run did not complete ({result.reason}).")
    return out


def _tell(
    terminal: Terminal,
    setup: Setup,
    result: SimResult,
    found: dict[str, Any],
    targets: dict[str, Path | None],
    again: str,
) -> None:
    """The result in words; ``again`` is the command that was typed, without the files."""
    from host_cli.files import told_size

    files = [each for each in targets.values() if each is not None]
    for line in result_lines(terminal, result, found, unusual_text(setup.profile, result.conditions)):
        terminal.say(line)
    for each in files:
        terminal.say(f"Wrote {told_size(each)}")
    terminal.next(_next(result, targets, again))


def _next(result: SimResult, targets: dict[str, Path | None], again: str) -> str:
    """What to look at next; a massager only after a run in which all went as it should."""
    missing = [name for name, path in targets.items() if path is None]
    if len(missing) == len(targets):
        return f"{again} --trace trace.csv --plot plot.svg"
    if result.outcome == "completed" and not result.injected and not stalled(result.motors):
        return _run_of(again)
    names = {"--report": "report.html", "--trace": "trace.csv", "--plot": "plot.svg"}
    return next((f"{again} {name} {names[name]}" for name in names if name in missing), "thrum faults")


def _run_of(command: str) -> str:
    """``thrum run`` of the same program on the same profile."""
    words = shlex.split(command)
    profile = words[3:5] if words[3:4] == ["--profile"] else []
    return shlex.join(["thrum", "run", words[2], *profile])
