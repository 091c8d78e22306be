"""What ``thrum run`` asks before the first stroke: the real questions, answered from a script."""

from __future__ import annotations

import contextlib
import io


def transcript() -> str:
    """The whole of it for a light program on a REAL rig that can warm, in a terminal of 80 columns."""
    from host_cli.before.options import Options
    from host_cli.before.person import prepare_person
    from host_cli.prepared import Asked
    from host_cli.terminal import Terminal
    from tests.host_cli.typist import Typist

    terminal = Terminal(height=60, interactive=True)
    prepared = Asked(terminal, "evening-shoulders", None, None).prepare("heated-head")
    typist = Typist(["2 enter", "l", "0", "n", "enter", "y", "enter", *[""] * 60])
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        options = Options(points_today=12.0)
        prepare_person(terminal, prepared, "REAL", options, lambda: typist, typist.wait)
    lines = (line.rstrip() for line in said.getvalue().replace("\u00a0", " ").split("\n"))
    return "```text\n" + "\n".join(lines).rstrip() + "\n```"
