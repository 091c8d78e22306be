"""What a session hears, and what follows from it.

Rules: nothing is believed that is not in a STATUS of this session and this boot; a stop has
succeeded when STATUS echoes that very stop, in SAFE or FAULT, with every output at zero; a device
that pauses by itself is not started again by itself; one that moves by itself, or more than it may,
is told to stop; one that another program has taken over is left to it, without a stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.session import outcome as ends
from firmware_bridge.session.checks import arm_values, misfits
from firmware_bridge.session.doubts import GRACE, Armed, doubt
from firmware_bridge.session.phases import ACTIVE, LOADING, LONGEST_MS
from firmware_bridge.session.speaker import Speaker
from firmware_bridge.session.status import Status, Welcome
from firmware_bridge.session.stream import Stream

if TYPE_CHECKING:
    from firmware_bridge.session.commands import Echo
    from programs.timeline import Timeline

NO_SESSION = 0  # in the header of a device that has not been greeted since its start
CEILINGS = ("ceiling_vibration", "ceiling_percussion", "ceiling_heat_c100")
OTHERS_MAX = 2  # STATUS of one other session in a row: a single one may be a leftover in the line


class Listener(Speaker):
    """The way in."""

    def receive(self, data: bytes, now_ms: int) -> None:
        """Bytes that came from the device. Never raises for what is in them."""
        self._now_ms = max(now_ms, self._now_ms)
        for kind, _seq, session, payload in self.decoder.frames(data):
            if kind == m.STATUS:
                self._on_status(session, Status.unpack(payload))
            elif kind == m.WELCOME and session == self.session_id:
                self._on_welcome(Welcome.unpack(payload))

    def _on_welcome(self, welcome: Welcome | None) -> None:
        if welcome is None or self.phase != "hello" or welcome.cmd != self._commands.cmd:
            return
        self._commands.settle(m.R_DONE)
        if welcome.protocol != m.VERSION:
            self.problem = "wrong_protocol"
            self._finish("refused", f"the device speaks protocol {welcome.protocol}, not {m.VERSION}")
            return
        self.welcome = welcome
        self._heard_ms = self._now_ms
        self._go("welcome")
        self._note("welcome", f"{welcome.label} {welcome.board} {welcome.firmware}")
        if self._next is not None:
            self._arm(welcome, self._next)

    def _arm(self, welcome: Welcome, timeline: Timeline) -> None:
        found = misfits(welcome, timeline, self._profile_hash)
        if found:
            self._finish("refused", " ".join(found))
            return
        values = arm_values(welcome, timeline)
        self._armed_regions = values["regions"]
        vibration, percussion, heat_c100 = (values[name] for name in CEILINGS)
        self._ceilings = vibration, percussion, heat_c100
        self._ask(m.ARM, values)
        self._go("arm")

    def _on_status(self, session: int, status: Status | None) -> None:
        if status is None or self.welcome is None:
            return
        if status.boot_id != self.welcome.boot_id:
            self._on_reset(status)
            return
        if session not in (self.session_id, NO_SESSION):
            self._on_other(session)
            return
        self._other = (0, 0)
        before, self.status = self.status, status
        self._heard_ms = self._now_ms
        if before is not None:
            for kind, detail in ends.changes(before, status):
                self._note(kind, detail)
        echo = self._commands.echo(status)
        if echo is not None:
            self._on_echo(echo, status)
        self._follow(status)
        if self.phase != "ended":
            self._plan_next(self._now_ms)

    def _on_reset(self, status: Status) -> None:
        """Another boot: nothing holds any more that was asked for. Zero is claimed where it shows."""
        if self.phase == "ended":
            return
        if status.at_rest:
            self._finish("fault", "the device was reset in mid-session; it is at zero, start again")
        else:
            self._abort("fault", "the device was reset in mid-session and did not come back at zero")

    def _on_other(self, session: int) -> None:
        """The device greets one session at a time, at rest: this one is over, and its stop not wanted."""
        self._other = (session, self._other[1] + 1 if self._other[0] == session else 1)
        if self._other[1] >= OTHERS_MAX and self.phase != "ended":
            self._finish(*ends.of_reason(s.WHY_NEW_SESSION))

    def _on_echo(self, echo: Echo, status: Status) -> None:
        self.answered = echo
        name = m.MESSAGES[echo.kind][0]
        self._note("answer", f"{name}: {status.result_name}")
        if echo.kind in m.STOPPING:
            self._stop_seen = True
        elif echo.kind == m.RESUME and echo.done:
            self._begun = True
        elif echo.kind == m.RESUME and echo.result == m.R_HEARTBEAT:
            pass  # a heartbeat was lost; asked again until the device's own time is over
        elif not echo.done and echo.kind in (m.ARM, m.RESUME):
            detail = f" ({ends.of_fault(status.fault)[1]})" if status.fault else ""
            self._abort("refused", f"the device does not accept {name}: {status.result_name}{detail}")

    def _follow(self, status: Status) -> None:
        """Moves the phase to where the device is."""
        self._doubt(status)
        phase, stream = self.phase, self._stream
        if phase == "stopping":
            if self._stop_seen and status.at_rest:
                self._finish(*ends.ended_by_stop(status, self._verdict))
        elif phase == "arming" and self._commands.kind:
            return  # ARM is not answered yet: this STATUS may be older
        elif phase == "arming" and status.state == s.ARMED:
            self._armed = Armed(self._ceilings, status.flags)
            self._go("armed")
            self._load(status)
        elif phase in ACTIVE and status.state in (s.SAFE, s.FAULT):
            self._on_left(status, stream)
        elif phase in LOADING:
            if self._begun and status.state in (s.RUNNING, s.PAUSED):
                self._on_started(status)
            else:
                self._load(status)
        elif phase in ("running", "pausing"):
            if status.state == s.PAUSED:
                self._on_paused(status)
            elif stream is not None and status.epoch == stream.epoch:
                stream.acknowledge(status)

    def _doubt(self, status: Status) -> None:
        """A device that does what it may not is told to stop; one such STATUS may be a leftover."""
        stops_itself = status.state == s.STOPPING and self.phase != "stopping"
        if not stops_itself:
            self._self_stop_ms = None
        elif self._self_stop_ms is None:
            self._self_stop_ms = self._now_ms
        if self.phase in ("stopping", "ended"):
            return
        taken_back = 0 <= self._now_ms - self._taken_back_ms < LONGEST_MS["pausing"]
        may_move = self.phase in LOADING and (self._begun or taken_back)
        found = doubt(self.phase, status, self._armed, may_move=may_move)
        if found:
            self._doubts += 1
            if self._doubts > GRACE:
                self._abort("fault", found)

    def _on_left(self, status: Status, stream: Stream | None) -> None:
        """It is at rest by itself; where that makes no sense, or an output is on, it is told to stop."""
        whole_ms = stream.sent_ms if stream is not None and stream.all_sent else None
        verdict = ends.ended_by_device(status, whole_ms)
        if not status.at_zero:
            says = verdict[1] if status.state == s.FAULT else f"the device says {status.state_name}"
            self._abort("fault", f"{says}, and an output is on")
        elif status.reason == s.WHY_COMPLETED and verdict[0] != "completed" and status.state == s.SAFE:
            self._abort(*verdict)
        else:
            self._finish(*verdict)

    def _load(self, status: Status) -> None:
        """Fills the device's buffer, in whatever epoch it is; then RESUME, once."""
        timeline = self._next
        assert timeline is not None  # there is one in every phase of LOADING
        if self._stream is None or self._stream.epoch != status.epoch:
            self._stream = Stream(timeline, status.epoch, self._waits)
        self._stream.acknowledge(status)
        if self._stream.primed and self.phase == "priming":
            self._go("primed")
        self._resume_when_primed()

    def _on_started(self, status: Status) -> None:
        """It plays, or has played and paused by itself."""
        self.timeline, self._playing = self._next, self._stream
        self._go("started")
        if status.state == s.PAUSED:
            self._on_paused(status)

    def _on_paused(self, status: Status) -> None:
        """PAUSED, by command or by the device's own dead-man, once its ramp is over."""
        if not status.at_zero:
            return
        if status.reason != s.WHY_PAUSE:
            self._note("dead_man", f"the device paused by itself: {status.reason_name}")
        self._stream = None
        self._go("paused")
