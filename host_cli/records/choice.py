"""Which record a command means: a number of ``thrum log list``, or ``latest``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from host_cli.exits import USAGE, Quit

if TYPE_CHECKING:
    import click

    from host_cli.records.store import Session, Store

LATEST = "latest"
MOST_COMPLETED = 50
LONGEST_ID = 18  # digits


def open_records() -> Store:
    """The user's records, of which there are some. Raises Quit (exit 2)."""
    from host_cli.records.store import Store, records_file

    if not records_file().exists():
        raise Quit(USAGE, "There are no records yet.", "thrum run evening-shoulders")
    return Store(records_file())


def session_of(store: Store, ref: str) -> Session:
    """The session that ``ref`` names. Raises Quit (exit 2)."""
    newest = store.sessions(limit=1)
    if not newest:
        raise Quit(USAGE, "There are no records yet.", "thrum run evening-shoulders")
    if ref == LATEST:
        return newest[0]
    if not (ref.isascii() and ref.isdigit() and len(ref) <= LONGEST_ID):
        from host_cli.terminal import clean, clip

        say = f"'{clip(clean(ref), 40)}' is no session; it is a number of the list, or {LATEST}."
        raise Quit(USAGE, say, "thrum log list")
    found = store.sessions("id = ?", (int(ref),))
    if not found:
        raise Quit(USAGE, f"There is no session {ref}; the newest is {newest[0].id}.", "thrum log list")
    return found[0]


def completed_ids(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Ids for the shell, newest first; none where the records cannot be read."""
    from host_cli.records.words import local

    try:
        store = open_records()
        newest = store.sessions(limit=MOST_COMPLETED)
    except Quit:
        return []
    store.close()
    items = [
        CompletionItem(str(each.id), help=f"{local(each.begun_at)} {each.program_id} {each.kind}")
        for each in newest
    ]
    return [each for each in (CompletionItem(LATEST), *items) if each.value.startswith(begun)]
