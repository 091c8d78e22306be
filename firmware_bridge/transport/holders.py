"""Who else uses a port: processes that have it open, and lock files. Only files are read.

A lock file is that of UUCP: ``LCK..ttyACM0`` with the number of a process, in decimal, or as four
bytes in old programs. One whose process has ended is stale: it holds nothing, and is said.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.transport.places import HERE, Places


@dataclass(frozen=True)
class Holder:
    """A process that has a port open; ``locked``: it also holds the lock that pyserial takes."""

    pid: int
    name: str
    locked: bool = False

    def __str__(self) -> str:
        return f"{self.name or 'a program'} (process {self.pid})"


@dataclass(frozen=True)
class LockFile:
    """``holder`` is None when the process that wrote it is no more."""

    path: Path
    pid: int
    holder: Holder | None

    @property
    def remark(self) -> str:
        """What to say about one that holds nothing."""
        return f"{self.path} is left over from process {self.pid}, which has ended: sudo rm {self.path}"


def holders(path: str, places: Places = HERE) -> list[Holder]:
    """Processes other than this one that have the device open, the one with the lock first.

    Without the right to look into other users' processes those are missing.
    """
    real = os.path.realpath(path)
    owner = _flock_owner(real, places.proc)
    others = [pid for pid in _pids(places.proc) if pid != os.getpid()]
    pids = [pid for pid in others if _has_open(places.proc / str(pid) / "fd", real)]
    found = [Holder(pid, name_of(pid, places), pid == owner) for pid in pids]
    return sorted(found, key=lambda each: (not each.locked, each.pid))


def lock_file(path: str, places: Places = HERE) -> LockFile | None:
    """The lock file of a device, by the name that was given or the one it leads to."""
    for name in dict.fromkeys((path, os.path.realpath(path))):
        file = places.locks / f"LCK..{_lock_name(name, places.dev)}"
        try:
            content = file.read_bytes()[:64]
        except OSError:
            continue
        pid = _pid_in(content)
        if pid == os.getpid():
            continue
        alive = pid > 0 and (places.proc / str(pid)).is_dir()
        return LockFile(file, pid, Holder(pid, name_of(pid, places)) if alive else None)
    return None


def name_of(pid: int, places: Places = HERE) -> str:
    """The name of a process; "" when there is none."""
    try:
        return (places.proc / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def running(name: str, places: Places = HERE) -> int | None:
    """The number of a process of that name; None when there is none."""
    return next((pid for pid in _pids(places.proc) if name_of(pid, places) == name), None)


def _pids(proc: Path) -> list[int]:
    try:
        return sorted(int(each) for each in os.listdir(proc) if each.isdigit())
    except OSError:
        return []


def _has_open(files: Path, real: str) -> bool:
    try:
        return any(_leads_to(files / each, real) for each in os.listdir(files))
    except OSError:  # of another user, or gone by now
        return False


def _leads_to(link: Path, real: str) -> bool:
    try:
        return os.readlink(link) == real
    except OSError:
        return False


def _flock_owner(real: str, proc: Path) -> int | None:
    """``1: FLOCK  ADVISORY  WRITE 812 00:05:1234 0 EOF``: kind, process, device and inode (proc(5))."""
    try:
        found = os.stat(real)
        lines = (proc / "locks").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    rows = [line.split() for line in lines]
    return next((int(row[4]) for row in rows if len(row) > 5 and row[1] == "FLOCK" and row[5] == place), None)


def _lock_name(path: str, dev: Path) -> str:
    """The part after /dev/, on one level.

    >>> _lock_name("/dev/pts/5", Path("/dev")), _lock_name("/dev/ttyACM0", Path("/dev"))
    ('pts_5', 'ttyACM0')
    """
    inside = Path(path)
    inside = inside.relative_to(dev) if inside.is_relative_to(dev) else Path(inside.name)
    return str(inside).replace("/", "_")


def _pid_in(content: bytes) -> int:
    """The process of a lock file; 0 when it names none.

    >>> _pid_in(b"       812\\n"), _pid_in((812).to_bytes(4, "little")), _pid_in(b"")
    (812, 812, 0)
    """
    word = content.split()[:1]
    if word and word[0].isdigit():
        return int(word[0])
    return int.from_bytes(content, "little") if len(content) == 4 else 0
