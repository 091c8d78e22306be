"""A board's drive against the bundle that should be on it: by what the files are, byte by byte."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.rigs.bundle import Bundle, BundleError

# What a computer or the board itself puts onto the drive.
NOT_OURS = {"boot_out.txt", ".metadata_never_index", ".Trashes", ".fseventsd", ".TemporaryItems"}
NOT_OURS |= {".DS_Store", "System Volume Information", "settings.toml", ".Trash-1000", ".Spotlight-V100"}


ANYBODYS = {"boot.py", "code.py"}  # names that any board's drive may have


@dataclass(frozen=True)
class Comparison:
    """How a drive differs from a bundle; three sorted lists of paths. ``ours``: there is a bundle at all."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    extra: tuple[str, ...]
    ours: bool = True

    @property
    def same(self) -> bool:
        return not (self.missing or self.changed or self.extra)


def compare(bundle: Bundle, drive: Path) -> Comparison:
    """What a drive lacks, what is different on it, and what is there besides.

    Raises BundleError when the drive cannot be read.
    """
    there = _files_of(drive)
    missing = sorted(bundle.files.keys() - there.keys())
    extra = sorted(there.keys() - bundle.files.keys())
    changed = []
    for name in sorted(bundle.files.keys() & there.keys()):
        try:
            if there[name].read_bytes() != bundle.files[name]:
                changed.append(name)
        except OSError as error:
            raise BundleError(f"{there[name]} cannot be read: {error.strerror}.") from error
    ours = any(name in there for name in bundle.files if name not in ANYBODYS)
    return Comparison(tuple(missing), tuple(changed), tuple(extra), ours)


def _files_of(drive: Path) -> dict[str, Path]:
    if not drive.is_dir():
        raise BundleError(
            f"There is no drive or folder {drive}.", "Plug the board in; it shows as CIRCUITPY."
        )
    found = {}
    for path in sorted(drive.rglob("*")):
        inside = path.relative_to(drive)
        ours = not any(part in NOT_OURS or part.startswith("._") for part in inside.parts)
        if ours and "__pycache__" not in inside.parts and path.is_file():
            found[inside.as_posix()] = path
    return found
