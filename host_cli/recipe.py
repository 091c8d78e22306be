"""A program told like a good recipe: what it is, what it needs, the steps with their cues.

A pure function from a program and its compiled passes to lines. Texts of the document are cleaned
on the way: nothing in them can drive the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.terminal import clean, clock_text, wrapped
from programs.techniques import TECHNIQUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from host_cli.terminal import Terminal
    from programs.document import Program, Stage, Track
    from programs.timeline import Pass

FOR_WHOM = {"other": "for another person", "self": "for oneself"}
WIDEST = 96  # columns; longer lines are hard to read


def recipe_lines(
    program: Program,
    passes: Sequence[Pass],
    notes: Sequence[str],
    terminal: Terminal,
    *,
    joins: bool = False,
) -> list[str]:
    """The whole recipe. Without ``passes`` (the program does not compile) times are left out.

    ``joins`` marks the ramps at each step; without it they are counted once, at the end.
    """
    width = min(terminal.width, WIDEST)
    out = [terminal.paint(clean(program.title), "bold"), *_wrapped(program.summary, width)]
    out += ["", *_facts(program, width)]
    out += ["", terminal.paint("Steps", "bold")]
    for number, stage in enumerate(program.stages, 1):
        own = [each for each in passes if each.stage == number - 1]
        out += _step(number, stage, program.strength, own, terminal, width)
        out += _join_lines(own, width) if joins else []
    heat = [track for track in program.tracks if track.channel == "heat"]
    out += ["", terminal.paint("Heat", "bold"), *_wrapped(_heat(heat[0]), width, "  ")] if heat else []
    out += _section("Meant as it is (waived)", [f"{a.rule}: {a.why}" for a in program.allow], terminal, width)
    did = [*notes, *([] if joins else _join_summary(passes))]
    out += _section("What the compiler did", did, terminal, width)
    out += _section("Sources", program.sources, terminal, width)
    return out


def _section(title: str, items: Sequence[str], terminal: Terminal, width: int) -> list[str]:
    if not items:
        return []
    lines = [line for item in items for line in _wrapped(item, width, "  - ")]
    return ["", terminal.paint(title, "bold"), *lines]


def _wrapped(text: str, width: int, lead: str = "") -> list[str]:
    """The text in lines; ``lead`` stands before the first, blanks before the others."""
    later = " " * len(lead)
    return wrapped(clean(text), max(width, 20), lead, later)


def _facts(program: Program, width: int) -> list[str]:
    """The line of a recipe that says how long, how strong, what it needs."""
    style = f" · {program.style}" if program.style else ""
    how = f"{clock_text(program.stage_time_s)} min · {program.strength} · {program.posture} · "
    facts = [("", how + FOR_WHOM[program.for_] + style)]
    facts.append(("Works", ", ".join(dict.fromkeys(s.region for s in program.stages if s.region))))
    facts.append(("With", ", ".join(dict.fromkeys(s.technique for s in program.stages))))
    if program.caps is not None:
        caps = program.caps
        level = f"intensity {caps.intensity:g}" if caps.intensity is not None else ""
        heat = f"heat {caps.heat_c:g} °C" if caps.heat_c is not None else ""
        facts.append(("Never above", " · ".join(each for each in (level, heat) if each)))
    facts.append(
        ("", "A break: shorter than a session, and honest about it." if program.kind == "break" else "")
    )
    lines = [_wrapped(text, width, f"  {label}: " if label else "  ") for label, text in facts if text]
    return [line for block in lines for line in block]


def _step(
    number: int, stage: Stage, strength: str, own: Sequence[Pass], terminal: Terminal, width: int
) -> list[str]:
    """One stage: when, what, where, how strong, and what to do."""
    start = f"{clock_text(own[0].start_ms / 1000):>5}" if own else "     "
    made_by = f" ({stage.technique})" if stage.name and stage.name.lower() != stage.technique else ""
    where = f", {stage.region}" if stage.region else ""
    indent = " " * 11
    title = clean(stage.title)
    head = _wrapped(f"{title}{made_by}{where}{_sides(stage)}", width, f"{start}  {number:>2}. ")
    head[0] = head[0].replace(title, terminal.paint(title, "bold"), 1)
    amounts = " · ".join(_amounts(stage, strength))
    out = [*head, *(_wrapped(amounts, width, indent) if amounts else [])]
    for cue in stage.all_cues:
        when = f"at {clock_text(cue.t)} " if cue.t else ""
        out += _wrapped(f"{when}{'move on: ' if cue.move else ''}{cue.say}", width, indent)
    return out


def _sides(stage: Stage) -> str:
    if stage.side == "both":
        return f", left then right, {clock_text(stage.duration_s)} each"
    side = f", {stage.side}" if stage.side else ""
    return f"{side}, {clock_text(stage.duration_s)}"


def _amounts(stage: Stage, strength: str) -> Iterator[str]:
    """How strong, in what shape, on which channels."""
    technique = TECHNIQUES[stage.technique]
    written = any(track.channel == technique.channel for track in stage.tracks)
    if stage.intensity is not None:
        yield _percent(*stage.intensity)
    elif technique.channel in ("vibration", "percussion") and not written:
        yield f"{_percent(*technique.levels[strength])} (the technique's own, {strength})"
    for name, value in stage.shape.items():
        yield f"{clean(name)} {value:g}"
    for track in stage.tracks:
        yield _heat(track) if track.channel == "heat" else _track(track)
    if stage.one_sided:
        yield f"one side only: {stage.one_sided}"


def _percent(start: float, end: float) -> str:
    low, high = round(100 * start), round(100 * end)
    return f"{low} % throughout" if low == high else f"{low} to {high} %"


def _track(track: Track) -> str:
    levels = [round(100 * key.v) for key in track.keyframes]
    wave = track.modulate
    bursts = f", {wave.shape} at {_rate(wave.rate_hz)}" if wave is not None else ""
    return f"{track.channel} {min(levels)} to {max(levels)} %{bursts}"


def _rate(rate: object) -> str:
    return f"{rate:g} Hz" if isinstance(rate, int | float) else "a changing rate"


def _heat(track: Track) -> str:
    """A heat track in words."""
    first, last = track.keyframes[0], track.keyframes[-1]
    peak = max(key.v for key in track.keyframes)
    if first.v == last.v == peak:
        return f"heat {first.v:g} °C" if peak else "heat off"
    return f"heat {first.v:g} °C, up to {peak:g} °C, at the end {last.v:g} °C (over {clock_text(last.t)})"


def _join_lines(own: Sequence[Pass], width: int) -> list[str]:
    """Each ramp by which the levels of this step were made to meet those beside it."""
    out = []
    for each in own:
        side = f"{each.side}: " if each.side else ""
        for join in each.joins:
            span_s = (join.end_ms - join.start_ms) / 1000
            text = f"join, {side}{join.channel} from {clock_text(join.start_ms / 1000)} for {span_s:.1f} s"
            out += _wrapped(text, width, " " * 11)
    return out


def _join_summary(passes: Sequence[Pass]) -> list[str]:
    """All ramps in one line."""
    lasts_s = [(join.end_ms - join.start_ms) / 1000 for each in passes for join in each.joins]
    if not lasts_s:
        return []
    ramps = "1 short ramp" if len(lasts_s) == 1 else f"{len(lasts_s)} short ramps"
    return [f"Levels meet by {ramps}, the longest {max(lasts_s):.1f} s (--joins marks them)."]
