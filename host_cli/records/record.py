"""One record, read whole: the session, what happened, what was sampled, and what it was about."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from host_cli.exits import USAGE, Quit
from host_cli.guided.events import Event, Sample
from host_cli.records.about import passes_from
from host_cli.records.packing import unpacked
from host_cli.records.store import Session, Store

if TYPE_CHECKING:
    from programs.profile import Profile
    from programs.timeline import Pass


@dataclass(frozen=True)
class Record:
    """A session with everything that is kept of it."""

    session: Session
    state: str  # ended | open | cut_off
    events: list[Event]
    samples: list[Sample]
    program_text: str
    profile_text: str
    passes: tuple[Pass, ...]  # of the whole program; none in a record of the first layout
    hand_points: float  # that it added to its day; 0 of a simulated one

    @cached_property
    def profile(self) -> Profile:
        """As it was when it was played. Raises Rejected where this version would not take it any more."""
        from programs.profile import parse_profile

        return parse_profile(self.profile_text, f"the profile of session {self.session.id}")

    @property
    def label(self) -> str:
        """``session 12 (SIM)``."""
        return f"session {self.session.id} ({self.session.kind})"


def read_record(store: Store, session: Session) -> Record:
    """Everything of one session. Raises Quit (exit 2) for what is damaged."""
    from host_cli.records.words import state_of

    with store.asking() as db:
        rows = db.execute(
            "SELECT t_s, at_s, kind, say, data FROM events WHERE session = ? ORDER BY rowid", (session.id,)
        ).fetchall()
        pieces = db.execute(
            "SELECT state, packed FROM samples WHERE session = ? ORDER BY rowid", (session.id,)
        ).fetchall()
        (points,) = db.execute("SELECT total(points) FROM hand WHERE session = ?", (session.id,)).fetchone()
    try:
        events = [Event(t_s, at_s, kind, say, json.loads(data)) for t_s, at_s, kind, say, data in rows]
        samples = [sample for state, packed in pieces for sample in unpacked(state, packed)]
        passes = passes_from(store.text(session.passes_sha256))
    except (ValueError, TypeError, KeyError, struct.error) as error:
        say = f"The record of session {session.id} is damaged."
        raise Quit(USAGE, say, "thrum log verify") from error
    return Record(
        session,
        state_of(store, session),
        events,
        samples,
        store.text(session.program_sha256),
        store.text(session.profile_hash),
        passes,
        points,
    )


def session_json(session: Session, state: str) -> dict[str, Any]:
    """A session as ``log list --json`` prints it."""
    kept = session._asdict()
    del kept["writer"], kept["intake"]
    for name in ("commissioned", "zero_confirmed"):
        kept[name] = None if kept[name] is None else bool(kept[name])
    return {**kept, "state": state}


def event_json(event: Event) -> dict[str, Any]:
    """An event as JSON has it: null for a number that is not known."""
    return {name: None if value != value else value for name, value in event.as_dict().items()}
