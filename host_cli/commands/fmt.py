"""``thrum fmt``: programs laid out evenly, comments and meaning untouched."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli import exits
from host_cli.work import json_option, path_argument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.terminal import Terminal


@click.command("fmt")
@path_argument("programs", many=True)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when a layout would change.")
@click.option(
    "--diff", "show_diff", is_flag=True, help="Write nothing; show what would change, exit 1 if so."
)
@json_option
@click.pass_obj
def fmt_command(
    terminal: Terminal, programs: tuple[str, ...], only_check: bool, show_diff: bool, as_json: bool
) -> int:
    """Lay PROGRAMs out evenly. Blanks and line ends change; comments and meaning never do."""
    from host_cli.files import check_target, write_whole
    from host_cli.terminal import say_json

    dry = only_check or show_diff
    several = [_both(ref) for ref in dict.fromkeys(programs)]
    changing = [(path, old, new) for path, old, new in several if old != new]
    if not dry:
        _refuse_built_in(programs, [path for path, _, _ in changing])
        for path, _, new in changing:
            check_target(path)
            write_whole(path, new.encode())
    if as_json:
        say_json([{"file": str(path), "changed": old != new} for path, old, new in several])
    else:
        _tell(terminal, several, dry, show_diff)
    return exits.REJECTED if dry and changing else exits.DONE


def _both(ref: str) -> tuple[Path, str, str]:
    """Where a program is, its text, and its text laid out."""
    from host_cli.work import user_programs
    from programs.layout import laid_out
    from programs.load import find_program
    from programs.reading import read_text

    path = find_program(ref, user_programs())
    text = read_text(path)
    return path, text, laid_out(text, str(path))


def _refuse_built_in(programs: Sequence[str], paths: Sequence[Path]) -> None:
    """A program that is part of Thrum is rewritten only when it was named by its path."""
    from programs.load import LIBRARY

    for path in paths:
        if path.parent == LIBRARY and str(path) not in programs:
            raise exits.Quit(
                exits.USAGE,
                f"{path.stem} is a built-in program; it is not rewritten.",
                f"thrum new my-{path.stem} --from {path.stem}",
            )


def _tell(terminal: Terminal, several: Sequence[tuple[Path, str, str]], dry: bool, show_diff: bool) -> None:
    changing = [(path, old, new) for path, old, new in several if old != new]
    for path, old, new in changing:
        if show_diff:
            _show(terminal, path, old, new)
        else:
            terminal.say(f"{path}: {'would be laid out anew' if dry else 'laid out'}")
    same = len(several) - len(changing)
    if same:
        terminal.say(f"{same} {'program is' if same == 1 else 'programs are'} laid out evenly already.")
    path = (changing or several)[0][0]
    terminal.next(f"thrum fmt {path}" if dry and changing else f"thrum check {path}")


def _show(terminal: Terminal, path: Path, old: str, new: str) -> None:
    from host_cli.terminal import clean

    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), str(path), f"{path} (laid out)", lineterm=""
    )
    for line in lines:
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        terminal.say(terminal.paint(clean(line), colour))
