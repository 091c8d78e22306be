"""``thrum doctor``: every check on a tree of files, the archive without private data, the command itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from firmware_bridge.gpio.folders import memory_of, rigs
from host_cli.checkup.access import access
from host_cli.checkup.bundle import write_bundle
from host_cli.checkup.cables import cables
from host_cli.checkup.examine import examine
from host_cli.checkup.finding import CODES, Finding, error, exit_code, ok
from host_cli.checkup.machine import Machine
from host_cli.checkup.masks import masker
from host_cli.checkup.pi import raspberry
from host_cli.checkup.software import software
from host_cli.checkup.storage import storage
from host_cli.checkup.system_files import RULES_NAME, rules_for, unit_for
from host_cli.main import main
from tests.firmware_bridge.rigs.samples import PICO

ROOT = Path(__file__).parents[2]
SERIAL = "E6616408432B7E2F"
LINK = f"usb-Raspberry_Pi_Pico_{SERIAL}-if00"
PI = "Raspberry Pi 4 Model B Rev 1.4\0"
REQUIREMENTS = [
    "pyserial>=3.5",
    "rich[all]>=13.7",
    'adafruit-blinka>=8.40; extra == "gpio"',
    'ruff; extra == "dev"',
]
VERSIONS = {"pyserial": "3.5", "rich": "14.0.1", "adafruit-blinka": "8.55.0", "thrum-massager": "0.1.0"}
THROTTLED = "sys/devices/platform/soc/soc:firmware/get_throttled"


class Tree:
    """A computer made of files. ``write(path, text)`` adds one; ``machine(...)`` looks at it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ports: list[ListPortInfo] = []
        self.forbidden: set[str] = set()
        for folder in ("dev", "proc", "run/lock", "data", "config/rigs", "logs"):
            (root / folder).mkdir(parents=True)
        self.write("etc/group", f"dialout:x:{os.getgid() or 4242}:\ni2c:x:998:\n")

    def write(self, path: str, text: str = "") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def plug(self, name: str = "ttyACM0", link: str = LINK) -> Path:
        device = self.write(f"dev/{name}")
        by_id = self.root / "dev/serial/by-id"
        by_id.mkdir(parents=True, exist_ok=True)
        (by_id / link).symlink_to(device)
        port = ListPortInfo(str(device), skip_link_detection=True)
        port.description, port.serial_number, port.hwid = "Pico", SERIAL, f"USB SER={SERIAL}"
        self.ports.append(port)
        return device

    def process(self, pid: int, name: str, *files: Path) -> None:
        self.write(f"proc/{pid}/comm", f"{name}\n")
        (self.root / f"proc/{pid}/fd").mkdir()
        for number, file in enumerate(files):
            (self.root / f"proc/{pid}/fd/{number}").symlink_to(file)

    def machine(self, **changes: object) -> Machine:
        usual = Machine(
            root=self.root, user="annelore", home=Path("/home/annelore"), host="workbench7",
            groups=frozenset({"annelore"}), data=self.root / "data", config=self.root / "config",
            logs=self.root / "logs", now=datetime(2026, 5, 1, tzinfo=UTC), python=(3, 12, 1),
            executable="/home/annelore/.venv/bin/python", may_use=lambda f: f.name not in self.forbidden,
            free_bytes=lambda _folder: 5_000_000_000, version_of=lambda name: VERSIONS.get(name, ""),
            requirements=lambda: REQUIREMENTS, vcgencmd=lambda: "", listed=self.ports,
        )  # fmt: skip
        return replace(usual, **changes)  # type: ignore[arg-type]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "computer")


def told(findings: object, code: str) -> Finding:
    (found,) = [each for each in findings if each.code == code]  # type: ignore[attr-defined]
    return found


def check(finding: Finding, severity: str, seen: str, remedy: str = "") -> None:
    """As severe as it should be, says what was seen, and gives one line to paste unless it is fine."""
    assert finding.severity == severity, finding
    assert seen in finding.seen
    assert remedy in finding.remedy
    assert bool(finding.remedy) == (severity != "ok")
    assert "\n" not in finding.seen + finding.remedy


# -- K01 to K03


def test_python_and_packages(tree: Tree) -> None:
    found = list(software(tree.machine()))
    check(told(found, "K01"), "ok", "3.12.1")
    check(told(found, "K02"), "ok", "pyserial 3.5, rich 14.0.1")
    assert [each.code for each in found] == ["K01", "K02"], "pins are asked about on a Pi only"
    check(told(software(tree.machine(python=(3, 10, 9))), "K01"), "error", "3.10.9", "3.11")


