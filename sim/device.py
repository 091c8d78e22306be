"""One simulated device: the real controller on a simulated board, and its trace.

The same object serves the lock-step simulation and the device process, so both run the same code
from the same start: same program, same seed, same commanded levels. Rules kept here:

1. The board outlives its controller. After a reset a new one starts on the same board: stamp and
   last fault are still there, everything else is forgotten, and the boot id is another one.
2. While the controller does not tick physics goes on: pins keep their duties, and ENABLE's one-shot
   decides. A reset lets the pins go.
3. The watchdog starts the board again when no step came to its end for 1 s. Below 2.7 V of supply
   there is no processor; it starts when the voltage is back.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import states
from firmware_bridge.rig import device_config
from programs.profile import Profile
from sim.battery import HALF
from sim.board import SimBoard
from sim.person import Person
from sim.result import DeviceReset
from sim.specimen import AS_WRITTEN, Specimen
from sim.trace import Trace

TICK_MS = 10
WATCHDOG_MS = 1000  # without a complete step (design: watchdog 1 s)
BOOT_MS = 500  # from a reset to the first step; unmeasured, no board's time is known (E)
BROWN_OUT_V = 2.7  # at the supply: the detector of a 3.3 V processor behind a low-drop regulator (E)
WATCHDOG_RESET, SOFTWARE_RESET, BROWN_OUT_RESET = 1, 2, 3  # states.RESET_CAUSES


@dataclass(slots=True)
class Reset:
    """The device started again. Times of the clock; ``dark_ms``: when no output had power, -1: not yet."""

    cause: str
    at_ms: int
    silent_ms: int  # its last complete step
    dark_ms: int = -1

    def told(self, start_ms: int) -> DeviceReset:
        """With times of playing; zero counts from its last step."""
        zero_ms = self.dark_ms - self.silent_ms if self.dark_ms >= 0 else None
        return DeviceReset(self.cause, round((self.at_ms - start_ms) / 1000, 3), zero_ms)


class SimDevice:
    """``receive`` takes bytes from the link, ``tick`` lets the device and its physics run to a time,
    ``take`` gives the bytes that it wants to send. ``record``: keep every change of an output;
    ``keep_trace=False``: for a process that lives long and that nobody asked for a trace.

    The board is commissioned: its stamp is the CRC of its own configuration, as on a real rig.
    Faults may let it ``sleep`` and ``restart`` it; ``steps_take_ms`` holds what makes its step slow, ms.
    """

    def __init__(
        self,
        profile: Profile,
        seed: int = 0,
        person: Person | None = None,
        record: bool = False,
        keep_trace: bool = True,
        specimen: Specimen = AS_WRITTEN,
        charge: float = HALF,
    ) -> None:
        self._config = device_config(profile)
        self.profile = profile
        self.seed = seed
        rig = specimen.rig or profile
        self.board = SimBoard(rig, self._config.crc, seed, person, record, specimen.noise, charge)
        self._boot_ids = random.Random(f"boot {seed}")
        self.controller: Any = self._new_controller()
        self.trace = Trace(self.controller, self.board.plant)
        self._keep_trace = keep_trace
        self._late_ms = specimen.jitter_ms + 1
        self._jitter = random.Random(f"jitter {seed}").randrange
        self.start_ms = -1  # when playing first began; -1: not yet
        self.resets: list[Reset] = []
        self.missed_ticks = 0
        self.asleep_until_ms = 0.0
        self.steps_take_ms: list[int] = []
        self._ticked_ms = 0
        self._dark_ms = -1  # since it last ticked: when no output had power any more
        self._lost_underruns = 0  # of the controllers before this one

    def _new_controller(self) -> Any:
        return Controller(self._config, self.board, self._boot_ids.getrandbits(32))

    @property
    def booting(self) -> bool:
        """No step since power came or since the last reset."""
        return bool(self.controller.state == states.BOOT)

    @property
    def underruns(self) -> int:
        """Of the whole run, resets included."""
        return int(self._lost_underruns + self.controller.underruns)

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
        board = self.board
        board.step(now_ms)
        if now_ms < self.asleep_until_ms or board.plant.supply_v < BROWN_OUT_V:
            self._asleep(now_ms)
        else:
            self._ticked_ms = now_ms
            self.controller.tick(now_ms if self._late_ms == 1 else now_ms + self._jitter(self._late_ms))
            if self.steps_take_ms:
                self.asleep_until_ms = now_ms + max(self.steps_take_ms)
        if self.start_ms < 0:
            controller = self.controller
            if controller.state != states.RUNNING:
                return
            self.start_ms = now_ms - controller.player.playhead_ms
            self.trace.first_s = controller.player.playhead_ms / 1000
        if self._keep_trace:
            self.trace.record()

    # What faults do to it.

    def sleep(self, until_ms: float) -> None:
        """No step before then, save after a reset; a longer sleep is not cut short."""
        self.asleep_until_ms = max(self.asleep_until_ms, until_ms)

    def restart(self, cause: int, now_ms: int) -> None:
        """A reset: the pins let go, a new controller starts on the same board after a while."""
        board = self.board
        board.reset_pins()
        board.reset_cause = cause
        self._lost_underruns = self.underruns
        self.controller = self._new_controller()
        self.trace.follow(self.controller)
        self.asleep_until_ms = now_ms + BOOT_MS
        self.resets.append(Reset(states.RESET_CAUSES[cause], now_ms, self._ticked_ms))

    def _asleep(self, now_ms: int) -> None:
        """A tick without a step: asleep, without voltage, or starting."""
        self.missed_ticks += 1
        booting = self.booting
        if self.board.plant.supply_v < BROWN_OUT_V:
            if not booting:
                self.restart(BROWN_OUT_RESET, now_ms)
            self.asleep_until_ms = now_ms + BOOT_MS
        elif not booting and now_ms - self._ticked_ms >= WATCHDOG_MS:
            self.restart(WATCHDOG_RESET, now_ms)
        if self.board.powered:
            self._dark_ms = -1
        elif self._dark_ms < self._ticked_ms:
            self._dark_ms = now_ms
        if self.resets and self.resets[-1].dark_ms < 0:
            self.resets[-1].dark_ms = self._dark_ms
