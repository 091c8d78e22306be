# The device's end of the link: bytes in, commands and records to the controller, STATUS out. It
# keeps what the wire needs to remember (session, newest command and its result, sequence numbers)
# and decides nothing about motion. CircuitPython subset; nothing allocates while running.

from firmware_bridge.device.limits import (
    BUFFER_MAX_MS,
    MAX_HEAT_C100,
    MAX_LEVEL,
    PERCUSSION_REGIONS,
    REGION_CAP,
    RUN_MAX_S,
)
from firmware_bridge.protocol.framing import HEADER, Crc32, Decoder, Encoder
from firmware_bridge.protocol.messages import (
    ARM,
    CLEAR,
    ESTOP,
    FLAG_BENCH,
    FLAG_DRY,
    FLAG_ENABLE,
    FLAG_SIMULATED,
    FLAG_STOP_OPEN,
    FLAG_UNDERRUN,
    GAIN,
    HEARTBEAT,
    HELLO,
    MAX_RECORD_MS,
    MAX_SEGMENTS_PAYLOAD,
    MESSAGES,
    PAUSE,
    R_DONE,
    R_NONE,
    R_STALE,
    R_STOP_OPEN,
    RESUME,
    SEGMENTS,
    STAMP,
    STATUS,
    STOP,
    VERSION,
    WELCOME,
    get_u16,
    offsets,
    pack,
    put_u16,
    size,
    unpack,
)

FIRMWARE = "thrum 0.1.0"
TX_BYTES = 512
WELCOME_FIELDS = MESSAGES[WELCOME][1]
_SIZE = {kind: size(MESSAGES[kind][1]) for kind in MESSAGES}  # looked up while running
_S = offsets(MESSAGES[STATUS][1])
# Places in the body of a STATUS frame, looked up once.
_CMD = HEADER + _S["cmd"]
_PLAYHEAD = HEADER + _S["playhead_ms"]
_BUFFERED = HEADER + _S["buffered_ms"]
_STATE = HEADER + _S["state"]
_GAIN = HEADER + _S["gain"]
_ALLOWED = HEADER + _S["allowed_vibration"]
_APPLIED = HEADER + _S["applied_vibration"]
_RULE = HEADER + _S["rule_vibration"]
_PAD = HEADER + _S["pad_c100"]
_BOOT = HEADER + _S["boot_id"]
_TICKS = HEADER + _S["ticks"]


