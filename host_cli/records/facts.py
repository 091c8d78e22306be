"""What a record says in a few lines, each with a name: when, how it ended, hand, skin, questions, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.records.words import ending_words, local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from host_cli.records.record import Record
    from host_cli.records.store import Store
    from host_cli.records.summary import Summary


def facts(store: Store, record: Record, summary: Summary) -> Iterator[tuple[str, str]]:
    """Name and sentence, in the order in which they are shown."""
    own = record.session
    yield "began", f"{local(own.begun_at)}, operator {own.operator}, Thrum {own.thrum}"
    yield "ended", ending_words(own, record.state)
    first = f", from stage {own.from_stage}" if own.from_stage else ""
    yield "played", f"{own.strength}{first}, on {own.profile_id}{_gain(summary)}"
    stamp = "commissioned" if own.commissioned else "not commissioned"
    yield "rig", f"{own.rig_id or 'no name'} ({own.board} {own.firmware}) at {own.address}, {stamp}"
    yield "hand", _hand(store, record, summary)
    yield "skin", _skin(summary)
    yield "questions", _questions(record, summary)
    yield "limited", _counted(summary.limited) or "by nothing"


def _gain(summary: Summary) -> str:
    low, high = summary.gain
    factor = f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f}"
    lowered = f", lowered by the answers to {summary.gain_max:.2f} at most" if summary.gain_max < 1.0 else ""
    return f", strength x{factor}{lowered}"


def _hand(store: Store, record: Record, summary: Summary) -> str:
    points = f"{_points(summary.hand_points)} points (estimated)"
    if record.session.kind == "SIM":
        return f"{points}, had it been real; simulated sessions do not count"
    with store.asking() as db:
        text = "SELECT day, total(points) FROM hand WHERE operator = ? AND day IN "
        text += "(SELECT day FROM hand WHERE session = ?) GROUP BY day"
        days = db.execute(text, (record.session.operator, record.session.id)).fetchall()
    return "; ".join(
        [points, *(f"{_points(total)} of 100 on {day}, all sessions together" for day, total in days)]
    )


def _points(points: float) -> str:
    return "under 0.1" if 0.0 < points < 0.1 else f"{points:.1f}"


def _skin(summary: Summary) -> str:
    if summary.cem43_min is None:
        return "no temperature on record"
    dose = "under 0.01" if summary.cem43_min < 0.01 else f"{summary.cem43_min:.2f}"
    return f"CEM43 {dose} min of at most 15; pad {summary.pad_c:.1f} °C at the most"


def _questions(record: Record, summary: Summary) -> str:
    asked = summary.questions["asked"]
    if not asked:
        return "none"
    who = (
        "by the program itself, nobody was there" if record.session.answered_by == "itself" else "by a person"
    )
    told = f"{asked} asked, {summary.questions['answered']} answered {who}"
    unanswered = summary.questions["unanswered"]
    told += f", {unanswered} x nobody in time" if unanswered else ""
    return f"{told}: {_counted(summary.answers)}" if summary.answers else told


def _counted(said: dict[str, int]) -> str:
    """Sentences, each once, with how often."""
    return "; ".join(
        f"{each.rstrip('.')} ({times} x)" if times > 1 else each.rstrip(".") for each, times in said.items()
    )
