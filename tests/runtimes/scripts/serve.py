# A device behind a port, in real time, as a board's main program runs it: the firmware's loop on a
# board that only remembers. MicroPython under node, which offers the port as `js.port`.
# CircuitPython subset.
# ruff: noqa: T201  (what it prints is its result)

import json

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.controller import TICKS_MASK, Controller
from firmware_bridge.device.loop import Loop
from tests.runtimes.scripts.replay import configuration


class NodePort:
    """Node's file descriptor, a byte at a time."""

    def __init__(self, port) -> None:  # type: ignore[no-untyped-def]
        self._port = port

    def read_into(self, buffer: bytearray) -> int:
        count: int = self._port.read()
        for at in range(count):
            buffer[at] = self._port.byte(at)
        return count

    def write_from(self, buffer: bytearray, count: int) -> int:
        for at in range(count):
            self._port.put(at, buffer[at])
        taken: int = self._port.write(count)
        return taken


def main(config_json: str, boot_id: int) -> None:
    """Serves until the other end of the port is closed, then prints what became of the device."""
    from time import ticks_ms  # type: ignore[attr-defined]

    import js  # type: ignore[import-not-found]

    config = configuration(json.loads(config_json))
    board = MemoryBoard(len(config.heads), config.crc)
    controller = Controller(config, board, boot_id)
    loop = Loop(controller, NodePort(js.port))
    peak = 0
    print("ready")
    while not js.port.gone:
        if not loop.turn(ticks_ms() & TICKS_MASK):
            js.port.wait(1)
        for duty in board.duties:
            peak = max(peak, duty)
    print(
        json.dumps(
            {
                "ticks": controller.ticks,
                "late_ticks": controller.late_ticks,
                "underruns": controller.underruns,
                "state": controller.state,
                "reason": controller.reason,
                "peak_duty": peak,
                "duties": board.duties,
            }
        )
    )
