"""What a device's memory of its motors is, on a computer: the time they may still run outlives the process.

A board keeps counting while nobody is connected; a process ends with its host. So it leaves behind how
much of the motors' time was left, and when; the next one goes on from there. Rules kept here: a process
that could not leave it (killed) is a reset, and the motors begin with what any reset grants; switching
the Pi off and on is the only "power on".
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from firmware_bridge.clock import since_boot_s
from firmware_bridge.device.limits import BUCKET_MS, BUCKET_RESTART_MS
from firmware_bridge.protocol.states import RESET_CAUSES

POWER_ON, SOFTWARE = RESET_CAUSES.index("power on"), RESET_CAUSES.index("software")
NAME = "motors"


class Rest:
    """``folder``: the rig's memory; ``boot``: what names this start of the computer."""

    def __init__(self, folder: Path, boot: str) -> None:
        self._file = folder / NAME
        self._boot = boot

    def begin(self) -> tuple[int, tuple[int, bool] | None]:
        """Reset cause; then the motors' time, ms, and whether they must rest, or None: what the controller
        grants after that reset.

        From here to :meth:`end` the file says only that a process has begun. Raises OSError when that
        cannot be written: nobody starts who could not be held to it.
        """
        found = self._read()
        self._write(None)
        if found is None or found.get("boot") != self._boot:
            return POWER_ON, None
        left_ms, at_s, locked = found.get("left_ms"), found.get("at_s"), found.get("locked")
        if not isinstance(left_ms, int) or not isinstance(at_s, int | float):
            return SOFTWARE, None
        rested_ms = int(max(0.0, since_boot_s() - at_s) * 1000)
        left_ms = max(0, min(BUCKET_MS, left_ms + rested_ms))
        return SOFTWARE, (left_ms, bool(locked) and left_ms < BUCKET_RESTART_MS)

    def end(self, left_ms: int, locked: bool) -> None:
        """The process ends regularly. Where that cannot be written, the next one finds a killed one."""
        with contextlib.suppress(OSError):
            self._write(left_ms, locked)

    def _read(self) -> dict[str, Any] | None:
        """None: there is none. A file that cannot be read is one of a process that was killed."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return {"boot": self._boot}
        return found if isinstance(found, dict) else {"boot": self._boot}

    def _write(self, left_ms: int | None, locked: bool = False) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_suffix(".new")
        values = {"boot": self._boot, "at_s": since_boot_s(), "left_ms": left_ms, "locked": locked}
        beside.write_text(json.dumps(values))
        beside.replace(self._file)
