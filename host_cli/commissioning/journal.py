"""What is kept: progress, so that an hour's work is not lost, and the record of a rig that passed.

Both by rig, CRC of its configuration and serial number of the board, where it has one: another configuration
or board is another rig, and begins anew.

Rules kept here: JSON, whole or not at all; SIM or REAL stands in every file; nothing of the person is kept.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host_cli.files import make_folder, write_whole

FORMAT = "thrum-commissioning/1"


@dataclass
class Journal:
    """``steps``: what became of each, by name. ``serial``: of the board's USB, "" where there is none."""

    folder: Path
    rig_id: str
    config_crc: int
    kind: str
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    serial: str = ""

    @property
    def _name(self) -> str:
        board = f"-{_safe(self.serial)}" if self.serial else ""
        return f"{_safe(self.rig_id) or 'rig'}-{self.config_crc:08x}-{self.kind.lower()}{board}"

    @property
    def progress_file(self) -> Path:
        return self.folder / f"{self._name}.progress.json"

    @property
    def record_file(self) -> Path:
        return self.folder / f"{self._name}.json"

    def load(self) -> None:
        """Progress from before, where there is any that can be read and is of this rig."""
        try:
            found = json.loads(self.progress_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(found, dict) and self._mine(found) and isinstance(found.get("steps"), dict):
            self.steps = {name: step for name, step in found["steps"].items() if isinstance(step, dict)}

    def _mine(self, found: dict[str, Any]) -> bool:
        mine = {"format": FORMAT, **self._of_the_rig()}
        return all(found.get(key) == value for key, value in mine.items())

    def _of_the_rig(self) -> dict[str, Any]:
        crc = f"{self.config_crc:08x}"
        return {"kind": self.kind, "rig_id": self.rig_id, "config_crc": crc, "serial": self.serial}

    def done(self, name: str, result: dict[str, Any]) -> None:
        """Keeps a step, at once."""
        self.steps[name] = result
        make_folder(self.folder)
        values = {"format": FORMAT, **self._of_the_rig(), "steps": self.steps}
        write_whole(self.progress_file, _text(values))

    def forget(self) -> None:
        """Progress is not needed any more, or not wanted."""
        self.steps = {}
        self.progress_file.unlink(missing_ok=True)

    def record(self, date: str, device: dict[str, Any]) -> Path:
        """The record of a rig that has its stamp."""
        make_folder(self.folder)
        head = {"format": FORMAT, "date": date, **self._of_the_rig()}
        write_whole(self.record_file, _text({**head, **device, "steps": self.steps}))
        return self.record_file


def _safe(text: str) -> str:
    """For the name of a file."""
    return re.sub(r"[^a-z0-9-]", "_", text.lower()[:64])


def _text(values: dict[str, Any]) -> bytes:
    return (json.dumps(values, indent=2, allow_nan=False) + "\n").encode()
