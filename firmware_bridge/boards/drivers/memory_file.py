"""What outlasts a reset on a computer: the stamp and the last fault, a small file for each.

The same bytes as in a microcontroller's memory. Written whole beside the old one, brought to the
disk, then put in its place: a torn write leaves the old file. A damaged stamp reads as "nothing"; a
fault whose file is there and cannot be read, whatever is wrong with it, as DAMAGED.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from firmware_bridge.boards.drivers.memory import PLACE_BYTES, packed, unpacked
from firmware_bridge.boards.pinboard import DAMAGED, FAULT

NAMES = ("stamp", "fault")  # by slot


class FileMemory:
    """Files ``stamp`` and ``fault`` in ``folder``, which is made when something is to be kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, slot: int) -> tuple[int, ...]:
        try:
            place = (self.folder / NAMES[slot]).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError:
            place = b""
        values = unpacked(place) if len(place) == PLACE_BYTES else ()
        return DAMAGED if not values and slot == FAULT else values

    def save(self, slot: int, values: tuple[int, ...]) -> None:
        """Raises OSError when it cannot be kept; the old one is still there then."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / NAMES[slot]
        beside = target.with_name(f"{target.name}.{os.getpid()}.new")
        try:
            with beside.open("wb") as file:
                file.write(packed(values))
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, target)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
