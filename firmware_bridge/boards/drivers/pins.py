# Outputs on the board's own pins: a MOSFET, and an H-bridge of the DRV8871 or BTS7960 class.
# They are given ready-made pins (pwmio.PWMOut, digitalio.DigitalInOut). CircuitPython subset.

PWM_HZ = 20000  # above hearing, within the 10-25 kHz that motors and drivers take (safety: motors)


class Mosfet:
    """A low-side switch on a PWM pin; the same for a motor and for a heating pad. Off: the pin is low."""

    def __init__(self, pwm) -> None:  # type: ignore[no-untyped-def]
        self._pwm = pwm
        self.off()

    def write(self, duty_u16: int) -> None:
        self._pwm.duty_cycle = duty_u16

    def off(self) -> None:
        self._pwm.duty_cycle = 0


class HBridge:
    """An H-bridge that only ever turns one way: PWM on the forward input, the reverse input low.

    Off means coast where it can: both inputs low is coast for a DRV8871, and with its enable low for a
    BTS7960; a BTS7960 without an enable line brakes, its low sides closed. Nothing drives either way.
    Source: the tables of inputs in the datasheets of DRV8871 and BTN/BTS79xx.
    """

    def __init__(self, pwm, reverse, enable) -> None:  # type: ignore[no-untyped-def]
        self._pwm = pwm
        self._reverse = reverse
        self._enable = enable  # None: the bridge has none
        self.off()

    def write(self, duty_u16: int) -> None:
        self._reverse.value = False
        if self._enable is not None:
            self._enable.value = True
        self._pwm.duty_cycle = duty_u16

    def off(self) -> None:
        """Enable first; each whatever becomes of the others."""
        try:
            if self._enable is not None:
                self._enable.value = False
        finally:
            try:
                self._pwm.duty_cycle = 0
            finally:
                self._reverse.value = False
