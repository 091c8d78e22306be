"""A host in a process of its own, to be killed: ``python -m tests.failures.host ADDRESS``.

Plays for twenty seconds; says "playing" once the motors move.
"""

from __future__ import annotations

import sys

from firmware_bridge.link import Connection
from tests.firmware_bridge.desk import ramp


def main(address: str) -> None:
    with Connection.open(address) as massager:
        massager.play(ramp(20_000))
        massager.wait_for(lambda s: s.phase == "running" and s.playhead_ms > 300, 10.0)
        sys.stdout.write("playing\n")
        sys.stdout.flush()
        massager.wait_for(lambda s: s.phase == "ended", 20.0)


if __name__ == "__main__":
    main(sys.argv[1])
