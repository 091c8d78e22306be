# A real board, whatever drives its outputs: the same class on a microcontroller and on a Pi. It is
# given ready-made parts and joins them to what the controller asks of a board (device/board.py).
#
# Rules:
# 1. Everything off before anything else, in the constructor.
# 2. It limits nothing and decides nothing about motion.
# 3. An output that could not be written is in an unknown state. Then the board lets ENABLE fall, tells
#    every output to be off, and says so from `write_duty`: the controller latches OUTPUT_CHECK. Only a
#    reset ends that (the chip may have forgotten how it was set up); until then "off" is said again
#    and again, for the moment in which the bus comes back.
# 4. A sensor that fails once gave no reading. A supply monitor that stays silent is a guard that is
#    gone, and counts as in rule 3.
# CircuitPython subset; nothing allocated per tick here (what the chips' libraries do is theirs).

from firmware_bridge.protocol.messages import NO_READING
from firmware_bridge.protocol.states import F_INTERNAL

STAMP, FAULT = 0, 1  # slots of the memory
FAULT_VALUES = 4  # code, tick, channel, value
DAMAGED = (F_INTERNAL, 0, 0, 0)  # for a fault that was kept and cannot be read: there was one
REFRESH_TICKS = 10  # a level that stands still is written again after so many: a dead bus is noticed
RETRY_TICKS = 50  # how often "off" is said again to what did not answer
SILENT_READINGS = 4  # of the supply monitor, in a row (as many as the heat sensor is given)
ALIVE_TICKS = 100  # the LED, at rest, blinks once in so many,
BLINK_TICKS = 5  # for so many; and this fast when something is wrong
MONITOR = 64  # what `write_duty` says of a silent supply monitor; an output says its number + 1
ENABLE = 65  # likewise: the ENABLE line


