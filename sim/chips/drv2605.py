"""A DRV2605L by its registers (Texas Instruments' data sheet: register map, MODE, real-time playback)."""

from sim.chips.bus import Chip
from sim.chips.errors import Unlawful

STATUS, MODE, RTP, GO, FEEDBACK, CONTROL3, LAST = 0x00, 0x01, 0x02, 0x0C, 0x1A, 0x1D, 0x22
RESET, STANDBY, RESERVED = 0x80, 0x40, 0x38
REALTIME = 5
LRA = 0x80  # of FEEDBACK
ERM_OPEN_LOOP, UNSIGNED = 0x20, 0x08  # of CONTROL3
READ_ONLY = (STATUS, 0x21, 0x22)
SET_AT_POWER_ON = {
    STATUS: 0xE0,
    MODE: STANDBY,
    0x03: 0x01,
    0x04: 0x01,
    0x11: 0x05,
    0x12: 0x19,
    0x13: 0xFF,
    0x14: 0x19,
    0x15: 0xFF,
    0x16: 0x3E,
    0x17: 0x8C,
    0x18: 0x0C,
    0x19: 0x6C,
    FEEDBACK: 0x36,
    0x1B: 0x93,
    0x1C: 0xF5,
    CONTROL3: 0xA0,
    0x1E: 0x20,
    0x20: 0x33,
}


class Drv2605(Chip):
    """``drive``: what the motor gets now, -127..127 of full."""

    addresses = (0x5A,)

    def __init__(self) -> None:
        self.power_cycle()

    def power_cycle(self) -> None:
        self.registers = {register: 0 for register in range(LAST + 1)}
        self.registers.update(SET_AT_POWER_ON)
        self._pointer = -1

    @property
    def standby(self) -> bool:
        return bool(self.registers[MODE] & STANDBY)

    @property
    def drive(self) -> int:
        mode = self.registers[MODE]
        if mode & STANDBY:
            return 0
        if mode & 7 == REALTIME:
            if self.registers[FEEDBACK] & LRA or not self.registers[CONTROL3] & ERM_OPEN_LOOP:
                raise Unlawful("real-time playback, but not for an ERM in open loop")
            value = self.registers[RTP]
            return value if value < 128 or self.registers[CONTROL3] & UNSIGNED else value - 256
        if self.registers[GO]:
            raise Unlawful("an effect from the library is playing")
        return 0

    def write(self, data: bytes) -> None:
        register = data[0]
        if register > LAST:
            raise Unlawful("the DRV2605 has no register 0x%02X" % register)
        self._pointer = register
        if len(data) == 1:
            return
        if len(data) > 2:
            raise Unlawful("one register at a time")
        value = data[1]
        if register in READ_ONLY:
            raise Unlawful("0x%02X is read only" % register)
        if register == MODE:
            if value & RESERVED:
                raise Unlawful("reserved bits of MODE")
            if value & RESET:
                self.power_cycle()
                return
        if register == GO and (value > 1 or (value and self.standby)):
            raise Unlawful("GO in standby, or more than its one bit")
        self.registers[register] = value
        assert -127 <= self.drive <= 127

    def read(self, count: int) -> bytes:
        if self._pointer < 0 or count != 1:
            raise Unlawful("one register at a time")
        return bytes([self.registers[self._pointer]])
