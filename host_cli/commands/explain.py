"""``thrum explain``: the page behind a code that ``check``, ``rig check`` or ``doctor`` printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from host_cli.exits import USAGE, Quit
from host_cli.terminal import wrapped
from host_cli.work import json_option

if TYPE_CHECKING:
    from host_cli.terminal import Terminal

Page = dict[str, Any]
COLOURS = {"error": "red", "doctor": "dim"}
CHECK = "thrum check PROGRAM"
AFTER = {"G": "thrum rig check RIG", "K": "thrum doctor"}  # what to type next, by the code's first letter


@click.command("explain")
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@json_option
@click.pass_obj
def explain_command(terminal: Terminal, codes: tuple[str, ...], as_json: bool) -> None:
    """Explain each CODE, such as R9; without one, list them all."""
    from host_cli.terminal import say_json

    pages = all_pages()
    chosen = {code.upper(): _page(pages, code.upper()) for code in codes} or pages
    if as_json:
        say_json(list(chosen.values()))
    elif not codes:
        for each in pages.values():
            terminal.say(
                f"{terminal.paint(each['code'], 'bold')}{' ' * (6 - len(each['code']))}{each['title']}"
            )
        terminal.next("thrum explain R1")
    else:
        for number, each in enumerate(chosen.values()):
            if number:
                terminal.say("")
            _print(terminal, each)
        first, *others = {code[0] for code in chosen}
        terminal.next(AFTER.get(first, CHECK) if not others else CHECK)


def all_pages() -> dict[str, Page]:
    """Code -> page: of the document, of rig files, of caps, of the fit to a rig, of the massage rules, and of
    what doctor looks at."""
    from firmware_bridge.rigs.codes import RIG_CODES
    from host_cli.checkup.codes import CODES
    from programs.codes import DOCUMENT_CODES
    from programs.rules import RULES

    pages = {
        code: _entry(code, each.title, each.severity, "", each.text)
        for code, each in (DOCUMENT_CODES | RIG_CODES).items()
    }
    for code, subject in CODES.items():
        pages[code] = _entry(code, subject.about, "doctor", "", subject.text)
    for code, rule in RULES.items():
        pages[code] = _entry(code, rule.title, rule.severity, rule.source, rule.text, rule.guides)
    return {code: pages[code] for code in sorted(pages, key=lambda each: (each[0], int(each[1:])))}


def _entry(
    code: str, title: str, severity: str, source: str, text: str, guides: tuple[str, ...] = ()
) -> Page:
    return {
        "code": code, "title": title, "severity": severity, "source": source, "guides": list(guides),
        "text": text,
    }  # fmt: skip


def _page(pages: dict[str, Page], code: str) -> Page:
    if code in pages:
        return pages[code]
    import difflib

    near = difflib.get_close_matches(code, pages, 3, 0.4)
    nearest = f" The nearest is {near[0]}." if near else " Codes look like R9, L1, D120, G113 or K12."
    raise Quit(
        USAGE, f"There is no code {code!r}.{nearest}", f"thrum explain {near[0]}" if near else "thrum explain"
    )


def _print(terminal: Terminal, page: Page) -> None:
    severity = terminal.paint(page["severity"], COLOURS.get(page["severity"], "yellow"))
    terminal.say(f"{terminal.paint(page['code'], 'bold')}  {page['title']} ({severity})")
    width = min(terminal.width, 96)
    said = [("", page["text"]), *([("Why: ", page["source"])] if page["source"] else [])]
    for lead, text in [*said, *(("Guide: ", each) for each in page["guides"])]:
        for line in wrapped(text, width, lead, " " * len(lead)):
            terminal.say(line)
