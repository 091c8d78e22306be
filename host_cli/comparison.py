"""What differs between two timelines, stage by stage: curves and times, not texts.

Stages are matched in order by technique and region; a stage without a partner was added or taken
out. Two stages are compared on the first side they play, each from 0 to 1 of its length, so that a
stage that is only longer is said to be longer and nothing else: where their lengths differ, joins
and the pause after a move, which last as long in both, are left out of the comparison.

Units: seconds, levels 0..1, heat in degrees Celsius.
"""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from host_cli.terminal import clock_text
from programs.timeline import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from programs.timeline import Pass, Segment, Timeline, Wave

SAME_LEVEL = 0.004  # of full scale; a compiled curve may be off by as much
SAME_C = 0.05
PAUSE_MS = 3000  # after a change of region or side; a rising join follows it
PARTS = 200  # places at which two curves are compared


@dataclass(frozen=True)
class Played:
    """One stage of a timeline as it is played."""

    number: int  # in its document, from 1
    name: str
    technique: str
    region: str | None
    sides: tuple[str | None, ...]
    start_s: float
    side_s: float  # on one side
    curves: dict[str, list[float]]  # envelope by channel, at PARTS + 1 places of the first side
    rhythms: dict[str, str]  # modulator by channel, in words
    put_in: list[bool]  # at which of these places the compiler's pause or join stands

    @property
    def where(self) -> str:
        sides = " then ".join(side for side in self.sides if side)
        return f"{self.region or 'nothing worked'}{', ' + sides if sides else ''}"

    @property
    def called(self) -> str:
        made_by = f" ({self.technique})" if self.name.lower() != self.technique.replace("-", " ") else ""
        return (
            f"{self.name}{made_by}, {self.where}, {clock_text(self.side_s)}{' each' * (len(self.sides) > 1)}"
        )


@dataclass(frozen=True)
class Change:
    """One difference: in a sentence, and as values."""

    what: str
    a: Any
    b: Any
    text: str


@dataclass(frozen=True)
class Difference:
    """A stage of one or of both, and what differs in it."""

    a: Played | None
    b: Played | None
    changes: list[Change] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return self.a is not None and self.b is not None and not self.changes


def compared(a: Timeline, b: Timeline) -> list[Difference]:
    """Every stage of both, in order."""
    old, new = stages_of(a), stages_of(b)
    out: list[Difference] = []
    matcher = difflib.SequenceMatcher(
        None, [(s.technique, s.region) for s in old], [(s.technique, s.region) for s in new], autojunk=False
    )
    for _, i0, i1, j0, j1 in matcher.get_opcodes():
        out += _paired(old[i0:i1], new[j0:j1])
    return out


def _paired(old: Sequence[Played], new: Sequence[Played]) -> Iterator[Difference]:
    """Stages that stand for each other: alike, or of one name or technique; the rest stand alone."""
    rest = list(new)
    for each in old:
        partner = next((other for other in rest if _alike(each, other)), None)
        if partner is None:
            yield Difference(each, None)
            continue
        for added in rest[: rest.index(partner)]:
            yield Difference(None, added)
        del rest[: rest.index(partner) + 1]
        yield Difference(each, partner, list(_changes(each, partner)))
    for added in rest:
        yield Difference(None, added)


def _alike(a: Played, b: Played) -> bool:
    return a.name == b.name or (a.technique == b.technique and a.region == b.region)


def stages_of(timeline: Timeline) -> list[Played]:
    """The stages of a timeline, each from the passes it is played in."""
    starts = [segment.start_ms for segment in timeline.segments]
    passes: dict[int, list[Pass]] = {}
    for each in timeline.passes:
        passes.setdefault(each.stage, []).append(each)
    return [_played(timeline, starts, own) for own in passes.values()]


def _played(timeline: Timeline, starts: list[int], own: list[Pass]) -> Played:
    first = own[0]
    begin, end = bisect_right(starts, first.start_ms) - 1, bisect_right(starts, first.end_ms - 1)
    inside = timeline.segments[begin:end]
    curves = {name: _curve(timeline.segments, starts, first, at) for at, name in enumerate(CHANNELS)}
    waves = {
        name: [w for s in inside if (w := s.waves[at]) is not None] for at, name in enumerate(CHANNELS[:2])
    }
    return Played(
        first.stage + 1, first.name, first.technique, first.region, tuple(each.side for each in own),
        first.start_ms / 1000, (first.end_ms - first.start_ms) / 1000,
        {name: curve for name, curve in curves.items() if any(curve)},
        {name: _rhythm(found) for name, found in waves.items() if found}, _put_in(first),
    )  # fmt: skip


def _put_in(own: Pass) -> list[bool]:
    """At which places of a pass the compiler's pause or a join stands."""
    spans = [(join.start_ms, join.end_ms) for join in own.joins]
    moved = any(cue.move and cue.at_ms == own.start_ms for cue in own.cues)
    if moved or any(start - own.start_ms <= PAUSE_MS for start, _ in spans):
        spans.append((own.start_ms, own.start_ms + PAUSE_MS))
    places = (own.start_ms + (own.end_ms - own.start_ms) * part / PARTS for part in range(PARTS + 1))
    return [any(start <= t <= end for start, end in spans) for t in places]


