"""The command ``thrum``: which commands there are, and the border that every error stops at.

Rules kept here:
- ``thrum --help`` imports click and this table, nothing else: a command's module is imported when
  the command is used;
- whatever goes wrong ends in one sentence and an exit code of ``host_cli.exits``. What nobody
  foresaw is called a bug, and its details go to a file: no traceback reaches a user.
"""

from __future__ import annotations

import contextlib
import importlib
import shutil
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from host_cli import exits, streams
from host_cli.signals import heard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import FrameType

    from host_cli.terminal import Terminal

# name: (module under host_cli.commands, one line for the help)
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Simulate a built-in program fast, draw it, say where the files are."),
    "list": ("list", "List the programs: built in, and your own."),
    "show": ("show", "Show a program in full, like a recipe."),
    "check": ("check", "Check programs against caps, rules and a rig."),
    "plot": ("plot", "Draw a program's curves: asked, allowed, applied."),
    "diff": ("diff", "Say what differs between two programs, stage by stage."),
    "simulate": ("simulate", "Play a program on a simulated rig, much faster than real time."),
    "exposure": ("exposure", "Say what a trace exposed hand and skin to: A(8), CEM43, energy."),
    "run": ("run", "Play a program on a rig; a simulated one unless --port says otherwise."),
    "log": ("log", "Records of sessions: list, show, plot, compare, export, delete."),
    "ports": ("ports", "List what a program could be played on."),
    "doctor": ("doctor", "Look for what may keep a rig from working, and say what to do."),
    "rig": ("rig", "Describe, wire, check and commission the rigs that you built."),
    "new": ("new", "Begin a program of your own, from another or from a blank one."),
    "fmt": ("fmt", "Lay programs out evenly; comments and meaning stay."),
    "schema": ("schema", "Print the JSON Schema that editors complete and check with."),
    "faults": ("faults", "List the faults that simulate can inject, with an example of each."),
    "explain": ("explain", "Explain a code that check or doctor printed."),
    "techniques": ("words", "List the techniques a stage can use; one in full with its name."),
    "regions": ("words", "List the regions a stage can work."),
    "profiles": ("words", "List the device profiles; one in full with its name."),
    "completion": ("completion", "Print the completion script for your shell."),
}
WIDEST_HELP = 96
LONGEST_SAID = 600  # characters of a sentence that may repeat what was typed
LONGEST_ECHO = 80  # characters of what was typed that a sentence repeats
EPILOG = "A program is a built-in id, an id in your own folder, or a path. Start with: thrum demo"


class Pages(click.HelpFormatter):
    """Help pages that can be read on a narrow terminal: the left column takes a third at most."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(list(rows), min(col_max, self.width // 3), col_spacing)


click.Context.formatter_class = Pages  # of every command


class Commands(click.Group):
    """A group that imports a command only when it is used."""

    table = COMMANDS
    within = ""  # "rig ": what stands before a command of this group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        module = importlib.import_module(f"host_cli.commands.{self.table[cmd_name][0]}")
        symbol = f"{self.within}{cmd_name}_command".replace("-", "_").replace(" ", "_")
        command: click.Command = getattr(module, symbol)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.table and not args[0].startswith("-") and not ctx.resilient_parsing:
            from host_cli.terminal import clean, clip

            named = clip(clean(args[0]), LONGEST_ECHO)
            near = _nearest(args[0], self.table)
            raise click.UsageError(f"There is no command '{self.within}{named}'.{near}", ctx)
        return super().resolve_command(ctx, args)


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), 1, 0.5)
    return f" Did you mean {near[0]!r}?" if near else ""


@click.group(
    cls=Commands,
    epilog=EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="thrum-massager", prog_name="thrum", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Massage programs on a handheld massager: check, see, simulate, run.

    Not a medical device, and not certified for anything.
    """
    if ctx.invoked_subcommand is None:  # nothing was asked: say what can be
        click.echo(ctx.get_help())
    elif ctx.obj is None:
        from host_cli.terminal import Terminal

        ctx.obj = Terminal.detect()


