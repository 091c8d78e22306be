"""Writes the parts of the documents that come from the code: ``python docs/generate.py [--check]``.

A generated part stands between two marks, ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; the
text around them is written by hand. With ``--check`` nothing is written and the exit code is 1
when a part is out of date; a test does the same. The pictures of ``docs/pictures.py`` go with it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from firmware_bridge.device import limits  # noqa: E402
from firmware_bridge.protocol import messages as m  # noqa: E402
from firmware_bridge.protocol import states as s  # noqa: E402
from programs.document import Program  # noqa: E402
from programs.meanings import meaning  # noqa: E402
from programs.strict import allowed, keys_of, models_below  # noqa: E402
from programs.techniques import TECHNIQUES, Technique  # noqa: E402

PAGES = (
    "ARCHITECTURE.md", "docs/protocol.md", "docs/techniques.md", "docs/authoring.md", "docs/simulator.md",
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


def message_tables() -> str:
    parts: list[str] = []
    for kind, (name, fields) in m.MESSAGES.items():
        parts.append(f"### {kind} {name}: {m.size(fields)} bytes\n\n{fields_table(fields)}")
    return "\n\n".join(parts)


def fields_table(fields: tuple[tuple[str, str], ...]) -> str:
    rows = (
        f"| {at} | {name} | {kind} |"
        for (name, kind), at in zip(fields, m.offsets(fields).values(), strict=True)
    )
    return "\n".join(["| at | field | kind |", "|---|---|---|", *rows])


def numbered(names: tuple[str | None, ...]) -> str:
    return "\n".join(
        [
            "| code | means |",
            "|---|---|",
            *(f"| {code} | {name or 'none'} |" for code, name in enumerate(names)),
        ]
    )


def limits_table() -> str:
    """Every constant of the device's limits, with the comment that stands on its line."""
    return "\n".join(["| constant | value | what, and why |", "|---|---|---|", *_limit_rows()])


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


def _limit_rows() -> Iterator[str]:
    source = Path(limits.__file__).read_text(encoding="utf-8")
    for name, value, comment in re.findall(r"^([A-Z][A-Z0-9_]*) = (.+?)(?:  # (.*))?$", source, re.M):
        yield f"| `{name}` | {value} | {comment} |"


def techniques() -> str:
    """Every technique that draws something: picture, words, parameters, defaults."""
    return "\n\n".join(_technique(row) for row in TECHNIQUES.values() if row.draw is not None)


def _technique(row: Technique) -> str:
    head = f"### {row.slug} ({row.id})\n\n![{row.slug}: {row.text}](pictures/{row.slug}.svg)"
    levels = ", ".join(f"{name} {a:g} to {b:g}" for name, (a, b) in row.levels.items())
    played = f"On {row.channel}: {row.text}. Source: {row.source}."
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


PARTS: dict[str, Callable[[], str]] = {
    "state diagram": state_diagram,
    "state table": state_table,
    "messages": message_tables,
    "record": lambda: fields_table(m.RECORD),
    "wave": lambda: fields_table(m.WAVE),
    "regions": lambda: numbered(m.REGIONS),
    "shapes": lambda: numbered(m.SHAPES),
    "results": lambda: numbered(m.RESULTS),
    "states": lambda: numbered(s.STATES),
    "reasons": lambda: numbered(s.REASONS),
    "faults": lambda: numbered(s.FAULTS),
    "rules": lambda: numbered(s.RULES),
    "limits": limits_table,
    "techniques": techniques,
    "keys": keys_tables,
    "simulator checks": simulator_checks,
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
    import pictures  # beside this script

    stale += pictures.stale_names() if "--check" in sys.argv else pictures.write()
    verb = "out of date" if "--check" in sys.argv else "written"
    print(f"{verb}: {', '.join(stale)}" if stale else "all generated parts are up to date")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
