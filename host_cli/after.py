"""After a session: how to get up, and what was done, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from host_cli.terminal import Terminal

SHOWN = ("played", "hand", "skin", "questions", "limited")  # of what a record says
MOVED_S = 10.0  # shorter, and nobody has to be told how to get up (E)
CLOSING = (
    "Stay a moment, then get up slowly: one can be wobbly.",  # S9: G1 G2
    "A glass of water, perhaps a snack, and a towel if there was oil.",  # S9: G1 G2
    "The one who held it: shake out your hands, stretch, drink.",  # S10: G1 G4
)


def after_lines(terminal: Terminal, session_id: int) -> Iterator[str]:
    """The closing cues, and the session as its record has it."""
    from host_cli.records.choice import open_records, session_of
    from host_cli.records.facts import facts
    from host_cli.records.record import read_record
    from host_cli.records.summary import summary_of
    from host_cli.terminal import clean

    store = open_records()
    record = read_record(store, session_of(store, str(session_id)))
    if record.session.t_s >= MOVED_S:
        yield from CLOSING
    summary = summary_of(record)
    for each in summary.levels:
        peaks = (
            f"asked {each.asked_peak:.2f}, allowed {each.allowed_peak:.2f}, applied {each.applied_peak:.2f}"
        )
        yield f"  {each.channel:<11}at most {peaks}"
    for name, text in facts(store, record, summary):
        if name in SHOWN:
            yield from terminal.wrap(clean(text), f"  {name:<11}")
