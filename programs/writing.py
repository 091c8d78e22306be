"""Files written whole or not at all, where they really are.

A file is written under a temporary name in the folder of its target and renamed when it is whole,
so no half of it is ever left under the final name. Rules kept here: a symbolic link stays one, what
it leads to is written; a file keeps its permissions, a new one gets those of the umask; what is no
regular file, or may not be written, is left alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path


def why_not(target: Path) -> str:
    """Why ``target`` cannot be written, in words; empty when it can, as far as one can see."""
    try:
        real = Path(os.path.realpath(target))
        facts = os.lstat(real)
    except FileNotFoundError:
        return _why_not_in(real.parent)
    except NotADirectoryError:
        return f"{real.parent} is no folder"
    except OSError as error:
        return _in_words(error)
    if stat.S_ISDIR(facts.st_mode):
        return "it is a directory; give the name of a file in it"
    if stat.S_ISLNK(facts.st_mode):
        return "it is a link that leads back to itself"
    if not stat.S_ISREG(facts.st_mode):
        return "it is a device or pipe, not a file"
    if not (facts.st_mode & 0o222 and os.access(real, os.W_OK)):
        return "it is read-only"
    return _why_not_in(real.parent)


def _why_not_in(folder: Path) -> str:
    if not folder.is_dir():
        return f"the folder {folder} does not exist"
    return "" if os.access(folder, os.W_OK) else f"no permission to write in {folder}"


def _in_words(error: OSError) -> str:
    if error.errno == errno.ENAMETOOLONG:
        return "its name is too long"
    return (error.strerror or str(error)).lower()


def write_whole(target: Path, chunks: Iterable[bytes]) -> None:
    """Write ``chunks`` to ``target``. Raises OSError, and then leaves nothing behind."""
    reason = why_not(target)
    if reason:
        raise OSError(errno.EACCES, reason, str(target))
    real = Path(os.path.realpath(target))
    part = real.with_name(f".thrum-{secrets.token_hex(6)}.part")  # short: a long name may just fit
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(part, flags, 0o666)  # less the umask
    try:
        with open(handle, "wb") as stream:
            stream.writelines(chunks)
        if real.exists():
            os.chmod(part, stat.S_IMODE(real.stat().st_mode))
        os.replace(part, real)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
