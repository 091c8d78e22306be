"""A rig's firmware as a tree of files, to be copied onto a CircuitPython drive.

Rules kept here: the same rig gives the same bytes; only what this rig needs is in it, found by
following imports; Adafruit's libraries are copied as installed, with version and licence; a tree is
not stamped with any time, so that it can be compared byte by byte (``drive``, ``tree``).
"""

from __future__ import annotations

import ast
import hashlib
import json
import pprint
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.device.link import FIRMWARE
from firmware_bridge.protocol.messages import VERSION
from firmware_bridge.rig import device_config
from firmware_bridge.rigs.boards import BOARDS
from firmware_bridge.rigs.document import Rig
from firmware_bridge.rigs.plan import pin_name, pins_in_use, plan_of
from programs.profile import Profile

FORMAT = "thrum-bundle/1"
MANIFEST = "manifest.json"
ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).resolve().parents[1] / "circuitpython"
ENTRIES = ("boot.py", "code.py", "safemode.py")
DRIVERS = "firmware_bridge/boards/drivers"
BUS_LIBRARIES = ("adafruit-circuitpython-busdevice", "adafruit-circuitpython-register")
# By what is wired: our driver, and the package on PyPI that it needs.
CHIPS = {
    "pca9685": ("pca9685", "adafruit-circuitpython-pca9685"),
    "drv2605": ("drv2605", "adafruit-circuitpython-drv2605"),
    "ads1115": ("ads1115", "adafruit-circuitpython-ads1x15"),
    "ina219": ("ina219", "adafruit-circuitpython-ina219"),
}
# Of a library, what nothing here imports (another bus, clocks).
NOT_NEEDED = {"spi_device.py", "i2c_bcd_alarm.py", "i2c_bcd_datetime.py"}
NOT_NEEDED |= {"register_accessor.py", "register_bit.py", "register_bits.py", "register_struct.py"}

BOARD_RAM_BYTES = {"pico": 264 * 1024, "pico-2": 520 * 1024}  # data sheets of RP2040 and RP2350
# In use after everything is imported and the board is made, measured under MicroPython with 32-bit words
# (tests/runtimes/test_bundle.py holds them); CircuitPython on hardware is not measured.
RAM_BYTES = {"firmware": 92_000, "bus": 10_000}
RAM_BYTES |= {"pca9685": 9_000, "drv2605": 9_000, "ads1115": 17_000, "ina219": 16_000}


def ram_of(board: str) -> int:
    """What a board has, bytes; CircuitPython takes its own part of it."""
    return BOARD_RAM_BYTES[board]


