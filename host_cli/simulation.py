"""A program on the simulated rig: run it with a progress bar, and make curves of its trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from host_cli.clock import Pacing, monotonic_s
from host_cli.curves import Curves, Lane, nice_top
from host_cli.exits import STOPPED, Quit
from host_cli.progress import Progress
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.curves import Value
    from host_cli.terminal import Terminal
    from host_cli.work import Ready
    from programs.timeline import Timeline
    from sim.campaign import Setup
    from sim.lockstep import Run
    from sim.result import SimResult

PORT = "sim"
EVERY = 2  # of the 10 ms rows of a trace, one in so many is drawn


def simulate_ready(
    terminal: Terminal, ready: Ready, *, seed: int = 0, faults: Sequence[str] = ()
) -> tuple[SimResult, float]:
    """The result of a plain run, and the seconds it took."""
    from sim.campaign import Setup

    return simulate_setup(terminal, Setup(ready.timeline, ready.profile, tuple(faults)), seed)


def simulate_setup(
    terminal: Terminal, setup: Setup, seed: int, speed: float | None = None
) -> tuple[SimResult, float]:
    """The result of a run, and the seconds it took; ``speed`` holds it to that many times real time.

    Raises Quit (exit 130) when it is stopped on the way: there is no result of half a run.
    """
    begun_s = monotonic_s()
    run = setup.run(seed)
    total_s = setup.timeline.duration_ms / 1000
    with Progress(terminal, "simulating", total_s, plain=speed is not None) as progress:
        try:
            run.play(progress, Pacing(speed) if speed is not None else None)
        except KeyboardInterrupt:
            raise Quit(STOPPED, _stopped(run, total_s)) from None
    return run.result(), monotonic_s() - begun_s


def _stopped(run: Run, total_s: float) -> str:
    """What there is to say of a run that was not let finish."""
    at = f"Stopped at {clock_text(run.t_ms / 1000)} of {clock_text(total_s)}; nothing was written."
    faults = ", ".join(each.code for each in run.watch.faults)
    broken = ", ".join(each.invariant for each in run.invariants.found)
    so_far = f"the device latched {faults}" if faults else "no fault"
    return f"{at} Up to there: {so_far}, {f'broken: {broken}' if broken else 'no invariant broken'}."


def summary(result: SimResult, wall_s: float) -> dict[str, Any]:
    """What ``simulate --json`` prints."""
    found = result.summary()
    if result.injected:
        from host_cli.fault_text import injected

        found["injected"] = injected(result)
    return {**found, "port": PORT, "simulated": True, "wall_s": round(wall_s, 3)}


def curves_of(timeline: Timeline, result: SimResult, every: int = EVERY) -> Curves:
    """The curves of a simulated run: lanes only for channels that the program uses."""
    t_s = result.trace.column("t_s", every)
    lanes = [
        _motor_lane(result, name, every)
        for at, name in enumerate(("vibration", "percussion"))
        if any(segment.levels[at] for segment in timeline.segments)
    ]
    if any(segment.levels[2] for segment in timeline.segments):
        lanes.append(_heat_lane(result, every))
    return Curves(
        title=timeline.title,
        caption=f"{timeline.program_id} on {timeline.profile_id}, SIM (seed {result.seed})",
        duration_s=max(timeline.duration_ms / 1000, t_s[-1] if t_s else 0.0),
        t_s=t_s,
        lanes=tuple(lanes),
        passes=timeline.passes,
        joins=tuple(join for each in timeline.passes for join in each.joins),
    )


def _motor_lane(result: SimResult, name: str, every: int) -> Lane:
    asked, allowed, applied = (
        result.trace.column(f"{name}_{what}", every) for what in ("asked", "allowed", "applied")
    )
    top = nice_top(max([*asked, *allowed, *applied], default=0.0))
    return Lane(name, "", 0.0, top, asked, allowed, applied)


def _heat_lane(result: SimResult, every: int) -> Lane:
    """Temperatures: asked, allowed, and the pad's; where heat is off nothing is drawn as asked."""
    asked, allowed = (_where_on(result.trace.column(f"heat_{what}", every)) for what in ("asked", "allowed"))
    pad = result.trace.column("pad_c", every)
    power = result.trace.column("heat_applied", every)
    known = [each for each in (*asked, *allowed, *pad) if each is not None]
    low, high = min(known, default=30.0), max(known, default=40.0)
    return Lane("heat", "°C", int(low) - 1.0, int(high) + 2.0, asked, allowed, pad, "pad, simulated", power)


def _where_on(values: list[float]) -> list[Value]:
    return [each if each > 0 else None for each in values]
