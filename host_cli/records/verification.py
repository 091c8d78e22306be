"""Whether every record is whole: the file, its texts, its samples, the points of a hand.

``Finding.broken`` is damage; the rest is worth knowing: a session that was cut off, a gap in its samples.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from host_cli.exits import Quit
from host_cli.records.about import sha256
from host_cli.records.exposure import points_of
from host_cli.records.record import read_record
from host_cli.records.store import in_words
from host_cli.records.words import ending_words, state_of
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from host_cli.records.record import Record
    from host_cli.records.store import Session, Store

GAP_S = 1.0  # ten samples a second; ten missing are a hole (E)
POINTS_OFF = 0.05  # a total may be ahead of the samples by what was handed over since (E)
SHARE_OFF = 1e-3  # and off by as much as samples are rounded (E)


@dataclass(frozen=True)
class Finding:
    """``session`` 0: of the database as a whole."""

    session: int
    broken: bool
    text: str


def findings(store: Store, told: Callable[[float], None] = lambda done: None) -> Iterator[Finding]:
    """Everything that is to be said, the file first; ``told`` hears 0..1 of the sessions."""
    damage = list(_file(store))
    yield from damage
    if damage:
        return  # what is built on it would only repeat it
    yield from _documents(store)
    sessions = store.sessions()
    for at, each in enumerate(sessions):
        told(at / len(sessions))
        yield from _session(store, each)


def _file(store: Store) -> Iterator[Finding]:
    try:
        rows = [row[0] for row in store.db.execute("PRAGMA integrity_check(10)")]
        lost = store.db.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        rows, lost = [in_words(error)], []
    yield from (Finding(0, True, f"the file: {row}") for row in rows if row != "ok")
    if lost:
        yield Finding(0, True, f"{len(lost)} rows belong to no session")


def _documents(store: Store) -> Iterator[Finding]:
    with store.asking() as db:
        rows = db.execute("SELECT hash, text FROM documents").fetchall()
        profiles = {row[0] for row in db.execute("SELECT DISTINCT profile_hash FROM sessions")}
    for key, text in rows:
        good = _profile_good(key, text) if key in profiles else sha256(text) == key
        if not good:
            yield Finding(0, True, f"the document {key[:16]} is not what its hash says")


def _profile_good(key: str, text: str) -> bool:
    from programs.errors import ProgramError
    from programs.profile import parse_profile

    try:
        return parse_profile(text).hash == key
    except ProgramError:
        return False


def _session(store: Store, session: Session) -> Iterator[Finding]:
    for name in ("program_sha256", "profile_hash"):
        if not store.text(getattr(session, name)):
            yield Finding(session.id, True, f"its {name.partition('_')[0]} is missing")
    state = state_of(store, session)
    if state == "cut_off":
        yield Finding(session.id, False, ending_words(session, state))
    try:
        record = read_record(store, session)
    except Quit:
        yield Finding(session.id, True, "its events or samples cannot be read")
        return
    yield from _times(record)
    if session.kind == "REAL":
        yield from _points(record)


def _times(record: Record) -> Iterator[Finding]:
    own, before_s = record.session.id, None
    for each in record.samples:
        if before_s is not None and not each.t_s > before_s:
            yield Finding(own, True, f"time stands or goes back at {clock_text(each.t_s)}")
            return
        if before_s is not None and each.t_s - before_s > GAP_S:
            yield Finding(
                own, False, f"nothing was sampled for {each.t_s - before_s:.1f} s at {clock_text(before_s)}"
            )
        before_s = each.t_s


def _points(record: Record) -> Iterator[Finding]:
    """The day's total has this session's share; a profile that is damaged was said already."""
    if not _profile_good(record.session.profile_hash, record.profile_text):
        return
    points, _ = points_of(record.profile, record.samples)
    if not abs(record.hand_points - points) <= POINTS_OFF + SHARE_OFF * points:
        text = f"its samples come to {points:.2f} points of the hand, its day has {record.hand_points:.2f}"
        yield Finding(record.session.id, True, text)
