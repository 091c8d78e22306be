"""Types the commands of docs/authoring.md again, and puts what they say under them.

The page is a story: its programs are written to files, the mistakes of its ```diff block go into
``wrong.toml``, and its commands run in order in one empty folder. A block that leaves something out
("...") is kept as it is; a test sees to it that what it shows is said.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

WIDTH = "88"  # columns of the terminal that the page was typed on
BLOCK = re.compile(r"```console\n\$ thrum ([^\n]+)\n(.*?)```", re.S)
SLOWER = ("intensity = [0.20, 0.28]", "intensity = [0.22, 0.30]\nshape = { period_s = 4.0 }")


def tomls(page: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", page, re.S)


def programs(page: str) -> dict[str, str]:
    """The whole programs of the page, by id."""
    return {tomllib.loads(text)["id"]: text for text in tomls(page) if text.startswith("format")}


def wrong(page: str) -> str:
    """The shoulder session with the mistakes of the page, in the order of the page."""
    found = re.search(r"```diff\n(.*?)```", page, re.S)
    if found is None:
        raise ValueError("the page shows no mistakes")
    text, at = programs(page)["tired-shoulders"], 0
    for old, new in re.findall(r"^-(.*)\n((?:\+.*\n)+)", found[1], re.M):
        at = text.index(old + "\n", at)
        text = text[:at] + re.sub(r"^\+", "", new, flags=re.M) + text[at + len(old) + 1 :]
    return text


@contextlib.contextmanager
def desk(page: str) -> Iterator[Path]:
    """The folder that the page is typed in, as the current one; nothing of the user is there."""
    before, env = Path.cwd(), dict(os.environ)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = str(folder / "home")
        os.environ.update(HOME=home, XDG_DATA_HOME=home, XDG_STATE_HOME=home, COLUMNS=WIDTH)
        os.environ.update(PYTHONIOENCODING="utf-8", NO_COLOR="1")
        for each, text in programs(page).items():
            (folder / f"{each}.toml").write_text(text, encoding="utf-8")
        (folder / "wrong.toml").write_text(wrong(page), encoding="utf-8")
        os.chdir(folder)
        try:
            yield folder
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(env)


def said(command: str) -> str:
    """What a command says, on both streams."""
    from host_cli.main import main

    if command.startswith("diff"):
        path = Path("my-shoulders.toml")
        path.write_text(path.read_text(encoding="utf-8").replace(*SLOWER), encoding="utf-8")
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        main(command.split())
        out.flush()
    return out.buffer.getvalue().decode().rstrip()  # type: ignore[attr-defined]


def typed(page: str) -> str:
    """The page with the output of its commands made anew."""

    def block(match: re.Match[str]) -> str:
        out = said(match[1])
        kept = match[2].rstrip() if "..." in match[2].splitlines() else out
        return f"```console\n$ thrum {match[1]}\n{kept}\n```"

    with desk(page):
        return BLOCK.sub(block, page)
