"""``thrum log list``: which sessions are on record."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from host_cli.exits import USAGE, Quit
from host_cli.numbers import whole
from host_cli.work import json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.records.store import Session, Store
    from host_cli.terminal import Terminal

USUAL = 20


@click.command("list")
@click.option("--program", metavar="ID", help="Only sessions of this program.")
@click.option("--operator", metavar="LABEL", help="Only sessions of this operator.")
@click.option("--since", metavar="DATE", help="Only sessions since this day, as 2026-11-21.")
@click.option("--limit", type=whole(1, 10**9), default=USUAL, show_default=True, help="At most so many.")
@json_option
@click.pass_obj
def log_list_command(
    terminal: Terminal,
    program: str | None,
    operator: str | None,
    since: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List the sessions, newest first: when, what, SIM or REAL, how it ended, how long, whose hand."""
    from host_cli.records.record import session_json
    from host_cli.records.store import Store, records_file
    from host_cli.records.words import state_of
    from host_cli.terminal import say_json

    conditions = {
        "program_id = ?": program,
        "operator = ?": operator,
        "begun_at >= ?": since and utc_of(since),
    }
    asked = {text: value for text, value in conditions.items() if value is not None}
    store = Store(records_file()) if records_file().exists() else None
    found = store.sessions(" AND ".join(asked) or "1", tuple(asked.values()), limit) if store else []
    rows = [(each, state_of(store, each)) for each in found] if store else []
    if as_json:
        say_json([session_json(*row) for row in rows])
    else:
        _tell(terminal, rows, store, limit, bool(asked))


def utc_of(day: str) -> str:
    """The beginning of a local day, as records have it. Raises Quit (exit 2)."""
    try:
        begins = date.fromisoformat(day)
    except ValueError:
        from host_cli.terminal import clean, clip

        raise Quit(USAGE, f"'{clip(clean(day), 40)}' is no day.", "write it as 2026-11-21") from None
    return datetime(begins.year, begins.month, begins.day).astimezone().astimezone(UTC).isoformat()


def _tell(
    terminal: Terminal, rows: Sequence[tuple[Session, str]], store: Store | None, limit: int, filtered: bool
) -> None:
    if not rows:
        terminal.say("No session is like that." if filtered else "No sessions yet.")
        terminal.next("thrum log list" if filtered else "thrum run evening-shoulders")
        return
    for line in list_lines(terminal, rows):
        terminal.say(line)
    if store is not None and len(rows) == limit:
        with store.asking() as db:
            (many,) = db.execute("SELECT count(*) FROM sessions").fetchone()
        if many > limit:
            terminal.say(f"The newest {limit} of {many} on record; --limit N lists more.")
    terminal.next(f"thrum log show {rows[0][0].id}")


def list_lines(terminal: Terminal, rows: Sequence[tuple[Session, str]]) -> list[str]:
    """A line for each: id, when, SIM or REAL, how it ended, how long, program, operator."""
    from host_cli.terminal import cells, clean

    texts = [_columns(*row) for row in rows]
    widths = [max(cells(text[at]) for text in texts) for at in range(len(texts[0]) - 1)]
    out = []
    for text in texts:
        padded = [each + " " * (width - cells(each)) for each, width in zip(text, widths, strict=False)]
        out.append(terminal.clip(clean("  ".join([*padded, text[-1]])), terminal.width))
    return out


def _columns(session: Session, state: str) -> tuple[Any, ...]:
    from host_cli.records.words import local, outcome_words
    from host_cli.terminal import clip, clock_text

    return (
        str(session.id), local(session.begun_at), session.kind, outcome_words(session, state),
        clock_text(session.t_s), clip(session.program_id, 30), session.operator,
    )  # fmt: skip
