"""The wiring of a rig as a drawing: generated from its file, so that picture and file cannot differ.

Left the board with a lane for each of its lines, above the way of the motor current from supply to rail,
right the rail that feeds the parts. Rules kept here: everything that safety asks for is drawn (fuses, stop
with both poles, ENABLE's one-shot and switch, flyback diodes, pull-downs, thermal cut-off), and what the
rig does not have is said in red instead of being left out quietly.
"""

from __future__ import annotations

from firmware_bridge.rig import outlives
from firmware_bridge.rigs.boards import BOARDS, PULL_DOWN_OHM
from firmware_bridge.rigs.document import Part, Rig
from firmware_bridge.rigs.lanes import DRIVER_X, Lane, draw_ntc, draw_part
from firmware_bridge.rigs.ratings import STOP_PULL_UP_OHM, TRIP_C, amps, main_fuse_a, one_shot_ms
from firmware_bridge.rigs.sheet import Sheet
from programs.profile import Profile

WIDTH = 1200
BAND_Y = 105  # of the supply line
BOARD_X, BOARD_WIDTH = 30, 160
EDGE_X = BOARD_X + BOARD_WIDTH  # where the board's pins are
EXPANDER_X, EXPANDER_WIDTH = 245, 90
RAIL_X = 1165
STOP_X, SWITCH_X = 470, 690
FIRST_LANE_Y = 240


def wiring_svg(rig: Rig, profile: Profile) -> str:
    """The drawing of a sound rig as SVG text."""
    return _Drawing(rig, profile).drawn()


