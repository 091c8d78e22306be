"""Frames to the byte: the header, COBS at its block boundaries, room, and what a decoder drops.

The wire is restated here: 00, COBS of (version 1 and kind, seq, session u16, payload, CRC-32), 00;
at most 268 bytes between the zeros.
"""

from __future__ import annotations

import zlib

import pytest

from firmware_bridge.protocol import framing
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol.framing import Crc32, Decoder, Encoder, stuff, unstuff

SIZES = (0, 1, 2, 252, 253, 254, 255, 256, 507, 508, 509, 510, 511, 762)


def cobs(data: bytes) -> bytes:
    """Each block: its length plus one, then its bytes; a block of 254 stands for no zero."""
    out = bytearray()
    rest = data + b"\x00"
    while rest:
        block = rest[: rest.index(0)][:254]
        out += bytes([len(block) + 1]) + block
        rest = rest[len(block) + (len(block) < 254) :]
    return bytes(out)


def body_of(kind: int, seq: int, session: int, payload: bytes, version: int = m.VERSION) -> bytes:
    body = bytes([version << 4 | kind, seq]) + session.to_bytes(2, "little") + payload
    return body + zlib.crc32(body).to_bytes(4, "little")


def wire(kind: int, seq: int, session: int, payload: bytes, version: int = m.VERSION) -> bytes:
    return b"\x00" + cobs(body_of(kind, seq, session, payload, version)) + b"\x00"


def mixed(size: int) -> bytes:
    return bytes(i * 37 % 256 for i in range(size))


# -- COBS ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fill", ["ones", "zeros", "zero first", "zero last", "mixed"])
def test_stuffing_and_unstuffing_at_every_block_boundary(size: int, fill: str) -> None:
    data = bytearray(b"\x01" * size if fill != "zeros" else bytes(size))
    if fill == "mixed":
        data = bytearray(mixed(size))
    elif size and fill.startswith("zero "):
        data[0 if fill == "zero first" else -1] = 0
    out = bytearray(b"\xee" * 1000)
    end = stuff(data, size, out, 5)
    assert bytes(out[5:end]) == b"\x00" + cobs(bytes(data)) + b"\x00"
    assert set(out[:5]) == set(out[end:]) == {0xEE}
    inner = bytearray(out[6 : end - 1])
    assert unstuff(inner, len(inner)) == size
    assert inner[:size] == data


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"\x01", 0),
        (b"\x02\x11", 1),
        (b"\x03\x11", 0),  # a block longer than what is there
        (b"\x02\x11\x02\x22", 3),
        (b"\x02\x11\x00", 0),  # no zero may be left
        (b"\x01\x01", 1),
        (b"\x03\x11\x22\x01", 3),
        (b"\xff" + b"\x07" * 254, 254),
        (b"\xff" + b"\x07" * 254 + b"\x01", 254),
        (b"\xff" + b"\x07" * 254 + b"\x02\x08", 255),
        (b"\xfe" + b"\x07" * 253 + b"\x02\x08", 255),
        (b"\xff" + b"\x07" * 253, 0),
    ],
)
def test_what_is_cobs_and_what_is_not(data: bytes, size: int) -> None:
    assert unstuff(bytearray(data), len(data)) == size


def test_only_the_bytes_that_count_are_unstuffed() -> None:
    body = bytearray(b"\x02\x11\x02\x22\x02\x33")
    assert unstuff(body, 4) == 3
    assert body[:3] == b"\x11\x00\x22"
    assert unstuff(bytearray(b"\x03\x11\x22"), 2) == 0


# -- encoder --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [0, 1, 9, 15])
@pytest.mark.parametrize(("seq", "session"), [(0, 0), (1, 1), (255, 65_535), (128, 0x0100), (7, 0x1234)])
@pytest.mark.parametrize("size", [0, 1, 53, 200, 250])
def test_a_frame_to_the_byte(kind: int, seq: int, session: int, size: int) -> None:
    frame = Encoder().frame(kind, seq, session, mixed(size))
    assert frame == wire(kind, seq, session, mixed(size))
    assert Decoder().frames(frame) == [(kind, seq, session, mixed(size))]


