"""A run and its record: what is told is on record before anybody else hears it.

Rule kept here: a record that cannot be kept, and a hand that has had enough of a REAL device, end the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firmware_bridge.session import Outcome
    from host_cli.guided.events import Event, Sample
    from host_cli.guided.run import Run
    from host_cli.records.recorder import Recorder


class Kept:
    """``heed`` after every step of the run, then ``take``; ``end`` when it is over. ``recorder`` may be None
    where nothing real moves."""

    def __init__(self, run: Run, recorder: Recorder | None, simulated: bool) -> None:
        self._run, self._recorder, self._simulated = run, recorder, simulated
        self._heeded = False  # something other than a person has ended it

    def heed(self) -> None:
        """Stop where it may not go on."""
        recorder = self._recorder
        if recorder is None or self._heeded:
            return
        if recorder.failure:
            why = recorder.failure
        elif not self._simulated and recorder.hand.spent:
            why = recorder.hand.warning.rstrip(".")
        else:
            return
        self._run.conductor.stop(why, "stopped_by_limit")
        self._heeded = True

    def take(self) -> tuple[list[Event], list[Sample]]:
        """What was told since the last call; it is on record."""
        events, samples = self._run.take()
        if self._recorder is not None:
            for sample in samples:
                self._recorder.sample(sample)
            for event in events:
                self._recorder.event(event)
        return events, samples

    def end(self) -> Outcome:
        """How it ended; that is on record, too."""
        moment = self._run.conductor.now
        outcome = moment.outcome or "lost_link"
        if self._recorder is not None:
            self._recorder.end(outcome, moment.reason, moment.status is not None and moment.status.at_rest)
        return outcome
