"""A fault that a device has latched, for a person: which, since when, what it means, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firmware_bridge.protocol import states as s
from firmware_bridge.session.outcome import of_fault
from host_cli.exits import REFUSED, Quit

if TYPE_CHECKING:
    from firmware_bridge.conformance.host import Host
    from host_cli.beginning import Opened

STATUS_S = 1.0  # STATUS comes ten times a second
STATUS_MS = 1000
TICKS_PER_S = 100  # the device's control step is 10 ms
MINUTE_S = 60

# What to do before it is cleared.
REMEDIES = {
    s.F_LINK_LOST: "Check the cable; the program or the computer may have stood still.",
    s.F_UNDERRUN: "Check the cable, and that the computer is not busy with something else.",
    s.F_ESTOP: "Make sure that nobody is hurt and that the device may move again.",
    s.F_STOP_INPUT: "Release the stop, or mend its wire.",
    s.F_CURRENT_AT_ZERO: "A switch in the device may be shorted: do not use it before it is repaired.",
    s.F_HEAT_AFTER_OFF: "A switch in the device may be shorted: do not use it before it is repaired.",
    s.F_SUPPLY_LOW: "Charge or change the battery.",
    s.F_OVER_TEMPERATURE: "Let it cool off the skin, and find out why it got so hot.",
    s.F_TICK_LATE: "Unplug it and plug it in again; if it comes back, do not use the device.",
    s.F_OUTPUT_CHECK: "Unplug it and plug it in again; if it comes back, do not use the device.",
    s.F_INTERNAL: "Install its firmware bundle again.",
}
DRY = "The device is DRY since a verification: it holds ENABLE off, and nothing moves, until it is reset."
RESET_IT = "unplug it and plug it in again, then the same command"
LOOK_AT_THE_SENSOR = "Check the pad's temperature sensor: its wire, and that it sits firmly on the pad."


@dataclass(frozen=True)
class Latched:
    """``since_s`` is None where the device cannot say, after a reset."""

    fault: int
    since_s: float | None

    @property
    def sentence(self) -> str:
        return f"The device has latched a fault{self._since}: {of_fault(self.fault)[1]}."

    @property
    def _since(self) -> str:
        if self.since_s is None:
            return ""
        ago = f"{self.since_s:.0f} s" if self.since_s < MINUTE_S else f"{self.since_s / MINUTE_S:.0f} min"
        return f" {ago} ago"

    @property
    def remedy(self) -> str:
        return REMEDIES.get(self.fault, LOOK_AT_THE_SENSOR)


def refuse_latched(host: Host, command: str) -> None:
    """Raises Quit (exit 5) where a fault is latched: what speaks frame by frame would clear it unsaid.

    ``command``: what clears it.
    """
    status = host.until(lambda _status: True, STATUS_MS, "STATUS should come.").status
    if status.state == s.FAULT:
        found = Latched(status.fault, None)
        raise Quit(REFUSED, f"{host.welcome.label}: {found.sentence} {found.remedy}", command)


def latched(connection: Opened) -> Latched | None:
    """What the device behind an open connection has latched; None: nothing, or it does not say."""
    connection.wait_for(lambda session: session.status is not None, STATUS_S)
    status, welcome = connection.view().status, connection.welcome
    if status is None or status.state != s.FAULT:
        return None
    ago = status.ticks - welcome.last_fault_tick
    known = welcome.last_fault == status.fault and ago >= 0
    return Latched(status.fault, ago / TICKS_PER_S if known else None)
