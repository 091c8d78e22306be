"""A device on the bench: the real controller on recording pins, driven frame by frame.

Nothing here is a stand-in for device code. ``Bench`` speaks the wire by hand, so that tests can
send what no well-behaved host would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol.framing import Decoder, Encoder
from firmware_bridge.protocol.states import STATES

BOOT_ID = 123456
SESSION = 0x2A2A
# A sensor whose table is plain to read: 65 C per 65000 counts, falling; 25 C is 40000.
NTC_RAW, NTC_C100 = (64000, 1000), (100, 6400)


def raw_at(celsius: float) -> int:
    return round(65000 - 1000 * celsius)


def config(**changes: Any) -> DeviceConfig:
    """Vibration, percussion and heat, each on an output of its own."""
    values: dict[str, Any] = {
        "rig_id": "bench",
        "profile_hash": "0123456789abcdef",
        "output_of": (0, 1, 2),
        "heads": (0, 1, 2),
        "start_duty": (6000, 6000, 0),
        "max_duty": (60000, 60000, 65535),
        "max_levels": (8500, 8500),
        "max_heat_c100": 4100,
        "heat_rise_c100": 800,
        "heat_hold": 3000,
        "ntc_raw": NTC_RAW,
        "ntc_c100": NTC_C100,
        "idle_ma": 50,
        "cells": 0,
    }
    values.update(changes)
    return DeviceConfig(**values)


def record(
    duration_ms: int = 500,
    region: int = 3,
    vibration: int | None = None,
    percussion: int | None = None,
    heat: int | None = None,
    wave: tuple[int, int, int, int, int, int] | str | None = None,
    percussion_wave: tuple[int, int, int, int, int, int] | str | None = None,
    last: bool = False,
) -> bytes:
    """One record as bytes; ``wave``: (shape, rate start, rate end, depth, duty, phase) or "goes on"."""
    flags = m.LAST if last else 0
    body = b""
    for channel, (level, modulator) in enumerate(
        ((vibration, wave), (percussion, percussion_wave), (heat, None))
    ):
        if level is None:
            continue
        flags |= m.NAMES_VIBRATION << channel
        body += level.to_bytes(2, "little")
        if isinstance(modulator, tuple):
            flags |= m.WAVE_NEW << m.WAVE_SHIFT[channel]
            body += bytes([modulator[0]]) + b"".join(v.to_bytes(2, "little") for v in modulator[1:])
        elif modulator is not None:
            flags |= m.WAVE_GOES_ON << m.WAVE_SHIFT[channel]
    return duration_ms.to_bytes(2, "little") + bytes([region, flags]) + body


@dataclass
class Bench:
    configuration: DeviceConfig = field(default_factory=config)
    stamped: bool = True
    session: int = SESSION
    now_ms: int = 0
    beating: bool = True
    cmd: int = 0
    seq: int = 0
    token: int = 0

    def __post_init__(self) -> None:
        stamp = self.configuration.crc if self.stamped else 0
        self.board = MemoryBoard(len(self.configuration.heads), stamp)
        self.board.ntc = raw_at(30)
        self.device = Controller(self.configuration, self.board, BOOT_ID)
        self.statuses: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] | None = None
        self.peak = [0, 0]
        self._encoder = Encoder()
        self._decoder = Decoder()
        self.tick(10)

    # -- wire ---------------------------------------------------------------------------------

    def put(self, kind: int, payload: bytes, session: int | None = None, seq: int = 0) -> None:
        frame = self._encoder.frame(kind, seq, self.session if session is None else session, payload)
        self.device.receive(frame, len(frame))

    def send(self, kind: int, session: int | None = None, cmd: int | None = None, **values: Any) -> int:
        """A command with the next number (or ``cmd``); what became of it, R_NONE when it was not heard."""
        if cmd is None:
            self.cmd += 1
            cmd = self.cmd
        self.put(kind, m.pack(m.MESSAGES[kind][1], {"cmd": cmd, **values}), session)
        link = self.device.link
        return link.result if link.cmd == cmd and link.session == self.session else m.R_NONE

    def segments(self, *records: bytes, epoch: int | None = None, seq: int | None = None) -> bool:
        """One SEGMENTS frame; True when it was acknowledged as new."""
        before = self.device.link.acked
        number = self.seq if seq is None else seq
        payload = bytes([self.device.epoch if epoch is None else epoch]) + b"".join(records)
        self.put(m.SEGMENTS, payload, seq=number)
        if self.device.link.acked == number != before:
            self.seq = (number + 1) & 255
            return True
        return False

    def _read(self) -> None:
        length = self.device.tx_length
        data = bytes(self.device.tx[:length])
        self.device.sent(length)
        for kind, _seq, _session, payload in self._decoder.frames(data):
            values = m.unpack(m.MESSAGES[kind][1], payload)
            if kind == m.STATUS:
                self.statuses.append(values)
            else:
                self.welcome = values

    @property
    def status(self) -> dict[str, Any]:
        return self.statuses[-1]

    # -- time ---------------------------------------------------------------------------------

    def tick(self, elapsed_ms: int = 10) -> None:
        self.now_ms += elapsed_ms
        self.device.tick(self.now_ms)
        for channel in range(2):
            self.peak[channel] = max(self.peak[channel], self.device.applied[channel])
        self._read()

    def run(self, ms: int) -> None:
        """Lets time pass, with a heartbeat every 200 ms while ``beating``."""
        for _ in range(ms // 10):
            if self.beating and self.now_ms % 200 == 0:
                self.beat()
            self.tick()

    def beat(self) -> None:
        self.token = (self.token + 1) & 0xFFFF
        self.put(m.HEARTBEAT, self.token.to_bytes(2, "little"))

    # -- the usual way in ----------------------------------------------------------------------

    @property
    def state(self) -> str:
        return STATES[self.device.state]

    def hello(self) -> None:
        """A new session, as every new connection is, and a sign of life."""
        self.session = (self.session + 1) & 0xFFFF
        self.cmd = 0
        self.send(m.HELLO)
        self.tick()
        if self.beating:
            self.beat()

    def arm(self, regions: int = 0b1111110, **changes: int) -> int:
        assert self.welcome is not None
        values = {
            "boot_id": BOOT_ID,
            "limits_crc": self.welcome["limits_crc"],
            "regions": regions,
            "ceiling_vibration": min(8500, self.welcome["max_vibration"]),
            "ceiling_percussion": min(8500, self.welcome["max_percussion"]),
            "ceiling_heat_c100": min(4100, self.welcome["max_heat_c100"]),
            "dry": 0,
        }
        values.update(changes)
        self.seq = 0
        return self.send(m.ARM, **values)

    def start(self, *records: bytes, **arm: int) -> None:
        """HELLO, ARM, these records, RESUME."""
        self.hello()
        assert self.arm(**arm) == m.R_DONE
        self.beat()
        for each in records:
            assert self.segments(each), "record refused"
        assert self.send(m.RESUME) == m.R_DONE

    def play(self, level: int, ms: int, region: int = 3) -> None:
        """RUNNING at ``level`` for ``ms``: ramps up first, stays fed."""
        self.start(record(500, region, vibration=level), record(500, region, vibration=level))
        self.feed(level, ms, region)

    def feed(self, level: int, ms: int, region: int = 3) -> None:
        for _ in range(ms // 10):
            if self.device.player.buffered_ms <= 1000:
                self.segments(record(500, region, vibration=level))
            self.run(10)
