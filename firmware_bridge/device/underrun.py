# What happens when there is nothing left to play: hold for a moment, ramp to zero, go on from zero
# when records come again; and when that is too long or too often, say so. CircuitPython subset.

from firmware_bridge.device.limits import (
    UNDERRUN_HOLD_MS,
    UNDERRUN_MAX_MS,
    UNDERRUN_RAMP_MS,
    UNDERRUN_WINDOW_MS,
)

GOES_ON, OVER, TOO_MUCH = 0, 1, 2


class Underrun:
    """``ms``: how long the present one has lasted, 0: there is none. ``count``: in this session."""

    def __init__(self) -> None:
        self.ms = 0
        self.count = 0
        self._last_ms = UNDERRUN_WINDOW_MS  # since the last one began
        self._older_ms = UNDERRUN_WINDOW_MS  # since the one before it

    def reset(self) -> None:
        """A new session."""
        self.ms = 0
        self.count = 0
        self._last_ms = UNDERRUN_WINDOW_MS
        self._older_ms = UNDERRUN_WINDOW_MS

    def pass_time(self, elapsed_ms: int) -> None:
        if self._last_ms < UNDERRUN_WINDOW_MS:
            self._last_ms += elapsed_ms
        if self._older_ms < UNDERRUN_WINDOW_MS:
            self._older_ms += elapsed_ms

    def begin(self, missing_ms: int) -> int:
        """Records ran out ``missing_ms`` ago; TOO_MUCH for the third within a minute."""
        self.count += 1
        if self._older_ms < UNDERRUN_WINDOW_MS:
            return TOO_MUCH
        self._older_ms = self._last_ms
        self._last_ms = 0
        self.ms = missing_ms if missing_ms > 0 else 1
        return GOES_ON

    def step(self, elapsed_ms: int, fed: bool, governor) -> int:  # type: ignore[no-untyped-def]
        """One step of it. OVER: there are records and the levels are where playing may go on.

        Within the hold nothing has moved, so it goes on as it was; later only from zero.
        """
        before = self.ms
        self.ms = now = before + elapsed_ms
        if now > UNDERRUN_MAX_MS:
            return TOO_MUCH
        if now <= UNDERRUN_HOLD_MS:
            governor.hold(elapsed_ms)
            return self._over() if fed else GOES_ON
        if before <= UNDERRUN_HOLD_MS:
            governor.start_ramp(UNDERRUN_RAMP_MS)
            elapsed_ms = now - UNDERRUN_HOLD_MS
        at_zero = governor.ramp(elapsed_ms)
        if fed and at_zero and now >= UNDERRUN_HOLD_MS + UNDERRUN_RAMP_MS:
            governor.begin()
            return self._over()
        return GOES_ON

    def _over(self) -> int:
        self.ms = 0
        return OVER
