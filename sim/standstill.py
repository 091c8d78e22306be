"""A motor that is driven and does not turn: found in the trace, after the run.

A head that is pressed too hard stands still, and nothing on a rig sees it: current goes on to warm the
winding. Rules kept here:

1. A level of one row drives the motor in the next one.
2. Nothing is said of a motor while a fault holds or opens it, or while it has no power.
"""

from __future__ import annotations

import math
from operator import and_, not_, or_
from typing import TYPE_CHECKING

from sim.result import MotorUse
from sim.trace import STEP_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from programs.hardware import Output
    from programs.profile import Profile
    from sim.fault_kinds import Fault
    from sim.trace import Trace

STANDS_S = 1.0  # a shaft that stands for less starts late: no stall (E)
BY_A_FAULT = ("motor.", "enable.stuck@", "device.")  # they hold a shaft, or let its power drop


def motor_uses(trace: Trace, profile: Profile, faults: Iterable[Fault] = ()) -> tuple[MotorUse, ...]:
    """How every motor of the rig was used in a run."""
    blind = [
        (each.at_s - trace.first_s, each.at_s + each.duration_s - trace.first_s)
        for each in faults
        if each.text.startswith(BY_A_FAULT)
    ]
    return tuple(_use(trace, output, blind) for output in profile.outputs if output.motor is not None)


def _use(trace: Trace, output: Output, blind: list[tuple[float, float]]) -> MotorUse:
    name = output.name.replace("-", "_")
    driven = _driven(trace, output)
    for begin_s, end_s in blind:
        first = max(0, math.floor(begin_s / STEP_S))
        last = len(driven) if math.isinf(end_s) else min(len(driven), max(0, math.ceil(end_s / STEP_S)))
        driven[first:last] = bytes(max(0, last - first))
    still = bytes(map(and_, driven, map(not_, trace.column(f"{name}_speed_rpm")))) if any(driven) else b""
    winding_c = max((each for each in trace.column(f"{name}_winding_c", 100) if each == each), default=None)
    return MotorUse(
        output.name,
        round(sum(driven) * STEP_S, 2),
        round(sum(still) * STEP_S, 2),
        next((round(trace.first_s + row * STEP_S, 2) for row in _stands(still)), None),
        None if winding_c is None else round(winding_c, 1),
    )


def _driven(trace: Trace, output: Output) -> bytearray:
    """For each row whether a level drove the motor, and there was power for it."""
    rows = len(trace)
    driven = bytearray(rows)
    names = [f"{channel}_applied" for channel in output.channels]
    for name in names:
        if trace.peak(name) > 0.0:
            driven = bytearray(map(or_, driven, map(bool, trace.column(name))))
    driven = (bytearray(1) + driven)[:rows]  # what a row asks for, the next one has
    supply_v = trace.column("supply_v")
    if not min(supply_v, default=1.0) > 0.0:
        driven = bytearray(map(and_, driven, map((0.0).__lt__, supply_v)))
    return driven


def _stands(still: bytes) -> Iterator[int]:
    """The rows at which a standstill of ``STANDS_S`` or more begins."""
    at = still.find(b"\1" * round(STANDS_S / STEP_S))
    if at >= 0:
        yield at
