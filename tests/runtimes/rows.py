"""The rows that a replay writes, one per tick, and the golden form of them that is kept in the tree."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from firmware_bridge.protocol import states
from tests.runtimes.scripts.replay import ROW_BYTES

LEVELS = slice(6, 24)  # of a row: asked, allowed, applied
TICKS_A_SECOND = 100
HEADER = "# second, applied at its end (vibration, percussion, heat), CRC-32 of its 100 rows of levels\n"


@dataclass(frozen=True)
class Row:
    """One tick, for a person to read."""

    state: str
    fault: str
    reason: int
    rules: tuple[int, ...]
    asked: tuple[int, ...]
    allowed: tuple[int, ...]
    applied: tuple[int, ...]
    duties: tuple[int, ...]

    @classmethod
    def read(cls, raw: bytes) -> Row:
        state, fault, reason, *rules = raw[:6]
        words = struct.unpack("<12H", raw[6:])
        return cls(
            states.STATES[state],
            states.FAULTS[fault],
            reason,
            tuple(rules),
            *(words[at : at + 3] for at in (0, 3, 6, 9)),
        )


def rows_of(raw: bytes) -> Iterator[bytes]:
    for at in range(0, len(raw), ROW_BYTES):
        yield raw[at : at + ROW_BYTES]


def first_difference(one: bytes, other: bytes) -> str:
    """Where two runs part, in words; empty when they are the same."""
    if one == other:
        return ""
    for tick, (a, b) in enumerate(zip(rows_of(one), rows_of(other), strict=False)):
        if a != b:
            return f"tick {tick}: {Row.read(a)} against {Row.read(b)}"
    return f"{len(one) // ROW_BYTES} rows against {len(other) // ROW_BYTES}"


def golden(raw: bytes) -> str:
    """A line per second: enough to see where a run departs, and exact to the tick.

    >>> raw = bytes(18) + (1200).to_bytes(2, "little") + bytes(10)
    >>> print(golden(raw * 100).splitlines()[1])
    0 1200 0 0 f504358a
    """
    lines = []
    size = TICKS_A_SECOND * ROW_BYTES
    for second, start in enumerate(range(0, len(raw), size)):
        rows = list(rows_of(raw[start : start + size]))
        applied = Row.read(rows[-1]).applied
        crc = zlib.crc32(b"".join(row[LEVELS] for row in rows))
        lines.append(f"{second} {applied[0]} {applied[1]} {applied[2]} {crc:08x}\n")
    return HEADER + "".join(lines)
