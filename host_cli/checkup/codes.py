"""What ``thrum doctor`` looks at, by code: what it is about, how it is looked at, its exit code as an error.

Codes are stable. ``thrum explain`` shows these pages.
"""

from __future__ import annotations

from typing import NamedTuple

from host_cli.exits import NO_DEVICE, REFUSED, REJECTED, USAGE


class Subject(NamedTuple):
    """``exits``: the exit code of doctor when it is an error."""

    about: str
    exits: int
    text: str


CODES: dict[str, Subject] = {
    "K01": Subject("Python", USAGE, "The version that runs this command, against the oldest that will do."),
    "K02": Subject("packages", USAGE, "Each package that Thrum needs is installed, and not too old."),
    "K03": Subject(
        "packages for the pins of a Pi", NO_DEVICE,
        "On a Raspberry Pi only: what drives its own pins comes with pipx install 'thrum-massager[gpio]'.",
    ),
    "K04": Subject(
        "access to serial ports", NO_DEVICE,
        "Serial ports belong to a group (dialout, or uucp); whoever opens them has to be in it, and to have "
        "logged in since. Never run Thrum as root instead.",
    ),
    "K05": Subject(
        "access to pins and buses", NO_DEVICE,
        "The same for the pins, PWM and I2C of a Raspberry Pi: groups gpio and i2c.",
    ),
    "K06": Subject(
        "udev rule", NO_DEVICE,
        "The rule gives boards a name of their own under /dev, and keeps other programs off. thrum doctor "
        "--udev prints it. Without it everything works, under names that may change.",
    ),
    "K07": Subject(
        "ModemManager", NO_DEVICE,
        "It opens every new serial port and asks whether that is a modem; a rig is busy meanwhile. The udev "
        "rule (K06) keeps it off.",
    ),
    "K08": Subject("I2C", NO_DEVICE, "On a Raspberry Pi: the bus of its chips is switched on, and there."),
    "K09": Subject(
        "power and heat of the Pi", NO_DEVICE,
        "A Raspberry Pi that had too little voltage, or got too hot, slows down or starts again: it must not "
        "share the supply of the motors.",
    ),
    "K10": Subject(
        "serial ports", NO_DEVICE,
        "Which there are, and which program uses one. An error when the port of your default rig is not "
        "there, its name fits several, or it is the pins of a Raspberry Pi and this computer is none: "
        "nothing could be played on it now.",
    ),
    "K11": Subject("lock files", NO_DEVICE, "Some programs lock a port by a file, and some leave it behind."),
    "K12": Subject(
        "rigs", REJECTED,
        "Your rig files are read and checked, and the default rig has to be there and to say its port.",
    ),
    "K13": Subject("data folder", USAGE, "Where records and the proofs of commissioning are written."),
    "K14": Subject("disk space", USAGE, "A record takes about a megabyte; under 20 MB it may not fit."),
    "K15": Subject(
        "clock", USAGE, "Records and the day's total of vibration go by the date; a Pi has no battery for it."
    ),
    "K20": Subject("device", NO_DEVICE, "With --port only: something answers there, and it is a massager."),
    "K21": Subject("firmware", NO_DEVICE, "Its firmware is the one that this Thrum brings; another may do."),
    "K22": Subject("limits", NO_DEVICE, "The limits that the device tells carry a CRC, and it is right."),
    "K23": Subject(
        "commissioning", REFUSED,
        "Until thrum rig commission has put its stamp on a device it plays a tenth of full scale, 2 s at a "
        "time. Any change of its configuration voids the stamp.",
    ),
    "K24": Subject(
        "fault", REFUSED,
        "A fault stays latched, over resets too, until thrum rig clear-fault has said and cleared it.",
    ),
    "K25": Subject(
        "profile", REFUSED,
        "The device names its profile by a hash; a built-in profile or a rig of yours has to have it.",
    ),
    "K26": Subject(
        "DRY", REFUSED,
        "After thrum rig verify a device holds ENABLE off until it is reset: unplug it, plug it in again. "
        "Until then neither commission nor run start anything on it.",
    ),
}  # fmt: skip
