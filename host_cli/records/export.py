"""A record as a file for other programs: CSV for figures, JSON for everything.

The CSV has the columns of a simulated trace, as far as a rig knows them, and says SIM or REAL in every
row; ``thrum exposure`` reads it. There a thermometer that is read only later would look like a dose
that is not known: rows from before its first reading are left out, and counted.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from host_cli.guided.events import Sample
from host_cli.records.record import Record, event_json, session_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMATS = ("csv", "json")
_NUMBERS = Sample._fields[3:]


def csv_lines(record: Record) -> Iterator[str]:
    """The lines of the CSV; a number that is not known is ``nan``."""
    yield ",".join(("t_s", "at_s", "kind", "state", *_NUMBERS)) + "\n"
    kind = record.session.kind
    for each in record.samples[unread(record.samples) :]:
        numbers = ",".join(f"{value:.6g}" for value in each[3:])
        yield f"{each.t_s:.3f},{each.at_s:.3f},{kind},{each.state},{numbers}\n"


def unread(samples: Sequence[Sample]) -> int:
    """How many samples come before the pad's first reading; 0 of a rig that never reads one."""
    return next((at for at, each in enumerate(samples) if not math.isnan(each.pad_c)), 0)


def as_json(record: Record) -> dict[str, Any]:
    """Everything that is kept; of the samples one list a column, null for what is not known."""
    columns = zip(*record.samples, strict=True) if record.samples else ([] for _ in Sample._fields)
    return {
        **session_json(record.session, record.state),
        "intake": record.session.intake,
        "hand_points": record.hand_points,
        "program_text": record.program_text,
        "profile": json.loads(record.profile_text or "null"),
        "events": [event_json(each) for each in record.events],
        "samples": {
            name: [None if value != value else value for value in column]
            for name, column in zip(Sample._fields, columns, strict=True)
        },
    }


def exported(record: Record, form: str) -> bytes:
    """The file's content."""
    if form == "csv":
        return "".join(csv_lines(record)).encode()
    return (json.dumps(as_json(record), indent=1, allow_nan=False) + "\n").encode()
