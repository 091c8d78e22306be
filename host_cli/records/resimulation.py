"""The simulation of a record: its program, on its profile, with its seed and from its first stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from host_cli.exits import USAGE, Quit
from host_cli.records.comparison import COLUMNS, Course

if TYPE_CHECKING:
    from host_cli.records.record import Record
    from host_cli.terminal import Terminal
    from programs.timeline import Timeline
    from sim.result import SimResult


def simulated(terminal: Terminal, record: Record) -> Course:
    """What the simulated rig plays of it. Raises Rejected where this version refuses program or profile."""
    from host_cli.simulation import simulate_setup
    from sim.campaign import Setup

    timeline = _timeline(record)
    result, _ = simulate_setup(terminal, Setup(timeline, record.profile), record.session.seed or 0)
    return _course(timeline, result)


def _timeline(record: Record) -> Timeline:
    from host_cli.work import errors_only
    from programs.compiler import compile_program
    from programs.errors import Rejected
    from programs.load import parse_program, place

    own = record.session
    if not record.program_text:
        raise Quit(USAGE, f"The program of session {own.id} is missing in its record.", "thrum log verify")
    loaded = parse_program(record.program_text, f"the program of session {own.id}")
    from_stage = None if own.from_stage is None else own.from_stage - 1
    compiled = compile_program(loaded, record.profile, strength=own.strength, from_stage=from_stage)
    if compiled.timeline is None:
        raise Rejected(errors_only(place(compiled.diagnostics, loaded)))
    return compiled.timeline


def _course(timeline: Timeline, result: SimResult) -> Course:
    trace = result.trace
    into_ms = np.maximum(np.array(trace.column("playhead_ms")) - timeline.put_in_ms, 0)
    at_s = (into_ms + timeline.origin_ms) / 1000
    columns = {name: np.array(trace.column(name)) for name in COLUMNS}
    return Course(at_s, columns, np.ones(len(at_s)), 0.0)
