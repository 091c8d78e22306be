"""From a rig to the plain description that its board is made from, on a microcontroller and on a Pi.

Plain values only: the description is written into a bundle as Python, and given to
:class:`firmware_bridge.boards.make.Maker`; ``firmware_bridge/boards/plan.py`` says what is in it.
"""

from __future__ import annotations

import re
from typing import Any

from firmware_bridge.rigs.document import Part, Rig
from programs.profile import Profile

UOHM = 1_000_000  # millionths of an ohm


def plan_of(rig: Rig, profile: Profile) -> dict[str, Any]:
    """The description, outputs in the order of the profile's; one without a part drives nothing."""
    parts = {part.output: part for part in rig.parts}
    return {
        "name": rig.board,
        "stop": pin_name(rig, rig.pins.stop),
        "enable": pin_name(rig, rig.pins.enable),
        "led": pin_name(rig, rig.pins.led),
        "i2c": (pin_name(rig, rig.i2c.scl), pin_name(rig, rig.i2c.sda)) if rig.i2c else None,
        "outputs": tuple(_output(rig, parts.get(output.name)) for output in profile.outputs),
        "ntc": _ntc(rig),
        "current": (rig.current.ina219, round(rig.current.shunt_ohm * UOHM)) if rig.current else None,
    }


def pin_name(rig: Rig, pin: str | None) -> str | None:
    """As the platform's module ``board`` calls it: Blinka names GPIO18 of a Pi D18.

    A Pico has no name GP25 but LED (CircuitPython's pins of its boards).
    """
    if pin is None:
        return None
    if rig.on_a_pi:
        return re.sub(r"^GPIO(?=\d)", "D", pin)
    return "LED" if pin == "GP25" else pin


def _output(rig: Rig, part: Part | None) -> tuple[Any, ...]:
    if part is None:
        return ("none",)
    if part.driver == "mosfet":
        return ("mosfet", pin_name(rig, part.pin))
    if part.driver == "h-bridge":
        pins = (part.pin, part.reverse_pin, part.enable_pin)
        return ("h-bridge", *(pin_name(rig, pin) for pin in pins))
    if part.driver == "pca9685":
        return ("pca9685", part.address, part.channel)
    return ("drv2605", part.address)


def _ntc(rig: Rig) -> tuple[Any, ...] | None:
    if rig.ntc is None:
        return None
    if rig.ntc.pin is not None:
        return ("pin", pin_name(rig, rig.ntc.pin))
    return ("ads1115", rig.ntc.ads1115, rig.ntc.channel)


def pins_in_use(rig: Rig) -> set[str]:
    """Every pin that the rig names, as its board prints it."""
    lines = [rig.pins.stop, rig.pins.enable, rig.pins.led]
    lines += [pin for part in rig.parts for pin in (part.pin, part.reverse_pin, part.enable_pin)]
    lines += [rig.i2c.scl, rig.i2c.sda] if rig.i2c else []
    lines += [rig.ntc.pin] if rig.ntc else []
    return {line for line in lines if line}
