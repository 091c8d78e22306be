"""One simulated device: the real controller on a simulated board, and its trace.

The same object serves the lock-step simulation and the device process, so both run the same code
from the same start: same program, same seed, same commanded levels.
"""

from __future__ import annotations

import random
from typing import Any

from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import states
from firmware_bridge.rig import device_config
from programs.profile import Profile
from sim.board import SimBoard
from sim.person import Person
from sim.trace import Trace

TICK_MS = 10


class SimDevice:
    """``receive`` takes bytes from the link, ``tick`` lets the device and its physics run to a time,
    ``take`` gives the bytes that it wants to send. ``record``: keep every change of an output;
    ``keep_trace=False``: for a process that lives long and that nobody asked for a trace.

    The board is commissioned: its stamp is the CRC of its own configuration, as on a real rig.
    """

    def __init__(
        self,
        profile: Profile,
        seed: int = 0,
        person: Person | None = None,
        record: bool = False,
        keep_trace: bool = True,
    ) -> None:
        config = device_config(profile)
        self.profile = profile
        self.seed = seed
        self.board = SimBoard(profile, config.crc, seed, person, record)
        boot_id = random.Random(f"boot {seed}").getrandbits(32)
        self.controller: Any = Controller(config, self.board, boot_id)
        self.trace = Trace(self.controller, self.board.plant)
        self._keep_trace = keep_trace
        self.start_ms = -1  # when playing first began; -1: not yet

    def receive(self, data: bytes) -> None:
        self.controller.receive(data, len(data))

    def take(self) -> bytes:
        """Bytes for the host; empty when there are none."""
        controller = self.controller
        count = controller.tx_length
        if not count:
            return b""
        data = bytes(controller.tx[:count])
        controller.sent(count)
        return data

    def tick(self, now_ms: int) -> None:
        """Physics up to now under the duties of the last tick, the device's tick, a row of the trace."""
        controller = self.controller
        self.board.step(now_ms)
        controller.tick(now_ms)
        if self.start_ms < 0:
            if controller.state != states.RUNNING:
                return
            self.start_ms = now_ms - controller.player.playhead_ms
            self.trace.first_s = controller.player.playhead_ms / 1000
        if self._keep_trace:
            self.trace.record()
