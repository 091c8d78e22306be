"""Diagnostics: place, line, caret, reason, help."""

from __future__ import annotations

from host_cli.findings import finding_lines, tally
from host_cli.terminal import Terminal, cells
from programs.diagnostics import Diagnostic


def finding(line: int, column: int, message: str = "Too strong.") -> Diagnostic:
    return Diagnostic("error", "L1", message, (), "caps", "Lower it.", "a.toml", line, column)


def test_the_caret_stands_under_the_value() -> None:
    lines = finding_lines(Terminal(), finding(2, 13), "intensity = 0.90 # peak")
    assert lines == [
        "error[L1]: Too strong.",
        " --> a.toml:2:13",
        "2 | intensity = 0.90 # peak",
        "  |             ^^^^",
        "  = why: caps",
        "  = help: Lower it.",
    ]


def test_tabs_and_wide_characters_keep_the_caret_in_place() -> None:
    quoted, carets = finding_lines(Terminal(), finding(1, 6), '\t"漢"=9')[2:4]
    shown = quoted.split("| ")[1]
    assert cells(shown[: shown.index("9")]) == carets.split("| ")[1].index("^")


def test_a_very_long_line_is_shown_around_its_column() -> None:
    line = "[" + "0.1, " * 100_000 + "9.9]"
    quoted, carets = finding_lines(Terminal(width=60), finding(1, line.index("9.9") + 1), line)[2:4]
    assert len(quoted) <= 60
    at = carets.index("^")
    assert quoted[at : at + 3] == "9.9"


def test_nothing_of_the_document_drives_the_terminal() -> None:
    lines = finding_lines(Terminal(), finding(1, 1, "Bad \x1b[2J"), "\x1b]0;owned\x07 = 1")
    assert not any("\x1b" in line or "\x07" in line for line in lines)


def test_a_place_beyond_the_text_is_not_quoted() -> None:
    assert len(finding_lines(Terminal(), finding(9, 1))) == 4


def test_counting() -> None:
    assert tally([finding(1, 1)] * 3) == "3 errors"
    assert tally([]) == "nothing"