@pytest.mark.parametrize("version", ["", "3.4", "3.4.9rc1"])
def test_a_package_that_is_missing_or_too_old(version: str, tree: Tree) -> None:
    machine = tree.machine(version_of=lambda name: version if name == "pyserial" else VERSIONS.get(name, ""))
    line = '/home/annelore/.venv/bin/python -m pip install "pyserial>=3.5"'
    check(told(software(machine), "K02"), "error", "pyserial>=3.5", line)


def test_a_program_that_was_never_installed_says_so(tree: Tree) -> None:
    check(
        told(software(tree.machine(requirements=list)), "K02"), "warning", "not installed", "pip install -e ."
    )


def test_packages_for_the_pins_of_a_pi(tree: Tree) -> None:
    tree.write("proc/device-tree/model", PI)
    check(told(software(tree.machine()), "K03"), "ok", "installed")
    machine = tree.machine(version_of=lambda name: "" if "blinka" in name else "99")
    check(told(software(machine), "K03"), "warning", "adafruit-blinka", "thrum-massager[gpio]")


# -- K04 to K07


def test_a_port_that_one_may_not_open(tree: Tree) -> None:
    device = tree.plug()
    if os.getgid() == 0:
        shutil.chown(device, group=4242)
    tree.forbidden = {"ttyACM0"}
    check(told(access(tree.machine()), "K04"), "error", str(device), "sudo usermod -aG dialout $USER")
    tree.write("etc/group", f"dialout:x:{device.stat().st_gid}:bob,annelore\n")
    check(told(access(tree.machine()), "K04"), "error", str(device), "log out and in")
    tree.forbidden = set()
    check(told(access(tree.machine()), "K04"), "ok", "every serial port")


def test_without_a_port_the_group_is_still_looked_at(tree: Tree) -> None:
    check(told(access(tree.machine()), "K04"), "warning", "not in group dialout", "usermod")
    check(told(access(tree.machine(groups=frozenset({"dialout"}))), "K04"), "ok", "in group dialout")
    tree.write("etc/group", "uucp:x:14:\n")
    check(told(access(tree.machine()), "K04"), "warning", "not in group uucp", "-aG uucp")


def test_pins_and_buses_of_a_pi(tree: Tree) -> None:
    assert "K05" not in [each.code for each in access(tree.machine())]
    tree.write("proc/device-tree/model", PI)
    for name in ("gpiochip0", "i2c-1"):
        tree.write(f"dev/{name}")
    check(told(access(tree.machine()), "K05"), "ok", "pins and buses")
    tree.forbidden = {"i2c-1"}
    if os.getgid() == 0:
        shutil.chown(tree.root / "dev/i2c-1", group=998)
        check(told(access(tree.machine()), "K05"), "error", "/dev/i2c-1", "-aG i2c $USER")
    else:
        check(told(access(tree.machine()), "K05"), "error", "/dev/i2c-1", "")


def test_the_udev_rule_and_modem_manager(tree: Tree) -> None:
    line = "thrum doctor --udev | sudo tee /etc/udev/rules.d/70-thrum.rules"
    check(told(access(tree.machine()), "K06"), "warning", "not installed", line)
    check(told(access(tree.machine()), "K07"), "ok", "does not run")
    tree.process(515, "ModemManager")
    check(told(access(tree.machine()), "K07"), "warning", "process 515", line)
    tree.write(f"lib/udev/rules.d/{RULES_NAME}", "# of an older version\n")
    check(told(access(tree.machine()), "K06"), "warning", "not that of this version", line)
    tree.write(f"etc/udev/rules.d/{RULES_NAME}", rules_for("dialout"))
    check(told(access(tree.machine()), "K06"), "ok", "installed")
    check(told(access(tree.machine()), "K07"), "ok", "keeps it off")


# -- K08 and K09


def test_only_a_pi_is_asked_about_a_pi(tree: Tree) -> None:
    assert list(raspberry(tree.machine())) == []
    tree.write("proc/device-tree/model", "Some other board\0")
    assert list(raspberry(tree.machine())) == []


def test_i2c(tree: Tree) -> None:
    tree.write("proc/device-tree/model", PI)
    check(told(raspberry(tree.machine()), "K08"), "warning", "I2C is off", "raspi-config nonint do_i2c 0")
    tree.write("boot/firmware/config.txt", "#dtparam=i2c_arm=on\n")
    check(told(raspberry(tree.machine()), "K08"), "warning", "I2C is off", "raspi-config")
    tree.write("boot/firmware/config.txt", "dtparam=audio=on\ndtparam=i2c_arm=on\n")
    check(told(raspberry(tree.machine()), "K08"), "error", "not there", "modprobe i2c-dev")
    tree.write("dev/i2c-1")
    check(told(raspberry(tree.machine()), "K08"), "ok", "enabled")


