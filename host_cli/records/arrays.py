"""Records for programs: the sessions of this user, and what was sampled in one as arrays."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from host_cli.exits import Quit
from host_cli.guided.events import Sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from numpy.typing import NDArray

    from host_cli.guided.events import Event
    from host_cli.records.record import Record
    from host_cli.records.store import Session, Store

    Found = TypeVar("Found")

LATEST = "latest"
IN_CELSIUS = ("heat_asked", "heat_allowed")  # of a sample; as columns they say so


class RecordsUnusable(RuntimeError):
    """The records cannot be read, or there is none of that number; its text is a whole sentence."""


class Records:
    """What ``thrum log`` reads. ``session_id`` is a number of ``sessions``, or "latest".

    Nothing is kept open between two calls. Raises RecordsUnusable.
    """

    def sessions(self) -> list[Session]:
        """Every session on record, newest first; of one that was cut off ``outcome`` is None."""
        from host_cli.records.store import records_file

        return _asked(lambda store: store.sessions()) if records_file().exists() else []

    def events(self, session_id: int | str = LATEST) -> list[Event]:
        """What happened, oldest first."""
        return self._record(session_id).events

    def arrays(self, session_id: int | str = LATEST) -> dict[str, NDArray[Any]]:
        """What was sampled, ten times a second: one array a column, all of one length.

        ``t_s``, ``at_s`` (session and program); ``state``; ``vibration_`` and ``percussion_`` with
        ``asked``, ``allowed``, ``applied`` (0..1 of full scale); ``heat_asked_c``, ``heat_allowed_c`` (C, 0:
        off), ``heat_applied`` (duty 0..1); ``pad_c``, ``current_a``, ``supply_v``, ``gain``, ``gain_max``
        (0..1) and ``bucket_s``. NaN: not known.
        """
        samples = self._record(session_id).samples
        columns = list(zip(*samples, strict=True)) or [()] * len(Sample._fields)
        return {
            f"{name}_c" if name in IN_CELSIUS else name: np.array(
                column, dtype=str if name == "state" else float
            )
            for name, column in zip(Sample._fields, columns, strict=True)
        }

    def _record(self, session_id: int | str) -> Record:
        from host_cli.records.choice import session_of
        from host_cli.records.record import read_record

        return _asked(lambda store: read_record(store, session_of(store, str(session_id))))


def _asked(ask: Callable[[Store], Found]) -> Found:
    """What ``ask`` finds in the user's records; what ends a command is an error for programs here."""
    from host_cli.records.choice import open_records

    try:
        with closing(open_records()) as store:
            return ask(store)
    except Quit as error:
        raise RecordsUnusable(str(error)) from error
