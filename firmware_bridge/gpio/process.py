"""The device on a Raspberry Pi's pins: the controller of every other placement, in a process of its own.

Started by the guardian alone. Rules kept here:

1. Everything is written off before anything else, and when the process ends, whatever ends it.
2. The loop and its ticks are those of the simulated device (:mod:`firmware_bridge.paced`).
3. After every complete step a byte goes to the guardian; who is silent for 200 ms is killed.
4. It ends when its guardian is gone, its host has closed its pipe, nobody spoke for 60 s, or on a signal.
"""

from __future__ import annotations

import argparse
import os
import secrets
import select
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from firmware_bridge.boards.drivers.memory_file import FileMemory
from firmware_bridge.boards.make import Maker
from firmware_bridge.boards.pinboard import PinBoard
from firmware_bridge.device.controller import Controller
from firmware_bridge.errors import BridgeError
from firmware_bridge.gpio import sign
from firmware_bridge.gpio.errors import refusal_line
from firmware_bridge.gpio.off import pwm_pins_of
from firmware_bridge.gpio.platform import Platform, platform_of
from firmware_bridge.gpio.preflight import keeping, pwm_not_set_up, unusable
from firmware_bridge.gpio.rest import Rest
from firmware_bridge.gpio.setup import Setup
from firmware_bridge.paced import PacedDevice
from firmware_bridge.transport.device_end import DevicePort, open_device_port

STDIN = 0
REFUSED = 3  # exit code, as the guardian's


class Beat:
    """The board's watchdog: a byte to the guardian after every complete step; never waits.

    ``lost``: the guardian is gone, or takes nothing any more.
    """

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self.lost = False

    def feed(self) -> None:
        try:
            os.write(self._fd, b".")
        except OSError:
            self.lost = True


class GpioDevice:
    """The controller on its board, as :mod:`firmware_bridge.paced` wants it."""

    def __init__(self, controller: Any, kept: tuple[int, bool] | None) -> None:
        self.controller = controller
        self._kept = kept

    def receive(self, data: bytes) -> None:
        self.controller.receive(data, len(data))

    def tick(self, now_ms: int) -> None:
        self.controller.tick(now_ms)
        if self._kept is not None:  # after its first step, which sets what a reset grants
            self.bucket.left_ms, self.bucket.locked = self._kept
            self._kept = None

    def take(self) -> bytes:
        count = self.controller.tx_length
        data = bytes(self.controller.tx[:count])
        self.controller.sent(count)
        return data

    @property
    def bucket(self) -> Any:
        """The motors' time."""
        return self.controller.governor.bucket


class Watched(PacedDevice):
    """The loop, as long as there is a guardian and a host."""

    def __init__(
        self, device: GpioDevice, port: DevicePort, idle_s: float, beat: Beat, pipes: list[int]
    ) -> None:
        super().__init__(device, port, idle_s)
        self._beat = beat
        self._pipes = pipes  # a byte or an end on one of them: whoever held it is gone

    def turn(self) -> None:
        super().turn()
        if self._beat.lost or select.select(self._pipes, [], [], 0)[0]:
            self.stopping = True


def main(arguments: list[str] | None = None) -> int:
    """0 after a regular end, 3 when board or memory cannot be had; whatever happens, outputs are off."""
    parser = argparse.ArgumentParser(prog="python -m firmware_bridge.gpio.process")
    parser.add_argument("--setup-fd", type=int, required=True)
    parser.add_argument("--beat-fd", type=int, required=True)
    asked = parser.parse_args(arguments)
    setup = Setup.of(_line(asked.setup_fd))
    pipes = [asked.setup_fd, *([STDIN] if setup.host_pipe else [])]
    try:
        _run(setup, Beat(asked.beat_fd), pipes)
    except BridgeError as error:
        print(refusal_line(error), flush=True)
        return REFUSED
    finally:
        os.close(asked.beat_fd)
    return 0


def _run(setup: Setup, beat: Beat, pipes: list[int]) -> None:
    """From the board to its end. Raises BridgeError when it, or its memory, cannot be had."""
    platform = platform_of(setup.platform, setup.plan["name"])
    memory, address = Path(setup.memory), f"gpio:{setup.config.rig_id}"
    rest = Rest(memory, platform.computer.boot_id.read_text(encoding="ascii").strip())
    with keeping(address, memory):
        cause, kept = rest.begin()
    board = board_of(setup, platform, beat, cause)
    try:
        device = GpioDevice(Controller(setup.config, board, secrets.randbits(30)), kept)
        with ExitStack() as stack:
            port = stack.enter_context(open_device_port())
            loop = Watched(device, port, setup.idle_s, beat, pipes)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, loop.stop)
            if setup.served:
                with keeping(address, memory):
                    stack.enter_context(sign.put_up(memory, port.address))
            print(f"port {port.address}", flush=True)
            loop.run()
            board.off()  # before the host sees the port close
    finally:
        board.off()
    rest.end(device.bucket.left_ms, device.bucket.locked)


def board_of(setup: Setup, platform: Platform, beat: Beat, cause: int) -> PinBoard:
    """The rig's board, off. Raises BridgeError."""
    make: Any = Maker(
        setup.plan, platform.pins, platform.digitalio, platform.pwmio, platform.analogio, platform.busio
    )
    try:
        board: PinBoard = make.make(FileMemory(Path(setup.memory)), beat, cause)
    except (OSError, RuntimeError, ValueError) as error:
        raise _why(setup, error) from error
    board.simulated = platform.simulated
    return board


def _why(setup: Setup, error: BaseException) -> BridgeError:
    """Software PWM ends at 10 kHz: who refuses our frequency has no hardware behind the pin."""
    address, pins = f"gpio:{setup.config.rig_id}", pwm_pins_of(setup.plan)
    if pins and isinstance(error, ValueError):
        return pwm_not_set_up(address, pins)
    return unusable(address, error)


def _line(fd: int) -> str:
    """The first line of a pipe that stays open."""
    data = b""
    while not data.endswith(b"\n"):
        more = os.read(fd, 65536)
        if not more:
            raise OSError("the guardian has gone")
        data += more
    return data.decode()


if __name__ == "__main__":
    sys.exit(main())
