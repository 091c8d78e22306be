"""Deletes records so that their content is gone from the file, and leaves what a hand had on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.records.store import Session, Store


def delete(store: Store, sessions: Sequence[Session]) -> None:
    """All of them or none. Raises Quit (exit 2).

    Freed pages are overwritten (``secure_delete``) and given back, and the log of the database is emptied,
    as far as no other program is reading it. ``hand`` keeps its rows, without the session.
    """
    with store.asking() as db:
        with store.transaction():
            db.executemany("DELETE FROM sessions WHERE id = ?", [(each.id,) for each in sessions])
            db.execute(
                "DELETE FROM documents WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE hash IN "
                "(program_sha256, profile_hash, passes_sha256))"
            )
        for each in sessions:
            (store.path.parent / f"{each.writer}.writing").unlink(missing_ok=True)  # of one that was cut off
        db.executescript("PRAGMA incremental_vacuum")  # a script goes through to its end: a page a step
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
