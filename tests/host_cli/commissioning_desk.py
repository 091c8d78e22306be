"""A simulated rig on its bench, in virtual time: what ``thrum rig commission`` works with, in memory."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from firmware_bridge.conformance.host import Host
from firmware_bridge.conformance.line import MemoryLine
from firmware_bridge.errors import LinkLost
from host_cli.commissioning import flow
from host_cli.commissioning.desk import Desk
from host_cli.commissioning.journal import Journal
from host_cli.commissioning.people import Answers
from host_cli.terminal import Terminal
from programs.profile import load_profile
from sim.device import SimDevice
from sim.person import Person
from sim.specimen import AS_WRITTEN, Specimen

DATE = "2026-01-31T18:05:00Z"
GOOD: dict[str, object] = {
    "fuse": True, "separate_supply": True, "flyback": True, "pull_downs": True, "enable_one_shot": True,
    "stop_in_series": True, "cut_off": True, "comparator": True, "warm_thermometer_c": 39.0,
    "vibration_moved": True, "percussion_moved": True,
    "stop_breaks_supply": True, "enable_stopped": True, "thermometer_c": 25.0, "calibrate": False,
}  # fmt: skip


class MemoryBench:
    """The bench in virtual time. ``deaf``: what its hands do is not done."""

    hands = True

    def __init__(
        self, profile: str = "heated-head", stamped: bool = False, specimen: Specimen = AS_WRITTEN
    ) -> None:
        person = Person(contact=0.0)
        self.device = SimDevice(load_profile(profile), 1, person, keep_trace=False, specimen=specimen)
        if not stamped:
            self.device.board.save_stamp(0)
        self.line = MemoryLine(self.device, "sim")
        self.deaf = False
        self.bag_c = 39.0
        self.seed = 0

    def connect(self) -> Host:
        self.seed += 1
        host = Host(self.line, self.seed, 2000)
        host.hello()
        return host

    def pull(self) -> None:
        if not self.deaf:
            self.line.cut = True

    def plug(self, after_ms: int) -> None:
        self.line.cut = False
        self.line.pass_time(after_ms)

    def open_stop(self) -> None:
        hooks = self.device.board.on_stop
        if hooks:
            hooks.clear()
        elif not self.deaf:
            hooks.append(lambda _closed: True)

    def warm(self, on: bool) -> None:
        self.device.board.touched_c = self.bag_c if on else None
        self.line.pass_time(200)

    def kill(self, whom: str) -> tuple[int, ...]:
        raise LinkLost("sim", f"there is no {whom}")

    def close(self) -> None:
        """Nothing to release."""


def commission(bench: MemoryBench, folder: Path, answers: dict[str, object]) -> tuple[Path, str]:
    """The whole of it; the record, and what was said. Raises Quit where a step fails."""
    terminal, out = Terminal(width=100), io.StringIO()
    host = bench.connect()
    welcome = host.welcome
    journal = Journal(folder, welcome.rig_id, welcome.config_crc, welcome.label)
    journal.load()
    people = Answers(terminal, "answers.toml", {"same_board": True, **answers})
    desk = Desk(terminal, people, bench, host, bench.device.profile, None)
    with redirect_stdout(out), redirect_stderr(out):
        record = flow.run(desk, journal, DATE)
    return record, out.getvalue()
