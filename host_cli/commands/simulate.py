"""``thrum simulate``: a whole run on the simulated rig in virtual time, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from host_cli import exits
from host_cli.conditions import person_options, typed
from host_cli.exits import Quit
from host_cli.numbers import decimal, whole
from host_cli.terminal import clock_text
from host_cli.work import json_option, path_argument, profile_option, seed_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from host_cli.work import Ready
    from sim.campaign import Setup
    from sim.result import SimResult, Violation

MARKED = {"limited": "yellow", "fault": "bold red"}


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

    Exit code 0: it ran, and every --fault was felt, whatever came of it. Exit code 4: a --fault was not
    felt, or the run was not as it must be: an invariant did not hold, or it stopped, or was limited, and
    nothing had been broken.
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
        raise Quit(exits.USAGE, say, f"thrum simulate {program} --profile percussion-massager --charge 0.5")
    setup = Setup(ready.timeline, ready.profile, faults, known, charge, vary)
    command = typed(program, profile_id, faults, known, charge)
    if runs is not None:
        from host_cli.campaign import Campaign, default_keep, play_campaign
        from sim.campaign import cores

        path = keep or default_keep(ready.timeline.program_id, seed)
        campaign = Campaign(setup, seed, runs, jobs or cores(), path, resume, command)
        return play_campaign(terminal, campaign, as_json)
    replay = f"{command} --seed {seed}{' --vary' if vary else ''}"
    return _one(terminal, ready, setup, seed, speed, targets, as_json, program, replay)


def _one(
    terminal: Terminal,
    ready: Ready,
    setup: Setup,
    seed: int,
    speed: float | None,
    targets: dict[str, Path | None],
    as_json: bool,
    program: str,
    replay: str,
) -> int:
    """One run, its files, what is said of it."""
    from host_cli.simulation import simulate_setup, summary
    from host_cli.terminal import say_json

    result, wall_s = simulate_setup(terminal, setup, seed, speed)
    _write(ready, result, targets, replay)
    found = summary(result, wall_s)
    if as_json:
        say_json(found)
    else:
        _tell(terminal, program, found, [each for each in targets.values() if each is not None])
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
        from host_cli.report import write_report

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
    from host_cli.figure import SUFFIXES
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
    wrong += _broken(result, usual=not setup.vary and not setup.person and setup.charge is None)
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


def _broken(result: SimResult, usual: bool = True) -> list[str]:
    """What must hold in every run, and did not: a bug of Thrum, and said so. ``usual``: rig, person and
    charge are what every program must complete with."""
    out = [
        f"The outputs were never at zero after {each.code}: this is a bug in thrum."
        for each in result.faults
        if each.outputs_zero_after_ms is None
    ]
    if not result.injected and result.limited:
        out.append("The device limited a program that passed the checks: this is a bug in thrum.")
    if usual and not result.injected and result.outcome != "completed":
        out.append(f"Nothing was broken, and the run did not complete ({result.reason}).")
    return out


def _tell(terminal: Terminal, program: str, found: dict[str, Any], files: list[Path]) -> None:
    """The result in words."""
    from host_cli.files import told_size

    for line in result_lines(terminal, found):
        terminal.say(line)
    for each in files:
        terminal.say(f"Wrote {told_size(each)}")
    if files:
        terminal.next(f"thrum run {program}")
    else:
        terminal.next(f"thrum simulate {program} --trace trace.csv --plot plot.svg")


def result_lines(terminal: Terminal, found: dict[str, Any]) -> list[str]:
    """Outcome first, then what was reached, limited, broken."""
    outcome = exits.IN_WORDS[found["outcome"]]
    colour = "bold green" if found["outcome"] == "completed" else "bold red"
    speed = found["duration_s"] / found["wall_s"] if found["wall_s"] else 0.0
    peak, exposure = found["peak"], found["exposure"]
    head = f"SIM {found['program']} on {found['profile']}, seed {found['seed']}: {outcome}"
    out = terminal.wrap(f"{head} after {clock_text(found['duration_s'])} ({found['reason']})", "", "  ")
    out[0] = out[0].replace(f": {outcome}", f": {terminal.paint(outcome, colour)}")
    rows = [
        ("peak", _peaks(peak)),
        ("exposure", f"hand A(8) {exposure['hand_a8_m_s2']:.2f} m/s², {exposure['hand_points']:.1f} points "
                     f"of 100 a day; CEM43 {max(exposure['cem43_min'], exposure['cem43_skin_min']):.3f} min"),
        ("device", f"{found['device']['ticks']} ticks, {found['device']['underruns']} underruns"),
        ("took", f"{found['wall_s']:.2f} s, {speed:.0f} x real time"),
        *(("limited", _limited(each)) for each in found["limited"]),
        *(("fault", text) for text in _faults(found)),
    ]  # fmt: skip
    for name, text in rows:
        first, *others = terminal.wrap(text, f"  {name:<10}")
        out += [first.replace(name, terminal.paint(name, MARKED.get(name, "")), 1), *others]
    return out


def _limited(each: dict[str, Any]) -> str:
    amounts = f"{each['asked']:.3g} asked, {each['allowed']:.3g} allowed ({each['rule']})"
    return f"{each['channel']} at {clock_text(each['t_s'])}: {amounts}"


def _faults(found: dict[str, Any]) -> list[str]:
    """A sentence for every fault that was injected; what the device latched without one, too."""
    out = [
        f"{each['fault'].partition('@')[0]} at {clock_text(each['t_s'])} ({each['says']}): {each['device']}"
        for each in found["injected"]
    ]
    first_s = min((each["t_s"] for each in found["injected"]), default=float("inf"))
    return out + [
        f"the device latched {each['code']} at {clock_text(each['t_s'])}"
        for each in found["faults"]
        if each["t_s"] < first_s
    ]


def _peaks(peak: dict[str, Any]) -> str:
    parts = [f"{name} {100 * peak[name]:.0f} %" for name in ("vibration", "percussion") if peak[name]]
    parts += [
        f"{word} {peak[name]:.1f} °C" for name, word in (("pad_c", "pad"), ("skin_c", "skin")) if peak[name]
    ]
    return ", ".join([*parts, f"current {peak['current_a']:.2f} A"])
