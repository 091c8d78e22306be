"""Faults of the two lines that take power away: the stop input and ENABLE."""

from __future__ import annotations

from sim.fault_kinds import Bench, Fault, Kind, Kinds, without
from sim.plant import STEP_MS


class _Stop(Fault):
    """Something at the stop input; ``see`` says what the device sees of ``is_open``.

    ``outside``: beyond the cable, which hides it when it is shorted.
    """

    outside = True

    def begin(self, bench: Bench) -> None:
        self.noticed = False
        self._hook = self.see  # one object, so that it can be taken out again
        hooks = bench.board.on_stop
        hooks.insert(0 if self.outside else len(hooks), self._hook)

    def end(self, bench: Bench) -> None:
        without(bench.board.on_stop, self._hook)

    def see(self, is_open: bool) -> bool:
        raise NotImplementedError


class StopOpen(_Stop):
    """The stop input's wire breaks: the same as pressing stop."""

    def see(self, is_open: bool) -> bool:
        self.noticed = True
        return True


class StopPress(StopOpen):
    """Somebody presses stop: not broken, but what ``stop.stuck`` needs to be felt."""


class StopStuck(_Stop):
    """The cable of the stop input is shorted: a press is not seen."""

    outside = False

    def see(self, is_open: bool) -> bool:
        self.noticed = self.noticed or is_open
        return False


class EnableStuck(Fault):
    """The ENABLE line stands still whatever the device does: its one-shot drops."""

    def begin(self, bench: Bench) -> None:
        self._before = bench.board.unfollowed
        bench.board.line_stuck += 1

    def end(self, bench: Bench) -> None:
        bench.board.line_stuck -= 1

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or bench.board.unfollowed > self._before


class EnableStuckOn(Fault):
    """ENABLE's one-shot is jammed closed: it never drops. The comparator at 45 C still opens it."""

    def begin(self, bench: Bench) -> None:
        self._before, self._leaked = bench.board.jammed_steps, bench.board.leaked_steps
        bench.board.jammed += 1

    def end(self, bench: Bench) -> None:
        bench.board.jammed -= 1

    def look(self, bench: Bench) -> None:
        leaked = bench.board.leaked_steps - self._leaked
        self.leaked_ms = leaked * STEP_MS
        self.noticed = self.noticed or leaked > 0 or bench.board.jammed_steps > self._before


class EnableWelded(EnableStuckOn):
    """The switch behind ENABLE is shorted: neither its one-shot nor the comparator opens it."""

    def begin(self, bench: Bench) -> None:
        super().begin(bench)
        bench.board.welded += 1

    def end(self, bench: Bench) -> None:
        super().end(bench)
        bench.board.welded -= 1


_NO_POWER = "nothing was driven or leaking whenever ENABLE should have dropped"

KINDS: Kinds = {
    "stop.open": Kind(
        StopOpen, "the wire of the stop input breaks", "stop.open@45", "the device read the input",
        "it was at rest",
    ),
    "stop.press": Kind(
        StopPress, "somebody presses stop", "stop.press@45:0.3", "it was pressed",
        "it was at rest, or the press did not get through",
    ),
    "stop.stuck": Kind(
        StopStuck, "the stop input is shorted, and hides a press", "stop.stuck@10",
        "stop is pressed, by stop.press or stop.open, and not seen",
        "it never knew; stopping from the host still works",
    ),
    "enable.stuck": Kind(
        EnableStuck, "the ENABLE line stands still, and power drops", "enable.stuck@60",
        "the device moves the line and it does not follow",
        "power was gone, and nothing that it reads told it so",
    ),
    "enable.stuck_on": Kind(
        EnableStuckOn, "ENABLE's one-shot never drops", "enable.stuck_on@10",
        "it holds longer than the line allows", _NO_POWER,
    ),
    "enable.welded": Kind(
        EnableWelded, "ENABLE's switch never opens, at 45 C neither", "enable.welded@10",
        "it holds longer than the line, or a pad of 45 C, allows", _NO_POWER,
    ),
}  # fmt: skip
