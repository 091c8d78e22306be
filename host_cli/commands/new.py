"""``thrum new``: a program of one's own, copied from another or from a blank one that teaches."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.exits import USAGE, Quit

if TYPE_CHECKING:
    from host_cli.terminal import Terminal


@click.command("new")
@click.argument("program_id", metavar="ID")
@click.option("--from", "source", metavar="PROGRAM", help="Copy this one instead of the blank one.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write it here instead of your own folder of programs.",
)  # fmt: skip
@click.pass_obj
def new_command(terminal: Terminal, program_id: str, source: str | None, output: Path | None) -> None:
    """Begin the program ID: a copy of another with remarks, or a blank one that teaches.

    Nothing is ever overwritten.
    """
    from host_cli.files import check_target, make_folder, write_new
    from host_cli.work import user_programs

    _check_id(program_id)
    own = user_programs()
    target = output or own / f"{program_id}.toml"
    if output is None:
        _check_free(program_id)
        make_folder(own)
    check_target(target, (".toml",))
    text = _text(program_id, source, "./" if output else "../")
    write_new(target, text.encode())
    _put_schema(target.parent if output else own.parent)
    terminal.say(f"Wrote {target}")
    terminal.say("Open it in an editor; what each line means stands beside it.")
    terminal.next(f"thrum check {output or program_id} --watch")


def _text(program_id: str, source: str | None, to_schema: str) -> str:
    """The new program; a source with errors is refused with what is wrong in it."""
    from host_cli.terminal import clean
    from host_cli.work import open_program
    from programs.schema import FILE_NAME
    from programs.starter import BLANK, started

    schema = f"{to_schema}{FILE_NAME}"
    if source is None:
        return started(BLANK.read_text(encoding="utf-8"), str(BLANK), program_id, schema)
    loaded = open_program(source)
    origin = f"Copied from {loaded.program.id} ({clean(loaded.program.title)})."
    return started(loaded.text, loaded.file, program_id, schema, origin)


def _check_id(program_id: str) -> None:
    from programs.strict import SLUG

    if not re.fullmatch(SLUG, program_id) or len(program_id) > 64:
        words = re.findall(r"[a-z0-9]+", program_id.lower())
        better = f" For example: {'-'.join(words)[:64].strip('-')}" if words else ""
        raise Quit(USAGE, f"An id is lower-case words joined by hyphens, of at most 64 characters.{better}")


def _check_free(program_id: str) -> None:
    """Refuse an id that a program has: it would name two of them."""
    from host_cli.work import user_programs
    from programs.load import program_files

    own = user_programs()
    for path in program_files(own):
        if path.stem == program_id:
            raise Quit(
                USAGE,
                f"There is a program {program_id} already: {path}",
                f"thrum new {'another' if path.parent == own else 'my'}-{program_id} --from {program_id}",
            )


def _put_schema(folder: Path) -> None:
    """The schema beside the program; a file of that name that Thrum did not make is left alone."""
    from host_cli.files import write_whole
    from programs.schema import FILE_NAME, MADE_BY, schema_text

    target = folder / FILE_NAME
    try:
        ours = not target.exists() or MADE_BY in target.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    if ours:
        write_whole(target, schema_text().encode())
