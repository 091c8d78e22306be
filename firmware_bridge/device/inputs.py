# What the board says besides temperature: the stop input, the supply, the current. Judged over time,
# so that a flicker is no fault and a lasting lie is. CircuitPython subset; integers.

from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.device.limits import (
    CELL_OFF_MV,
    CELL_RAMP_MV,
    CURRENT_MARGIN_MA,
    CURRENT_ZERO_MS,
    SLOW_MS,
    STAMP_WINDOW_MS,
    SUPPLY_MS,
)
from firmware_bridge.protocol.messages import NO_READING

NOTHING, PROVED, PRESSED, EXPIRED = 0, 1, 2, 3  # what the stop input means now


class StopInput:
    """Normally closed: open, or a broken wire, is a stop.

    Only at rest, and only after a STAMP that was sent while it was closed, opening it is the proof
    that it works instead; it then must be closed once before anything else.
    """

    def __init__(self) -> None:
        self.open = False
        self._waiting_ms = STAMP_WINDOW_MS  # since a STAMP; the window: none waits
        self._proving = False

    def expect_proof(self) -> None:
        self._waiting_ms = 0

    def expect_nothing(self) -> None:
        """Whoever asked for the proof is gone, or has gone on: an opening is a stop again."""
        self._waiting_ms = STAMP_WINDOW_MS

    def step(self, elapsed_ms: int, is_open: bool, at_rest: bool) -> int:
        """One reading; NOTHING, PROVED, PRESSED, or EXPIRED: nobody opened it in time."""
        self.open = is_open
        waiting = self._waiting_ms < STAMP_WINDOW_MS
        if not at_rest:
            self._waiting_ms = STAMP_WINDOW_MS
            self._proving = False
            return PRESSED if is_open else NOTHING
        if not is_open:
            self._proving = False
            if waiting:
                self._waiting_ms += elapsed_ms
                return EXPIRED if self._waiting_ms >= STAMP_WINDOW_MS else NOTHING
            return NOTHING
        if waiting:
            self._waiting_ms = STAMP_WINDOW_MS
            self._proving = True
            return PROVED
        return NOTHING if self._proving else PRESSED


class Supply:
    """Voltage and current of the whole rig, ten times a second.

    ``low``: stop gently. ``empty``: off. ``leaking``: current flows that nobody asked for.
    """

    def __init__(self, config: DeviceConfig) -> None:
        self.current_ma = NO_READING
        self.supply_mv = NO_READING
        self.low = False
        self.empty = False
        self.leaking = False
        self._ramp_mv = CELL_RAMP_MV * config.cells  # 0 on mains: nothing is below it
        self._off_mv = CELL_OFF_MV * config.cells
        self._most_ma = config.idle_ma + CURRENT_MARGIN_MA
        self._low_ms = 0
        self._empty_ms = 0
        self._leak_ms = 0

    def step(self, elapsed_ms: int, current_ma: int, supply_mv: int, idle_ms: int) -> None:
        """One reading of each; ``idle_ms``: how long every output has been at zero."""
        self.current_ma = current_ma
        self.supply_mv = supply_mv
        known = supply_mv != NO_READING
        self._low_ms = longer(self._low_ms, elapsed_ms, SUPPLY_MS, known and supply_mv < self._ramp_mv)
        self._empty_ms = longer(self._empty_ms, elapsed_ms, SUPPLY_MS, known and supply_mv < self._off_mv)
        drawn = current_ma != NO_READING and current_ma > self._most_ma and idle_ms >= SLOW_MS
        self._leak_ms = longer(self._leak_ms, elapsed_ms, CURRENT_ZERO_MS, drawn)
        self.low = self._low_ms >= SUPPLY_MS
        self.empty = self._empty_ms >= SUPPLY_MS
        self.leaking = self._leak_ms >= CURRENT_ZERO_MS

    @property
    def doubtful(self) -> bool:
        """Something of it is wrong just now, however short."""
        return self._empty_ms > 0 or self._leak_ms > 0


def longer(so_far_ms: int, elapsed_ms: int, enough_ms: int, lasts: bool) -> int:
    """How long a condition has lasted, counted no further than ``enough_ms`` needs."""
    if not lasts:
        return 0
    return so_far_ms if so_far_ms >= enough_ms else so_far_ms + elapsed_ms
