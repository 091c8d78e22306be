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
    from host_cli.records.record import event_json, read_record, session_json
    from host_cli.records.summary import summary_of
    from host_cli.terminal import say_json

    store = open_records()
    record = read_record(store, session_of(store, session))
    summary = summary_of(record)
    if as_json:
        told: dict[str, Any] = session_json(record.session, record.state)
        told |= {"summary": summary.as_json(), "samples": len(record.samples)}
        if with_events:
            told["events"] = [event_json(each) for each in record.events]
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
    from host_cli.records.facts import facts
    from host_cli.terminal import clean

    own = record.session
    kind = terminal.paint(own.kind, "bold")
    yield f"Session {own.id}: {terminal.paint(clean(own.title), 'bold')} ({clean(own.program_id)}), {kind}"
    for name, text in facts(store, record, summary):
        yield from terminal.wrap(clean(text), f"  {name:<10}")
    yield from _table(terminal, record, summary)


def _table(terminal: Terminal, record: Record, summary: Summary) -> Iterator[str]:
    from host_cli.terminal import cells, clean, clip, clock_text

    rows = [("", "whole program", record.session.t_s, summary.levels)]
    rows += [(str(each.stage or "+"), each.title, each.played_s, each.levels) for each in summary.passes]
    width = max(12, min(40, terminal.width - 56))
    yield ""
    yield f"{'stage':<{width + 11}}{'peak/mean':<12}{'asked':<11}{'allowed':<9}applied"
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
    applied = f"{each.applied_peak:.2f}/{each.applied_mean:.2f}"
    return f" {each.channel:<12}{asked:<11}{each.allowed_peak:<9.2f}{applied}"


def _events(terminal: Terminal, record: Record) -> Iterator[str]:
    from host_cli.terminal import clean, clock_text

    for each in record.events:
        lead = f"{clock_text(each.t_s):>6} {each.kind:<11}"
        yield from terminal.wrap(clean(each.say), lead)
