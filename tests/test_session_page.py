"""The scripts of docs/session.md run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from host_cli.exits import BY_OUTCOME

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "session.md").read_text(encoding="utf-8")
PIPED, LIBRARY = re.findall(r"```python\n(.*?)```", PAGE, re.S)


def said(script: str, home: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(home), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.realtime
def test_another_program_drives_a_session(tmp_path: Path) -> None:
    script = PIPED.replace('"thrum", "run"', f'{sys.executable!r}, "-m", "host_cli", "run"')
    assert script != PIPED
    lines = said(script, tmp_path)
    assert lines[0] == "stage 1 of 3: Arrive, shoulders left"
    assert lines[-2:] == ["stopped by you: stopped by the user", "130"]


def test_an_application_plays_and_reads_its_record(tmp_path: Path) -> None:
    lines = said(LIBRARY, tmp_path)
    assert lines[0] == "    0 s  stage 1 of 3: Arrive, shoulders left"
    assert lines[-2] == "stopped_by_user stopped by the user"
    samples, peak = lines[-1].split()
    assert (int(samples) > 1200, float(peak)) == (True, 0.26)


def test_every_outcome_is_on_the_page_with_its_exit_code() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|$", PAGE, re.M))
    assert {outcome: str(code) for outcome, code in BY_OUTCOME.items()} == rows
