# The message table: every message of the wire, once. Encode, decode, checks, the documentation and
# the round-trip tests all read it. CircuitPython subset: no typing, enum or dataclasses here.
#
# A message is a tuple of fields (name, kind). Kinds: u8 u16 u32, little endian; sN: N bytes of
# text, padded with zeros. Values are plain integers in the unit that the name carries; where a
# name carries none it is a level or a factor 0..10000, a code or a count.
#
# While a programme runs the device touches messages only through `offsets`, `get_u16`, `put_u16`
# (no allocation); `pack` and `unpack` are for the host and for the handshake.

VERSION = 1  # of the protocol; the high nibble of every frame's first byte
FULL_SCALE = 10000  # a level or factor of 1.0
MAX_RUNNING_FRAME = 64  # bytes on the wire, delimiters included, while running
MAX_FRAME = 268  # bytes between two zeros; only the answer to HELLO may be longer than 64
MAX_SEGMENTS_PAYLOAD = 53  # what remains of 64: 2 delimiters, 1 COBS, 4 header, 4 CRC

# Message types: the low nibble of a frame's first byte.
HELLO, ARM, GAIN, PAUSE, RESUME, STOP, ESTOP, CLEAR, STAMP = 1, 2, 3, 4, 5, 6, 7, 8, 9
SEGMENTS, HEARTBEAT = 10, 11
STATUS, WELCOME = 12, 13

CHANNELS = ("vibration", "percussion", "heat")
VIBRATION, PERCUSSION, HEAT = 0, 1, 2
MOTOR_CHANNELS = 2  # the first two

# Regions; 0 is "nowhere": nothing may move. The order is the wire's, never to be changed.
REGIONS = (None, "neck", "shoulders", "upper-back", "lower-back", "hips", "back")
NOWHERE = 0

# Modulator shapes; 0 is "none".
SHAPES = (None, "sine", "triangle", "saw_up", "saw_down", "square")
SINE, TRIANGLE, SAW_UP, SAW_DOWN, SQUARE = 1, 2, 3, 4, 5

# A record's flags: which channels it names, and what each motor's modulator does.
# A channel that is not named keeps its level, and its modulator goes on.
LAST = 0x01  # when this record has been played the session is complete
NAMES_VIBRATION, NAMES_PERCUSSION, NAMES_HEAT = 0x02, 0x04, 0x08
WAVE_NONE, WAVE_GOES_ON, WAVE_NEW = 0, 1, 2
WAVE_SHIFT = (4, 6)  # where each motor channel's two bits stand in the flags

