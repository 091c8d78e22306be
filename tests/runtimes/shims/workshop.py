# The bench that a bundle is wired on, as its own description says: the header of a Pico, a wire with
# the chips it names, the stop input closed, the sensor at room temperature, the memory and the port.

from thrum_rig import PLAN  # type: ignore[import-not-found]

from sim.chips.ads1115 import Ads1115
from sim.chips.bus import Wire
from sim.chips.drv2605 import Drv2605
from sim.chips.ina219 import Ina219
from sim.chips.pca9685 import Pca9685
from sim.chips.pins import Header

ROOM_RAW = 32768  # 25 C with a 10 k sensor under 10 k
ROOM_MV = 1650
TICKS_MASK = 0x1FFFFFFF


class Unplugged(BaseException):
    """The cable was pulled: the test is over."""


class Workshop:
    def __init__(self) -> None:
        self.header = Header()
        self.chips = {}  # type: ignore[var-annotated]
        for part in PLAN["outputs"]:
            if part[0] == "pca9685" and part[1] not in self.chips:
                self.chips[part[1]] = Pca9685(part[1])
            elif part[0] == "drv2605":
                self.chips[part[1]] = Drv2605()
        if PLAN["ntc"] is not None and PLAN["ntc"][0] == "ads1115":
            self.chips[PLAN["ntc"][1]] = Ads1115(PLAN["ntc"][1])
            self.chips[PLAN["ntc"][1]].inputs_mv[PLAN["ntc"][2]] = ROOM_MV
        if PLAN["current"] is not None:
            self.chips[PLAN["current"][0]] = Ina219(PLAN["current"][0], PLAN["current"][1])
        self.wire = Wire(*self.chips.values())
        self.wire.keep = False
        if PLAN["i2c"] is not None:
            self.wire.solder(getattr(self.header, PLAN["i2c"][0]), getattr(self.header, PLAN["i2c"][1]))
        if PLAN["ntc"] is not None and PLAN["ntc"][0] == "pin":
            getattr(self.header, PLAN["ntc"][1]).analog = ROOM_RAW
        self.stop = getattr(self.header, PLAN["stop"])
        self.stop.outside = False
        self.now_ms = 0
        self.port = None  # node's
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.fed = 0
        self.watchdog_mode = None
        self.watchdog_s = 0
        self.nvm = bytearray(4096)
        self.reset_reason = "microcontroller.ResetReason.POWER_ON"
        self.host_writes = True  # until boot.py says otherwise
        self.cdc = (True, False)  # console, data
        self.autoreload = True
        self.connected = True

    def duty(self, output: int) -> int:
        """What an output does now, 0..65535."""
        part = PLAN["outputs"][output]
        if part[0] == "pca9685":
            return self.chips[part[1]].duty(part[2])  # type: ignore[no-any-return]
        if part[0] == "drv2605":
            return self.chips[part[1]].drive * 65535 // 127  # type: ignore[no-any-return]
        return (getattr(self.header, part[1]).drives or 0) if part[0] != "none" else 0

    def duties(self) -> list[int]:
        return [self.duty(output) for output in range(len(PLAN["outputs"]))]


bench = Workshop()
