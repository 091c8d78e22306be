"""The bundle: what goes onto a board's drive, written whole, the same every time, and compared."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.boards.plan import configuration
from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.controller import Controller
from firmware_bridge.device.link import FIRMWARE
from firmware_bridge.protocol.messages import VERSION
from firmware_bridge.rig import device_config
from firmware_bridge.rigs import bundle as bundles
from firmware_bridge.rigs.bundle import BundleError, make_bundle, ram_of
from firmware_bridge.rigs.document import Rig
from firmware_bridge.rigs.drive import Comparison, compare
from firmware_bridge.rigs.tree import write_tree
from tests.firmware_bridge.boards.rigs import chips_rig, plain_rig, profile

DRIVE_BYTES = 1024 * 1024  # what CircuitPython leaves of a Pico's 2 MB of flash


def tree(rig: Rig) -> dict[str, bytes]:
    return make_bundle(rig, profile()).files


def test_the_same_rig_gives_the_same_bytes() -> None:
    assert list(tree(plain_rig()).items()) == list(tree(plain_rig()).items())


def test_only_what_the_rig_needs_is_in_it() -> None:
    plain, chips = tree(plain_rig()), tree(chips_rig())
    assert not [name for name in plain if name.startswith("lib/")]
    assert {"boot.py", "code.py", "safemode.py", "thrum_rig.py", "LICENSE", "manifest.json"} <= plain.keys()
    assert "firmware_bridge/device/controller.py" in plain
    assert "firmware_bridge/rig.py" not in plain  # of the host
    for name in ("pca9685", "drv2605", "ads1115", "ina219"):
        assert f"firmware_bridge/boards/drivers/{name}.py" in chips.keys() - plain.keys()
    assert {"lib/adafruit_pca9685.py", "lib/adafruit_bus_device/i2c_device.py"} <= chips.keys()
    assert b"MIT" in chips["lib/licenses/adafruit-circuitpython-pca9685.txt"]


@pytest.mark.parametrize("rig", [plain_rig(), chips_rig()], ids=["plain", "chips"])
def test_it_fits(rig: Rig) -> None:
    bundle = make_bundle(rig, profile())
    assert bundle.size_bytes == sum(map(len, bundle.files.values()))
    assert bundle.size_bytes < DRIVE_BYTES // 2
    assert bundle.ram_bytes < ram_of("pico") or rig.id == "chips"


def test_the_manifest_names_versions_and_every_file() -> None:
    files = tree(chips_rig())
    manifest = json.loads(files["manifest.json"])
    assert (manifest["firmware"], manifest["protocol"], manifest["rig"]) == (FIRMWARE, VERSION, "chips")
    assert manifest["files"] == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "manifest.json"
    }
    assert {each["licence"] for each in manifest["libraries"]} == {"MIT"}
    assert manifest["config_crc"] == f"{device_config(profile(), chips_rig()).crc:08x}"


def constants(rig: Rig) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(tree(rig)["thrum_rig.py"], names)
    return names


def test_the_board_gets_the_configuration_that_the_host_computes() -> None:
    found = constants(plain_rig())
    assert configuration(found["CONFIG"], found["PLAN"]).crc == device_config(profile(), plain_rig()).crc


# Each pin and address of both rigs, moved on the board itself.
EDITS: dict[str, dict[str, Any]] = {
    "plain": {
        "stop": "GP16",
        "enable": "GP13",
        "led": "GP9",
        "ntc": ("pin", "GP27"),
        "outputs": (("mosfet", "GP10"), ("h-bridge", "GP6", "GP8", None), ("mosfet", "GP2")),
    },
    "chips": {
        "i2c": ("GP7", "GP6"),
        "ntc": ("ads1115", 0x48, 1),
        "current": (0x41, 1),
        "outputs": (("drv2605", 0x5A), ("pca9685", 0x41, 3), ("mosfet", "GP10")),
    },
}


@pytest.mark.parametrize(
    ("rig", "key"), [(rig, key) for rig in (plain_rig(), chips_rig()) for key in EDITS[rig.id]]
)
def test_a_pin_that_is_edited_on_the_board_voids_the_stamp(rig: Rig, key: str) -> None:
    found = constants(rig)
    stamp = configuration(found["CONFIG"], found["PLAN"]).crc
    assert not started(found, stamp).governor.bench
    assert found["PLAN"][key] != EDITS[rig.id][key]
    found["PLAN"][key] = EDITS[rig.id][key]
    device = started(found, stamp)
    assert device.governor.bench
    assert device.fault == 0


@pytest.mark.parametrize(("rig", "output_of"), [(plain_rig(), (0, -1, -1)), (chips_rig(), (-1, -1, -1))])
def test_without_enable_on_the_board_only_what_vibrates_and_ends_with_it_is_played(
    rig: Rig, output_of: tuple[int, int, int]
) -> None:
    found = constants(rig)
    assert configuration(found["CONFIG"], found["PLAN"]).output_of == (0, 1, 2)
    stamp = configuration(found["CONFIG"], found["PLAN"]).crc
    found["PLAN"]["enable"] = None
    device = started(found, stamp)
    assert device.governor.bench
    assert device.config.output_of == output_of


def started(found: dict[str, Any], stamp: int) -> Any:
    """The controller on a board in memory, after its first step, with this stamp."""
    config = configuration(found["CONFIG"], found["PLAN"])
    device: Any = Controller(config, MemoryBoard(len(config.heads), stamp), 1)
    device.tick(0)
    return device


def test_pins_are_named_as_the_board_names_them_and_the_rest_are_unused() -> None:
    found = constants(plain_rig())
    assert found["PLAN"]["led"] == "LED"
    assert found["PLAN"]["outputs"][1] == ("h-bridge", "GP6", "GP8", None)
    used = {"GP15", "GP14", "GP2", "GP6", "GP8", "GP10", "GP26"}
    assert set(found["UNUSED"]) == {f"GP{n}" for n in (*range(23), 26, 27, 28)} - used


def test_a_rig_on_a_pi_has_no_bundle() -> None:
    values = plain_rig().model_dump(mode="json", by_alias=True) | {"board": "raspberry-pi-4"}
    with pytest.raises(BundleError, match="runs the device itself"):
        make_bundle(Rig.model_validate(values, strict=False), profile())


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(bundles, "distribution", nothing)
    with pytest.raises(BundleError, match="adafruit-circuitpython-") as caught:
        make_bundle(chips_rig(), profile())
    assert caught.value.hint == "pip install 'thrum-massager[gpio]'"
    assert make_bundle(plain_rig(), profile()).files  # which needs none


# -- written and compared -------------------------------------------------------------------------


def test_a_tree_is_written_and_replaced_and_its_drive_compares_equal(tmp_path: Path) -> None:
    bundle = make_bundle(plain_rig(), profile())
    folder, told = tmp_path / "out", []
    write_tree(bundle.files, folder, told.append)
    assert sum(told) == bundle.size_bytes
    (folder / "left-over.py").write_text("old")
    write_tree(bundle.files, folder)
    assert compare(bundle, folder) == Comparison((), (), ())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_differs_on_a_drive_is_named(tmp_path: Path) -> None:
    bundle = make_bundle(plain_rig(), profile())
    write_tree(bundle.files, tmp_path / "out")
    (tmp_path / "out" / "code.py").write_bytes(bundle.files["code.py"] + b"\n")
    (tmp_path / "out" / "boot.py").unlink()
    (tmp_path / "out" / "main.py").write_text("print('mine')")
    (tmp_path / "out" / "boot_out.txt").write_text("CircuitPython's own")
    (tmp_path / "out" / "System Volume Information").mkdir()
    (tmp_path / "out" / "System Volume Information" / "x").write_text("Windows' own")
    assert compare(bundle, tmp_path / "out") == Comparison(("boot.py",), ("code.py",), ("main.py",))
    with pytest.raises(BundleError, match="There is no drive or folder"):
        compare(bundle, tmp_path / "nowhere")


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(BundleError, match="not empty"):
        write_tree({"a": b"1"}, tmp_path / "mine")
    with pytest.raises(BundleError, match="does not exist"):
        write_tree({"a": b"1"}, tmp_path / "no" / "where")
    (tmp_path / "file").write_text("")
    with pytest.raises(BundleError, match="it is a file"):
        write_tree({"a": b"1"}, tmp_path / "file")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    bundle = make_bundle(plain_rig(), profile())
    write_tree(bundle.files, tmp_path / "out")

    def full(_count: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(BundleError, match="No space left on device"):
        write_tree({"b": b"2", "c": b"3"}, tmp_path / "out", full)
    assert compare(bundle, tmp_path / "out").same
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
