# From levels to pins: calibration, the last check on the duty really written, and the ENABLE line.
# It trusts nobody above it: a duty that no rig may have, or any duty at all while nothing may be
# driven, is not written but refused, and the controller is told. CircuitPython subset.

from firmware_bridge.device.config import HEATER, DeviceConfig
from firmware_bridge.device.limits import LAST_DUTY_U16
from firmware_bridge.protocol.messages import FULL_SCALE

CHANNELS = 3


class Outputs:
    """``write`` once a step; ``idle_ms`` says how long every output has been at zero."""

    def __init__(self, config: DeviceConfig, board) -> None:  # type: ignore[no-untyped-def]
        self.idle_ms = 0
        self.enabled = False
        self._config = config
        self._board = board
        self._level = [0] * len(config.heads)
        self._line = 0

    def off(self) -> None:
        """Every pin to zero, and power cut, at once."""
        for output in range(len(self._level)):
            self._board.write_duty(output, 0)
        self.enabled = False
        self._line = 0
        self._board.enable(0)

    def write(self, elapsed_ms: int, applied: list[int], may_drive: bool) -> int:
        """Drives the outputs; each takes the highest of its channels' levels.

        Returns 0, or what it refused to write, or what the board says that it could not write (its
        parts are counted from 1): then everything is off.
        """
        config = self._config
        level = self._level
        for output in range(len(level)):
            level[output] = 0
        total = 0
        for channel in range(CHANNELS):
            output = config.output_of[channel]
            if output >= 0:
                total += applied[channel]
                if applied[channel] > level[output]:
                    level[output] = applied[channel]
        if total:
            self.idle_ms = 0
            if not may_drive:
                self.off()
                return total
        elif self.idle_ms < FULL_SCALE:
            self.idle_ms += elapsed_ms
        for output in range(len(level)):
            duty = self.duty(output, level[output])
            if duty > LAST_DUTY_U16 and config.heads[output] != HEATER:
                self.off()
                return duty
            unwritten = self._board.write_duty(output, duty)
            if unwritten:  # the pin's state is unknown: nothing may pass
                self.off()
                return int(unwritten)
        return 0

    def hold_enable(self, wanted: bool) -> None:
        """Power passes only while this line keeps changing; called once a step."""
        self.enabled = wanted
        self._line = 1 - self._line if wanted else 0
        self._board.enable(self._line)

    def duty(self, output: int, level: int) -> int:
        """Calibration: 0 is 0; above it from the start duty to the full one."""
        if not 0 < level <= FULL_SCALE:
            return 0
        start = self._config.start_duty[output]
        return start + (self._config.max_duty[output] - start) * level // FULL_SCALE
