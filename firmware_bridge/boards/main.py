# The main program of a board: what code.py builds and turns for ever. Platform modules are arguments,
# so it runs the same behind strict fakes. CircuitPython subset.

import gc

from firmware_bridge.boards.make import Maker
from firmware_bridge.boards.plan import configuration
from firmware_bridge.boards.usb_port import UsbPort
from firmware_bridge.device.controller import Controller
from firmware_bridge.device.loop import Loop
from firmware_bridge.protocol.states import F_INTERNAL

COLLECT_TICKS = 100  # garbage of the chips' libraries and of the port is collected once in so many ticks
WATCHDOG_S = 1  # design: watchdog 1 s
UNKNOWN = 4
# By the names of microcontroller.ResetReason, an index into protocol.states.RESET_CAUSES.
CAUSES = {"POWER_ON": 0, "WATCHDOG": 1, "SOFTWARE": 2, "BROWNOUT": 3}


def reset_cause(reason) -> int:  # type: ignore[no-untyped-def]
    """From a microcontroller.ResetReason.

    >>> reset_cause("microcontroller.ResetReason.WATCHDOG"), reset_cause("?")
    (1, 4)
    """
    return CAUSES.get(str(reason).split(".")[-1], UNKNOWN)


class Main:
    """Board, controller and loop of the rig that ``rig`` describes, by PLAN, CONFIG and UNUSED.

    ``platform`` has the modules board, digitalio, pwmio, analogio and busio as attributes; ``data`` is
    the port; ``disabled``: nothing is driven, and the stop input counts as open.
    """

    def __init__(self, rig, platform, data, memory, watchdog, cause, boot_id, disabled) -> None:  # type: ignore[no-untyped-def]
        maker = Maker(
            rig.PLAN,
            platform.board,
            platform.digitalio,
            platform.pwmio,
            platform.analogio,
            platform.busio,
        )
        self.board = maker.make(memory, watchdog, cause, disabled)
        self._unused = [maker.pulled_down(name) for name in rig.UNUSED]
        self.controller = Controller(configuration(rig.CONFIG, rig.PLAN), self.board, boot_id)
        self.loop = Loop(self.controller, UsbPort(data))
        self._collect = COLLECT_TICKS

    def turn(self, now_ms: int) -> None:
        """Once round. Collects at a set time, right after a tick, with ten milliseconds before it."""
        if self.loop.turn(now_ms):
            self._collect -= 1
            if self._collect == 0:
                self._collect = COLLECT_TICKS
                gc.collect()

    def broken(self) -> None:
        """After an error that nobody foresaw: everything off, and the next HELLO tells of it."""
        self.board.off()
        self.board.save_fault(F_INTERNAL, self.controller.ticks, 0, 0)  # which keeps heat locked, too
