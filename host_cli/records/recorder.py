"""Writes a record while its session runs, on a thread of its own: whoever hands things over never waits.

Rules kept here:
- nothing moves before ``begin`` has put the session on the disk;
- what was handed over is committed every half second, so that a process that dies loses less than one;
- what cannot be written is said in ``failure`` at once and for good, and the caller stops the session;
  writing is still tried, so that the end is on record if the disk allows;
- points of the operator's hand are committed with the samples that they come from;
- leaving waits for the disk three seconds at most.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from typing import TYPE_CHECKING

from host_cli.clock import wall_clock
from host_cli.exits import BY_OUTCOME, USAGE, Quit
from host_cli.guided.events import Event, Sample
from host_cli.records.claims import Claim, claimed
from host_cli.records.exposure import Hand, day_of
from host_cli.records.packing import pieces
from host_cli.records.store import Session, Store, in_words, open_store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import datetime

    from host_cli.records.about import About

COMMIT_S = 0.5
MOST_WAITING = 120  # samples and events that nothing was written of: over ten seconds (E)
LEAVE_S = 3.0


class Recorder:
    """``begin``, then ``event`` and ``sample`` as they come, then ``end``; ``close`` in any case.

    ``failure`` is a sentence as soon as the record cannot be written, ``hand`` the operator's day so far
    (after ``begin``). ``now`` is the time of day.
    """

    def __init__(self, store: Store, now: Callable[[], datetime] = wall_clock) -> None:
        self.failure = ""
        self.session_id = 0
        self.hand: Hand
        self._store = store
        self._now = now
        self._real = False
        self._claim: Claim | None = None
        self._waiting: deque[Event | Sample] = deque()
        self._ending: tuple[str, str, bool, str] | None = None
        self._leaving = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="thrum record", daemon=True)
        self._unwritten: list[Event | Sample] = []  # of the thread, until it is committed
        self._hand_written = (0.0, 0.0)

    @classmethod
    def open(cls) -> Recorder:
        """Over the user's records. Raises Quit (exit 2)."""
        return cls(open_store())

    def interrupted(self) -> list[Session]:
        """Sessions that were cut off since somebody last asked, newest first; they are marked so."""
        return mark_cut_off(self._store)

    def points_today(self, operator: str) -> float:
        """Exposure points that REAL sessions gave this operator's hand today; 100 are the most."""
        return self._store.points_on(day_of(self._now()), operator)

    # --- the caller's

    def begin(self, about: About) -> None:
        """Put the session on the disk. Raises Quit (exit 2): then nothing may start."""
        now = self._now()
        try:
            self._claim = Claim(self._store.path.parent)
            with self._store.transaction() as db:
                for key, text in about.documents.items():
                    db.execute("INSERT OR IGNORE INTO documents VALUES (?, ?)", (key, text))
                row = {**about.row(), "begun_at": _stamp(now), "writer": self._claim.name}
                self.session_id = _inserted(db, row)
        except Exception as error:
            self.close()
            say = f"The session cannot be recorded in {self._store.path}: {in_words(error)}."
            raise Quit(
                USAGE, f"{say} Nothing was started.", "thrum log verify says what is the matter"
            ) from error
        self._real = not about.simulated
        self.hand = Hand(about.profile, about.operator, self.points_today(about.operator), counts=self._real)
        self._thread.start()

    def event(self, event: Event) -> None:
        self._put(event)

    def sample(self, sample: Sample) -> None:
        self.hand.add(sample)
        self._put(sample)

    def end(self, outcome: str, reason: str, zero_confirmed: bool) -> None:
        """How it ended: an outcome of the closed set, why, and whether STATUS showed zero."""
        if outcome not in BY_OUTCOME:
            raise ValueError(f"outcome is {outcome!r}; allowed: {', '.join(BY_OUTCOME)}")
        self._ending = outcome, reason, zero_confirmed, _stamp(self._now())
        self._leave()

    def close(self) -> None:
        """Write what is left and let go; a session without ``end`` stays one."""
        self._leave()
        if self._thread.is_alive():
            return  # the disk hangs: the process will end with it
        if self._claim is not None:
            self._claim.release()
            self._claim = None
        self._store.close()

    def _leave(self) -> None:
        self._leaving = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_S)
            if self._thread.is_alive():
                self._failed(f"the disk took nothing for {LEAVE_S:g} s")

    def _put(self, item: Event | Sample) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(item)
        else:
            self._failed("the disk takes nothing any more")

    def _failed(self, why: str) -> None:
        self.failure = self.failure or f"the record cannot be written: {why}"

    # --- the thread's

    def _run(self) -> None:
        leaving = False
        while not leaving:
            self._wake.wait(COMMIT_S)
            leaving = self._leaving  # looked at before the last items are taken
            self._take()
            if self._unwritten or leaving:
                self._write()

    def _take(self) -> None:
        """What waits; when nothing can be written, no more than a few seconds of it are kept."""
        while self._waiting and len(self._unwritten) < MOST_WAITING:
            self._unwritten.append(self._waiting.popleft())

    def _write(self) -> None:
        hand = self.hand.points, self.hand.moving_s
        try:
            with self._store.transaction() as db:
                self._write_items(db)
                self._write_hand(db, hand)
                if self._ending is not None:
                    db.execute(
                        "UPDATE sessions SET outcome = ?, reason = ?, zero_confirmed = ?, ended_at = ?, "
                        "writer = NULL WHERE id = ?",
                        (*self._ending, self.session_id),
                    )
        except Exception as error:  # whatever it is: a record that is not written must be known
            self._failed(in_words(error))
        else:
            self._unwritten.clear()
            self._hand_written = hand

    def _write_items(self, db: sqlite3.Connection) -> None:
        samples = [each for each in self._unwritten if isinstance(each, Sample)]
        events = [each for each in self._unwritten if isinstance(each, Event)]
        rows = [
            (self.session_id, each.t_s, each.at_s, each.kind, each.say, json.dumps(dict(each.data)))
            for each in events
        ]
        db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", rows)
        packed = [(self.session_id, state, piece) for state, piece in pieces(samples)]
        db.executemany("INSERT INTO samples VALUES (?, ?, ?)", packed)
        if self._unwritten:
            last = self._unwritten[-1]
            text = "UPDATE sessions SET t_s = ?, at_s = ? WHERE id = ?"
            db.execute(text, (last.t_s, last.at_s, self.session_id))

    def _write_hand(self, db: sqlite3.Connection, hand: tuple[float, float]) -> None:
        if not self._real or hand == self._hand_written:
            return
        more = [now - before for now, before in zip(hand, self._hand_written, strict=True)]
        db.execute(
            "INSERT INTO hand VALUES (?, ?, ?, ?, ?) ON CONFLICT (session, day) "
            "DO UPDATE SET points = points + excluded.points, moving_s = moving_s + excluded.moving_s",
            (day_of(self._now()), self.hand.operator, self.session_id, *more),
        )


def mark_cut_off(store: Store) -> list[Session]:
    """Sessions whose writer is gone without having said how it ended. Raises Quit (exit 2)."""
    folder = store.path.parent
    left = store.sessions("outcome IS NULL AND writer IS NOT NULL")
    gone = [each for each in left if not claimed(folder, each.writer or "")]
    with store.asking():
        for each in gone:
            store.db.execute("UPDATE sessions SET writer = NULL WHERE id = ?", (each.id,))
    for each in gone:
        (folder / f"{each.writer}.writing").unlink(missing_ok=True)
    return [each._replace(writer=None) for each in gone]


def _inserted(db: sqlite3.Connection, row: dict[str, object]) -> int:
    """The id of a new session."""
    marks = ", ".join("?" * len(row))
    done = db.execute(f"INSERT INTO sessions ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
    assert done.lastrowid is not None
    return done.lastrowid


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds")
