"""One Segment of a Timeline as one record of a SEGMENTS frame.

A record names only what changes. The encoder therefore follows what the device has: its levels,
and the phase of each modulator by the device's own integer arithmetic. A modulator that goes on is
not sent again; one that is off by more than the wire can express (100 micro-turns) is sent anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware_bridge.protocol import messages as m
from programs.timeline import Wave

if TYPE_CHECKING:
    from programs.timeline import Segment

TURN_UT = 1_000_000
PHASE_STEP_UT = 100  # the wire counts phase in 10 000 parts of a turn
_NAMES = (m.NAMES_VIBRATION, m.NAMES_PERCUSSION, m.NAMES_HEAT)
_REGION_CODES = {region: code for code, region in enumerate(m.REGIONS)}
_SHAPE_CODES = {shape: code for code, shape in enumerate(m.SHAPES)}


class RecordEncoder:
    """Encodes the segments of one epoch, in order; an epoch starts at zero without modulators.

    >>> from programs.timeline import Segment
    >>> wave = Wave("sine", 500, 500, 10000, 5000, 0)
    >>> first = Segment(0, 500, "shoulders", (2000, 0, 0), (wave, None, None))
    >>> goes_on = Wave("sine", 500, 500, 10000, 5000, 250_000)
    >>> second = Segment(500, 500, "shoulders", (2000, 0, 0), (goes_on, None, None), last=True)
    >>> encoder = RecordEncoder()
    >>> encoder.encode(first).hex(" ")
    'f4 01 02 22 d0 07 01 f4 01 f4 01 10 27 88 13 00 00'
    >>> encoder.encode(second).hex(" ")
    'f4 01 02 01'
    """

    def __init__(self) -> None:
        self._levels = [0, 0, 0]
        self._waves: list[Wave | None] = [None, None, None]  # as the device will continue them

    def encode(self, segment: Segment) -> bytes:
        """The bytes of this segment's record.

        Raises ValueError for a segment that the wire cannot carry.
        """
        duration_ms = segment.duration_ms
        if not m.MIN_RECORD_MS <= duration_ms <= m.MAX_RECORD_MS:
            raise ValueError(
                f"A segment at {segment.start_ms} ms lasts {duration_ms} ms, "
                f"allowed {m.MIN_RECORD_MS}..{m.MAX_RECORD_MS}."
            )
        flags = m.LAST if segment.last else 0
        body = bytearray()
        for channel in range(len(m.CHANNELS)):
            flags |= self._channel(channel, segment, body)
        head = bytes((duration_ms & 0xFF, duration_ms >> 8, _REGION_CODES[segment.region], flags))
        return head + body

    def _channel(self, channel: int, segment: Segment, body: bytearray) -> int:
        """Appends what this channel needs; returns its flags (0: nothing changes)."""
        level, wave = segment.levels[channel], segment.waves[channel]
        before = self._levels[channel], self._waves[channel] is None
        change = m.WAVE_NONE if channel == m.HEAT else self._wave_change(channel, wave, segment.duration_ms)
        if before == (level, wave is None) and change != m.WAVE_NEW:
            return 0
        if not 0 <= level <= m.FULL_SCALE:
            raise ValueError(f"Level {level} at {segment.start_ms} ms is outside 0..{m.FULL_SCALE}.")
        self._levels[channel] = level
        body += level.to_bytes(2, "little")
        if channel == m.HEAT:
            return _NAMES[channel]
        if change == m.WAVE_NEW and wave is not None:
            body += _wave_bytes(wave)
        return _NAMES[channel] | change << m.WAVE_SHIFT[channel]

    def _wave_change(self, channel: int, wave: Wave | None, duration_ms: int) -> int:
        """None, goes on or new; and follows the device to the end of the segment."""
        was = self._waves[channel]
        if wave is None:
            self._waves[channel] = None
            return m.WAVE_NONE
        if was is not None and _goes_on(was, wave):
            change, on_device = m.WAVE_GOES_ON, was
        else:
            change, on_device = m.WAVE_NEW, _as_sent(wave)
        self._waves[channel] = _after(on_device, duration_ms)
        return change


def _goes_on(was: Wave, wave: Wave) -> bool:
    """The device's own continuation is this wave, to within one step of the wire's phase."""
    if wave.rate_start_mhz != wave.rate_end_mhz or wave.rate_start_mhz != was.rate_end_mhz:
        return False
    if (wave.shape, wave.depth, wave.duty) != (was.shape, was.depth, was.duty):
        return False
    apart_ut = (wave.phase_ut - was.phase_ut) % TURN_UT
    return min(apart_ut, TURN_UT - apart_ut) <= PHASE_STEP_UT


def _as_sent(wave: Wave) -> Wave:
    """The wave with the phase that the wire can carry."""
    sent_ut = _phase_code(wave) * PHASE_STEP_UT
    return Wave(wave.shape, wave.rate_start_mhz, wave.rate_end_mhz, wave.depth, wave.duty, sent_ut)


def _after(wave: Wave, duration_ms: int) -> Wave:
    """What the device continues with when this segment has been played: at its last rate."""
    phase_ut = wave.phase_after_ut(duration_ms, duration_ms)
    return Wave(wave.shape, wave.rate_end_mhz, wave.rate_end_mhz, wave.depth, wave.duty, phase_ut)


def _phase_code(wave: Wave) -> int:
    """Phase 0..9999 of a turn, the nearest one."""
    return (wave.phase_ut + PHASE_STEP_UT // 2) // PHASE_STEP_UT % (TURN_UT // PHASE_STEP_UT)


def _wave_bytes(wave: Wave) -> bytes:
    out = bytearray((_SHAPE_CODES[wave.shape],))
    for value in (wave.rate_start_mhz, wave.rate_end_mhz, wave.depth, wave.duty, _phase_code(wave)):
        out += value.to_bytes(2, "little")
    return bytes(out)
