"""Where a rig on this computer's pins has its file and its memory: a device that is a process has to find
by itself what a board carries in its flash.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_state_path


def rigs() -> Path:
    """The folder of the user's rig files (it need not exist)."""
    return user_config_path("thrum", appauthor=False) / "rigs"


def memory_of(rig_id: str) -> Path:
    """The folder of what outlasts the device's process: the stamp, the last fault, the motors' time."""
    return user_state_path("thrum", appauthor=False) / "rigs" / rig_id
