"""``thrum rig bundle``: what goes onto the drive of a rig's board, written, or compared with a drive."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import DONE, FAILED, USAGE, Quit
from host_cli.work import json_option

if TYPE_CHECKING:
    from firmware_bridge.rigs.bundle import Bundle
    from firmware_bridge.rigs.document import Rig
    from host_cli.terminal import Terminal


MOST_NAMED = 20  # files of a kind; more than that is another drive, or another version


@click.command("bundle")
@click.argument("rig", metavar="RIG")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR",
    help="Write the tree here: a new folder, or one with an earlier bundle.",
)  # fmt: skip
@click.option(
    "--verify", "drive", type=click.Path(path_type=Path), metavar="PATH",
    help="Compare a board's drive with what should be on it instead.",
)  # fmt: skip
@json_option
@click.pass_obj
def rig_bundle_command(
    terminal: Terminal, rig: str, output: Path | None, drive: Path | None, as_json: bool
) -> int:
    """Write everything that goes onto the CircuitPython drive of RIG's board, or compare a drive with it.

    Exit code 4 when a drive differs.
    """
    from firmware_bridge.rigs.bundle import BundleError, make_bundle
    from firmware_bridge.rigs.load import load_rig, load_rig_profile
    from host_cli.rig_choice import user_rigs

    if output is not None and drive is not None:
        raise click.UsageError("-o writes and --verify compares: one at a time, -o first.")
    if output is None and drive is None:
        raise click.UsageError("Say where to write it (-o DIR), or which drive to compare (--verify PATH).")
    document = load_rig(rig, user_rigs())
    try:
        bundle = make_bundle(document, load_rig_profile(document, user_rigs()))
        if drive is not None:
            return _verify(terminal, bundle, document, rig, drive, as_json)
        assert output is not None
        _write(terminal, bundle, document, rig, output, as_json)
    except BundleError as error:
        raise Quit(USAGE, str(error), error.hint) from error
    return DONE


def _write(terminal: Terminal, bundle: Bundle, document: Rig, rig: str, output: Path, as_json: bool) -> None:
    from firmware_bridge.rigs.bundle import ram_of
    from firmware_bridge.rigs.tree import write_tree
    from host_cli.progress import Progress
    from host_cli.terminal import say_json

    done = 0
    with Progress(terminal, "writing", bundle.size_bytes) as progress:

        def more(count: int) -> None:
            nonlocal done
            done += count
            progress(done / bundle.size_bytes)

        write_tree(bundle.files, output, more)
    ram = ram_of(document.board)
    if as_json:
        told = {"path": str(output), "rig": document.id, "files": len(bundle.files)}
        sizes = {"size_bytes": bundle.size_bytes, "ram_bytes": bundle.ram_bytes, "board_ram_bytes": ram}
        say_json(told | sizes)
        return
    terminal.say(f"Wrote {output}: {len(bundle.files)} files, {bundle.size_bytes / 1024:.0f} kB.")
    share = round(100 * bundle.ram_bytes / ram)
    terminal.say(
        f"In memory it takes about {bundle.ram_bytes // 1024} of {ram // 1024} kB ({share} %), as measured "
        "under MicroPython; no board has measured it."
    )
    terminal.say(
        "If a bundle is on the board already, hold the rig's stop pressed while you plug it in: only then "
        "can its drive be written."
    )
    terminal.say(
        "Copy what is in the folder onto the drive CIRCUITPY, eject it, release the stop, plug in again."
    )
    terminal.next(f"thrum rig bundle {shlex.quote(rig)} --verify /path/to/CIRCUITPY")


def _verify(terminal: Terminal, bundle: Bundle, document: Rig, rig: str, drive: Path, as_json: bool) -> int:
    from firmware_bridge.rigs.drive import compare
    from host_cli.terminal import clean, say_json

    found = compare(bundle, drive)
    if as_json:
        lists = {"missing": found.missing, "changed": found.changed, "extra": found.extra}
        say_json({"path": str(drive), "same": found.same, "bundle": found.ours, **lists})
        return DONE if found.same else FAILED
    again = f"thrum rig bundle {shlex.quote(rig)}"
    if not found.ours:
        say = f"{drive} is no drive with a Thrum bundle: none of its {len(bundle.files)} files is there."
        hint = "name the drive that shows as CIRCUITPY; on a new board copy the bundle onto it first"
        raise Quit(FAILED, say, f"{hint}: {again} -o {document.id}-bundle")
    for what, names in (("missing", found.missing), ("changed", found.changed), ("extra", found.extra)):
        for name in names[:MOST_NAMED]:
            terminal.say(f"{what:<8} {clean(name)}")
        if len(names) > MOST_NAMED:
            terminal.say(f"{what:<8} and {len(names) - MOST_NAMED} more; --json lists all")
    if found.same:
        terminal.say(f"{drive} holds what rig {rig} needs, file for file.")
        told = f"thrum rig verify {shlex.quote(rig)}"
        write = f'thrum ports shows its port: write port = "..." into {document.file}, then: '
        terminal.next(told if document.port else write + told)
        return DONE
    terminal.say("The drive is not what it should be. Missing and changed files: copy the bundle again.")
    if found.extra:
        terminal.say("Extra files may run in place of the firmware: delete them from the drive.")
    terminal.next(f"{again} -o {document.id}-bundle, and copy what is in it onto the drive")
    return FAILED
