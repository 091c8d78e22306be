"""A file is written where it really is, whole or not at all, with the permissions that it should have."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from programs.writing import why_not, write_whole

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask_027() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    write_whole(target, [b"one\n", b"two\n"])
    write_whole(target, [b"three\n"])
    assert target.read_bytes() == b"three\n"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    target = tmp_path / "a.csv"
    write_whole(target, [b"whole"])
    with pytest.raises(KeyboardInterrupt):
        write_whole(target, chunks())
    assert target.read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["a.csv"]


@posix
def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link, real = tmp_path / "a.csv", tmp_path / "far" / "b.csv"
    link.symlink_to(real)
    write_whole(link, [b"new"])  # it led nowhere until now
    write_whole(link, [b"newer"])
    assert link.is_symlink()
    assert real.read_bytes() == b"newer"
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "far"]


@posix
def test_permissions_are_those_of_the_file_or_of_the_umask(tmp_path: Path, umask_027: None) -> None:
    target = tmp_path / "a.csv"
    write_whole(target, [b"new"])
    assert mode(target) == 0o640
    target.chmod(0o600)
    write_whole(target, [b"newer"])
    assert mode(target) == 0o600


def refused(tmp_path: Path) -> dict[str, Path]:
    """Targets that cannot be written, by a part of the reason."""
    paths = {
        "read-only": tmp_path / "kept.csv",
        "device or pipe": tmp_path / "pipe.csv",
        "leads back to itself": tmp_path / "loop.csv",
        "too long": tmp_path / ("n" * 300 + ".csv"),
        "directory": tmp_path,
        "does not exist": tmp_path / "absent" / "a.csv",
        "is no folder": tmp_path / "kept.csv" / "a.csv",
    }
    paths["read-only"].write_bytes(b"kept")
    paths["read-only"].chmod(0o444)
    os.mkfifo(paths["device or pipe"])
    paths["leads back to itself"].symlink_to(tmp_path / "loop.csv")
    return paths


@posix
def test_what_cannot_be_written_is_known_before_and_left_alone(tmp_path: Path) -> None:
    paths = refused(tmp_path)
    before = sorted(os.listdir(tmp_path))
    for reason, path in paths.items():
        assert reason in why_not(path)
        with pytest.raises(OSError, match=reason):
            write_whole(path, [b"new"])
    assert sorted(os.listdir(tmp_path)) == before
    assert (tmp_path / "kept.csv").read_bytes() == b"kept"


@posix
def test_a_name_that_just_fits_is_written(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 251 + ".csv")
    assert why_not(target) == ""
    write_whole(target, [b"new"])
    assert os.listdir(tmp_path) == [target.name]
