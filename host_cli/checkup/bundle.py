"""The support archive: what somebody who helps wants to see, and nothing about who asks.

Rules kept here: every text goes through the mask; programs, records and answers are never part of it;
the archive says in README.txt what is in it, and is small enough to be read before it is sent.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from host_cli.checkup.masks import masked, masker
from host_cli.files import write_whole

if TYPE_CHECKING:
    from host_cli.checkup.finding import Finding
    from host_cli.checkup.machine import Machine

MOST_BYTES = 200_000  # of one file: a rig or a report of a crash is much smaller
README = """What thrum doctor --bundle wrote, to be sent to whoever helps.

findings.json  what thrum doctor found, with the remedies
system.json    system, Python, packages, the model of a Raspberry Pi
ports.json     the serial ports, without serial numbers
rigs/          your rig files, in which titles and notes stand as you wrote them: look, before you send it
crash.txt      the last crash, if there was one

User name, home folder, host name, serial numbers and network addresses are replaced by USER, HOME, HOST,
SERIAL and ADDRESS. No programs, no records, no answers to the questions before a massage are in it.
"""


def write_bundle(target: Path, machine: Machine, findings: list[Finding]) -> list[str]:
    """Write the archive; the names of what is in it. Raises Quit (exit 2) when it cannot be written."""
    mask = masker(machine)
    content = {
        "README.txt": README,
        "findings.json": _json(masked([each.as_dict() for each in findings], mask)),
        "system.json": _json(masked(_system(machine), mask)),
        "ports.json": _json(masked(_ports(machine), mask)),
    }
    for path in sorted((machine.config / "rigs").glob("*.toml")):
        content[f"rigs/{mask(path.name)}"] = mask(_text_of(path))
    crash = machine.logs / "last-crash.txt"
    if crash.exists():
        content["crash.txt"] = mask(_text_of(crash))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # nobody's time zone
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    write_whole(target, packed.getvalue())
    return list(content)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, allow_nan=False) + "\n"


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes()[:MOST_BYTES].decode("utf-8", "replace")
    except OSError as exc:
        return f"cannot be read: {exc.strerror}\n"


def _system(machine: Machine) -> dict[str, Any]:
    from host_cli.checkup.software import wanted

    packages = [*wanted(machine), *wanted(machine, "gpio"), ("thrum-massager", "")]
    return {
        "system": machine.system,
        "pi": machine.pi,
        "os_release": machine.read("etc/os-release").splitlines()[:2],
        "python": ".".join(map(str, machine.python)),
        "groups": sorted(machine.groups - {machine.user}),
        "packages": {name: machine.version_of(name) for name, _least in packages},
    }


def _ports(machine: Machine) -> list[dict[str, str]]:
    return [
        {"device": port.device, "description": port.description, "lasting": port.lasting, "hwid": port.hwid}
        for port in machine.ports
    ]
