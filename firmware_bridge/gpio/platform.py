"""What stands between the rig's board and this computer: Blinka's modules, and the system's own files.

The real one is :mod:`firmware_bridge.gpio.blinka`. Tests hand in another by ``--platform MODULE:ARGUMENT``,
an argument of the process that no setting and no variable can slip in; it says ``simulated = 1``, and so
does then the device to every host.
"""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BLINKA = "firmware_bridge.gpio.blinka:"


@dataclass(frozen=True)
class Computer:
    """Where the system tells about itself."""

    model: Path = Path("/proc/device-tree/model")
    dev: Path = Path("/dev")
    pwm: Path = Path("/sys/class/pwm")
    boot_id: Path = Path("/proc/sys/kernel/random/boot_id")

    @property
    def lock(self) -> Path:
        """Held by whoever drives the pins: a device file, so it is the same for every user."""
        return self.dev / "gpiochip0"

    def has(self, module: str) -> bool:
        """Whether a module is installed."""
        return find_spec(module) is not None

    def may(self, path: Path, mode: int = os.R_OK | os.W_OK) -> bool:
        """Whether this user may use a file."""
        return os.access(path, mode)


@dataclass(frozen=True)
class Platform:
    """``pins``: the module with the pins by name; then digitalio, pwmio, analogio and busio."""

    pins: Any
    digitalio: Any
    pwmio: Any
    analogio: Any
    busio: Any
    simulated: int = 0
    computer: Computer = field(default_factory=Computer)


def computer_of(spec: str) -> Computer:
    """The computer of a platform, before anything of it is imported that may not be installed."""
    name, _, argument = spec.partition(":")
    module = importlib.import_module(name)
    computer: Computer = module.computer(argument)
    return computer


def platform_of(spec: str, board: str) -> Platform:
    """The platform that ``MODULE:ARGUMENT`` names, for this board."""
    name, _, argument = spec.partition(":")
    platform: Platform = importlib.import_module(name).platform(argument, board)
    return platform
