"""Frames and messages: what goes in comes out, and garbage is counted, never believed."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from firmware_bridge.protocol.framing import Crc32, Decoder, Encoder, unstuff

payloads = st.binary(max_size=240)


@given(
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 255), st.integers(0, 65535), payloads), max_size=4)
)
def test_frames_come_back_whole_and_in_order(sent: list[tuple[int, int, int, bytes]]) -> None:
    encoder, decoder = Encoder(), Decoder()
    stream = b"".join(encoder.frame(*each) for each in sent)
    assert decoder.frames(stream) == sent
    assert decoder.bad == 0


@given(payloads, st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_noticed(payload: bytes, place: int, change: int) -> None:
    frame = bytearray(Encoder().frame(m.STATUS, 3, 99, payload))
    frame[place % len(frame)] ^= change
    decoder = Decoder()
    found = decoder.frames(bytes(frame) + b"\x00")
    # A flip of a delimiter may leave the frame whole; anything else must not pass as different.
    assert found in ([], [(m.STATUS, 3, 99, payload)])


@given(st.binary(max_size=600), payloads)
def test_the_decoder_is_total_and_finds_the_next_frame(noise: bytes, payload: bytes) -> None:
    decoder = Decoder()
    frame = Encoder().frame(m.ARM, 0, 1, payload)
    assert decoder.frames(noise + frame)[-1:] == [(m.ARM, 0, 1, payload)]


def test_no_frame_longer_than_the_bound_is_kept() -> None:
    decoder = Decoder()
    assert decoder.frames(b"\x01" * 100_000) == []
    assert len(decoder.body) == 268
    decoder.frames(b"\x00")
    assert decoder.bad == 1


def test_another_protocol_version_is_counted_apart() -> None:
    body = bytearray([0x20 | m.HELLO, 0, 1, 0, 1, 0])
    body += zlib.crc32(bytes(body)).to_bytes(4, "little")
    stuffed = bytearray()
    for block in bytes(body).split(b"\x00"):
        stuffed += bytes([len(block) + 1]) + block
    decoder = Decoder()
    assert decoder.frames(b"\x00" + bytes(stuffed) + b"\x00") == []
    assert (decoder.bad, decoder.wrong_version) == (1, 1)


@given(st.binary(max_size=300))
def test_both_crc_ways_agree_with_the_library(data: bytes) -> None:
    crc = Crc32()
    crc.run_table(data, len(data))
    assert crc.high << 16 | crc.low == zlib.crc32(data)
    table = (crc.high, crc.low)
    crc.run(data, len(data))
    assert (crc.high, crc.low) == table


@given(st.binary(max_size=260))
def test_unstuffing_never_runs_past_its_input(data: bytes) -> None:
    body = bytearray(data) + bytearray(8)
    assert 0 <= unstuff(body, len(data)) <= len(data)


def values_for(fields: tuple[tuple[str, str], ...]) -> st.SearchStrategy[dict[str, object]]:
    made = {}
    for name, kind in fields:
        bits = m.kind_size(kind) * 8
        text = st.binary(min_size=bits // 8, max_size=bits // 8)
        made[name] = text if kind[0] == "s" else st.integers(0, 2**bits - 1)
    return st.fixed_dictionaries(made)


@pytest.mark.parametrize("kind", sorted(m.MESSAGES))
def test_every_message_of_the_table_comes_back(kind: int) -> None:
    fields = m.MESSAGES[kind][1]

    @given(values_for(fields))
    def round_trip(values: dict[str, object]) -> None:
        packed = m.pack(fields, values)  # type: ignore[arg-type]
        assert len(packed) == m.size(fields)
        assert m.unpack(fields, packed) == values

    round_trip()


def test_values_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"gain is 65536, allowed 0\.\.65535"):
        m.pack(m.MESSAGES[m.GAIN][1], {"cmd": 1, "gain": 65536, "gain_max": 0})
    with pytest.raises(ValueError, match="gain_max is missing"):
        m.pack(m.MESSAGES[m.GAIN][1], {"cmd": 1, "gain": 0})
    with pytest.raises(ValueError, match="1 bytes, 2 needed"):
        m.unpack(m.COMMAND, b"\x01")


def test_running_frames_stay_within_64_bytes() -> None:
    for kind in (m.STATUS, m.HEARTBEAT, m.GAIN, m.PAUSE, m.STOP, m.RESUME):
        frame = Encoder().frame(kind, 0, 65535, b"\xff" * m.size(m.MESSAGES[kind][1]))
        assert len(frame) <= 64, m.MESSAGES[kind][0]
    assert len(Encoder().frame(m.SEGMENTS, 0, 65535, bytes(53))) == 64
    assert len(Encoder().frame(m.WELCOME, 0, 0, bytes(m.size(m.MESSAGES[m.WELCOME][1])))) <= 250


def test_codes_and_names_agree() -> None:
    assert m.REGIONS[1:] == ("neck", "shoulders", "upper-back", "lower-back", "hips", "back")
    assert m.SHAPES[m.SQUARE] == "square"
    assert len(m.RESULTS) == m.R_CONFIG + 1
    assert states.FAULTS[states.F_INTERNAL] == "INTERNAL"
    assert states.FAULTS[states.F_OVER_TEMPERATURE] == "OVER_TEMPERATURE"
    assert states.REASONS[states.WHY_SUPPLY] == "supply voltage low"
    assert states.RULES[states.RULE_SLEW] == "slew"