def test_an_encoder_may_be_used_again() -> None:
    encoder = Encoder()
    assert len(encoder.body) == 268
    for size in (100, 3, 0, 50):
        assert encoder.frame(3, size, size, mixed(size)) == wire(3, size, size, mixed(size))


def test_the_longest_frame() -> None:
    payload = mixed(258)
    frame = Encoder().frame(1, 2, 3, payload)
    assert frame == wire(1, 2, 3, payload)
    assert len(frame) - 2 == 268


@pytest.mark.parametrize("size", [259, 260, 400, 1000])
def test_what_would_be_longer_makes_no_frame(size: int) -> None:
    encoder = Encoder()
    assert encoder.frame(1, 2, 3, mixed(size)) == b""
    encoder.body[:] = bytes(len(encoder.body))
    out = bytearray(b"\xee" * 2000)
    assert encoder.finish(1, 2, 3, size, out, 7) == 7
    assert set(out) == {0xEE}
    assert encoder.frame(1, 2, 3, mixed(258)) == wire(1, 2, 3, mixed(258))


@pytest.mark.parametrize("at", [0, 1, 100])
@pytest.mark.parametrize("size", [0, 10, 245, 246, 247])
def test_a_frame_that_has_no_room_is_not_begun(at: int, size: int) -> None:
    encoder = Encoder()
    payload = b"\x01" * size  # no zero saves a byte: the longest form that a frame of this size has
    encoder.body[4 : 4 + size] = payload
    whole = size + 8
    needed = at + whole + 3 + whole // 254
    small = bytearray(b"\xee" * (needed - 1))
    assert encoder.finish(5, 6, 0x0707, size, small, at) == at
    assert set(small) == {0xEE}
    enough = bytearray(b"\xee" * needed)
    end = encoder.finish(5, 6, 0x0707, size, enough, at)
    assert end == needed
    assert bytes(enough[at:end]) == wire(5, 6, 0x0707, payload)
    assert set(enough[:at]) <= {0xEE}


# -- CRC -----------------------------------------------------------------------------------------


def test_the_crc_is_the_librarys_with_and_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"", b"\x00", b"\xff", b"123456789", mixed(300)):
        crc = Crc32()
        assert (crc.low, crc.high) == (0, 0)
        exact = zlib.crc32(data)
        for library in (True, False):
            with monkeypatch.context() as change:
                change.setattr(framing, "HAS_CRC32", library)
                if not library:
                    change.setattr(framing, "crc32", None)
                for _ in range(2):
                    crc.run(data, len(data))
                    assert (crc.low, crc.high) == (exact & 0xFFFF, exact >> 16)
        crc.run(data + b"more", len(data))
        assert crc.high << 16 | crc.low == exact
        crc.run_table(data + b"more", len(data))
        assert crc.high << 16 | crc.low == exact


def test_the_tables_of_the_crc() -> None:
    for upper, shift in ((False, 0), (True, 16)):
        table = framing._crc_table(upper)
        assert len(table) == 256
        assert all(0 <= word <= 0xFFFF for word in table)
        for index in range(256):
            word = index
            for _ in range(8):
                word = word >> 1 ^ (0xEDB88320 if word & 1 else 0)
            assert table[index] == word >> shift & 0xFFFF


# -- decoder --------------------------------------------------------------------------------------


def test_a_new_decoder_has_seen_nothing() -> None:
    decoder = Decoder()
    assert len(decoder.body) == 268
    seen = (decoder.kind, decoder.seq, decoder.session, decoder.length, decoder.good, decoder.bad)
    assert (*seen, decoder.wrong_version) == (0, 0, 0, 0, 0, 0, 0)


def test_a_frame_is_complete_with_its_last_byte() -> None:
    decoder = Decoder()
    frame = wire(9, 8, 0x0706, b"\x05\x00\x04")
    for byte in frame[:-1]:
        assert decoder.push(byte) is False
    assert decoder.push(frame[-1]) is True
    assert (decoder.kind, decoder.seq, decoder.session, decoder.length) == (9, 8, 0x0706, 3)
    assert decoder.body[4:7] == b"\x05\x00\x04"
    assert (decoder.good, decoder.bad) == (1, 0)


