"""``thrum rig wiring``: how a rig is wired, as a drawing, and what is needed for it, as a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from host_cli.work import json_option

if TYPE_CHECKING:
    from firmware_bridge.rigs.document import Rig
    from firmware_bridge.rigs.parts import Item
    from host_cli.terminal import Terminal


@click.command("wiring")
@click.argument("rig", metavar="RIG")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Draw it as an SVG file."
)
@json_option
@click.pass_obj
def rig_wiring_command(terminal: Terminal, rig: str, output: Path | None, as_json: bool) -> None:
    """List what RIG needs, with ratings and reasons, and which pin goes where.

    The drawing and the list are made from the rig's file. Ratings are computed from the profile;
    nobody has built it yet.
    """
    from firmware_bridge.rigs.load import load_rig, load_rig_profile
    from firmware_bridge.rigs.parts import parts_list
    from firmware_bridge.rigs.wiring import wiring_svg
    from host_cli.files import check_target, told_size, write_whole
    from host_cli.rig_choice import user_rigs
    from host_cli.terminal import say_json

    if output is not None:
        check_target(output, (".svg",), f"thrum rig wiring {rig} -o")
    loaded = load_rig(rig, user_rigs())
    profile = load_rig_profile(loaded, user_rigs())
    items = parts_list(loaded, profile)
    if output is not None:
        write_whole(output, wiring_svg(loaded, profile).encode())
    if as_json:
        say_json({"rig": loaded.id, "wiring": loaded.wiring, "pins": _pins(loaded),
                  "parts": [each._asdict() for each in items]})  # fmt: skip
        return
    if output is not None:
        terminal.say(f"Wrote {told_size(output)}")
    else:
        _print(terminal, loaded, items)
    terminal.next(_next(loaded, rig, drawn=output is not None))


def _next(rig: Rig, ref: str, drawn: bool) -> str:
    """The drawing; then what makes the board drive."""
    if not drawn:
        return f"thrum rig wiring {ref} -o {rig.id}.svg"
    return f"thrum rig verify {ref}" if rig.on_a_pi else f"thrum rig bundle {ref} -o bundle"


def _pins(rig: Rig) -> list[dict[str, str]]:
    """Which pin goes where."""
    from firmware_bridge.rigs.checks import uses_of

    rows = []
    for where, pin, _ in uses_of(rig):
        what = str(where[-1])
        if where[0] == "part":
            part = rig.parts[int(where[1])]
            gate = "gate" if part.driver == "mosfet" else "forward input"
            what = f"{part.output}: {gate if what == 'pin' else what.replace('_pin', ' input')}"
        elif where[0] == "ntc":
            what = "middle of the NTC's divider"
        rows.append({"pin": pin, "to": WORDS.get(what, what)})
    return rows


WORDS = {
    "stop": "recipient's stop, pole 2, to ground; pull-up to 3.3 V",
    "enable": "trigger of the ENABLE one-shot",
    "led": "LED",
    "scl": "SCL of every chip",
    "sda": "SDA of every chip",
}


def _print(terminal: Terminal, rig: Rig, items: list[Item]) -> None:
    from host_cli.terminal import clean

    terminal.say(terminal.paint(f"{clean(rig.title)}: pins", "bold"))
    for row in _pins(rig):
        terminal.say(f"  {row['pin']:<8}{row['to']}")
    section = ""
    for item in items:
        if item.for_ != section:
            section = item.for_
            terminal.say()
            terminal.say(terminal.paint(section, "bold"))
        for line in terminal.wrap(f"{item.what}: {item.value}", "  ", "    "):
            terminal.say(line)
        for line in terminal.wrap(item.why, "    "):
            terminal.say(terminal.paint(line, "dim"))
    terminal.say()
    terminal.say("Computed from the profile; nobody has built it yet. Not certified for anything.")
