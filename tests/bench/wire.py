"""Bytes on the wire, for each program of the library, beside what plain scripts would send.

A script sends setpoints at 100 Hz for the channels that the program uses: Firmata takes 3 bytes for
each, or sends only levels that changed (7 bits); JSON is a line ``{"t":12.34,"vibration":0.123}``.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol.framing import Decoder
from programs.catalog import catalog
from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from programs.sampling import Sampler
from programs.timeline import CHANNELS, Timeline
from sim.lockstep import Run

Floats = NDArray[np.float64]

PROFILES = ("heated-head", "percussion-massager", "vibration-pad")
FIRMATA_BYTES = 3
FRAME_BYTES = 12  # of a frame besides its payload and record bytes: delimiters, COBS, header, CRC, epoch


class Counted:
    """Counts what passes through one direction of the simulated link."""

    def __init__(self, pipe: object) -> None:
        self.bytes = 0
        self.segments = 0
        self._decoder = Decoder()
        self._send = pipe.send  # type: ignore[attr-defined]
        pipe.send = self.send  # type: ignore[attr-defined]

    def send(self, data: bytes, now_ms: int) -> None:
        self.bytes += len(data)
        for kind, _seq, _session, payload in self._decoder.frames(data):
            if kind == m.SEGMENTS:
                self.segments += len(payload) + FRAME_BYTES - 1
        self._send(data, now_ms)


def scripts(timeline: Timeline) -> tuple[int, int, int]:
    """Bytes of the three alternatives."""
    grid = Sampler(timeline).grid(10)
    used = [name for name in CHANNELS if grid[name].any()]
    setpoints = FIRMATA_BYTES * sum(len(grid[name]) for name in used)
    changed = 0
    for name in used:
        coded = np.rint(grid[name] * (127 if name != "heat" else 1)).astype(int)
        changed += FIRMATA_BYTES * (1 + int(np.count_nonzero(np.diff(coded))))
    fields = "".join(f',"{name}":0.123' for name in used)
    return setpoints, changed, len(f'{{"t":123.45{fields}}}\n') * len(grid["heat"])


def main(args: argparse.Namespace) -> None:
    print(
        "bytes a minute; segments: SEGMENTS frames with everything around them; link: both ways, all messages"
    )
    print(
        f"{'program':<26} {'min':>5} {'segments':>9} {'link':>7} "
        f"{'Firmata':>8} {'changes':>8} {'JSON':>8}  ratio"
    )
    total, all_minutes = np.zeros(5), 0.0
    for entry in catalog().entries:
        for name in PROFILES:
            profile = load_profile(name)
            timeline = compile_program(load_program(entry.id), profile).timeline
            if timeline is not None:
                break
        else:
            continue
        run = Run(timeline, profile)
        up, down = Counted(run.link.to_device), Counted(run.link.to_host)
        run.play()
        minutes = timeline.duration_ms / 60_000
        sent = np.array([up.segments, up.bytes + down.bytes, *scripts(timeline)], dtype=float)
        total, all_minutes = total + sent, all_minutes + minutes
        show(entry.id, minutes, sent)
    show("the whole library", all_minutes, total)


def show(name: str, minutes: float, sent: Floats) -> None:
    """One row: bytes a minute, and the share that segments take of Firmata's setpoints."""
    figures = " ".join(f"{v / minutes:{width}.0f}" for v, width in zip(sent, (9, 7, 8, 8, 8), strict=True))
    print(f"{name:<26} {minutes:5.0f} {figures}  {sent[0] / sent[2]:.3f}")
