"""What really reached the device, read from the bytes it was given and by no code of the device.

Two frames matter for what must hold of a run: a HEARTBEAT, whose changed token is the host's sign of
life, and a RESUME, whose number is its wish for motion. Both are ten bytes long, eleven once they are
stuffed, so everything else is passed over unread (docs/protocol.md: frames; the numbers restated).
"""

from __future__ import annotations

from zlib import crc32

STUFFED = 11  # bytes of header 4, payload 2 and CRC 4 after COBS: design, wire protocol
VERSION_RESUME, VERSION_HEARTBEAT = 0x15, 0x1B  # protocol 1 in the high nibble, types 5 and 11
LONGEST = 512  # bytes kept of what has no end yet; no frame is longer than 268


class Hearing:
    """``hear`` takes what the device is given; ``token_ms`` is when a token last changed, -1 before.

    ``resume_cmd`` is the highest number of a RESUME that arrived in ``session``.

    >>> from firmware_bridge.protocol.framing import Encoder
    >>> hearing = Hearing()
    >>> hearing.hear(Encoder().frame(11, 0, 7, b"\\x05\\x00"), 120)
    >>> hearing.hear(Encoder().frame(11, 0, 7, b"\\x05\\x00"), 320)
    >>> hearing.hear(Encoder().frame(5, 0, 7, b"\\x03\\x00"), 330)
    >>> hearing.token_ms, hearing.resume_cmd
    (120, 3)
    """

    def __init__(self) -> None:
        self.token_ms = -1
        self.session = -1
        self.resume_cmd = 0
        self._token = -1
        self._open = b""  # a frame whose end has not come

    def hear(self, data: bytes, now_ms: int) -> None:
        *pieces, self._open = (self._open + data).split(b"\0")
        self._open = self._open[:LONGEST]
        for piece in pieces:
            if len(piece) == STUFFED:
                self._read(piece, now_ms)

    def _read(self, piece: bytes, now_ms: int) -> None:
        body = unstuffed(piece)
        kind = body[0] if len(body) == STUFFED - 1 else 0
        if kind not in (VERSION_RESUME, VERSION_HEARTBEAT):
            return
        if crc32(body[:-4]) != int.from_bytes(body[-4:], "little"):
            return
        session, value = body[2] | body[3] << 8, body[4] | body[5] << 8
        if session != self.session:
            self.session, self.resume_cmd, self._token = session, 0, -1
        if kind == VERSION_RESUME:
            self.resume_cmd = max(self.resume_cmd, value)
        elif value != self._token:
            self._token = value
            self.token_ms = now_ms


def unstuffed(piece: bytes) -> bytes:
    """COBS undone; empty when it is not COBS.

    >>> unstuffed(b"\\x03ab\\x02c"), unstuffed(b"\\x09ab")
    (b'ab\\x00c', b'')
    """
    out, at = bytearray(), 0
    while at < len(piece):
        block = piece[at]
        if not block or at + block > len(piece):
            return b""
        out += piece[at + 1 : at + block]
        at += block
        if block < 255 and at < len(piece):
            out.append(0)
    return bytes(out)
