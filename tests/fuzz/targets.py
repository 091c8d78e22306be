"""What is fuzzed: functions of bytes that must return, whatever the bytes are.

Each raises only when something is wrong: an exception of the code under test that is not part of
its contract, or an invariant that does not hold. ``SEEDS`` gives each target inputs to start from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol.framing import Decoder, Encoder
from firmware_bridge.session import Session
from firmware_bridge.session.outcome import OUTCOMES
from firmware_bridge.session.status import Status, Welcome
from programs.compiler import compile_program
from programs.errors import Rejected
from programs.load import LIBRARY, examine_text
from programs.profile import load_profile
from programs.timeline import Segment, Timeline

BOOT_ID = 7
SESSION_ID = 42
TICK_MS = 10
LAST_DUTY = 60_000
STRONGEST = 8500
KEPT_MS = 1500
MOST_CHUNKS = 48  # of one input: more of the same finds nothing and takes long
CONFIG = DeviceConfig(
    rig_id="fuzz",
    profile_hash="0123456789abcdef",
    output_of=(0, 1, 2),
    heads=(0, 1, 2),
    start_duty=(6000, 6000, 0),
    max_duty=(60000, 60000, 65535),
    max_levels=(8500, 8500),
    max_heat_c100=4100,
    heat_rise_c100=800,
    heat_hold=3000,
    ntc_raw=(64000, 1000),
    ntc_c100=(100, 6400),
    idle_ma=50,
    cells=3,
)
PROFILE = load_profile("heated-head")


def decoder(data: bytes) -> None:
    """Bytes of the wire: nothing is raised, nothing grows, every frame has its size."""
    reader = Decoder()
    for kind, seq, session, payload in reader.frames(data):
        if not (0 <= kind < 16 and 0 <= seq < 256 and 0 <= session < 65536 and len(payload) <= m.MAX_FRAME):
            raise AssertionError("a frame outside its bounds")
        again = Decoder().frames(Encoder().frame(kind, seq, session, payload))
        if again != [(kind, seq, session, payload)]:
            raise AssertionError("a good frame does not come back")
    if len(reader.body) != m.MAX_FRAME:
        raise AssertionError("the decoder grew")


def messages(data: bytes) -> None:
    """The payload of any message: too short is a ValueError, everything else comes back the same."""
    if not data:
        return
    kind, payload = data[0] % 15 + 1, data[1:]
    Status.unpack(payload)
    Welcome.unpack(payload)
    if kind not in m.MESSAGES:
        return
    fields = m.MESSAGES[kind][1]
    try:
        values = m.unpack(fields, payload)
    except ValueError:
        if len(payload) >= m.size(fields):
            raise
        return
    if m.pack(fields, dict(values)) != payload[: m.size(fields)]:
        raise AssertionError("packing what was unpacked gives something else")


def wire(data: bytes) -> None:
    """Decoder or message parser, as the first byte says."""
    (messages if data[:1] >= b"\x80" else decoder)(data[1:])


def chunks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(what, content): a byte that says what, one that says how long, so much content."""
    at = 0
    for _ in range(MOST_CHUNKS):
        if at + 2 > len(data):
            return
        what, length = data[at], data[at + 1]
        yield what, data[at + 2 : at + 2 + length]
        at += 2 + length


def device(data: bytes) -> None:
    """A device with a host that may send anything in good frames: limits hold at every tick."""
    board = MemoryBoard(3, CONFIG.crc)
    board.ntc = 35_000
    controller, encoder, now_ms = Controller(CONFIG, board, BOOT_ID), Encoder(), TICK_MS
    controller.tick(now_ms)
    for what, content in chunks(data):
        if what >= 0xE0:
            controller.receive(content, len(content))  # raw bytes
        elif what >= 0xC0:
            board.ntc = int.from_bytes(content[:2], "little") - 1
            board.open = what == 0xC1
            board.ma = board.mv = int.from_bytes(content[2:4], "little") or m.NO_READING
        else:
            frame = encoder.frame(what & 15, content[0] if content else 0, SESSION_ID, content[1:])
            controller.receive(frame, len(frame))
        for _ in range(1 + (what >> 4 & 3) * 10):
            now_ms += TICK_MS
            controller.tick(now_ms)
            _judge(controller, board)


def _judge(controller: Controller, board: MemoryBoard) -> None:
    if not all(0 <= duty <= LAST_DUTY for duty in board.duties[:2]):
        raise AssertionError(f"duty {board.duties}")
    if not all(0 <= level <= STRONGEST for level in controller.applied[:2]):
        raise AssertionError(f"level {controller.applied}")
    if controller.idle() and any(board.duties):
        raise AssertionError("something moves at rest")
    if controller.player.buffered_ms > KEPT_MS or controller.tx_length > len(controller.tx):
        raise AssertionError("a buffer ran over")


