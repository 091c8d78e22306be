"""Faults of the host: the program that plays, not the device."""

from __future__ import annotations

from sim.fault_kinds import Bench, Fault, Kind, Kinds


class HostStall(Fault):
    """The whole host stands still."""

    def begin(self, bench: Bench) -> None:
        self._before = bench.host.missed_polls
        bench.host.stalled += 1

    def end(self, bench: Bench) -> None:
        bench.host.stalled -= 1

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or bench.host.missed_polls > self._before


class HostKill(HostStall):
    """The host's process dies: it says nothing more, and nothing comes after it."""


class HostHang(Fault):
    """The application hangs while the thread that serves its link goes on."""

    def begin(self, bench: Bench) -> None:
        self._before = bench.host.missed_beats
        bench.host.hung += 1

    def end(self, bench: Bench) -> None:
        bench.host.hung -= 1

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or bench.host.missed_beats > self._before


KINDS: Kinds = {
    "host.stall": Kind(
        HostStall, "the whole host stands still", "host.stall@60:0.75", "the host misses a turn",
        "what it had in its buffer lasted until the host came back",
    ),
    "host.hang": Kind(
        HostHang, "the application hangs, its link goes on", "host.hang@60:2.5",
        "the application misses a beat", "the host came back within a second",
    ),
    "host.kill": Kind(
        HostKill, "the host's process dies", "host.kill@60", "the host misses a turn",
        "it was over anyway", lasts=False,
    ),
}  # fmt: skip