@pytest.mark.parametrize(
    ("bits", "severity", "seen", "remedy"),
    [
        ("0\n", "ok", "were good", ""),
        ("50005", "error", "supply voltage is too low, it is throttled (0x50005)", "own supply"),
        ("0x50000", "warning", "since it started: its supply voltage is too low, it is throttled", "supply"),
        ("80008", "error", "temperature limit", "heat sink"),
        ("e0000", "warning", "near its temperature limit", "heat sink"),
    ],
)
def test_throttling_is_read_from_the_file(
    bits: str, severity: str, seen: str, remedy: str, tree: Tree
) -> None:
    tree.write("proc/device-tree/model", PI)
    tree.write(THROTTLED, bits)
    check(told(raspberry(tree.machine(vcgencmd=lambda: "throttled=0x1")), "K09"), severity, seen, remedy)


def test_the_pis_own_tool_is_asked_where_no_file_tells(tree: Tree) -> None:
    tree.write("proc/device-tree/model", PI)
    check(
        told(raspberry(tree.machine(vcgencmd=lambda: "throttled=0x1\n")), "K09"), "error", "too low", "5.1 V"
    )
    check(told(raspberry(tree.machine(vcgencmd=lambda: "no such thing")), "K09"), "ok", "does not say")


# -- K10 to K12


def test_ports_and_who_uses_them(tree: Tree) -> None:
    check(told(cables(tree.machine()), "K10"), "ok", "No serial port is there")
    device = tree.plug()
    check(told(cables(tree.machine()), "K10"), "ok", LINK)
    tree.process(812, "screen", device)
    check(told(cables(tree.machine()), "K10"), "warning", f"{LINK} by screen (process 812)", "kill 812")


def test_lock_files(tree: Tree) -> None:
    tree.plug()
    check(told(cables(tree.machine()), "K11"), "ok", "No program")
    lock = tree.write("run/lock/LCK..ttyACM0", "       812\n")
    check(told(cables(tree.machine()), "K11"), "warning", "left over from process 812", f"sudo rm {lock}")
    tree.process(812, "minicom")
    check(told(cables(tree.machine()), "K11"), "warning", "held by minicom (process 812)", "kill 812")


def test_rigs_of_the_user(tree: Tree) -> None:
    check(told(cables(tree.machine()), "K12"), "ok", "no rig")
    tree.write("config/default-rig", "desk\n")
    check(told(cables(tree.machine()), "K12"), "error", "'desk' is not there", "thrum rig default --none")
    tree.write("config/rigs/desk.toml", "board = 3\n")
    check(told(cables(tree.machine()), "K12"), "error", "desk", "thrum rig check desk")
    elsewhere = tree.write("else/far.toml", "board = 3\n")
    (tree.root / "config/rigs/desk.toml").unlink()
    tree.write("config/default-rig", f"{elsewhere}\n")
    check(told(cables(tree.machine()), "K12"), "error", "far.toml", f"thrum rig check {elsewhere}")
    elsewhere.unlink()
    check(told(cables(tree.machine()), "K12"), "error", "is not there", "thrum rig default --none")


def test_the_default_rig_has_a_port_and_it_is_there(tree: Tree) -> None:
    text = PICO.replace('"rig"', '"desk"')
    tree.write("config/default-rig", "desk\n")
    file = tree.write("config/rigs/desk.toml", text)
    check(told(cables(tree.machine()), "K12"), "error", "does not say its port", f"into {file}")
    link = tree.root / "dev/serial/by-id" / LINK
    tree.write("config/rigs/desk.toml", text.replace("board =", f'port = "{link}"\nboard ='))
    check(told(cables(tree.machine()), "K12"), "ok", "commands mean 'desk'")
    check(told(cables(tree.machine()), "K10"), "error", f"'desk': There is no port {link}", "plug 'desk' in")
    tree.plug()
    check(told(cables(tree.machine()), "K10"), "ok", LINK)
    tree.plug("ttyACM1", LINK.replace("if00", "if02"))
    tree.write("config/rigs/desk.toml", text.replace("board =", 'port = "Pico"\nboard ='))
    check(told(cables(tree.machine()), "K10"), "error", "could be any of 2 ports", str(file))


def test_a_default_rig_on_pins_wants_a_raspberry_pi(tree: Tree) -> None:
    tree.write("config/default-rig", "desk\n")
    shutil.copy(ROOT / "docs/rigs/pi-pca9685.toml", tree.root / "config/rigs/desk.toml")
    check(told(cables(tree.machine()), "K10"), "error", "'pi-pca9685' is on the pins", "rig default --none")
    tree.write("proc/device-tree/model", PI)
    check(told(cables(tree.machine()), "K10"), "ok", "No serial port is there")


