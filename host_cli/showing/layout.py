"""Lines of styled text, and how they are put together: shortened, dropped, flowing, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.terminal import cells, clip, plain

if TYPE_CHECKING:
    from rich.text import Text

ATTRIBUTES = {"bold", "dim", "italic", "reverse"}  # what is left of a style without colour
Line = list[tuple[str, str]]  # pieces of text, each with the name of a style


def drop(parts: list[tuple[int, list[Line]]], height: int) -> list[list[Line]]:
    """The parts that fit, without those that matter least; a long cue is shortened first."""
    kept = list(parts)
    while kept and sum(len(lines) for _, lines in kept) > height:
        worst = max(range(len(kept)), key=lambda at: kept[at][0])
        weight, lines = kept[worst]
        kept[worst] = (weight, lines[:-1])
        if not kept[worst][1]:
            del kept[worst]
    return [lines for _, lines in kept]


def beside(left: list[Line], right: list[Line], at: int) -> list[Line]:
    """Two blocks of lines side by side, the second from column ``at``."""
    rows = max(len(left), len(right))
    left = left + [[] for _ in range(rows - len(left))]
    lines = []
    for k, line in enumerate(left):
        gap = at - sum(cells(text) for text, _ in line)
        lines.append([*line, (" " * gap, ""), *right[k]] if k < len(right) else line)
    return lines


def flowing(words: list[str], width: int) -> list[str]:
    """The words, two blanks apart, in as many lines as they need; none is broken."""
    lines: list[str] = []
    for word in words:
        if lines and cells(lines[-1]) + 2 + cells(word) <= width:
            lines[-1] += "  " + word
        else:
            lines.append(word)
    return lines


def crop(line: Line, width: int, unicode: bool) -> Line:
    """The line within ``width`` columns, in characters that can be shown."""
    out: Line = []
    room = width
    for text, style in line:
        shown = text if unicode else plain(text)
        piece = clip(shown, room, "…" if unicode else ".")
        out.append((piece, style))
        room -= cells(piece)
        if piece != shown:
            break
    return out


def to_rich(lines: list[Line], colour: bool) -> Text:
    """The lines as one rich text; without colour, bold and reverse still tell."""
    from rich.text import Text

    text = Text(no_wrap=True, end="")
    for at, line in enumerate(lines):
        text.append("\n" if at else "")
        for piece, style in line:
            text.append(piece, style if colour else _colourless(style))
    return text


def _colourless(style: str) -> str:
    return " ".join(word for word in style.split() if word in ATTRIBUTES)
