"""``thrum ports``: what a program could be played on. Nothing is opened, nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from host_cli.work import json_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from host_cli.terminal import Terminal

BY_ID = Path("/dev/serial/by-id")
SIM = {
    "port": "sim",
    "description": "a simulated device, started when it is used",
    "by_id": "",
    "kind": "SIM",
}


@click.command("ports")
@json_option
@click.pass_obj
def ports_command(terminal: Terminal, as_json: bool) -> None:
    """List what a program could be played on.

    Nothing is opened: what is behind a serial port is only asked when a program runs on it.
    """
    from host_cli.terminal import clean, say_json

    rows = [SIM, *serial_ports()]
    if as_json:
        say_json(rows)
        return
    width = max(len(each["port"]) for each in rows) + 2
    for each in rows:
        gap = " " * (width - len(each["port"]))
        terminal.say(terminal.paint(each["port"], "bold") + gap + clean(each["description"]))
        if each["by_id"]:
            terminal.say(f"{' ' * width}{each['by_id']}  (this name stays the same)")
    if len(rows) == 1:
        terminal.say("No serial ports found.")
    terminal.next("thrum run evening-shoulders --port " + ("PORT" if len(rows) > 1 else "sim"))


def serial_ports() -> list[dict[str, Any]]:
    """The serial ports of this machine, each with its lasting name where there is one."""
    from serial.tools.list_ports import comports

    names = _lasting_names(BY_ID.iterdir() if BY_ID.is_dir() else ())
    return [
        {
            "port": each.device,
            "description": each.description if each.description != "n/a" else "serial port",
            "by_id": names.get(each.device, ""),
            "kind": "unknown until asked",
        }
        for each in sorted(comports(), key=lambda each: each.device)
    ]


def _lasting_names(links: Iterable[Path]) -> dict[str, str]:
    """Device -> its name under by-id."""
    return {str(link.resolve()): str(link) for link in links}