def test_the_profile_of_a_default_rig_outside_the_folder_is_known(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    from host_cli import rig_choice

    monkeypatch.setattr(rig_choice, "user_config", lambda: tree.root / "config")
    profile = (ROOT / "docs/rigs/profiles/warm-pad-12v.toml").read_text()
    tree.write("far/profiles/warm-pad-12v.toml", profile)
    rig = tree.write("far/desk.toml", (ROOT / "docs/rigs/pico-mosfet-heat.toml").read_text())
    assert "warm-pad-12v" not in [each.id for each in rig_choice._known_profiles()]
    tree.write("config/default-rig", f"{rig}\n")
    assert "warm-pad-12v" in [each.id for each in rig_choice._known_profiles()]


def test_every_code_has_its_page() -> None:
    from host_cli.commands.explain import all_pages

    pages = all_pages()
    assert all(pages[code]["text"].endswith(".") for code in CODES)
    assert main(["explain", "k12"]) == 0


# -- K13 to K15


def test_the_data_folder_and_its_space(tree: Tree) -> None:
    check(told(storage(tree.machine()), "K13"), "ok", "can be written")
    later = tree.machine(data=tree.root / "data" / "not" / "yet")
    check(told(storage(later), "K13"), "ok", "made when it is needed")
    assert not list((tree.root / "data").iterdir())
    check(told(storage(tree.machine()), "K14"), "ok", "5000 MB")
    check(told(storage(tree.machine(free_bytes=lambda _f: 199_000_000)), "K14"), "warning", "199 MB", "du -h")
    check(
        told(storage(tree.machine(free_bytes=lambda _f: 19_000_000)), "K14"), "error", "may not fit", "du -h"
    )
    file = tree.write("file")
    check(told(storage(tree.machine(data=file)), "K13"), "error", "cannot be written", "sudo chown")


def test_the_clock(tree: Tree) -> None:
    check(told(storage(tree.machine()), "K15"), "ok", "2026-05-01")
    first = tree.machine(now=datetime(1970, 1, 1, tzinfo=UTC))
    check(told(storage(first), "K15"), "error", "1970-01-01", "timedatectl")
    tree.write("proc/device-tree/model", PI)
    check(told(storage(tree.machine()), "K15"), "warning", "no battery", "timedatectl set-ntp true")
    tree.write("run/systemd/timesync/synchronized")
    check(told(storage(tree.machine()), "K15"), "ok", "kept by the network")


# -- all of it


def test_all_checks_have_a_code_of_the_table_and_an_exit_code(tree: Tree) -> None:
    tree.write("proc/device-tree/model", PI)
    found = examine(tree.machine())
    codes = [each.code for each in found]
    assert codes == sorted(codes)
    assert set(codes) == {code for code in CODES if code < "K20"}
    assert exit_code([ok("K01", "x"), error("K23", "x", "y")]) == 5
    assert exit_code([error("K13", "x", "y"), error("K12", "x", "y")]) == 2


def test_elsewhere_groups_and_udev_are_not_asked_about(tree: Tree) -> None:
    codes = {each.code for each in examine(tree.machine(system="darwin"))}
    assert codes == {"K01", "K02", "K10", "K11", "K12", "K13", "K14", "K15"}


@pytest.fixture
def mask(tree: Tree) -> Callable[[str], str]:
    tree.plug()
    return masker(tree.machine())


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("/home/annelore/.config/thrum", "HOME/.config/thrum"),
        ("annelore@workbench7:", "USER@HOST:"),
        ("/home/bob/x", "/home/USER/x"),
        (f"SER={SERIAL} {SERIAL.lower()}", f"SER=SERIAL {SERIAL.lower()}"),
        (
            "/dev/serial/by-id/usb-Raspberry_Pi_Pico_0123-if02",
            "/dev/serial/by-id/usb-Raspberry_Pi_Pico_SERIAL-if02",
        ),
        ("/dev/thrum-0123", "/dev/thrum-SERIAL"),
        ("socket://192.168.1.7:4000 socket://box:1", "socket://ADDRESS:4000 socket://ADDRESS:1"),
        ("socket://127.0.0.1:4000", "socket://127.0.0.1:4000"),
        ("evening-shoulders 0.1.0 0x40", "evening-shoulders 0.1.0 0x40"),
    ],
)
def test_what_is_private_is_masked(text: str, becomes: str, mask: Callable[[str], str]) -> None:
    assert mask(text) == becomes


