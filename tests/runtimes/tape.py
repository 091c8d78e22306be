"""Tapes: what a device was given, tick by tick, so that it can be given again on another runtime.

A tape is a u16 length, that much JSON (configuration, boot id, whether commissioned), then entries.
An entry is one byte of flags and what they announce, in this order, every number in three bytes:
DATA (a length and the bytes that came), NTC (reading + 1), CURRENT, SUPPLY, STOP (the stop input
changed), ELAPSED (milliseconds since the tick before, when not 10). With QUIET set, the low seven
bits count ticks at which nothing changed.
"""

from __future__ import annotations

import json
import random
from typing import Any

from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import states
from firmware_bridge.rig import device_config
from firmware_bridge.session import Session
from programs.profile import Profile
from programs.timeline import Timeline
from sim.board import SimBoard
from tests.runtimes.scripts.replay import CURRENT, DATA, ELAPSED, NTC, QUIET, STOP, SUPPLY, TICK_MS

CONFIG_FIELDS = (
    *("rig_id", "profile_hash", "output_of", "heads", "start_duty", "max_duty", "max_levels"),
    *("max_heat_c100", "heat_rise_c100", "heat_hold", "ntc_raw", "ntc_c100", "idle_ma", "cells"),
)
BEAT_MS = 50
REST_MS = 500  # recorded after the end
START_MAX_MS = 10_000
AT_REST = (-1, 65535, 65535, False)  # what a MemoryBoard's inputs say to begin with

Readings = tuple[int, int, int, bool]  # sensor, current, supply, stop input


def config_values(config: DeviceConfig) -> dict[str, Any]:
    """The arguments that made it, ready for JSON."""
    return {name: getattr(config, name) for name in CONFIG_FIELDS}


class Tape:
    """Collects entries; ``packed`` is the whole tape."""

    def __init__(self, config: DeviceConfig, boot_id: int, stamped: bool = True) -> None:
        head = json.dumps({"config": config_values(config), "boot_id": boot_id, "stamped": stamped})
        self._out = bytearray(len(head).to_bytes(2, "little") + head.encode())
        self._quiet = 0
        self._before: Readings = AT_REST
        self.ticks = 0

    def tick(self, data: bytes, readings: Readings, elapsed_ms: int = TICK_MS) -> None:
        """One tick: the bytes before it, what its sensors said, how long it took to come."""
        flags, body = 0, b""
        if data:
            flags, body = DATA, _number(len(data)) + data
        for place, flag in enumerate((NTC, CURRENT, SUPPLY)):
            if readings[place] != self._before[place]:
                flags |= flag
                body += _number(readings[place] + (flag == NTC))
        if readings[3] != self._before[3]:
            flags |= STOP
        if elapsed_ms != TICK_MS:
            flags |= ELAPSED
            body += _number(elapsed_ms)
        self.ticks += 1
        self._before = readings
        if flags:
            self._end_quiet()
            self._out += bytes([flags]) + body
            return
        self._quiet += 1
        if self._quiet == QUIET - 1:
            self._end_quiet()

    def _end_quiet(self) -> None:
        if self._quiet:
            self._out.append(QUIET | self._quiet)
            self._quiet = 0

    def packed(self) -> bytes:
        self._end_quiet()
        return bytes(self._out)


def _number(value: int) -> bytes:
    return value.to_bytes(3, "little")


class ListeningBoard(SimBoard):
    """The simulated board; remembers what its inputs last said to the controller."""

    heard: Readings = AT_REST

    def ntc_raw(self) -> int:
        value = super().ntc_raw()
        self.heard = (value, *self.heard[1:])
        return value

    def current_ma(self) -> int:
        value = super().current_ma()
        self.heard = (self.heard[0], value, *self.heard[2:])
        return value

    def supply_mv(self) -> int:
        value = super().supply_mv()
        self.heard = (*self.heard[:2], value, self.heard[3])
        return value


NEVER_MS = 1 << 40


def record(timeline: Timeline, profile: Profile, seed: int, stop_ms: int = NEVER_MS) -> Tape:
    """The real session plays ``timeline`` to the real controller on the simulated rig.

    To its end, or until it is stopped after ``stop_ms``.
    """
    config = device_config(profile)
    boot_id = random.Random(f"tape {seed}").getrandbits(30)
    board = ListeningBoard(profile, config.crc, seed)
    controller = Controller(config, board, boot_id)
    tape = Tape(config, boot_id)
    session = Session(1 + seed)
    session.play(timeline)
    now_ms, ended_ms, answer = 0, -1, b""
    while ended_ms < 0 or now_ms - ended_ms < REST_MS:
        now_ms += TICK_MS
        if now_ms % BEAT_MS == 0:
            session.beat()
        if now_ms == stop_ms:
            session.stop()
        if answer:
            session.receive(answer, now_ms)
        data = session.poll(now_ms)
        controller.receive(data, len(data))
        board.step(now_ms)
        controller.tick(now_ms)
        tape.tick(data, board.heard)
        answer = bytes(controller.tx[: controller.tx_length])
        controller.sent(controller.tx_length)
        if ended_ms < 0 and session.outcome is not None:
            ended_ms = now_ms
        assert now_ms < timeline.duration_ms + START_MAX_MS, "the programme does not come to its end"
    stopped = ("stopped_by_user", states.WHY_STOP)
    wanted = ("completed", states.WHY_COMPLETED) if stop_ms == NEVER_MS else stopped
    assert (session.outcome, controller.reason) == wanted, session.reason
    return tape
