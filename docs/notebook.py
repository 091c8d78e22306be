"""Runs the cells of the notebook and keeps what they come to: ``python docs/notebook.py [--check]``.

The notebook is plain JSON; its sources are written by hand, its outputs here (part of ``make docs``). The
records that it writes go to a folder that is thrown away. A test compares the texts. A picture depends on
the machine's fonts, so pictures are drawn anew only together with a text that has changed.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]

NOTEBOOK = ROOT / "docs" / "notebook" / "first-session.ipynb"
DPI = 60  # small enough to be kept in a repository


def read() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return found


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with the outputs that its cells have, run in their order in a fresh namespace."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = []
    with _nobodys_folder():
        for cell in notebook["cells"]:
            ran = {**cell, "outputs": _outputs("".join(cell["source"]), names)} if code(cell) else cell
            cells.append(ran)
    return {**notebook, "cells": cells}


def code(cell: dict[str, Any]) -> bool:
    return bool(cell["cell_type"] == "code")


def texts(notebook: dict[str, Any]) -> list[str]:
    """What each code cell says, pictures left out."""
    return ["".join(_texts(cell)) for cell in notebook["cells"] if code(cell)]


def _texts(cell: dict[str, Any]) -> Iterator[str]:
    for output in cell["outputs"]:
        yield from output.get("text", output.get("data", {}).get("text/plain", []))


def _outputs(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """What a cell prints, the value of its last line, its pictures."""
    from matplotlib import pyplot

    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": _lines(printed.getvalue())})
    if value is not None and not source.rstrip().endswith(";"):
        data = {"text/plain": _lines(repr(value))}
        outputs.append(
            {"output_type": "execute_result", "execution_count": None, "data": data, "metadata": {}}
        )
    for number in pyplot.get_fignums():
        data = {"image/png": _png(pyplot.figure(number)), "text/plain": ["<Figure>"]}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    pyplot.close("all")
    return outputs


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _png(figure: Any) -> str:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI, metadata={"Software": None})
    return base64.b64encode(drawn.getvalue()).decode() + "\n"


@contextmanager
def _nobodys_folder() -> Iterator[None]:
    """Records go where they are thrown away, pictures to memory."""
    import matplotlib

    matplotlib.use("Agg")
    before = os.environ.get("XDG_DATA_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        try:
            yield
        finally:
            del os.environ["XDG_DATA_HOME"]
            os.environ |= {} if before is None else {"XDG_DATA_HOME": before}


def stale(notebook: dict[str, Any]) -> bool:
    """Whether a cell says something else than what is kept, or has nothing kept."""
    return texts(executed(notebook)) != texts(notebook)


def stale_names() -> list[str]:
    """The notebook's name where it is out of date."""
    return [NOTEBOOK.name] if stale(read()) else []


def write() -> list[str]:
    """Keep what the cells come to; the names of the files that were written."""
    kept = read()
    fresh = executed(kept)
    if texts(fresh) == texts(kept):
        return []
    NOTEBOOK.write_text(json.dumps(fresh, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return [NOTEBOOK.name]


def main() -> int:
    old = stale_names() if "--check" in sys.argv else write()
    verb = "out of date" if "--check" in sys.argv else "written"
    print(f"{verb}: {', '.join(old)}" if old else "the notebook is up to date")
    return 1 if old and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
