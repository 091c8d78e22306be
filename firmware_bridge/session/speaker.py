"""What a session says: frames when they are due, and what must not take too long.

Rules: a stop goes out before everything else, then the heartbeat, other commands, data last; a
device that is silent, or does not do what it acknowledges, is told to stop; a stop that stays
unconfirmed ends the heartbeat too, so that the device's own dead-man acts.
"""

from __future__ import annotations

from firmware_bridge.protocol import messages as m
from firmware_bridge.session import outcome as ends
from firmware_bridge.session.commands import NEVER_MS
from firmware_bridge.session.core import Core
from firmware_bridge.session.phases import LOADING, LONGEST_MS, SELF_STOP_MS
from firmware_bridge.session.pulse import PERIOD_MS

SILENT_MS = 1000  # without STATUS for so long the link is lost
HEARTBEAT_IN_STOP_MS = 1000  # then the heartbeat ends too, so that the dead-man acts
STALL_MS = 300  # between two polls: the host itself stood still, and first reads what came
STALL_GRACE_MS = 300


class Speaker(Core):
    """The way out."""

    def poll(self, now_ms: int) -> bytes:
        """What is to be written now; cheap when nothing is due. Call it at least every 50 ms."""
        stalled = now_ms - self._polled_ms > STALL_MS
        self._polled_ms = self._now_ms = now_ms
        if stalled:
            self._excuse(now_ms)
        beaten, self._beaten = self._beaten, False
        if now_ms < self.next_due_ms and not (beaten and self._beat_is_due(now_ms)):
            return b""
        self._pulse.turn(now_ms, beaten=beaten)
        if self._since_ms is None:
            self._since_ms = now_ms
        self._watch(now_ms)
        if self.phase == "ended":
            self.next_due_ms = NEVER_MS
            return b""
        out = self._due_frames(now_ms)
        self._plan_next(now_ms)
        return out

    def _beat_is_due(self, now_ms: int) -> bool:
        """A beat of the application at this time is to be sent at once."""
        return self.welcome is not None and self.phase != "ended" and self._pulse.wants(now_ms)

    # --- what is due

    def _due_frames(self, now_ms: int) -> bytes:
        """A stop goes first, then the heartbeat, other commands, and data last."""
        command = self._command(now_ms)
        heartbeat = self._heartbeat(now_ms)
        if self.urgent:
            return command + heartbeat
        out = heartbeat + command
        stream = self._stream
        if stream is not None and self.phase != "pausing":
            priming = self.phase in LOADING
            while frame := stream.take(now_ms, priming=priming):
                out += self._encoder.frame(m.SEGMENTS, frame[0], self.session_id, frame[1])
        return out

    def _command(self, now_ms: int) -> bytes:
        command = self._commands.take(now_ms)
        if command is None:
            return b""
        return self._encoder.frame(command[0], 0, self.session_id, command[1])

    def _heartbeat(self, now_ms: int) -> bytes:
        if self.welcome is None or now_ms < self._pulse.due_ms or self._mute(now_ms):
            return b""
        return self._encoder.frame(m.HEARTBEAT, 0, self.session_id, self._pulse.take(now_ms))

    def _mute(self, now_ms: int) -> bool:
        """A stop that stays unconfirmed: the device's dead-man is the better way to zero."""
        since_ms = now_ms if self._since_ms is None else self._since_ms
        return self.phase == "stopping" and now_ms - since_ms >= HEARTBEAT_IN_STOP_MS

    def _plan_next(self, now_ms: int) -> None:
        due_ms = min(self._commands.due_ms, self._deadline_ms())
        if self.welcome is not None:
            due_ms = min(due_ms, now_ms + PERIOD_MS if self._mute(now_ms) else self._pulse.due_ms)
        if self._stream is not None and self.phase != "pausing":
            due_ms = min(due_ms, self._stream.due_ms(now_ms, priming=self.phase in LOADING))
        self.next_due_ms = due_ms

    # --- what must not take too long

    def _excuse(self, now_ms: int) -> None:
        """The host stood still: what came meanwhile is read first. Each deadline is put off only once."""
        overdue_ms = self._overdue_ms()
        if now_ms >= overdue_ms and overdue_ms != self._excused_ms:
            self._excused_ms = overdue_ms
            self._grace_ms = now_ms + STALL_GRACE_MS

    def _deadline_ms(self) -> int:
        """When the present phase has lasted too long, or the device has been silent too long."""
        return max(self._overdue_ms(), self._grace_ms)

    def _overdue_ms(self) -> int:
        """The same, for a host that never stands still."""
        return min(self._phase_ends_ms(), self._silent_ms(), self._self_stop_ends_ms())

    def _self_stop_ends_ms(self) -> int:
        if self._self_stop_ms is None or self.phase == "stopping":
            return NEVER_MS
        return self._self_stop_ms + SELF_STOP_MS

    def _phase_ends_ms(self) -> int:
        """A held program waits for the application, not for the device."""
        since_ms = self._now_ms if self._since_ms is None else self._since_ms
        longest_ms = NEVER_MS if self.held and self.phase in LOADING else LONGEST_MS.get(self.phase, NEVER_MS)
        return since_ms + longest_ms

    def _silent_ms(self) -> int:
        """In a stop nothing more follows from silence: its own deadline is all there is."""
        if self.welcome is None or self.phase == "stopping":
            return NEVER_MS
        return self._heard_ms + SILENT_MS

    def _watch(self, now_ms: int) -> None:
        if now_ms < self._deadline_ms():
            self._watch_answers()
        elif self.phase == "hello":
            self.problem = "wrong_protocol" if self.decoder.wrong_version else "silent"
            self._finish("refused", f"no massager answered within {LONGEST_MS['hello'] / 1000:g} s")
        elif self.phase == "stopping":
            self._finish(*ends.unconfirmed(self._verdict))
        elif now_ms >= self._silent_ms():
            self._abort("lost_link", f"nothing was heard from the device for {SILENT_MS / 1000:g} s")
        elif now_ms >= self._self_stop_ends_ms():
            longest_s = SELF_STOP_MS / 1000
            self._abort("fault", f"the device stopped by itself and was not at rest {longest_s:g} s later")
        else:
            longest_s = LONGEST_MS[self.phase] / 1000
            self._abort("fault", f"the device did not get beyond {self.phase} within {longest_s:g} s")

    def _watch_answers(self) -> None:
        """STATUS comes, and yet a command or a frame of data is not taken: it never will be."""
        if self.phase in ("hello", "stopping"):
            return
        if self._commands.unanswered:
            self._abort("fault", f"the device does not answer {m.MESSAGES[self._commands.kind][0]}")
        elif self._stream is not None and self._stream.refused:
            self._abort("fault", "the device does not take the program's data")
