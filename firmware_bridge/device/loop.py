# The firmware's loop: bytes from the port to the controller, a tick when it is due, bytes back.
# A board's main program makes a port, a board and a controller, and calls `turn` for ever.
#
# Rules: nothing here waits, and nothing here decides. A tick that comes late is one long tick, and
# the controller sees how long. What the port does not take stays queued; the link counts what it
# then has no room for. CircuitPython subset; nothing allocates after __init__.

from firmware_bridge.device.controller import TICKS_MASK

TICK_MS = 10
READ_BYTES = 64  # taken at a time: a turn stays short, whatever the host sends


class Loop:
    """One device on one port.

    ``port`` offers ``read_into(buffer)`` -> how many bytes came, at most its length, and
    ``write_from(buffer, count)`` -> how many of its first ``count`` bytes were taken. Neither waits.
    """

    def __init__(self, controller, port) -> None:  # type: ignore[no-untyped-def]
        self.controller = controller
        self.port = port
        self._buffer = bytearray(READ_BYTES)
        self._tick_ms = -1  # when the last tick was; -1: none yet

    def turn(self, now_ms: int) -> bool:
        """Once round; True when it ticked. ``now_ms`` counts milliseconds modulo 2**29 or more."""
        controller = self.controller
        count = self.port.read_into(self._buffer)
        if count > 0:
            controller.receive(self._buffer, count)
        due = self._tick_ms < 0 or (now_ms - self._tick_ms) & TICKS_MASK >= TICK_MS
        if due:
            self._tick_ms = now_ms
            controller.tick(now_ms)
        count = controller.tx_length
        if count:
            taken = self.port.write_from(controller.tx, count)
            if taken > 0:
                controller.sent(taken)
        return due
