"""Thrum as a library, on one page: everything an application needs, and no logic of its own.

>>> import thrum
>>> program = thrum.load("evening-shoulders")
>>> profile = thrum.load_profile("heated-head")
>>> compiled = thrum.compile(program, profile)
>>> compiled.ok
True
>>> result = thrum.simulate(compiled.timeline, profile, seed=1)
>>> result.outcome, result.limited
('completed', ())

A device is opened with ``with thrum.Connection.open("/dev/ttyACM0") as massager:``; leaving the
block means off. ``thrum.spawn_sim`` starts a simulated one behind a port of its own.
"""

from firmware_bridge.errors import BridgeError
from firmware_bridge.link import Connection
from firmware_bridge.session import Session
from firmware_bridge.spawn import spawn_sim
from programs.compiler import Compiled
from programs.compiler import compile_program as compile  # the library's verb  # noqa: A004
from programs.diagnostics import Diagnostic
from programs.document import Program
from programs.errors import ProgramError, Rejected
from programs.load import load_program as load
from programs.load import parse_program as parse
from programs.profile import Profile, load_profile
from programs.timeline import Timeline
from sim.lockstep import SimResult, simulate

__all__ = [
    "BridgeError",
    "Compiled",
    "Connection",
    "Diagnostic",
    "Profile",
    "Program",
    "ProgramError",
    "Rejected",
    "Session",
    "SimResult",
    "Timeline",
    "compile",
    "load",
    "load_profile",
    "parse",
    "simulate",
    "spawn_sim",
]
