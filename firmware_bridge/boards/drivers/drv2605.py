# A coin motor on a DRV2605, in real-time playback, open loop. Off is standby: the outputs are
# high-impedance then and the chip takes what a motor's worth of current leaves. CircuitPython
# subset; the library is Adafruit's. Registers and bits: the chip's datasheet.

from adafruit_drv2605 import DRV2605, MODE_REALTIME

from firmware_bridge.boards.drivers.wire import put
from firmware_bridge.boards.first import silence

MODE = 0x01
STANDBY = 0x40
TOP = 127  # signed playback: 127 full forward; negative would brake, and is never written
DUTY_TOP = 65535


class Drv2605Output:
    """``write`` wakes it when it must; the library leaves it an ERM in open loop."""

    def __init__(self, i2c, address: int) -> None:  # type: ignore[no-untyped-def]
        silence(i2c, "drv2605", address)
        self._i2c = i2c
        self._address = address
        self._chip = DRV2605(i2c, address)
        self._chip.stop()
        self._awake = True
        self.off()

    def write(self, duty_u16: int) -> None:
        if self._awake and self._chip.mode != MODE_REALTIME:
            raise OSError("the DRV2605 has restarted")
        self._chip.realtime_value = (duty_u16 * TOP + DUTY_TOP // 2) // DUTY_TOP
        if not self._awake:
            self._chip.mode = MODE_REALTIME
            self._awake = True

    def off(self) -> None:
        self._chip.realtime_value = 0
        put(self._i2c, self._address, MODE, STANDBY | MODE_REALTIME)
        self._awake = False