def test_each_frame_and_each_piece_of_noise_is_counted_once() -> None:
    decoder = Decoder()
    frame = wire(9, 8, 7, b"abc")
    for count in range(1, 4):
        assert len(decoder.frames(frame + b"\x00\x00\x00")) == 1
        assert (decoder.good, decoder.bad) == (count, count - 1)
        assert decoder.frames(b"\x07noise\x00") == []
        assert (decoder.good, decoder.bad) == (count, count)


def test_frames_may_share_a_delimiter() -> None:
    frame = wire(1, 2, 3, b"x")
    assert len(Decoder().frames(frame + frame[1:] + frame[1:])) == 3


@pytest.mark.parametrize("size", range(8))
def test_less_than_header_and_crc_is_no_frame(size: int) -> None:
    decoder = Decoder()
    assert decoder.frames(cobs(mixed(size)) + b"\x00") == []
    assert decoder.bad == 1


def test_a_crc_alone_over_a_short_header_is_no_frame() -> None:
    for header in (b"\x12", b"\x12\x00", b"\x12\x00\x01"):
        body = header + zlib.crc32(header).to_bytes(4, "little")
        decoder = Decoder()
        assert decoder.frames(cobs(body) + b"\x00") == []
        assert (decoder.good, decoder.bad) == (0, 1)


def test_header_and_crc_alone_are_a_frame() -> None:
    assert Decoder().frames(wire(2, 0, 9, b"")) == [(2, 0, 9, b"")]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("bit", range(8))
def test_every_bit_of_the_crc_counts(place: int, bit: int) -> None:
    for payload in (b"abc", mixed(200)):
        body = bytearray(body_of(1, 2, 3, payload))
        body[len(body) - 4 + place] ^= 1 << bit
        decoder = Decoder()
        assert decoder.frames(b"\x00" + cobs(bytes(body)) + b"\x00") == []
        assert (decoder.good, decoder.bad, decoder.wrong_version) == (0, 1, 0)


@pytest.mark.parametrize("version", [v for v in range(16) if v != m.VERSION])
def test_other_versions_are_no_frames_of_ours(version: int) -> None:
    decoder = Decoder()
    for count in (1, 2):
        assert decoder.frames(wire(5, 6, 7, b"abc", version)) == []
        assert (decoder.good, decoder.bad, decoder.wrong_version) == (0, count, count)
    assert (decoder.kind, decoder.seq, decoder.session) == (0, 0, 0)


@pytest.mark.parametrize(("length", "kept"), [(267, True), (268, True), (269, False), (400, False)])
def test_at_most_268_bytes_stand_between_two_zeros(length: int, kept: bool) -> None:
    payload = b"\x01" * (length - 10)
    frame = wire(3, 4, 5, payload)
    if len(frame) - 2 != length:  # a CRC with zeros in it makes a frame no longer
        payload = b"\x02" * (length - 10)
        frame = wire(3, 4, 5, payload)
    assert len(frame) - 2 == length
    decoder = Decoder()
    assert decoder.frames(frame) == ([(3, 4, 5, payload)] if kept else [])
    assert (decoder.good, decoder.bad) == ((1, 0) if kept else (0, 1))
    after = wire(1, 1, 1, b"after")
    assert decoder.frames(after) == [(1, 1, 1, b"after")]


def test_a_good_frame_with_a_tail_is_too_long_and_the_next_is_heard() -> None:
    """What fills the buffer before the end is not believed, though it would be a frame."""
    frame = wire(3, 4, 5, b"\x01" * 258)
    decoder = Decoder()
    assert len(frame) - 2 == 268
    assert decoder.frames(frame[:-1] + b"\x01\x00") == []
    assert (decoder.good, decoder.bad) == (0, 1)
    assert len(decoder.frames(frame)) == 1
