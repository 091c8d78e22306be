"""An ADS1115 by its registers (Texas Instruments' data sheet: pointer, configuration, conversion)."""

from sim.chips.bus import Chip
from sim.chips.errors import Unlawful

CONVERSION, CONFIG, LOW, HIGH = 0, 1, 2, 3
OS, SINGLE_SHOT = 0x8000, 0x0100
FULL_SCALE_MV = (6144, 4096, 2048, 1024, 512, 256, 256, 256)
SUPPLY_MV = 3300


class Ads1115(Chip):
    """``inputs_mv``: what is on its four inputs. ``never_done``: conversions begin and do not end."""

    def __init__(self, address: int = 0x48) -> None:
        self.addresses = (address,)
        self.inputs_mv = [0, 0, 0, 0]
        self.never_done = False
        self.power_cycle()

    def power_cycle(self) -> None:
        self.registers = [0, 0x8583, 0x8000, 0x7FFF]
        self._pointer = -1

    @property
    def continuous(self) -> bool:
        return not self.registers[CONFIG] & SINGLE_SHOT

    def _convert(self) -> None:
        config = self.registers[CONFIG]
        mux, full_mv = config >> 12 & 7, FULL_SCALE_MV[config >> 9 & 7]
        mv = self.inputs_mv
        if max(mv) > SUPPLY_MV or min(mv) < 0:
            raise Unlawful("an input beyond the supply")
        pairs = ((0, 1), (0, 3), (1, 3), (2, 3))
        value = mv[mux - 4] if mux >= 4 else mv[pairs[mux][0]] - mv[pairs[mux][1]]
        counts = value * 32768 // full_mv
        self.registers[CONVERSION] = max(-32768, min(32767, counts)) & 0xFFFF

    def write(self, data: bytes) -> None:
        if data[0] > HIGH:
            raise Unlawful("the ADS1115 has no register %d" % data[0])
        self._pointer = data[0]
        if len(data) == 1:
            return
        if len(data) != 3:
            raise Unlawful("a register of the ADS1115 has two bytes")
        if self._pointer == CONVERSION:
            raise Unlawful("the conversion register is read only")
        value = data[1] << 8 | data[2]
        if self._pointer != CONFIG:
            self.registers[self._pointer] = value
            return
        start = value & OS
        self.registers[CONFIG] = value & 0x7FFF
        if self.continuous:
            self._convert()
        elif start and not self.never_done:
            self._convert()
            self.registers[CONFIG] |= OS

    def read(self, count: int) -> bytes:
        if self._pointer < 0 or count != 2:
            raise Unlawful("a register of the ADS1115 has two bytes")
        if self._pointer == CONVERSION and self.continuous and not self.never_done:
            self._convert()
        value = self.registers[self._pointer]
        return bytes([value >> 8, value & 255])
