"""``thrum ports``: what a program could be played on. Nothing is opened, nothing is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from host_cli.work import json_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firmware_bridge.transport.discovery import Listed
    from firmware_bridge.transport.places import Places
    from host_cli.terminal import Terminal

SIM = {
    "port": "sim",
    "description": "a simulated device, started when it is used",
    "by_id": "",
    "kind": "SIM",
    "state": "free",
    "rig": "",
}


@click.command("ports")
@json_option
@click.pass_obj
def ports_command(terminal: Terminal, as_json: bool) -> None:
    """List what a program could be played on.

    Nothing is opened: what is behind a serial port is only asked when a program runs on it.
    """
    from host_cli.terminal import say_json

    serial, gpio = serial_ports(), gpio_rigs()
    rows = [SIM, *gpio, *serial]
    if as_json:
        say_json(rows)
        return
    width = max(len(each["port"]) for each in rows) + 2
    for each in rows:
        _tell(terminal, each, width)
    if not serial:
        terminal.say("No serial ports found. Plug the rig in with a cable that carries data.")
    names = [each["by_id"] for each in serial if each["by_id"] and each["state"] == "free"]
    terminal.next("thrum run evening-shoulders --port " + (names[0] if len(names) == 1 else "PORT"))


def _tell(terminal: Terminal, row: dict[str, Any], width: int) -> None:
    """The name that lasts is what one would copy; the other one is where the system put it today."""
    from host_cli.terminal import clean

    gap = " " * (width - len(row["port"]))
    rig = f", rig {row['rig']}" if row["rig"] else ""
    terminal.say(terminal.paint(row["port"], "bold") + gap + clean(row["description"]) + rig)
    if row["by_id"]:
        terminal.say(f"{' ' * width}{row['by_id']}  (this name stays the same)")
    if row["state"] != "free":
        terminal.say(f"{' ' * width}{clean(row['state'])}")


def serial_ports(
    places: Places | None = None, listed: Iterable[Listed] | None = None, rigs: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """The serial ports of this machine, each with its lasting name and who uses it.

    ``rigs``: device -> the user's rig that names it as its port; default: those of the configuration.
    """
    from firmware_bridge.transport.discovery import found_ports
    from firmware_bridge.transport.places import HERE

    places = places or HERE
    rigs = _rigs_by_device() if rigs is None else rigs
    return [
        {
            "port": each.device,
            "description": each.description,
            "by_id": each.lasting,
            "kind": "unknown until asked",
            "state": state_of(each.device, places),
            "rig": rigs.get(os.path.realpath(each.device), ""),
        }
        for each in found_ports(places, listed)
    ]


def state_of(device: str, places: Places) -> str:
    """``free``, or what keeps a program from using it, as far as files tell."""
    from firmware_bridge.transport.holders import holders, lock_file

    used = holders(device, places)
    if used:
        return f"in use by {used[0]}"
    lock = lock_file(device, places)
    if lock is not None and lock.holder is not None:
        return f"locked by {lock.holder}: {lock.path}"
    if not os.access(device, os.R_OK | os.W_OK):
        return "you may not open it; thrum doctor says what to do"
    return "free"


def gpio_rigs() -> list[dict[str, Any]]:
    """The user's rigs on this computer's own pins."""
    return [
        {**SIM, "port": rig.address, "description": rig.title, "kind": "REAL", "rig": rig.id}
        for rig in _rigs()
        if rig.on_a_pi
    ]


def _rigs_by_device() -> dict[str, str]:
    return {os.path.realpath(rig.port): rig.id for rig in _rigs() if rig.port}


def _rigs() -> list[Any]:
    from firmware_bridge.rigs.load import examine_rig, rig_files
    from host_cli.rig_choice import user_rigs
    from programs.errors import Rejected

    found = []
    for path in rig_files(user_rigs()):
        try:
            examined = examine_rig(path.stem, user_rigs())
        except Rejected:  # thrum rig check says what is wrong with it
            continue
        if examined.rig is not None:
            found.append(examined.rig)
    return found
