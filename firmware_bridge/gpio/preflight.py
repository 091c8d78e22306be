"""What a rig needs of this computer, asked before anything is driven: each lack with its remedy.

Rules kept here: nothing is opened for writing and nothing imported; the first thing in the way is said
alone, since what comes after it often goes away with it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from firmware_bridge.errors import BridgeError, PortNotPermitted, PortUnusable
from firmware_bridge.gpio import errors
from firmware_bridge.gpio.off import Failure, printed, pwm_pins_of
from firmware_bridge.gpio.platform import Computer
from firmware_bridge.gpio.sysfs_pwm import FUNCTIONS, SysfsPwm

INSTALL = "pip install 'thrum-massager[gpio]'"
# Modules by what needs them; the first is Blinka itself.
PACKAGES = {
    "board": "Adafruit Blinka",
    "gpiod": "the GPIO library of Blinka",
}
PWM_PACKAGE = "adafruit_blinka_raspberry_pi_pwm"
LIBRARIES = {"pca9685": "adafruit_pca9685", "drv2605": "adafruit_drv2605"}
CONFIG = "/boot/firmware/config.txt"
NOBODY = (6, 19, 121)  # ENXIO, ENODEV, EREMOTEIO: what a bus says when nobody acknowledges
TIMED_OUT = 110


def obstacle(address: str, plan: dict[str, Any], computer: Computer) -> BridgeError | None:
    """The first thing in the way of this rig; None when there is none."""
    return (
        _of_the_computer(address, plan, computer)
        or _of_packages(address, plan, computer)
        or _of_gpio(address, computer)
        or _of_i2c(address, plan, computer)
        or _of_pwm(address, plan, computer)
    )


def _of_the_computer(address: str, plan: dict[str, Any], computer: Computer) -> BridgeError | None:
    try:
        model = computer.model.read_text(encoding="utf-8", errors="replace").strip("\0\n ")
    except OSError:
        model = ""
    if "Raspberry Pi" not in model:
        what = f"This is a {model}" if model else "This computer"
        what += ", not a Raspberry Pi" if model else " is no Raspberry Pi"
        say = f"{what}: it has no pins to drive a rig with. Use a board on a serial port, or --port sim."
        return errors.NotARaspberryPi(address, say)
    wanted = plan["name"].rpartition("-")[2]
    if f"Raspberry Pi {wanted}" not in model and f"Compute Module {wanted}" not in model:
        say = f"The rig is wired to a Raspberry Pi {wanted}, and this is a {model}: their PWM differs. "
        return errors.NotARaspberryPi(address, f'{say}Correct "board" in the rig\'s file if it moved.')
    return None


def _of_packages(address: str, plan: dict[str, Any], computer: Computer) -> BridgeError | None:
    wanted = dict(PACKAGES)
    if pwm_pins_of(plan):
        wanted[PWM_PACKAGE] = "the PWM library of Blinka"
    for part in plan["outputs"]:
        if part[0] in LIBRARIES:
            wanted[LIBRARIES[part[0]]] = f"the library of the {part[0].upper()}"
    if plan["ntc"] is not None and plan["ntc"][0] == "ads1115":
        wanted["adafruit_ads1x15"] = "the library of the ADS1115"
    if plan["current"] is not None:
        wanted["adafruit_ina219"] = "the library of the INA219"
    lacking = [title for module, title in wanted.items() if not computer.has(module)]
    if not lacking:
        return None
    verb = "is" if len(lacking) == 1 else "are"
    say = f"{lacking[0][0].upper()}{', '.join(lacking)[1:]} {verb} not installed. Type: {INSTALL}"
    return errors.BlinkaMissing(address, say)


def _of_gpio(address: str, computer: Computer) -> BridgeError | None:
    return None if computer.may(computer.lock) else _not_permitted(address, computer.lock, "gpio")


def _of_i2c(address: str, plan: dict[str, Any], computer: Computer) -> BridgeError | None:
    if plan["i2c"] is None:
        return None
    bus = computer.dev / "i2c-1"
    if not bus.exists():
        say = f"I2C is switched off: there is no {bus}. Type: sudo raspi-config nonint do_i2c 0"
        return errors.I2cDisabled(address, f"{say}; then restart the Pi.")
    return None if computer.may(bus) else _not_permitted(address, bus, "i2c")


def _of_pwm(address: str, plan: dict[str, Any], computer: Computer) -> BridgeError | None:
    pins = pwm_pins_of(plan)
    if not pins:
        return None
    chip = SysfsPwm(computer.pwm, plan["name"]).chip()
    if chip is None:
        return pwm_not_set_up(address, pins)
    export = chip / "export"
    return None if computer.may(export, os.W_OK) else _not_permitted(address, export, "gpio")


def pwm_not_set_up(address: str, pins: list[str]) -> BridgeError:
    """With the lines for the Pi's settings."""
    if len(pins) == 1:
        line = f"dtoverlay=pwm,pin={pins[0][1:]},func={FUNCTIONS[pins[0]]}"
    else:
        first, second = pins[:2]
        line = f"dtoverlay=pwm-2chan,pin={first[1:]},func={FUNCTIONS[first]}"
        line += f",pin2={second[1:]},func2={FUNCTIONS[second]}"
    named = " and ".join(printed(pin) for pin in pins)
    say = f"{named} {'has' if len(pins) == 1 else 'have'} no hardware PWM yet. Write this line into {CONFIG}"
    return errors.PwmNotSetUp(address, f"{say} and restart the Pi: {line}")


