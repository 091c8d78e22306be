"""Steps that only look: the checklist, and the supply's voltage and current."""

from __future__ import annotations

from firmware_bridge.protocol.messages import NO_READING
from host_cli.commissioning.desk import Desk, Step, failed

TOLERANCE = 0.10  # of the profile's supply voltage: adapters keep 5 %, and a meter adds its own (E)
IDLE_MARGIN_MA = 60  # above the profile's idle current: something draws that was not asked to (device limit)

CHECKLIST = (
    ("fuse", "A fuse sits in the supply of motors and heater, next to the supply?", "Fit the fuse."),
    ("separate_supply", "Motors and heater have a supply of their own; only ground is shared with the board?",
     "Give them their own supply."),
    ("flyback", "Every motor without a half-bridge has a flyback diode across it, its band to plus?",
     "Fit the diodes: without them a switch dies, and it may die closed."),
    ("pull_downs", "Every gate and driver input has a pull-down: off while the board starts or is gone?",
     "Fit the resistors."),
    ("enable_one_shot", "ENABLE passes through the one-shot, and that opens a second switch in series?",
     "Wire it as thrum rig wiring draws it; without it there is neither heat nor percussion."),
    ("stop_in_series", "The recipient's stop is normally closed and breaks the supply of motors AND heater?",
     "Wire it as thrum rig wiring draws it: it must work without any software."),
    ("cut_off", "The heater's cut-off sits on the skin side, resets not by itself, opens by 50 C?",
     "Fit it before the pad is powered again."),
    ("comparator", "A comparator with a sensor of its own opens ENABLE at 45 C, and stays open?",
     "Wire it as thrum rig wiring draws it: the pad must not depend on one sensor and one program."),
)  # fmt: skip
HEATER_ONLY = ("cut_off", "comparator")


def _checklist(desk: Desk) -> None:
    heats = "heat" in desk.profile.channels
    for name, question, otherwise in CHECKLIST:
        if heats or name not in HEATER_ONLY:
            desk.must(name, question, otherwise)


def _supply(desk: Desk) -> None:
    wanted_v = desk.profile.supply.volts
    desk.host.rest()
    status = desk.host.status
    if status.supply_mv == NO_READING:
        volts = desk.number(
            "supply_v", "The rig does not measure it. The motor supply, by your meter, in V?", 0, 60
        )
    else:
        volts = status.supply_mv / 1000
        desk.found.measured["supply_v"] = round(volts, 2)
        desk.tell(f"The rig measures {volts:.1f} V.")
    if not abs(volts - wanted_v) <= TOLERANCE * wanted_v:
        say = f"the supply has {volts:.1f} V; the profile says {wanted_v:g} V, allowed are 10 % more or less."
        raise failed(say, "Use the supply that the profile names, or correct the profile.")
    if status.current_ma == NO_READING:
        return
    desk.found.measured["idle_ma"] = status.current_ma
    desk.tell(f"Everything is off, and {status.current_ma} mA flow.")
    most = round(desk.profile.supply.idle_current_a * 1000) + IDLE_MARGIN_MA
    if not status.current_ma <= most:
        say = f"{status.current_ma} mA flow with everything off; allowed are {most}."
        raise failed(say, "Unplug it, and look for a switch that is shorted.")


STEPS = (
    Step("checklist", "Look at the rig", "Nothing moves. What only eyes can check.", _checklist),
    Step("supply", "The supply", "Nothing moves. Voltage and current with everything off.", _supply),
)
