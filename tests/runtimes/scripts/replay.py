# Plays a tape to a controller, tick by tick. A tape is what a device was given: its configuration,
# the bytes that reached it and what its sensors said. Runs on CPython and on MicroPython; `step`
# allocates nothing. The tape is written by tests/runtimes/tape.py, which describes its bytes.
# CircuitPython subset.

import json

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.device.controller import TICKS_MASK, Controller
from firmware_bridge.protocol.messages import put_u16

ROW_BYTES = 30  # state, fault, reason, three rules; asked, allowed, applied, duties: three u16 each
DATA, NTC, CURRENT, SUPPLY, STOP, ELAPSED = 1, 2, 4, 8, 16, 32
QUIET = 128
TICK_MS = 10
MAX_CHUNK = 1024


def configuration(values) -> DeviceConfig:  # type: ignore[no-untyped-def]
    """From what JSON makes of a DeviceConfig's arguments, where tuples have become lists."""
    arguments = {}
    for name in values:
        value = values[name]
        arguments[name] = tuple(value) if isinstance(value, list) else value
    return DeviceConfig(**arguments)


class Replay:
    """``tape``: the whole of it. ``first_ms``: what the device's clock shows when the tape begins."""

    def __init__(self, tape: bytes, first_ms: int) -> None:
        length = tape[0] | tape[1] << 8
        head = json.loads(tape[2 : 2 + length].decode())
        self.config = configuration(head["config"])
        self.board = MemoryBoard(len(self.config.heads), self.config.crc if head["stamped"] else 0)
        self.controller = Controller(self.config, self.board, head["boot_id"])
        self.ended = False
        self.row = bytearray(ROW_BYTES)
        self.out_length = 0  # bytes that the device sent in this tick; they stand in controller.tx
        self._tape = tape
        self._at = 2 + length
        self._quiet = 0
        self._now_ms = first_ms
        self._elapsed_ms = TICK_MS
        self._chunk = bytearray(MAX_CHUNK)
        self._chunk_length = 0

    def step(self) -> None:
        """One tick. The bytes that the device then wants to send can be seen until the next."""
        self.read()
        controller = self.controller
        controller.sent(self.out_length)
        if self._chunk_length:
            controller.receive(self._chunk, self._chunk_length)
        controller.tick(self._now_ms)
        self.out_length = controller.tx_length

    def read(self) -> None:
        """Only takes the next tick off the tape."""
        self._chunk_length = 0
        elapsed_ms = TICK_MS
        if self._quiet:
            self._quiet -= 1
        else:
            head = self._tape[self._at]
            self._at += 1
            if head & QUIET:
                self._quiet = (head & 127) - 1
            else:
                elapsed_ms = self._entry(head)
        self._now_ms = (self._now_ms + elapsed_ms) & TICKS_MASK
        self.ended = not self._quiet and self._at >= len(self._tape)

    def _entry(self, head: int) -> int:
        """What changed at this tick; returns how long it came after the one before."""
        board = self.board
        if head & DATA:
            self._take_chunk()
        if head & NTC:
            board.ntc = self._number() - 1
        if head & CURRENT:
            board.ma = self._number()
        if head & SUPPLY:
            board.mv = self._number()
        if head & STOP:
            board.open = not board.open
        return self._number() if head & ELAPSED else TICK_MS

    def _take_chunk(self) -> None:
        length = self._number()
        tape = self._tape
        chunk = self._chunk
        start = self._at
        for place in range(length):
            chunk[place] = tape[start + place]
        self._at = start + length
        self._chunk_length = length

    def _number(self) -> int:
        """Three bytes, little endian."""
        tape = self._tape
        at = self._at
        self._at = at + 3
        return tape[at] | tape[at + 1] << 8 | tape[at + 2] << 16

    def fill_row(self) -> None:
        """What the device does now, into ``row``."""
        row = self.row
        controller = self.controller
        row[0] = controller.state
        row[1] = controller.fault
        row[2] = controller.reason
        for channel in range(3):
            row[3 + channel] = controller.rule[channel]
            put_u16(row, 6 + 2 * channel, controller.asked[channel])
            put_u16(row, 12 + 2 * channel, controller.allowed[channel])
            put_u16(row, 18 + 2 * channel, controller.applied[channel])
        duties = self.board.duties
        for output in range(len(duties)):
            put_u16(row, 24 + 2 * output, duties[output])


def play(tape_file: str, rows_file: str, wire_file: str, first_ms: int) -> None:
    """A whole tape: one row per tick to one file, all that the device said to the other."""
    with open(tape_file, "rb") as source:
        replay = Replay(source.read(), first_ms)
    with open(rows_file, "wb") as rows, open(wire_file, "wb") as wire:
        while not replay.ended:
            replay.step()
            replay.fill_row()
            rows.write(replay.row)
            if replay.out_length:
                wire.write(bytes(replay.controller.tx[: replay.out_length]))
