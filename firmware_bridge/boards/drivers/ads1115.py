# The pad's sensor on an ADS1115, for boards without a converter of their own. It measures against a
# reference of its own, and the divider hangs on a rail that is taken for 3.3 V and not measured: where it
# is 1 % high the pad reads 0.4 K too cold, 0.8 K at 2 %, 1.9 K at 5 %. A builder measures it once (the rig's
# page); beyond 2 % a pad at its limit would be a Kelvin warmer than shown.
# Continuous conversion: a single shot would have to be waited for, and a chip that never ends one
# would be waited for for ever. CircuitPython subset; the library is Adafruit's.

from adafruit_ads1x15.ads1x15 import Mode
from adafruit_ads1x15.ads1115 import ADS1115

from firmware_bridge.boards.drivers.wire import get_word, put_word

RATE_HZ = 128  # a new value every 8 ms; it is read every 100 ms
GAIN = 1  # +-4.096 V, the smallest range that holds 3.3 V
CONFIG = 0x01
MUX_BIT = 12
MUX = 7 << MUX_BIT
SINGLE_ENDED = 4  # the multiplexer counts inputs against ground from here
KEPT = 0x7FFF  # of the configuration; bit 15 tells of a conversion under way
TOP = 65535
# Counts of 4.096 V / 32768 to parts of 3.3 V: 65535 x 4.096 / (32768 x 3.3) = 2542 / 1024.
SCALE, SCALE_BITS = 2542, 10


class AdsNtc:
    """Input ``channel`` of the converter at ``address``."""

    def __init__(self, i2c, address: int, channel: int) -> None:  # type: ignore[no-untyped-def]
        self._i2c = i2c
        self._address = address
        self._chip = ADS1115(i2c, gain=GAIN, data_rate=RATE_HZ, mode=Mode.CONTINUOUS, address=address)
        # The library (3.0.5) leaves the multiplexer alone in continuous mode, and so measures AIN0
        # against AIN1 whatever it is asked for: the input is chosen here, and looked at ever after.
        config = get_word(i2c, address, CONFIG) & KEPT & ~MUX
        self._config = config | (SINGLE_ENDED + channel) << MUX_BIT
        put_word(i2c, address, CONFIG, self._config)

    def read(self) -> int:
        """0..65535 of 3.3 V; OSError when the chip is silent or no longer set up."""
        if get_word(self._i2c, self._address, CONFIG) & KEPT != self._config:
            raise OSError("the ADS1115 has restarted")
        counts: int = self._chip.get_last_result(False)
        if counts & 0x8000:
            return 0  # a little below ground: a short, which the heat supervisor refuses
        raw = counts * SCALE >> SCALE_BITS
        return raw if raw <= TOP else TOP  # above the supply: open, which it refuses as well
