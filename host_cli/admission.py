"""Whether an open device may play a program, and the run that then plays it: what ``thrum run`` and the
library have in common.

Rules kept here: nothing is asked of a device with a latched fault, of a REAL one that nobody took into
service, or of motors that must rest first; a refusal is a sentence, and comes before anything starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from host_cli.exits import REFUSED, Quit
from host_cli.guided.conductor import Player
from host_cli.prepared import compiled_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware_bridge.session import Session, Welcome
    from host_cli.guided.run import Run
    from host_cli.prepared import Prepared
    from programs.played import Played
    from programs.timeline import Timeline

BENCH_LIMITS = "at most 10 %, in pulses of 2 s, and 32 C"
BUCKET_FULL_S = 900  # seconds of motor time that a rested device grants


class Opened(Player, Protocol):
    """A device that has answered HELLO."""

    @property
    def welcome(self) -> Welcome: ...
    def wait_for(self, wanted: Callable[[Session], bool], timeout_s: float) -> bool: ...


def refuse_latched(device: Opened, address: str) -> None:
    """A device with a latched fault starts nothing: say which, and what to do. Raises Quit (exit 5)."""
    from host_cli.latched import DRY, RESET_IT, latched

    found = latched(device)
    if found is not None:
        say = f"{device.welcome.label}: {found.sentence} {found.remedy}"
        raise Quit(REFUSED, say, f"thrum rig clear-fault --port {address}")
    status = device.view().status
    if status is not None and status.dry:
        raise Quit(REFUSED, DRY, RESET_IT)


def refuse_bench(welcome: Welcome, address: str) -> None:
    """A REAL rig that nobody has taken into service massages nobody. Raises Quit (exit 5)."""
    if welcome.commissioned or welcome.simulated:
        return
    say = f"{address} is REAL and not commissioned, or changed since: it keeps to bench limits"
    raise Quit(REFUSED, f"{say} ({BENCH_LIMITS}).", f"thrum rig commission --port {address}")


def refuse_warm(welcome: Welcome, prepared: Prepared) -> None:
    """Motors that may run for less than the program needs must rest first. Raises Quit (exit 5)."""
    from programs.compiler import compile_program

    if welcome.bucket_s >= BUCKET_FULL_S:
        return
    program, profile = prepared.ready.loaded.program, prepared.ready.profile
    compiled = compile_program(program, profile, bucket_s=welcome.bucket_s, **prepared.how)  # type: ignore[arg-type]
    if compiled.timeline is None:
        say = f"The motors have {welcome.bucket_s} s left before they must rest, and this program needs more."
        raise Quit(REFUSED, say, f"let the device rest for {compiled.bucket_wait_s} s, then the same command")


def begin_run(
    device: Opened, address: str, prepared: Prepared, by: str, *, gain: float = 1.0, alone: bool = False
) -> Run:
    """Have the device load the program and start; the run that is to be stepped from now on.

    ``by`` answered the questions before the first stroke; ``alone``: nobody can answer those that come.
    """
    from host_cli.guided.places import striking
    from host_cli.guided.run import Run

    ready = prepared.ready

    def go_on(from_ms: int, played: Played) -> Timeline:
        """What is left of the program from ``from_ms`` on, as it may be played now."""
        status = device.view().status
        bucket_s = status.bucket_s if status is not None else 0
        strength = prepared.how["strength"]
        return compiled_for(ready, strength=strength, resume_at_ms=from_ms, bucket_s=bucket_s, played=played)

    channels = striking(ready.profile)
    run = Run(device, ready.timeline, go_on, striking=channels, gain=gain, alone=alone)
    run.opened(device.welcome, address, by)
    run.begin(prepared.timeline, ready.profile.hash)
    return run
