"""``thrum log delete``: records deleted for good; the day's total of a hand stays."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from host_cli.exits import STOPPED, USAGE, Quit
from host_cli.records.choice import completed_ids

if TYPE_CHECKING:
    from host_cli.records.store import Session, Store
    from host_cli.terminal import Terminal

ASKED_ONE_BY_ONE = 10  # so many are named before the question


@click.command("delete")
@click.argument("sessions", metavar="[ID]...", nargs=-1, shell_complete=completed_ids)
@click.option("--before", metavar="DATE", help="All that began before this day, as 2026-11-21.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def log_delete_command(terminal: Terminal, sessions: tuple[str, ...], before: str | None, yes: bool) -> None:
    """Delete sessions by ID, or all before a day.

    What they added to the day of the operator's hand stays: it still counts today.
    """
    from host_cli.records.choice import open_records
    from host_cli.records.deletion import delete

    if bool(sessions) == (before is not None):
        raise Quit(USAGE, "Say which: either IDs or --before DATE.", "thrum log list")
    store = open_records()
    found = _found(store, sessions, before)
    if not found:
        terminal.say(f"There is none from before {before}.")
        terminal.next("thrum log list")
        return
    if not yes:
        _ask(terminal, found)
    delete(store, found)
    many = "1 record" if len(found) == 1 else f"{len(found)} records"
    terminal.say(f"Deleted {many}. What they added to the day of a hand stays.")
    terminal.next("thrum log list")


def _found(store: Store, refs: tuple[str, ...], before: str | None) -> list[Session]:
    """Each once. Raises Quit for one that is not there, or that is being written."""
    from host_cli.commands.log_list import utc_of
    from host_cli.records.choice import session_of
    from host_cli.records.words import state_of

    if before is not None:
        found = store.sessions("begun_at < ?", (utc_of(before),))
    else:
        found = list({each.id: each for each in (session_of(store, ref) for ref in refs)}.values())
    running = next((each.id for each in found if state_of(store, each) == "open"), None)
    if running is not None:
        raise Quit(USAGE, f"Session {running} is still running: nothing was deleted.", "stop it first")
    return found


def _ask(terminal: Terminal, found: list[Session]) -> None:
    """Raises Quit when the answer is no, or nobody can give one."""
    if not sys.stdin.isatty():
        raise Quit(USAGE, f"This would delete {len(found)} records, and nobody can be asked.", "add --yes")
    from host_cli.commands.log_list import list_lines

    for line in list_lines(
        terminal, [(each, "ended" if each.outcome else "cut_off") for each in found[:ASKED_ONE_BY_ONE]]
    ):
        terminal.say(line)
    if len(found) > ASKED_ONE_BY_ONE:
        terminal.say(f"... and {len(found) - ASKED_ONE_BY_ONE} more")
    if not click.confirm("Delete for good?", default=False):
        raise Quit(STOPPED, "Nothing was deleted.")
