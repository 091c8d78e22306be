"""``gpio:RIG`` as a port: starts the rig's device on this computer's pins and opens it.

Rules kept here: who closes the port ends the device; a link that is lost says what became of the device,
since there is no cable to check.
"""

from __future__ import annotations

from pathlib import Path

from firmware_bridge.errors import LinkLost
from firmware_bridge.gpio.folders import memory_of, rigs
from firmware_bridge.spawn import GpioDevice, spawn_gpio
from firmware_bridge.transport.port import Port

PREFIX = "gpio:"
# As long as switching off may take: 0.2 s of silence, twice 1 s for the child's end, then 2 s of "off",
# the last time perhaps against a bus that is held.
FATE_S = 6.0
# How its guardian ended (firmware_bridge.gpio.guardian) when everything obeyed as it was switched off.
FATES = {
    0: "ended",
    4: "ended by a mistake or was killed",
    5: "stood still and was killed",
}
NOT_OFF = 6
UNCONFIRMED = "nobody has confirmed that its outputs are off: unplug its supply"


def open_gpio(address: str, *more: str) -> GpioPort:
    """Starts it and opens it. Raises what :func:`firmware_bridge.spawn.spawn_gpio` does."""
    from firmware_bridge.transport.serial_port import open_port

    rig = address[len(PREFIX) :]
    waiting = "" if more else served_at(rig)
    if waiting:
        return GpioPort(address, None, open_port(waiting))
    device = spawn_gpio(rig, *more)
    try:
        return GpioPort(address, device, open_port(device.address))
    except BaseException:
        device.close()
        raise


def served_at(rig: str, memory: Path | None = None) -> str:
    """Where the rig, an id or a file, already waits for hosts (the systemd unit); "" when it does not, or
    when there is no such rig: who starts it says why."""
    from firmware_bridge.gpio import sign
    from firmware_bridge.rigs.load import load_rig
    from programs.errors import Rejected

    try:
        return sign.read(memory or memory_of(load_rig(rig, rigs()).id))
    except Rejected:
        return ""


class GpioPort:
    """The pseudo-terminal of a device that lives as long as this port is open; without ``device`` it was
    there before, and stays."""

    remark = ""

    def __init__(self, address: str, device: GpioDevice | None, port: Port) -> None:
        self.address = address
        self.device = device
        self._port = port
        self._lost: LinkLost | None = None

    def __enter__(self) -> GpioPort:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def read(self, limit: int, wait_s: float) -> bytes:
        try:
            return self._port.read(limit, wait_s)
        except LinkLost as error:
            raise self._lose() from error

    def write(self, data: bytes) -> int:
        try:
            return self._port.write(data)
        except LinkLost as error:
            raise self._lose() from error

    def close(self) -> None:
        """Ends the device and waits until its guardian has switched its outputs off. Any number of times."""
        self._port.close()
        if self.device is not None:
            self.device.close()

    def _lose(self) -> LinkLost:
        if self._lost is None:
            self._lost = LinkLost(self.address, self._fate())
        return self._lost

    def _fate(self) -> str:
        """Only a guardian that ended by itself knows that the outputs are off."""
        who = f"The device process of {self.address}"
        if self.device is None:
            return f"{who} closed its port, and {UNCONFIRMED}."
        code = self.device.ended(FATE_S)
        if code in FATES:
            return f"{who} {FATES[code]}. Its outputs are off; start again."
        if code is None:
            return f"{who} has not ended, and {UNCONFIRMED}."
        if code == NOT_OFF:
            return f"{who} ended, and something on the rig did not obey its off; {UNCONFIRMED}."
        return f"The guardian of {self.address} ended by a mistake or was killed ({code}); {UNCONFIRMED}."
