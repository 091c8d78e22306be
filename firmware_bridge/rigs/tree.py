"""Writes a tree of files into a folder: whole, or not at all.

It is written beside the folder under another name, brought to the disk, and put in its place. A
folder that is there already is only replaced when it is empty or holds an earlier tree of ours.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from firmware_bridge.rigs.bundle import MANIFEST, BundleError


def write_tree(files: dict[str, bytes], folder: Path, progress: Callable[[int], None] | None = None) -> None:
    """``progress`` is called with the bytes of every file written. Raises BundleError."""
    folder = Path(os.path.realpath(folder))
    reason = why_not(folder)
    if reason:
        raise BundleError(f"{folder} cannot be written: {reason}.", "Name a folder that is not there yet.")
    mark = secrets.token_hex(4)
    fresh, old = (folder.with_name(f".{folder.name}.{mark}.{kind}") for kind in ("new", "old"))
    try:
        for name, content in files.items():
            _write(fresh / name, content)
            if progress is not None:
                progress(len(content))
        if folder.exists():
            os.rename(folder, old)
        try:
            os.rename(fresh, folder)
        except OSError:
            if old.exists():
                os.rename(old, folder)
            raise
    except OSError as error:
        raise BundleError(f"{folder} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def why_not(folder: Path) -> str:
    """Why a tree cannot be put there; empty when it can, as far as one can see."""
    if not folder.parent.is_dir():
        return f"the folder {folder.parent} does not exist"
    if not os.access(folder.parent, os.W_OK):
        return f"no permission to write in {folder.parent}"
    if not folder.exists():
        return ""
    if not folder.is_dir():
        return "it is a file"
    if os.path.ismount(folder):
        return "it is a drive; write the bundle elsewhere and copy its files onto the drive"
    if any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        return "it is not empty, and nothing in it is overwritten"
    return ""
