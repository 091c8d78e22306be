"""A session in a few words: when, how long, how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from host_cli.exits import IN_WORDS
from host_cli.records.claims import claimed
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from host_cli.records.store import Session, Store

CUT_OFF = "how it ended is not known"


def state_of(store: Store, session: Session) -> str:
    """``ended``, ``open`` (something living writes it), or ``cut_off``."""
    if session.state == "open" and not claimed(store.path.parent, session.writer or ""):
        return "cut_off"
    return session.state


def outcome_words(session: Session, state: str) -> str:
    """How it ended, as a person reads it."""
    if state == "ended":
        return IN_WORDS.get(session.outcome or "", session.outcome or "")
    return "still running" if state == "open" else "cut off"


def ending_words(session: Session, state: str) -> str:
    """The same with where and why.

    >>> from host_cli.records.store import Session
    >>> made = Session._make([None] * len(Session._fields))._replace(t_s=192.0, at_s=192.0, planned_s=720.0)
    >>> ending_words(made, "cut_off")
    'cut off at 3:12 of 12:00: how it ended is not known'
    """
    at = f"at {clock_text(session.at_s)} of {clock_text(session.planned_s)}"
    if state != "ended":
        return f"cut off {at}: {CUT_OFF}" if state == "cut_off" else f"still running, {at}"
    zero = "outputs at zero" if session.zero_confirmed else "zero NOT confirmed"
    return f"{outcome_words(session, state)} {at}: {(session.reason or '').rstrip('.')}; {zero}"


def cut_off_words(session: Session) -> str:
    """What the next start says of a session that was cut off."""
    from host_cli.terminal import clean

    what = f"{session.kind} session {session.id} ({clean(session.program_id)}, {local(session.begun_at)})"
    return f"The {what} was {ending_words(session, 'cut_off')}."


def local(begun_at: str) -> str:
    """The operator's own time of day, to the minute."""
    return f"{datetime.fromisoformat(begun_at).astimezone():%Y-%m-%d %H:%M}"
