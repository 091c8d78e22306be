"""Every layout that was ever released becomes the present one; a later one is left alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from host_cli.exits import Quit
from host_cli.records.about import sha256
from host_cli.records.packing import pieces
from host_cli.records.record import read_record
from host_cli.records.schema import STEPS, VERSION
from host_cli.records.store import Session, Store
from host_cli.records.summary import summary_of
from host_cli.records.verification import findings
from tests.host_cli.recorded import about, played, write

# As it was released; never changed with the code.
V1 = """
CREATE TABLE sessions (
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
);
CREATE TABLE documents (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE events (
    session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    t_s REAL NOT NULL, at_s REAL NOT NULL, kind TEXT NOT NULL, say TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX events_of ON events (session);
CREATE TABLE samples (
    session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    state TEXT NOT NULL, packed BLOB NOT NULL
);
CREATE INDEX samples_of ON samples (session);
CREATE TABLE day_exposure (
    day TEXT NOT NULL, operator TEXT NOT NULL, points REAL NOT NULL, moving_s REAL NOT NULL,
    PRIMARY KEY (day, operator)
);
PRAGMA application_id = 0x7468726D;
PRAGMA user_version = 1;
"""


def of_version_1(path: Path) -> None:
    """Two sessions, one of them cut off, and 40 points of Anna's."""
    told = about()
    db = sqlite3.connect(path)
    db.executescript(V1)
    row = {k: v for k, v in told.row().items() if k != "passes_sha256"}
    for outcome in ("completed", None):
        kept = {**row, "begun_at": "2026-01-02T03:04:05+00:00", "outcome": outcome, "reason": "because",
                "zero_confirmed": 1, "t_s": 5.0, "at_s": 5.0}  # fmt: skip
        db.execute(
            f"INSERT INTO sessions ({', '.join(kept)}) VALUES ({', '.join('?' * len(kept))})",
            [*kept.values()],
        )
    for key in (sha256(told.program_text), told.profile.hash):
        db.execute("INSERT INTO documents VALUES (?, ?)", (key, told.documents[key]))
    db.execute("INSERT INTO events VALUES (1, 1.0, 1.0, 'cue', 'Slowly.', ?)", (json.dumps({"move": False}),))
    for piece in pieces(played()[:50]):
        db.execute("INSERT INTO samples VALUES (1, ?, ?)", piece)
    db.execute("INSERT INTO day_exposure VALUES ('2026-01-02', 'anna', 40.0, 600.0)")
    db.commit()
    db.close()


OLDER: dict[int, Callable[[Path], None]] = {1: of_version_1}


def test_every_earlier_version_is_tried() -> None:
    assert list(OLDER) == list(range(1, VERSION))
    assert len(STEPS) == VERSION == 2


@pytest.mark.parametrize("version", OLDER)
def test_a_database_of_an_earlier_version_is_brought_up_to_date(version: int, tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    OLDER[version](path)
    store = Store(path)
    assert store.db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    cut_off, whole = store.sessions()
    assert (whole.outcome, whole.reason, whole.state) == ("completed", "because", "ended")
    assert cut_off.state == "cut_off"
    record = read_record(store, whole)
    assert [each.say for each in record.events] == ["Slowly."]
    assert len(record.samples) == 50
    assert record.passes == ()
    assert summary_of(record).levels[0].channel == "vibration"
    assert store.points_on("2026-01-02", "anna") == 40.0
    assert not [each for each in findings(store) if each.broken]
    store.close()
    assert write(path) == 3
    assert tables(path) == tables(made_new(tmp_path / "new.db"))


def tables(path: Path) -> list[tuple[str, str]]:
    """Every table's columns, as SQLite has them."""
    store = Store(path)
    names = [
        row[0]
        for row in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    return [(name, str(store.db.execute(f"PRAGMA table_info({name})").fetchall())) for name in names]


def made_new(path: Path) -> Path:
    Store(path).close()
    return path


def test_a_session_has_the_columns_of_its_table(tmp_path: Path) -> None:
    store = Store(tmp_path / "sessions.db")
    assert {row[1] for row in store.db.execute("PRAGMA table_info(sessions)")} == set(Session._fields)


def test_a_later_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = made_new(tmp_path / "sessions.db")
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = DELETE").fetchone()
    db.execute("PRAGMA user_version = 3")
    db.close()
    before = path.read_bytes()
    with pytest.raises(Quit, match=r"later Thrum \(layout 3; this one knows up to 2\)"):
        Store(path)
    assert path.read_bytes() == before


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    of_version_1(path)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE hand (x)")  # in the way of the second step
    db.close()
    with pytest.raises(Quit, match="cannot be used"):
        Store(path)
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    assert db.execute("SELECT points FROM day_exposure").fetchall() == [(40.0,)]
    db.close()
