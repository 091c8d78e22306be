"""``gpio:RIG`` as a port: starts the rig's device on this computer's pins and opens it.

Rules kept here: who closes the port ends the device; a link that is lost says what became of the device,
since there is no cable to check.
"""

from __future__ import annotations

from pathlib import Path

from firmware_bridge.errors import LinkLost
from firmware_bridge.gpio.folders import SERVED, memory_of
from firmware_bridge.gpio.platform import Computer
from firmware_bridge.spawn import GpioDevice, spawn_gpio
from firmware_bridge.transport.port import Port

PREFIX = "gpio:"
FATE_S = 0.5  # the guardian ends within 300 ms of its child
# How its guardian ended (firmware_bridge.gpio.guardian).
FATES = {
    0: "ended",
    4: "ended by a mistake or was killed",
    5: "stood still and was killed",
    6: "ended, and something on the rig did not obey when it was switched off: unplug its supply",
}


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


def served_at(rig: str, computer: Computer | None = None, memory: Path | None = None) -> str:
    """Where the rig already waits for hosts (the systemd unit); "" when it does not.

    A sign that was left behind is not believed: somebody must hold the pins.
    """
    import fcntl

    try:
        address = ((memory or memory_of(rig)) / SERVED).read_text()
        with (computer or Computer()).lock.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return address
    except (OSError, ValueError):
        return ""
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
        """Ends the device; its outputs are off afterwards. Any number of times."""
        self._port.close()
        if self.device is not None:
            self.device.close()

    def _lose(self) -> LinkLost:
        if self._lost is None:
            code = self.device.ended(FATE_S) if self.device is not None else 0
            fate = FATES.get(code or 0, FATES[4])
            say = f"The device process of {self.address} {fate}. Its outputs are off; start again."
            if fate == FATES[6]:
                say = f"The device process of {self.address} {fate}."
            self._lost = LinkLost(self.address, say)
        return self._lost
