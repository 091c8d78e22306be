"""The questions before a massage on a REAL device. No answer is stored.

Any yes means: ask a doctor first, and the run is refused (exit 5). The words follow the guides'
contraindications (C1 to C14 of the domain) and the makers' manuals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from host_cli.exits import REFUSED, Quit

if TYPE_CHECKING:
    from host_cli.terminal import Terminal

CONDITIONS = (
    "deep vein thrombosis, damaged blood vessels, a bleeding disorder, blood thinners",
    "a spinal injury, a herniated disc, osteoporosis, a recent fracture",
    "fever, cancer, heart problems, pregnancy",
    "a pacemaker or another implanted device",
    "where it will work: wounds, broken or fragile skin, infection, inflammation, a tumour, damaged nerves",
)
WITH_HEAT = "reduced feeling of heat or pain (the device gets warm)"


def ask(terminal: Terminal, heat: bool) -> None:
    """Ask; returns when the massage may begin. Raises Quit (exit 5) otherwise."""
    terminal.say(terminal.paint("This is a REAL device.", "bold red") + " Ask the person, or yourself:")
    for each in (*CONDITIONS, *((WITH_HEAT,) if heat else ())):
        terminal.say(f"  - {each}?")
    if click.confirm("Does any of these apply?", default=None):
        raise Quit(REFUSED, "Not today: ask a doctor first. Nothing was started.")
    if not click.confirm(
        "Has the person agreed, and do they know that they can stop it at any time?", default=None
    ):
        raise Quit(REFUSED, "A massage needs the person's agreement. Nothing was started.")
