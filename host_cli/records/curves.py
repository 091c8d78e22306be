"""The curves of a record, as ``thrum plot`` draws those of a program.

The axis is the session's own time: pauses take theirs, and what was skipped is not there.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from host_cli.curves import Curves, Lane, nice_top
from host_cli.records.words import ending_words, local

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from host_cli.curves import Value
    from host_cli.guided.events import Sample
    from host_cli.records.record import Record
    from programs.timeline import Pass


def curves_of(record: Record) -> Curves:
    """Lanes of the channels that were asked for anything."""
    own, samples = record.session, record.samples
    lanes = [
        _motor(name, samples)
        for name in ("vibration", "percussion")
        if any(value > 0.0 for value in _column(samples, f"{name}_asked"))
    ]
    if any(value > 0.0 for value in _column(samples, "heat_asked")):
        lanes.append(_heat(samples, "simulated" if own.kind == "SIM" else "measured"))
    what = f"{own.kind} session {own.id} of {local(own.begun_at)}, {own.program_id} on {own.profile_id}"
    passes = tuple(_in_session_time(record.passes, samples))
    return Curves(
        title=own.title,
        caption=f"{what}: {ending_words(own, record.state)}",
        duration_s=max(own.t_s, samples[-1].t_s if samples else 0.0, 1.0),
        t_s=_column(samples, "t_s"),
        lanes=tuple(lanes),
        passes=passes,
        joins=tuple(join for each in passes for join in each.joins),
    )


def _column(samples: Sequence[Sample], name: str) -> list[float]:
    return [getattr(each, name) for each in samples]


def _motor(name: str, samples: Sequence[Sample]) -> Lane:
    asked, allowed, applied = (_column(samples, f"{name}_{what}") for what in ("asked", "allowed", "applied"))
    top = nice_top(max([*asked, *allowed, *applied], default=0.0))
    return Lane(name, "", 0.0, top, asked, allowed, applied)


def _heat(samples: Sequence[Sample], means: str) -> Lane:
    asked, allowed = (
        [v if v > 0 else None for v in _column(samples, f"heat_{w}")] for w in ("asked", "allowed")
    )
    pad: list[Value] = [None if math.isnan(v) else v for v in _column(samples, "pad_c")]
    known = [each for each in (*asked, *allowed, *pad) if each is not None]
    low, high = min(known, default=30.0), max(known, default=40.0)
    power = _column(samples, "heat_applied")
    return Lane("heat", "°C", int(low) - 1.0, int(high) + 2.0, asked, allowed, pad, f"pad, {means}", power)


def _in_session_time(passes: Sequence[Pass], samples: Sequence[Sample]) -> Iterator[Pass]:
    """The passes that were played, where they were; a join where its pass was played without a break."""
    for each in passes:
        own = [s for s in samples if each.start_ms <= s.at_s * 1000 < each.end_ms and s.state == "RUNNING"]
        if not own:
            continue
        start_ms, end_ms = round(own[0].t_s * 1000), round(own[-1].t_s * 1000) + 100
        later_ms = round((own[0].t_s - own[0].at_s) * 1000)
        whole = abs((own[-1].t_s - own[-1].at_s) * 1000 - later_ms) < 500
        joins = tuple(
            replace(join, start_ms=join.start_ms + later_ms, end_ms=join.end_ms + later_ms)
            for join in (each.joins if whole else ())
        )
        yield replace(each, start_ms=start_ms, end_ms=end_ms, joins=joins)
