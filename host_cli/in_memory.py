"""A simulated device and the session with it in one process and in virtual time: nobody waits.

The session, the link's frames and the device are those of every other run; only the port, its thread and
the clock are not there. Time passes when it is told to.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from firmware_bridge.link import View
from firmware_bridge.session import Event, Outcome, Session, Welcome
from firmware_bridge.unwelcome import no_welcome
from sim.clock import VirtualClock
from sim.device import TICK_MS, SimDevice
from sim.link import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs.profile import Profile

HANDSHAKE_S = 4.0


class Direct:
    """A session as a guided run wants it, without a port and a thread between them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.beat = session.beat
        self.start = session.start
        self.pause = session.pause
        self.resume = session.resume
        self.set_gain = session.set_gain
        self.play = session.play
        self.release = session.release
        self.estop = session.estop

    def stop(self, outcome: Outcome = "stopped_by_user", reason: str = "stopped by the user") -> None:
        self.session.stop(outcome, reason)

    def drain_events(self) -> list[Event]:
        """What happened since the last call, oldest first."""
        events = list(self.session.events)
        self.session.events.clear()
        return events

    def view(self) -> View:
        return View.of(self.session)


class InMemory(Direct):
    """A device that has answered. ``let_pass`` moves the time; whoever uses it has to ``beat``.

    >>> from programs.profile import load_profile
    >>> device = InMemory(load_profile("heated-head"), seed=1)
    >>> device.welcome.label, device.welcome.commissioned, device.let_pass(50) - device.let_pass(0)
    ('SIM', True, 0)
    """

    def __init__(self, profile: Profile, seed: int = 0) -> None:
        chance = random.Random(f"in memory {seed}")
        super().__init__(Session(chance.randrange(1, 1 << 16)))
        self._clock = VirtualClock()
        self._device = SimDevice(profile, seed, keep_trace=False)
        self._link = Link()
        self.session.hello()
        self.wait_for(lambda session: session.welcome is not None, HANDSHAKE_S)

    @property
    def welcome(self) -> Welcome:
        """What the device said it is."""
        if self.session.welcome is None:
            raise no_welcome("sim", self.session)
        return self.session.welcome

    def wait_for(self, wanted: Callable[[Session], bool], timeout_s: float) -> bool:
        """Lets time pass until ``wanted(session)``, beating meanwhile; False when it is up."""
        for _ in range(round(timeout_s * 1000 / TICK_MS)):
            if wanted(self.session):
                return True
            self.session.beat()
            self.let_pass(TICK_MS)
        return wanted(self.session)

    def let_pass(self, ms: int) -> int:
        """So many milliseconds of everything; the time then."""
        for _ in range(ms // TICK_MS):
            self._tick(self._clock.advance(TICK_MS))
        return self._clock.now_ms

    def _tick(self, now_ms: int) -> None:
        session, device, link = self.session, self._device, self._link
        data = link.to_host.receive(now_ms)
        if data:
            session.receive(data, now_ms)
        out = session.poll(now_ms)
        if out:
            link.to_device.send(out, now_ms)
        data = link.to_device.receive(now_ms)
        if data:
            device.receive(data)
        device.tick(now_ms)
        out = device.take()
        if out:
            link.to_host.send(out, now_ms)
