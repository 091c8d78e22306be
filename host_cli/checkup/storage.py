"""K13 to K15: where records go, how much fits, and what date they would carry."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from host_cli.checkup.finding import error, ok, warning

if TYPE_CHECKING:
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine

LITTLE_BYTES = 200_000_000  # 17 traces of ten minutes, at 12 MB each (measured: simulate --trace)
TOO_LITTLE_BYTES = 20_000_000  # hardly one
FIRST_YEAR = 2025  # nothing of this program is older: an earlier date is that of a clock without a battery
# What says that the time came from the network: systemd-timesyncd, chrony.
SYNCHRONISED = ("run/systemd/timesync/synchronized", "run/chrony/chronyd.pid")


def storage(machine: Machine) -> Iterator[Finding]:
    folder = machine.data
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    yield _writable(machine, folder)
    yield _space(machine, folder)
    yield _clock(machine)


def _writable(machine: Machine, folder: Path) -> Finding:
    """By writing: only that tells of read-only media and full quotas. Nothing stays behind."""
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"thrum")
    except OSError as exc:
        say = f"{folder} cannot be written: {exc.strerror}."
        return error("K13", say, f'sudo chown -R "$USER" "{folder}"')
    later = "" if folder == machine.data else f" ({machine.data} is made when it is needed)"
    return ok("K13", f"{folder} can be written{later}.")


def _space(machine: Machine, folder: Path) -> Finding:
    try:
        free = machine.free_bytes(folder)
    except OSError as exc:
        return warning(
            "K14", f"The free space of {folder} is not known: {exc.strerror}.", f'df -h "{folder}"'
        )
    say = f"{free / 1e6:.0f} MB are free at {folder}"
    remedy = f'du -h --max-depth=2 "{machine.data}" | sort -h'
    if free < TOO_LITTLE_BYTES:
        return error("K14", f"{say}; a record may not fit.", remedy)
    if free < LITTLE_BYTES:
        return warning("K14", f"{say}; about {LITTLE_BYTES / 1e6:.0f} MB are good to have.", remedy)
    return ok("K14", f"{say}.")


def _clock(machine: Machine) -> Finding:
    day = f"{machine.now:%Y-%m-%d}"
    if machine.now.year < FIRST_YEAR:
        say = f"The date is {day}: records would be filed under it."
        return error("K15", say, "sudo timedatectl set-ntp true  # or: sudo date -s '2026-01-31 12:00'")
    kept = any(machine.at(path).exists() for path in SYNCHRONISED)
    if machine.pi and not kept:
        say = f"The date is {day}, and nothing says that it came from the network; a Pi may have no battery."
        return warning("K15", say, "sudo timedatectl set-ntp true")
    return ok("K15", f"The date is {day}{', kept by the network' if kept else ''}.")
