"""A rig file to begin with: complete, every line explained, sound for its board and profile.

Pins are a choice that fits the board (PWM hardware of its own for each part, a bus, an ADC); whoever wires
differently writes what was wired.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from firmware_bridge.rigs.boards import BOARDS, INA219_BUS_V, INA219_SHUNT_V
from firmware_bridge.rigs.loads import motor_stall_a, stall_a
from firmware_bridge.rigs.ratings import bridge_for
from programs.profile import Output, Profile

DRIVE_PINS = (2, 6, 10)  # of a Pico: each on a slice of its own
SHUNTS_OHM = (0.1, 0.05, 0.02, 0.01, 0.005)  # as INA219 boards have them, or can be given
FULL_CELL = 4.2 / 3.6  # of a lithium cell: full, against what a profile states


def started(rig_id: str, board: str, profile: Profile, profile_ref: str) -> str:
    """The text of a new rig file.

    >>> from programs.profile import load_profile
    >>> started("my-rig", "pico", load_profile("vibration-pad"), "vibration-pad").splitlines()[3]
    'id = "my-rig"'
    """
    pi = board.startswith("raspberry-pi")
    blocks = [
        _head(rig_id, board, profile_ref, pi),
        _pins(pi),
        *(_part(index, output, profile, pi) for index, output in enumerate(profile.outputs)),
        *_sensors(profile, pi),
        _calibration(profile),
    ]
    return "\n".join(blocks)


def _head(rig_id: str, board: str, profile_ref: str, pi: bool) -> str:
    lines = [
        "# A rig: which part hangs on which pin. Write here what is wired; 'thrum rig check' says what",
        "# cannot be. What the parts can do stands in the profile.",
        'format = "thrum-rig/1"',
        f'id = "{rig_id}"',
        f'title = "{BOARDS[board].title}: {rig_id.replace("-", " ")}"',
        f"profile = {json.dumps(profile_ref)}",
        f'board = "{board}"',
    ]
    if not pi:
        lines.append(_beside('port = ""', "once it is flashed: the lasting name that 'thrum ports' shows"))
    return "\n".join(lines) + "\n"


def _beside(line: str, remark: str) -> str:
    return f"{line:<32} # {remark}"


def _pins(pi: bool) -> str:
    stop, enable, led = ("GPIO17", "GPIO27", "GPIO22") if pi else ("GP14", "GP15", "GP25")
    lines = [
        "[pins]",
        _beside(f'stop = "{stop}"', "the recipient's stop, normally closed to ground: open means stop"),
        _beside(f'enable = "{enable}"', "toggled every 10 ms into the one-shot that passes motor power"),
        _beside(f'led = "{led}"', "take it out if there is none" if pi else "the LED on the board"),
    ]
    return "\n".join(lines) + "\n"


def _part(index: int, output: Output, profile: Profile, pi: bool) -> str:
    lines = ["[[part]]", _beside(f'output = "{output.name}"', f"as the profile calls it: {output.head}")]
    if pi:
        remark = "a channel of it, and a MOSFET or H-bridge behind the channel"
        lines += [_beside('driver = "pca9685"', remark), "address = 0x40", f"channel = {index}"]
    elif output.motor is not None and output.driver != "low-side":
        pin, stall = DRIVE_PINS[index], motor_stall_a(output, profile)
        lines += [
            _beside('driver = "h-bridge"', f"such as a {bridge_for(stall, profile).name} board"),
            _beside(f'pin = "GP{pin}"', "its forward input"),
            _beside(f'reverse_pin = "GP{pin + 1}"', "its reverse input, held low"),
            _beside(f'# enable_pin = "GP{pin + 10}"', "if it has one (BTS7960: R_EN and L_EN joined)"),
        ]
    else:
        lines += [
            _beside('driver = "mosfet"', "low side, logic level"),
            _beside(f'pin = "GP{DRIVE_PINS[index]}"', "to its gate"),
        ]
    return "\n".join(lines) + "\n"


def _sensors(profile: Profile, pi: bool) -> Iterator[str]:
    heats = any(output.heater is not None for output in profile.outputs)
    measured = profile.supply.cells > 0 and profile.supply.volts * FULL_CELL <= INA219_BUS_V
    if pi or measured:
        scl, sda = ("GPIO3", "GPIO2") if pi else ("GP5", "GP4")
        yield f'[i2c]\nscl = "{scl}"\nsda = "{sda}"\n'
    if heats:
        where = ["ads1115 = 0x48", "channel = 0"] if pi else ['pin = "GP26"']
        yield "\n".join([_beside("[ntc]", "the pad's sensor; without it nothing heats"), *where]) + "\n"
    if measured:
        stall = sum(stall_a(output, profile) for output in profile.outputs)
        shunt = next((ohm for ohm in SHUNTS_OHM if stall * ohm <= INA219_SHUNT_V), SHUNTS_OHM[-1])
        lines = [
            _beside("[current]", "in the supply line: the device stops before cells are damaged"),
            f"ina219 = {'0x41' if pi else '0x40'}",
            _beside(f"shunt_ohm = {shunt:g}", f"held motors draw {stall:.1f} A; it reads 0.32 V at most"),
        ]
        yield "\n".join(lines) + "\n"


def _calibration(profile: Profile) -> str:
    output = profile.outputs[0]
    return (
        "# Measured on this very part; it may lower what the profile says, never raise it.\n"
        "# [[calibration]]\n"
        f'# output = "{output.name}"\n'
        f"# start_duty = {output.start_duty:g}\n"
        f"# max_duty = {output.max_duty:g}\n"
    )
