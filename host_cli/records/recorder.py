"""Keeps the record of a session while it runs: whoever hands things over never waits.

Rules kept here:
- nothing moves before ``begin`` has put the session on the disk;
- what was handed over is committed every half second, so that a process that dies loses less than one;
- what cannot be written is said in ``failure`` at once and for good, and the caller stops the session;
  writing is still tried, so that the end is on record if the disk allows;
- leaving waits for the disk three seconds at most.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from host_cli.clock import wall_clock
from host_cli.exits import BY_OUTCOME, USAGE, Quit
from host_cli.records.exposure import day_of
from host_cli.records.store import Store, in_words, open_store
from host_cli.records.writer import Writer, mark_cut_off

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from host_cli.guided.events import Event, Sample
    from host_cli.records.about import About
    from host_cli.records.exposure import Hand
    from host_cli.records.store import Session

COMMIT_S = 0.5
WAITS_S = 10.0  # of the session, that nothing was written of (E)
LEAVE_S = 3.0


class Recorder:
    """``begin``, then ``event`` and ``sample`` as they come, then ``end``; ``close`` in any case.

    ``failure`` is a sentence as soon as the record cannot be written. ``now`` is the time of day.
    """

    def __init__(self, store: Store, now: Callable[[], datetime] = wall_clock) -> None:
        self.failure = ""
        self._store = store
        self._now = now
        self._writer: Writer | None = None
        self._waiting: deque[Event | Sample] = deque()
        self._unwritten: list[Event | Sample] = []  # of the thread, until it is committed
        self._ending: tuple[str, str, bool] | None = None
        self._leaving = False
        self._wake = threading.Event()
        self._written = threading.Event()  # since it was last asked for
        self._thread = threading.Thread(target=self._run, name="thrum record", daemon=True)

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

    # --- while it runs

    def begin(self, about: About) -> None:
        """Put the session on the disk. Raises Quit (exit 2): then nothing may start."""
        try:
            self._writer = Writer(self._store, about, self._now)
        except Exception as error:
            self.close()
            say = f"The session cannot be recorded in {self._store.path}: {in_words(error)}."
            raise Quit(USAGE, f"{say} Nothing was started.", "thrum log verify") from error
        self._thread.start()

    @property
    def session_id(self) -> int:
        """What ``thrum log show`` takes."""
        return self._begun.session_id

    @property
    def hand(self) -> Hand:
        """The operator's, with the day's points so far."""
        return self._begun.hand

    def event(self, event: Event) -> None:
        self._put(event)

    def sample(self, sample: Sample) -> None:
        self.hand.add(sample)
        self._put(sample)

    def catch_up(self) -> None:
        """Wait for the disk where much waits for it: a session in virtual time is faster than any."""
        if self._waiting and self._waiting[-1].t_s - self._waiting[0].t_s > WAITS_S / 2:
            self._written.clear()
            self._wake.set()
            self._written.wait(LEAVE_S)

    def end(self, outcome: str, reason: str, zero_confirmed: bool) -> None:
        """How it ended: an outcome of the closed set, why, and whether STATUS showed zero."""
        if outcome not in BY_OUTCOME:
            raise ValueError(f"outcome is {outcome!r}; allowed: {', '.join(BY_OUTCOME)}")
        self._ending = outcome, reason, zero_confirmed
        self._leave()

    def close(self) -> None:
        """Write what is left and let go; a session without ``end`` was cut off."""
        self._leave()
        if self._thread.is_alive():
            return  # the disk hangs: the process will end with it
        if self._writer is not None:
            self._writer.release()
            self._writer = None
        self._store.close()

    @property
    def _begun(self) -> Writer:
        assert self._writer is not None, "begin comes first"
        return self._writer

    def _leave(self) -> None:
        self._leaving = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_S)
            if self._thread.is_alive():
                self._failed(f"the disk took nothing for {LEAVE_S:g} s")

    def _put(self, item: Event | Sample) -> None:
        if self._waiting and item.t_s - self._waiting[0].t_s > WAITS_S:
            self._failed("the disk takes nothing any more")
        else:
            self._waiting.append(item)

    def _failed(self, why: str) -> None:
        self.failure = self.failure or f"the record cannot be written: {why}"

    # --- the thread's

    def _run(self) -> None:
        leaving = False
        while not leaving:
            self._wake.wait(COMMIT_S)
            self._wake.clear()
            leaving = self._leaving  # looked at before the last items are taken
            self._try(self._write)
            self._written.set()
        self._try(self._end)  # which may find room where the rest did not

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # whatever it is: a record that is not written must be known
            self._failed(in_words(error))

    def _write(self) -> None:
        """What waits; while nothing can be written, no more than some seconds of it are kept."""
        while self._waiting:
            if self._unwritten and self._waiting[0].t_s - self._unwritten[0].t_s > WAITS_S:
                return
            self._unwritten.append(self._waiting.popleft())
        if self._unwritten:
            self._begun.write(self._unwritten)
            self._unwritten.clear()

    def _end(self) -> None:
        if self._ending is not None:
            self._begun.end(*self._ending)
