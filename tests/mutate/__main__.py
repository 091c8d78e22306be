"""``python -m tests.mutate [MODULE...]``: changes the device a little, thousands of times, and asks
the tests whether they notice. A change that none notices must stand in ``tests/mutants.toml`` with
the reason why it makes no difference; any other is unexplained, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import sys

from tests.mutate import constants, functions
from tests.mutate.listed import LIST, Mutant, Verdict, judge, reasons

NAMES = (*functions.MODULES, "limits")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"modules: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--again", action="store_true", help="only what survived in the last run")
    parser.add_argument("--constant", default="", help="of limits only this one")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1, help="processes at a time")
    args = parser.parse_args()
    unknown = set(args.names) - set(NAMES)
    if unknown:
        parser.error(f"no module {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    known = reasons()
    verdicts = []
    for name in args.names or NAMES:
        hung = 0
        if name == "limits":
            tried, survivors = constants.mutate(args.children, args.constant)
            if args.constant:
                known = {mutant: why for mutant, why in known.items() if of(args.constant, mutant)}
        else:
            tried, hung, survivors = functions.mutate(name, args.children, args.again)
        verdicts.append(judge(name, tried, survivors, known))
        verdicts[-1].hung = hung
        print(verdicts[-1], flush=True)
    return summary(verdicts)


def of(constant: str, mutant: Mutant) -> bool:
    return mutant.was.startswith(f"{constant} = ")


def summary(verdicts: list[Verdict]) -> int:
    """What has to be looked at; 1 if there is something."""
    for verdict in verdicts:
        for mutant in verdict.unexplained:
            print(f"\nno test notices: {mutant}")
        for mutant in verdict.stale:
            print(f"\nlisted in {LIST.name}, but it is killed or gone: {mutant}")
    bad = sum(not verdict.good for verdict in verdicts)
    if bad:
        print(f"\nWrite a test that notices, or list the mutant with its reason in {LIST}.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
