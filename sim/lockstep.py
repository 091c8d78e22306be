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
from sim.agenda import Agenda
from sim.battery import HALF
from sim.clock import VirtualClock
from sim.conditions import conditions_of
from sim.device import TICK_MS, SimDevice
from sim.fault_kinds import Bench, Fault, HostState
from sim.faults import check_fault, parse_fault
from sim.invariants import Invariants
from sim.link import LATENCY_MS, Link
from sim.person import Person
from sim.result import Injected, SimResult, exposure, peaks
from sim.specimen import AS_WRITTEN, Specimen
from sim.standstill import motor_uses
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
    charge: float = HALF,
    latency_ms: int = LATENCY_MS,
    specimen: Specimen = AS_WRITTEN,
    record: bool = False,
    on_progress: Callable[[float], None] | None = None,
) -> SimResult:
    """Play ``timeline`` on a simulated rig and say what happened.

    ``faults`` as in :mod:`sim.faults`; ``actions`` are (t_ms, what to do with the session), for
    pauses, gains and stops; ``charge`` 0..1 is a battery's at the start; ``on_progress`` is called
    with 0..1 about once a simulated second.
    Raises UnknownFault for a fault that does not read, ImpossibleFault for one that this rig cannot have.
    """
    run = Run(
        timeline,
        profile,
        seed=seed,
        person=person,
        charge=charge,
        latency_ms=latency_ms,
        specimen=specimen,
        record=record,
    )
    run.order(faults)
    for at_ms, action in actions:
        run.at(at_ms, partial(action, run.session))
    run.play(on_progress)
    return run.result()


class Run:
    """One simulation in progress; :func:`simulate` is the usual way in.

    Without ``begin`` the session is asked to play ``timeline`` by whoever made this.

    ``session``, ``device``, ``link`` and ``clock`` may be looked at between calls of ``tick``.
    """

    def __init__(
        self,
        timeline: Timeline,
        profile: Profile,
        *,
        seed: int = 0,
        person: Person | None = None,
        charge: float = HALF,
        latency_ms: int = LATENCY_MS,
        specimen: Specimen = AS_WRITTEN,
        record: bool = False,
        begin: bool = True,
    ) -> None:
        self.timeline, self.profile, self.seed = timeline, profile, seed
        self.conditions = conditions_of(profile, person, charge, latency_ms, specimen)
        self.clock = VirtualClock()
        self.device = SimDevice(profile, seed, person, record, specimen=specimen, charge=charge)
        self.link = Link(latency_ms)
        self.session = Session(random.Random(f"session {seed}").randrange(1, 1 << 16))
        self.bench = Bench(self.device, self.link, HostState(lost=self.session.lost), seed)
        self.watch = Watch(self.device)
        self.invariants = Invariants(
            self.device, self.session, timeline, specimen.jitter_ms, specimen.rig is not None
        )
        self.agenda = Agenda(self.bench, OVERTIME_MS + timeline.duration_ms)
        self.ended_ms = -1  # when the session's outcome was known
        self._beat_due_ms = 0
        self._rest_since_ms = 0
        if begin:
            self.session.play(timeline)

    def at(self, t_ms: int, action: Callable[[], object]) -> None:
        """Do something ``t_ms`` after playing began."""
        self.agenda.at(t_ms, action)

    def order(self, faults: Iterable[str | Fault]) -> None:
        """Have faults happen. Raises UnknownFault and ImpossibleFault."""
        for each in faults:
            fault = parse_fault(each) if isinstance(each, str) else each
            check_fault(fault, self.profile)
            self.agenda.order(fault)

    def play(
        self,
        on_progress: Callable[[float], None] | None = None,
        pace: Callable[[int], None] | None = None,
    ) -> None:
        """Run to the end. ``pace`` is told the time in ms ten times a simulated second, and may wait."""
        shown_ms = 0
        tick = self.tick
        while not self.done():
            for _ in range(TICKS_A_LOOK):
                tick()
            if pace is not None:
                pace(self.clock.now_ms)
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
        start = self.device.start_ms
        if start >= 0 and self.agenda.next_ms <= now - start:
            self.agenda.turn(now - start)
        self._host(now)
        device = self.device
        hears = now >= device.asleep_until_ms or device.booting  # then it hears, and heeds nothing
        data = self.link.to_device.receive(now) if hears else b""
        if data:
            self.invariants.hear(data, now)
            device.receive(data)
        device.tick(now)
        out = device.take()
        if out:
            self.link.to_host.send(out, now)
        if self.agenda.active:
            self.agenda.look()
        self.watch.look(now)
        self.invariants.look(now)
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
            longest_ms = OVERTIME_MS if self.device.board.powered else SILENT_MAX_MS
            return at_rest_ms >= LINGER_MS or now - self.ended_ms > longest_ms
        if self.device.start_ms < 0:
            return now > START_MAX_MS
        return at_rest_ms > SILENT_MAX_MS or self.t_ms > self.timeline.duration_ms + OVERTIME_MS

    def result(self) -> SimResult:
        outcome, reason = self._outcome()
        trace, device = self.device.trace, self.device
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
            injected=tuple(
                Injected(each.text, start >= 0 and self.agenda.felt(each, self.t_ms), each.leaked_ms / 1000)
                for each in self.agenda.faults
            ),
            device={
                "ticks": self.clock.now_ms // TICK_MS,
                "underruns": device.underruns,
                "resets": len(device.resets),
            },
            trace=trace,
            events=tuple((at - max(0, start), kind, text) for at, kind, text in self.session.events),
            resets=tuple(each.told(start) for each in device.resets),
            violations=tuple(self.invariants.found),
            motors=motor_uses(trace, self.profile, self.agenda.faults),
            conditions=self.conditions,
        )

    def _outcome(self) -> tuple[str, str]:
        """The session's own word; where it never came to one, what the device did."""
        dark = self._dark()
        if dark and self.session.outcome in (None, "lost_link"):
            return "lost_link", dark
        if self.session.outcome is not None:
            return str(self.session.outcome), str(self.session.reason)
        if self.device.start_ms < 0:
            return "refused", "the session did not begin within 10 s"
        if self.device.resets:
            return "lost_link", "the host fell silent; the device was reset meanwhile, and is at rest"
        controller = self.device.controller
        why = states.FAULTS[controller.fault] if controller.fault else states.REASONS[controller.reason]
        return "lost_link", f"the host fell silent; the device stopped by itself ({why})"

    def _dark(self) -> str:
        """That the battery's own protection opened before the end; empty when it did not."""
        battery = self.device.board.plant.supply.battery
        if battery is None or battery.cut_off_s is None:
            return ""
        ended = self.ended_ms if self.ended_ms >= 0 else self.clock.now_ms
        if battery.cut_off_s * 1000 > ended:
            return ""
        at_s = max(0, int(battery.cut_off_s - max(0, self.device.start_ms) / 1000))
        when = f"{at_s // 60}:{at_s % 60:02d}"
        return f"the battery was empty: its own protection opened at {when}, and the rig went dark; charge it"
