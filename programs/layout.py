"""An even layout for program texts: what ``thrum fmt`` writes.

Rules kept here: only blanks, line ends and commas change, so the meaning cannot; that it has not is
checked all the same, every time. Laying out twice is laying out once. Comments stay where they are:
on their line, or above what they stood above. A list that its author opened on a line of its own
stays open, another one is opened when it is too long for a line.
"""

from __future__ import annotations

import tomllib

from programs.errors import ProgramError
from programs.reading import parse, reject
from programs.statements import Inline, Item, Listing, Statement, Value, read_statements

WIDEST = 110  # columns; a list that goes beyond is opened
REMARKS_BY = 44  # columns; comments behind short lines are lined up, at most this far out
STEP = 4  # columns per level of an open list
_APART = ("", "[", "#")  # blank lines, headers and comments end a block whose comments are lined up


def laid_out(text: str, file: str = "<text>") -> str:
    """The text in the even layout. Raises ``Rejected`` when it is not TOML.

    >>> print(laid_out('id="a" #!\\n[[stage]]\\nintensity=[0.1,0.2]'), end="")
    id = "a"  #!
    <BLANKLINE>
    [[stage]]
    intensity = [0.1, 0.2]
    """
    if file.endswith(".json") or text.lstrip().startswith("{"):
        reject("D110", "This is JSON; only TOML programs have a layout to mend.", file)
    data = parse(text, file)
    try:
        out = written(read_statements(text))
    except RecursionError:
        reject("D111", "Lists or tables are nested too deeply; a program needs at most 6 levels.", file)
    if tomllib.loads(out) != data:
        raise ProgramError(f"The layout of {file} cannot be mended without changing what it says.")
    return out.replace("\n", "\r\n") if "\r\n" in text else out


def written(statements: list[Statement]) -> str:
    """Statements as text, laid out."""
    lines: list[tuple[str, str]] = []  # code, and the comment behind it
    level = 0
    for each, ahead in zip(statements, _levels_ahead(statements), strict=True):
        if each.is_header:
            level = 2 * each.table.count(".")
        indent = " " * (ahead if not each.key and ahead is not None else level)
        if each.is_blank:
            lines.append(("", ""))
        elif not each.key:
            lines.append((indent + each.comment, ""))
        else:
            _space_before(lines, each, level)
            code = indent + _code(each, len(indent))
            lines.append((f"{code}  {each.comment}".rstrip(), "") if each.is_header else (code, each.comment))
    return "\n".join(_one_blank(_with_remarks(lines))) + "\n"


def _levels_ahead(statements: list[Statement]) -> list[int | None]:
    """For a comment, the level of the header that it stands right above; None where it stays inside."""
    out: list[int | None] = []
    ahead: int | None = None
    for each in reversed(statements):
        if each.is_header:
            ahead = 2 * each.table.count(".")
        elif each.key or each.is_blank:
            ahead = None
        out.append(ahead)
    return out[::-1]


def _space_before(lines: list[tuple[str, str]], each: Statement, level: int) -> None:
    """A blank line before an outer header and the comments right above it."""
    if not each.is_header or level:
        return
    at = len(lines)
    while at and lines[at - 1][0].startswith("#"):
        at -= 1
    if at:
        lines.insert(at, ("", ""))


def _code(each: Statement, indent: int) -> str:
    if each.value is None:
        return each.key
    head = f"{each.key} = "
    return head + _shown(each.value, indent, indent + len(head))


def _with_remarks(lines: list[tuple[str, str]]) -> list[str]:
    """Lines with the comments behind them, lined up over lines that follow each other."""
    out: list[str] = []
    begin = 0
    for end in range(len(lines) + 1):
        ends = end == len(lines) or lines[end][0].lstrip()[:1] in _APART or "\n" in lines[end][0]
        if ends:
            out += _lined_up(lines[begin:end])
            out += [f"{code}  {remark}".rstrip() for code, remark in lines[end : end + 1]]
            begin = end + 1
    return out


def _lined_up(block: list[tuple[str, str]]) -> list[str]:
    column = max((len(code) for code, remark in block if remark and len(code) <= REMARKS_BY), default=0)
    return [f"{code:<{column}}  {remark}" if remark else code for code, remark in block]


def _one_blank(lines: list[str]) -> list[str]:
    """Never two blank lines, none at either end."""
    kept = [each for at, each in enumerate(lines) if each or (at and lines[at - 1])]
    while kept and not kept[-1]:
        kept.pop()
    return kept[1:] if kept and not kept[0] else kept


def _shown(value: Value, indent: int, column: int) -> str:
    """A value whose lines, after the first, are indented by ``indent``; it starts in ``column``."""
    flat = _flat(value)
    if flat is not None and (column + len(flat) <= WIDEST or not _may_open(value)):
        return flat
    if isinstance(value, Listing):
        return _opened(value, indent)
    assert isinstance(value, Inline)
    pairs = (f"{key} = {_shown(each, indent, 0)}" for key, each in value.pairs)
    return "{ " + ", ".join(pairs) + " }"


def _may_open(value: Value) -> bool:
    return isinstance(value, Listing) and bool(value.items)


def _flat(value: Value) -> str | None:
    """The value on one line; None when a comment or its author's wish forbids it."""
    if isinstance(value, str):
        return value
    if isinstance(value, Inline):
        pairs = [(key, _flat(each)) for key, each in value.pairs]
        if any(flat is None for _, flat in pairs):
            return None
        return "{ " + ", ".join(f"{key} = {flat}" for key, flat in pairs) + " }" if pairs else "{}"
    if value.items and value.open:
        return None
    if any(item.before or item.remark or item.value is None for item in value.items):
        return None
    parts = [_flat(item.value) for item in value.items if item.value is not None]
    return None if None in parts else "[" + ", ".join(part or "" for part in parts) + "]"


def _opened(value: Listing, indent: int) -> str:
    """The list with a line for each item."""
    inner = " " * (indent + STEP)
    lines = ["["]
    for item in value.items:
        lines += _item_lines(item, inner)
    return "\n".join([*lines, " " * indent + "]"])


def _item_lines(item: Item, inner: str) -> list[str]:
    lines = [""] if item.apart else []
    lines += [inner + comment for comment in item.before]
    if item.value is not None:
        code = inner + _shown(item.value, len(inner), len(inner)) + ","
        lines.append(f"{code}  {item.remark}" if item.remark else code)
    return lines
