"""``thrum log``: the records of sessions. A group; each command is a module of its own."""

from __future__ import annotations

import click

from host_cli.main import Commands

LOG_COMMANDS: dict[str, tuple[str, str]] = {
    "list": ("log_list", "List the sessions, newest first."),
    "show": ("log_show", "Show one in full: asked, allowed, applied, how it ended."),
    "plot": ("log_plot", "Draw the curves of one."),
    "diff": ("log_diff", "Compare two, or one with the simulation of its program."),
    "export": ("log_export", "Write one to a CSV or JSON file."),
    "delete": ("log_delete", "Delete records; what the operator's hand had on a day stays."),
    "verify": ("log_verify", "Check that every record is whole."),
}


class LogCommands(Commands):
    """The commands of ``LOG_COMMANDS``, each imported when it is used."""

    table = LOG_COMMANDS
    within = "log "


@click.group(
    "log",
    cls=LogCommands,
    invoke_without_command=True,
    epilog="An ID is a number of 'thrum log list', or latest. Start with: thrum log list",
)
@click.pass_context
def log_command(ctx: click.Context) -> None:
    """Records of sessions: what was asked, allowed and done, and how it ended.

    They stay on this computer, in a database in your data folder; docs/records.md says what is in it.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
