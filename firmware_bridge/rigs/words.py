"""What people write instead of the words of a rig file, and what to tell them."""

from __future__ import annotations

from typing import Any

from programs.diagnostics import Where

WORD_FOR = {
    "board": {
        "rpi4": "raspberry-pi-4", "pi4": "raspberry-pi-4", "pi-4": "raspberry-pi-4",
        "rpi5": "raspberry-pi-5", "pi5": "raspberry-pi-5", "pi-5": "raspberry-pi-5",
        "rpi-4": "raspberry-pi-4", "rpi-5": "raspberry-pi-5", "raspberry-pi": "raspberry-pi-4",
        "rp2040": "pico", "rp2350": "pico-2", "pico2": "pico-2", "raspberry-pi-pico": "pico",
        "raspberry-pi-pico-2": "pico-2",
    },
    "driver": {
        "drv8871": "h-bridge", "bts7960": "h-bridge", "ibt-2": "h-bridge", "l298n": "h-bridge",
        "hbridge": "h-bridge", "irlz44n": "mosfet", "transistor": "mosfet", "fet": "mosfet",
        "low-side": "mosfet", "drv2605l": "drv2605",
    },
}  # fmt: skip


def advice(where: Where, value: Any) -> str:
    """The word of a rig file for what was written; nothing when none is known."""
    key = where[-1] if where else ""
    if isinstance(value, str):
        word = WORD_FOR.get(str(key), {}).get(value.strip().lower().replace("_", "-").replace(" ", "-"))
        if word:
            return f'Write "{word}".'
    if key in ("address", "ads1115", "ina219") and not isinstance(value, dict | list):
        return "An address is a whole number without quotes, such as 0x40; i2cdetect shows which answer."
    return ""
