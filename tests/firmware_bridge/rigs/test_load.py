"""Rigs by id and path, their profiles, the default rig; and rigs that Thrum begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware_bridge.rigs.boards import BOARDS
from firmware_bridge.rigs.load import default_rig, examine_rig, load_rig, load_rig_profile, rig_files
from firmware_bridge.rigs.starter import started
from programs.errors import Rejected
from programs.profile import load_profile, profile_ids
from tests.firmware_bridge.rigs.samples import PI, PICO

REFERENCE = sorted((Path(__file__).parents[3] / "docs" / "rigs").glob("*.toml"))


def rejected(ref: str | Path, folder: Path | None = None) -> Rejected:
    with pytest.raises(Rejected) as caught:
        load_rig(ref, folder)
    return caught.value


def test_a_rig_by_id_and_by_path(tmp_path: Path) -> None:
    (tmp_path / "rig.toml").write_text(PICO)
    by_id, by_path = load_rig("rig", tmp_path), load_rig(tmp_path / "rig.toml")
    assert by_id.model_dump() == by_path.model_dump()
    assert by_id.file == tmp_path / "rig.toml"
    assert load_rig_profile(by_id).id == "heated-head"
    assert (by_id.address, load_rig_of_a_pi(tmp_path)) == ("", f"gpio:{tmp_path / 'pi' / 'rig.toml'}")


def load_rig_of_a_pi(folder: Path) -> str:
    (folder / "pi").mkdir()
    (folder / "pi" / "rig.toml").write_text(PI)
    return load_rig(folder / "pi" / "rig.toml").address


def test_a_profile_stands_beside_the_rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "elsewhere"
    (folder / "profiles").mkdir(parents=True)
    own = (Path("programs/profiles/heated-head.toml").read_text()).replace('id = "heated-head"', 'id = "own"')
    (folder / "profiles" / "own.toml").write_text(own)
    (folder / "rig.toml").write_text(PICO.replace('"heated-head"', '"profiles/own.toml"'))
    monkeypatch.chdir(tmp_path)
    assert load_rig_profile(load_rig("elsewhere/rig.toml")).id == "own"


@pytest.mark.parametrize("ref", ["nowhere", "nowhere.toml", "./nowhere", ""])
def test_a_rig_that_is_not_there(ref: str, tmp_path: Path) -> None:
    error = rejected(ref, tmp_path)
    assert [each.code for each in error.diagnostics] == ["G101"]


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    (tmp_path / "bench.toml").write_text(PICO)
    assert "Did you mean 'bench'?" in str(rejected("bnch", tmp_path))


@pytest.mark.parametrize("text", ["", "board = ", "\0", "[[pins]]\n[pins]\n", "{}"])
def test_a_file_that_is_no_document_is_rejected_without_talk_of_programs(text: str, tmp_path: Path) -> None:
    (tmp_path / "rig.toml").write_text(text)
    assert "thrum show" not in str(rejected("rig", tmp_path))


def test_a_rig_with_errors_is_not_loaded_but_can_be_examined(tmp_path: Path) -> None:
    (tmp_path / "rig.toml").write_text(PICO.replace('"GP10"', '"GP2"'))
    assert rejected("rig", tmp_path).diagnostics[0].code == "G111"
    found = examine_rig("rig", tmp_path)
    assert not found.ok
    assert found.rig is not None


def test_the_default_rig_is_what_the_file_says(tmp_path: Path) -> None:
    assert default_rig(tmp_path) is None
    (tmp_path / "default-rig").write_text("bench\n")
    assert default_rig(tmp_path) == "bench"
    for nothing in ("", "\n", "a\x1b[2J"):
        (tmp_path / "default-rig").write_text(nothing)
        assert default_rig(tmp_path) is None


def test_a_folder_that_is_not_there_has_no_rigs(tmp_path: Path) -> None:
    assert rig_files(tmp_path / "none") == rig_files(None) == []


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("profile", profile_ids())
def test_a_new_rig_is_sound_on_every_board_with_every_profile(
    board: str, profile: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(started("mine", board, load_profile(profile), profile))
    assert [str(each) for each in examine_rig("mine", tmp_path).diagnostics] == []


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: path.stem)
def test_a_reference_rig_has_nothing_to_be_said(path: Path) -> None:
    assert [str(each) for each in examine_rig(path).diagnostics] == []


def test_there_are_four_reference_rigs() -> None:
    assert len(REFERENCE) == 4
