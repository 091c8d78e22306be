"""The lanes of a wiring: one driven part with its driver, protection and load; and the pad's sensor."""

from __future__ import annotations

from typing import NamedTuple

from firmware_bridge.rigs.boards import PULL_DOWN_OHM
from firmware_bridge.rigs.document import Part
from firmware_bridge.rigs.ratings import CUT_OFF_C, CUT_OFF_SPREAD_C, GATE_OHM, amps, fuse_a, output_of
from firmware_bridge.rigs.sheet import Sheet
from programs.profile import Profile

DRIVER_X, DRIVER_WIDTH = 455, 130
LOAD_X, LOAD_WIDTH = 660, 140
CUT_OFF_X, CUT_OFF_WIDTH = 835, 135
FUSE_X, FUSE_WIDTH = 1010, 95
NODE_X = 680  # of the pad's sensor
HEIGHTS = {"mosfet": 150, "pca9685": 150, "h-bridge": 190, "drv2605": 170}


class Lane(NamedTuple):
    """Where a part is drawn: ``y`` is the line of its driver's input."""

    sheet: Sheet
    part: Part
    profile: Profile
    y: float
    rail_x: float
    fused: bool  # with a fuse of its own

    @staticmethod
    def height_of(part: Part) -> int:
        return HEIGHTS[part.driver]

    @property
    def height(self) -> int:
        return self.height_of(self.part)

    def lines(self) -> list[tuple[float, str, str]]:
        """Lines from the board: (below ``y``, pin, what for)."""
        part = self.part
        if part.driver == "mosfet":
            return [(0.0, part.pin or "", part.output)]
        if part.driver == "drv2605":
            return [(20.0, "", part.output)]
        if part.driver == "pca9685":
            return []
        named = [(part.pin, "forward"), (part.reverse_pin, "reverse"), (part.enable_pin, "enable")]
        return [(26.0 * n, pin, says) for n, (pin, says) in enumerate(named) if pin]


def draw_part(lane: Lane, start_x: float) -> float:
    """Driver, load and protection; says where its supply joins the rail."""
    if lane.part.driver in ("mosfet", "pca9685"):
        return _low_side(lane, start_x)
    return _bridge(lane, start_x)


def _low_side(lane: Lane, start_x: float) -> float:
    """A transistor between load and ground."""
    sheet, y, output = lane.sheet, lane.y, output_of(lane.part, lane.profile)
    if lane.part.channel is not None:
        sheet.text(start_x + 5, y - 6, f"ch {lane.part.channel}", "small")
    gate_x = DRIVER_X - 30
    sheet.wire((start_x, y), (gate_x - 60, y))
    sheet.resistor(gate_x - 60, y)
    sheet.text(gate_x - 54, y - 12, f"{GATE_OHM}", "small")
    sheet.wire((gate_x - 20, y), (DRIVER_X, y))
    sheet.dot(gate_x, y)
    sheet.resistor(gate_x, y, upright=True)
    sheet.ground(gate_x, y + 40)
    sheet.text(gate_x - 34, y + 26, f"{PULL_DOWN_OHM / 1000:g} k", "small")
    sheet.box(DRIVER_X, y - 25, DRIVER_WIDTH, 50, ["MOSFET", "low side, logic level"])
    sheet.wire((DRIVER_X + DRIVER_WIDTH / 2, y + 25), (DRIVER_X + DRIVER_WIDTH / 2, y + 40))
    sheet.ground(DRIVER_X + DRIVER_WIDTH / 2, y + 40)
    sheet.wire((DRIVER_X + DRIVER_WIDTH, y), (LOAD_X, y))
    _load(lane, y)
    sheet.wire((LOAD_X + LOAD_WIDTH, y), (lane.rail_x, y), style="power")
    if output.motor is not None:
        _flyback(sheet, y)
        _buffer(sheet, CUT_OFF_X + 65, y)
    else:
        low, high = CUT_OFF_C - CUT_OFF_SPREAD_C, CUT_OFF_C + CUT_OFF_SPREAD_C
        says = ["thermal cut-off", f"opens {low} to {high} C", "never resets itself"]
        sheet.box(CUT_OFF_X, y - 30, CUT_OFF_WIDTH, 60, says, "guard")
        sheet.text(CUT_OFF_X, y + 46, "on the pad's skin side", "small")
    _fuse(lane, y)
    return y


