"""Diagnostics for a person: the place, the line of the document, a caret, what to do.

    error[L1]: Intensity 0.9 is above 0.35 (light).
      --> a.toml:3:13
    3 | intensity = 0.9
      |             ^^^
      = why: caps by strength
      = help: Lower it.

Rules kept here: nothing of the document reaches the terminal uncleaned, and a line of any length
is shown as the part around its column.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from host_cli.terminal import cells, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from host_cli.terminal import Terminal
    from programs.diagnostics import Diagnostic

LONGEST_FILE_SHOWN = 2 << 20  # bytes; a longer file gets no line of it quoted
TOKEN = re.compile(r'\[[^\[\]]{0,60}\]|"(?:[^"\\]|\\.)*"|\'[^\']*\'|[\w.+-]+')


def print_findings(
    terminal: Terminal,
    findings: Iterable[Diagnostic],
    texts: Mapping[str, str] | None = None,
    *,
    err: bool = False,
) -> None:
    """Print every finding, with its line from ``texts`` (file -> text) or from the file itself."""
    lines: dict[str, list[str]] = {name: text.splitlines() for name, text in (texts or {}).items()}
    for finding in findings:
        if finding.file and finding.line and finding.file not in lines:
            lines[finding.file] = _read_lines(finding.file)
        for line in finding_lines(terminal, finding, lines.get(finding.file, [])):
            terminal.say(line, err=err)
        terminal.say(err=err)


def _read_lines(file: str) -> list[str]:
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            return stream.read(LONGEST_FILE_SHOWN).splitlines()
    except OSError:
        return []


def finding_lines(terminal: Terminal, finding: Diagnostic, lines: Sequence[str]) -> list[str]:
    """The lines that tell about one finding."""
    colour = "bold red" if finding.severity == "error" else "bold yellow"
    head = terminal.paint(f"{finding.severity}[{finding.code}]", colour)
    out = [f"{head}: {clean(finding.message)}"]
    margin = len(str(finding.line)) if finding.line else 1
    if finding.place:
        out.append(f"{' ' * margin}{terminal.paint('-->', 'blue')} {clean(finding.place)}")
    if 0 < finding.line <= len(lines):
        out += _quote(terminal, lines[finding.line - 1], finding, margin, colour)
    for word, text in (("why", finding.source), ("help", finding.hint)):
        if text:
            out.append(f"{' ' * margin} {terminal.paint('=', 'blue')} {word}: {clean(text)}")
    return out


def _quote(terminal: Terminal, line: str, finding: Diagnostic, margin: int, colour: str) -> list[str]:
    """The line of the document, and a caret line below what is meant."""
    column = min(max(finding.column, 1), len(line) + 1)
    before, rest = line[: column - 1], line[column - 1 :]
    token = TOKEN.match(rest)
    meant = token.group() if token else rest[:1]
    room = max(terminal.width - margin - 3, 20)
    if len(line) > room:
        before, rest = _window(before, rest, room)
    gap = " " * cells(clean(before))
    carets = "^" * max(1, min(cells(clean(meant)), room - cells(gap)))
    bar = terminal.paint("|", "blue")
    return [
        f"{terminal.paint(str(finding.line), 'blue')} {bar} {clean(before)}{clean(rest)}",
        f"{' ' * margin} {bar} {gap}{terminal.paint(carets, colour)}",
    ]


def _window(before: str, rest: str, room: int) -> tuple[str, str]:
    """The part of a long line around the column, cut ends marked."""
    keep = room // 2
    shown = before if len(before) <= keep else "..." + before[-(keep - 3) :]
    left = room - len(shown)
    return shown, rest if len(rest) <= left else rest[: left - 3] + "..."


def finding_json(finding: Diagnostic) -> dict[str, Any]:
    """A finding as plain values for ``--json``."""
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "source": finding.source,
        "hint": finding.hint,
    }


def tally(findings: Sequence[Diagnostic]) -> str:
    """How many, in words.

    >>> from programs.diagnostics import Diagnostic
    >>> tally([Diagnostic("error", "D1", "No."), Diagnostic("warning", "R9", "Hm.")])
    '1 error, 1 warning'
    """
    counts = ((word, sum(each.severity == word for each in findings)) for word in ("error", "warning"))
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for word, count in counts if count) or "nothing"
