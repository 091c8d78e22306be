# What a board must offer the controller, as one that only remembers. Real boards and the simulator
# have the same methods; tests read what was written and set what is to be read.
# CircuitPython subset.

from firmware_bridge.protocol.messages import NO_READING


class MemoryBoard:
    """Pins that record, sensors that say what they are told.

    ``duties``  the last duty of each output, u16
    ``edges``   how often the ENABLE line changed; power passes only while it keeps changing
    ``fed``     how often the watchdog was fed
    """

    name = "memory"  # at most 16 characters
    simulated = 1  # 1: nothing real moves
    reset_cause = 0  # index into protocol.states.RESET_CAUSES

    def __init__(self, outputs: int, stamp: int) -> None:
        self.duties = [0] * outputs
        self.edges = 0
        self.fed = 0
        self.ntc = -1
        self.ma = NO_READING
        self.mv = NO_READING
        self.open = False
        self._line = 0
        self._stamp = stamp
        self._fault = (0, 0, 0, 0)

    def write_duty(self, output: int, duty_u16: int) -> int:
        """Drives an output: 0 off, 65535 fully on. Not 0: what could not be written, counted from 1."""
        self.duties[output] = duty_u16
        return 0

    def enable(self, level: int) -> None:
        """The ENABLE line. A hardware one-shot passes power for at most 200 ms after an edge."""
        if level != self._line:
            self._line = level
            self.edges += 1

    def ntc_raw(self) -> int:
        """The pad sensor's ADC value 0..65535; -1: no reading this time."""
        return self.ntc

    def current_ma(self) -> int:
        """Supply current; 65535: not measured."""
        return self.ma

    def supply_mv(self) -> int:
        """Supply voltage; 65535: not measured."""
        return self.mv

    def stop_open(self) -> bool:
        """The stop input, normally closed: open (or a broken wire) is a stop."""
        return self.open

    def feed_watchdog(self) -> None:
        """Called at the end of every complete step."""
        self.fed += 1

    def load_stamp(self) -> int:
        """The commissioning stamp: the CRC of the configuration that was commissioned; 0: none."""
        return self._stamp

    def save_stamp(self, crc: int) -> None:
        self._stamp = crc

    def load_fault(self) -> tuple[int, int, int, int]:
        """The last fault: code, tick, channel, value."""
        return self._fault

    def save_fault(self, code: int, tick: int, channel: int, value: int) -> None:
        self._fault = (code, tick, channel, value)
