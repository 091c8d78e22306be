"""What is to happen in a run, and when: actions, and faults that begin, are watched, and end.

Times are milliseconds of playing. What is due at the same time is done in the order of asking.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from sim.fault_kinds import Bench, Fault, without


class Agenda:
    """``at`` and ``order`` put something on it; ``turn`` does what is due, ``look`` watches the faults.
    ``next_ms`` says when there is something to do, so that a tick need not ask.

    Nothing is put on it that would come after ``longest_ms``: no run lasts so long.
    """

    def __init__(self, bench: Bench, longest_ms: int) -> None:
        self.faults: list[Fault] = []
        self.active: list[Fault] = []  # those that have begun and not ended
        self._bench = bench
        self._longest_ms = longest_ms
        self._due: list[tuple[int, int, Callable[[], object]]] = []  # soonest last
        self.next_ms = math.inf  # when the next of them is due
        self._asked = 0

    def at(self, t_ms: int, action: Callable[[], object]) -> None:
        self._asked += 1
        self._due.append((t_ms, self._asked, action))
        self._due.sort(reverse=True)
        self.next_ms = self._due[-1][0]

    def order(self, fault: Fault) -> None:
        fault.prepare(self._bench)
        self.faults.append(fault)
        self.at(round(fault.at_s * 1000), partial(self._begin, fault))
        end_ms = (fault.at_s + fault.duration_s) * 1000
        if end_ms < self._longest_ms:
            self.at(round(end_ms), partial(self._end, fault))

    def turn(self, t_ms: int) -> None:
        """Do everything that is due by now."""
        due = self._due
        while due and due[-1][0] <= t_ms:
            due.pop()[2]()
        self.next_ms = due[-1][0] if due else math.inf

    def look(self) -> None:
        """After a tick: let every fault that lasts look for its effect."""
        for fault in self.active:
            fault.look(self._bench)

    def felt(self, fault: Fault, t_ms: int) -> bool:
        """A fault that never came, since the run ended before, was not felt."""
        return t_ms >= fault.at_s * 1000 and fault.felt(self._bench)

    def _begin(self, fault: Fault) -> None:
        fault.noticed = False
        fault.begin(self._bench)
        self.active.append(fault)

    def _end(self, fault: Fault) -> None:
        fault.end(self._bench)
        without(self.active, fault)