class DeviceLink:
    """``device`` is the controller, which owns this link and answers its commands."""

    def __init__(self, device) -> None:  # type: ignore[no-untyped-def]  # the controller imports this
        self.tx = bytearray(TX_BYTES)
        self.tx_length = 0
        self.session = 0
        self.greeted = False  # somebody said hello since the reset; before that no session is ours
        self.cmd = 0
        self.result = R_NONE
        self.acked = 255
        self.token = 0
        self.status_due = False
        self.refused_segments = 0
        self.refused_raises = 0  # requests above a limit, and repeats that came too late
        self.dropped = 0  # frames for which the host left no room
        self.decoder = Decoder()
        self._encoder = Encoder()
        self._device = device
        self._seen_token = False
        self._next_session = -1  # said hello while something was running

    # -- bytes in ------------------------------------------------------------------------------

    def receive(self, data: bytes | bytearray, length: int) -> None:
        """Takes ``length`` bytes of ``data``; never raises, whatever they are."""
        decoder = self.decoder
        for at in range(length):
            if decoder.push(data[at]):
                self._message()

    def _message(self) -> None:
        decoder = self.decoder
        kind = decoder.kind
        if kind not in MESSAGES or kind == STATUS or kind == WELCOME:
            decoder.bad += 1
            return
        if kind == SEGMENTS:
            if self._ours() and decoder.length > 1:
                self._segments()
        elif decoder.length != _SIZE[kind]:
            decoder.bad += 1
        elif kind == HEARTBEAT:
            if self._ours():
                self._heartbeat(get_u16(decoder.body, HEADER))
        elif kind == HELLO:
            self._hello()
        else:
            self._command(kind, get_u16(decoder.body, HEADER))

    def _ours(self) -> bool:
        return self.greeted and self.decoder.session == self.session

    def _heartbeat(self, token: int) -> None:
        if not self._seen_token or token != self.token:
            self._seen_token = True
            self.token = token
            self._device.token_changed()

    def _segments(self) -> None:
        """At most one frame beyond what is acknowledged; a repeat is acknowledged again."""
        decoder = self.decoder
        device = self._device
        self.status_due = True
        lawful = decoder.length <= MAX_SEGMENTS_PAYLOAD and decoder.body[HEADER] == device.epoch
        if not lawful or not device.takes_segments():
            self.refused_segments += 1
        elif decoder.seq == (self.acked + 1) & 255:
            end = HEADER + decoder.length
            if device.player.enqueue(decoder.body, HEADER + 1, end, device.regions):
                self.acked = decoder.seq
            else:
                self.refused_segments += 1
        elif decoder.seq != self.acked:
            self.refused_segments += 1

    def flushed(self) -> None:
        """The controller numbered a new epoch: its first frame is number 0."""
        self.acked = 255
        self.status_due = True

    # -- commands ------------------------------------------------------------------------------

    def conclude(self, cmd: int, proved: bool) -> None:
        """A STAMP that waited has come to its end; unless a newer command has taken its place."""
        if cmd == self.cmd:
            self.result = R_DONE if proved else R_STOP_OPEN
            self.status_due = True

    def _hello(self) -> None:
        decoder = self.decoder
        if self._ours() and not self._device.idle():
            self.status_due = True  # a repeat that came late; its session is under way
            return
        self._next_session = decoder.session
        self.answer_hello()

    def answer_hello(self) -> None:
        """Answers a HELLO that waits, in SAFE or FAULT; anything that runs is stopped first."""
        if self._next_session < 0:
            return
        if not self._device.idle():
            self._device.stop_for_hello()
            return
        if self._next_session != self.session or not self.greeted:
            self.greeted = True
            self.session = self._next_session
            self.cmd = 0
            self._seen_token = False
            self._device.new_session()
        self._next_session = -1
        if self.cmd < 1:  # a HELLO that comes again leaves the result of a later command alone
            self.cmd = 1
            self.result = R_DONE
        self.status_due = True
        self._send_welcome()

    def _command(self, kind: int, cmd: int) -> None:
        """Raising commands only when new; lowering ones always."""
        device = self._device
        ours = self._ours()
        newer = ours and cmd > self.cmd
        self.status_due = True
        result = R_STALE
        if kind == STOP:
            result = device.stop()
        elif kind == ESTOP:
            result = device.estop()
        elif not ours:
            return
        elif kind == PAUSE:
            result = device.pause(newer)
        elif kind == GAIN:
            gain = get_u16(self.decoder.body, HEADER + 2)
            result = device.set_gain(gain, get_u16(self.decoder.body, HEADER + 4), newer)
        elif not newer:
            if cmd != self.cmd:
                self.refused_raises += 1
            return  # the stored result is echoed, nothing is done twice
        elif kind == RESUME:
            result = device.resume()
        elif kind == ARM:
            values = unpack(MESSAGES[ARM][1], self._payload())
            result = device.arm(values)
        elif kind == CLEAR:
            result = device.clear()
        elif kind == STAMP:
            values = unpack(MESSAGES[STAMP][1], self._payload())
            result = device.stamp(values["config_crc"], cmd)
        if newer:
            self.cmd = cmd
            self.result = result

    def _payload(self) -> bytes:
        return bytes(self.decoder.body[HEADER : HEADER + self.decoder.length])

    # -- bytes out -----------------------------------------------------------------------------

    def sent(self, count: int) -> None:
        """The first ``count`` bytes of ``tx`` are on their way."""
        tx = self.tx
        rest = self.tx_length - count
        for at in range(rest):
            tx[at] = tx[at + count]
        self.tx_length = rest if rest > 0 else 0

    def send_status(self) -> None:
        """Queues a STATUS frame; a host that does not read costs nothing but the frame (F22)."""
        self.status_due = False
        device = self._device
        governor = device.governor
        player = device.player
        body = self._encoder.body
        put_u16(body, _CMD, self.cmd)
        body[_CMD + 2] = self.result
        body[_CMD + 3] = device.epoch
        body[_CMD + 4] = self.acked
        room = (BUFFER_MAX_MS - player.buffered_ms) // MAX_RECORD_MS if device.takes_segments() else 0
        body[_CMD + 5] = (self.acked + room) & 255
        _put_u32(body, _PLAYHEAD, player.playhead_ms)
        put_u16(body, _BUFFERED, player.buffered_ms)
        body[_STATE] = device.state
        body[_STATE + 1] = device.reason
        body[_STATE + 2] = device.fault
        body[_STATE + 3] = self._flags()
        put_u16(body, _GAIN, governor.gain)
        put_u16(body, _GAIN + 2, governor.gain_max)
        allowed = device.allowed
        applied = device.applied
        rule = device.rule
        for channel in range(3):
            put_u16(body, _ALLOWED + 2 * channel, allowed[channel])
            put_u16(body, _APPLIED + 2 * channel, applied[channel])
            body[_RULE + channel] = rule[channel]
        put_u16(body, _PAD, self._pad_c100())
        put_u16(body, _PAD + 2, governor.bucket.left_ms // 1000)
        put_u16(body, _PAD + 4, device.supply.current_ma)
        put_u16(body, _PAD + 6, device.supply.supply_mv)
        body[_PAD + 8] = device.underrun.count if device.underrun.count < 255 else 255
        body[_PAD + 9] = device.late_ticks if device.late_ticks < 255 else 255
        _put_u32(body, _BOOT, device.boot_id)
        _put_u32(body, _TICKS, device.ticks)
        self._queue(STATUS, _SIZE[STATUS])

    def _pad_c100(self) -> int:
        """0: no reading that could be believed; a pad at or below 0 C reads 0.01 C."""
        heat = self._device.heat
        if heat is None or not heat.trusted:
            return 0
        return heat.temperature_c100 if heat.temperature_c100 > 0 else 1

    def _flags(self) -> int:
        device = self._device
        flags = 0
        if device.dry:
            flags |= FLAG_DRY
        if device.governor.bench:
            flags |= FLAG_BENCH
        if device.outputs.enabled:
            flags |= FLAG_ENABLE
        if device.underrun.ms:
            flags |= FLAG_UNDERRUN
        if device.board.simulated:
            flags |= FLAG_SIMULATED
        if device.stop_input.open:
            flags |= FLAG_STOP_OPEN
        return flags

    def _queue(self, kind: int, length: int) -> None:
        end = self._encoder.finish(kind, 0, self.session, length, self.tx, self.tx_length)
        if end == self.tx_length:
            self.dropped += 1
        self.tx_length = end

    def _send_welcome(self) -> None:
        """The answer to HELLO: who this is, what it allows, how the last time ended."""
        device = self._device
        payload = pack(WELCOME_FIELDS, device.welcome(self.cmd))
        for at in range(len(payload)):
            self._encoder.body[HEADER + at] = payload[at]
        self._queue(WELCOME, len(payload))


def _put_u32(body: bytearray, at: int, value: int) -> None:
    body[at] = value & 0xFF
    body[at + 1] = value >> 8 & 0xFF
    body[at + 2] = value >> 16 & 0xFF
    body[at + 3] = value >> 24 & 0xFF


def within(value: int, most: int) -> int:
    """What of a configured limit counts; one that makes no sense counts as nothing."""
    if not value > 0:
        return 0
    return value if value < most else most


def limits_table(config, heat_locked: bool) -> dict[str, int | str | bytes]:  # type: ignore[no-untyped-def]
    """The limits this device enforces for its rig, as WELCOME carries them, with their CRC."""
    caps = bytearray()
    for cap in REGION_CAP:
        caps.append(cap & 0xFF)
        caps.append(cap >> 8)
    values: dict[str, int | str | bytes] = {
        "max_vibration": within(config.max_levels[0], MAX_LEVEL),
        "max_percussion": within(config.max_levels[1], MAX_LEVEL),
        "max_heat_c100": 0 if heat_locked else within(config.max_heat_c100, MAX_HEAT_C100),
        "region_caps": bytes(caps),
        "percussion_regions": PERCUSSION_REGIONS,
        "max_run_s": RUN_MAX_S,
    }
    names = [name for name, _kind in WELCOME_FIELDS]
    first = names.index("max_vibration")
    last = names.index("max_run_s") + 1
    packed = pack(WELCOME_FIELDS[first:last], values)
    crc = Crc32()
    crc.run(packed, len(packed))
    values["limits_crc"] = crc.high << 16 | crc.low
    values["protocol"] = VERSION
    values["firmware"] = FIRMWARE
    return values
