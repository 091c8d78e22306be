"""Writes the parts of the documents that come from the code: ``python docs/generate.py [--check]``.

A generated part stands between two marks, ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; the
text around them is written by hand. With ``--check`` nothing is written and the exit code is 1
when a part is out of date; a test does the same. The pictures of ``docs/pictures.py`` go with it.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

import answers  # noqa: E402
import before  # noqa: E402
import session_screens as screens  # noqa: E402

from firmware_bridge.device import heat, limits, machine, player  # noqa: E402
from firmware_bridge.protocol import messages as m  # noqa: E402
from firmware_bridge.protocol import states as s  # noqa: E402
from programs.document import Program  # noqa: E402
from programs.meanings import meaning  # noqa: E402
from programs.strict import allowed, keys_of, models_below  # noqa: E402
from programs.techniques import DIRECTIONS, TECHNIQUES, Technique  # noqa: E402

PAGES = (
    "ARCHITECTURE.md", "docs/protocol.md", "docs/techniques.md", "docs/authoring.md", "docs/simulator.md",
    "docs/rigs/commissioning.md", "docs/rigs/verify.md", "docs/rigs/doctor.md", "docs/session.md",
    "docs/session-screens.md",
)  # fmt: skip


def state_diagram() -> str:
    """The state table as a diagram that hosts of Markdown draw."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> BOOT"]
    for start, event, end in s.TRANSITIONS:
        if start is None:
            lines.append(f"    note left of {s.STATES[end]}: from every state, by any fault; latched")
        else:
            lines.append(f"    {s.STATES[start]} --> {s.STATES[end]}: {event}")
    return "\n".join([*lines, "```"])


def state_table() -> str:
    rows = (
        f"| {'every state' if start is None else s.STATES[start]} | {event} | {s.STATES[end]} |"
        for start, event, end in s.TRANSITIONS
    )
    return "\n".join(["| from | on | to |", "|---|---|---|", *rows])


@cache
def comments(module: ModuleType) -> dict[int, str]:
    """The comments of a module by line, without their marks."""
    with tokenize.open(str(module.__file__)) as file:
        tokens = list(tokenize.generate_tokens(file.readline))
    return {each.start[0]: each.string[1:].strip() for each in tokens if each.type == tokenize.COMMENT}


def notes(module: ModuleType, table: str) -> dict[str, str]:
    """{text: comment} of the texts in a table of a module that have a comment on their line.

    In a table of messages a text is called by its message as well: "STATUS.cmd".
    """
    found: dict[str, str] = {}
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == table:
            if isinstance(node.value, ast.Dict):
                for key, value in zip(node.value.keys, node.value.values, strict=True):
                    assert key is not None
                    found |= _notes_below(module, value, f"{ast.unparse(key)}.")
            else:
                found |= _notes_below(module, node.value, "")
    return found


