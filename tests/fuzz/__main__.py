"""``python -m tests.fuzz [NAME...]``: every target in a process of its own, one line each.

By default 10 million inputs to the wire (decoder and message parser) and fewer to what is slower.
``--seconds`` bounds each target; then it says how many inputs it had time for.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz.one import LONGEST

RUNS = {"wire": 10_000_000, "device": 200_000, "host": 400_000, "program": 50_000}
KEPT = Path(__file__).parents[2] / "out" / "fuzz"
TAIL_LINES = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"targets: {', '.join(RUNS)} (default: all)")
    parser.add_argument("--runs", type=int, default=0, help="inputs per target (default: as above)")
    parser.add_argument(
        "--seconds", type=int, default=0, help="at most so long per target (default: no bound)"
    )
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    unknown = set(args.names) - set(LONGEST)
    if unknown:
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(LONGEST)}")
    failed = [name for name in args.names or RUNS if not fuzzed(name, args)]
    return 1 if failed else 0


def fuzzed(name: str, args: argparse.Namespace) -> bool:
    """Runs one target and says how it went."""
    runs = args.runs or RUNS[name]
    command = [sys.executable, "-m", "tests.fuzz.one", name, "--runs", str(runs)]
    command += ["--seconds", str(args.seconds), "--seed", str(args.seed), "--corpus", str(KEPT / name)]
    process = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    done = re.search(r"Done (\d+) runs in (\d+) second.*", process.stdout)
    if process.returncode == 0 and done:
        inputs, seconds = int(done[1]), max(1, int(done[2]))
        how = "plain mutation, atheris is not installed" if "plain" in done[0] else "atheris"
        print(f"{name}: {inputs:,} inputs in {seconds} s ({inputs // seconds:,}/s, {how}), no exception")
        return True
    print(f"{name}: FAILED (exit code {process.returncode})")
    print("\n".join(process.stdout.splitlines()[-TAIL_LINES:]))
    print(f"The input is kept in {KEPT / name}; the same again: {' '.join(command)}")
    return False


if __name__ == "__main__":
    sys.exit(main())
