"""The computer as the checks see it: every place and every question to the system is a field.

``Machine.here()`` is this computer; a test gives a tree of files and plain functions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from host_cli.clock import wall_clock

if TYPE_CHECKING:
    from firmware_bridge.transport.discovery import FoundPort, Listed
    from firmware_bridge.transport.places import Places


def _may_use(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK)


def _free_bytes(folder: Path) -> int:
    import shutil

    return shutil.disk_usage(folder).free


def _version_of(package: str) -> str:
    """The installed version; "" when it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _requirements() -> list[str]:
    """What this program's own metadata ask for; none when it was never installed."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        return requires("thrum-massager") or []
    except PackageNotFoundError:
        return []


def _vcgencmd() -> str:
    """What the Pi's own tool says; "" without it. Asked only where no file tells."""
    import subprocess

    try:
        told = subprocess.run(
            ["vcgencmd", "get_throttled"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout


@dataclass(frozen=True)
class Machine:
    """``groups`` are those of this login; those of the list of groups are read from the tree."""

    root: Path
    user: str
    home: Path
    host: str
    groups: frozenset[str]
    data: Path
    config: Path
    logs: Path
    now: datetime
    system: str = "linux"  # as sys.platform says it
    python: tuple[int, int, int] = (3, 11, 0)
    executable: str = "python3"
    may_use: Callable[[Path], bool] = _may_use
    free_bytes: Callable[[Path], int] = _free_bytes
    version_of: Callable[[str], str] = _version_of
    requirements: Callable[[], list[str]] = _requirements
    vcgencmd: Callable[[], str] = _vcgencmd
    listed: Iterable[Listed] | None = field(default=None)

    @classmethod
    def here(cls) -> Machine:
        """This computer, this user."""
        import getpass
        import platform
        import sys

        from platformdirs import user_data_path, user_log_path

        from host_cli.rig_choice import user_config

        try:
            user = getpass.getuser()
        except (OSError, KeyError):  # a user without a name
            user = ""
        return cls(
            root=Path("/"),
            user=user,
            home=Path.home(),
            host=platform.node(),
            groups=_own_groups(),
            data=user_data_path("thrum", appauthor=False),
            config=user_config(),
            logs=user_log_path("thrum", appauthor=False),
            now=wall_clock(),
            system=sys.platform,
            python=sys.version_info[:3],
            executable=sys.executable,
        )

    @property
    def linux(self) -> bool:
        return self.system.startswith("linux")

    @property
    def places(self) -> Places:
        from firmware_bridge.transport.places import Places

        dev = self.at("dev")
        return Places(dev, dev / "serial" / "by-id", self.at("proc"), self.at("run/lock"))

    @cached_property
    def ports(self) -> list[FoundPort]:
        from firmware_bridge.transport.discovery import found_ports

        return found_ports(self.places, self.listed)

    @cached_property
    def pi(self) -> str:
        """The model of a Raspberry Pi; "" on any other computer."""
        model = self.read("proc/device-tree/model").strip("\0\n ")
        return model if model.startswith("Raspberry Pi") else ""

    def at(self, path: str) -> Path:
        return self.root / path

    def read(self, path: str) -> str:
        """A file's text; "" when it cannot be read."""
        try:
            return self.at(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def group_of(self, path: Path) -> str:
        """The group that owns a file, by name; "" for root's or a nameless one."""
        try:
            number = path.stat().st_gid
        except OSError:
            return ""
        rows = self._groups()
        return next((name for name, gid, _members in rows if gid == number and gid != 0), "")

    def has_group(self, group: str) -> bool:
        return any(name == group for name, _gid, _members in self._groups())

    def is_listed(self, group: str) -> bool:
        """A member by the list of groups, whatever this login still has."""
        return any(name == group and self.user in members for name, _gid, members in self._groups())

    def _groups(self) -> list[tuple[str, int, list[str]]]:
        rows = [line.split(":") for line in self.read("etc/group").splitlines()]
        return [
            (row[0], int(row[2]), row[3].split(",")) for row in rows if len(row) == 4 and row[2].isdigit()
        ]


def _own_groups() -> frozenset[str]:
    """Names of the groups of this login; none on Windows."""
    try:
        import grp
    except ImportError:
        return frozenset()
    found = set()
    for number in os.getgroups():
        try:
            found.add(grp.getgrgid(number).gr_name)
        except KeyError:
            continue
    return frozenset(found)