def host(data: bytes) -> None:
    """A session with a device that may answer anything in good frames: it ends in the closed set."""
    session, encoder, now_ms = Session(SESSION_ID), Encoder(), 0
    one = Segment(0, 500, "back", (500, 0, 0), (None, None, None))
    two = Segment(500, 500, "back", (0, 0, 0), (None, None, None), last=True)
    session.play(Timeline("p", "P", "x", "light", (one, two), (), (3500, 3500, 0), 0.0, 0))
    for what, content in chunks(data):
        now_ms += 1 + (what >> 4) * 20
        session.beat()
        session.poll(now_ms)
        if what >= 0xE0:
            session.receive(content, now_ms)
        else:
            kind = m.WELCOME if what & 8 else m.STATUS
            payload = (content + bytes(m.size(m.MESSAGES[kind][1])))[: m.size(m.MESSAGES[kind][1])]
            session.receive(encoder.frame(kind, 0, SESSION_ID if what & 4 else 0, payload), now_ms)
        if session.phase == "paused":
            session.stop()
    if (session.phase == "ended") != (session.outcome in OUTCOMES):
        raise AssertionError(f"phase {session.phase}, outcome {session.outcome}")


def program(data: bytes) -> None:
    """Text of a document: refused with diagnostics, or compiled, or refused by the compiler."""
    try:
        examined = examine_text(data.decode("utf-8", "replace"))
    except Rejected as refused:
        if not refused.diagnostics:
            raise AssertionError("rejected without a reason") from refused
        return
    if examined.program is not None and examined.ok:
        compiled = compile_program(examined.program, PROFILE)
        if compiled.timeline is None and not compiled.diagnostics:
            raise AssertionError("no timeline and no reason")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "wire": wire,
    "device": device,
    "host": host,
    "program": program,
}


def _said_by_a_host() -> Iterator[tuple[int, bytes]]:
    """(kind, payload) of a session from HELLO to STOP."""
    arm = {"boot_id": BOOT_ID, "limits_crc": _limits_crc(), "regions": 126, "ceiling_vibration": 8500}
    arm |= {"ceiling_percussion": 8500, "ceiling_heat_c100": 4100, "dry": 0}
    record = b"\xf4\x01\x03\x0e\x88\x13\xe8\x03\xa0\x0f"  # 500 ms, upper back, all three channels
    yield m.HELLO, m.pack(m.MESSAGES[m.HELLO][1], {"cmd": 1})
    yield m.ARM, m.pack(m.MESSAGES[m.ARM][1], {"cmd": 2, **arm})
    yield m.HEARTBEAT, b"\x01\x00"
    yield m.SEGMENTS, b"\x01" + record + record
    yield m.RESUME, b"\x03\x00"
    yield m.GAIN, m.pack(m.MESSAGES[m.GAIN][1], {"cmd": 4, "gain": 5000, "gain_max": 9000})
    yield m.PAUSE, b"\x05\x00"
    yield m.STOP, b"\x06\x00"
    yield m.ESTOP, b"\x07\x00"
    yield m.CLEAR, b"\x08\x00"
    yield m.STAMP, m.pack(m.MESSAGES[m.STAMP][1], {"cmd": 9, "config_crc": CONFIG.crc})


def _limits_crc() -> int:
    return int(Controller(CONFIG, MemoryBoard(3, 0), BOOT_ID).welcome(1)["limits_crc"])


def _said_by_a_device() -> Iterator[tuple[int, bytes]]:
    """(kind, payload) of everything that a device answers to that."""
    controller, encoder = Controller(CONFIG, MemoryBoard(3, CONFIG.crc), BOOT_ID), Encoder()
    controller.tick(TICK_MS)
    for turn, (kind, payload) in enumerate(_said_by_a_host(), 2):
        frame = encoder.frame(kind, 0, SESSION_ID, payload)
        controller.receive(frame, len(frame))
        controller.tick(TICK_MS * turn)
        for answer, _seq, _session, content in Decoder().frames(bytes(controller.tx[: controller.tx_length])):
            yield answer, content
        controller.sent(controller.tx_length)


def _as_chunks(said: Iterator[tuple[int, bytes]], seq: bytes = b"") -> bytes:
    """For ``chunks``: one after the other, with some time between."""
    return b"".join(bytes([0x10 | kind, len(seq + content)]) + seq + content for kind, content in said)


def seeds(name: str) -> list[bytes]:
    """Inputs to start from."""
    if name == "program":
        return [path.read_bytes() for path in sorted(LIBRARY.iterdir())]
    if name == "device":
        return [_as_chunks(_said_by_a_host(), b"\x00")]
    answers = list(_said_by_a_device())
    if name == "host":
        said = ((0x10 | (12 if kind == m.WELCOME else 4), content) for kind, content in answers)
        return [_as_chunks(said)]
    encoder = Encoder()
    frames = [encoder.frame(kind, 0, SESSION_ID, content) for kind, content in [*_said_by_a_host(), *answers]]
    payloads = [bytes([0x80, kind - 1]) + content for kind, content in answers]
    return [*(b"\x00" + each for each in [*frames, b"".join(frames[:4])]), *payloads]
