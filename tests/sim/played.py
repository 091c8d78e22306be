"""What the real device drives in a program: its duties tick by tick, for tests of the plant alone."""

from functools import cache

from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from sim.lockstep import Run

TICK_MS = 10
PROGRAMS = (  # three of the library, on three rigs
    ("evening-shoulders", "heated-head"),
    ("upper-back-percussion", "percussion-massager"),
    ("desk-break-neck", "vibration-pad"),
)


@cache
def duties(program, profile_id, seconds):
    """One tuple of duties a tick, from the moment at which playing begins."""
    profile = load_profile(profile_id)
    compiled = compile_program(load_program(program), profile)
    assert compiled.timeline is not None, (program, profile_id)
    run = Run(compiled.timeline, profile, seed=1, record=True)
    while run.t_ms < seconds * 1000:
        run.tick()
    board, now = run.device.board, [0] * len(profile.outputs)
    start_ms = run.device.start_ms
    changes, at = board.changes, 0
    rows = []
    for t_ms in range(start_ms, start_ms + seconds * 1000, TICK_MS):
        while at < len(changes) and changes[at][0] <= t_ms:
            now[changes[at][1]] = changes[at][2]
            at += 1
        rows.append(tuple(now))
    return rows
