"""A session over a real port: one I/O thread, the monotonic clock, and a lock.

Rules: the thread sends heartbeats, but only the application's own calls (``beat``, ``wait_for``)
move their token; what could not be written yet is at most one turn's worth, and a stop does not
wait behind it; ``close`` stops first and is bounded; a broken link ends the session and the thread.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firmware_bridge.clock import Clock, MonotonicClock
from firmware_bridge.errors import BridgeError, LinkLost
from firmware_bridge.session import Event, Outcome, Session, Status, Welcome
from firmware_bridge.session.phases import Phase
from firmware_bridge.transport import Port, open_port
from firmware_bridge.unwelcome import no_welcome

if TYPE_CHECKING:
    from firmware_bridge.session.commands import Echo
    from programs.timeline import Timeline

READ_BYTES = 4096
WAIT_S = 0.01  # longest sleep of the thread: what a key press waits for at most
BEAT_S = 0.05  # how often ``wait_for`` looks and beats
HANDSHAKE_S = 4.0
CLOSE_S = 1.5
STUCK_MS = 1000  # the line took nothing for so long


@dataclass(frozen=True, slots=True)
class View:
    """How things stand, all at the same moment."""

    phase: Phase
    status: Status | None
    status_age_ms: int
    playhead_ms: int
    reported_ms: int
    timeline: Timeline | None
    gain: float
    gain_max: float
    outcome: Outcome | None
    reason: str
    held: bool  # it is about to play, and waits for ``start``

    @classmethod
    def of(cls, session: Session) -> View:
        return cls(
            session.phase,
            session.status,
            session.status_age_ms,
            session.playhead_ms,
            session.reported_ms,
            session.timeline,
            session.gain,
            session.gain_max,
            session.outcome,
            session.reason,
            session.held,
        )


class Connection:
    """An open device. Methods may be called from any thread.

    ``with Connection.open("/dev/ttyACM0") as massager: massager.play(timeline)``; then call
    ``beat`` at least every 500 ms, or ``wait_for``, which does it. Leaving ``with`` means off.
    """

    def __init__(self, port: Port, *, clock: Clock | None = None, session_id: int | None = None) -> None:
        self.address = port.address
        self.remark = ""  # what a person should know about the port, else ""
        self.session = Session(session_id or 1 + secrets.randbelow(0xFFFF), secrets.randbelow(0x10000))
        self.lock = threading.RLock()
        self.failure: BaseException | None = None  # what ended the thread, if something did
        self._port = port
        self._clock = clock or MonotonicClock()
        self._changed = threading.Condition(self.lock)
        self._unsent = bytearray()
        self._stuck_since_ms: int | None = None
        self._stuck = False  # the line took nothing for too long: before WELCOME it is no massager
        self._was_urgent = False
        self._closing = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"thrum {port.address}", daemon=True)

    @classmethod
    def open(cls, address: str, *, session_id: int | None = None) -> Connection:
        """Opens the port and asks what is there.

        Raises the errors of ``open_port``, and NotAMassager, WrongProtocol or LinkLost.
        """
        port = open_port(address)
        connection = cls(port, session_id=session_id)
        connection.remark = port.remark
        try:
            connection.shake_hands()
        except BaseException:
            connection.close()
            raise
        return connection

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def shake_hands(self) -> Welcome:
        """HELLO and its answer; starts the thread."""
        with self.lock:
            self.session.hello()
        self._thread.start()
        self.wait_for(lambda s: s.welcome is not None or s.phase == "ended", HANDSHAKE_S)
        if self.session.welcome is None:
            raise self._no_welcome()
        return self.session.welcome

    @property
    def welcome(self) -> Welcome:
        """What the device said it is."""
        if self.session.welcome is None:
            raise self._no_welcome()
        return self.session.welcome

    # --- what the application asks for: as in Session

    def play(
        self, timeline: Timeline, *, profile_hash: str = "", hold: bool = False, waits: Iterable[int] = ()
    ) -> None:
        with self.lock:
            self.session.play(timeline, profile_hash=profile_hash, hold=hold, waits=waits)

    def start(self) -> None:
        with self.lock:
            self.session.start()

    def pause(self) -> bool:
        with self.lock:
            return self.session.pause()

    def resume(self, timeline: Timeline, *, waits: Iterable[int] = ()) -> bool:
        with self.lock:
            return self.session.resume(timeline, waits=waits)

    def release(self, until_ms: int) -> None:
        with self.lock:
            self.session.release(until_ms)

    def set_gain(self, gain: float, gain_max: float | None = None) -> bool:
        with self.lock:
            return self.session.set_gain(gain, gain_max)

    def stop(self, outcome: Outcome = "stopped_by_user", reason: str = "stopped by the user") -> None:
        with self.lock:
            self.session.stop(outcome, reason)

    def estop(self, reason: str = "emergency stop") -> None:
        with self.lock:
            self.session.estop(reason)

    @property
    def answered(self) -> Echo | None:
        """The last command that the device answered, and with which result."""
        return self.session.answered

    def clear(self) -> bool:
        with self.lock:
            return self.session.clear()

    def beat(self) -> None:
        """The application's loop is alive; call it from there and from nowhere else."""
        with self.lock:
            self.session.beat()

    def view(self) -> View:
        """A consistent picture for a screen."""
        with self.lock:
            return View.of(self.session)

    def drain_events(self) -> list[Event]:
        """What happened since the last call, oldest first."""
        with self.lock:
            events = list(self.session.events)
            self.session.events.clear()
            return events

    def wait_for(self, wanted: Callable[[Session], bool], timeout_s: float) -> bool:
        """Waits until ``wanted(session)``, beating meanwhile; False when the time or the session is over."""
        until_ms = self._clock.now_ms() + round(timeout_s * 1000)
        with self._changed:
            while not wanted(self.session):
                left_s = (until_ms - self._clock.now_ms()) / 1000
                if left_s <= 0 or self.session.phase == "ended":
                    return False
                self.session.beat()
                self._changed.wait(min(left_s, BEAT_S))
            return True

    def close(self) -> None:
        """Stops, waits for the device's zero for 1.5 s at most, closes. Any number of times."""
        if self._closed:
            return
        self._closed = True
        try:
            self.stop()
            if self._thread.is_alive():
                self.wait_for(lambda s: s.phase == "ended", CLOSE_S)
        finally:
            self._closing = True
            if self._thread.is_alive():
                self._thread.join(CLOSE_S)
            self._port.close()

    # --- the thread

    def _run(self) -> None:
        try:
            while not self._closing:
                self._turn()
        except LinkLost as exc:
            self._end(exc, exc.sentence)
        except Exception as exc:  # a bug: silence makes the device go to zero, and it is told
            self._end(exc, f"The link stopped working: {exc!r}. This is a bug in Thrum.")

    def _turn(self) -> None:
        """Reads what has come, lets the session think, writes what it wants."""
        data = self._port.read(READ_BYTES, self._wait_s())
        now_ms = self._clock.now_ms()
        with self._changed:
            if data:
                self.session.receive(data, now_ms)
                self._changed.notify_all()
            phase = self.session.phase
            self._refill(now_ms)
            if self.session.phase != phase:
                self._changed.notify_all()
        if self._unsent:
            self._write(now_ms)

    def _wait_s(self) -> float:
        if self._unsent:
            return 0.001
        due_s = (self.session.next_due_ms - self._clock.now_ms()) / 1000
        return min(max(due_s, 0.0), WAIT_S)

    def _refill(self, now_ms: int) -> None:
        """Asks the session only when the last turn is out; a stop pushes that aside.

        What is cut off in the middle of a frame is no harm: every frame begins with a delimiter.
        """
        urgent = self.session.urgent
        if urgent and not self._was_urgent:
            self._unsent.clear()
        self._was_urgent = urgent
        if not self._unsent:
            self._unsent += self.session.poll(now_ms)

    def _write(self, now_ms: int) -> None:
        taken = self._port.write(bytes(self._unsent))
        del self._unsent[:taken]
        if taken or self._stuck_since_ms is None:
            self._stuck_since_ms = now_ms
        elif now_ms - self._stuck_since_ms > STUCK_MS:
            self._stuck = True
            raise LinkLost(self.address, f"The device behind {self.address} takes no more data.")

    def _end(self, exc: BaseException, reason: str) -> None:
        with self._changed:
            self.failure = exc
            self.session.lost(reason)
            self._changed.notify_all()

    def _no_welcome(self) -> BridgeError:
        if isinstance(self.failure, BridgeError) and not self._stuck:
            return self.failure
        return no_welcome(self.address, self.session)
