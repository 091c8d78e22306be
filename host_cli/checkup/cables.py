"""K10 to K12: the serial ports, who uses them, and the user's rigs. Nothing is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from host_cli.checkup.finding import error, ok, warning

if TYPE_CHECKING:
    from firmware_bridge.rigs.document import Rig
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine


def cables(machine: Machine) -> Iterator[Finding]:
    yield _ports(machine)
    yield _locks(machine)
    yield from _rigs(machine)


def _ports(machine: Machine) -> Finding:
    from firmware_bridge.transport.holders import holders

    absent = _absent(machine)
    if absent is not None:
        return absent
    users = [(port.best_name, holders(port.device, machine.places)) for port in machine.ports]
    used = [(name, found[0]) for name, found in users if found]
    if used:
        named = "; ".join(f"{name} by {user}" for name, user in used)
        return warning("K10", f"In use: {named}.", f"kill {used[0][1].pid}  # or close it in its window")
    if not machine.ports:
        return ok("K10", "No serial port is there (only a rig on a cable needs one).")
    return ok("K10", f"{', '.join(port.best_name for port in machine.ports)}.")


def _absent(machine: Machine) -> Finding | None:
    """The default rig's port, where it names one that is not there, or several."""
    from firmware_bridge.errors import BridgeError
    from firmware_bridge.transport.discovery import path_of, what_there_is
    from firmware_bridge.transport.places import is_url

    rig = _default(machine)
    if rig is not None and rig.on_a_pi and not machine.pi:
        say = f"Your default rig '{rig.id}' is on the pins of a Raspberry Pi, and this computer is none."
        return error("K10", say, "thrum rig default --none  # programs run on sim then; or go to the Pi")
    if rig is None or not rig.port:
        return None
    try:
        path = path_of(rig.port, machine.places, machine.listed)
        if is_url(path) or Path(path).exists() or any(port.device == path for port in machine.ports):
            return None
        say = f"There is no port {path}. {what_there_is(machine.places, machine.listed)}"
    except BridgeError as found:
        say = found.sentence
    remedy = f"plug '{rig.id}' in, or correct port in {rig.file}; thrum ports lists what there is"
    return error("K10", f"The port of your default rig '{rig.id}': {say}", remedy)


def _default(machine: Machine) -> Rig | None:
    """The default rig, if it is there and can be read."""
    from firmware_bridge.rigs.load import default_rig, examine_rig
    from programs.errors import Rejected

    chosen = default_rig(machine.config)
    try:
        return examine_rig(chosen, machine.config / "rigs").rig if chosen is not None else None
    except Rejected:
        return None


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
    from firmware_bridge.rigs.load import default_rig, rig_files

    files = [path.stem for path in rig_files(machine.config / "rigs")]
    chosen, rig = default_rig(machine.config), _default(machine)
    meant = [chosen] if chosen is not None and chosen not in files else []
    bad = [ref for ref in (*files, *meant) if not _is_good(machine, ref)]
    if chosen is not None and rig is None and chosen not in files and not Path(chosen).exists():
        yield error("K12", f"The default rig '{chosen}' is not there.", "thrum rig default --none")
    elif bad:
        yield error("K12", f"These rigs have errors: {', '.join(bad)}.", f"thrum rig check {bad[0]}")
    elif rig is not None and not rig.address:
        say = f"The default rig '{rig.id}' does not say its port: nothing can be played on it."
        yield error("K12", say, f'write port = "..." into {rig.file}; thrum ports lists what there is')
    elif files or rig is not None:
        told = f"; commands mean '{chosen}'" if chosen else ""
        yield ok("K12", f"{', '.join(files) or 'None in your folder'}{told}.")
    else:
        yield ok("K12", "You have described no rig; programs run on sim.")


def _is_good(machine: Machine, ref: str) -> bool:
    from firmware_bridge.rigs.load import examine_rig
    from programs.errors import Rejected

    try:
        return examine_rig(ref, machine.config / "rigs").ok
    except Rejected:
        return False
