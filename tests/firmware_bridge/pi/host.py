"""A host in a process of its own, to be hurt: ``python -m tests.firmware_bridge.pi.host RIG MORE...``.

Starts the rig, plays vibration and percussion for 20 s; says which process is its guardian once both move.
"""

from __future__ import annotations

import sys

from firmware_bridge.gpio.port import open_gpio
from firmware_bridge.link import Connection
from programs.timeline import Segment, Timeline
from tests.firmware_bridge.desk import timeline


def both(duration_ms: int = 20_000) -> Timeline:
    """Vibration and percussion, up at 0.25/s to 0.15, at the end down again."""
    rows = []
    for start_ms in range(0, duration_ms, 500):
        end_ms = start_ms + 500
        level = min(1500, end_ms * 5 // 2, (duration_ms - end_ms) * 5)
        last = end_ms == duration_ms
        rows.append(Segment(start_ms, 500, "shoulders", (level, level, 0), (None, None, None), last))
    return timeline(*rows)


def main(rig: str, *more: str) -> None:
    port = open_gpio(f"gpio:{rig}", *more)
    with Connection(port) as massager:
        massager.shake_hands()
        massager.play(both())
        if massager.wait_for(lambda s: s.phase == "running" and s.playhead_ms > 300, 10.0):
            assert port.device is not None
            sys.stdout.write(f"playing {port.device.process.pid}\n")
            sys.stdout.flush()
            massager.wait_for(lambda s: s.phase == "ended", 20.0)
        sys.stdout.write(f"{massager.session.outcome}: {massager.session.reason}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
