"""Files that commands write: checked before the work starts, complete or not there at all.

How they are written is in :mod:`programs.writing`; here a reason becomes a sentence and an exit code.
"""

from __future__ import annotations

from pathlib import Path

from host_cli.exits import USAGE, Quit
from programs import writing


def check_target(target: Path, suffixes: tuple[str, ...] = (), command: str = "") -> Path:
    """``target``, when a file can be written there with one of the ``suffixes``.

    Raises Quit (exit 2) with the reason otherwise, and ``command`` with a name that would do.
    """
    if str(target) == "-":
        raise Quit(
            USAGE,
            "A file is written whole or not at all, so - for standard output will not do.",
            "name a file",
        )
    if suffixes and target.suffix.lower() not in suffixes and not target.is_dir():
        say = f"{target} ends in {target.suffix or 'nothing'!r}; allowed: {', '.join(suffixes)}."
        raise Quit(USAGE, say, f"{command} {target.with_suffix(suffixes[0])}" if command else "")
    reason = writing.why_not(target)
    if reason:
        hint = "" if target.parent.is_dir() else f"mkdir -p {target.parent}"
        raise Quit(USAGE, f"{target} cannot be written: {reason}.", hint)
    return target


def make_folder(folder: Path) -> Path:
    """``folder``, created when it is not there; raises Quit (exit 2) when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Quit(USAGE, f"The folder {folder} cannot be made: {error.strerror}.") from error
    return folder


def write_whole(target: Path, content: bytes) -> None:
    """Write ``content`` to ``target``, whole or not at all; raises Quit (exit 2)."""
    try:
        writing.write_whole(target, [content])
    except OSError as error:
        raise Quit(USAGE, f"{target} cannot be written: {error.strerror}.") from error


def write_new(target: Path, content: bytes) -> None:
    """Write a file that is not there yet; one that is there stays as it is. Raises Quit (exit 2)."""
    try:
        with target.open("xb") as stream:
            stream.write(content)
    except FileExistsError as error:
        raise Quit(USAGE, f"{target} is there already; it was left as it is.") from error
    except OSError as error:
        raise Quit(USAGE, f"{target} cannot be written: {error.strerror}.") from error


def told_size(target: Path) -> str:
    """A file and how large it is: nobody likes to find ten megabytes later."""
    size = target.stat().st_size
    amount = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
    return f"{target} ({amount})"
