"""``thrum faults``: what ``simulate --fault`` can break, with an example of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from host_cli.work import json_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal

GRAMMAR = "TARGET.WORD@TIME[:ARGS][:SECONDS], as in: thrum simulate PROGRAM --fault ntc.off@120:30"
MEANING = (
    "TIME is in seconds after the program begins; SECONDS, always last, is how long it stays "
    "broken (without it: to the end)."
)


@click.command("faults")
@json_option
@click.pass_obj
def faults_command(terminal: Terminal, as_json: bool) -> None:
    """List the faults that simulate can inject, with an example of each."""
    from host_cli.terminal import say_json
    from sim.faults import FAULTS

    if as_json:
        say_json(
            [
                {
                    "fault": name,
                    "text": kind.says,
                    "example": kind.example,
                    "arguments": [
                        {"name": what, "from": least, "to": most} for what, least, most in kind.needs
                    ],
                }
                for name, kind in FAULTS.items()
            ]
        )
        return
    width = max(len(kind.example) for kind in FAULTS.values()) + 2
    for kind in FAULTS.values():
        lead = f"{kind.example:<{width}}"
        for line in terminal.wrap(kind.says, lead):
            terminal.say(line.replace(kind.example, terminal.paint(kind.example, "bold"), 1))
    terminal.say()
    for text in (GRAMMAR, MEANING):
        for line in terminal.wrap(text):
            terminal.say(line)
    terminal.next("thrum simulate lower-back-heat --fault ntc.fallen@300")
