"""Many runs of one program: a seed for each, in processes, and which of them were the worst.

Nothing here prints, and no run knows of another: run ``index`` of a campaign is the same whatever
else was run, in whatever order, on however many processes. Rules kept here:

1. The seed of a run follows from the campaign's seed and the run's number alone, and a run is the one
   that ``simulate`` makes of that seed.
2. A run that raises is a finding like a broken invariant, and the others go on.
3. Processes are spawned, not forked, so that every system does the same.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import os
import random
import signal
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.battery import HALF
from sim.lockstep import Run
from sim.person import Person
from sim.vary import Draw, draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs.profile import Profile
    from programs.timeline import Timeline
    from sim.result import SimResult

AHEAD = 3  # runs handed to each process beyond the one that it plays
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setup:
    """What all runs of a campaign share. ``person`` and ``charge`` are settled, not drawn; ``faults`` come
    on top of those drawn. Without ``vary`` only the seed of a run changes."""

    timeline: Timeline
    profile: Profile
    faults: tuple[str, ...] = ()
    person: dict[str, float] = field(default_factory=dict)
    charge: float | None = None
    vary: bool = False

    def run(self, seed: int) -> Run:
        """The run of one seed, ready to play. Raises SimError for a fault or a person that cannot be."""
        drawn = draw(seed, self.profile, self.timeline.duration_ms / 1000) if self.vary else Draw()
        charge = drawn.charge if self.charge is None else self.charge
        person: dict[str, Any] = {**drawn.person, **self.person}
        run = Run(
            self.timeline,
            self.profile,
            seed=seed,
            person=Person(**person),
            charge=HALF if charge is None else charge,
            latency_ms=drawn.latency_ms,
            specimen=drawn.specimen,
        )
        run.order((*self.faults, *drawn.faults))
        return run


def seed_of(base_seed: int, index: int) -> int:
    """The seed of run ``index`` (from 0) of a campaign.

    >>> seed_of(1, 0) == seed_of(1, 0), seed_of(1, 0) == seed_of(1, 1), seed_of(1, 0) < 2**31
    (True, False, True)
    """
    return random.Random(f"campaign {base_seed} run {index}").getrandbits(31)


def program_hash(timeline: Timeline) -> str:
    """16 hex digits over everything that is played: another one is another campaign."""
    text = repr((timeline.segments, timeline.ceilings, timeline.profile_id))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def play_one(setup: Setup, index: int, seed: int) -> Row:
    """One run as a row of plain data."""
    try:
        run = setup.run(seed)
        run.play()
        return row_of(run.result(), index)
    except Exception as error:  # whatever it is, it is a bug of Thrum, and the others go on
        what = f"{type(error).__name__}: {error}"
        return {"run": index, "seed": seed, "outcome": "crashed", "reason": what, "crashed": True}


def row_of(result: SimResult, index: int) -> Row:
    """What is kept of a run."""
    found = result.summary()
    zero_ms = [each["outputs_zero_after_ms"] for each in (*found["faults"], *found.get("resets", ()))]
    row = {
        "run": index,
        "seed": result.seed,
        "outcome": result.outcome,
        "reason": result.reason,
        "duration_s": result.duration_s,
        "injected": found["injected"],
        "faults": [each["code"] for each in found["faults"]],
        "limited": len(result.limited),
        "violations": found["violations"],
        "peak": result.peak,
        "exposure": result.exposure,
        "motors": found["motors"],
        "conditions": result.conditions,
        "zero_ms": max((each for each in zero_ms if each is not None), default=None),
        "never_zero": None in zero_ms,
        "device": result.device,
    }
    return {key: _numbers(value) for key, value in row.items()}


def _numbers(value: Any) -> Any:
    """The value, and None for what is no number: a file of rows has no word for it."""
    if isinstance(value, dict):
        return {key: _numbers(each) for key, each in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def play_all(setup: Setup, base_seed: int, todo: Iterable[int], jobs: int) -> Generator[Row, None, None]:
    """The rows of the runs numbered in ``todo``, as they are done, in any order.

    With one job they are played here. Closing the iterator ends the processes; what they were at is lost.
    """
    if jobs == 1:
        for index in todo:
            yield play_one(setup, index, seed_of(base_seed, index))
        return
    yield from _in_processes(setup, base_seed, iter(todo), jobs)


def _in_processes(setup: Setup, base_seed: int, todo: Iterator[int], jobs: int) -> Iterator[Row]:
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin_process, (setup,))
    under_way: set[Future[Row]] = set()
    whole = False
    try:
        while True:
            with _deaf():
                while len(under_way) < jobs * AHEAD and (index := next(todo, None)) is not None:
                    under_way.add(pool.submit(_play_here, index, seed_of(base_seed, index)))
            if not under_way:
                break
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for each in done:
                yield each.result()
        whole = True
    finally:
        pool.shutdown(wait=whole, cancel_futures=True)
        if not whole:  # stopped: a process in the middle of a long run would keep us waiting
            for child in set(multiprocessing.active_children()) - before:
                child.kill()  # nothing of theirs has to be put away


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes begun meanwhile never hear Ctrl-C, not even while they start: it is for us alone."""
    mask = getattr(signal, "pthread_sigmask", None)  # not on Windows
    before = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask is not None else None
    try:
        yield
    finally:
        if mask is not None:
            mask(signal.SIG_SETMASK, before)


_here: list[Setup] = []  # of a process that plays runs: what all of them share


def _begin_process(setup: Setup) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be kept from them
    _here.append(setup)


def _play_here(index: int, seed: int) -> Row:
    return play_one(_here[0], index, seed)


def cores() -> int:
    """How many processes may run at once here."""
    counted: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(counted(0)) if counted is not None else os.cpu_count() or 1


# -- what came of them ------------------------------------------------------------------------------

WORST: tuple[tuple[str, str, Callable[[Row], float | None]], ...] = (
    ("skin_c", "°C", lambda row: row["peak"]["skin_c"]),
    ("pad_c", "°C", lambda row: row["peak"]["pad_c"]),
    ("cem43_min", "min", lambda row: row["exposure"]["cem43_min"]),
    ("zero_ms", "ms", lambda row: row["zero_ms"]),
    ("current_a", "A", lambda row: row["peak"]["current_a"]),
    ("underruns", "", lambda row: row["device"]["underruns"]),
)


def broken(row: Row) -> bool:
    """A run that must not be: an invariant broken, outputs never at zero, a program limited that passed
    the checks though nothing was broken, or no result at all."""
    if row.get("crashed"):
        return True
    return bool(row["violations"] or row["never_zero"] or (row["limited"] and not row["injected"]))


def outcomes(rows: Iterable[Row]) -> dict[str, int]:
    """How many runs came to each outcome, most first."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["outcome"]] = counts.get(row["outcome"], 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def worst(rows: Iterable[Row]) -> list[tuple[str, str, float, Row]]:
    """(what, unit, value, run) of the worst run of each kind; the earliest of equals. Kinds without a
    value above 0 are left out."""
    sound = sorted((row for row in rows if not row.get("crashed")), key=lambda row: int(row["run"]))
    found = []
    for what, unit, value_of in WORST:
        known = [(value, row) for row in sound if (value := value_of(row))]
        if known:
            value, row = max(known, key=lambda pair: pair[0])
            found.append((what, unit, value, row))
    return found
