"""The list of mutants that no test can kill, each with the reason: ``tests/mutants.toml``.

A mutant is named by where it is, the line as it was and the line as it became, so that the list
outlives other changes of the file. An entry that no longer survives is stale and has to go.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

LIST = Path(__file__).parents[1] / "mutants.toml"


@dataclass(frozen=True, order=True)
class Mutant:
    """``where``: module and function, as in "governor.Bucket.pass_time"; then the changed line."""

    where: str
    was: str
    now: str

    @property
    def module(self) -> str:
        return self.where.split(".")[0]

    def __str__(self) -> str:
        return f"{self.where}\n    - {self.was}\n    + {self.now}"


@dataclass
class Verdict:
    """What became of the mutants of one module; ``listed`` survive too, for a reason."""

    module: str
    tried: int
    hung: int = 0  # of those killed: they did not come to an end
    listed: list[Mutant] = field(default_factory=list)
    unexplained: list[Mutant] = field(default_factory=list)
    stale: list[Mutant] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.unexplained and not self.stale

    def __str__(self) -> str:
        killed = self.tried - len(self.listed) - len(self.unexplained)
        return (
            f"{self.module:<11} {self.tried:>5} mutants {killed:>6} killed"
            f" {len(self.listed):>4} listed {len(self.unexplained):>4} unexplained"
            + (f"   ({self.hung} of the killed hung)" if self.hung else "")
        )


def reasons(path: Path = LIST) -> dict[Mutant, tuple[int, str]]:
    """Per mutant how often it may survive (the same line can stand in a function twice) and why."""
    found = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["equivalent"]:
        mutant = Mutant(entry["where"], entry["was"], entry["now"])
        if mutant in found:
            raise ValueError(f"{path}: listed twice: {mutant}")
        found[mutant] = (entry.get("times", 1), entry["why"])
    return found


def judge(
    module: str, tried: int, survivors: Iterable[Mutant], known: dict[Mutant, tuple[int, str]]
) -> Verdict:
    """Holds the survivors of a module against the list."""
    verdict = Verdict(module, tried)
    seen: Counter[Mutant] = Counter()
    for mutant in sorted(survivors):
        seen[mutant] += 1
        times = known[mutant][0] if mutant in known else 0
        (verdict.listed if seen[mutant] <= times else verdict.unexplained).append(mutant)
    verdict.stale = [
        mutant
        for mutant, (times, _why) in sorted(known.items())
        if mutant.module == module and seen[mutant] < times
    ]
    return verdict
