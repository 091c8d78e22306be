"""``thrum explain``: the page behind a code that ``check`` printed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from host_cli.exits import USAGE, Quit
from host_cli.work import json_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal

Page = dict[str, str]


@click.command("explain")
@click.argument("code", required=False)
@json_option
@click.pass_obj
def explain_command(terminal: Terminal, code: str | None, as_json: bool) -> None:
    """Explain CODE, such as R9; without one, list them all."""
    from host_cli.terminal import say_json

    pages = all_pages()
    chosen = pages if code is None else {code.upper(): _page(pages, code.upper())}
    if as_json:
        say_json(list(chosen.values()))
    elif code is None:
        for each in pages.values():
            terminal.say(
                f"{terminal.paint(each['code'], 'bold')}{' ' * (6 - len(each['code']))}{each['title']}"
            )
        terminal.next("thrum explain R1")
    else:
        _print(terminal, chosen[code.upper()])


def all_pages() -> dict[str, Page]:
    """Code -> page: of the document, of caps, of the fit to a rig, of the massage rules."""
    from programs.codes import DOCUMENT_CODES
    from programs.rules import RULES

    pages = {
        code: {"code": code, "title": each.title, "severity": "error", "source": "", "text": each.text}
        for code, each in DOCUMENT_CODES.items()
    }
    for code, rule in RULES.items():
        words = {"title": rule.title, "severity": rule.severity, "source": rule.source, "text": rule.text}
        pages[code] = {"code": code, **words}
    return {code: pages[code] for code in sorted(pages, key=lambda each: (each[0], int(each[1:])))}


def _page(pages: dict[str, Page], code: str) -> Page:
    if code in pages:
        return pages[code]
    import difflib

    near = difflib.get_close_matches(code, pages, 3, 0.4)
    raise Quit(USAGE, f"There is no code {code!r}.", f"thrum explain {near[0]}" if near else "thrum explain")


def _print(terminal: Terminal, page: Page) -> None:
    severity = terminal.paint(page["severity"], "red" if page["severity"] == "error" else "yellow")
    terminal.say(f"{terminal.paint(page['code'], 'bold')}  {page['title']} ({severity})")
    for line in textwrap.wrap(page["text"], min(terminal.width, 96)):
        terminal.say(line)
    if page["source"]:
        terminal.say(f"Source: {page['source']}")
    terminal.next("thrum check PROGRAM")
