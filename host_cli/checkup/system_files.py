"""The udev rule and the systemd unit that come with this package: their texts, and how to install them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from firmware_bridge.gpio.folders import memory_of, rigs

RULES_NAME = "70-thrum.rules"  # before 73-seat-late.rules, which acts on the tag uaccess
UNIT_NAME = "thrum-rig@.service"
DEFAULT_GROUP = "dialout"


def rules_for(group: str) -> str:
    """The udev rules, with the group that owns serial ports on this system."""
    return _text(RULES_NAME).replace("@GROUP@", group or DEFAULT_GROUP)


def unit_for(executable: str, user: str) -> str:
    """The systemd unit, with the Python that Thrum is installed in, the user it shall run as, and where
    this user's rigs and their memories are: the unit's own user, or its surroundings, may be others."""
    text = _text(UNIT_NAME).replace("@PYTHON@", executable).replace("@USER@", user)
    return text.replace("@RIGS@", _in_unit(rigs())).replace("@MEMORY@", _in_unit(memory_of("x").parent))


def _in_unit(path: Path) -> str:
    """A path between quotes in a unit (systemd.service(5): quoting, specifiers)."""
    return str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


def install_rules() -> str:
    """One line to paste."""
    return (
        f"thrum doctor --udev | sudo tee /etc/udev/rules.d/{RULES_NAME} >/dev/null"
        " && sudo udevadm control --reload && sudo udevadm trigger"
    )


def install_unit() -> str:
    """One line to paste; it starts nothing."""
    return (
        f"thrum doctor --systemd | sudo tee /etc/systemd/system/{UNIT_NAME} >/dev/null"
        " && sudo systemctl daemon-reload"
    )


def _text(name: str) -> str:
    return (files("host_cli.checkup") / "system" / name).read_text(encoding="utf-8")
