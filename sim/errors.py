"""The errors of the simulator: one base, a built-in as co-parent, data as attributes."""

from __future__ import annotations

from pathlib import Path


class SimError(Exception):
    """Something asked of the simulator cannot be done; the message is a whole sentence."""


class UnknownFault(SimError, ValueError):
    """A ``--fault`` that does not exist or does not read. ``text`` is what was written."""

    def __init__(self, text: str, sentence: str) -> None:
        self.text = text
        super().__init__(sentence)


class ImpossibleFault(SimError, ValueError):
    """A fault that the simulated rig has no part for. ``text`` is what was written."""

    def __init__(self, text: str, sentence: str) -> None:
        self.text = text
        super().__init__(sentence)


class NotWritten(SimError, OSError):
    """An output file could not be written. ``path`` is where it should have gone."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"Cannot write {str(path)!r}: {why}. Nothing was left there; choose another place.")


class ImpossiblePerson(SimError, ValueError):
    """A person, or a room, that cannot be; the message says what is allowed."""


class BadRecord(SimError, ValueError):
    """A trace or record that cannot be read; the message says where and what is allowed there.

    ``line`` counts from 1, the header's; 0 when it is about the whole file.
    """

    def __init__(self, path: Path, sentence: str, line: int = 0) -> None:
        self.path, self.line = path, line
        super().__init__(f"{path}{f':{line}' if line else ''}: {sentence}")
