"""Every mistake that a rig file can have: named, placed, and with a way out."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.rig import device_config
from firmware_bridge.rigs.codes import RIG_CODES
from programs.profile import load_profile
from tests.firmware_bridge.rigs.samples import PI, PICO, codes, examined

ROOT = Path(__file__).parents[3]
CALIBRATION = '[[calibration]]\noutput = "percussion-head"\nstart_duty = 0.3\nmax_duty = 0.8\n'


@pytest.mark.parametrize("text", [PICO, PI, PICO.replace('"pico"', '"pico-2"'), PI.replace("pi-4", "pi-5")])
def test_a_sound_rig_has_nothing_to_be_said(tmp_path: Path, text: str) -> None:
    assert codes(examined(tmp_path, text)) == []


MISTAKES = [
    (PICO, ('"GP10"', '"GP30"'), "G110", "GP", 'pin = "GP30"'),
    (PICO, ('"GP10"', '"10"'), "G110", '"GP10"', 'pin = "10"'),
    (PICO, ('"GP10"', '"GPIO18"'), "G110", '"GP18"', 'pin = "GPIO18"'),
    (PI, ('"GPIO17"', '"GP17"'), "G110", "GPIO17", 'stop = "GP17"'),
    (PICO, ('"GP10"', '"GP15"'), "G111", "another pin", 'pin = "GP15"'),
    (PICO, ('led = "GP25"', 'led = "GP2"'), "G111", "another pin", 'pin = "GP2"'),
    (PICO, ('stop = "GP14"', 'stop = "GP23"'), "G112", "wired", 'stop = "GP23"'),
    (PICO, ('led = "GP25"', 'led = "GP24"'), "G112", "wired", 'led = "GP24"'),
    (PICO, ('pin = "GP26"', 'pin = "GP22"'), "G112", "GP26, GP27, GP28", 'pin = "GP22"'),
    (PI, ("ads1115 = 0x48\nchannel = 0", 'pin = "GPIO4"'), "G112", "ADS1115", 'pin = "GPIO4"'),
    (
        PI,
        ('driver = "pca9685"\naddress = 0x40\nchannel = 2', 'driver = "mosfet"\npin = "GPIO23"'),
        "G112",
        "GPIO12, GPIO13, GPIO18, GPIO19",
        'pin = "GPIO23"',
    ),
    (PI, ('sda = "GPIO2"', 'sda = "GPIO5"'), "G112", "GPIO2", 'sda = "GPIO5"'),
    (PICO, ('"GP10"', '"GP18"'), "G113", "Use GP", 'pin = "GP18"'),
    (PI, ('enable = "GPIO27"', 'enable = "GPIO5"'), "G115", "GPIO9", 'enable = "GPIO5"'),
    (PI, ("ina219 = 0x41", "ina219 = 0x40"), "G120", "0x41", "ina219 = 0x40"),
    (
        PI,
        ("address = 0x40\nchannel = 2", "address = 0x70\nchannel = 2"),
        "G120",
        "address pins to 0x42",
        "address = 0x70",
    ),
    (PI, ('[i2c]\nscl = "GPIO3"\nsda = "GPIO2"\n', ""), "G121", "scl", "address = 0x40"),
    (PICO, ("[ntc]", '[i2c]\nscl = "GP5"\nsda = "GP4"\n[ntc]'), "G122", "Take [i2c] out", "[i2c]"),
    (PI, ("ads1115 = 0x48", "ads1115 = 0x40"), "G123", "0x48", "ads1115 = 0x40"),
    (PI, ("channel = 2", "channel = 1"), "G124", "16 channels", "channel = 1"),
    (
        PICO,
        ('[[part]]\noutput = "heat-pad"\ndriver = "mosfet"\npin = "GP10"\n', ""),
        "G130",
        "[[part]]",
        'profile = "heated-head"',
    ),
    (
        PICO,
        ('output = "heat-pad"', 'output = "heat-pads"'),
        "G131",
        "Did you mean 'heat-pad'",
        'output = "heat-pads"',
    ),
    (PICO, ('driver = "mosfet"\npin = "GP10"', 'driver = "mosfet"'), "G133", "Add pin", "[[part]]"),
    (PICO, ('driver = "mosfet"', 'driver = "mosfet"\nchannel = 3'), "G133", "Take it out", "channel = 3"),
    (PI, ("address = 0x40\nchannel = 2", "address = 0x40"), "G133", "Add channel", "[[part]]"),
    (
        PICO,
        ('"h-bridge"\npin = "GP2"\nreverse_pin = "GP3"', '"mosfet"\npin = "GP2"'),
        "G136",
        "low-side",
        'driver = "mosfet"',
    ),
    (PICO, ('[ntc]\npin = "GP26"\n', ""), "G140", "Add [ntc]", "[[part]]"),
    (PICO, ('enable = "GP15"\n', ""), "G141", "one-shot", "[pins]"),
    (PICO, ('pin = "GP26"', ""), "G143", "ads1115", "[ntc]"),
    (PI, ("shunt_ohm = 0.02", "shunt_ohm = 0.1"), "G144", "shunt of 0.03", "shunt_ohm = 0.1"),
    (
        PICO + CALIBRATION,
        ('output = "percussion-head"\nstart', 'output = "percusion-head"\nstart'),
        "G150",
        "Did you mean",
        'output = "percusion-head"',
    ),
    (PICO + CALIBRATION + CALIBRATION, ("", ""), "G150", "measured last", 'output = "percussion-head"'),
    (PICO + CALIBRATION, ("max_duty = 0.8", "max_duty = 0.87"), "G151", "never raise", "max_duty = 0.87"),
    (PICO + CALIBRATION, ("start_duty = 0.3", "start_duty = 0.8"), "G151", "", "start_duty = 0.8"),
    (
        PI,
        ('board = "raspberry-pi-4"', 'board = "raspberry-pi-4"\nport = "/dev/ttyACM0"'),
        "G160",
        '"pico"',
        'port = "/dev/ttyACM0"',
    ),
    (
        PICO,
        ('board = "pico"', 'board = "pico"\nport = "/dev/ttyACM0"'),
        "G161",
        "thrum ports",
        'port = "/dev/ttyACM0"',
    ),
    (PI, ('enable = "GPIO27"', 'enable = "GPIO14"'), "G116", "GPIO27", 'enable = "GPIO14"'),
    (PI, ('enable = "GPIO27"', 'enable = "GPIO15"'), "G116", "GPIO27", 'enable = "GPIO15"'),
    (PI, ('enable = "GPIO27"', 'enable = "GPIO7"'), "G116", "GPIO27", 'enable = "GPIO7"'),
    (PI, ('enable = "GPIO27"', 'enable = "GPIO8"'), "G116", "GPIO27", 'enable = "GPIO8"'),
    (PICO, ('pin = "GP2"\nreverse_pin = "GP3"', 'pin = "GP2"'), "G133", "Add reverse_pin", "[[part]]"),
    (
        PICO + CALIBRATION,
        ("start_duty = 0.3", "start_duty = 0.33"),
        "G151",
        "every level",
        "start_duty = 0.33",
    ),
    (
        PICO + CALIBRATION,
        ('"percussion-head"\nstart_duty = 0.3', '"heat-pad"\nstart_duty = 0.01'),
        "G151",
        "start_duty = 0",
        "start_duty = 0.01",
    ),
    (PICO, ('id = "rig"', 'id = "other"'), "G105", "same", 'id = "other"'),
    (
        PICO,
        ('profile = "heated-head"', 'profile = "heated-hed"'),
        "G102",
        "Did you mean 'heated-head'",
        'profile = "heated-hed"',
    ),
    (PICO, ('profile = "heated-head"', 'profile = "none.toml"'), "G102", "", 'profile = "none.toml"'),
]


@pytest.mark.parametrize(
    ("text", "change", "code", "hint", "at"),
    MISTAKES,
    ids=[f"{each[2]}-{n}" for n, each in enumerate(MISTAKES)],
)
def test_a_mistake_has_its_code_place_and_way_out(
    tmp_path: Path, text: str, change: tuple[str, str], code: str, hint: str, at: str
) -> None:
    rig = examined(tmp_path, text, change)
    found = rig.diagnostics
    assert codes(rig) == [code]
    assert rig.text.splitlines()[found[0].line - 1] == at
    assert hint in found[0].hint
    assert found[0].file.endswith("rig.toml")
    assert found[0].severity == RIG_CODES[code].severity


def test_two_parts_for_one_output(tmp_path: Path) -> None:
    text = PICO.replace('output = "heat-pad"', 'output = "vibration-pad"')
    assert codes(examined(tmp_path, text)) == ["G130", "G132", "G136"]  # a MOSFET does not brake, either


def test_the_sensor_is_read_in_one_way(tmp_path: Path) -> None:
    found = examined(tmp_path, PI, ("ads1115 = 0x48\n", ""))
    assert "G143" in codes(found)
    assert "G143" in codes(examined(tmp_path, PI, ("ads1115 = 0x48\nchannel = 0", "ads1115 = 0x48")))
    assert "G143" in codes(examined(tmp_path, PICO, ('pin = "GP26"', 'pin = "GP26"\nchannel = 1')))


def test_pins_of_a_pi_5_that_a_pi_4_cannot_use_together(tmp_path: Path) -> None:
    direct = (
        ('driver = "pca9685"\naddress = 0x40\nchannel = 0', 'driver = "mosfet"\npin = "GPIO12"'),
        (
            'driver = "pca9685"\naddress = 0x40\nchannel = 1',
            'driver = "h-bridge"\npin = "GPIO18"\nreverse_pin = "GPIO23"',
        ),
    )
    assert "G113" in codes(examined(tmp_path, PI, *direct))
    assert "G113" not in codes(examined(tmp_path, PI.replace("pi-4", "pi-5"), *direct))


def test_a_slice_has_one_frequency(tmp_path: Path) -> None:
    profile = (ROOT / "programs" / "profiles" / "heated-head.toml").read_text()
    for name, hz in (("vibration-pad", 20000), ("percussion-head", 25000)):
        profile = profile.replace(f'name = "{name}"', f'name = "{name}"\npwm_hz = {hz}.0')
    (tmp_path / "two.toml").write_text(profile.replace('id = "heated-head"', 'id = "two"'))
    mine = ('profile = "heated-head"', 'profile = "two.toml"')
    assert codes(examined(tmp_path, PICO, mine)) == []
    together = ('pin = "GP6"\nreverse_pin = "GP7"', 'pin = "GP19"\nreverse_pin = "GP7"')
    assert codes(examined(tmp_path, PICO, mine, together)) == ["G114"]
    assert codes(examined(tmp_path, PI, mine)) == ["G137", "G137"]


@pytest.mark.parametrize(
    ("profile", "output", "wanted"),
    [
        ("percussion-massager", "head", ["G141", "G146", "G134"]),
        ("vibration-pad", "pad", ["G135", "G147"]),
    ],
)
def test_a_drv2605_drives_one_small_vibration_motor(
    tmp_path: Path, profile: str, output: str, wanted: list[str]
) -> None:
    text = (
        f'format = "thrum-rig/1"\nid = "rig"\ntitle = "Small"\nprofile = "{profile}"\n'
        'board = "raspberry-pi-4"\n[pins]\nstop = "GPIO17"\n[i2c]\nscl = "GPIO3"\nsda = "GPIO2"\n'
        f'[[part]]\noutput = "{output}"\ndriver = "drv2605"\naddress = 0x5A\n'
    )
    assert sorted(codes(examined(tmp_path, text))) == sorted(wanted)


def test_a_heater_never_hangs_on_a_drv2605(tmp_path: Path) -> None:
    change = ('driver = "pca9685"\naddress = 0x40\nchannel = 2', 'driver = "drv2605"\naddress = 0x5A')
    assert codes(examined(tmp_path, PI, change)) == ["G134"]


def test_a_supply_above_what_the_ina219_takes(tmp_path: Path) -> None:
    profile = (ROOT / "programs" / "profiles" / "percussion-massager.toml").read_text()
    profile = profile.replace("volts = 21.6", "volts = 25.2").replace("cells = 6 ", "cells = 7 ")
    (tmp_path / "seven.toml").write_text(profile)
    text = (
        'format = "thrum-rig/1"\nid = "rig"\ntitle = "Seven cells"\nprofile = "seven.toml"\nboard = "pico"\n'
        '[pins]\nstop = "GP14"\nenable = "GP15"\n[i2c]\nscl = "GP5"\nsda = "GP4"\n'
        '[[part]]\noutput = "head"\ndriver = "h-bridge"\npin = "GP2"\nreverse_pin = "GP3"\n'
        "[current]\nina219 = 0x40\nshunt_ohm = 0.01\n"
    )
    assert "G145" in codes(examined(tmp_path, text))


def test_a_broken_profile_is_told_at_its_name(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('format = "thrum-profile/1"\nid = "bad"\n')
    found = examined(tmp_path, PICO, ('profile = "heated-head"', 'profile = "bad.toml"')).diagnostics
    assert [(each.code, each.line) for each in found] == [("G103", 4)]


def test_every_mistake_is_told_in_one_go(tmp_path: Path) -> None:
    found = examined(
        tmp_path,
        PICO,
        ('stop = "GP14"', 'stop = "GP24"'),
        ('"GP10"', '"GP18"'),
        ('pin = "GP26"', 'pin = "GP4"'),
        ('output = "heat-pad"', 'output = "pad"'),
        ('board = "pico"', 'board = "pico"\nport = "/dev/ttyACM1"'),
    )
    assert set(codes(found)) >= {"G112", "G113", "G131", "G161"}
    assert codes(found).count("G112") == 2
    assert [each.line for each in found.diagnostics] == sorted(each.line for each in found.diagnostics)


@pytest.mark.parametrize(
    ("change", "code", "hint"),
    [
        (('board = "pico"', 'board = "rp2040"'), "D123", 'Write "pico"'),
        (('driver = "mosfet"', 'driver = "BTS7960"'), "D123", 'Write "h-bridge"'),
        (("[pins]", "[pinns]"), "D120", "pins"),
        (('stop = "GP14"\n', ""), "D121", "stop"),
        (('pin = "GP10"', 'pin = "GP10"\naddress = "0x40"'), "D122", "0x40"),
    ],
)
def test_words_that_are_not_in_a_rig_file(
    tmp_path: Path, change: tuple[str, str], code: str, hint: str
) -> None:
    found = [each for each in examined(tmp_path, PICO, change).diagnostics if each.code == code]
    assert found
    assert hint in found[0].hint
    assert all("thrum show" not in each.hint for each in found)


def test_a_bridges_own_enable_is_not_on_a_console(tmp_path: Path) -> None:
    bridge = 'driver = "h-bridge"\npin = "GPIO18"\nreverse_pin = "GPIO23"\nenable_pin = "GPIO24"'
    change = ('driver = "pca9685"\naddress = 0x40\nchannel = 1', bridge)
    assert "G116" not in codes(examined(tmp_path, PI, change))
    for key, pin in (("GPIO24", "GPIO14"), ("GPIO23", "GPIO15")):
        assert "G116" in codes(examined(tmp_path, PI, change, (key, pin)))
    assert "G116" not in codes(examined(tmp_path, PI, ('stop = "GPIO17"', 'stop = "GPIO14"')))


def test_a_calibration_may_start_a_little_above_the_profile(tmp_path: Path) -> None:
    start = load_profile("heated-head").outputs[1].start_duty
    most = ("start_duty = 0.3", f"start_duty = {start + 0.05}")
    assert codes(examined(tmp_path, PICO + CALIBRATION, most)) == []
    steep = PICO + CALIBRATION.replace("0.8", "0.85")
    assert codes(examined(tmp_path, steep, ("start_duty = 0.3", "start_duty = 0.84"))) == ["G151"]


VIBRATING = """format = "thrum-rig/1"
id = "rig"
title = "A pad"
profile = "vibration-pad"
board = "{board}"
[pins]
stop = "{stop}"
[i2c]
scl = "{scl}"
sda = "{sda}"
[[part]]
output = "pad"
{driver}
"""
ON_PI = {"board": "raspberry-pi-4", "stop": "GPIO17", "scl": "GPIO3", "sda": "GPIO2"}
ON_PICO = {"board": "pico", "stop": "GP14", "scl": "GP5", "sda": "GP4"}
PCA = 'driver = "pca9685"\naddress = 0x40\nchannel = 0'
DRV = 'driver = "drv2605"\naddress = 0x5A'


@pytest.mark.parametrize(
    ("place", "driver", "what"),
    [
        (ON_PI, 'driver = "mosfet"\npin = "GPIO18"', "the PWM of a Raspberry Pi"),
        (ON_PI, PCA, "a pca9685"),
        (ON_PICO, PCA, "a pca9685"),
        (ON_PICO, DRV, "a drv2605"),
    ],
)
def test_vibration_that_outlives_the_program_needs_enable(
    tmp_path: Path, place: dict[str, str], driver: str, what: str
) -> None:
    text = VIBRATING.format(**place, driver=driver)
    found = examined(tmp_path, text)
    said = [each for each in found.diagnostics if each.code == "G147"]
    assert [each.severity for each in said] == ["warning"]
    assert f"{what} outlives the program" in said[0].message
    assert found.rig is not None
    assert found.profile is not None
    assert device_config(found.profile, found.rig).output_of == (-1, -1, -1)
    stop = f'stop = "{place["stop"]}"'
    enable = f'{stop}\nenable = "{place["stop"][:-2]}22"'
    guarded = examined(tmp_path, text, (stop, enable))
    assert "G147" not in codes(guarded)
    assert guarded.rig is not None
    assert device_config(found.profile, guarded.rig).output_of == (0, -1, -1)


def test_vibration_on_a_picos_own_pin_needs_no_enable(tmp_path: Path) -> None:
    found = examined(tmp_path, VIBRATING.format(**ON_PICO, driver='driver = "mosfet"\npin = "GP2"'))
    assert "G147" not in codes(found)
    assert found.rig is not None
    assert found.profile is not None
    assert device_config(found.profile, found.rig).output_of == (0, -1, -1)


def test_what_the_device_would_refuse_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert examined(tmp_path, PICO).ok
    monkeypatch.setattr(DeviceConfig, "problem", lambda _config: "it has no name")
    found = examined(tmp_path, PICO)
    assert [(each.code, each.severity) for each in found.diagnostics] == [("G148", "error")]
    assert "it has no name" in found.diagnostics[0].message
    assert not found.ok


@pytest.mark.parametrize(("rig_id", "wanted"), [("a" * 16, ["G105"]), ("a" * 17, ["G105", "G106"])])
def test_a_rig_is_called_what_the_device_can_tell(tmp_path: Path, rig_id: str, wanted: list[str]) -> None:
    found = examined(tmp_path, PICO, ('id = "rig"', f'id = "{rig_id}"'))
    assert sorted(codes(found)) == wanted
    assert found.ok == (len(rig_id) == 16)


def test_every_code_that_is_given_has_its_page_and_every_page_its_code() -> None:
    given = set()
    for path in (ROOT / "firmware_bridge" / "rigs").glob("*.py"):
        if path.name != "codes.py":
            tree = ast.parse(path.read_text())
            given |= {
                node.value for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:2] == "G1"
                and len(node.value) == 4 and node.value[1:].isdecimal()
            }  # fmt: skip
    assert given == set(RIG_CODES)
