"""The rig that commands mean when none is named: which it is, and how it is set.

Never guessed: it is the user's own choice, kept in a file of its own. One that cannot be used any more is
an error that says how to choose another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from host_cli.rig_choice import user_config, user_rigs

if TYPE_CHECKING:
    from pathlib import Path

    from firmware_bridge.rigs.document import Rig


def chosen_file() -> Path:
    """Where the choice is kept (it need not exist)."""
    return user_config() / "default-rig"


def chosen() -> Rig | None:
    """The default rig; None when there is none. Raises Rejected when it cannot be used."""
    if not chosen_file().exists():  # before anything heavy is imported
        return None
    from firmware_bridge.rigs.load import default_rig, load_rig
    from programs.errors import Rejected

    ref = default_rig(user_config())
    if ref is None:
        return None
    try:
        return load_rig(ref, user_rigs())
    except Rejected as error:
        if error.diagnostics[0].code != "G101":
            raise
        hint = "Choose another with 'thrum rig default RIG', or none with 'thrum rig default --none'."
        gone = replace(
            error.diagnostics[0], message=f"Your default rig '{ref}' is not there any more.", hint=hint
        )
        raise Rejected([gone]) from None


def choose(ref: str) -> None:
    """Keep ``ref`` (an id or an absolute path) as the default rig."""
    from host_cli.files import make_folder, write_whole

    make_folder(user_config())
    write_whole(chosen_file(), f"{ref}\n".encode())


def choose_none() -> None:
    """There is no default rig any more."""
    chosen_file().unlink(missing_ok=True)
