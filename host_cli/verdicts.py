"""What was found about several files: printed, or as plain values. Programs and rigs alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from host_cli.exits import DONE, REJECTED
from host_cli.findings import finding_json, print_findings, tally

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from programs.diagnostics import Diagnostic

Result = tuple[str, "list[Diagnostic]", dict[str, str]]  # what was named, what was found, file -> text


def exit_code(results: list[Result]) -> int:
    """1 where one has errors; warnings alone are 0."""
    return REJECTED if any(_broken(found) for _, found, _ in results) else DONE


def verdicts_json(results: list[Result], noun: str) -> list[dict[str, Any]]:
    """One entry each; ``noun`` ("program", "rig") is the key of its name."""
    return [
        {noun: ref, "ok": not _broken(found), "diagnostics": [finding_json(each) for each in found]}
        for ref, found, _ in results
    ]


def print_verdicts(terminal: Terminal, results: list[Result], noun: str, on: str, then: str) -> None:
    """Every finding with its line; ``on``: what "all good" holds for; ``then``: what to type when it is."""
    everything = [each for _, found, _ in results for each in found]
    for ref, found, texts in results:
        if found:
            print_findings(terminal, found, texts)
        else:
            terminal.say(f"{ref}: {terminal.paint('all good', 'green')}{on}")
    if everything:
        many = f" in {len(results)} {noun}s" if len(results) > 1 else ""
        terminal.say(f"Found {tally(everything)}{many}.")
        worst = min(everything, key=lambda each: each.severity)  # errors first; else the first warning
        terminal.next(f"thrum explain {worst.code}")
    else:
        terminal.next(then)


def _broken(found: list[Diagnostic]) -> bool:
    return any(each.severity == "error" for each in found)
