"""Tapes of a badly behaved world: a host that does the right thing most of the time and anything at
all the rest of it, damaged frames, sensors that fail, ticks that come late. Everything by a seed.

Whether the device stays safe in it is asked elsewhere; here it only has to do the same everywhere.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from firmware_bridge.protocol.framing import Encoder
from tests.firmware_bridge.bench import config, raw_at, record
from tests.runtimes.scripts.replay import TICK_MS
from tests.runtimes.tape import Tape

BOOT_ID = 0x3FFFFFFF  # the largest that a board holds without allocating
ODD_READINGS = (-1, -1, -1, 0, 65535, 100, 65000)
PAUSE_BEFORE_CLEAR_MS = 5100


@dataclass
class Seen:
    """What came about, so that a test can say that the tape was worth playing."""

    states: set[str] = field(default_factory=set)
    faults: set[str] = field(default_factory=set)
    results: set[str] = field(default_factory=set)
    underruns: int = 0
    bad_frames: int = 0
    refused_segments: int = 0
    refused_raises: int = 0


class WildHost:
    """Makes the tape by playing it: what is sent depends on what the device became."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        configuration = config(cells=3)
        self.device = Controller(configuration, MemoryBoard(3, configuration.crc), BOOT_ID)
        self.tape = Tape(configuration, BOOT_ID)
        self.seen = Seen()
        self._encoder = Encoder()
        self._session, self._cmd, self._token = 1, 0, 0
        self._now_ms = self._fault_ms = self._silent_until_ms = self._odd_until_ms = 0
        self._starved_until_ms = 0
        self._level = self._celsius = 0
        self._out = b""

    def run(self, ticks: int) -> Tape:
        for _ in range(ticks):
            self._tick()
        return self.tape

    def _chance(self, one_in: int) -> bool:
        return self._random.randrange(one_in) == 0

    @property
    def _calm(self) -> bool:
        """A latched fault is left alone for as long as it takes to clear it."""
        return self.device.state == states.FAULT

    # -- one tick -----------------------------------------------------------------------------

    def _tick(self) -> None:
        self._out = b""
        if self._chance(1500):
            self._silent_until_ms = self._now_ms + self._random.choice((150, 700, 1100, 3200))
        if self._now_ms >= self._silent_until_ms:
            self._speak()
        elapsed_ms = TICK_MS
        if self._chance(300):
            elapsed_ms = self._random.choice((0, 1, 7, 20, 49) if self._calm else (0, 20, 51, 120))
        elif self._chance(9000):
            elapsed_ms = 300
        self._now_ms += elapsed_ms
        self._sense()
        board, device = self.device.board, self.device
        if self._out:
            device.receive(self._out, len(self._out))
        device.tick(self._now_ms)
        device.sent(device.tx_length)
        self.tape.tick(self._out, (board.ntc, board.ma, board.mv, board.open), elapsed_ms)
        self._look()

    def _sense(self) -> None:
        board, rnd = self.device.board, self._random
        if self._now_ms % 100 < TICK_MS:
            self._celsius += rnd.randrange(-20, 21) + (self.device.applied[2] > 0) * 10
            self._celsius = min(1400, max(0, self._celsius))
            board.ntc = raw_at(28 + self._celsius / 100)
            board.ma = rnd.randrange(0, 80) if not any(board.duties) else rnd.randrange(50, 2000)
            board.mv = rnd.randrange(11000, 12600)
        if not self._calm and self._chance(3000):
            self._odd_until_ms = self._now_ms + rnd.choice((100, 350, 1200))
        if self._now_ms < self._odd_until_ms:
            board.ntc = rnd.choice(ODD_READINGS)
            board.mv = rnd.choice((8000, 9500, 65535))
            board.ma = rnd.choice((500, 65535))
        board.open = not self._calm and self._chance(4000)

    def _look(self) -> None:
        device, seen = self.device, self.seen
        seen.states.add(states.STATES[device.state])
        seen.faults.add(states.FAULTS[device.fault])
        seen.results.add(m.RESULTS[device.link.result])
        seen.underruns = max(seen.underruns, device.underruns)
        seen.bad_frames = device.link.decoder.bad
        seen.refused_segments = device.link.refused_segments
        seen.refused_raises = device.link.refused_raises
        if device.state != states.FAULT:
            self._fault_ms = self._now_ms

    # -- the host -----------------------------------------------------------------------------

    def _send(self, kind: int, payload: bytes, seq: int = 0) -> None:
        frame = self._encoder.frame(kind, seq, self._session, payload)
        if self._chance(60):
            spoiled = bytearray(frame)
            spoiled[self._random.randrange(len(frame))] ^= 1 << self._random.randrange(8)
            frame = bytes(spoiled)
        self._out += frame

    def _command(self, kind: int, **values: int) -> None:
        if not self._chance(40):
            self._cmd = (self._cmd + 1) & 0xFFFF
        self._send(kind, m.pack(m.MESSAGES[kind][1], {"cmd": self._cmd, **values}))

    def _speak(self) -> None:
        state = self.device.state
        if self._now_ms % 200 < TICK_MS:
            self._token = (self._token + 1) & 0xFFFF
            self._send(m.HEARTBEAT, self._token.to_bytes(2, "little"))
        if state == states.SAFE and self._chance(5):
            self._begin()
        elif state == states.FAULT and self._chance(20):
            self._mend()
        elif self.device.takes_segments():
            self._keep_going(state)
        if self._chance(2000 if self._calm else 400):
            self._anything()

    def _hello(self) -> None:
        self._session, self._cmd = self._random.randrange(1, 65536), 0
        self._command(m.HELLO)

    def _mend(self) -> None:
        """CLEAR once it can work, sometimes before."""
        if self.device.link.session != self._session or self._chance(4):
            self._hello()
        elif self._now_ms - self._fault_ms > PAUSE_BEFORE_CLEAR_MS or self._chance(30):
            self._command(m.CLEAR)

    def _begin(self) -> None:
        """HELLO, or ARM once the session is known."""
        if self.device.link.session != self._session or self._chance(4):
            self._hello()
            return
        rnd = self._random
        self._level = 0
        self._command(
            m.ARM,
            boot_id=BOOT_ID if not self._chance(20) else 5,
            limits_crc=_limits_crc(self.device),
            regions=0b1111110 if not self._chance(5) else rnd.randrange(256),
            ceiling_vibration=rnd.choice((8500, 6000, 3000, 9000)),
            ceiling_percussion=rnd.choice((8500, 4000)),
            ceiling_heat_c100=rnd.choice((4100, 3800)),
            dry=0,
        )

    def _keep_going(self, state: int) -> None:
        player = self.device.player
        if self._chance(800):
            self._starved_until_ms = self._now_ms + self._random.choice((1200, 1400, 3600))
        fed = self._now_ms >= self._starved_until_ms
        if fed and player.buffered_ms < 1000 and not player.complete and not self._chance(8):
            seq = (self.device.link.acked + 1) & 255
            records = b"".join(self._record() for _ in range(self._random.randrange(1, 3)))
            epoch = self.device.epoch if not self._chance(40) else self._random.randrange(256)
            self._send(m.SEGMENTS, bytes([epoch]) + records, seq)
        if state != states.RUNNING and player.buffered_ms > 700 and self._chance(4):
            self._command(m.RESUME)
        elif self._chance(800):
            self._command(m.PAUSE)
        elif self._chance(200):
            self._command(
                m.GAIN, gain=self._random.randrange(11000), gain_max=self._random.choice((10000, 9000))
            )
        elif self._chance(2000):
            self._command(self._random.choice((m.STOP, m.STOP, m.ESTOP)))
        elif self._chance(100 if state == states.PAUSED else 4000):
            self._hello()  # another host takes the port

    def _record(self) -> bytes:
        rnd = self._random
        self._level = min(10000, max(0, self._level + rnd.randrange(-1500, 1700)))
        choices = {
            "vibration": self._level if not self._chance(4) else None,
            "percussion": rnd.randrange(0, 4000) if self._chance(3) else None,
            "heat": rnd.choice((0, 3600, 3900, 4000)) if self._chance(8) else None,
        }
        named = choices["vibration"] is not None
        return record(
            rnd.choice((500, 500, 250, 137, 20, 63)) if not self._chance(150) else rnd.randrange(65536),
            rnd.choice((2, 2, 3, 3, 5, 4, 6, 1, 0)) if not self._chance(150) else rnd.randrange(256),
            wave=self._wave() if named and self._chance(2) else None,
            percussion_wave=self._wave() if choices["percussion"] is not None and self._chance(2) else None,
            last=self._chance(400),
            **choices,
        )

    def _wave(self) -> tuple[int, int, int, int, int, int] | str:
        rnd = self._random
        if self._chance(6):
            return "goes on"
        shape, fast = rnd.randrange(1, 6), rnd.randrange(1, 4000)
        rate = rnd.randrange(500, 10001) if shape == m.SQUARE else fast
        if self._chance(80):
            rate = rnd.randrange(65536)
        end_rate = rate if self._chance(2) else max(500, rate - rnd.randrange(400))
        return (shape, rate, end_rate, rnd.randrange(10001), rnd.randrange(3000, 7001), rnd.randrange(10000))

    def _anything(self) -> None:
        """Noise, or a message that nobody expects now."""
        rnd = self._random
        if self._chance(2):
            self._out += rnd.randbytes(rnd.randrange(1, 90))
            return
        kind = rnd.randrange(16)
        fields = m.MESSAGES[kind][1] if kind in m.MESSAGES else ()
        if kind not in (m.STOP, m.ESTOP) or self._chance(10):
            self._send(kind, rnd.randbytes(m.size(fields)), rnd.randrange(256))


def _limits_crc(device: Controller) -> int:
    value = device.welcome(1)["limits_crc"]
    assert isinstance(value, int)
    return value
