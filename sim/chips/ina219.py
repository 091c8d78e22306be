"""An INA219 by its registers (Texas Instruments' data sheet: configuration, shunt and bus voltage)."""

from sim.chips.bus import Chip
from sim.chips.errors import Unlawful

CONFIG, SHUNT, BUS, POWER, CURRENT, CALIBRATION = 0, 1, 2, 3, 4, 5
RESET, UNUSED = 0x8000, 0x4000
AT_POWER_ON = 0x399F
READY = 0x02
BOTH_CONTINUOUS = 7


class Ina219(Chip):
    """``ma`` through a shunt of ``shunt_uohm``, ``mv`` behind it."""

    def __init__(self, address: int = 0x40, shunt_uohm: int = 100_000) -> None:
        self.addresses = (address,)
        self.shunt_uohm = shunt_uohm
        self.ma = 0
        self.mv = 12000
        self.power_cycle()

    def power_cycle(self) -> None:
        self.config = AT_POWER_ON
        self.calibration = 0
        self._pointer = -1

    def _shunt(self) -> int:
        most = 4000 << (self.config >> 11 & 3)  # 40 mV at gain 1, in 10 uV
        counts = self.ma * self.shunt_uohm // 10_000
        return max(-most, min(most, counts)) & 0xFFFF

    def _value(self, register: int) -> int:
        if register in (SHUNT, BUS, CURRENT) and self.config & 7 != BOTH_CONTINUOUS:
            raise Unlawful("it does not convert both voltages continuously")
        if register == SHUNT:
            return self._shunt()
        if register == BUS:
            if not 0 <= self.mv <= 26000:
                raise Unlawful("more than 26 V at its inputs")
            return self.mv // 4 << 3 | READY
        if register == CONFIG:
            return self.config
        if register == CALIBRATION:
            return self.calibration
        counts = self._shunt()
        counts -= 0x10000 if counts > 0x7FFF else 0
        return counts * self.calibration // 4096 & 0xFFFF if register == CURRENT else 0

    def write(self, data: bytes) -> None:
        if data[0] > CALIBRATION:
            raise Unlawful("the INA219 has no register %d" % data[0])
        self._pointer = data[0]
        if len(data) == 1:
            return
        if len(data) != 3:
            raise Unlawful("a register of the INA219 has two bytes")
        value = data[1] << 8 | data[2]
        if self._pointer == CONFIG:
            if value & UNUSED:
                raise Unlawful("a reserved bit of the configuration")
            if value & RESET:
                self.power_cycle()
            else:
                self.config = value
        elif self._pointer == CALIBRATION:
            self.calibration = value & 0xFFFE  # bit 0 does not exist
        else:
            raise Unlawful("register %d is read only" % self._pointer)

    def read(self, count: int) -> bytes:
        if self._pointer < 0 or count != 2:
            raise Unlawful("a register of the INA219 has two bytes")
        value = self._value(self._pointer)
        return bytes([value >> 8, value & 255])
