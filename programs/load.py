"""A program by name or path: found, read, parsed, validated; or rejected with every reason.

Built-in programs live in ``programs/library``, the user's in a folder of their own. Rules kept here:
nothing in that folder can break a built-in program: of an id that both have the built-in one is meant,
with a warning, and a folder that cannot be read hides only itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from programs.consequences import only_causes
from programs.consistency import check_stage, inconsistencies
from programs.diagnostics import Diagnostic
from programs.document import Program
from programs.errors import Rejected
from programs.findings import at_most, findings
from programs.phrasing import SOURCE
from programs.positions import placed
from programs.reading import parse, printable, read_text, reject
from programs.repair import in_order, mended, sound_stages
from programs.words import advice

LIBRARY = Path(__file__).parent / "library"
SUFFIXES = (".toml", ".json")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A valid program with the text it came from."""

    program: Program
    file: str
    text: str
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """A document and what is wrong with it. ``program`` is what could be read of it, mended where
    needed; it may be checked further, and it may be played only when there are no errors."""

    program: Program | None
    file: str
    text: str
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """No errors (warnings may be there)."""
        return self.program is not None and all(each.severity != "error" for each in self.diagnostics)


def load_program(ref: str | Path, user_dir: Path | None = None) -> Loaded:
    """A valid program by built-in id, id in ``user_dir``, or path. Raises :class:`Rejected`.

    >>> load_program("evening-shoulders").program.strength
    'light'
    """
    return _valid(examine_program(ref, user_dir))


def parse_program(text: str, file: str = "<text>") -> Loaded:
    """A valid program from TOML or JSON text. Raises :class:`Rejected`."""
    return _valid(examine_text(text, file))


def examine_program(ref: str | Path, user_dir: Path | None = None) -> Examined:
    """Like :func:`load_program`, but errors inside the document are returned, all of them."""
    path = find_program(ref, user_dir)
    examined = examine_text(read_text(path), str(path))
    own = None if examined.program is None else examined.program.id
    if path.stem != ref:
        return examined
    more = [_hidden(mine) for mine in program_files(user_dir) if mine.stem == ref and mine != path]
    if own is not None and own != path.stem:
        say = f"The program is called by its file, '{path.stem}', but its id is '{own}'."
        warning = Diagnostic("warning", "D108", say, ("id",), SOURCE, "Make them the same.")
        more += place([warning], examined)
    return replace(examined, diagnostics=(*examined.diagnostics, *more))


def _hidden(mine: Path) -> Diagnostic:
    """A program of the user's that has the id of a built-in one."""
    say = f"A built-in program has the id '{mine.stem}' too; that one is meant, not yours."
    hint = "Name yours by its path, or rename its file."
    return Diagnostic("warning", "D107", say, (), "", hint, printable(str(mine)))


def examine_text(text: str, file: str = "<text>") -> Examined:
    """What is right and wrong with a text. Raises :class:`Rejected` when it cannot be parsed."""
    data = parse(text, file)
    try:
        program: Program | None = Program.model_validate(data)
        found: list[Diagnostic] = []
    except ValidationError as exc:
        found = findings(exc, Program, data, advice)
        program = mended(Program, data)
    found += inconsistencies(program) if program else _what_can_be_checked(data)
    found = only_causes(found)
    sound = in_order(program) if program is not None else None
    return Examined(sound, file, text, tuple(at_most(placed(found, text, file))))


def _what_can_be_checked(data: dict[str, Any]) -> Iterable[Diagnostic]:
    for index, stage in sound_stages(data):
        yield from check_stage(stage, ("stage", index))


def _valid(examined: Examined) -> Loaded:
    if examined.program is None or not examined.ok:
        raise Rejected(examined.diagnostics)
    return Loaded(examined.program, examined.file, examined.text, examined.diagnostics)


def place(diagnostics: Iterable[Diagnostic], loaded: Loaded | Examined) -> list[Diagnostic]:
    """Diagnostics with file, line and column filled in from their ``where``, in the order of the text."""
    return placed(diagnostics, loaded.text, loaded.file)


def find_program(ref: str | Path, user_dir: Path | None = None) -> Path:
    """The file behind a built-in id, an id in ``user_dir`` or a path."""
    if ref == "":
        reject("D101", "An empty name is no program.", "", "'thrum list' shows them all; or give a path.")
    if isinstance(ref, Path) or "/" in ref or "\\" in ref or ref.endswith(SUFFIXES):
        return Path(ref)
    found = [path for path in program_files(user_dir) if path.stem == ref]
    if len(found) > 1 and found[0].parent != LIBRARY:
        places = " and ".join(f"'{path}'" for path in found)
        reject(
            "D107",
            f"Two of your programs have the id '{ref}': {places}.",
            "",
            "Name one by its path, or rename one.",
        )
    if found:
        return found[0]
    if _exists(ref):
        return Path(ref)
    return _missing(ref, user_dir)


def _exists(ref: str) -> bool:
    try:
        return Path(ref).exists()
    except (OSError, ValueError):
        return False


def _missing(ref: str, user_dir: Path | None) -> Path:
    known = [path.stem for path in program_files(user_dir)]
    close = get_close_matches(ref[:80], known, n=1, cutoff=0.5)
    hint = f"Did you mean '{close[0]}'?" if close else "'thrum list' shows them all; or give a path."
    reject("D101", f"There is no program '{printable(ref, 80)}'.", "", hint)


def program_files(user_dir: Path | None = None) -> list[Path]:
    """Every program file, built-in ones first, each group by name."""
    mine = [] if user_dir is None else _programs_in(user_dir)[0]
    return _programs_in(LIBRARY)[0] + mine


def not_listed(user_dir: Path | None) -> list[Diagnostic]:
    """What of the user's folder an id cannot reach: hidden programs, or the whole folder."""
    if user_dir is None:
        return []
    mine, reason = _programs_in(user_dir)
    if reason:
        say = f"Your own programs cannot be listed: {reason}."
        return [
            Diagnostic("warning", "D103", say, (), "", "Check its permissions.", printable(str(user_dir)))
        ]
    built_in = {path.stem for path in _programs_in(LIBRARY)[0]}
    return [_hidden(path) for path in mine if path.stem in built_in]


def _programs_in(folder: Path) -> tuple[list[Path], str]:
    """The program files of a folder, by name, and why they cannot be listed. None need be there."""
    try:
        return [path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES], ""
    except (FileNotFoundError, NotADirectoryError):
        return [], ""
    except OSError as exc:
        return [], (exc.strerror or "unknown reason").lower()
