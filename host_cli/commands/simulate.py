"""``thrum simulate``: a whole run on the simulated rig in virtual time, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from host_cli import exits
from host_cli.terminal import clock_text
from host_cli.work import json_option, path_argument, profile_option, seed_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from sim.result import SimResult

MARKED = {"limited": "yellow", "fault": "bold red"}


@click.command("simulate")
@path_argument("program")
@profile_option
@click.option(
    "--fault", "faults", multiple=True, metavar="FAULT",
    help="Break something, such as ntc.off@120; repeatable. 'thrum faults' lists what.",
)  # fmt: skip
@seed_option
@click.option("--trace", type=click.Path(path_type=Path), metavar="F.csv", help="Write every tick.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="F", help="Write the curves as SVG or PNG.")
@json_option
@click.pass_obj
def simulate_command(
    terminal: Terminal,
    program: str,
    profile_id: str,
    faults: tuple[str, ...],
    seed: int,
    trace: Path | None,
    plot: Path | None,
    as_json: bool,
) -> int:
    """Play PROGRAM on a simulated rig, much faster than real time.

    Exit code 0: it ran, and every --fault was felt, whatever came of it. Exit code 4: a --fault was not
    felt, or the run was not as it must be: it stopped, or was limited, and nothing had been broken.
    """
    from host_cli.simulation import simulate_ready, summary
    from host_cli.terminal import say_json
    from host_cli.work import make_ready

    _check_targets(program, trace, plot)
    ready = make_ready(program, profile_id)
    result, wall_s = simulate_ready(terminal, ready, seed=seed, faults=faults)
    if trace is not None:
        result.trace.write(trace)
    if plot is not None:
        from host_cli.commands.plot import write_plot
        from host_cli.simulation import curves_of

        write_plot([curves_of(ready.timeline, result)], plot)
    if as_json:
        say_json(summary(result, wall_s))
    else:
        _tell(
            terminal, program, summary(result, wall_s), [each for each in (trace, plot) if each is not None]
        )
    return _verdict(terminal, result)


def _check_targets(program: str, trace: Path | None, plot: Path | None) -> None:
    """Before the work: files that cannot be written are known now."""
    from host_cli.figure import SUFFIXES
    from host_cli.files import check_target

    if trace is not None:
        check_target(trace, (".csv",), f"thrum simulate {program} --trace")
    if plot is not None:
        check_target(plot, SUFFIXES, f"thrum simulate {program} --plot")


def _verdict(terminal: Terminal, result: SimResult) -> int:
    """The exit code; why it is not 0 goes to standard error."""
    wrong = [f"The fault {each.fault} was not felt." for each in result.injected if not each.felt]
    wrong += _broken(result)
    for each in wrong:
        for line in terminal.wrap(each, "thrum: ", "  "):
            terminal.say(line, err=True)
    return exits.FAILED if wrong else exits.DONE


def _broken(result: SimResult) -> list[str]:
    """What must hold in every run, and did not: a bug of Thrum, and said so."""
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
                     f"of 100 a day; skin CEM43 {exposure['cem43_min']:.3f} min"),
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
