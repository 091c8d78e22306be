"""Rig files for tests: sound ones, and a way to break a line of them."""

from __future__ import annotations

from pathlib import Path

from firmware_bridge.rigs.load import ExaminedRig, examine_rig

PICO = """format = "thrum-rig/1"
id = "rig"
title = "A test rig"
profile = "heated-head"
board = "pico"
[pins]
stop = "GP14"
enable = "GP15"
led = "GP25"
[[part]]
output = "vibration-pad"
driver = "h-bridge"
pin = "GP2"
reverse_pin = "GP3"
[[part]]
output = "percussion-head"
driver = "h-bridge"
pin = "GP6"
reverse_pin = "GP7"
[[part]]
output = "heat-pad"
driver = "mosfet"
pin = "GP10"
[ntc]
pin = "GP26"
"""
PI = """format = "thrum-rig/1"
id = "rig"
title = "A test rig on a Pi"
profile = "heated-head"
board = "raspberry-pi-4"
[pins]
stop = "GPIO17"
enable = "GPIO27"
led = "GPIO22"
[i2c]
scl = "GPIO3"
sda = "GPIO2"
[[part]]
output = "vibration-pad"
driver = "pca9685"
address = 0x40
channel = 0
[[part]]
output = "percussion-head"
driver = "pca9685"
address = 0x40
channel = 1
[[part]]
output = "heat-pad"
driver = "pca9685"
address = 0x40
channel = 2
[ntc]
ads1115 = 0x48
channel = 0
[current]
ina219 = 0x41
shunt_ohm = 0.02
"""


def examined(folder: Path, text: str, *changes: tuple[str, str]) -> ExaminedRig:
    """The rig file with ``changes`` (old, new), each of which must be felt."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "rig.toml"
    path.write_text(text)
    return examine_rig(path, folder)


def codes(rig: ExaminedRig) -> list[str]:
    """The codes of what is wrong, in the order of the file."""
    return [each.code for each in rig.diagnostics]