# fmt: off
COMMAND = (("cmd", "u16"),)
MESSAGES = {
    HELLO: ("HELLO", COMMAND),
    ARM: ("ARM", (
        ("cmd", "u16"),
        ("boot_id", "u32"),             # as in WELCOME and STATUS
        ("limits_crc", "u32"),          # as in WELCOME, and as the device has it now
        ("regions", "u8"),              # bit n: region n will be worked; bits 0 and 7 must be 0
        ("ceiling_vibration", "u16"),   # each at most the device's own; 0 is off
        ("ceiling_percussion", "u16"),
        ("ceiling_heat_c100", "u16"),
        ("dry", "u8"),                  # not 0: hold ENABLE off until the next reset (conformance runs)
    )),
    GAIN: ("GAIN", (
        ("cmd", "u16"),
        ("gain", "u16"),                # factor on both motors
        ("gain_max", "u16"),            # its ceiling, which only falls until the next ARM
    )),
    PAUSE: ("PAUSE", COMMAND),
    RESUME: ("RESUME", COMMAND),
    STOP: ("STOP", COMMAND),
    ESTOP: ("ESTOP", COMMAND),
    CLEAR: ("CLEAR", COMMAND),
    STAMP: ("STAMP", (
        ("cmd", "u16"),
        ("config_crc", "u32"),          # as in WELCOME
    )),
    SEGMENTS: ("SEGMENTS", (
        ("epoch", "u8"),                # the device's; then records, see RECORD and WAVE
    )),
    HEARTBEAT: ("HEARTBEAT", (
        ("token", "u16"),               # changed by the application's own loop; its value says nothing
    )),
    STATUS: ("STATUS", (
        ("cmd", "u16"),                 # the newest command of this session; 0: none
        ("result", "u8"),               # what became of it
        ("epoch", "u8"),                # which SEGMENTS are taken; one more (modulo 256) at every flush
        ("acked", "u8"),                # `seq` of the newest SEGMENTS taken; 255: none of this epoch
        ("acceptable", "u8"),           # `seq` up to which frames would be taken now, of one record each
        ("playhead_ms", "u32"),         # consumed since RESUME; stands in an underrun, and after a flush
        ("buffered_ms", "u16"),         # queued and not yet consumed
        ("state", "u8"),
        ("reason", "u8"),               # why it last left RUNNING or ended a session
        ("fault", "u8"),                # the latched one
        ("flags", "u8"),                # see below
        ("gain", "u16"),                # asked for; what is in force may still be rising to it
        ("gain_max", "u16"),
        ("allowed_vibration", "u16"),   # the ceiling in force, before gain; the ramp's level in a ramp
        ("allowed_percussion", "u16"),
        ("allowed_heat_c100", "u16"),   # the session's limit in RUNNING, else 0
        ("applied_vibration", "u16"),   # what is driven, after gain and modulator
        ("applied_percussion", "u16"),
        ("applied_heat_duty", "u16"),   # power, of 10000
        ("rule_vibration", "u8"),       # what held the channel down in the last step
        ("rule_percussion", "u8"),
        ("rule_heat", "u8"),
        ("pad_c100", "u16"),            # 0: no reading to be trusted, or no heater; 1 also at or below 0 C
        ("bucket_s", "u16"),            # motor time left, whole seconds
        ("current_ma", "u16"),          # of the whole rig; 65535: not measured
        ("supply_mv", "u16"),           # 65535: not measured
        ("underruns", "u8"),            # in this session; stays at 255 once it gets there
        ("late_ticks", "u8"),           # since the reset; stays at 255 once it gets there
        ("boot_id", "u32"),
        ("ticks", "u32"),               # control steps since the reset, modulo 2^30
    )),
    WELCOME: ("WELCOME", (
        ("cmd", "u16"),                 # of the HELLO; or, where one came again, the newest command's
        ("protocol", "u8"),             # 1
        ("firmware", "s12"),            # its name and version
        ("board", "s16"),
        ("rig_id", "s16"),
        ("profile_hash", "s16"),        # of the profile that the configuration was made from
        ("channels", "u8"),             # bit n: channel n has an output
        ("heads", "u8"),                # bit n: channel n's output is a percussive head
        ("simulated", "u8"),            # 1: nothing real moves
        ("boot_id", "u32"),             # below 2^30, random, new at every reset
        ("reset_cause", "u8"),
        ("last_fault", "u8"),           # the last one latched, from before a reset too
        ("last_fault_tick", "u32"),     # when: `ticks` of its boot
        ("last_fault_channel", "u8"),   # which channel; 0 also where it concerns none
        ("last_fault_value", "u32"),    # what was seen; the table of faults says what it is
        ("last_reason", "u8"),          # why the previous session ended
        ("stamp", "u32"),               # kept by the board: `config_crc` as it was commissioned; 0: none
        ("config_crc", "u32"),          # of the configuration now; equal to `stamp`: commissioned
        ("bucket_s", "u16"),
        ("max_vibration", "u16"),       # the lower of the firmware's limit and the profile's
        ("max_percussion", "u16"),
        ("max_heat_c100", "u16"),       # 0 after a fault that locks heat
        ("region_caps", "s14"),         # 7 x u16, by region: ceiling of both motors
        ("percussion_regions", "u8"),   # bit n: percussion may work region n
        ("max_run_s", "u16"),           # of RUNNING in one session
        ("limits_crc", "u32"),          # CRC-32 of the bytes from max_vibration to max_run_s
    )),
}

# SEGMENTS carries records; each is RECORD, then for each channel that the flags name its end level
# u16 and, for a motor whose modulator is WAVE_NEW, a WAVE.
RECORD = (
    ("duration_ms", "u16"),             # 20..500
    ("region", "u8"),                   # one named at ARM, or 0: nowhere, where nothing moves
    ("flags", "u8"),                    # see above
)
WAVE = (
    ("shape", "u8"),                    # not 0
    ("rate_start_mhz", "u16"),          # at the record's start; waves 1..4000, bursts 500..10000
    ("rate_end_mhz", "u16"),            # at its end, linear between; a wave that goes on keeps it
    ("depth", "u16"),                   # 0..10000: how much of the envelope it takes away
    ("duty", "u16"),                    # 0..10000 of a turn: what a sine or triangle rises, a square is on
    ("phase", "u16"),                   # 0..9999 of a turn, at the record's start
)
# fmt: on
MIN_RECORD_MS, MAX_RECORD_MS = 20, 500

