"""K01 to K03: Python, and what is installed in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from host_cli.checkup.finding import error, ok, warning

if TYPE_CHECKING:
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine

OLDEST_PYTHON = (3, 11)
# name, then "[extras]", then ">=version", then perhaps a condition
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*>=\s*([0-9.]+)(.*)$")


def software(machine: Machine) -> Iterator[Finding]:
    yield _python(machine)
    yield _packages(machine)
    if machine.pi:
        yield _pin_packages(machine)


def _python(machine: Machine) -> Finding:
    version = ".".join(map(str, machine.python))
    if machine.python[:2] < OLDEST_PYTHON:
        return error("K01", f"Python is {version}; Thrum needs 3.11.", "Install Python 3.11 or newer.")
    return ok("K01", f"Python {version}.")


def wanted(machine: Machine, extra: str = "") -> list[tuple[str, str]]:
    """(package, least version) that the metadata ask for: always, or for an extra."""
    rows = [REQUIREMENT.match(line) for line in machine.requirements()]
    return [
        (row[1], row[2])
        for row in rows
        if row is not None
        and (f"extra == '{extra}'" in row[3].replace('"', "'") if extra else "extra" not in row[3])
    ]


def missing(machine: Machine, packages: list[tuple[str, str]]) -> list[str]:
    """Those that are not there or too old, as one would ask pip for them."""
    found = []
    for name, least in packages:
        version = machine.version_of(name)
        if not version or _numbers(version) < _numbers(least):
            found.append(f"{name}>={least}")
    return found


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version.

    >>> _numbers("3.5"), _numbers("2.14.0rc1")
    ((3, 5), (2, 14, 0))
    """
    found = []
    for part in version.split("."):
        digits = re.match(r"\d+", part)
        if digits is None:
            break
        found.append(int(digits[0]))
    return tuple(found)


def pip_line(machine: Machine, packages: list[str]) -> str:
    quoted = " ".join(f'"{each}"' for each in packages)
    return f"{machine.executable} -m pip install {quoted}"


def _packages(machine: Machine) -> Finding:
    packages = wanted(machine)
    if not packages:
        say = "Thrum runs from its folder and was not installed: what it needs cannot be looked up."
        return warning("K02", say, f"{machine.executable} -m pip install -e .")
    lacking = missing(machine, packages)
    if lacking:
        say = f"Missing or too old: {', '.join(lacking)}."
        return error("K02", say, pip_line(machine, lacking))
    named = ", ".join(f"{name} {machine.version_of(name)}" for name, _least in packages)
    return ok("K02", f"{named}.")


def _pin_packages(machine: Machine) -> Finding:
    lacking = missing(machine, wanted(machine, "gpio"))
    if lacking:
        say = f"For a rig on this computer's pins there is missing: {', '.join(lacking)}."
        return warning("K03", say, pip_line(machine, ["thrum-massager[gpio]"]))
    return ok("K03", "The packages for a rig on this computer's pins are installed.")
