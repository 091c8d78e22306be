"""Writes a record, step by step, and waits for the disk: :mod:`host_cli.records.recorder` calls it from
a thread of its own.

Rules kept here: a step is on the disk as a whole or not at all; points of the operator's hand are
committed with the samples that they come from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from host_cli.clock import wall_clock
from host_cli.exits import BY_OUTCOME
from host_cli.guided.events import Event, Sample
from host_cli.records.claims import Claim, claimed
from host_cli.records.exposure import Hand, day_of
from host_cli.records.packing import pieces

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from host_cli.records.about import About
    from host_cli.records.store import Session, Store


class Writer:
    """One session: made with its row on the disk, then ``write`` as often as one likes, then ``end``.

    ``hand`` is to be told of every sample before it is written. Raises sqlite3.Error and OSError.
    """

    def __init__(self, store: Store, about: About, now: Callable[[], datetime] = wall_clock) -> None:
        self._store = store
        self._now = now
        self._real = not about.simulated
        self._hand_written = (0.0, 0.0)
        self._claim = Claim(store.path.parent)
        try:
            with store.transaction() as db:
                self.session_id = self._begin(db, about)
        except BaseException:
            self.release()
            raise
        before = store.points_on(day_of(now()), about.operator)
        self.hand = Hand(about.profile, about.operator, before, counts=self._real)

    def _begin(self, db: sqlite3.Connection, about: About) -> int:
        for key, text in about.documents.items():
            db.execute("INSERT OR IGNORE INTO documents VALUES (?, ?)", (key, text))
        row = {**about.row(), "begun_at": self._stamp(), "writer": self._claim.name}
        marks = ", ".join("?" * len(row))
        done = db.execute(f"INSERT INTO sessions ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        assert done.lastrowid is not None
        return done.lastrowid

    def write(self, items: Sequence[Event | Sample]) -> None:
        """Events and samples in the order in which they came."""
        hand = self.hand.points, self.hand.moving_s
        with self._store.transaction() as db:
            self._write_items(db, items)
            self._write_hand(db, hand)
        self._hand_written = hand

    def end(self, outcome: str, reason: str, zero_confirmed: bool) -> None:
        """How it ended. Raises ValueError for an outcome that is none."""
        if outcome not in BY_OUTCOME:
            raise ValueError(f"outcome is {outcome!r}; allowed: {', '.join(BY_OUTCOME)}")
        with self._store.transaction() as db:
            db.execute(
                "UPDATE sessions SET outcome = ?, reason = ?, zero_confirmed = ?, ended_at = ?, "
                "writer = NULL WHERE id = ?",
                (outcome, reason, zero_confirmed, self._stamp(), self.session_id),
            )

    def release(self) -> None:
        """Nothing more will be written; a session without an end was cut off."""
        self._claim.release()

    def _write_items(self, db: sqlite3.Connection, items: Sequence[Event | Sample]) -> None:
        own = self.session_id
        events = [
            (own, each.t_s, each.at_s, each.kind, each.say, json.dumps(dict(each.data)))
            for each in items
            if isinstance(each, Event)
        ]
        db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", events)
        packed = pieces(each for each in items if isinstance(each, Sample))
        db.executemany("INSERT INTO samples VALUES (?, ?, ?)", [(own, *each) for each in packed])
        if items:
            text = "UPDATE sessions SET t_s = max(t_s, ?), at_s = ? WHERE id = ?"
            db.execute(text, (items[-1].t_s, items[-1].at_s, own))

    def _write_hand(self, db: sqlite3.Connection, hand: tuple[float, float]) -> None:
        if not self._real or hand == self._hand_written:
            return
        more = [now - before for now, before in zip(hand, self._hand_written, strict=True)]
        db.execute(
            "INSERT INTO hand VALUES (?, ?, ?, ?, ?) ON CONFLICT (session, day) "
            "DO UPDATE SET points = points + excluded.points, moving_s = moving_s + excluded.moving_s",
            (day_of(self._now()), self.hand.operator, self.session_id, *more),
        )

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="milliseconds")


def mark_cut_off(store: Store) -> list[Session]:
    """Sessions whose writer is gone without having said how it ended, marked so. Raises Quit (exit 2)."""
    folder = store.path.parent
    left = store.sessions("outcome IS NULL AND writer IS NOT NULL")
    gone = [each for each in left if not claimed(folder, each.writer or "")]
    with store.asking() as db:
        for each in gone:
            db.execute("UPDATE sessions SET writer = NULL WHERE id = ?", (each.id,))
    for each in gone:
        (folder / f"{each.writer}.writing").unlink(missing_ok=True)
    return [each._replace(writer=None) for each in gone]
