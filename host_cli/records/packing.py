"""Samples as bytes: 68 each, so that half an hour takes less than a megabyte and a half.

A piece is what was sampled in one go in one state. A sample is: time since the session began and place in
the program, in ms, as unsigned 32 bits; then every other number of ``Sample`` in its order, as 32 bit
floats; all little endian. NaN stays NaN.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import groupby

from host_cli.guided.events import Sample

_PACKED = struct.Struct(f"<II{len(Sample._fields) - 3}f")


def pieces(samples: Iterable[Sample]) -> Iterator[tuple[str, bytes]]:
    """(state, bytes) of samples in order, a piece for each stretch in one state.

    >>> still = Sample(0.1, 0.0, "ARMED", *[0.0] * 15)
    >>> [(state, len(packed)) for state, packed in pieces([still, still, still._replace(state="RUNNING")])]
    [('ARMED', 136), ('RUNNING', 68)]
    """
    for state, together in groupby(samples, key=lambda each: each.state):
        yield state, b"".join(_packed(each) for each in together)


def _packed(sample: Sample) -> bytes:
    return _PACKED.pack(round(sample.t_s * 1000), round(sample.at_s * 1000), *sample[3:])


def unpacked(state: str, packed: bytes) -> Iterator[Sample]:
    """The samples of a piece. Raises struct.error for what is no whole number of them."""
    for t_ms, at_ms, *numbers in _PACKED.iter_unpack(packed):
        yield Sample(t_ms / 1000, at_ms / 1000, state, *numbers)
