"""Everything that ``thrum doctor`` looks at, in the order in which one would mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.checkup.access import access
from host_cli.checkup.cables import cables
from host_cli.checkup.device import device
from host_cli.checkup.pi import raspberry
from host_cli.checkup.software import software
from host_cli.checkup.storage import storage

if TYPE_CHECKING:
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine


def examine(machine: Machine, port: str | None = None) -> list[Finding]:
    """All findings; the device's only when its port was named."""
    found = list(software(machine))
    if machine.linux:  # elsewhere ports have neither groups nor udev
        found += access(machine)
        found += raspberry(machine)
    found += cables(machine)
    found += storage(machine)
    if port is not None:
        found += _device(port)
    return found


def _device(port: str) -> list[Finding]:
    """``sim`` is started for it, and ended."""
    if port != "sim":
        return list(device(port))
    from firmware_bridge.spawn import spawn_sim
    from host_cli.work import DEFAULT_PROFILE

    with spawn_sim(DEFAULT_PROFILE) as simulated:
        return list(device(simulated.address, port))
