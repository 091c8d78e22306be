"""Files appear whole under their name, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_cli.exits import Quit
from host_cli.files import check_target, make_folder, write_whole


def test_a_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.svg", b"one")
    write_whole(tmp_path / "a.svg", b"two")
    assert (tmp_path / "a.svg").read_bytes() == b"two"
    assert [each.name for each in tmp_path.iterdir()] == ["a.svg"]


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.svg").mkdir()  # a rename onto it fails
    with pytest.raises(Quit, match="cannot be written"):
        write_whole(tmp_path / "a.svg", b"one")
    assert [each.name for each in tmp_path.iterdir()] == ["a.svg"]


@pytest.mark.parametrize(
    ("target", "says"),
    [("a.bmp", "allowed: .svg, .png"), ("missing/a.svg", "does not exist"), (".", "directory")],
)
def test_targets_are_refused_before_the_work(tmp_path: Path, target: str, says: str) -> None:
    suffixes = (".svg", ".png") if target != "." else ()
    with pytest.raises(Quit, match=says) as caught:
        check_target(tmp_path / target, suffixes)
    assert caught.value.code == 2


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(Quit, match="cannot be made"):
        make_folder(tmp_path / "taken")
