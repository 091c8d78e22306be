"""The notebook says what its cells come to, run in order in a fresh namespace, and is small and clean."""

from __future__ import annotations

import copy
import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("notebook", ROOT / "docs" / "notebook.py")
assert spec is not None
assert spec.loader is not None
notebook = importlib.util.module_from_spec(spec)
spec.loader.exec_module(notebook)


def test_its_cells_come_to_what_is_shown() -> None:
    kept = notebook.read()
    assert notebook.texts(notebook.executed(kept)) == notebook.texts(kept), "run: make docs"


def test_another_output_is_noticed() -> None:
    cell = {"cell_type": "code", "source": ["print(6 * 7)\n", "6 * 7"], "outputs": []}
    (ran,) = notebook.executed({"cells": [cell]})["cells"]
    assert notebook.texts({"cells": [ran]}) == ["42\n42"]
    other = copy.deepcopy(ran)
    other["outputs"][0]["text"] = ["43\n"]
    assert notebook.stale({"cells": [other]})
    assert not notebook.stale({"cells": [ran]})


def test_it_is_a_small_notebook_without_traces_of_a_machine() -> None:
    text = notebook.NOTEBOOK.read_text(encoding="utf-8")
    kept = notebook.read()
    assert (kept["nbformat"], kept["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in kept["cells"]}) == len(kept["cells"])
    assert all(cell["execution_count"] is None for cell in kept["cells"] if notebook.code(cell))
    assert len(text) < 200_000
    said = "".join(notebook.texts(kept))
    assert not re.search(r"0x[0-9a-f]{6}|/(home|tmp|root|Users)/|Warning", said)
