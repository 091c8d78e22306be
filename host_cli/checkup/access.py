"""K04 to K07: who may open what, the udev rule, and ModemManager."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from host_cli.checkup.finding import error, ok, warning
from host_cli.checkup.system_files import RULES_NAME, install_rules, rules_for

if TYPE_CHECKING:
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine

SERIAL_GROUPS = ("dialout", "uucp")  # Debian, Fedora and most others; Arch
# What a rig on a Pi's pins opens: pins, the bus of its chips, PWM.
PIN_FILES = ("gpiochip0", "i2c-1", "gpiomem")
RULES_FOLDERS = ("etc/udev/rules.d", "run/udev/rules.d", "usr/lib/udev/rules.d", "lib/udev/rules.d")
MODEM_MANAGER = "ModemManager"


def access(machine: Machine) -> Iterator[Finding]:
    yield _serial(machine)
    if machine.pi:
        yield _pins(machine)
    yield _rule(machine)
    yield _modem_manager(machine)


def serial_group(machine: Machine) -> str:
    """The group of the serial ports here."""
    owned = (machine.group_of(Path(port.device)) for port in machine.ports)
    known = (group for group in SERIAL_GROUPS if machine.has_group(group))
    return next(filter(None, owned), "") or next(known, "")


def _serial(machine: Machine) -> Finding:
    group = serial_group(machine)
    blocked = [port.device for port in machine.ports if not machine.may_use(Path(port.device))]
    if blocked:
        return error("K04", f"You may not open {', '.join(blocked)}.", _join(machine, group))
    if machine.ports:
        return ok("K04", "You may open every serial port there is.")
    if group and group not in machine.groups and machine.user != "root":
        return warning(
            "K04", f"You are not in group {group}, which owns serial ports.", _join(machine, group)
        )
    return ok("K04", f"You are in group {group}." if group in machine.groups else "No port to open yet.")


def _join(machine: Machine, group: str) -> str:
    if not group:
        return "Ask the owner of this machine for access to the port; do not run Thrum as root."
    if machine.is_listed(group):
        return f"You were put into group {group} after you logged in: log out and in."
    return f"sudo usermod -aG {group} $USER  # then log out and in"


def _pins(machine: Machine) -> Finding:
    files = [machine.at(f"dev/{name}") for name in PIN_FILES]
    blocked = [path for path in files if path.exists() and not machine.may_use(path)]
    if not blocked:
        return ok("K05", "You may use this computer's pins and buses.")
    groups = list(dict.fromkeys(filter(None, map(machine.group_of, blocked))))
    named = ", ".join(f"/dev/{path.name}" for path in blocked)
    if groups and all(map(machine.is_listed, groups)):
        return error("K05", f"You may not use {named}.", _join(machine, groups[0]))
    return error("K05", f"You may not use {named}.", _join(machine, ",".join(groups)))


def _installed_rule(machine: Machine) -> str | None:
    """The text of the rule that counts; None when there is none."""
    texts = (machine.read(f"{folder}/{RULES_NAME}") for folder in RULES_FOLDERS)
    return next(filter(None, texts), None)


def _rule(machine: Machine) -> Finding:
    installed, wanted = _installed_rule(machine), rules_for(serial_group(machine))
    if installed is None:
        say = f"The udev rule {RULES_NAME} is not installed: boards have no name of their own under /dev."
        return warning("K06", say, install_rules())
    if installed != wanted:
        return warning("K06", f"The udev rule {RULES_NAME} is not that of this version.", install_rules())
    return ok("K06", f"The udev rule {RULES_NAME} is installed.")


def _modem_manager(machine: Machine) -> Finding:
    from firmware_bridge.transport.holders import running

    pid = running(MODEM_MANAGER, machine.places)
    if pid is None:
        return ok("K07", "ModemManager does not run.")
    if _installed_rule(machine) is not None:
        return ok("K07", "ModemManager runs, and the udev rule keeps it off boards.")
    say = f"ModemManager runs (process {pid}) and asks every new port whether it is a modem."
    return warning("K07", say, install_rules())
