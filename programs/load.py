"""A program by name or path: found, read, parsed, validated; or rejected with every reason.

Built-in programs live in ``programs/library``, the user's in a folder of their own. An id that
both have is ambiguous and said so: neither hides the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

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
    if own is None or own == path.stem or path.stem != ref:
        return examined
    say = f"The program is called by its file, '{path.stem}', but its id is '{own}'."
    warning = Diagnostic("warning", "D108", say, ("id",), SOURCE, "Make them the same.")
    return replace(examined, diagnostics=(*examined.diagnostics, *place([warning], examined)))


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
    if isinstance(ref, Path) or "/" in ref or "\\" in ref or ref.endswith(SUFFIXES):
        return Path(ref)
    found = [path for path in program_files(user_dir) if path.stem == ref]
    if len(found) > 1:
        places = " and ".join(f"'{path}'" for path in found)
        reject(
            "D107",
            f"Two programs have the id '{ref}': {places}.",
            "",
            "Name one by its path, or rename yours.",
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
    folders = [LIBRARY] + ([user_dir] if user_dir is not None and user_dir.is_dir() else [])
    return [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES]
