"""K10 to K12: the serial ports, who uses them, and the user's rigs. Nothing is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from host_cli.checkup.finding import error, ok, warning

if TYPE_CHECKING:
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine


def cables(machine: Machine) -> Iterator[Finding]:
    yield _ports(machine)
    yield _locks(machine)
    yield from _rigs(machine)


def _ports(machine: Machine) -> Finding:
    from firmware_bridge.transport.holders import holders

    users = [(port.best_name, holders(port.device, machine.places)) for port in machine.ports]
    used = [(name, found[0]) for name, found in users if found]
    if used:
        named = "; ".join(f"{name} by {user}" for name, user in used)
        return warning("K10", f"In use: {named}.", f"kill {used[0][1].pid}  # or close it in its window")
    if not machine.ports:
        return ok("K10", "No serial port is there (only a rig on a cable needs one).")
    return ok("K10", f"{', '.join(port.best_name for port in machine.ports)}.")


def _locks(machine: Machine) -> Finding:
    from firmware_bridge.transport.holders import lock_file

    found = [lock_file(port.device, machine.places) for port in machine.ports]
    held = [each for each in found if each is not None and each.holder is not None]
    stale = [each for each in found if each is not None and each.holder is None]
    if held:
        say = "; ".join(f"{each.path} is held by {each.holder}" for each in held)
        return warning("K11", f"{say}.", f"kill {held[0].pid}  # or close it in its window")
    if stale:
        say = "; ".join(each.remark for each in stale)
        return warning("K11", f"{say}.", "sudo rm " + " ".join(str(each.path) for each in stale))
    return ok("K11", "No program has locked a port by a file.")


def _rigs(machine: Machine) -> Iterator[Finding]:
    """Each rig file of the user, and the one that commands mean."""
    from firmware_bridge.rigs.load import default_rig, examine_rig, rig_files
    from programs.errors import Rejected

    folder = machine.config / "rigs"
    files = rig_files(folder)
    bad = []
    for path in files:
        try:
            examined = examine_rig(path, folder)
        except Rejected:
            bad.append(path.stem)
        else:
            bad += [] if examined.ok else [path.stem]
    chosen = default_rig(machine.config)
    if bad:
        check = f"thrum rig check {bad[0]}"
        yield error("K12", f"These rigs have errors: {', '.join(bad)}.", check)
    elif chosen is not None and "/" not in chosen and chosen not in [path.stem for path in files]:
        yield error("K12", f"The default rig '{chosen}' is not there.", "thrum rig default --none")
    elif files:
        meant = f"; commands mean '{chosen}'" if chosen else ""
        yield ok("K12", f"{', '.join(path.stem for path in files)}{meant}.")
    else:
        yield ok("K12", "You have described no rig; programs run on sim.")
