"""Cutting a plan into segments: the last step of the compiler, integers only.

Rules kept here: segments last 20..500 ms and are as long as the curves allow; every vertex of every
channel is an end, unless it stands closer than 20 ms to another (then the one is moved to the
other's place, and what that costs counts in ``max_error``); where nothing is worked the region is
None, motors are zero and there are no waves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from programs import limits
from programs.plan import MOTORS, PlannedPass
from programs.polyline import Line
from programs.timeline import FULL_SCALE, Segment, Wave
from programs.waves import WaveTrain

_SHORTEST, _LONGEST = limits.MIN_SEGMENT_MS, limits.MAX_SEGMENT_MS
_BASE_ERROR = limits.CURVE_TOLERANCE + 0.0004  # + rounding of level (0.5 unit) and time (0.5 ms at 0.5/s)


@dataclass(slots=True)
class Cutter:
    """Cuts pass after pass; ``segments`` grows."""

    segments: list[Segment] = field(default_factory=list)
    moved_error: float = 0.0  # of full scale, from vertices that were moved
    wave_error: float = 0.0  # of full scale, from integer phases
    edge_ms: float = 0.0  # how far an edge of a square, a saw or a heat step may be off
    _heat: int = 0  # where the heat stands

    def add(self, each: PlannedPass) -> None:
        """Cut one pass."""
        lines = [each.lines.get(name) for name in (*MOTORS, "heat")]
        trains = [self._train(each, name) for name in MOTORS]
        times = self._grid(each, lines, [t for t in trains if t is not None])
        ends = [_values(line, times) for line in lines]
        if ends[2][1] != self._heat:
            self._step_heat(each, ends[2][0])
        worked = each.region is not None and (bool(each.lines.keys() & set(MOTORS)))
        for k in range(len(times) - 1):
            region = each.region if worked and times[k] >= each.gap_ms else None
            self._cut(
                each, times[k], times[k + 1], [e[k] for e in ends], [e[k + 1] for e in ends], region, trains
            )
        self._heat = ends[2][-1]
        for train, line in zip(trains, lines, strict=False):
            if train is not None and line is not None:
                self.wave_error = max(self.wave_error, train.error * max(line.values) / FULL_SCALE)
                self.edge_ms = max(self.edge_ms, train.edge_ms)

    def _train(self, each: PlannedPass, channel: str) -> WaveTrain | None:
        voice = each.voices.get(channel)
        if voice is None or voice.modulation is None or channel not in each.lines:
            return None
        return WaveTrain(voice.modulation, each.offset_ms)

    def _step_heat(self, each: PlannedPass, value: int) -> None:
        """Heat that differs from where it stood is reached within one shortest segment."""
        if self._heat and value and abs(value - self._heat) > 1:
            self.edge_ms = max(self.edge_ms, float(_SHORTEST))

    def _grid(self, each: PlannedPass, lines: list[Line | None], trains: list[WaveTrain]) -> list[int]:
        """Times at which a segment must end, apart by the shortest segment at least."""
        end, gap = each.duration_ms, each.gap_ms
        wanted = {0, end, gap}
        for line in lines:
            if line is not None:
                wanted.update(line.times)
        fixed = [0, end, gap]
        for train in trains:
            soft, hard = train.breaks(gap, end)
            wanted.update(soft, hard)
            fixed += hard
        heat = lines[2]
        if heat is not None and heat.values[0] and heat.values[0] != self._heat:
            wanted.add(_SHORTEST)
        times = apart(sorted(wanted), fixed)
        self._count_moved(wanted.difference(times), times, lines)
        return times

    def _count_moved(self, moved: set[int], times: list[int], lines: list[Line | None]) -> None:
        """What it costs that vertices are not where they should be."""
        if not moved:
            return
        for line, is_heat in zip(lines, (False, False, True), strict=True):
            if line is None:
                continue
            kept = Line(times, _values(line, times))
            worst = max(abs(line.at(t) - kept.at(t)) for t in moved) / FULL_SCALE
            if is_heat and worst > limits.CURVE_TOLERANCE:  # a step of heat: late by one segment
                self.edge_ms = max(self.edge_ms, 2.0 * _SHORTEST)
            else:
                self.moved_error = max(self.moved_error, worst)

    def _cut(
        self,
        each: PlannedPass,
        start: int,
        end: int,
        low: list[int],
        high: list[int],
        region: str | None,
        trains: list[WaveTrain | None],
    ) -> None:
        """One straight stretch as equal segments."""
        span = end - start
        parts = -(-span // _LONGEST)
        base = each.start_ms
        v0, p0, h0 = low
        dv, dp, dh = high[0] - v0, high[1] - p0, high[2] - h0
        train_v, train_p = trains if region is not None else (None, None)
        t0 = start
        for k in range(1, parts + 1):
            t1 = start + span * k // parts
            wave_v: Wave | None = train_v.next(t0, t1) if train_v is not None else None
            wave_p: Wave | None = train_p.next(t0, t1) if train_p is not None else None
            levels = (v0 + dv * k // parts, p0 + dp * k // parts, h0 + dh * k // parts)
            self.segments.append(Segment(base + t0, t1 - t0, region, levels, (wave_v, wave_p, None)))
            t0 = t1

    @property
    def max_error(self) -> float:
        """The stated error, of full scale: curve, moved vertices and waves together."""
        return round(_BASE_ERROR + self.moved_error + self.wave_error, 6)


def _values(line: Line | None, times: list[int]) -> list[int]:
    """The line at these times; zero where there is none."""
    if line is None:
        return [0] * len(times)
    out, k, last = [], 0, len(line.times) - 1
    ts, vs = line
    for t in times:
        while k < last and ts[k + 1] <= t:
            k += 1
        if k == last or ts[k] == t:
            out.append(vs[k])
        else:
            out.append(round(vs[k] + (vs[k + 1] - vs[k]) * (t - ts[k]) / (ts[k + 1] - ts[k])))
    return out


def apart(times: list[int], fixed: list[int]) -> list[int]:
    """Increasing times at least one shortest segment apart.

    Those in ``fixed`` stay where they are, the earlier named before the later where they collide;
    others are pushed off by less than a shortest segment, or dropped.

    >>> apart([0, 5, 100, 115, 490, 500], [0, 500])
    [0, 20, 100, 120, 480, 500]
    """
    stay = _pinned(fixed)
    kept = [times[0]]
    for t in times[1:]:
        if t in stay:
            _make_room(kept, t, stay)
            if kept[-1] != t:  # else one was pushed right there
                kept.append(t)
        elif t - kept[-1] >= _SHORTEST:
            kept.append(t)
        elif t - kept[-1] > 2:  # 2 ms cost less than a segment
            kept.append(kept[-1] + _SHORTEST)
    return kept


def _pinned(fixed: list[int]) -> set[int]:
    stay: list[int] = []
    for t in fixed:
        if all(abs(t - other) >= _SHORTEST for other in stay):
            stay.append(t)
    return set(stay)


def _make_room(kept: list[int], t: int, stay: set[int]) -> None:
    """Move or drop the last times so that ``t`` can follow them."""
    while kept[-1] not in stay and t - kept[-1] < _SHORTEST:
        kept.pop()
        if t - kept[-1] >= 2 * _SHORTEST:
            kept.append(t - _SHORTEST)


__all__ = ["Cutter", "apart"]
