"""A PCA9685 by its registers (NXP's data sheet: register summary, MODE1, LED outputs, PRE_SCALE)."""

from sim.chips.bus import Chip
from sim.chips.errors import Unlawful

MODE1, MODE2, LED0, ALL_LED, PRE_SCALE = 0x00, 0x01, 0x06, 0xFA, 0xFE
LAST_LED = 0x45
RESTART, EXTCLK, AI, SLEEP, ALLCALL = 0x80, 0x40, 0x20, 0x10, 0x01
FULL = 0x10  # in the high byte of ON or OFF
COUNTS = 4096


class Pca9685(Chip):
    """``duty(channel)``: what the output does now, 0..65535."""

    def __init__(self, address: int = 0x40) -> None:
        self.addresses = (address,)
        self.power_cycle()

    def power_cycle(self) -> None:
        self.registers = {MODE1: SLEEP | ALLCALL, MODE2: 0x04, 2: 0xE2, 3: 0xE4, 4: 0xE8, 5: 0xE0}
        self.registers[PRE_SCALE] = 0x1E
        for channel in range(16):
            self._set(channel, (0, 0, 0, FULL))
        self._pointer = -1

    def _set(self, channel: int, values: tuple[int, ...]) -> None:
        for at in range(4):
            self.registers[LED0 + 4 * channel + at] = values[at]

    @property
    def asleep(self) -> bool:
        return bool(self.registers[MODE1] & SLEEP)

    def duty(self, channel: int) -> int:
        on_low, on_high, off_low, off_high = [self.registers[LED0 + 4 * channel + at] for at in range(4)]
        if self.asleep or off_high & FULL:
            return 0
        if on_high & FULL:
            return 65535
        on, off = on_low | on_high << 8, off_low | off_high << 8
        if on == off:
            raise Unlawful("LED%d: ON and OFF at the same count" % channel)
        return (off - on) % COUNTS * 65536 // COUNTS

    def write(self, data: bytes) -> None:
        register = data[0]
        if not (register <= LAST_LED or register >= ALL_LED):
            raise Unlawful("the PCA9685 has no register 0x%02X" % register)
        self._pointer = register
        if len(data) > 2 and not self.registers[MODE1] & AI:
            raise Unlawful("several bytes without auto-increment all go to one register")
        before = dict(self.registers)
        for value in data[1:]:
            self._write_one(register, value)
            register += 1
        self._judge(before)

    def _write_one(self, register: int, value: int) -> None:
        if LAST_LED < register < ALL_LED or register > PRE_SCALE:
            raise Unlawful("0x%02X cannot be written" % register)
        if register == PRE_SCALE:
            if not self.asleep:
                raise Unlawful("PRE_SCALE is only taken while the chip sleeps")
            if value < 3:
                raise Unlawful("PRE_SCALE is 3 at least")
        elif register == MODE1:
            if value & EXTCLK:
                raise Unlawful("nothing is connected to EXTCLK, and only a power cycle clears it")
            value &= 0xFF ^ RESTART  # it reads as 0 once the outputs run
        elif register == MODE2 and value >> 5:
            raise Unlawful("reserved bits of MODE2")
        elif register >= LED0 and (register - (ALL_LED if register >= ALL_LED else LED0)) % 2 and value >> 5:
            raise Unlawful("reserved bits of an LED register")
        if register >= ALL_LED and register != PRE_SCALE:
            for channel in range(16):
                self.registers[LED0 + 4 * channel + register - ALL_LED] = value
        else:
            self.registers[register] = value

    def _judge(self, before: dict[int, int]) -> None:
        """After the stop condition: outputs change now."""
        for channel in range(16):
            places = [LED0 + 4 * channel + at for at in range(4)]
            if any(before[place] != self.registers[place] for place in places):
                if self.asleep and not self.registers[places[3]] & FULL:
                    raise Unlawful("LED%d is set while the chip sleeps" % channel)
                self.duty(channel)

    def read(self, count: int) -> bytes:
        if self._pointer < 0 or (count > 1 and not self.registers[MODE1] & AI):
            raise Unlawful("a read of several bytes without auto-increment, or from nowhere")
        out = []
        for at in range(count):
            register = self._pointer + at
            if register >= ALL_LED and register != PRE_SCALE:
                out.append(0)
            elif register in self.registers:
                out.append(self.registers[register])
            else:
                raise Unlawful("0x%02X cannot be read" % register)
        return bytes(out)
