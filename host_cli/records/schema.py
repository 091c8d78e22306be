"""The layout of the database of records, version by version.

A new database is made by taking every step, an old one by taking those that it lacks, in one
transaction: there is one way to the present layout, and it is the one that is tested. Rules kept here:
a database of a later version, or of another program, is left as it is; a step that was released is
never changed.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x7468726D  # "thrm", in the head of the file

# STEPS[n] leads from version n to version n + 1.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        # What a session was about, and how it ended. Times of day are UTC; outcome NULL: not known.
        """CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            begun_at TEXT NOT NULL, ended_at TEXT,
            kind TEXT NOT NULL CHECK (kind IN ('SIM', 'REAL')),
            thrum TEXT NOT NULL,
            program_id TEXT NOT NULL, title TEXT NOT NULL, program_sha256 TEXT NOT NULL,
            profile_id TEXT NOT NULL, profile_hash TEXT NOT NULL,
            strength TEXT NOT NULL, from_stage INTEGER, gain REAL NOT NULL, planned_s REAL NOT NULL,
            rig_id TEXT NOT NULL, board TEXT NOT NULL, firmware TEXT NOT NULL, config_crc INTEGER NOT NULL,
            commissioned INTEGER NOT NULL, boot_id INTEGER NOT NULL, address TEXT NOT NULL, seed INTEGER,
            operator TEXT NOT NULL, answered_by TEXT NOT NULL, intake TEXT,
            t_s REAL NOT NULL DEFAULT 0, at_s REAL NOT NULL DEFAULT 0,
            outcome TEXT, reason TEXT, zero_confirmed INTEGER
        )""",
        # Program texts (by their SHA-256) and profiles (by their hash): once, however often they were played.
        "CREATE TABLE documents (hash TEXT PRIMARY KEY, text TEXT NOT NULL)",
        """CREATE TABLE events (
            session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
            t_s REAL NOT NULL, at_s REAL NOT NULL, kind TEXT NOT NULL, say TEXT NOT NULL, data TEXT NOT NULL
        )""",
        "CREATE INDEX events_of ON events (session)",
        # Some tenths of a second in one state; packed as host_cli.records.packing says.
        """CREATE TABLE samples (
            session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
            state TEXT NOT NULL, packed BLOB NOT NULL
        )""",
        "CREATE INDEX samples_of ON samples (session)",
        """CREATE TABLE day_exposure (
            day TEXT NOT NULL, operator TEXT NOT NULL, points REAL NOT NULL, moving_s REAL NOT NULL,
            PRIMARY KEY (day, operator)
        )""",
    ),
    (
        # Who is writing it now (host_cli.records.claims); NULL without an outcome: it was cut off.
        "ALTER TABLE sessions ADD COLUMN writer TEXT",
        # The passes of the whole program, a document; a record stands without the compiler that made it.
        "ALTER TABLE sessions ADD COLUMN passes_sha256 TEXT",
        # What each session added to the day of a hand: a deleted session leaves its share behind.
        """CREATE TABLE hand (
            day TEXT NOT NULL, operator TEXT NOT NULL,
            session INTEGER REFERENCES sessions ON DELETE SET NULL,
            points REAL NOT NULL, moving_s REAL NOT NULL,
            UNIQUE (session, day)
        )""",
        "CREATE INDEX hand_of ON hand (day, operator)",
        "INSERT INTO hand SELECT day, operator, NULL, points, moving_s FROM day_exposure",
        "DROP TABLE day_exposure",
    ),
)
VERSION = len(STEPS)


class Foreign(RuntimeError):
    """The database is not one that this version may touch; the sentence says why."""


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Make or migrate the tables. ``connection`` is in autocommit mode. Raises Foreign, sqlite3.Error.

    >>> connection = sqlite3.connect(":memory:", isolation_level=None)
    >>> bring_up_to_date(connection)
    >>> connection.execute("PRAGMA user_version").fetchone()
    (2,)
    """
    if _version(connection) == VERSION:
        return
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # heeded by a file that is still empty
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(
            _version(connection), VERSION
        ):  # asked again: another program may have been here
            for statement in STEPS[version]:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    """Which layout the file has; 0 of an empty one. Raises Foreign."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION_ID:
        raise Foreign("it is a database of another program")
    if version > VERSION:
        raise Foreign(f"it was written by a later Thrum (layout {version}; this one knows up to {VERSION})")
    return int(version)
