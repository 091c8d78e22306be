# Frames: 00 | COBS(ver_type, seq, session u16, payload, crc32 u32) | 00. CircuitPython subset.
#
# Rules: resynchronisation never trusts a length, only the zero delimiter. The decoder is total:
# whatever bytes come it never raises, it counts. Neither direction allocates once it is built
# (the CRC is kept in two 16-bit halves, because a board's small integers end at 2**30).

from firmware_bridge.protocol.messages import MAX_FRAME, VERSION

try:  # CPython has a fast one; a board computes the same from the table below
    from zlib import crc32

    HAS_CRC32 = True
except ImportError:
    HAS_CRC32 = False

HEADER = 4  # ver_type, seq, session u16
CRC = 4
MIN_BODY = HEADER + CRC


def _crc_table(upper: bool) -> list[int]:
    """One 16-bit half of the CRC-32 table (reversed polynomial 0xEDB88320)."""
    table = []
    for index in range(256):
        low, high = index, 0
        for _ in range(8):
            odd = low & 1
            low = low >> 1 | (high & 1) << 15
            high >>= 1
            if odd:
                low ^= 0x8320
                high ^= 0xEDB8
        table.append(high if upper else low)
    return table


_LOW = _crc_table(False)
_HIGH = _crc_table(True)


class Crc32:
    """CRC-32 as two 16-bit halves, ``low`` and ``high``, of the bytes last given to ``run``.

    >>> crc = Crc32()
    >>> crc.run(b"123456789", 9)
    >>> hex(crc.high), hex(crc.low)
    ('0xcbf4', '0x3926')
    """

    def __init__(self) -> None:
        self.low = 0
        self.high = 0

    def run(self, data: bytes | bytearray, end: int) -> None:
        """Over data[0:end]."""
        if HAS_CRC32:
            value = crc32(data[:end])
            self.low = value & 0xFFFF
            self.high = value >> 16
        else:
            self.run_table(data, end)

    def run_table(self, data: bytes | bytearray, end: int) -> None:
        """The same without a library and without allocating."""
        low, high = 0xFFFF, 0xFFFF
        for at in range(end):
            index = (low ^ data[at]) & 0xFF
            low = (low >> 8 | (high & 0xFF) << 8) ^ _LOW[index]
            high = high >> 8 ^ _HIGH[index]
        self.low = low ^ 0xFFFF
        self.high = high ^ 0xFFFF


class Encoder:
    """Builds frames. Write the payload into ``body`` from HEADER on, then ``finish`` it.

    >>> Encoder().frame(2, 0, 0x1234, b"\\x01\\x00").hex(" ")
    '00 02 12 04 34 12 01 05 9a 2b 2c 86 00'
    """

    def __init__(self) -> None:
        self.body = bytearray(MAX_FRAME)
        self._crc = Crc32()

    def finish(self, kind: int, seq: int, session: int, length: int, out: bytearray, at: int) -> int:
        """Writes the frame around the ``length`` bytes of payload in ``body`` to ``out`` at ``at``.

        Returns the place after it, or ``at`` when no decoder would take it or ``out`` has no room
        (then nothing is written).
        """
        body = self.body
        size = HEADER + length + CRC
        stuffed = size + 1 + size // 254
        if stuffed > MAX_FRAME or at + stuffed + 2 > len(out):
            return at
        body[0] = VERSION << 4 | kind
        body[1] = seq
        body[2] = session & 0xFF
        body[3] = session >> 8
        crc = self._crc
        crc.run(body, HEADER + length)
        end = HEADER + length
        body[end] = crc.low & 0xFF
        body[end + 1] = crc.low >> 8
        body[end + 2] = crc.high & 0xFF
        body[end + 3] = crc.high >> 8
        return stuff(body, size, out, at)

    def frame(self, kind: int, seq: int, session: int, payload: bytes) -> bytes:
        """One whole frame as bytes, none for a payload that does not fit (allocates: for the host)."""
        self.body[HEADER : HEADER + len(payload)] = payload
        out = bytearray(MAX_FRAME + 2)
        return bytes(out[: self.finish(kind, seq, session, len(payload), out, 0)])


def stuff(body: bytearray, size: int, out: bytearray, at: int) -> int:
    """Writes 00, the COBS form of body[0:size], 00 to ``out``; returns the place after it."""
    out[at] = 0
    mark = at + 1  # where the count of the present block goes
    at += 2
    count = 1
    for i in range(size):
        byte = body[i]
        if byte:
            out[at] = byte
            at += 1
            count += 1
        if byte == 0 or count == 255:
            out[mark] = count
            mark = at
            at += 1
            count = 1
    out[mark] = count
    out[at] = 0
    return at + 1


class Decoder:
    """Finds frames in a stream of bytes. Total: it never raises, it counts what it drops.

    ``push`` takes one byte and returns True when a good frame is complete; then ``kind``, ``seq``,
    ``session``, ``payload`` (a buffer; the payload starts at HEADER) and ``length`` describe it
    until the next byte. ``frames`` is the same for hosts, as tuples.

    >>> d = Decoder()
    >>> d.frames(b"noise" + Encoder().frame(2, 0, 0x1234, b"\\x01\\x00"))
    [(2, 0, 4660, b'\\x01\\x00')]
    >>> d.bad
    1
    """

    def __init__(self) -> None:
        self.body = bytearray(MAX_FRAME)
        self.kind = 0
        self.seq = 0
        self.session = 0
        self.length = 0
        self.good = 0
        self.bad = 0  # pieces that were no frame: too short, too long, wrong COBS, CRC or version
        self.wrong_version = 0  # of these, frames whose CRC was right
        self._count = 0
        self._overlong = False
        self._crc = Crc32()

    def push(self, byte: int) -> bool:
        if byte:
            count = self._count
            if count < MAX_FRAME:
                self.body[count] = byte
                self._count = count + 1
            else:
                self._overlong = True
            return False
        count = self._count
        if not count:
            return False
        overlong = self._overlong
        self._count = 0
        self._overlong = False
        if not overlong and self._open(count):
            self.good += 1
            return True
        self.bad += 1
        return False

    def _open(self, count: int) -> bool:
        """Unstuffs and checks what stands in ``body``; True when it is a frame."""
        body = self.body
        size = unstuff(body, count)
        if size < MIN_BODY:
            return False
        end = size - CRC
        crc = self._crc
        crc.run(body, end)
        if body[end] | body[end + 1] << 8 != crc.low or body[end + 2] | body[end + 3] << 8 != crc.high:
            return False
        if body[0] >> 4 != VERSION:
            self.wrong_version += 1
            return False
        self.kind = body[0] & 15
        self.seq = body[1]
        self.session = body[2] | body[3] << 8
        self.length = end - HEADER
        return True

    def frames(self, data: bytes) -> list[tuple[int, int, int, bytes]]:
        """(kind, seq, session, payload) of every good frame that ``data`` completes."""
        found = []
        for byte in data:
            if self.push(byte):
                payload = bytes(self.body[HEADER : HEADER + self.length])
                found.append((self.kind, self.seq, self.session, payload))
        return found


def unstuff(body: bytearray, count: int) -> int:
    """Undoes COBS in place over body[0:count]; returns the size, 0 when it is not COBS."""
    read = 0
    write = 0
    while read < count:
        block = body[read]
        read += 1
        end = read + block - 1
        if block == 0 or end > count:
            return 0
        while read < end:
            body[write] = body[read]
            write += 1
            read += 1
        if block < 255 and read < count:
            body[write] = 0
            write += 1
    return write
