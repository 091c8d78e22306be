"""Standard streams that are closed, full or broken: exit code 2 at the most, and no word of Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full and a POSIX shell")

# (what the shell runs; $THRUM is the command), exit code
SHELL = [
    ("$THRUM list >&-", 2),
    ("$THRUM --help >&-", 2),
    ("$THRUM list 2>&- >/dev/null", 0),
    ("$THRUM list <&- >/dev/null", 0),
    ("$THRUM >&- 2>&- <&-", 2),
    ("$THRUM nothing-like-it >&- 2>&-", 2),
    ("$THRUM list >/dev/full", 2),
    ("$THRUM nothing-like-it 2>/dev/full", 2),
    ("$THRUM check no-such-program >/dev/null 2>/dev/full", 1),
]


@pytest.mark.parametrize(("line", "code"), SHELL, ids=[row[0] for row in SHELL])
def test_a_stream_that_takes_nothing(line: str, code: int, tmp_path: Path) -> None:
    done = _run(line, tmp_path)
    assert done.returncode == code
    for word in ("Traceback", "Exception", "Errno", "bug"):
        assert word not in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["show evening-shoulders", "list --json", "schema"])
def test_a_reader_that_went_away(command: str, tmp_path: Path) -> None:
    """Whether or not a buffer lies in between."""
    for unbuffered in ("", "1"):
        line = f"{{ sleep 0.2; PYTHONUNBUFFERED={unbuffered} $THRUM {command}; echo code $? >&2; }} | true"
        done = _run(line, tmp_path)
        assert done.stderr == "code 2\n"


def _run(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = f"{sys.executable} -m host_cli"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), "THRUM": command}
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, env=env)