def _not_permitted(address: str, path: Path, group: str) -> BridgeError:
    if not path.exists():
        return errors.PinsUnusable(
            address, f"There is no {path}. Restart the Pi; if it stays away, update it."
        )
    say = f"You are not allowed to use {path}, which belongs to group {group}."
    advice = f"Type: sudo usermod -aG {group} $USER, then log out and in."
    return PortNotPermitted(address, f"{say} {advice}", group)


def failed(address: str, plan: dict[str, Any], failure: Failure) -> BridgeError:
    """What could not be written off, or does not answer, as an error with what to check."""
    number = getattr(failure.error, "errno", None)
    text = " ".join(str(failure.error).split())
    if failure.chip is None:
        if failure.what == "the I2C bus":
            say = f"The I2C bus cannot be opened: {text}. Check SDA and SCL, and with: sudo raspi-config"
            return errors.PinsUnusable(address, f"{say} (Interface Options, I2C).")
        say = f"{failure.what} cannot be driven: {text}. Another program may hold it;"
        return errors.PinsUnusable(address, f"{say} end that, or restart the Pi.")
    scl, sda = (printed(pin) for pin in plan["i2c"])
    if number == TIMED_OUT:
        say = f"The I2C bus is held low, and {failure.what} cannot be reached. Unplug the supply"
        return errors.BusHeld(
            address,
            f"{say}, look for a short between SDA ({sda}), SCL ({scl}) and ground, and plug it in again.",
        )
    if number not in NOBODY:
        say = f"{failure.what} answers badly: {text}. Check its wires to SDA ({sda}) and SCL ({scl}):"
        return errors.ChipAbsent(address, f"{say} firm, and shorter than 30 cm.")
    say = f"The {failure.what} does not answer. Check its 3.3 V and ground, SDA on {sda}, SCL on {scl}"
    say += " and its address jumpers; type: i2cdetect -y 1 (it lists the addresses that answer)."
    return errors.ChipAbsent(address, say)


@contextlib.contextmanager
def keeping(address: str, folder: Path) -> Iterator[None]:
    """What is written here has to be kept: without the motors' time, every start would find them rested."""
    try:
        yield
    except OSError as error:
        say = f"{folder}, where {address} keeps how long its motors have run, cannot be written:"
        why = (error.strerror or str(error)).rstrip(".")
        advice = f"Make room there (df), or make it yours: sudo chown -R $USER {folder}"
        raise PortUnusable(address, f"{say} {why}. {advice}") from error


def unusable(address: str, error: BaseException) -> BridgeError:
    """What Blinka or the kernel says when the pins cannot be had at all."""
    text = " ".join(str(error).split())
    say = f"The pins of this Raspberry Pi cannot be used: {text.rstrip('.')}."
    return errors.PinsUnusable(address, f"{say} Type: {INSTALL}, then: thrum doctor")
