"""``thrum exposure``: what a trace, or a record from a rig, exposed hand and skin to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from host_cli.work import json_option, profile_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from programs.profile import Profile
    from sim.tally import Exposed


@click.command("exposure")
@click.argument("file", type=click.Path(path_type=Path), metavar="F.csv")
@profile_option
@json_option
@click.pass_obj
def exposure_command(terminal: Terminal, file: Path, profile_id: str, as_json: bool) -> None:
    """Say what F.csv exposed hand and skin to: A(8), points, CEM43, energy.

    F.csv is a trace of 'thrum simulate --trace', or any CSV file with a column t_s in seconds and some
    of *_applied, *_speed_rpm, pad_c, skin_c, current_a, supply_v. --profile says what rig it is from.
    """
    from host_cli.progress import Progress
    from host_cli.terminal import say_json
    from host_cli.work import open_profile
    from sim.recorded import exposure_of_file

    profile = open_profile(profile_id)
    with Progress(terminal, "reading", 0.0) as progress:
        found = exposure_of_file(file, profile, progress)
    if as_json:
        say_json(_as_json(file, profile, found))
    else:
        _tell(terminal, file, profile, found)


def _as_json(file: Path, profile: Profile, found: Exposed) -> dict[str, Any]:
    from sim.result import significant

    figures = {name: getattr(found, name) for name in found.__slots__ if name != "notes"}
    rounded = {
        name: significant(value) if isinstance(value, float) else value for name, value in figures.items()
    }
    return {"file": str(file), "profile": profile.id, **rounded, "notes": list(found.notes)}


def _tell(terminal: Terminal, file: Path, profile: Profile, found: Exposed) -> None:
    from host_cli.terminal import clean, clock_text

    rows = f"{found.rows} row{'s' if found.rows != 1 else ''}"
    head = f"{clean(str(file))} on {profile.id}: {clock_text(found.duration_s)} in {rows}"
    for line in terminal.wrap(head, "", "  "):
        terminal.say(line)
    for name, text, alarm in lines(found):
        first, *others = terminal.wrap(text, f"  {name:<8}")
        colour = "bold red" if alarm else ""
        for line in (first.replace(name, terminal.paint(name, colour), 1), *others):
            terminal.say(line)
    for note in found.notes:
        for line in terminal.wrap(note, f"  {'note':<8}"):
            terminal.say(line)
    terminal.next("thrum simulate PROGRAM --trace trace.csv --report report.html")


def lines(found: Exposed) -> list[tuple[str, str, bool]]:
    """Name, sentence, and whether it is beyond a limit."""
    return [_hand(found), _heat("pad", found.cem43_min, found.pad_c),
            _heat("skin", found.cem43_skin_min, found.skin_c), _energy(found)]  # fmt: skip


def _hand(found: Exposed) -> tuple[str, str, bool]:
    from sim.exposure import STOP_POINTS, WARN_POINTS

    if found.hand_points is None or found.hand_points_most is None:
        return "hand", "not known", False
    points, most = found.hand_points, found.hand_points_most
    by_speed = f"{points:.1f} points by its speed, at most {most:.1f}"
    told = by_speed if points < most else f"at most {most:.1f} points"
    text = f"A(8) {found.hand_a8_m_s2:.2f} m/s², {told}; "
    limits = f"a day's limits are {WARN_POINTS:g} (warning) and {STOP_POINTS:g} (stop)"
    if most >= STOP_POINTS:
        return "hand", f"{text}{limits}: that is a whole day's, put the massager down", True
    if most >= WARN_POINTS:
        return "hand", f"{text}{limits}: leave it at this today", True
    if points <= 0:
        return "hand", f"{text}{limits}", False
    many = int(WARN_POINTS / max(most, 0.1))
    return "hand", f"{text}{limits}: {_times(many)} a day below the warning", False


def _times(many: int) -> str:
    """How often it may be had, by the upper bound."""
    return "over a hundred of these" if many > 100 else f"{many} of these" if many > 1 else "one of these"


def _heat(name: str, dose_min: float | None, top_c: float | None) -> tuple[str, str, bool]:
    from sim.exposure import CEM43_MOST_MIN

    if dose_min is None:
        return name, "CEM43 not known", False
    if top_c is None:
        return name, "no heater", False
    text = f"CEM43 {dose_min:.6g} min of at most {CEM43_MOST_MIN:g}; {top_c:.1f} °C at the most"
    return name, text, dose_min >= CEM43_MOST_MIN


def _energy(found: Exposed) -> tuple[str, str, bool]:
    if found.energy_wh is None:
        return "energy", "not known", False
    text = f"{found.energy_wh:.2f} Wh ({found.energy_wh * 3600:.0f} J) from the supply"
    if found.heater_wh:
        text += f", {found.heater_wh:.2f} Wh of it to the heater, by its duty"
    return "energy", text, False
