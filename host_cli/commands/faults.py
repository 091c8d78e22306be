"""``thrum faults``: what ``simulate --fault`` can break, with an example of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from host_cli.exits import USAGE, Quit
from host_cli.work import json_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from sim.fault_kinds import Kind

GRAMMAR = "TARGET.WORD@TIME[:ARGS][:DURATION], as in: thrum simulate PROGRAM --fault ntc.off@120:30"
MEANING = (
    "TIME is in seconds after the program begins; DURATION, always last, is how many seconds it stays "
    "broken (without it: to the end). Give --fault as often as you like."
)
NEEDS_A_PART = {"heater": "a rig with a heater", "motor": "a rig with a motor"}


@click.command("faults")
@click.argument("name", required=False, metavar="[TARGET[.WORD]]")
@json_option
@click.pass_obj
def faults_command(terminal: Terminal, name: str | None, as_json: bool) -> None:
    """List the faults that simulate can inject, with an example of each.

    With a target, such as ntc, those of one part; with a fault, such as link.drop, all about it.
    """
    from host_cli.terminal import say_json
    from sim.faults import FAULTS

    chosen = _chosen(name)
    if as_json:
        say_json([_plain(each, kind) for each, kind in chosen.items()])
    elif name in FAULTS:
        _one(terminal, name, FAULTS[name])
    else:
        _list(terminal, chosen)
        if name is None:
            terminal.say()
            for text in (GRAMMAR, MEANING):
                for line in terminal.wrap(text):
                    terminal.say(line)
        terminal.next(f"thrum faults {next(iter(chosen))}")


def _chosen(name: str | None) -> dict[str, Kind]:
    """The faults that a name stands for: one, those of a target, or all. Raises Quit for no name."""
    from sim.faults import FAULTS, TARGETS

    if name is None:
        return FAULTS
    found = {each: kind for each, kind in FAULTS.items() if name in (each, each.partition(".")[0])}
    if found:
        return found
    import difflib

    known = [*TARGETS, *FAULTS]
    near = difflib.get_close_matches(name[:80], known, 1, 0.5)
    also = f"Did you mean {near[0]!r}?" if near else f"Targets are {', '.join(TARGETS)}."
    sentence = f"There is no fault and no target {name[:80]!r}. {also}"
    raise Quit(USAGE, sentence, f"thrum faults {near[0]}" if near else "thrum faults")


def _list(terminal: Terminal, kinds: dict[str, Kind]) -> None:
    """By target: an example of each fault, and what breaks."""
    from sim.faults import TARGETS

    width = max(len(kind.example) for kind in kinds.values()) + 4
    target = ""
    for name, kind in kinds.items():
        if name.partition(".")[0] != target:
            if target:
                terminal.say()
            target = name.partition(".")[0]
            for line in terminal.wrap(f"{target}: {TARGETS[target]}", "", "  "):
                terminal.say(line.replace(f"{target}:", f"{terminal.paint(target, 'bold')}:", 1))
        for line in terminal.wrap(kind.says, f"  {kind.example:<{width - 2}}"):
            terminal.say(line.replace(kind.example, terminal.paint(kind.example, "bold"), 1))


def _one(terminal: Terminal, name: str, kind: Kind) -> None:
    """Everything about a fault."""
    for line in terminal.wrap(f"{name}: {kind.says}", "", "  "):
        terminal.say(line.replace(name, terminal.paint(name, "bold"), 1))
    rows = [
        ("write", f"{name}@{kind.grammar}"),
        ("TIME", "seconds after the program begins"),
        *((each.name, f"{each.means}; {each.least:g} to {each.most:g}") for each in kind.needs),
        ("DURATION", "seconds; without it: to the end" if kind.lasts else "none: it cannot end"),
        ("felt", f"when {kind.felt}"),
        ("may pass", kind.borne),
        *([("needs", NEEDS_A_PART[kind.part])] if kind.part else []),
    ]
    for word, text in rows:
        for line in terminal.wrap(text, f"  {word:<13}"):
            terminal.say(line)
    terminal.next(f"thrum simulate lower-back-heat --fault {kind.example}")


def _plain(name: str, kind: Kind) -> dict[str, Any]:
    return {
        "fault": name,
        "target": name.partition(".")[0],
        "text": kind.says,
        "example": kind.example,
        "felt": kind.felt,
        "needs": kind.part or None,
        "arguments": [
            {"name": each.name, "from": each.least, "to": each.most, "text": each.means}
            for each in kind.needs
        ],
        "duration": kind.lasts,
    }
