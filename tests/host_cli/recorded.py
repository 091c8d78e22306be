"""Records for tests: real sessions on the simulated rig in virtual time, written as a run writes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from firmware_bridge.session import Session
from host_cli.guided.events import Event, Sample
from host_cli.levels import asked_at
from host_cli.records.about import About
from host_cli.records.store import Store
from host_cli.records.writer import Writer
from programs.compiler import compile_program
from programs.load import Loaded, parse_program
from programs.profile import Profile, load_profile
from programs.timeline import Timeline
from sim.lockstep import Run
from tests.host_cli.samples import BREAK

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EVERY_TICKS = 10  # a STATUS comes every 100 ms


@cache
def rig(name: str = "heated-head") -> Profile:
    return load_profile(name)


@cache
def program(text: str = BREAK) -> tuple[Loaded, Timeline]:
    loaded = parse_program(text)
    timeline = compile_program(loaded, rig()).timeline
    assert timeline is not None
    return loaded, timeline


@cache
def played(
    text: str = BREAK, gain: float = 1.0, seed: int = 0, pause_s: float | None = None
) -> tuple[Sample, ...]:
    """What was sampled while the program played, ten times a second; with a pause of 2 s at ``pause_s``."""
    loaded, timeline = program(text)
    run = Run(timeline, rig(), seed=seed)
    session, current = run.session, [timeline]
    if gain < 1.0:
        run.at(0, partial(session.set_gain, gain))

    def go_on() -> None:
        rest = (
            compile_program(loaded, rig(), resume_at_ms=round(pause_s * 1000)).timeline if pause_s else None
        )
        assert rest is not None
        session.resume(rest)
        current[0] = rest

    if pause_s is not None:
        run.at(round(pause_s * 1000), session.pause)
        run.at(round(pause_s * 1000) + 2000, go_on)
    out: list[Sample] = []
    while not run.done():
        for _ in range(EVERY_TICKS):
            run.tick()
        if session.status is not None and session.outcome is None:
            out.append(_sample(session, current[0], run.clock.now_ms))
    return tuple(out)


def _sample(session: Session, timeline: Timeline, now_ms: int) -> Sample:
    status = session.status
    assert status is not None
    running = status.state_name == "RUNNING"
    asked = asked_at(timeline, status.playhead_ms) if running else (0.0, 0.0, 0.0)
    levels = []
    for at, unit in enumerate((1e-4, 1e-4, 1e-2)):
        applied = status.applied[at] * 1e-4
        levels += [asked[at] * unit, status.allowed[at] * unit, applied]
    return Sample(
        now_ms / 1000, (timeline.origin_ms + status.playhead_ms) / 1000, status.state_name, *levels,
        math.nan if status.pad_c is None else status.pad_c, 0.5, 24.0, status.gain / 10_000,
        status.gain_max / 10_000, status.bucket_s,
    )  # fmt: skip


def about(text: str = BREAK, **changed: object) -> About:
    loaded, timeline = program(text)
    made = About(
        loaded.program.id, loaded.program.title, loaded.text, rig(), timeline.passes,
        timeline.duration_ms / 1000, timeline.strength, True, "bench", "a board", "1.2", 0xBEEF, True, 77,
        "sim", seed=0,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def write(
    path: Path,
    items: Iterable[Event | Sample] = (),
    told: About | None = None,
    end: tuple[str, str, bool] | None = ("completed", "the last stage ended", True),
    now: Callable[[], datetime] = lambda: NOON,
    step: int = 60,
) -> int:
    """A record in the database at ``path``, ``step`` things at a time; its id. Without ``end`` it was cut
    off."""
    store = Store(path)
    writer = Writer(store, told or about(), now)
    pile = list(items)
    for begin in range(0, len(pile), step):
        some = pile[begin : begin + step]
        for each in some:
            if isinstance(each, Sample):
                writer.hand.add(each)
        writer.write(some)
    if end is not None:
        writer.end(*end)
    writer.release()
    store.close()
    return writer.session_id
