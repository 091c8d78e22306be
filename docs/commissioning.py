"""What commissioning says and leaves: the real flow on the simulated rig, in virtual time."""

from __future__ import annotations

import tempfile
from pathlib import Path


def transcript() -> str:
    """What ``thrum rig commission --port sim`` says, in a terminal of 100 columns."""
    from tests.host_cli.commissioning_desk import GOOD, MemoryBench, commission

    with tempfile.TemporaryDirectory() as folder:
        _record, said = commission(MemoryBench(), Path(folder), GOOD)
    return f"```console\n$ thrum rig commission --port sim --answers answers.toml\n{said.rstrip()}\n```"


def record() -> str:
    """The record that it leaves."""
    from tests.host_cli.commissioning_desk import GOOD, MemoryBench, commission

    with tempfile.TemporaryDirectory() as folder:
        path, _said = commission(MemoryBench(), Path(folder), GOOD)
        return f"```json\n{path.read_text(encoding='utf-8').rstrip()}\n```"


def answers() -> str:
    """The file of answers of that rehearsal."""
    from tests.host_cli.commissioning_desk import GOOD

    lines = (f"{name} = {str(value).lower()}" for name, value in GOOD.items())
    return "\n".join(["```toml", *lines, "```"])


def checks() -> str:
    """Every check of ``thrum rig verify``: what it shows, and how."""
    from firmware_bridge.conformance.suite import CHECKS

    rows = (f"| `{each.name}` | {each.shows} | {each.how} |" for each in CHECKS)
    return "\n".join(["| check | shows | how |", "|---|---|---|", *rows])
