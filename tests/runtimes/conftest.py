"""MicroPython for the tests of this folder: skipped with the reason where it is missing, or failed.

To play all tapes takes it 20 seconds: once, side by side and patiently, while other tests go on in another
process. So all that ask for the tapes run in one process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest

from tests.runtimes import golden, node, wild

WILD_SEEDS = (1, 4)
WILD_TICKS = 20_000
# The counter of milliseconds wraps within every replay, after a minute.
FIRST_MS = 0x1FFFFFFF - 60_000
TOGETHER = (("evening-shoulders", "upper-back-percussion"), ("lower-back-heat", "wild 1", "wild 4"))


@dataclass
class Player:
    """One MicroPython that plays some of the tapes, one after the other."""

    names: tuple[str, ...]
    folder: Path
    process: Popen[str]

    def result(self, name: str) -> tuple[bytes, bytes]:
        """Rows and wire of a tape; waits for the end."""
        if self.process.stdout is not None and not self.process.stdout.closed:
            node.finish(self.process)
        return file(self.folder, name, "rows").read_bytes(), file(self.folder, name, "wire").read_bytes()


class Background:
    """All tapes on their way through MicroPython."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="thrum-tapes-")
        self.hosts = {seed: wild.WildHost(seed) for seed in WILD_SEEDS}
        self.tapes = {program: golden.tape_of(program) for program in golden.PROGRAMS}
        for seed, host in self.hosts.items():
            self.tapes[f"wild {seed}"] = host.run(WILD_TICKS).packed()
        self._players = [self._start(names) for names in TOGETHER] if not node.missing() else []

    def _start(self, names: tuple[str, ...]) -> Player:
        folder = Path(self._folder.name)
        code = "from tests.runtimes.scripts import replay\n"
        for name in names:
            file(folder, name, "tape").write_bytes(self.tapes[name])
            code += f"replay.play('/{name} tape', '/{name} rows', '/{name} wire', {FIRST_MS})\n"
        put = [(file(folder, name, "tape"), f"/{name} tape") for name in names]
        take = [(file(folder, name, what), f"/{name} {what}") for name in names for what in ("rows", "wire")]
        return Player(names, folder, node.Job(code, put, take, patient=True).start())

    def result(self, name: str) -> tuple[bytes, bytes]:
        return next(player for player in self._players if name in player.names).result(name)

    def close(self) -> None:
        for player in self._players:
            player.process.kill()
            player.process.communicate()
        self._folder.cleanup()


def file(folder: Path, name: str, what: str) -> Path:
    return folder / f"{name} {what}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "background" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("tapes"))


@pytest.fixture(scope="session")
def micropython() -> None:
    """Asked for by every test that runs MicroPython."""
    reason = node.missing()
    if reason and node.required():
        pytest.fail(f"{node.REQUIRED}=1, but {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    tapes = Background()
    yield tapes
    tapes.close()