def _notes_below(module: ModuleType, tree: ast.expr, prefix: str) -> dict[str, str]:
    texts = (
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    lines = comments(module)
    return {f"{prefix}{each.value}": lines[each.lineno] for each in texts if each.lineno in lines}


def message_tables() -> str:
    parts: list[str] = []
    alike: list[str] = []
    for kind, (name, fields) in m.MESSAGES.items():
        if fields == m.COMMAND:
            alike.append(f"{kind} {name}")
        else:
            table = fields_table(fields, notes(m, "MESSAGES"), f"{name}.")
            parts.append(f"### {kind} {name}: {_bytes(fields)}\n\n{table}")
    bare = f"### {', '.join(alike)}: {_bytes(m.COMMAND)} each\n\n{fields_table(m.COMMAND, {}, '')}"
    return "\n\n".join([bare, *parts])


def _bytes(fields: tuple[tuple[str, str], ...]) -> str:
    return "1 byte" if m.size(fields) == 1 else f"{m.size(fields)} bytes"


def fields_table(fields: tuple[tuple[str, str], ...], said: dict[str, str], prefix: str) -> str:
    rows = (
        f"| {at} | {name} | {kind} | {said.get(prefix + name, '')} |"
        for (name, kind), at in zip(fields, m.offsets(fields).values(), strict=True)
    )
    return "\n".join(["| at | field | kind | |", "|---|---|---|---|", *rows])


def numbered(names: tuple[str | None, ...], said: dict[str, str] | None = None) -> str:
    """Codes and what they mean, with what the table's own lines say of them."""
    rows = []
    for code, name in enumerate(names):
        more = (said or {}).get(name or "", "")
        rows.append(f"| {code} | {name or 'none'}{f': {more}' if more else ''} |")
    return "\n".join(["| code | means |", "|---|---|", *rows])


def faults_table() -> str:
    said = notes(s, "FAULTS")
    rows = (
        f"| {code} | {name} | {said.get(name, '')} | {'yes' if code in machine.HEAT_FOR_GOOD else ''} |"
        for code, name in enumerate(s.FAULTS)
    )
    return "\n".join(
        ["| code | name | when, and the fault's value | locks heat |", "|---|---|---|---|", *rows]
    )


def flags_table() -> str:
    """The bits of STATUS.flags."""
    source = Path(m.__file__).read_text(encoding="utf-8")
    rows = (
        f"| {int(value).bit_length() - 1} | {name} | {words} |"
        for name, value, words in re.findall(r"^FLAG_(\w+) = (\d+)  # (.*)$", source, re.M)
    )
    return "\n".join(["| bit | name | means |", "|---|---|---|", *rows])


def half_cosine() -> str:
    """The table that a sine is read from, as the player has it."""
    values = [str(each) for each in player._HALF_COSINE]
    lines = (", ".join(values[at : at + 16]) for at in range(0, len(values), 16))
    return "```\n" + ",\n".join(lines) + "\n```"


def limits_table() -> str:
    """Every constant of the device's limits, with the comment that stands on its line."""
    rows = (f"| `{name}` | {text} | {comment} |" for name, text, comment in _constants(limits))
    return "\n".join(["| constant | value | what, and why |", "|---|---|---|", *rows])


def heat_table() -> str:
    """The numbers of the heat supervisor that follow from its way of counting."""
    numbers = ((name, getattr(heat, name), comment) for name, _text, comment in _constants(heat) if comment)
    rows = (f"| `{name}` | {value} | {words} |" for name, value, words in numbers if isinstance(value, int))
    return "\n".join(["| constant | value | what, and why |", "|---|---|---|", *rows])


def keys_tables() -> str:
    """Every key of a program: whether it must be there, what it may be, what it means."""
    parts: list[str] = []
    for model in models_below(Program):
        rows = []
        for key, field in keys_of(model).items():
            words = allowed(model, (key,))
            needed = "**must**, " if field.is_required() else ""
            rows.append(f"| `{key}` | {needed}{words} | {meaning(model, key)[1]} |")
        head = f"**{model.called[:1].upper()}{model.called[1:]}**"
        parts.append("\n".join([head, "", "| key | is | means |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


def _constants(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    """(name, value as written, comment) of every constant of a module."""
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    yield from re.findall(r"^([A-Z][A-Z0-9_]*) = (.+?)(?:  # (.*))?$", source, re.M)


def techniques() -> str:
    """Every technique that draws something: picture, words, parameters, defaults."""
    return "\n\n".join(_technique(row) for row in TECHNIQUES.values() if row.draw is not None)


def _technique(row: Technique) -> str:
    head = f"### {row.slug} ({row.id})\n\n![{row.slug}: {row.text}](pictures/{row.slug}.svg)"
    levels = ", ".join(f"{name} {a:g} to {b:g}" for name, (a, b) in row.levels.items())
    played = f"On {row.channel}: {row.text}. Source: {row.source}."
    if row.direction:
        played += f" Direction: {row.direction} ({DIRECTIONS[row.slug][1]})."
    if levels:
        played += f" Default intensity: {levels}."
    if not row.parameters:
        return f"{head}\n\n{played} It has no parameters."
    rows = (f"| `{each.name}` | {each.default:g} | {each.span} | {each.text} |" for each in row.parameters)
    return "\n".join([head, "", played, "", "| shape | default | range | what |", "|---|---|---|---|", *rows])


def simulator_checks() -> str:
    """What the simulator's parts were measured against; needs SciPy, as the tests do."""
    sys.path.insert(0, str(ROOT / "docs"))
    import simulator_checks as checks  # beside this script

    sys.path.pop(0)
    return str(checks.table())


def _of_commissioning(name: str) -> Callable[[], str]:
    """A part of docs/commissioning.py, beside this script."""

    def part() -> str:
        sys.path.insert(0, str(ROOT / "docs"))
        import commissioning

        sys.path.pop(0)
        return str(getattr(commissioning, name)())

    return part


def doctor_codes() -> str:
    """What ``thrum doctor`` looks at."""
    from host_cli.checkup.codes import CODES

    rows = (f"| `{code}` | {each.about} | {each.text} | {each.exits} |" for code, each in CODES.items())
    return "\n".join(["| code | about | looks at | exit code |", "|---|---|---|---|", *rows])


PARTS: dict[str, Callable[[], str]] = {
    "state diagram": state_diagram,
    "state table": state_table,
    "messages": message_tables,
    "record": lambda: fields_table(m.RECORD, notes(m, "RECORD"), ""),
    "wave": lambda: fields_table(m.WAVE, notes(m, "WAVE"), ""),
    "channels": lambda: numbered(m.CHANNELS),
    "answers": answers.table,
    "flags": flags_table,
    "resets": lambda: numbered(s.RESET_CAUSES),
    "half cosine": half_cosine,
    "heat": heat_table,
    "regions": lambda: numbered(m.REGIONS),
    "shapes": lambda: numbered(m.SHAPES),
    "results": lambda: numbered(m.RESULTS),
    "states": lambda: numbered(s.STATES),
    "reasons": lambda: numbered(s.REASONS, notes(s, "REASONS")),
    "faults": faults_table,
    "rules": lambda: numbered(s.RULES),
    "limits": limits_table,
    "techniques": techniques,
    "keys": keys_tables,
    "simulator checks": simulator_checks,
    "commissioning transcript": _of_commissioning("transcript"),
    "commissioning record": _of_commissioning("record"),
    "commissioning answers": _of_commissioning("answers"),
    "doctor codes": doctor_codes,
    "conformance checks": _of_commissioning("checks"),
    "before the first stroke": before.transcript,
    "screen of playing": lambda: screens.screen("playing", 80, 24, unicode=True),
    "screen of waiting": lambda: screens.screen("waiting", 80, 24, unicode=True),
    "screen of asking": lambda: screens.screen("asking", 80, 24, unicode=True),
    "screen of paused": lambda: screens.screen("paused", 80, 24, unicode=True),
    "small screen of playing": lambda: screens.screen("playing", 40, 12, unicode=False),
    "small screen of asking": lambda: screens.screen("asking", 40, 12, unicode=False),
    "tiny screen of asking": lambda: screens.screen("asking", 20, 6, unicode=False),
    "plain session": screens.plain,
    "kinds of events": screens.kinds,
    "json session": screens.json_lines,
    "session commands": screens.commands,
}


def refreshed(text: str) -> str:
    """The page with every generated part made anew."""

    def part(match: re.Match[str]) -> str:
        name = match[1]
        return f"<!-- begin {name} -->\n\n{PARTS[name]()}\n\n<!-- end {name} -->"

    return re.sub(r"<!-- begin ([a-z ]+) -->.*?<!-- end \1 -->", part, text, flags=re.S)


def main() -> int:
    import typed  # beside this script

    stale = []
    for page in PAGES:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        fresh = refreshed(text)
        fresh = typed.typed(fresh) if page == "docs/authoring.md" else fresh
        if fresh != text:
            stale.append(page)
            if "--check" not in sys.argv:
                path.write_text(fresh, encoding="utf-8")
    import notebook  # beside this script
    import pictures  # beside this script
    import rig_pages  # beside this script

    for each in (notebook, pictures, rig_pages):
        stale += each.stale_names() if "--check" in sys.argv else each.write()
    verb = "out of date" if "--check" in sys.argv else "written"
    print(f"{verb}: {', '.join(stale)}" if stale else "all generated parts are up to date")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