class PinBoard:
    """Parts joined to a board.

    name         at most 16 characters
    outputs      list of objects with ``write(duty_u16)`` and ``off()``; both may raise OSError
    enable       object with ``value``: the ENABLE line; None: the rig has none
    stop         object with ``value``: True when the stop input is open
    ntc          object with ``read()``: 0..65535, or -1; None: no sensor
    current      object with ``current_ma()`` and ``supply_mv()``; None: not measured
    led          object with ``value``, or None
    watchdog     object with ``feed()``, or None
    memory       object with ``load(slot)``: a tuple, () when nothing is there (or, of STAMP, nothing
                 sound; of FAULT that is DAMAGED), and ``save(slot, values)``; slots STAMP (one value)
                 and FAULT (four)
    reset_cause  index into protocol.states.RESET_CAUSES
    """

    simulated = 0

    def __init__(self, name, outputs, enable, stop, ntc, current, led, watchdog, memory, reset_cause) -> None:  # type: ignore[no-untyped-def]
        self.trouble = 0  # what does not answer: an output's number + 1, MONITOR or ENABLE
        self.memory_failed = False  # a stamp or a fault could not be kept
        self._outputs = outputs
        self._enable = enable
        self._written = [-1] * len(outputs)
        self._age = [0] * len(outputs)
        self._ticks = 0
        self._line = 0
        self._moved = False  # ENABLE, since the last whole step
        self._retry = 0
        self.off()
        self.name = name[:16]
        self.reset_cause = reset_cause
        self._stop = stop
        self._ntc = ntc
        self._current = current
        self._silent = 0
        self._led = led
        self._watchdog = watchdog
        self._memory = memory

    # -- outputs ---------------------------------------------------------------------------------

    def off(self) -> None:
        """ENABLE down, then every output off, each whatever becomes of the others."""
        self._line = 0
        if self._enable is not None:
            try:
                self._enable.value = False
            except Exception:  # whatever it is, the outputs come next
                self._lost(ENABLE)
        for output in range(len(self._outputs)):
            try:
                self._outputs[output].off()
                self._written[output] = 0
            except Exception:  # whatever it is, there is a next one
                self._lost(output + 1)
                self._written[output] = -1
            self._age[output] = 0

    def _lost(self, what: int) -> None:
        if not self.trouble:
            self.trouble = what

    def write_duty(self, output: int, duty_u16: int) -> int:
        """Drives an output: 0 off, 65535 fully on. Returns 0, or what does not answer (``trouble``)."""
        if self.trouble:
            return self.trouble
        age = self._age[output]
        if duty_u16 == self._written[output] and age < REFRESH_TICKS:
            self._age[output] = age + 1
            return 0
        try:
            if duty_u16:
                self._outputs[output].write(duty_u16)
            else:
                self._outputs[output].off()
        except OSError:
            self._lost(output + 1)
            self.off()
            return self.trouble
        self._written[output] = duty_u16
        self._age[output] = 0
        return 0

    def enable(self, level: int) -> None:
        """The ENABLE line; it stays down while an output does not answer."""
        if self.trouble:
            level = 0
        if level != self._line:
            self._line = level
            self._moved = True
            if self._enable is not None:
                self._enable.value = level != 0

    # -- inputs ----------------------------------------------------------------------------------

    def ntc_raw(self) -> int:
        """The pad sensor's ADC value 0..65535; -1: no reading this time."""
        if self._ntc is None:
            return -1
        try:
            raw: int = self._ntc.read()
        except OSError:
            return -1
        return raw

    def current_ma(self) -> int:
        """Supply current; 65535: not measured."""
        if self._current is None or self.trouble:
            return NO_READING
        try:
            value: int = self._current.current_ma()
        except OSError:
            self._unheard()
            return NO_READING
        self._silent = 0
        return value

    def supply_mv(self) -> int:
        """Supply voltage; 65535: not measured."""
        if self._current is None or self.trouble:
            return NO_READING
        try:
            value: int = self._current.supply_mv()
        except OSError:
            self._unheard()
            return NO_READING
        self._silent = 0
        return value

    def _unheard(self) -> None:
        self._silent += 1
        if self._silent >= SILENT_READINGS:
            self._lost(MONITOR)
            self.off()

    def stop_open(self) -> bool:
        """The stop input, normally closed: open (or a broken wire) is a stop."""
        return bool(self._stop.value)

    # -- at the end of a step --------------------------------------------------------------------

    def feed_watchdog(self) -> None:
        """Called at the end of every complete step."""
        self._ticks = self._ticks + 1 if self._ticks < ALIVE_TICKS - 1 else 0
        if self.trouble:
            self._retry += 1
            if self._retry >= RETRY_TICKS:
                self._retry = 0
                self.off()
        if self._led is not None:
            self._led.value = self._lit()
        self._moved = False
        if self._watchdog is not None:
            self._watchdog.feed()

    def _lit(self) -> bool:
        """Lit: power may pass. A blink a second: at rest. Fast: something does not answer."""
        if self.trouble:
            return self._ticks // BLINK_TICKS % 2 == 0
        return self._moved or self._ticks < BLINK_TICKS

    # -- memory ----------------------------------------------------------------------------------

    def load_stamp(self) -> int:
        """The commissioning stamp: the CRC of the configuration that was commissioned; 0: none."""
        values = self._memory.load(STAMP)
        return values[0] if len(values) == 1 else 0

    def save_stamp(self, crc: int) -> None:
        self._save(STAMP, (crc,))

    def load_fault(self) -> tuple[int, int, int, int]:
        """The last fault: code, tick, channel, value; INTERNAL when it cannot be read any more."""
        values = self._memory.load(FAULT)
        if not values:
            return (0, 0, 0, 0)
        return values if len(values) == FAULT_VALUES else DAMAGED

    def save_fault(self, code: int, tick: int, channel: int, value: int) -> None:
        self._save(FAULT, (code, tick, channel, value))

    def _save(self, slot: int, values: tuple[int, ...]) -> None:
        """What cannot be kept is not kept: the next HELLO reads the memory and says so."""
        try:
            self._memory.save(slot, values)
        except OSError:
            self.memory_failed = True
