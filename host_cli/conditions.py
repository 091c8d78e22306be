"""The person and the room of a simulation on the command line: options, and how they are typed again.

What each may be stands in :mod:`sim.person`, which checks it once more; here it is said sooner.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from host_cli.numbers import decimal
from host_cli.work import default_profile

if TYPE_CHECKING:
    from collections.abc import Callable

# option: (field of the person, least, most, unit, what it is)
PERSON = {
    "--press": ("pressing_force_n", 0, 1000, "N", "How hard the head is pressed on; 15 when not given."),
    "--skin": ("skin_c", 5, 43, "C", "Temperature of the skin at the start; at rest when not given."),
    "--perfusion": ("perfusion_factor", 0, 20, "X", "Blood flow in the skin, times the usual."),
    "--contact": ("contact", 0, 1, "X", "Share of the pad's face that touches the skin; 1 when not given."),
    "--room": ("ambient_c", -20, 50, "C", "Temperature of the room; 23 when not given."),
}  # fmt: skip


def person_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of ``PERSON``, under the names of their fields."""
    for option, (field, least, most, unit, says) in reversed(PERSON.items()):
        command = click.option(option, field, type=decimal(least, most), metavar=unit, help=says)(command)
    return command


def typed(
    program: str, profile_id: str, faults: tuple[str, ...], person: dict[str, float], charge: float | None
) -> str:
    """The command as it could be typed again, without its seed."""
    words = ["thrum", "simulate", shlex.quote(program)]
    if profile_id != default_profile():
        words += ["--profile", shlex.quote(profile_id)]
    for each in faults:
        words += ["--fault", shlex.quote(each)]
    for option, (field, *_) in PERSON.items():
        if field in person:
            words += [option, repr(person[field])]
    return " ".join(words + (["--charge", repr(charge)] if charge is not None else []))
