"""Reads a trace or a record from a CSV file, row by row, and says what it exposed hand and skin to.

Nothing is kept but sums, so a file may be as long as it likes. Rules kept here: columns go by their
names and others are passed over; a value that cannot be is named with its line, never mended.
"""

from __future__ import annotations

import csv
import math
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from programs.profile import Profile, load_profile, profile_ids
from sim.errors import BadRecord
from sim.tally import Exposed, Tally

LONGEST_LINE = 1 << 16  # characters: some hundred columns take a thousand
LONGEST_SHOWN = 40
TOLD_EVERY = 4096  # lines between two words on progress
NAN_MEANS_NONE = ("pad_c", "skin_c")  # a rig without a heater has neither
# What a value can be, by how its column's name ends: beyond it is a wrong unit or a broken record (E).
RANGES = (
    ("t_s", -1e9, 1e9),
    ("_applied", 0.0, 1.0),
    ("_c", -60.0, 300.0),
    ("_rpm", -1e6, 1e6),
    ("_a", -1000.0, 1000.0),
    ("_v", -10.0, 1000.0),
)


def exposure_of_file(
    path: Path, profile: Profile, on_progress: Callable[[float], None] | None = None
) -> Exposed:
    """Exposure of the file on a rig. ``on_progress`` is called with 0..1 of the file.

    Raises BadRecord, with the line, for anything that is not such a file.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            if stat.S_ISDIR(os.fstat(stream.fileno()).st_mode):
                raise BadRecord(path, "it is a folder; give the name of a CSV file in it.")
            size = os.fstat(stream.fileno()).st_size
            return _read(path, stream, profile, _progress(stream, size, on_progress))
    except UnicodeDecodeError as error:
        raise BadRecord(path, "it is not text, so it is no CSV file.") from error
    except OSError as error:
        why = "it is a folder" if isinstance(error, IsADirectoryError) else (error.strerror or str(error))
        raise BadRecord(path, f"it cannot be read: {why.lower()}.") from error


def _progress(stream: TextIO, size: int, tell: Callable[[float], None] | None) -> Callable[[int], None]:
    def at(line: int) -> None:
        if tell is not None and size and line % TOLD_EVERY == 0:
            tell(min(1.0, stream.buffer.tell() / size))

    return at


def _lines(path: Path, stream: TextIO, told: Callable[[int], None]) -> Iterator[str]:
    """Lines of a bounded length: what has none is no CSV file, however long it is."""
    count = 0
    while line := stream.readline(LONGEST_LINE):
        count += 1
        if len(line) >= LONGEST_LINE:
            raise BadRecord(path, f"a line has more than {LONGEST_LINE} characters; is it a CSV file?", count)
        told(count)
        yield line


def _read(path: Path, stream: TextIO, profile: Profile, told: Callable[[int], None]) -> Exposed:
    rows = csv.reader(_lines(path, stream, told), strict=True)
    try:
        header = next(rows, None)
        columns = _columns(path, header)
        tally = Tally(profile, columns)
        _check_motors(path, tally, profile)
        if not tally.wanted:
            raise BadRecord(path, _nothing_known(columns), 1)
        _add_rows(path, rows, columns, tally)
    except csv.Error as error:
        raise BadRecord(path, f"it does not read as CSV ({error}).", rows.line_num) from error
    return tally.result()


def _columns(path: Path, header: list[str] | None) -> list[str]:
    if header is None:
        raise BadRecord(path, "it is empty; a trace begins with a line of column names.")
    columns = [each.strip() for each in header]
    if "t_s" not in columns:
        say = f"no column t_s among the names in its first line ({_short(', '.join(columns))})."
        if len(columns) == 1 and any(mark in columns[0] for mark in ";\t"):
            say = "its columns are not separated by commas; write it as comma-separated values."
        raise BadRecord(path, say, 1)
    twice = next((each for each in columns if each and columns.count(each) > 1), None)
    if twice:
        raise BadRecord(path, f"the column {_short(twice)} is there twice; keep one.", 1)
    return columns


def _check_motors(path: Path, tally: Tally, profile: Profile) -> None:
    """A motor that the profile does not have belongs to another rig: its exposure would be wrong."""
    if not tally.foreign:
        return
    fits = [each for each in profile_ids() if not Tally(load_profile(each), tally.foreign).foreign]
    hint = f"add --profile {fits[0]}" if fits else "add --profile with the rig it comes from"
    raise BadRecord(
        path, f"it has {_short(', '.join(tally.foreign))}, which {profile.id} has not; {hint}.", 1
    )


def _nothing_known(columns: list[str]) -> str:
    others = ", ".join(each for each in columns if each != "t_s")
    return (
        f"nothing in it says what was done ({_short(others) or 'only t_s'}); it needs at least one of "
        "*_applied, *_speed_rpm, pad_c, skin_c, current_a."
    )


def _add_rows(path: Path, rows: Any, columns: list[str], tally: Tally) -> None:
    values = _Values(path, columns, tally)
    before_s = -math.inf
    for row in rows:
        if row:
            t_s, numbers = values.of(row, rows.line_num)
            if not t_s > before_s:
                say = f"t_s is {t_s:g} after {before_s:g}; time must go on from row to row."
                raise BadRecord(path, say, rows.line_num)
            before_s = t_s
            tally.add(t_s, numbers)
    if before_s == -math.inf:
        raise BadRecord(path, "there is no row below its line of names.", rows.line_num)


class _Values:
    """The numbers of a row that count, each within what it can be."""

    def __init__(self, path: Path, columns: list[str], tally: Tally) -> None:
        self._path, self._width = path, len(columns)
        named = ("t_s", *tally.wanted)
        self._wanted = [(columns.index(name), name, *_range(name)) for name in named]
        self._none: dict[str, bool] = {}  # whether a column that may hold nothing does

    def of(self, row: list[str], line: int) -> tuple[float, tuple[float, ...]]:
        if len(row) != self._width:
            say = f"it has {len(row)} values, the first line {self._width} names; cut off? Take it out."
            raise BadRecord(self._path, say, line)
        values = []
        for place, name, low, high in self._wanted:
            text = row[place]
            try:
                value = float(text) if "_" not in text else math.nan
            except ValueError:
                value = math.nan
            if not low <= value <= high:
                value = self._odd(name, text, low, high, line)
            elif name in NAN_MEANS_NONE and self._none.setdefault(name, False):
                raise BadRecord(self._path, f"{name} is a number here, and was none before.", line)
            values.append(value)
        return values[0], tuple(values[1:])

    def _odd(self, name: str, text: str, low: float, high: float, line: int) -> float:
        """NaN where a column may hold nothing, and has held nothing so far."""
        if name not in NAN_MEANS_NONE or text.strip().lower() not in ("nan", ""):
            say = f"{name} is {_short(text)!r}; allowed {low:g} to {high:g}."
            raise BadRecord(self._path, say, line)
        if not self._none.setdefault(name, True):
            raise BadRecord(self._path, f"{name} is missing here, and was there before.", line)
        return math.nan


def _range(name: str) -> tuple[float, float]:
    return next((low, high) for end, low, high in RANGES if name.endswith(end))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
