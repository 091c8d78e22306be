"""``thrum rig``: the rigs that somebody built. A group; each command is a module of its own."""

from __future__ import annotations

import click

from host_cli.main import Commands

RIG_COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("rig_new", "Begin the file of a rig: board, pins, parts, each explained."),
    "show": ("rig_show", "Show a rig in full; without a name, list yours."),
    "check": ("rig_check", "Check rigs: pins, addresses, parts, calibration."),
    "wiring": ("rig_wiring", "Draw the wiring of a rig, and list its parts."),
    "default": ("rig_default", "Show or set the rig that commands mean when none is named."),
    "bundle": ("rig_bundle", "Write what goes on the board's drive."),
    "verify": ("rig_verify", "Test a device against the protocol; nothing moves."),
    "commission": ("rig_commission", "Take a rig into service, step by step."),
    "clear-fault": ("rig_clear_fault", "Say which fault a rig has latched, and clear it."),
}


class RigCommands(Commands):
    """The commands of ``RIG_COMMANDS``, each imported when it is used."""

    table = RIG_COMMANDS
    within = "rig "


@click.group(
    "rig",
    cls=RigCommands,
    invoke_without_command=True,
    epilog="A RIG is the id of a file in your folder of rigs, or a path. Start with: thrum rig new my-rig",
)
@click.pass_context
def rig_command(ctx: click.Context) -> None:
    """Rigs that you built: what is wired to which pin, and what it may do.

    From parts to massage: new, wiring, check, bundle, verify, commission.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
