"""``thrum simulate``: a whole run on the simulated rig in virtual time, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from host_cli import exits
from host_cli.work import json_option, path_argument, profile_option, seed_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from sim.result import SimResult


@click.command("simulate")
@path_argument("program")
@profile_option
@click.option(
    "--fault", "faults", multiple=True, metavar="TARGET.WORD@TIME[:ARGS]", help="Break something; repeatable."
)
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

    Exit code 4 when a --fault was not felt.
    """
    from host_cli.simulation import simulate_ready, summary
    from host_cli.terminal import say_json
    from host_cli.work import make_ready

    _check_targets(trace, plot)
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
    return exits.DONE if result.felt else _not_felt(terminal, result)


def _check_targets(trace: Path | None, plot: Path | None) -> None:
    """Before the work: files that cannot be written are known now."""
    from host_cli.figure import SUFFIXES
    from host_cli.files import check_target

    if trace is not None:
        check_target(trace, (".csv",))
    if plot is not None:
        check_target(plot, SUFFIXES)


def _not_felt(terminal: Terminal, result: SimResult) -> int:
    for each in result.injected:
        if not each.felt:
            terminal.say(
                f"thrum: The fault {each.fault} was not felt: nothing noticed it in this run.", err=True
            )
    return exits.FAILED


def _tell(terminal: Terminal, program: str, found: dict[str, Any], files: list[Path]) -> None:
    """The result in words."""
    for line in result_lines(terminal, found):
        terminal.say(line)
    for each in files:
        terminal.say(f"Wrote {each}")
    if files:
        terminal.next(f"thrum run {program}")
    else:
        terminal.next(f"thrum simulate {program} --trace trace.csv --plot plot.svg")


def result_lines(terminal: Terminal, found: dict[str, Any]) -> list[str]:
    """Outcome first, then what was reached, limited, broken."""
    from host_cli.terminal import clock_text

    good = found["outcome"] == "completed"
    speed = found["duration_s"] / found["wall_s"] if found["wall_s"] else 0.0
    peak, exposure = found["peak"], found["exposure"]
    out = [
        f"SIM {found['program']} on {found['profile']}, seed {found['seed']}: "
        + terminal.paint(found["outcome"], "bold green" if good else "bold red")
        + f" after {clock_text(found['duration_s'])} ({found['reason']})",
        f"  peak      {_peaks(peak)}",
        f"  exposure  hand A(8) {exposure['hand_a8_m_s2']:.2f} m/s², "
        f"{exposure['hand_points']:.1f} points of 100 a day; skin CEM43 {exposure['cem43_min']:.3f} min",
        f"  device    {found['device']['ticks']} ticks, {found['device']['underruns']} underruns",
        f"  took      {found['wall_s']:.2f} s, {speed:.0f} x real time",
    ]
    out += [
        f"  {terminal.paint('limited', 'yellow')}   {each['channel']} at {clock_text(each['t_s'])}: "
        f"{each['asked']:.3g} asked, {each['allowed']:.3g} allowed ({each['rule']})"
        for each in found["limited"]
    ]
    for each in found["faults"]:
        zero = each["outputs_zero_after_ms"]
        after = "outputs never at zero" if zero is None else f"outputs at zero after {zero} ms"
        out.append(
            f"  {terminal.paint('fault', 'bold red')}     {each['code']} at {each['t_s']:.2f} s, {after}"
        )
    return out


def _peaks(peak: dict[str, Any]) -> str:
    parts = [f"{name} {100 * peak[name]:.0f} %" for name in ("vibration", "percussion") if peak[name]]
    parts += [
        f"{word} {peak[name]:.1f} °C" for name, word in (("pad_c", "pad"), ("skin_c", "skin")) if peak[name]
    ]
    return ", ".join([*parts, f"current {peak['current_a']:.2f} A"])
