"""Records of SEGMENTS as bytes, unlawful ones too: the checks send what no well-behaved host would."""

from __future__ import annotations

from collections.abc import Mapping

from firmware_bridge.protocol import messages as m

Wave = tuple[int, int, int, int, int, int]  # shape, rate at start and end (mHz), depth, duty, phase


def record(
    levels: Mapping[int, int],
    *,
    duration_ms: int = 500,
    region: int = 3,
    waves: Mapping[int, Wave] | None = None,
    last: bool = False,
) -> bytes:
    """One record: the end level of each channel that it names, and a new wave where there is one.

    >>> record({0: 1000}, last=True).hex(" ")
    'f4 01 03 03 e8 03'
    """
    flags, body = m.LAST if last else 0, b""
    for channel in sorted(levels):
        flags |= m.NAMES_VIBRATION << channel
        body += levels[channel].to_bytes(2, "little")
        wave = (waves or {}).get(channel)
        if wave is not None:
            flags |= m.WAVE_NEW << m.WAVE_SHIFT[channel]
            body += bytes([wave[0]]) + b"".join(value.to_bytes(2, "little") for value in wave[1:])
    return duration_ms.to_bytes(2, "little") + bytes([region, flags]) + body
