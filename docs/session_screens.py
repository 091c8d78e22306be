"""The screens of a session as text: real moments of a session on the simulated rig, in virtual time."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host_cli.showing.view import View
    from host_cli.stage import Display

JSON_LINES = 10  # as many as show how they go on


@cache
def session() -> tuple[dict[str, View], str, str]:
    """Moments by name, the plain lines, and the JSON lines.

    It begins at the percussion of the upper back: a warm-up, a move that is waited for, a check-in that
    is answered with "too strong", a pause, a stop.
    """
    from host_cli.showing.json_events import JsonLines
    from host_cli.showing.lines import PlainLines
    from host_cli.showing.view import view_of
    from host_cli.terminal import Terminal
    from tests.host_cli.desk import Desk

    desk = Desk("upper-back-percussion", from_stage=5, alone=False)
    displays: list[tuple[Display, io.StringIO]] = [
        (PlainLines(Terminal(width=110, unicode=False), True), io.StringIO()),
        (JsonLines(True), io.StringIO()),
    ]

    def play(ms: int) -> View:
        for _ in range(ms // 50):
            desk.run(50)
            view = view_of(desk.conductor, True, prompt=desk.guided.prompt, hand_points=12.3)
            for display, out in displays:
                with redirect_stdout(out):
                    display.show(view)
                    for sample in desk.samples:
                        display.sample(sample)
                    for event in desk.told:
                        display.event(event)
            desk.told, desk.samples = [], []
        return view

    def until(kind: str) -> View:
        """A question of this kind is open."""
        for _ in range(600):
            view = play(200)
            if view.prompt is not None and view.prompt.kind == kind:
                return view
        raise AssertionError(f"no question of kind {kind}")

    moments = {"playing": play(20_000), "waiting": until("move")}
    desk.press("enter")
    moments["asking"] = until("check_in")
    desk.press("t")
    play(3000)
    desk.press("space")
    moments["paused"] = play(1000)
    desk.press("q")
    play(1000)
    plain, lines = (out.getvalue() for _, out in displays)
    return moments, plain, lines


def screen(moment: str, columns: int, lines: int, unicode: bool) -> str:
    """One screen, as a terminal of that size shows it."""
    from host_cli.showing.screen import screen_lines

    rows = screen_lines(session()[0][moment], columns, lines, unicode=unicode)
    text = "\n".join("".join(piece for piece, _ in row).rstrip() for row in rows)
    return f"```text\n{text}\n```"


def plain() -> str:
    """The same session with ``--plain``."""
    return f"```text\n{session()[1].rstrip()}\n```"


def json_lines() -> str:
    """The beginning of the same session with ``--json-events``; of the samples only one."""
    lines = session()[2].splitlines()
    samples = [line for line in lines if '"kind": "sample"' in line]
    shown = [line for line in lines if line not in samples or line == samples[1]]
    return "\n".join(["```json", *shown[:JSON_LINES], "```"])


def kinds() -> str:
    """Every kind of line that goes out."""
    from host_cli.guided.events import KINDS
    from host_cli.showing.json_events import MORE_KINDS

    rows = (f"| `{kind}` | {means} |" for kind, means in {**KINDS, **MORE_KINDS}.items())
    return "\n".join(["| kind | means |", "|---|---|", *rows])


def commands() -> str:
    """Every command that may come in."""
    from host_cli.showing.json_events import COMMANDS

    rows = (f"| `{word}` | `{key}` | {does} |" for word, (key, does) in COMMANDS.items())
    return "\n".join(["| command | key | does |", "|---|---|---|", *rows])
