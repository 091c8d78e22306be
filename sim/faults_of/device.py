"""Faults of the device's processor: it starts again, or its control step comes late or never.

Physics goes on meanwhile: the pins keep their duties, and ENABLE's one-shot decides.
"""

from __future__ import annotations

from sim.device import SOFTWARE_RESET
from sim.fault_kinds import FOR_EVER, Bench, Fault, Kind, Kinds, Number


class DeviceReset(Fault):
    """It starts again: pins off, memory empty, a new boot id."""

    def begin(self, bench: Bench) -> None:
        bench.device.restart(SOFTWARE_RESET, bench.tick_ms)
        self.noticed = True


class _Late(Fault):
    """Felt when a control step that was due did not come."""

    def begin(self, bench: Bench) -> None:
        self._before = bench.device.missed_ticks
        self._next_ms: float = bench.tick_ms

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or bench.device.missed_ticks > self._before


class DeviceSlow(_Late):
    """A control step takes MS."""

    def begin(self, bench: Bench) -> None:
        super().begin(bench)
        bench.device.steps_take_ms.append(round(self.numbers[0]))

    def end(self, bench: Bench) -> None:
        bench.device.steps_take_ms.remove(round(self.numbers[0]))


class DevicePause(_Late):
    """The garbage collector runs for MS, once or every EVERY seconds."""

    def look(self, bench: Bench) -> None:
        now_ms = bench.board.now_ms
        if now_ms >= self._next_ms:
            every_s = self.numbers[1]
            self._next_ms = now_ms + every_s * 1000 if every_s else FOR_EVER
            bench.device.sleep(now_ms + round(self.numbers[0]))
        super().look(bench)


class DeviceHang(_Late):
    """No step ever comes; the watchdog starts the board again after 1 s."""

    def begin(self, bench: Bench) -> None:
        super().begin(bench)
        bench.device.sleep(bench.tick_ms + self.duration_s * 1000)


_MS = Number("MS", 1.0, 10_000.0, "how long, ms")
_EVERY = Number("EVERY", 0.0, 3600.0, "how often, s; 0: once")
_LATE = "every step came within 200 ms, and a late one makes up for what it missed"

KINDS: Kinds = {
    "device.reset": Kind(
        DeviceReset, "the device starts again", "device.reset@60", "it starts again", "it was at rest",
        lasts=False,
    ),
    "device.slow": Kind(
        DeviceSlow, "a control step takes MS", "device.slow@30:40:20", "a step comes late", _LATE, (_MS,)
    ),
    "device.pause": Kind(
        DevicePause, "the collector stops the device for MS, EVERY so often",
        "device.pause@30:120:5:20", "a step comes late", _LATE, (_MS, _EVERY),
    ),
    "device.hang": Kind(
        DeviceHang, "the device hangs", "device.hang@60", "a step does not come", _LATE
    ),
}  # fmt: skip
