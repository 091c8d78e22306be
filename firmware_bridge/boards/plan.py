# What a board is made from, and how it becomes part of the configuration that is commissioned: a pin
# that is edited in the plan, on the board itself, is another rig, and its stamp is void. Imports nothing
# of a platform. CircuitPython subset.
#
# The description ("plan", a dict of plain values; firmware_bridge.rigs.plan makes it from a rig):
#   name      of the board, at most 16 characters
#   stop      pin of the stop input
#   enable    pin of the ENABLE line, or None
#   led       pin of the LED, or None
#   i2c       (scl, sda), or None
#   outputs   in the order of the profile's outputs, each a tuple:
#             ("mosfet", pin) | ("h-bridge", forward, reverse, enable or None)
#             | ("pca9685", address, channel) | ("drv2605", address) | ("none",)
#   ntc       ("pin", pin) | ("ads1115", address, channel) | None
#   current   (address, shunt in millionths of an ohm), or None

from firmware_bridge.boards.first import OFF_WRITES
from firmware_bridge.device.config import VIBRATING, DeviceConfig
from firmware_bridge.protocol.framing import Crc32

KEYS = ("name", "stop", "enable", "led", "i2c", "outputs", "ntc", "current")  # a dict has no order here
RIG_MARK = 8  # hex digits of the rig's own mark of its wiring; those of the plan come after it


def plan_mark(plan) -> str:  # type: ignore[no-untyped-def]
    """8 hex digits over the whole plan.

    >>> plan = dict.fromkeys(KEYS)
    >>> plan_mark(plan) == plan_mark(dict(reversed(plan.items())))
    True
    >>> plan_mark(plan) == plan_mark({**plan, "stop": "GP14"})
    False
    """
    text = repr([plan[key] for key in KEYS]).encode()
    crc = Crc32()
    crc.run(text, len(text))
    return f"{crc.high << 16 | crc.low:08x}"


def configuration(values, plan) -> DeviceConfig:  # type: ignore[no-untyped-def]
    """The controller's configuration for a board made from this plan: its mark is the plan's as it is
    now, and without ENABLE only what vibrates is played, and ends with the program."""
    values = dict(values)
    values["wiring"] = values["wiring"][:RIG_MARK] + plan_mark(plan)
    if not plan["enable"]:
        heads, parts = values["heads"], plan["outputs"]
        values["output_of"] = tuple(
            [
                at if at >= 0 and heads[at] == VIBRATING and parts[at][0] not in OFF_WRITES else -1
                for at in values["output_of"]
            ]
        )
    return DeviceConfig(**values)
