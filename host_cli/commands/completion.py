"""``thrum completion``: the script that makes a shell complete commands and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

if TYPE_CHECKING:
    from host_cli.terminal import Terminal

INSTALL = {
    "bash": 'eval "$(thrum completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(thrum completion zsh)"    # in ~/.zshrc',
    "fish": "thrum completion fish | source     # in ~/.config/fish/config.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(sorted(INSTALL)))
@click.pass_obj
def completion_command(terminal: Terminal, shell: str) -> None:
    """Print the completion script for SHELL.

    In bash: eval "$(thrum completion bash)"
    """
    from host_cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None  # every choice above has one
    script = kind(cli, {}, "thrum", "_THRUM_COMPLETE")
    terminal.say(script.source())
    terminal.say(f"next: {INSTALL[shell]}", err=True)
