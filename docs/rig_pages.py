"""The generated parts of ``docs/rigs/``: ``python docs/rig_pages.py [--check]`` (part of ``make docs``).

Each page is called by its rig file. Its parts list, pins and file stand between marks, and its wiring is
drawn into ``docs/rigs/pictures/``: all made from the rig file, so a page cannot differ from what
``thrum rig`` says.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from firmware_bridge.rigs.load import load_rig, load_rig_profile  # noqa: E402
from firmware_bridge.rigs.parts import parts_list  # noqa: E402
from firmware_bridge.rigs.wiring import wiring_svg  # noqa: E402

FOLDER = ROOT / "docs" / "rigs"


def rig_names() -> list[str]:
    """The reference rigs."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def parts_table(name: str) -> str:
    """What to buy, and why so strong."""
    rig = load_rig(FOLDER / f"{name}.toml")
    rows = [
        f"| {each.for_} | {each.what} | {each.value} | {each.why} |"
        for each in parts_list(rig, load_rig_profile(rig))
    ]
    return "\n".join(["| for | part | rating | why |", "|---|---|---|---|", *rows])


def rig_file(name: str) -> str:
    """The rig file as it is."""
    return f"```toml\n{(FOLDER / f'{name}.toml').read_text(encoding='utf-8').rstrip()}\n```"


def files() -> dict[Path, str]:
    """Every generated file with what it should say."""
    made: dict[Path, str] = {}
    for name in rig_names():
        rig = load_rig(FOLDER / f"{name}.toml")
        made[FOLDER / "pictures" / f"{name}.svg"] = wiring_svg(rig, load_rig_profile(rig))
        page = FOLDER / f"{name}.md"
        text = page.read_text(encoding="utf-8")
        for part, says in (("parts", parts_table(name)), ("rig file", rig_file(name))):
            fresh = f"<!-- begin {part} -->\n\n{says}\n\n<!-- end {part} -->"
            pattern = rf"<!-- begin {part} -->.*?<!-- end {part} -->"
            text = re.sub(pattern, lambda _match, fresh=fresh: fresh, text, flags=re.S)
        made[page] = text
    return made


def stale() -> list[Path]:
    """Generated files that do not say what they should."""
    return [
        path
        for path, text in files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def write() -> list[str]:
    """Write what is out of date; the names of what was written."""
    old = stale()
    made = files()
    for path in old:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
    return [str(path.relative_to(ROOT)) for path in old]


def stale_names() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in stale()]


if __name__ == "__main__":
    found = stale_names() if "--check" in sys.argv else write()
    print(", ".join(found) or "all generated parts are up to date")
    sys.exit(1 if found and "--check" in sys.argv else 0)
