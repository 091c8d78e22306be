"""Fuzzes one target: ``python -m tests.fuzz.one NAME [--runs N] [--seconds S] [--corpus DIR]``.

With atheris (coverage of the code under test steers the inputs) where it is installed; without it by
plain mutation of the seeds, and it says so. An exception ends it, with the input that raised it.
"""

from __future__ import annotations

import argparse
import importlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONGEST = {"wire": 180, "device": 600, "host": 1500, "program": 4000}  # bytes of an input


def main() -> int:
    asked = parse()
    try:
        import atheris
    except ImportError:
        return plain(asked)
    with atheris.instrument_imports(include=["firmware_bridge", "programs"], enable_loader_override=False):
        targets: Any = importlib.import_module("tests.fuzz.targets")
    corpus = Path(asked.corpus or tempfile.mkdtemp(prefix="thrum-fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for at, seed in enumerate(targets.seeds(asked.name)):
        (corpus / f"seed-{at:02d}").write_bytes(seed)
    options = [f"-runs={asked.runs}", f"-max_len={LONGEST[asked.name]}", "-timeout=10", "-rss_limit_mb=2048"]
    options += [f"-max_total_time={asked.seconds}", f"-seed={asked.seed}", f"-artifact_prefix={corpus}/"]
    atheris.Setup([sys.argv[0], *options, "-verbosity=1", str(corpus)], targets.TARGETS[asked.name])
    atheris.Fuzz()
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.one", description=__doc__)
    parser.add_argument("name", choices=LONGEST)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=0, help="0: no bound")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", default="", help="folder to keep inputs in (default: a temporary one)")
    return parser.parse_args()


def plain(asked: argparse.Namespace) -> int:
    """Mutated seeds, without coverage."""
    targets: Any = importlib.import_module("tests.fuzz.targets")
    began = time.monotonic()
    done = 0
    for data in mutations(targets.seeds(asked.name), asked.runs, asked.seed, LONGEST[asked.name]):
        if asked.seconds and time.monotonic() - began > asked.seconds:
            break
        attempt(targets.TARGETS[asked.name], data)
        done += 1
    print(f"Done {done} runs in {time.monotonic() - began:.0f} second(s) (plain: atheris is not installed)")
    return 0


def attempt(target: Callable[[bytes], None], data: bytes) -> None:
    """One input; an exception carries it."""
    try:
        target(data)
    except Exception as error:
        error.add_note(f"the input was {data.hex()}")
        raise


def mutations(seeds: list[bytes], count: int, seed: int, longest: int) -> Any:
    """The seeds themselves, then variants of them: bytes changed, taken out, put in, halves exchanged."""
    chance = random.Random(seed)
    yield from seeds[:count]
    for _ in range(count - len(seeds)):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(data) + 1)
            what = chance.randrange(5)
            if what == 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            elif what == 1:
                del data[at : at + chance.randrange(1, 9)]
            elif what == 2:
                data[at:at] = chance.randbytes(chance.randrange(1, 9))
            elif what == 3:
                data[at:at] = chance.choice(seeds)[: chance.randrange(64)]
            elif data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
        yield bytes(data[:longest])


if __name__ == "__main__":
    sys.exit(main())
