"""Without node the tests are skipped with the reason; where runtimes are required, that is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtimes import node

TEST = "tests/runtimes/test_micropython.py::test_the_crc_without_a_library_is_the_same"


def test_a_missing_node_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert node.missing().startswith("node is not installed")


def test_where_runtimes_are_required_a_skip_is_a_failure(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", TEST],
        env=os.environ | {"PATH": str(tmp_path), node.REQUIRED: "1"},
        cwd=node.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{node.REQUIRED}=1, but node is not installed" in done.stdout
