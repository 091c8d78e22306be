"""``thrum rig new``: the file of a rig, complete, with what each line means beside it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import USAGE, Quit
from host_cli.work import DEFAULT_PROFILE

if TYPE_CHECKING:
    from host_cli.terminal import Terminal

BOARDS = ("pico", "pico-2", "raspberry-pi-4", "raspberry-pi-5")


@click.command("new")
@click.argument("rig_id", metavar="ID")
@click.option("--board", type=click.Choice(BOARDS), default="pico", show_default=True, help="What drives it.")
@click.option(
    "--profile", "profile_id", default=DEFAULT_PROFILE, show_default=True, metavar="NAME",
    help="What its parts can do: a built-in profile or a path.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write it here instead of your own folder of rigs.",
)  # fmt: skip
@click.pass_obj
def rig_new_command(
    terminal: Terminal, rig_id: str, board: str, profile_id: str, output: Path | None
) -> None:
    """Begin the rig ID: a file with board, pins and parts for every output of the profile.

    Nothing is ever overwritten. Thrum chooses the pins; change them to what you wired.
    """
    from firmware_bridge.rigs.starter import started
    from host_cli.files import check_target, make_folder, write_new
    from host_cli.rig_choice import user_rigs
    from host_cli.work import open_profile

    _check_id(rig_id)
    profile = open_profile(profile_id)
    is_path = profile_id != profile.id
    named = str(Path(profile_id).absolute()) if is_path else profile_id
    target = output or user_rigs() / f"{rig_id}.toml"
    if output is None:
        make_folder(user_rigs())
    check_target(target, (".toml",))
    write_new(target, started(rig_id, board, profile, named).encode())
    terminal.say(f"Wrote {target}")
    terminal.say("Open it in an editor; what each line means stands beside it.")
    terminal.next(f"thrum rig wiring {output or rig_id}")


def _check_id(rig_id: str) -> None:
    from host_cli.rig_choice import RIG_ID_MOST
    from programs.strict import SLUG

    if not re.fullmatch(SLUG, rig_id) or len(rig_id) > RIG_ID_MOST:
        plain = unicodedata.normalize("NFKD", rig_id.lower()).encode("ascii", "ignore").decode()
        words = re.findall(r"[a-z0-9]+", plain)
        better = f" For example: {'-'.join(words)[:RIG_ID_MOST].strip('-')}" if words else ""
        say = f"An id is lower-case words joined by hyphens, of at most {RIG_ID_MOST} characters."
        raise Quit(USAGE, say + better)
