"""What the README shows is what Thrum says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
ROOT = Path(__file__).parent.parent


def example() -> str:
    found = re.search(r"```toml\n(.*?)```", README, re.S)
    assert found is not None
    return found[1]


def wrong() -> str:
    """The example with the three mistakes that the README shows."""
    text = example().replace('posture = "seated"', 'posture = "seated"\ncolour = "blue"')
    return text.replace("v = 0.28", "v = 0.48").replace(
        'technique = "petrissage"', 'technique = "petrisage"', 1
    )


def shown(command: str) -> str:
    found = re.search(rf"\$ {re.escape(command)}\n(.*?)```", README, re.S)
    assert found is not None, f"the README does not show {command}"
    return found[1].rstrip()


@pytest.mark.parametrize("name", ["my-evening.toml", "wrong.toml"])
def test_the_example_and_its_mistakes_read_as_shown(name: str, tmp_path: Path) -> None:
    (tmp_path / "my-evening.toml").write_text(example(), encoding="utf-8")
    (tmp_path / "wrong.toml").write_text(wrong(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "host_cli", "check", name],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "88", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.rstrip() == shown(f"thrum check {name}")
    assert done.returncode == (0 if name == "my-evening.toml" else 1)


MASKS = (  # what varies with the machine
    (r"took +[0-9.]+ s, \d+ x real time", "took T"),
    (r'"wall_s": [0-9.]+', '"wall_s": T'),
    (r"\(\d+ [kM]B\)", "(SIZE)"),
)


def masked(text: str) -> str:
    for pattern, stands in MASKS:
        text = re.sub(pattern, stands, text)
    return text.rstrip()


@pytest.mark.parametrize(
    "command",
    [
        "thrum demo",
        "thrum simulate my-evening.toml --json",
        "thrum simulate lower-back-heat --fault ntc.fallen@300",
    ],
)
def test_runs_come_to_what_is_shown(command: str, tmp_path: Path) -> None:
    (tmp_path / "my-evening.toml").write_text(example(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "host_cli", *command.split()[1:]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "88", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert masked(done.stdout.replace(f"{tmp_path.resolve()}/", "")) == masked(shown(command))


def test_the_library_example_runs() -> None:
    found = re.search(r"```python\n(.*?)```", README, re.S)
    assert found is not None
    done = subprocess.run(
        [sys.executable, "-c", found[1]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "completed ()\ncompleted\n", done.stderr
