"""``thrum rig bundle``: written for a reference rig, compared with a drive, refused in sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from host_cli.main import main

RIGS = Path(__file__).parents[2] / "docs" / "rigs"
PICO = str(RIGS / "pico-mosfet-heat.toml")
PI = str(RIGS / "pi-pca9685.toml")


def test_it_writes_a_tree_and_says_what_to_do_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["rig", "bundle", PICO, "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "If a bundle is on the board already, hold the rig's stop pressed while you plug it in" in said
    assert "of 264 kB" in said
    assert (out / "code.py").is_file()
    assert main(["rig", "bundle", PICO, "--verify", str(out)]) == 0
    assert "file for file" in capsys.readouterr().out


def test_sizes_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rig", "bundle", PICO, "-o", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["files"] > 30
    assert found["size_bytes"] == sum(
        path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file()
    )
    assert found["ram_bytes"] < found["board_ram_bytes"] / 2


def test_a_drive_that_differs_is_exit_4_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    main(["rig", "bundle", PICO, "-o", str(out)])
    (out / "main.py").write_text("")
    (out / "thrum_rig.py").write_text("PLAN = {}\n")
    capsys.readouterr()
    assert main(["rig", "bundle", PICO, "--verify", str(out)]) == 4
    said = capsys.readouterr().out
    assert "changed  thrum_rig.py" in said
    assert "extra    main.py" in said
    assert main(["rig", "bundle", PICO, "--verify", str(out), "--json"]) == 4
    found = json.loads(capsys.readouterr().out)
    assert (found["same"], found["changed"], found["extra"]) == (False, ["thrum_rig.py"], ["main.py"])


def test_a_folder_that_is_no_such_drive_is_not_told_to_be_emptied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(40):
        (tmp_path / f"holiday-{number}.jpg").write_text("")
    (tmp_path / "code.py").write_text("print('Hello World!')")
    assert main(["rig", "bundle", PICO, "--verify", str(tmp_path)]) == 4
    said = capsys.readouterr()
    assert "is no drive with a Thrum bundle" in said.err
    assert "delete" not in said.out + said.err
    assert "holiday" not in said.out + said.err
    assert "-o pico-mosfet-heat-bundle" in said.err


def test_a_long_list_of_extra_files_is_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    main(["rig", "bundle", PICO, "-o", str(out)])
    for number in range(40):
        (out / f"holiday-{number}.jpg").write_text("")
    capsys.readouterr()
    assert main(["rig", "bundle", PICO, "--verify", str(out)]) == 4
    said = capsys.readouterr().out
    assert said.count("extra ") == 21
    assert "extra    and 20 more; --json lists all" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([PI, "-o", "x"], "needs no bundle"),
        ([PICO], "Say where to write it"),
        ([PICO, "-o", "x", "--verify", "y"], "one at a time"),
        ([PICO, "--verify", "/no/such/drive"], "There is no drive or folder"),
        ([PICO, "-o", "/no/such/folder/x"], "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rig", "bundle", *arguments]) == 2
    assert says in capsys.readouterr().err
