"""However commissioning is left, the device is stopped first, and asked whether it is at zero."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from firmware_bridge.errors import BridgeError, LinkLost
from firmware_bridge.protocol import messages as m
from host_cli.exits import FAILED, STOPPED, Quit
from host_cli.signals import heard

if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware_bridge.conformance.host import Host
    from host_cli.commissioning.desk import Desk

AGAIN_MS = 20  # a stop is repeated until STATUS echoes it (design)
HALT_MS = 1500  # as long as a program's own stop is waited for
UNSURE = (
    "the device did not confirm that its outputs are at zero. It stops by itself within 1.3 s; take the "
    "supply off if anything moves."
)


def halt(host: Host) -> bool:
    """STOP until the device says that every output is at zero; False: it did not within 1.5 s."""
    host.source = None
    until_ms = host.line.now_ms() + HALT_MS
    try:
        data = host.command(m.STOP)
        while host.line.now_ms() < until_ms:
            host.send(data)
            if any(seen.status.cmd == host.cmd and seen.status.at_rest for seen in host.run(AGAIN_MS)):
                return True
    except BridgeError:  # nobody is there any more: it falls silent for the device
        return False
    return False


@contextmanager
def stopped_first(desk: Desk, step: Callable[[], int]) -> Iterator[None]:
    """Ctrl-C, a signal or the end of the input becomes a sentence (exit 130); any error stays what it is.

    ``step``: the number of the step that the next time begins with.
    """
    try:
        yield
    except (KeyboardInterrupt, click.Abort, EOFError):
        _stopped(desk, step())
    except BaseException as error:
        if not _halted(desk):
            desk.terminal.say(f"  T{UNSURE[1:]}", err=True)
        if isinstance(error, LinkLost):  # the one error that needs nothing mended but a cable
            raise Quit(FAILED, error.sentence, desk.goes_on(step())) from error
        raise


def _halted(desk: Desk) -> bool:
    with heard(lambda _signal, _frame: None):  # a second Ctrl-C must not cut the stop short
        return halt(desk.host)


def _stopped(desk: Desk, step: int) -> NoReturn:
    told = "outputs at zero (confirmed)." if _halted(desk) else UNSURE
    raise Quit(STOPPED, f"Stopped; {told}", desk.goes_on(step)) from None
