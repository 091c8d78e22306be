"""A line to a rig for the commands that speak frame by frame: opened, and closed however it is left."""

from __future__ import annotations

import shlex
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from host_cli.exits import USAGE, Quit
from host_cli.work import DEFAULT_PROFILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firmware_bridge.conformance.line import PortLine
    from host_cli.rig_choice import Target


def named_target(rig: str | None, port: str | None) -> Target:
    """The device that RIG and ``--port`` mean; without both the default rig, without that ``sim``.

    Raises Rejected for a rig with errors, Quit for one that says no port.
    """
    from firmware_bridge.rigs.load import load_rig
    from host_cli.rig_choice import Target, target_of, user_rigs

    if rig is None:
        return target_of(port)
    loaded = load_rig(rig, user_rigs())
    if not (port or loaded.address):
        say = f"The rig '{loaded.id}' does not say its port, and no --port was given."
        raise Quit(USAGE, say, f'write port = "..." into {loaded.file}; thrum ports lists what there is')
    over = f" --port {shlex.quote(port)}" if port else ""
    return Target(port or loaded.address, loaded, f" {shlex.quote(rig)}{over}")


@contextmanager
def opened(target: Target) -> Iterator[PortLine]:
    """The line to the device that is meant; a simulated one lives as long as this."""
    from firmware_bridge.conformance.line import PortLine
    from firmware_bridge.spawn import spawn_sim
    from firmware_bridge.transport import open_port

    with ExitStack() as stack:
        address = target.address
        if target.simulated:
            address = stack.enter_context(spawn_sim(DEFAULT_PROFILE)).address
        line = PortLine(open_port(address))
        stack.callback(line.close)
        yield line
