# Outputs of a PCA9685, 16 channels of 12 bits. Off is the channel's own full-off bit: one byte, which
# needs no count to come out right, no auto-increment, and wins over full-on (datasheet, LED outputs).
# Its OE pin is not used: ENABLE breaks the power behind it, and OE only what is in front.
# CircuitPython subset; the library is Adafruit's.

from adafruit_pca9685 import PCA9685

from firmware_bridge.boards.drivers.wire import get, put
from firmware_bridge.boards.first import silence

FREQUENCY_HZ = 1000  # 1526 Hz is the most that the chip makes (datasheet, PRE_SCALE)
MODE1 = 0x00
AWAKE = 0x20  # what MODE1 reads while it works: AI set, SLEEP clear (datasheet, MODE1)
KEPT = 0x7F  # of MODE1; RESTART reads as it likes
FULL_OFF = 0x10
LED0_OFF_H = 0x09  # of channel 0; four registers a channel


class Pca9685:
    """The chip, woken with every channel off."""

    def __init__(self, i2c, address: int) -> None:  # type: ignore[no-untyped-def]
        silence(i2c, "pca9685", address)
        self._i2c = i2c
        self._address = address
        self._chip = PCA9685(i2c, address=address)
        self._chip.frequency = FREQUENCY_HZ

    def channel(self, number: int):  # type: ignore[no-untyped-def]
        return self._chip.channels[number]

    def check(self) -> None:
        """A chip that lost its supply for a moment sleeps, and takes its registers one by one."""
        if get(self._i2c, self._address, MODE1) & KEPT != AWAKE:
            raise OSError("the PCA9685 has restarted")

    def off(self, number: int) -> None:
        put(self._i2c, self._address, LED0_OFF_H + 4 * number, FULL_OFF)


class Pca9685Output:
    """One channel; several share a chip."""

    def __init__(self, chip: Pca9685, number: int) -> None:
        self._chip = chip
        self._number = number
        self._channel = chip.channel(number)
        self.off()

    def write(self, duty_u16: int) -> None:
        self._chip.check()
        self._channel.duty_cycle = duty_u16

    def off(self) -> None:
        self._chip.off(self._number)
