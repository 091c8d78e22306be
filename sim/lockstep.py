"""Lock-step simulation: host session, link, device and plant share one virtual clock.

Rules kept here:

1. The clock moves by 10 ms whoever speaks or is silent; a dead host does not stop the device.
2. The device code is the real one, and no check is relaxed: what it refuses here it refuses there.
3. Everything comes from the arguments and the seed: the same call gives the same rows.

t = 0 of faults, actions and the trace is the moment at which the device begins to play.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from firmware_bridge.protocol import states
from firmware_bridge.session import Session
from programs.profile import Profile
from programs.timeline import Timeline
from sim.clock import VirtualClock
from sim.device import TICK_MS, SimDevice
from sim.fault_kinds import Bench, Fault
from sim.faults import parse_fault
from sim.link import LATENCY_MS, Link
from sim.person import Person
from sim.result import Injected, SimResult, exposure, peaks
from sim.watch import Watch

Action = tuple[int, Callable[[Any], object]]

BEAT_MS = 50  # how often the application's own loop comes round
START_MAX_MS = 10_000  # a session that has not begun by then is over
TICKS_A_LOOK = 10  # ticks between two looks at whether the run is over
LINGER_MS = 1000  # after the end: faults on their way show themselves
SILENT_MAX_MS = 10_000  # how long a device at rest is watched when its host never comes back
BUSY = (states.RUNNING, states.STOPPING, states.PAUSED)
OVERTIME_MS = 15 * 60_000  # pauses and stalls may make a run this much longer than its program


def simulate(
    timeline: Timeline,
    profile: Profile,
    *,
    seed: int = 0,
    faults: Iterable[str | Fault] = (),
    actions: Sequence[Action] = (),
    person: Person | None = None,
    latency_ms: int = LATENCY_MS,
    record: bool = False,
    on_progress: Callable[[float], None] | None = None,
) -> SimResult:
    """Play ``timeline`` on a simulated rig and say what happened.

    ``faults`` as in :mod:`sim.faults`; ``actions`` are (t_ms, what to do with the session), for
    pauses, gains and stops; ``on_progress`` is called with 0..1 about once a simulated second.
    Raises UnknownFault for a fault that does not read.
    """
    run = Run(timeline, profile, seed=seed, person=person, latency_ms=latency_ms, record=record)
    run.order(faults)
    for at_ms, action in actions:
        run.at(at_ms, partial(action, run.session))
    run.play(on_progress)
    return run.result()


class Run:
    """One simulation in progress; :func:`simulate` is the usual way in.

    ``session``, ``device``, ``link`` and ``clock`` may be looked at between calls of ``tick``.
    """

    def __init__(
        self,
        timeline: Timeline,
        profile: Profile,
        *,
        seed: int = 0,
        person: Person | None = None,
        latency_ms: int = LATENCY_MS,
        record: bool = False,
    ) -> None:
        self.timeline, self.profile, self.seed = timeline, profile, seed
        self.clock = VirtualClock()
        self.device = SimDevice(profile, seed, person, record)
        self.link = Link(latency_ms, seed)
        self.session = Session(random.Random(f"session {seed}").randrange(1, 1 << 16))
        self.bench = Bench(self.device.board, self.link)
        self.watch = Watch(self.device)
        self.faults: list[Fault] = []
        self.ended_ms = -1  # when the session's outcome was known
        self._events: list[tuple[int, int, Callable[[], object]]] = []  # not yet due, soonest last
        self._ordered = 0  # keeps what is due at the same time in the order of asking
        self._beat_due_ms = 0
        self._rest_since_ms = 0
        self.session.play(timeline)

    def at(self, t_ms: int, action: Callable[[], object]) -> None:
        """Do something ``t_ms`` after playing began."""
        self._ordered += 1
        self._events.append((t_ms, self._ordered, action))
        self._events.sort(reverse=True)

    def order(self, faults: Iterable[str | Fault]) -> None:
        for each in faults:
            fault = parse_fault(each) if isinstance(each, str) else each
            self.faults.append(fault)
            self.at(round(fault.at_s * 1000), partial(fault.begin, self.bench))
            end_s = fault.at_s + fault.duration_s
            if end_s < OVERTIME_MS + self.timeline.duration_ms:
                self.at(round(end_s * 1000), partial(fault.end, self.bench))

    def play(self, on_progress: Callable[[float], None] | None = None) -> None:
        """Run to the end."""
        shown_ms = 0
        tick = self.tick
        while not self.done():
            for _ in range(TICKS_A_LOOK):
                tick()
            if on_progress is not None and self.clock.now_ms - shown_ms >= 1000:
                shown_ms = self.clock.now_ms
                on_progress(min(1.0, self.t_ms / max(1, self.timeline.duration_ms)))
        if on_progress is not None:
            on_progress(1.0)

    @property
    def t_ms(self) -> int:
        """Time since playing began; 0 before."""
        start = self.device.start_ms
        return self.clock.now_ms - start if start >= 0 else 0

    def tick(self) -> None:
        """Ten milliseconds of everything."""
        now = self.clock.advance(TICK_MS)
        events = self._events
        start = self.device.start_ms
        while events and start >= 0 and events[-1][0] <= now - start:
            events.pop()[2]()
        self._host(now)
        device = self.device
        data = self.link.to_device.receive(now)
        if data:
            device.receive(data)
        device.tick(now)
        out = device.take()
        if out:
            self.link.to_host.send(out, now)
        self.watch.look(now)
        if self.ended_ms < 0 and self.session.outcome is not None:
            self.ended_ms = now

    def _host(self, now: int) -> None:
        """The host's turn: its application loop, what arrived, what is due."""
        host, session = self.bench.host, self.session
        if host.stalled:
            host.missed_polls += 1
            return
        if now >= self._beat_due_ms:
            self._beat_due_ms = now + BEAT_MS
            if host.hung:
                host.missed_beats += 1
            else:
                session.beat()
        data = self.link.to_host.receive(now)
        if data:
            session.receive(data, now)
        out = session.poll(now)
        if out:
            self.link.to_device.send(out, now)

    def done(self) -> bool:
        """Whether nothing more can happen that anybody would want to see."""
        now = self.clock.now_ms
        if self.device.board.powered or self.device.controller.state in BUSY:
            self._rest_since_ms = now
        at_rest_ms = now - self._rest_since_ms
        if self.ended_ms >= 0 and now - self.ended_ms >= LINGER_MS:
            return at_rest_ms >= LINGER_MS or now - self.ended_ms > SILENT_MAX_MS
        if self.device.start_ms < 0:
            return now > START_MAX_MS
        return at_rest_ms > SILENT_MAX_MS or self.t_ms > self.timeline.duration_ms + OVERTIME_MS

    def result(self) -> SimResult:
        outcome, reason = self._outcome()
        trace, controller = self.device.trace, self.device.controller
        ended = self.ended_ms if self.ended_ms >= 0 else self.clock.now_ms
        start = self.device.start_ms
        return SimResult(
            outcome=outcome,
            reason=reason,
            program=self.timeline.program_id,
            profile=self.profile.id,
            seed=self.seed,
            duration_s=(ended - start) / 1000 if start >= 0 else 0.0,
            limited=tuple(self.watch.limited),
            peak=peaks(trace, self.profile),
            exposure=exposure(trace, self.profile),
            faults=tuple(self.watch.faults),
            injected=tuple(Injected(each.text, self._felt(each)) for each in self.faults),
            device={"ticks": self.clock.now_ms // TICK_MS, "underruns": controller.underruns},
            trace=trace,
            events=tuple(self.session.events),
        )

    def _felt(self, fault: Fault) -> bool:
        """A fault that never came, since the run ended before, was not felt."""
        return self.t_ms >= fault.at_s * 1000 and self.device.start_ms >= 0 and fault.felt(self.bench)

    def _outcome(self) -> tuple[str, str]:
        """The session's own word; where it never came to one, what the device did."""
        if self.session.outcome is not None:
            return str(self.session.outcome), str(self.session.reason)
        if self.device.start_ms < 0:
            return "refused", "the session did not begin within 10 s"
        code = states.FAULTS[self.device.controller.fault]
        return "lost_link", f"the host fell silent; the device stopped by itself ({code})"
