"""K08 and K09: what only a Raspberry Pi has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from host_cli.checkup.finding import error, ok, warning

if TYPE_CHECKING:
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine

# Bits of get_throttled: now, and (16 higher) since the start (Raspberry Pi documentation, vcgencmd).
THROTTLED = {
    0: "its supply voltage is too low",
    1: "its clock is held down",
    2: "it is throttled",
    3: "it is near its temperature limit",
}
SINCE_START = 16
SUPPLY = (
    "Use the Pi's own supply (5.1 V; 3 A, Pi 5: 5 A) with a short cable, and feed the motors from another."
)
COOLING = "Give the Pi a heat sink or a fan, and keep it out of the massager's case."
CONFIG_FILES = ("boot/firmware/config.txt", "boot/config.txt")  # since Debian 12, and before


def raspberry(machine: Machine) -> Iterator[Finding]:
    """Nothing on any other computer."""
    if machine.pi:
        yield _i2c(machine)
        yield _throttled(machine)


def _i2c(machine: Machine) -> Finding:
    if machine.at("dev/i2c-1").exists():
        return ok("K08", "I2C is enabled (/dev/i2c-1).")
    config = "".join(map(machine.read, CONFIG_FILES))
    if re.search(r"^\s*dtparam=i2c_arm=on", config, re.MULTILINE):
        say = "I2C is enabled in config.txt, but /dev/i2c-1 is not there."
        return error("K08", say, "sudo modprobe i2c-dev  # still not there: sudo reboot")
    say = "I2C is off: chips (PCA9685, ADS1115, INA219, DRV2605) cannot be reached."
    return warning("K08", say, "sudo raspi-config nonint do_i2c 0 && sudo reboot")


def throttled_bits(machine: Machine) -> int | None:
    """From the firmware's file, else from the Pi's own tool; None where neither tells."""
    for path in sorted(machine.at("sys/devices/platform").glob("**/*firmware*/get_throttled")):
        text = machine.read(str(path.relative_to(machine.root)))
        if re.fullmatch(r"\s*(0x)?[0-9a-fA-F]+\s*", text):
            return int(text, 16)
    told = re.search(r"throttled=0x([0-9a-fA-F]+)", machine.vcgencmd())
    return int(told[1], 16) if told else None


def _throttled(machine: Machine) -> Finding:
    bits = throttled_bits(machine)
    if bits is None:
        return ok("K09", f"{machine.pi}; it does not say whether its supply holds.")
    now = [words for bit, words in THROTTLED.items() if bits >> bit & 1]
    before = [words for bit, words in THROTTLED.items() if bits >> (bit + SINCE_START) & 1]
    remedy = SUPPLY if bits & (1 | 1 << SINCE_START) else COOLING
    if now:
        return error("K09", f"{machine.pi}: {', '.join(now)} (0x{bits:x}).", remedy)
    if before:
        say = f"{machine.pi}: at some time since it started: {', '.join(before)} (0x{bits:x})."
        return warning("K09", say, remedy)
    return ok("K09", f"{machine.pi}: supply and temperature were good since it started.")
