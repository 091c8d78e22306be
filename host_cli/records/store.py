"""The database of records: opened, asked, and its errors in words.

One file in the user's data folder, in WAL mode with full sync: whatever dies, what was committed is
there. Rules kept here: what cannot be opened is refused with a sentence and left as it is; text of other
people's documents is data here, never part of a statement.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from host_cli.exits import USAGE, Quit
from host_cli.records.schema import Foreign, bring_up_to_date

BUSY_S = 5.0  # as long as another program may take over one of its writes

_IN_WORDS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it may not be written",
    sqlite3.SQLITE_PERM: "no permission",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_BUSY: f"another program kept it for over {BUSY_S:g} s",
    sqlite3.SQLITE_LOCKED: "another program keeps it",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is not a database",
}


class Session(NamedTuple):
    """A row of ``sessions``: the columns that a list, a summary and a comparison need, in their order."""

    id: int
    begun_at: str  # UTC, ISO 8601
    ended_at: str | None
    kind: str  # SIM | REAL
    thrum: str
    program_id: str
    title: str
    program_sha256: str
    profile_id: str
    profile_hash: str
    strength: str
    from_stage: int | None
    gain: float
    planned_s: float
    rig_id: str
    board: str
    firmware: str
    config_crc: int
    commissioned: int
    boot_id: int
    address: str
    seed: int | None
    operator: str
    answered_by: str
    intake: str | None
    t_s: float  # as far as it was written
    at_s: float
    outcome: str | None
    reason: str | None
    zero_confirmed: int | None
    writer: str | None
    passes_sha256: str | None

    @property
    def state(self) -> str:
        """``ended``; ``open``: something writes it, or did until it died; ``cut_off``: that is known."""
        return "ended" if self.outcome is not None else "cut_off" if self.writer is None else "open"


_COLUMNS = ", ".join(Session._fields)


def in_words(error: BaseException) -> str:
    """Why the database does not do what it should.

    >>> in_words(Foreign("it is a database of another program"))
    'it is a database of another program'
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and (code & 0xFF) in _IN_WORDS:
        return _IN_WORDS[code & 0xFF]
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__


def records_file() -> Path:
    """Where the records of this user are (it need not exist)."""
    from platformdirs import user_data_path

    return user_data_path("thrum", appauthor=False) / "records" / "sessions.db"


class Store:
    """An open database. Used by one thread at a time."""

    def __init__(self, path: Path, busy_s: float = BUSY_S) -> None:
        """Make what is not there, migrate what is old. Raises Quit (exit 2)."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            self.db = _connected(path, busy_s)
            self._file = path.stat()
            weakref.finalize(self, self.db.close)
        except (sqlite3.Error, OSError, Foreign) as error:
            raise Quit(
                USAGE, f"The records in {path} cannot be used: {in_words(error)}.", _advice(path, error)
            ) from error

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def asking(self) -> Iterator[sqlite3.Connection]:
        """The database, for statements whose failure ends the command. Raises Quit (exit 2)."""
        try:
            yield self.db
        except sqlite3.Error as error:
            say = f"The records in {self.path} cannot be read or written: {in_words(error)}."
            raise Quit(USAGE, say, _advice(self.path, error)) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing. Raises sqlite3.Error, and OSError where the file is not there any more."""
        if not os.path.samestat(self._file, self.path.stat()):
            raise OSError(errno.ESTALE, "another file is in its place")
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:  # a full disk has rolled back by itself
                self.db.execute("ROLLBACK")
            raise

    # --- asked

    def sessions(self, where: str = "1", values: tuple[Any, ...] = (), limit: int = -1) -> list[Session]:
        """Newest first. ``where`` is of this package's own making, ``values`` fill its question marks."""
        text = f"SELECT {_COLUMNS} FROM sessions WHERE {where} ORDER BY id DESC LIMIT ?"
        with self.asking() as db:
            return [Session._make(row) for row in db.execute(text, (*values, limit))]

    def text(self, key: str | None) -> str:
        """A document by its hash; empty when it is not there."""
        with self.asking() as db:
            row = db.execute("SELECT text FROM documents WHERE hash = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def points_on(self, day: str, operator: str) -> float:
        """Exposure points of a hand on a day, all sessions together."""
        text = "SELECT total(points) FROM hand WHERE day = ? AND operator = ?"
        with self.asking() as db:
            return float(db.execute(text, (day, operator)).fetchone()[0])


def open_store() -> Store:
    """The user's records, made when they are not there yet. Raises Quit (exit 2)."""
    return Store(records_file())


def _connected(path: Path, busy_s: float) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)
    try:
        bring_up_to_date(db)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")
    except BaseException:
        db.close()
        raise
    return db


def _advice(path: Path, error: BaseException) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if isinstance(error, Foreign):
        return "use the Thrum that wrote it, or move the file away"
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"move it away and begin anew: mv {path} {path}.damaged"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "close what keeps it (a backup, a database browser), then the same command"
    if code == sqlite3.SQLITE_FULL:
        return "make room on the disk, then the same command"
    return f"see that {path.parent} may be written"
