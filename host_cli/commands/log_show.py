"""``thrum log show``: one session in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from host_cli.records.choice import LATEST, completed_ids
from host_cli.work import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from host_cli.records.record import Record
    from host_cli.records.store import Store
    from host_cli.records.summary import Levels, Summary
    from host_cli.terminal import Terminal


@click.command("show")
@click.argument("session", metavar="[ID]", default=LATEST, shell_complete=completed_ids)
@click.option("--events", "with_events", is_flag=True, help="Also everything that happened, in order.")
@json_option
@click.pass_obj
def log_show_command(terminal: Terminal, session: str, with_events: bool, as_json: bool) -> None:
    """Show session ID, or the latest: what was asked, allowed and applied, and how it ended."""
    from host_cli.records.choice import open_records, session_of
    from host_cli.records.record import read_record, session_json
    from host_cli.records.summary import summary_of
    from host_cli.terminal import say_json

    store = open_records()
    record = read_record(store, session_of(store, session))
    summary = summary_of(record)
    if as_json:
        told: dict[str, Any] = session_json(record.session, record.state)
        told |= {"summary": summary.as_json(), "samples": len(record.samples)}
        if with_events:
            told["events"] = [each.as_dict() for each in record.events]
        say_json(told)
        return
    for line in _lines(terminal, store, record, summary):
        terminal.say(line)
    if with_events:
        terminal.say()
        for line in _events(terminal, record):
            terminal.say(line)
    terminal.next(f"thrum log plot {record.session.id}")


def _lines(terminal: Terminal, store: Store, record: Record, summary: Summary) -> Iterator[str]:
    from host_cli.terminal import clean

    own = record.session
    kind = terminal.paint(own.kind, "bold")
    yield f"Session {own.id}: {terminal.paint(clean(own.title), 'bold')} ({clean(own.program_id)}), {kind}"
    for name, text in _facts(store, record, summary):
        yield from terminal.wrap(clean(text), f"  {name:<10}")
    yield from _table(terminal, record, summary)


def _facts(store: Store, record: Record, summary: Summary) -> Iterator[tuple[str, str]]:
    from host_cli.records.words import ending_words, local

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
    return f"CEM43 {summary.cem43_min:.3g} min of at most 15; pad {summary.pad_c:.1f} °C at the most"


def _questions(record: Record, summary: Summary) -> str:
    asked = summary.questions["asked"]
    if not asked:
        return "none"
    who = (
        "by the program itself, nobody was there" if record.session.answered_by == "itself" else "by a person"
    )
    told = f"{asked} asked, {summary.questions['answered']} answered {who}"
    unanswered = summary.questions["unanswered"]
    told += f", {unanswered} times no answer in time" if unanswered else ""
    return f"{told}: {_counted(summary.answers)}" if summary.answers else told


def _counted(said: dict[str, int]) -> str:
    """Sentences, each once, with how often."""
    return "; ".join(
        f"{each.rstrip('.')} ({times} x)" if times > 1 else each.rstrip(".") for each, times in said.items()
    )


def _table(terminal: Terminal, record: Record, summary: Summary) -> Iterator[str]:
    from host_cli.terminal import cells, clean, clip, clock_text

    rows = [("", "whole program", record.session.t_s, summary.levels)]
    rows += [(str(each.stage or "+"), each.title, each.played_s, each.levels) for each in summary.passes]
    width = max(12, min(40, terminal.width - 48))
    yield ""
    yield f"{'stage':<{width + 11}}{'peak/mean':<12}{'asked':<12}applied"
    for number, title, played_s, levels in rows:
        name = clip(clean(title), width)
        lead = f"{number:>2} {name}{' ' * (width - cells(name))} {clock_text(played_s):>5} "
        for each in levels or (None,):
            yield f"{lead}{_level(each)}".rstrip()
            lead = " " * cells(lead)


def _level(each: Levels | None) -> str:
    if each is None:
        return "no motor"
    asked = f"{each.asked_peak:.2f}/{each.asked_mean:.2f}"
    return f" {each.channel:<12}{asked:<12}{each.applied_peak:.2f}/{each.applied_mean:.2f}"


def _events(terminal: Terminal, record: Record) -> Iterator[str]:
    from host_cli.terminal import clean, clock_text

    for each in record.events:
        lead = f"{clock_text(each.t_s):>6} {each.kind:<11}"
        yield from terminal.wrap(clean(each.say), lead)