class _Drawing:
    def __init__(self, rig: Rig, profile: Profile) -> None:
        self.rig, self.profile, self.board = rig, profile, BOARDS[rig.board]
        self.sheet = Sheet(WIDTH, f"Wiring of the rig {rig.id}")
        self.y = FIRST_LANE_Y
        self.pins: list[tuple[float, str, str]] = []  # y, pin, what it is for

    def drawn(self) -> str:
        self.sheet.text(BOARD_X, 34, self.rig.title, "title")
        says = f"rig {self.rig.id}, profile {self.profile.id}, wiring {self.rig.wiring}"
        self.sheet.text(BOARD_X, 54, f"{says}; built by nobody yet, not certified for anything", "small")
        self._band()
        self._stop()
        self._enable()
        last_y = self._parts()
        self._sensors()
        self._led()
        self.sheet.wire((RAIL_X, BAND_Y), (RAIL_X, last_y), style="power")
        self._board()
        return self.sheet.svg()

    def _pin(self, y: float, name: str, purpose: str) -> None:
        self.pins.append((y, name, purpose))

    def _band(self) -> None:
        """From the supply to the rail: fuse, current sensor, stop, ENABLE switch."""
        sheet, supply = self.sheet, self.profile.supply
        fuse = amps(main_fuse_a(self.profile))
        sheet.wire((190, BAND_Y), (RAIL_X, BAND_Y), style="power")
        kind = f"battery, {supply.cells} cells" if supply.cells else "adapter"
        sheet.box(30, BAND_Y - 30, 160, 60, [f"{supply.volts:g} V supply", kind, "motors and heater only"])
        sheet.ground(60, BAND_Y + 30)
        sheet.box(215, BAND_Y - 22, 95, 44, [f"fuse {fuse}", "time-lag"], "guard")
        if self.rig.current is not None:
            at = f"0x{self.rig.current.ina219:02X}, {self.rig.current.shunt_ohm:g} ohm"
            sheet.box(335, BAND_Y - 22, 110, 44, ["INA219", at], "chip")
            sheet.wire((390, BAND_Y + 22), (390, BAND_Y + 44), style="bus")
            sheet.text(398, BAND_Y + 42, "to I2C", "small")
        sheet.box(
            STOP_X, BAND_Y - 30, 150, 60, ["STOP, pole 1", "normally closed", "opens the supply"], "guard"
        )
        if self.rig.pins.enable is None:
            refused = any(outlives(self.rig, part) for part in self.rig.parts)
            what = "what needs it is refused" if refused else "heat and percussion refused"
            sheet.box(SWITCH_X, BAND_Y - 30, 190, 60, ["NO ENABLE SWITCH", what], "guard")
        else:
            says = ["ENABLE switch", "high side, closed only while", "the one-shot holds it"]
            sheet.box(SWITCH_X, BAND_Y - 30, 190, 60, says, "guard")
        sheet.text(RAIL_X, BAND_Y - 12, f"switched +{supply.volts:g} V", "end bold")

    def _stop(self) -> None:
        """The second pole of the recipient's stop, read by the board."""
        sheet, y = self.sheet, self.y
        self._pin(y, self.rig.pins.stop, "stop")
        sheet.wire((EDGE_X, y), (STOP_X, y))
        sheet.text(262, y - 46, "+3.3 V", "middle small")
        sheet.resistor(262, y - 40, upright=True)
        sheet.text(274, y - 16, f"{STOP_PULL_UP_OHM / 1000:g} k", "small")
        sheet.dot(262, y)
        sheet.dot(340, y)
        sheet.capacitor(340, y)
        sheet.ground(340, y + 30)
        sheet.text(354, y + 20, "100 nF", "small")
        sheet.box(STOP_X, y - 25, 150, 50, ["STOP, pole 2", "normally closed"], "guard")
        sheet.wire((STOP_X + 150, y), (650, y))
        sheet.ground(650, y)
        sheet.wire((STOP_X + 75, BAND_Y + 30), (STOP_X + 75, y - 25), style="link")
        sheet.text(STOP_X + 85, (BAND_Y + y) / 2 + 6, "one button, in the", "small")
        sheet.text(STOP_X + 85, (BAND_Y + y) / 2 + 20, "recipient's hand", "small")
        self.y += 110

    def _enable(self) -> None:
        """The one-shot that the program has to keep triggering."""
        if self.rig.pins.enable is None:
            return
        sheet, y, x = self.sheet, self.y, SWITCH_X + 95
        _, nominal, most = one_shot_ms()
        self._pin(y, self.rig.pins.enable, "ENABLE")
        sheet.wire((EDGE_X, y), (SWITCH_X, y))
        sheet.text(262, y - 8, "an edge every 10 ms, or the power drops", "small")
        says = [
            "one-shot, retriggerable",
            f"74HC4538: {nominal} ms, {most} ms at most",
            "150 k and 1 uF film",
        ]
        sheet.box(SWITCH_X, y - 32, 190, 64, says, "guard")
        sheet.wire((x, y - 32), (x, BAND_Y + 30))
        sheet.dot(x, y - 110)
        sheet.wire((x, y - 110), (x + 60, y - 110))
        sheet.resistor(x + 60, y - 110, upright=True)
        sheet.ground(x + 60, y - 70)
        sheet.text(x + 74, y - 86, f"{PULL_DOWN_OHM / 1000:g} k", "small")
        if any(output.heater is not None for output in self.profile.outputs):
            says = [
                f"comparator, {TRIP_C} C, latching",
                "LM393 on an NTC of its own,",
                "beside the pad's first one",
            ]
            sheet.box(SWITCH_X + 225, y - 32, 200, 64, says, "guard")
            sheet.wire((SWITCH_X + 190, y), (SWITCH_X + 225, y))
            sheet.text(SWITCH_X + 225, y - 40, "holds the one-shot's reset", "small")
        self.y += 115

    def _parts(self) -> float:
        """A lane for each part; those behind a PCA9685 stand together. Where the last joins the rail."""
        last_y = float(BAND_Y)
        behind = [part for part in self.rig.parts if part.driver == "pca9685"]
        for part in [*(each for each in self.rig.parts if each.driver != "pca9685"), *behind]:
            several = len(self.profile.outputs) > 1
            lane = Lane(self.sheet, part, self.profile, self.y + 40, RAIL_X, several)
            if behind and part is behind[0]:
                self._expander(behind, lane.y)
            start_x = EDGE_X if part.driver != "pca9685" else EXPANDER_X + EXPANDER_WIDTH
            for offset, name, purpose in lane.lines():
                self._pin(lane.y + offset, name, purpose)
            last_y = draw_part(lane, start_x)
            self.y += lane.height
        return last_y

    def _expander(self, parts: list[Part], y: float) -> None:
        """The PCA9685 beside the lanes of its parts."""
        height = 150 * (len(parts) - 1) + 70
        at = sorted({part.address or 0 for part in parts})
        says = ["PCA9685", *(f"0x{each:02X}" for each in at), "OE to", "ground"]
        self.sheet.box(EXPANDER_X, y - 35, EXPANDER_WIDTH, height, says, "chip")
        middle = EXPANDER_X + 20
        self.sheet.wire((middle, y - 35 + height), (middle, self._bus_y()), style="bus")

    def _bus_y(self) -> float:
        """Where the lane of the bus will be: below all parts."""
        heights = [Lane.height_of(part) for part in self.rig.parts]
        first = FIRST_LANE_Y + 110 + (115 if self.rig.pins.enable is not None else 0)
        return first + sum(heights) + 30

    def _sensors(self) -> None:
        sheet, rig = self.sheet, self.rig
        if rig.i2c is not None:
            y = self._bus_y()
            self._pin(y - 9, rig.i2c.scl, "SCL")
            self._pin(y + 9, rig.i2c.sda, "SDA")
            sheet.wire((EDGE_X, y - 9), (EDGE_X + 18, y), (EDGE_X, y + 9), style="bus")
            converter = rig.ntc is not None and rig.ntc.ads1115 is not None
            end = DRIVER_X if converter or rig.current is not None else EDGE_X + 55
            sheet.wire((EDGE_X + 18, y), (end, y), style="bus")
            sheet.text(EDGE_X + 100, y - 10, "I2C, 3.3 V", "small")
            if rig.current is not None and converter:
                sheet.text(EDGE_X + 100, y + 18, "and to the INA219 above", "small")
            elif rig.current is not None:
                sheet.box(DRIVER_X, y - 25, 130, 50, ["INA219", "the same as above"], "chip")
            for part in rig.parts:
                if part.driver == "drv2605":
                    sheet.wire((EDGE_X + 32, y), (EDGE_X + 32, self._lane_y(part)), style="bus")
            self.y = int(y) + 55
        if rig.ntc is None:
            return
        if rig.ntc.ads1115 is not None:
            y = self._bus_y()
            says = ["ADS1115", f"0x{rig.ntc.ads1115:02X}, input {rig.ntc.channel}"]
            sheet.box(DRIVER_X, y - 25, 130, 50, says, "chip")
            draw_ntc(sheet, self.profile, DRIVER_X + 130, y)
            self.y = int(y) + 90
        else:
            y = self.y + 60
            self._pin(y, rig.ntc.pin or "", "NTC")
            draw_ntc(sheet, self.profile, EDGE_X, y)
            self.y = int(y) + 90

    def _lane_y(self, part: Part) -> float:
        return next(y for y, _, purpose in self.pins if purpose == part.output)

    def _led(self) -> None:
        led = self.rig.pins.led
        if led is None or self.board.pins[led].led:
            return
        y = self.y + 10
        self._pin(y, led, "LED")
        self.sheet.wire((EDGE_X, y), (EDGE_X + 60, y))
        self.sheet.resistor(EDGE_X + 60, y)
        self.sheet.text(EDGE_X + 64, y - 10, "330", "small")
        self.sheet.diode(EDGE_X + 100, y)
        self.sheet.text(EDGE_X + 112, y - 12, "LED", "small")
        self.sheet.wire((EDGE_X + 140, y), (EDGE_X + 160, y))
        self.sheet.ground(EDGE_X + 160, y)
        self.y += 50

    def _board(self) -> None:
        top, bottom = FIRST_LANE_Y - 64, max(self.y, FIRST_LANE_Y + 60) + 10
        self.sheet.box(BOARD_X, top, BOARD_WIDTH, bottom - top, style="board")
        self.sheet.text(BOARD_X + 10, top + 22, self.board.title, "bold")
        host = "its own supply" if self.rig.on_a_pi else "USB to the host"
        self.sheet.text(BOARD_X + 10, top + 38, host, "small")
        for y, name, purpose in self.pins:
            if not name:  # a chip on I2C: its lane only
                continue
            self.sheet.text(EDGE_X - 8, y + 5, name, "end bold")
            self.sheet.text(BOARD_X + 10, y + 4, purpose[:14], "small")
        if self.rig.pins.led is not None and self.board.pins[self.rig.pins.led].led:
            self.sheet.text(BOARD_X + 10, bottom - 12, f"{self.rig.pins.led}: LED on the board", "small")
        self.sheet.ground(BOARD_X + 80, bottom)
        says = [
            "All grounds meet at one point, at the supply. +3.3 V is the board's own 3V3 pin.",
            "Red: what protects. Thick red: the current of motors and heater; it never feeds the board.",
        ]
        self.sheet.lines(BOARD_X + 100, bottom + 14, says, "small")
