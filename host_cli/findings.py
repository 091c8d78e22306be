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
TOKEN = re.compile(r'\[[^\[\]]{0,60}\]|"(?:[^"\\]++|\\.)*+"|\'[^\']*\'|[\w.+-]+')


def print_findings(
    terminal: Terminal,
    findings: Iterable[Diagnostic],
    texts: Mapping[str, str] | None = None,
    *,
    err: bool = False,
) -> None:
    """Print every finding, with its line from ``texts`` (file -> text) or from the file itself."""
    known = dict(texts or {})
    for finding in findings:
        if finding.file and finding.line and finding.file not in known:
            known[finding.file] = _read(finding.file)
        quoted = _line(known.get(finding.file, ""), finding.line)
        for line in finding_lines(terminal, finding, quoted):
            terminal.say(line, err=err)
        terminal.say(err=err)


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8-sig", errors="replace") as stream:
            return stream.read(LONGEST_FILE_SHOWN)
    except OSError:
        return ""


def _line(text: str, number: int) -> str | None:
    """One line of a text, which may have half a million of them; None when it has fewer.

    >>> _line("a\\nb", 2), _line("a\\nb", 3), _line("a", 0)
    ('b', None, None)
    """
    start = 0
    for _ in range(number - 1):
        start = text.find("\n", start) + 1
        if start == 0:
            return None
    end = text.find("\n", start)
    return text[start : end if end >= 0 else None].rstrip("\r") if number > 0 and text else None


def finding_lines(terminal: Terminal, finding: Diagnostic, quoted: str | None = None) -> list[str]:
    """The lines that tell about one finding; ``quoted`` is the line of the document that it is in."""
    colour = "bold red" if finding.severity == "error" else "bold yellow"
    name = f"{finding.severity}[{finding.code}]"
    out = terminal.wrap(clean(finding.message), f"{name}: ", "  ")
    out[0] = terminal.paint(name, colour) + out[0][len(name) :]
    margin = len(str(finding.line)) if finding.line else 1
    if finding.place:
        out.append(f"{' ' * margin}{terminal.paint('-->', 'blue')} {clean(finding.place)}")
    if quoted is not None:
        out += _quote(terminal, quoted, finding, margin, colour)
    for word, text in (("why", finding.source), ("help", finding.hint)):
        if text:
            first, *others = terminal.wrap(clean(text), f"{' ' * margin} = {word}: ")
            out += [first.replace("=", terminal.paint("=", "blue"), 1), *others]
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
