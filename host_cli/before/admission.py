"""Whether a device that answered may start: it has no latched fault, it was taken into service, its motors
are rested, and somebody answered for the one under it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware_bridge.session.outcome import of_fault
from host_cli.before.person import LOOKS_PER_S, prepare_person
from host_cli.clock import Pace
from host_cli.exits import FAILED, REFUSED, Quit
from host_cli.keys import NoKeys, TerminalKeys
from host_cli.latched import DRY, RESET_IT, latched
from programs.compiler import compile_program

if TYPE_CHECKING:
    from firmware_bridge.link import Connection
    from firmware_bridge.session import Welcome
    from host_cli.before.options import Options
    from host_cli.before.person import Before
    from host_cli.beginning import Opened
    from host_cli.prepared import Prepared
    from host_cli.terminal import Terminal

BENCH_LIMITS = "at most 10 %, in pulses of 2 s, and 32 C"
BUCKET_FULL_S = 900  # seconds of motor time that a rested device grants


def refuse_warm(prepared: Prepared, bucket_s: int) -> None:
    """Motors that may run for less than the program needs must rest first; said before anybody is asked."""
    if bucket_s >= BUCKET_FULL_S:
        return
    ready = prepared.ready
    compiled = compile_program(ready.loaded.program, ready.profile, bucket_s=bucket_s, **prepared.how)  # type: ignore[arg-type]
    if compiled.timeline is None:
        say = f"The motors have {bucket_s} s left before they must rest, and this program needs more."
        raise Quit(REFUSED, say, f"let the device rest for {compiled.bucket_wait_s} s, then the same command")


def refuse_latched(connection: Opened, address: str) -> None:
    """A device with a latched fault starts nothing: say which, and what to do."""
    found = latched(connection)
    if found is not None:
        say = f"{connection.welcome.label}: {found.sentence} {found.remedy}"
        raise Quit(REFUSED, say, f"thrum rig clear-fault --port {address}")
    status = connection.view().status
    if status is not None and status.dry:
        raise Quit(REFUSED, DRY, RESET_IT)


def refuse_bench(welcome: Welcome, address: str) -> None:
    """A REAL rig that nobody has taken into service massages nobody."""
    if welcome.commissioned or welcome.simulated:
        return
    say = f"{address} is REAL and not commissioned, or changed since: it keeps to bench limits"
    raise Quit(REFUSED, f"{say} ({BENCH_LIMITS}).", f"thrum rig commission --port {address}")


def admit(
    terminal: Terminal, connection: Connection, prepared: Prepared, address: str, options: Options
) -> Before:
    """Say what it is; REAL needs somebody who answers for the one under the device."""
    welcome, pace = connection.welcome, Pace(1 / LOOKS_PER_S)

    def wait() -> None:
        """The device's stop, and a device that is gone, end the questions as well."""
        pace.wait()
        refuse_latched(connection, address)
        moment = connection.view()
        if moment.phase == "ended":
            raise Quit(FAILED, f"{welcome.label}: {moment.reason} Nothing was started.")

    terminal.say(f"{welcome.label}: {welcome.board} {welcome.firmware} at {address}, rig {welcome.rig_id}.")
    if welcome.last_fault:
        terminal.say(f"Its last fault: {of_fault(welcome.last_fault)[1]}.")
    refuse_bench(welcome, address)
    if not welcome.commissioned:
        terminal.say(f"It is not commissioned and keeps to its bench limits: {BENCH_LIMITS}.")
    keyboard = TerminalKeys if terminal.interactive else NoKeys
    return prepare_person(terminal, prepared, welcome.label, options, keyboard, wait)
