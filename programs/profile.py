"""Profiles by id or path: found, read, validated, checked for physics that cannot be.

The models are in :mod:`programs.hardware`; they are part of this module's public names.

Rules kept here: the same strictness, bounds and kind of sentences as for programs; a channel has
one output; each head has its own table of physics and only that; a motor that the first step of
its calibration cannot start is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from programs.diagnostics import Diagnostic, Where
from programs.errors import Rejected
from programs.findings import findings
from programs.hardware import Erm, Heater, Limits, Motor, Output, PercussionHead, Profile, Supply
from programs.limits import HEAT_FLOOR_C
from programs.physics import unlikely_parts
from programs.positions import placed
from programs.reading import parse, printable, read_text, reject

__all__ = [
    "Erm", "Heater", "Limits", "Motor", "Output", "PercussionHead", "Profile", "Supply",
    "impossibilities", "load_profile", "parse_profile", "profile_ids",
]  # fmt: skip

PROFILES = Path(__file__).parent / "profiles"
PHYSICS = {"vibrating": "erm", "percussive": "percussion", "heater": "heater"}  # head -> its table
LOWEST_LIMIT = 0.01  # of full scale; below it a rig plays nothing
MAINS_CELL_V = (2.5, 4.35)  # V per cell of any lithium chemistry, charged or not


def profile_ids() -> tuple[str, ...]:
    """Ids of the built-in profiles.

    >>> profile_ids()
    ('heated-head', 'percussion-massager', 'vibration-pad')
    """
    return tuple(sorted(path.stem for path in PROFILES.glob("*.toml")))


def load_profile(ref: str | Path, user_dir: Path | None = None) -> Profile:
    """A valid profile by built-in id, id in ``user_dir``, or path. Raises :class:`Rejected`.

    >>> load_profile("heated-head").head("vibration")
    'vibrating'
    """
    path = _find(ref, user_dir)
    return parse_profile(read_text(path, "profile"), str(path))


def parse_profile(text: str, file: str = "<text>") -> Profile:
    """A valid profile from TOML or JSON text. Raises :class:`Rejected`."""
    data = parse(text, file)
    try:
        profile = Profile.model_validate(data)
        found = list(impossibilities(profile))
    except ValidationError as exc:
        found = findings(exc, Profile, data, _no_advice)
    if found:
        raise Rejected(placed(found, text, file))
    return profile


def _no_advice(where: Where, value: Any) -> str:
    return ""


def _find(ref: str | Path, user_dir: Path | None) -> Path:
    if isinstance(ref, Path) or "/" in ref or "\\" in ref or ref.endswith((".toml", ".json")):
        return Path(ref)
    if ref in profile_ids():
        return PROFILES / f"{ref}.toml"
    if user_dir is not None:
        mine = [path for path in _in_folder(user_dir) if path.stem == ref]
        if mine:
            return mine[0]
    close = get_close_matches(ref[:80], profile_ids(), n=1, cutoff=0.5)
    hint = (
        f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(profile_ids())}; or give a path."
    )
    return reject("D101", f"There is no profile '{printable(ref, 80)}'.", "", hint)


def _in_folder(folder: Path) -> list[Path]:
    """The profiles of a folder; none when it cannot be read."""
    try:
        return [path for path in sorted(folder.iterdir()) if path.suffix == ".toml"]
    except OSError:
        return []


def impossibilities(profile: Profile) -> Iterator[Diagnostic]:
    """What cannot be in a rig, although each value by itself could."""
    yield from _check_channels(profile)
    yield from _check_supply(profile)
    for index, output in enumerate(profile.outputs):
        where: Where = ("output", index)
        yield from _check_head(output, where)
        yield from _check_drive(output, where, profile.supply.volts)
        yield from unlikely_parts(output, where, profile.supply, profile.limits)


def _error(code: str, message: str, where: Where, hint: str = "") -> Diagnostic:
    return Diagnostic("error", code, message, where, "the profile format", hint)


def _check_channels(profile: Profile) -> Iterator[Diagnostic]:
    names: set[str] = set()
    taken: set[str] = set()
    for index, output in enumerate(profile.outputs):
        if output.name in names:
            yield _error(
                "D133", f"Two outputs are called '{output.name}'.", ("output", index, "name"), "Rename one."
            )
        names.add(output.name)
        for place, channel in enumerate(output.channels):
            if channel in taken:
                say = f"Channel {channel} has two outputs; it can have one."
                yield _error("D133", say, ("output", index, "channels", place), "Take it out of one of them.")
            taken.add(channel)
            yield from _check_limit(profile, channel)


def _check_limit(profile: Profile, channel: str) -> Iterator[Diagnostic]:
    """A channel that is there can be used: not at a level of nothing, not cooler than skin."""
    key, low = ("heat_c", HEAT_FLOOR_C) if channel == "heat" else (channel, LOWEST_LIMIT)
    limit = profile.limit(channel)
    if not limit > 0:
        say = f"The rig has {channel}, but its limit for it is 0."
        yield _error("D121", say, ("limits",), f"Add {key} = ... under [limits].")
    elif not limit >= low:
        say = f"The limit for {channel} is {limit:g}; it must be at least {low:g}."
        yield _error("D140", say, ("limits", key), "Raise it, or leave out the output.")


def _check_supply(profile: Profile) -> Iterator[Diagnostic]:
    cells, volts = profile.supply.cells, profile.supply.volts
    low, high = MAINS_CELL_V
    if cells and not low <= volts / cells <= high:
        say = f"{volts:g} V from {cells} cells is {volts / cells:.2f} V each; it must be {low:g} to {high:g}."
        yield _error(
            "D140", say, ("supply", "volts"), "Correct volts or cells; cells = 0 is a mains adapter."
        )
    if profile.supply.capacity_ah is not None and not cells:
        say = f"capacity_ah is {profile.supply.capacity_ah:g}, but cells is 0: a mains adapter has none."
        yield _error("D140", say, ("supply", "capacity_ah"), "Write cells, or take capacity_ah out.")


def _check_head(output: Output, where: Where) -> Iterator[Diagnostic]:
    heats = output.head == "heater"
    if heats != (output.channels == ("heat",)):
        say = f"Head '{output.head}' cannot play {', '.join(output.channels)}."
        yield _error("D136", say, (*where, "channels"), "A heater plays heat alone; motors never do.")
    for head, table in PHYSICS.items():
        given = getattr(output, table) is not None
        if given and head != output.head:
            say = f"Head '{output.head}' has a table [output.{table}]."
            yield _error("D140", say, (*where, table), f"It needs [output.{PHYSICS[output.head]}] instead.")
        if not given and head == output.head:
            say = f"Output '{output.name}' is {output.head}, but has no table [output.{table}]."
            yield _error("D121", say, where, f"Add [output.{table}] with its physics.")


def _check_drive(output: Output, where: Where, volts: float) -> Iterator[Diagnostic]:
    start, full = output.start_duty, output.max_duty
    if not start < full:
        say = f"start_duty is {start:g}; it must be below max_duty ({full:g})."
        yield _error("D140", say, (*where, "start_duty"))
    motor = output.motor
    if motor is None:
        if start > 0:
            say = f"start_duty is {start:g}; a heater starts at 0, its power is what the device counts."
            yield _error("D140", say, (*where, "start_duty"), "Write 0.0.")
        for key in ("driver", "driver_resistance_ohm", "pwm_hz"):
            if getattr(output, key) is not None:
                say = f"{key} is {getattr(output, key)}; only a motor's output has it."
                yield _error("D140", say, (*where, key), "Take it out.")
        return
    table = PHYSICS[output.head]
    if not motor.lowest_running_voltage_v < motor.start_voltage_v:
        low = motor.lowest_running_voltage_v
        say = f"start_voltage_v is {motor.start_voltage_v:g}; friction alone needs {low:.2f} V to turn."
        yield _error("D140", say, (*where, table, "start_voltage_v"), "Raise it, or lower coulomb_nm.")
    if not start * volts >= motor.start_voltage_v:
        say = f"start_duty gives {start * volts:.2f} V, but the motor starts at {motor.start_voltage_v:g} V."
        hint = f"Write at least {motor.start_voltage_v / volts:.2f}."
        yield _error("D140", say, (*where, "start_duty"), hint)