def _flyback(sheet: Sheet, y: float) -> None:
    """A diode round the motor, its cathode to plus."""
    left, right, above = LOAD_X - 25, LOAD_X + LOAD_WIDTH + 20, y - 48
    sheet.dot(left, y)
    sheet.dot(right, y)
    middle = LOAD_X + LOAD_WIDTH / 2 - 20
    sheet.wire((left, y), (left, above), (middle, above))
    sheet.diode(middle, above)
    sheet.wire((middle + 40, above), (right, above), (right, y))
    sheet.text(middle + 20, above - 12, "flyback diode", "middle small")


def _buffer(sheet: Sheet, x: float, y: float) -> None:
    """The capacitor that the chopped current comes from."""
    sheet.dot(x, y, "reddot")
    sheet.capacitor(x, y)
    sheet.ground(x, y + 30)
    sheet.text(x + 14, y + 20, "electrolytic", "small")


def _load(lane: Lane, y: float) -> None:
    output = output_of(lane.part, lane.profile)
    what = {"vibrating": "vibration motor", "percussive": "percussion motor", "heater": "heated pad"}
    box = (LOAD_X, y - 28, LOAD_WIDTH, 56)
    lane.sheet.box(*box, [output.name, what[output.head], ", ".join(output.channels)], "load")


def _fuse(lane: Lane, y: float) -> None:
    """The part's own fuse, when the supply has several parts behind it."""
    if lane.fused:
        says = [f"fuse {amps(fuse_a(output_of(lane.part, lane.profile), lane.profile))}", "time-lag"]
        lane.sheet.box(FUSE_X, y - 22, FUSE_WIDTH, 44, says, "guard")
    lane.sheet.dot(lane.rail_x, y, "reddot")


def _bridge(lane: Lane, start_x: float) -> float:
    """An H-bridge, or a chip that holds one: both ends of the motor, and a supply of its own."""
    sheet, y, part = lane.sheet, lane.y, lane.part
    top, feed = y - 22.0, y - 58.0
    small = part.driver == "drv2605"
    height = 84 if small else 100
    for offset, pin, _ in lane.lines():
        if pin:
            sheet.wire((start_x, y + offset), (DRIVER_X, y + offset))
    if small:
        sheet.wire((start_x + 32, y + 20), (DRIVER_X, y + 20), style="bus")
        says = ["DRV2605L", f"0x{part.address or 0:02X}", "motor mode: ERM"]
    else:
        inputs = len(lane.lines())
        label = [f"{inputs} x {PULL_DOWN_OHM / 1000:g} k", "pull-down"]
        sheet.box(DRIVER_X - 110, y - 16, 80, height - 16, label)
        sheet.ground(DRIVER_X - 70, y - 32 + height)
        says = ["H-bridge", "diodes inside"] + ([] if part.reverse_pin else ["reverse input", "to ground"])
    sheet.box(DRIVER_X, top, DRIVER_WIDTH, height, says)
    sheet.ground(DRIVER_X + DRIVER_WIDTH / 2, top + height)
    middle = top + height / 2
    for offset in (-12, 12):
        sheet.wire((DRIVER_X + DRIVER_WIDTH, middle + offset), (LOAD_X, middle + offset))
    _load(lane, middle)
    x = DRIVER_X + DRIVER_WIDTH / 2
    sheet.wire((lane.rail_x, feed), (x, feed), (x, top), style="power")
    _buffer(sheet, CUT_OFF_X + 65, feed)
    _fuse(lane, feed)
    return feed


def draw_ntc(sheet: Sheet, profile: Profile, from_x: float, y: float) -> None:
    """The pad's sensor in its divider, read at its middle."""
    heater = next((output.heater for output in profile.outputs if output.heater is not None), None)
    divider_ohm = heater.divider_ohm if heater is not None else 0.0
    sheet.wire((from_x, y), (NODE_X + 90, y))
    sheet.text(NODE_X, y - 46, "+3.3 V", "middle small")
    sheet.resistor(NODE_X, y - 40, upright=True)
    sheet.text(NODE_X + 14, y - 16, f"divider {divider_ohm / 1000:g} k", "small")
    sheet.dot(NODE_X, y)
    sheet.capacitor(NODE_X, y)
    sheet.ground(NODE_X, y + 30)
    sheet.text(NODE_X + 14, y + 24, "100 nF", "small")
    r25 = heater.ntc_r25_ohm if heater is not None else 0.0
    sheet.box(NODE_X + 90, y - 25, 170, 50, [f"NTC {r25 / 1000:g} k", "on the pad's skin side"], "load")
    sheet.wire((NODE_X + 260, y), (NODE_X + 290, y))
    sheet.ground(NODE_X + 290, y)
