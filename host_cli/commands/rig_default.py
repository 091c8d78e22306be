"""``thrum rig default``: the rig that commands mean when none is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import USAGE, Quit
from host_cli.work import json_option

if TYPE_CHECKING:
    from firmware_bridge.rigs.document import Rig
    from host_cli.terminal import Terminal


@click.command("default")
@click.argument("rig", metavar="[RIG]", required=False)
@click.option("--none", "forget", is_flag=True, help="Have no default rig any more.")
@json_option
@click.pass_obj
def rig_default_command(terminal: Terminal, rig: str | None, forget: bool, as_json: bool) -> None:
    """Show the default rig, or make RIG it.

    run plays on it when no --port is given; check, plot and simulate take its profile. Without a
    default rig that is the simulated device, with the heated head.
    """
    from host_cli.default_rig import choose, choose_none, chosen
    from host_cli.terminal import say_json

    if rig is not None and forget:
        raise Quit(USAGE, "A rig and --none contradict each other.", "thrum rig default --none")
    if forget:
        choose_none()
    elif rig is not None:
        choose(_checked(rig))
    now = chosen()
    if as_json:
        say_json({"rig": now.id if now else None, "file": str(now.file) if now else None,
                  "port": now.address if now else "sim"})  # fmt: skip
        return
    _say(terminal, now)


def _checked(ref: str) -> str:
    """The rig as it is kept: its id, or its whole path. Raises Rejected when it has errors."""
    from firmware_bridge.rigs.load import find_rig, load_rig
    from host_cli.rig_choice import user_rigs

    load_rig(ref, user_rigs())
    path = find_rig(ref, user_rigs())
    return ref if path.parent == user_rigs() and path.stem == ref else str(Path(path).absolute())


def _say(terminal: Terminal, rig: Rig | None) -> None:
    if rig is None:
        terminal.say("There is no default rig: run plays on the simulated device.")
        terminal.next("thrum rig default RIG")
        return
    terminal.say(f"Default rig: {rig.id} ({rig.file})")
    if rig.address:
        terminal.say(f"  port     {rig.address}")
        terminal.say(f"  profile  {rig.profile}")
        terminal.next("thrum run evening-shoulders --dry-run")
    else:
        terminal.say(f'It does not say its port yet: write port = "..." into {rig.file}.')
        terminal.next("thrum ports")