class BundleError(Exception):
    """A bundle cannot be made: one sentence, and what to do."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


@dataclass(frozen=True)
class Bundle:
    """``files``: by path on the drive, the manifest among them."""

    files: dict[str, bytes]
    ram_bytes: int  # estimated use after import

    @property
    def size_bytes(self) -> int:
        return sum(len(content) for content in self.files.values())


def make_bundle(rig: Rig, profile: Profile) -> Bundle:
    """The tree for a rig on a microcontroller. Raises :class:`BundleError`."""
    if rig.on_a_pi:
        raise BundleError(
            f"The rig {rig.id} is on a {rig.board}, which runs the device itself and needs no bundle.",
            f"thrum rig verify {rig.ref}",
        )
    chips = chips_of(rig)
    files = {name: (SOURCES / name).read_bytes() for name in ENTRIES}
    for module in modules_for(chips):
        files[module] = (ROOT / module).read_bytes()
    libraries = _add_libraries(files, chips)
    files["thrum_rig.py"] = constants(rig, profile).encode()
    files["LICENSE"] = _licence("thrum-massager", ROOT / "LICENSE")
    files[MANIFEST] = _manifest(rig, profile, files, libraries).encode()
    names = ["firmware", *(["bus"] if chips else []), *chips]
    return Bundle(dict(sorted(files.items())), sum(RAM_BYTES[name] for name in names))


def chips_of(rig: Rig) -> list[str]:
    """Names of the chips on its bus, each once."""
    kinds: set[str] = {part.driver for part in rig.parts if part.driver in CHIPS}
    kinds |= {"ads1115"} if rig.ntc is not None and rig.ntc.ads1115 is not None else set()
    kinds |= {"ina219"} if rig.current is not None else set()
    return sorted(kinds)


# -- what is in it ---------------------------------------------------------------------------------


def modules_for(chips: list[str]) -> list[str]:
    """Paths of our own files on the board, by following imports at the top of each."""
    found: set[str] = set()
    todo = [SOURCES / name for name in ENTRIES] + [ROOT / DRIVERS / f"{CHIPS[chip][0]}.py" for chip in chips]
    while todo:
        path = todo.pop()
        if path.is_relative_to(ROOT) and path.parent != SOURCES:
            found.add(path.relative_to(ROOT).as_posix())
        for name in _imports(path):
            module = ROOT / f"{name.replace('.', '/')}.py"
            if module.relative_to(ROOT).as_posix() not in found:
                todo.append(module)
    packages = {folder for name in found for folder in Path(name).parents if folder != Path(".")}
    return sorted(found | {f"{folder.as_posix()}/__init__.py" for folder in packages})


def _imports(path: Path) -> list[str]:
    """Our own modules that a file imports when it is imported itself."""
    return [
        node.module
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("firmware_bridge.")
    ]


def constants(rig: Rig, profile: Profile) -> str:
    """``thrum_rig.py``: what the board has to know of its rig."""
    config = device_config(profile, rig)
    values = {name: getattr(config, name) for name in _arguments(DeviceConfig)}
    board = BOARDS[rig.board]
    used = pins_in_use(rig)
    free = [pin_name(rig, pin.name) for pin in board.pins.values() if pin.header and pin.name not in used]
    lines = [
        f"# The rig {rig.id}, made by `thrum rig bundle`. Not to be edited: the stamp covers what is here.",
        f"PLAN = {_python(plan_of(rig, profile))}",
        f"CONFIG = {_python(values)}",
        f"UNUSED = {_python(tuple(free))}",
    ]
    return "\n\n".join(lines) + "\n"


def _arguments(of: type) -> list[str]:
    code = of.__init__.__code__  # type: ignore[misc]
    return list(code.co_varnames[1 : code.co_argcount])


def _python(value: Any) -> str:
    return pprint.pformat(value, width=100, compact=True, sort_dicts=False)


def _add_libraries(files: dict[str, bytes], chips: list[str]) -> list[dict[str, str]]:
    """Copies what the chips' libraries need; returns what the manifest says of them."""
    names = [CHIPS[chip][1] for chip in chips]
    names += BUS_LIBRARIES if chips else ()
    told = []
    for name in sorted(names):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            raise BundleError(
                f"The library {name} is not installed, and this rig needs it on its board.",
                "pip install 'thrum-massager[gpio]'",
            ) from None
        for file in package.files or ():
            if file.suffix == ".py" and file.parts[0].startswith("adafruit_") and file.name not in NOT_NEEDED:
                files[f"lib/{file.as_posix()}"] = Path(str(package.locate_file(file))).read_bytes()
        licence = _licence(name, None)
        files[f"lib/licenses/{name}.txt"] = licence
        told.append({"name": name, "version": package.version, "licence": _named(package)})
    return told


def _named(package: Distribution) -> str:
    """The licence as the package names it."""
    for key in ("License-Expression", "License"):
        if key in package.metadata:
            return package.metadata[key].splitlines()[0]
    return "see its file"


def _licence(package: str, beside: Path | None) -> bytes:
    if beside is not None and beside.is_file():
        return beside.read_bytes()
    for file in distribution(package).files or ():
        if file.name.startswith("LICENSE") and file.suffix in ("", ".txt", ".md"):
            return Path(str(distribution(package).locate_file(file))).read_bytes()
    raise BundleError(f"The licence of {package} is missing where it is installed.", "Install it again.")


def _manifest(rig: Rig, profile: Profile, files: dict[str, bytes], libraries: list[dict[str, str]]) -> str:
    config = device_config(profile, rig)
    content = {
        "format": FORMAT,
        "firmware": FIRMWARE,
        "protocol": VERSION,
        "rig": rig.id,
        "board": rig.board,
        "profile": profile.id,
        "profile_hash": profile.hash,
        "config_crc": f"{config.crc:08x}",
        "libraries": libraries,
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    return json.dumps(content, indent=1) + "\n"
