"""``thrum list``: which programs there are, built in and in the user's own folder, and which fit."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from host_cli.numbers import decimal
from host_cli.work import json_option
from programs.vocabulary import KINDS, POSTURES, RECIPIENTS, REGIONS, STRENGTHS, STYLES, TECHNIQUES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from host_cli.terminal import Terminal
    from programs.catalog import Catalog, Entry

NARROW = 70  # columns below which an entry takes several lines
CHANNELS = ("vibration", "percussion", "heat")


@dataclass(frozen=True)
class Wanted:
    """What a program must have to be listed; empty and None do not care.

    Of regions, techniques and channels it must have every one that is named.
    """

    regions: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    strength: str | None = None
    posture: str | None = None
    recipient: str | None = None
    kind: str | None = None
    style: str | None = None
    min_minutes: float | None = None
    max_minutes: float | None = None

    def fits(self, entry: Entry) -> bool:
        return (
            all(set(getattr(entry, name)).issuperset(getattr(self, name)) for name in _MANY)
            and all(getattr(self, name) in (None, getattr(entry, name)) for name in _ONE)
            and (self.min_minutes is None or entry.minutes >= self.min_minutes)
            and (self.max_minutes is None or entry.minutes <= self.max_minutes)
        )


_MANY = ("regions", "techniques", "channels")
_ONE = ("strength", "posture", "recipient", "kind", "style")


def _one(flag: str, words: Iterable[str], says: str, name: str = "") -> Callable[[Any], Any]:
    names = (flag, name) if name else (flag,)
    return click.option(*names, type=click.Choice(list(words)), help=says)


def _many(flag: str, name: str, words: Iterable[str], says: str) -> Callable[[Any], Any]:
    return click.option(flag, name, type=click.Choice(list(words)), multiple=True, help=says)


def _minutes(flag: str, name: str, says: str) -> Callable[[Any], Any]:
    return click.option(flag, name, type=decimal(0, 1000), metavar="N", help=says)


@click.command("list")
@_many("--region", "regions", REGIONS, "Works this region; may be given several times.")
@_many("--technique", "techniques", TECHNIQUES, "Uses this technique; may be given several times.")
@_many("--channel", "channels", CHANNELS, "Plays on this channel; may be given several times.")
@_one("--strength", STRENGTHS, "Was written for this strength.")
@_one("--posture", POSTURES, "The person sits or lies.")
@_one("--for", RECIPIENTS, "For another person or for oneself.", "recipient")
@_one("--kind", KINDS, "A session or a break.")
@_one("--style", STYLES, "Of this style.")
@_minutes("--min-min", "min_minutes", "Lasts at least so many minutes.")
@_minutes("--max-min", "max_minutes", "Lasts at most so many minutes.")
@json_option
@click.pass_obj
def list_command(terminal: Terminal, /, as_json: bool, **filters: Any) -> None:
    """List the programs, built in and your own; all of them, or those that fit."""
    from host_cli.terminal import say_json
    from host_cli.work import user_programs
    from programs.catalog import catalog

    wanted = Wanted(**filters)
    found = catalog(user_programs())
    fitting = [each for each in found.entries if wanted.fits(each)]
    if as_json:
        say_json([asdict(each) for each in fitting])
        return
    for line in list_lines(fitting, terminal):
        terminal.say(line)
    _broken(found, terminal)
    _end(terminal, fitting, len(found.entries), wanted != Wanted())


def _broken(found: Catalog, terminal: Terminal) -> None:
    from host_cli.terminal import clean

    for broken in found.broken:
        first = broken.diagnostics[0]
        terminal.say(terminal.paint(f"Not listed: {clean(first.file)}: {clean(first.message)}", "yellow"))


def _end(terminal: Terminal, fitting: Sequence[Entry], of: int, filtered: bool) -> None:
    from host_cli.work import user_programs

    terminal.say()
    if not filtered:
        terminal.say(f"Your own programs go into {user_programs()}")
    elif fitting:
        terminal.say(f"{len(fitting)} of {of} programs.")
    else:
        terminal.say(f"None of {of} programs is like that; ask for less.")
        terminal.next("thrum list")
        return
    terminal.next(f"thrum show {fitting[0].id}" if fitting else "thrum demo")


def list_lines(entries: Sequence[Entry], terminal: Terminal) -> list[str]:
    """A line of facts and the summary of each program."""
    from host_cli.terminal import clean

    out = []
    for each in entries:
        facts = f"{each.minutes:.0f} min · {each.strength} · {each.posture} · {', '.join(each.regions)}"
        more = (" · heat" if "heat" in each.channels else "") + (
            " · for oneself" if each.recipient == "self" else ""
        )
        name = terminal.paint(each.id, "bold") + ("" if each.built_in else " (yours)")
        if terminal.width < NARROW:
            out += [name, *textwrap.wrap(facts + more, terminal.width - 2, initial_indent="  ")]
        else:
            gap = " " * max(1, 32 - len(each.id) - 8 * (not each.built_in))
            out.append(name + gap + terminal.clip(facts + more, terminal.width - 34))
        lines = textwrap.wrap(clean(each.summary), terminal.width - 2)
        out += [terminal.paint(f"  {line}", "dim") for line in lines]
    return out
