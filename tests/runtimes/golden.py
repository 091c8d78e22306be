"""``python -m tests.runtimes.golden``: records the golden tapes and levels again.

Two files per program stand in ``golden/``: the tape (what the device was given) and the levels that
came of it. They are recordings, so neither a change of a program nor of the compiler touches them;
a change of the wire does, and then they have to be made again. When levels change, somebody has to
say why: that is what they are for.
"""

from __future__ import annotations

import lzma
import sys
import tempfile
from pathlib import Path

from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from tests.runtimes import rows
from tests.runtimes.scripts import replay
from tests.runtimes.tape import record

FOLDER = Path(__file__).parent / "golden"
# Each for four minutes and a stop, from the stage that has what the others have not.
PROGRAMS = {"evening-shoulders": None, "upper-back-percussion": 5, "lower-back-heat": None}
STOP_MS = 240_000
PROFILE = "heated-head"


def tape_of(program: str) -> bytes:
    """The tape as it was recorded."""
    return lzma.decompress((FOLDER / f"{program}.tape.xz").read_bytes())


def levels_of(program: str) -> str:
    return (FOLDER / f"{program}.levels.txt").read_text(encoding="utf-8")


def play(tape: bytes, folder: Path, first_ms: int = 0) -> tuple[bytes, bytes]:
    """On this Python: the rows, and all that the device said."""
    files = [folder / name for name in ("tape", "rows", "wire")]
    files[0].write_bytes(tape)
    replay.play(*map(str, files), first_ms)
    return files[1].read_bytes(), files[2].read_bytes()


def main() -> None:
    profile = load_profile(PROFILE)
    FOLDER.mkdir(exist_ok=True)
    for seed, (program, from_stage) in enumerate(PROGRAMS.items(), 1):
        timeline = compile_program(load_program(program), profile, from_stage=from_stage).timeline
        assert timeline is not None, f"{program} does not compile for {PROFILE}"
        tape = record(timeline, profile, seed, STOP_MS).packed()
        with tempfile.TemporaryDirectory() as folder:
            levels = rows.golden(play(tape, Path(folder))[0])
        (FOLDER / f"{program}.tape.xz").write_bytes(lzma.compress(tape, preset=9 | lzma.PRESET_EXTREME))
        (FOLDER / f"{program}.levels.txt").write_text(levels, encoding="utf-8")
        sys.stdout.write(f"{program}: {len(tape)} bytes of tape, {levels.count(chr(10)) - 1} s of levels\n")


if __name__ == "__main__":
    main()