def test_the_archive_names_nobody_and_says_what_is_in_it(tree: Tree) -> None:
    tree.plug()
    tree.write("config/rigs/desk.toml", f'port = "/dev/serial/by-id/{LINK}"\n# by annelore\n')
    tree.write("logs/last-crash.txt", "File /home/annelore/thrum/x.py on workbench7\n")
    tree.forbidden = {"ttyACM0"}
    machine = tree.machine()
    target = tree.root / "help.zip"
    names = write_bundle(target, machine, examine(machine))
    with zipfile.ZipFile(target) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert list(texts) == names == [
        "README.txt", "findings.json", "system.json", "ports.json", "rigs/desk.toml", "crash.txt"
    ]  # fmt: skip
    everything = "".join(texts.values())
    for private in ("annelore", "workbench7", SERIAL):
        assert private not in everything
    assert "Pico_SERIAL-if00" in texts["ports.json"]
    assert all(name.split("/")[0] in texts["README.txt"] for name in names[1:])
    assert [each["code"] for each in json.loads(texts["findings.json"])][:2] == ["K01", "K02"]


# -- the files that come with it


def test_the_udev_rules_ask_for_nothing_but_a_name_a_group_and_quiet() -> None:
    text = rules_for("uucp")
    assert "@" not in text
    assert 'GROUP="uucp", MODE="0660"' in text
    assert 'ENV{ID_MM_DEVICE_IGNORE}="1"' in text
    assert 'SYMLINK+="thrum-$env{ID_SERIAL_SHORT}"' in text
    assert "RUN" not in text
    labels = {line.split('"')[1] for line in text.splitlines() if line.startswith("LABEL")}
    assert {part.split('"')[1] for part in text.split("GOTO=")[1:] if part[0] == '"'} <= labels | {
        "thrum_end"
    }
    assert rules_for("").count('GROUP="dialout"') == 1


def test_the_systemd_unit_holds_a_watchdog_and_starts_no_session(tmp_path: Path) -> None:
    text = unit_for(sys.executable, "pi")
    assert "@" not in text
    assert "WatchdogSec=2\n" in text
    assert "ExecStopPost=" in text
    commands = [line for line in text.splitlines() if line.startswith("Exec")]
    assert not any(word in line for line in commands for word in ("host_cli", "thrum run"))
    assert [f'--rig "{rigs()}/%i.toml"' in line for line in commands] == [True, True]
    assert f'--memory "{memory_of("%i")}"' in commands[0], "where this user's hosts look for it"
    assert rigs().is_absolute()
    if shutil.which("systemd-analyze") is None:
        return
    (tmp_path / "thrum-rig@desk.service").write_text(text)
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "thrum-rig@desk.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stderr
    assert "thrum-rig" not in verified.stderr


# -- the command


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def test_the_command_says_what_is_fine_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor"])
    out = capsys.readouterr().out
    assert "K01  Python: Python 3." in out
    assert "next: " in out
    code = main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["exit"] == code
    assert {"code", "severity", "about", "seen", "remedy"} == set(told["findings"][0])


def test_a_port_that_is_not_there_is_k20(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json", "--port", str(home / "ttyACM9")]) == 3
    last = json.loads(capsys.readouterr().out)["findings"][-1]
    assert (last["code"], last["severity"]) == ("K20", "error")
    assert "(B1)" in last["seen"]
    assert last["remedy"]


def test_the_command_prints_each_file_and_how_to_install_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option, begins, how in (
        ("--udev", "# Thrum: boards", "/etc/udev/rules.d/70-thrum.rules"),
        ("--systemd", "# Thrum: the rig", "/etc/systemd/system/thrum-rig@.service"),
    ):
        assert main(["doctor", option]) == 0
        out, err = capsys.readouterr()
        assert out.startswith(begins)
        assert how in err
    assert main(["doctor", "--udev", "--systemd"]) == 2


def test_the_command_writes_the_archive(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--bundle", str(home / "help.tar")]) == 2
    assert "allowed: .zip" in capsys.readouterr().err
    main(["doctor", "--bundle", str(home / "help.zip")])
    assert "README.txt, findings.json" in capsys.readouterr().out
    assert zipfile.is_zipfile(home / "help.zip")


@pytest.mark.realtime
def test_a_device_is_asked_only_when_it_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--json", "--port", "sim"])
    found = {each["code"]: each for each in json.loads(capsys.readouterr().out)["findings"]}
    assert found["K20"]["seen"].startswith("SIM: ")
    assert all(found[code]["severity"] == "ok" for code in ("K20", "K21", "K22", "K23", "K24", "K25"))