def _curve(segments: Sequence[Segment], starts: list[int], own: Pass, channel: int) -> list[float]:
    """The envelope of one channel at equal parts of a pass."""
    unit = 100.0 if channel == 2 else 10_000.0
    span = own.end_ms - own.start_ms
    return [
        _level(segments, starts, own.start_ms + span * part / PARTS, channel) / unit
        for part in range(PARTS + 1)
    ]


def _level(segments: Sequence[Segment], starts: list[int], t_ms: float, channel: int) -> float:
    at = max(0, min(bisect_right(starts, t_ms) - 1, len(segments) - 1))
    segment = segments[at]
    end = segment.levels[channel]
    begin = segments[at - 1].levels[channel] if at else 0
    if channel == 2 and (not begin or not end):
        return end  # heat holds where it goes on or off
    return begin + (end - begin) * min(1.0, (t_ms - segment.start_ms) / segment.duration_ms)


def _rhythm(waves: Sequence[Wave]) -> str:
    """A modulator in words.

    >>> from programs.timeline import Wave
    >>> _rhythm([Wave("sine", 333, 333, 6000, 5000, 0)])
    'sine at 0.333 Hz, depth 60 %'
    """
    first = waves[0]
    rates = [rate / 1000 for wave in waves for rate in (wave.rate_start_mhz, wave.rate_end_mhz)]
    low, high = min(rates), max(rates)
    rate = f"{low:.3g} Hz" if high - low < 0.002 else f"{low:.3g} to {high:.3g} Hz"
    duty = f", duty {first.duty / 100:.0f} %" if first.duty != 5000 else ""
    return f"{first.shape} at {rate}, depth {first.depth / 100:.0f} %{duty}"


def _changes(a: Played, b: Played) -> Iterator[Change]:
    if (a.technique, a.region, a.sides) != (b.technique, b.region, b.sides):
        was, now = f"{a.technique}, {a.where}", f"{b.technique}, {b.where}"
        yield Change("place", was, now, f"{now} instead of {was}")
    if abs(a.side_s - b.side_s) > 0.01:
        word = "longer" if b.side_s > a.side_s else "shorter"
        a_side = " a side" if len(b.sides) > 1 else ""
        text = f"{word}: {clock_text(b.side_s)}{a_side} instead of {clock_text(a.side_s)}"
        yield Change("duration_s", a.side_s, b.side_s, text)
    for name in CHANNELS:
        yield from _channel(name, a, b)


def _channel(name: str, a: Played, b: Played) -> Iterator[Change]:
    old, new = a.curves.get(name), b.curves.get(name)
    if old is None and new is None:
        return
    if old is None or new is None:
        peak = max(new or old or [0.0])
        word = "is played" if new else "is not played any more"
        text = f"{name} {word}: up to {_amount(name, peak)}" if new else f"{name} {word}"
        yield Change(name, None if old is None else max(old), None if new is None else max(new), text)
        return
    gaps = [abs(y - x) for x, y in zip(old, new, strict=True)]
    if abs(a.side_s - b.side_s) > 0.01:
        masked = zip(gaps, a.put_in, b.put_in, strict=True)
        gaps = [0.0 if in_a or in_b else gap for gap, in_a, in_b in masked]
    if max(gaps) > (SAME_C if name == "heat" else SAME_LEVEL):
        yield Change(f"{name} peak", max(old), max(new), _curve_text(name, old, new, gaps, b))
    if a.rhythms.get(name) != b.rhythms.get(name):
        was, now = a.rhythms.get(name, "steady"), b.rhythms.get(name, "steady")
        yield Change(f"{name} rhythm", was, now, f"{name} rhythm: {now} instead of {was}")


def _curve_text(name: str, old: list[float], new: list[float], gaps: list[float], b: Played) -> str:
    most = gaps.index(max(gaps))
    now, was = _pair(name, max(new), max(old))
    top = f"peaks at {now} instead of {was}" if now != was else f"still peaks at {now}"
    here, there = _pair(name, new[most], old[most])
    return f"{name} {top}; most at {clock_text(b.side_s * most / PARTS)} into it: {here} instead of {there}"


def _pair(name: str, new: float, old: float) -> tuple[str, str]:
    """Two amounts with as many digits as tell them apart, one at most."""
    digits = 0 if name != "heat" and round(100 * new) != round(100 * old) else 1
    return _amount(name, new, digits), _amount(name, old, digits)


def _amount(name: str, value: float, digits: int = 0) -> str:
    """An amount of a channel in words.

    >>> _amount("heat", 38.5), _amount("vibration", 0.2)
    ('38.5 °C', '20 %')
    """
    if name == "heat":
        return f"{value:.1f} °C" if value else "off"
    return f"{100 * value:.{digits}f} %"


def peaks_text(each: Played) -> str:
    """What a stage plays at most, in words."""
    peaks = [f"{name} up to {_amount(name, max(curve))}" for name, curve in each.curves.items()]
    return ", ".join(peaks) or "the device rests"
