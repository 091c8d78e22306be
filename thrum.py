"""Thrum as a library, on one page: everything an application needs, and no logic of its own.

Check, compile and simulate:

>>> import thrum
>>> program = thrum.load("desk-break-shoulders")
>>> profile = thrum.load_profile("heated-head")
>>> compiled = thrum.compile(program, profile)
>>> compiled.ok
True
>>> columns = thrum.sample(compiled.timeline, step_s=0.1)
>>> round(float(columns["vibration"].max()), 2)
0.26
>>> result = thrum.simulate(compiled.timeline, profile, seed=1)
>>> result.outcome, result.limited
('completed', ())

Play, on a simulated device in virtual time (``fast``), in real time, or on a port:

>>> with thrum.open("sim", fast=True) as massager:
...     for item in massager.play(program):
...         if isinstance(item, thrum.Event) and item.kind == "stage":
...             massager.too_strong()
...         if isinstance(item, thrum.Event) and item.kind == "strength":
...             print(f"{item.at_s:.1f} s: {item.say}")
...             massager.stop()
0.1 s: strength x0.75, at most 0.75 from now on
>>> massager.outcome
'stopped_by_user'

The device is alive only while the session is iterated; leaving the block means off. ``thrum.records()``
reads what is on record. Below all that: ``Connection`` and ``Session``, without questions and records.
"""

from firmware_bridge.errors import BridgeError, Refused
from firmware_bridge.link import Connection
from firmware_bridge.session import Session
from firmware_bridge.spawn import spawn_sim
from host_cli.guided.events import Event, Sample
from host_cli.guided.prompt import Prompt
from host_cli.massager import Massager
from host_cli.opening import open_massager as open  # noqa: A004
from host_cli.records.arrays import Records, RecordsUnusable
from host_cli.records.arrays import Records as records  # an object that reads them  # noqa: N813
from programs.compiler import Compiled
from programs.compiler import compile_program as compile  # the library's verb  # noqa: A004
from programs.diagnostics import Diagnostic
from programs.document import Program
from programs.errors import ProgramError, Rejected
from programs.load import load_program as load
from programs.load import parse_program as parse
from programs.profile import Profile, load_profile
from programs.sampling import sample
from programs.timeline import Timeline
from sim.lockstep import SimResult, simulate

__all__ = [
    "BridgeError",
    "Compiled",
    "Connection",
    "Diagnostic",
    "Event",
    "Massager",
    "Profile",
    "Program",
    "ProgramError",
    "Prompt",
    "Records",
    "RecordsUnusable",
    "Refused",
    "Rejected",
    "Sample",
    "Session",
    "SimResult",
    "Timeline",
    "compile",
    "load",
    "load_profile",
    "open",
    "parse",
    "records",
    "sample",
    "simulate",
    "spawn_sim",
]