LOWERING = (PAUSE, STOP, ESTOP)  # always act; GAIN lowers too where it lowers
STOPPING = (STOP, ESTOP)  # with any session number, in any state

# STATUS flags
FLAG_DRY = 1  # ENABLE is held off, from an ARM with `dry` until the next reset
FLAG_BENCH = 2  # not commissioned: bench limits are in force
FLAG_ENABLE = 4  # the ENABLE line is being toggled: power passes
FLAG_UNDERRUN = 8  # RUNNING, and there is nothing to play just now
FLAG_SIMULATED = 16  # nothing real moves, as in WELCOME
FLAG_STOP_OPEN = 32  # the stop input is open just now
NO_READING = 0xFFFF

# What became of a command.
RESULTS = (
    "none",
    "done",
    "refused: not in this state",
    "refused: not newer than the last accepted command",
    "refused: other boot",
    "refused: limits differ",
    "refused: above the device's limit",
    "refused: region unknown or not allowed",
    "refused: too little is buffered",
    "refused: the cause of the fault is not gone for 5 s",
    "refused: a fault is latched",
    "refused: motor bucket too empty",
    "refused: no heartbeat",
    "refused: stop input is open",
    "waiting",
    "refused: configuration differs",
)
(
    R_NONE,
    R_DONE,
    R_STATE,
    R_STALE,
    R_BOOT,
    R_LIMITS,
    R_ABOVE,
    R_REGION,
    R_BUFFER,
    R_CAUSE,
    R_FAULT,
    R_BUCKET,
    R_HEARTBEAT,
    R_STOP_OPEN,
    R_WAITING,
    R_CONFIG,
) = range(16)


def kind_size(kind: str) -> int:
    """Bytes that a field of this kind takes."""
    if kind[0] == "s":
        return int(kind[1:])
    return int(kind[1:]) // 8


def size(fields: tuple[tuple[str, str], ...]) -> int:
    """Bytes that these fields take together."""
    total = 0
    for _name, kind in fields:
        total += kind_size(kind)
    return total


def offsets(fields: tuple[tuple[str, str], ...]) -> dict[str, int]:
    """{name: place of its first byte}, for code that reads and writes in place."""
    places = {}
    at = 0
    for name, kind in fields:
        places[name] = at
        at += kind_size(kind)
    return places


def get_u16(data: bytes | bytearray, at: int) -> int:
    return data[at] | data[at + 1] << 8


def put_u16(data: bytearray, at: int, value: int) -> None:
    data[at] = value & 0xFF
    data[at + 1] = value >> 8 & 0xFF


def pack(fields: tuple[tuple[str, str], ...], values: dict[str, int | str | bytes]) -> bytes:
    """Bytes of a message from {name: value}.

    Raises ValueError, naming the field, for a value that is missing or does not fit.
    """
    out = bytearray()
    for name, kind in fields:
        if name not in values:
            raise ValueError(f"{name} is missing")
        value = values[name]
        width = kind_size(kind)
        if not isinstance(value, int):
            raw = value.encode() if isinstance(value, str) else bytes(value)
            if len(raw) > width:
                raise ValueError(f"{name} takes {len(raw)} bytes, at most {width} fit")
            out += raw + bytes(width - len(raw))
            continue
        if not 0 <= value < 1 << 8 * width:
            raise ValueError(f"{name} is {value}, allowed 0..{(1 << 8 * width) - 1}")
        for _ in range(width):
            out.append(value & 0xFF)
            value >>= 8
    return bytes(out)


def unpack(fields: tuple[tuple[str, str], ...], data: bytes) -> dict[str, int | bytes]:
    """{name: value} from the bytes of a message; text fields come as bytes.

    Raises ValueError when there are too few bytes. Bytes beyond the last field are left alone.
    """
    if len(data) < size(fields):
        raise ValueError(f"{len(data)} bytes, {size(fields)} needed")
    values: dict[str, int | bytes] = {}
    at = 0
    for name, kind in fields:
        width = kind_size(kind)
        if kind[0] == "s":
            values[name] = bytes(data[at : at + width])
        else:
            value = 0
            for i in range(width - 1, -1, -1):
                value = value << 8 | data[at + i]
            values[name] = value
        at += width
    return values