def main(args: Sequence[str] | None = None) -> int:
    """Run the command; the exit code. Every error stops here."""
    heard_by_somebody, out, err = streams.open_all(), sys.stdout, sys.stderr
    with heard(_leave):
        try:
            result = cli.main(args, prog_name="thrum", standalone_mode=False, terminal_width=_help_width())
            code = result if isinstance(result, int) else exits.DONE
        except SystemExit as error:  # click's own way out: of shell completion, or of a broken pipe
            code = error.code if isinstance(error.code, int) and sys.stdout is out else exits.USAGE
            sys.stdout, sys.stderr = out, err  # which it had hidden behind streams of its own
        except (Exception, KeyboardInterrupt) as error:
            with contextlib.suppress(OSError):  # where nobody reads any more, the code still tells
                code = exits.USAGE
                code = _at_the_border(error)
    written = streams.flushed() and heard_by_somebody
    return code if written else code or exits.USAGE


def _help_width() -> int:
    """Columns of a help page: those of the terminal, up to what reads well."""
    return max(20, min(shutil.get_terminal_size().columns, WIDEST_HELP))


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """A signal ends a command as Ctrl-C does: what it holds is released on the way out."""
    raise KeyboardInterrupt


def _at_the_border(error: BaseException) -> int:
    """Say what went wrong; the exit code."""
    if isinstance(error, BrokenPipeError):
        streams.silence(sys.stdout)  # the reader went away: nobody is left to tell
        return exits.USAGE
    if isinstance(error, KeyboardInterrupt | click.Abort):
        click.echo("Stopped.", err=True)
        return exits.STOPPED
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        return _usage(error)
    return _known(error)


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    from host_cli.terminal import clean, clip

    click.echo(f"thrum: {clip(clean(error.format_message()), LONGEST_SAID)}", err=True)
    where = context.command_path if context is not None else "thrum"
    click.echo(f"next: {where} --help", err=True)
    return exits.USAGE


def _known(error: BaseException) -> int:
    """Errors that the packages below raise on purpose, then the ones that nobody foresaw."""
    from host_cli.terminal import Terminal
    from programs.errors import ProgramError, Rejected

    terminal = Terminal.detect()
    if isinstance(error, exits.Quit):
        return _said(terminal, str(error), error.code, error.hint)
    if isinstance(error, Rejected):
        from host_cli.findings import print_findings

        print_findings(terminal, error.diagnostics, err=True)
        return exits.REJECTED
    if isinstance(error, ProgramError):
        return _said(terminal, str(error), exits.REJECTED)
    code = _floor_code(error)
    if code is not None:
        return _said(terminal, str(error), code)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        streams.silence(sys.stdout)
        return _said(terminal, f"{place}{error.strerror}.", exits.USAGE)
    return _bug(terminal, error)


def _said(terminal: Terminal, sentence: str, code: int, hint: str = "") -> int:
    from host_cli.terminal import clip

    with contextlib.suppress(OSError):  # where nobody reads any more, the code still tells
        terminal.say(f"thrum: {clip(sentence, LONGEST_SAID)}", err=True)
        if hint:
            terminal.say(f"next: {hint}", err=True)
    return code


def _floor_code(error: BaseException) -> int | None:
    """The exit code of an error of the link or the simulator; None when it is no such error."""
    if "firmware_bridge.errors" in sys.modules:
        from firmware_bridge.errors import BridgeError, LinkLost

        if isinstance(error, BridgeError):
            return exits.FAILED if isinstance(error, LinkLost) else exits.NO_DEVICE
    if "sim.errors" in sys.modules:
        from sim.errors import SimError

        if isinstance(error, SimError):
            return exits.USAGE
    return None


def _bug(terminal: Terminal, error: BaseException) -> int:
    """Name a bug a bug; its details go to a file, or nowhere when none can be written."""
    import traceback
    from pathlib import Path

    from platformdirs import user_log_dir

    folder = Path(user_log_dir("thrum", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        report = folder / "last-crash.txt"
        report.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        where = f"The details are in {report}."
    except OSError:
        where = f"The details could not be written to {folder}."
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    return _said(terminal, f"This is a bug in thrum ({what}). {where}", exits.FAILED)
