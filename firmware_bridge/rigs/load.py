"""A rig by id or path, with its profile: found, read, checked; or rejected with every reason.

Rules kept here: as strict as programs and profiles; every mistake of a file in one go, each with its
place; a profile that is named by a path stands beside the rig's file. Which folders are the user's
is said by whoever calls; nothing here opens a port.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from firmware_bridge.rigs.checks import mistakes
from firmware_bridge.rigs.document import Rig
from firmware_bridge.rigs.words import advice
from programs.diagnostics import Diagnostic
from programs.errors import Rejected
from programs.findings import at_most, findings
from programs.positions import placed
from programs.profile import Profile, load_profile
from programs.reading import parse, printable, read_text

SOURCE = "what a rig file allows"
DEFAULT_RIG_FILE = "default-rig"  # in the user's configuration folder; holds an id or a path
SUFFIXES = (".toml", ".json")


@dataclass(frozen=True, slots=True)
class ExaminedRig:
    """A rig file and what is wrong with it. ``rig`` and ``profile`` are None where none could be read."""

    rig: Rig | None
    profile: Profile | None
    file: str
    text: str
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """No errors (warnings may be there)."""
        return self.rig is not None and all(each.severity != "error" for each in self.diagnostics)


def load_rig(ref: str | Path, user_dir: Path | None = None) -> Rig:
    """A valid rig by id in ``user_dir`` (the folder of rig files) or path. Raises :class:`Rejected`."""
    examined = examine_rig(ref, user_dir)
    if examined.rig is None or not examined.ok:
        raise Rejected(examined.diagnostics)
    return examined.rig


def load_rig_profile(rig: Rig, user_dir: Path | None = None) -> Profile:
    """The profile of a rig: a built-in id, an id in ``user_dir``, or a path that begins beside the rig's
    file. Raises :class:`Rejected`."""
    return load_profile(profile_ref(rig), user_dir)


def profile_ref(rig: Rig) -> str | Path:
    """The id of the rig's profile, or its path; one that is not absolute begins beside the rig's file."""
    name = rig.profile
    if "/" in name or "\\" in name or name.endswith(SUFFIXES):
        return rig.file.parent.absolute() / name if rig.file is not None else Path(name)
    return name


def examine_rig(ref: str | Path, user_dir: Path | None = None) -> ExaminedRig:
    """Like :func:`load_rig`, but errors inside the document are returned, all of them."""
    path = find_rig(ref, user_dir)
    try:
        text = read_text(path, "rig")
        data = parse(text, str(path))
    except Rejected as error:
        raise Rejected([_of_a_rig(each) for each in error.diagnostics]) from None
    try:
        rig = Rig.model_validate(data)
    except ValidationError as exc:
        found = [_of_a_rig(each) for each in findings(exc, Rig, data, advice)]
        return ExaminedRig(None, None, str(path), text, tuple(at_most(placed(found, text, str(path)))))
    rig = rig.read_from(path, str(ref))
    profile, found = _profile_of(rig, user_dir)
    found += mistakes(rig, profile)
    if rig.id != path.stem:
        say = f"The rig is called by its file, '{printable(path.stem, 80)}', but its id is '{rig.id}'."
        hint = "Make them the same. In a copy change the id: two rigs with one id are taken for each other."
        found.append(Diagnostic("warning", "G105", say, ("id",), SOURCE, hint))
    return ExaminedRig(rig, profile, str(path), text, tuple(at_most(placed(found, text, str(path)))))


def _profile_of(rig: Rig, user_dir: Path | None) -> tuple[Profile | None, list[Diagnostic]]:
    """The profile, or what is wrong with it: one finding at the place where it is named."""
    try:
        return load_rig_profile(rig, user_dir), []
    except Rejected as error:
        first = error.diagnostics[0]
        if first.code == "D101":
            say, hint = first.message, first.hint
            return None, [Diagnostic("error", "G102", say, ("profile",), SOURCE, hint)]
        more = len(error.diagnostics) - 1
        count = f" (and {more} more)" if more else ""
        say = f"The profile '{printable(rig.profile, 80)}' has an error{count}: {first}"
        hint = "Mend the profile; 'thrum check PROGRAM --profile FILE' shows all of it."
        return None, [Diagnostic("error", "G103", say, ("profile",), SOURCE, hint)]


def find_rig(ref: str | Path, user_dir: Path | None = None) -> Path:
    """The file behind an id in ``user_dir``, or a path."""
    if isinstance(ref, Path) or "/" in ref or "\\" in ref or ref.endswith(SUFFIXES):
        path = Path(ref)
        return path if _is_there(path) else _missing(f"There is no file '{printable(str(path))}'.")
    known = {path.stem: path for path in reversed(rig_files(user_dir))}
    if ref in known:
        return known[ref]
    close = get_close_matches(ref[:80], known, n=1, cutoff=0.5)
    say = f"There is no rig '{printable(ref, 80)}'." if ref else "An empty name is no rig."
    return _missing(say, f"Did you mean '{close[0]}'?" if close else "")


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return True  # reading it says why it cannot be read


def _missing(say: str, hint: str = "") -> NoReturn:
    hint = hint or "'thrum rig show' lists yours; 'thrum rig new ID' begins one."
    raise Rejected([Diagnostic("error", "G101", say, (), "", hint)])


def rig_files(user_dir: Path | None) -> list[Path]:
    """The rig files of a folder, by name; none when it is not there or cannot be read."""
    if user_dir is None:
        return []
    try:
        return [path for path in sorted(user_dir.iterdir()) if path.suffix == ".toml"]
    except OSError:
        return []


def default_rig(config_dir: Path) -> str | None:
    """The rig that commands mean when none is named: an id or a path; None when none is set."""
    try:
        text = (config_dir / DEFAULT_RIG_FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if text and text.isprintable() else None


def _of_a_rig(found: Diagnostic) -> Diagnostic:
    """Hints that name a whole program name a whole rig instead."""
    if "thrum show" not in found.hint and "thrum list" not in found.hint:
        return found
    return replace(found, hint="Add what is missing; 'thrum rig new ID' writes a whole rig.")


def errors_of(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without the warnings."""
    return [each for each in found if each.severity == "error"]
