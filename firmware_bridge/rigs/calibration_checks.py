"""Calibrations: what was measured of a rig's parts stays within what the profile allows.

Raising one would raise every cap with it, because the profile's limits are what people felt.
"""

from __future__ import annotations

from collections.abc import Iterator

from firmware_bridge.rigs.document import Calibration, Rig
from firmware_bridge.rigs.findings import error
from programs.diagnostics import Diagnostic, Where
from programs.phrasing import did_you_mean
from programs.profile import Output, Profile
from programs.strict import shown

START_MORE = 0.05  # of full duty: what a stiffer motor than the profile's may need to start (E)


def check_calibrations(rig: Rig, profile: Profile) -> Iterator[Diagnostic]:
    """Each names an output of the profile, once, and lies within it."""
    seen: set[str] = set()
    names = [output.name for output in profile.outputs]
    for index, each in enumerate(rig.calibrations):
        where: Where = ("calibration", index)
        output = next((found for found in profile.outputs if found.name == each.output), None)
        if output is None:
            hint = did_you_mean(each.output, names) or f"It has: {', '.join(names)}."
            say = f"The profile {profile.id} has no output {shown(each.output)}."
            yield error("G150", say, (*where, "output"), hint)
        elif each.output in seen:
            say = f"'{each.output}' is calibrated twice."
            yield error("G150", say, (*where, "output"), "Keep the one measured last.")
        if output is not None:
            yield from check_calibration(each, output, where)
        seen.add(each.output)


def check_calibration(found: Calibration, output: Output, where: Where = ()) -> Iterator[Diagnostic]:
    """What was measured stays within what the profile allows on its output."""
    if not found.max_duty <= output.max_duty:
        say = f"max_duty is {found.max_duty:g}; the profile allows {output.max_duty:g} on '{output.name}'."
        yield error("G151", say, (*where, "max_duty"), "A calibration may lower it, never raise it.")
    if not found.start_duty < found.max_duty:
        say = f"start_duty is {found.start_duty:g}; it must be below max_duty ({found.max_duty:g})."
        yield error("G151", say, (*where, "start_duty"))
    else:
        yield from _check_start(found, output, (*where, "start_duty"))


def most_start_duty(output: Output) -> float:
    """What a rig's calibration may say at most."""
    return output.start_duty + START_MORE


def _check_start(found: Calibration, output: Output, where: Where) -> Iterator[Diagnostic]:
    """The duty at every level lies on the line from start to full: both ends are bounded."""
    if output.heater is not None:
        if found.start_duty != 0:
            say = f"start_duty is {found.start_duty:g}; a heater's power begins at 0."
            yield error("G151", say, where, "Write start_duty = 0.")
    elif not found.start_duty <= most_start_duty(output) + 1e-9:
        most = most_start_duty(output)
        say = f"start_duty is {found.start_duty:g}; '{output.name}' may start at {most:g} at most."
        hint = f"The profile says {output.start_duty:g}; more would strengthen every level. "
        yield error("G151", say, where, hint + "Look at motor and supply, or write a profile of your own.")
