"""Two rigs for the bundle: one on bare pins, one with every chip that there is a driver for."""

from __future__ import annotations

from firmware_bridge.rigs.document import Rig
from programs.profile import Profile, load_profile

HEAD = {"format": "thrum-rig/1", "title": "On the bench", "profile": "heated-head", "board": "pico"}
PINS = {"stop": "GP15", "enable": "GP14", "led": "GP25"}
PAD = {"output": "heat-pad", "driver": "mosfet", "pin": "GP10"}


def plain_rig() -> Rig:
    """A MOSFET, an H-bridge, a heater and its sensor on pins: what the reference rigs on a Pico have."""
    bridge = {"output": "percussion-head", "driver": "h-bridge", "pin": "GP6", "reverse_pin": "GP8"}
    parts = [{"output": "vibration-pad", "driver": "mosfet", "pin": "GP2"}, bridge, PAD]
    return Rig.model_validate(
        {**HEAD, "id": "plain", "pins": PINS, "part": parts, "ntc": {"pin": "GP26"}}, strict=False
    )


def chips_rig() -> Rig:
    """Everything on I2C. What the parts draw is not the point: pins, registers and memory are."""
    fan = {"output": "percussion-head", "driver": "pca9685", "address": 0x40, "channel": 3}
    parts = [{"output": "vibration-pad", "driver": "drv2605", "address": 0x5A}, fan, PAD]
    more = {"i2c": {"scl": "GP5", "sda": "GP4"}, "ntc": {"ads1115": 0x48, "channel": 0}}
    return Rig.model_validate(
        {**HEAD, "id": "chips", "pins": PINS, "part": parts, **more, "current": {"ina219": 0x41}},
        strict=False,
    )


def profile() -> Profile:
    return load_profile("heated-head")
