# Current and voltage of the supply of motors and heater, by an INA219 in its positive line. Integers
# from its raw registers, so that any shunt will do. CircuitPython subset; the library is Adafruit's.

from adafruit_ina219 import INA219

UV_A_COUNT = 10  # of the shunt voltage (datasheet)
MV_A_COUNT = 4  # of the bus voltage (datasheet)
MOST = 65534  # 65535 means: not measured


class Ina219Monitor:
    """``shunt_uohm``: the shunt, millionths of an ohm."""

    def __init__(self, i2c, address: int, shunt_uohm: int) -> None:  # type: ignore[no-untyped-def]
        self._chip = INA219(i2c, address)
        self._shunt_uohm = shunt_uohm

    def current_ma(self) -> int:
        """Its size: a shunt that was wired the wrong way round must not hide a current."""
        counts: int = self._chip.raw_shunt_voltage
        if counts < 0:
            counts = -counts
        ma = counts * (UV_A_COUNT * 1000) // self._shunt_uohm
        return ma if ma < MOST else MOST

    def supply_mv(self) -> int:
        counts: int = self._chip.raw_bus_voltage
        return counts * MV_A_COUNT
