"""What must fit together inside a program document, beyond the type of each value.

Rules kept here (design, rules of the document 1, 4, 5, 6): keyframes in order and inside their
stage, one track per channel, no modulator on heat, values that suit their channel, waivers that
name a rule, cues inside the stage. Each check yields diagnostics; none stops at the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from programs.diagnostics import Diagnostic, Where
from programs.document import (
    LONGEST_S,
    MAX_KEYFRAMES,
    Allow,
    Cue,
    Keyframe,
    Program,
    RateKeyframe,
    Stage,
    Track,
)
from programs.rules.pages import PAGES
from programs.strict import shown

SOURCE = "what the file format allows"
HEAT_C = (20.0, 60.0)  # what a heat keyframe may say at all; the caps are far lower
NO_REGION = ("rest", "heat", "custom")  # techniques that may do without one


def inconsistencies(program: Program) -> Iterator[Diagnostic]:
    """Everything in the program that does not fit together."""
    yield from check_size(program)
    yield from check_length(program)
    yield from check_waivers(program.allow)
    yield from check_tracks(program.tracks, (), program.stage_time_s)
    yield from check_program_tracks(program.tracks)
    for index, stage in enumerate(program.stages):
        yield from check_stage(stage, ("stage", index))


def _error(code: str, message: str, where: Where, hint: str = "") -> Diagnostic:
    return Diagnostic("error", code, message, where, SOURCE, hint)


def check_size(program: Program) -> Iterator[Diagnostic]:
    """Bounds that concern the document as a whole."""
    tracks = [*program.tracks, *(track for stage in program.stages for track in stage.tracks)]
    count = sum(len(track.keyframes) for track in tracks)
    if count > MAX_KEYFRAMES:
        yield _error("D127", f"The program has {count} keyframes; at most {MAX_KEYFRAMES} are allowed.", ())


def check_length(program: Program) -> Iterator[Diagnostic]:
    """Hours on end are refused before a single curve is drawn."""
    seconds = program.stage_time_s
    if not seconds <= LONGEST_S:
        say = f"The program lasts {seconds / 60:.0f} min; at most {LONGEST_S / 60:g} min are read."
        yield _error("D127", say, ("stage",), 'Take stages out; side = "both" counts twice.')


def check_waivers(waivers: Sequence[Allow]) -> Iterator[Diagnostic]:
    """Waivers name rules that exist, each once."""
    seen: set[str] = set()
    for index, waiver in enumerate(waivers):
        where: Where = ("allow", index, "rule")
        if waiver.rule not in PAGES:
            say = f"There is no rule {waiver.rule}; rules are R1 to R20."
            yield _error("D135", say, where, "Name the code of the warning that check prints.")
        if waiver.rule in seen:
            yield _error("D133", f"{waiver.rule} is waived twice.", where, "Keep one waiver.")
        seen.add(waiver.rule)


def check_program_tracks(tracks: Sequence[Track]) -> Iterator[Diagnostic]:
    """Only heat runs through the whole program; motors belong to stages."""
    for index, track in enumerate(tracks):
        if track.channel != "heat":
            say = f"A track of the whole program is heat; this one is {track.channel}."
            yield _error(
                "D139", say, ("track", index, "channel"), "Write it as [[stage.track]] under a stage."
            )


def check_stage(stage: Stage, where: Where) -> Iterator[Diagnostic]:
    """One stage and all that is in it."""
    yield from check_tracks(stage.tracks, where, stage.duration_s)
    yield from check_cues(stage.cues, where, stage.duration_s)
    yield from _check_region(stage, where)
    yield from _check_rest(stage, where)
    if stage.technique == "custom" and not stage.tracks:
        say = "A 'custom' stage draws nothing by itself; this one has no track."
        yield _error("D138", say, (*where, "technique"), "Add a [[stage.track]], or name a technique.")
    if stage.technique == "heat" and any(track.channel != "heat" for track in stage.tracks):
        say = "A 'heat' stage is warmth alone; this one has a motor track."
        yield _error("D138", say, (*where, "track"), "Make it 'custom' or another technique.")


def _check_region(stage: Stage, where: Where) -> Iterator[Diagnostic]:
    motors = any(track.channel != "heat" for track in stage.tracks)
    if stage.region is None and (stage.technique not in NO_REGION or motors):
        say = f"A stage of {stage.technique} needs a region: its caps depend on where it plays."
        hint = 'Add region = "shoulders", or "neck", "upper-back", "lower-back", "hips", "back".'
        yield _error("D137", say, where, hint)
    elif stage.region is None and stage.side is not None:
        say = f"side is {shown(stage.side)}, but the stage has no region."
        yield _error("D137", say, (*where, "side"), "Add a region, or take the side out.")


def _check_rest(stage: Stage, where: Where) -> Iterator[Diagnostic]:
    if stage.technique != "rest":
        return
    for key, used in (("track", stage.tracks), ("intensity", stage.intensity), ("shape", stage.shape)):
        if used:
            say = f"In a 'rest' stage the device is off; it cannot have {key}."
            yield _error("D138", say, (*where, key), f"Take {key} out, or name a technique.")


def check_cues(cues: Sequence[Cue], where: Where, duration_s: float) -> Iterator[Diagnostic]:
    """Cues are said inside their stage."""
    for index, cue in enumerate(cues):
        if not cue.t < duration_s:
            say = f"This cue is said at {cue.t:g} s; the stage lasts {duration_s:g} s."
            yield _error("D136", say, (*where, "cues", index, "t"), f"Choose a time below {duration_s:g}.")


def check_tracks(tracks: Sequence[Track], where: Where, duration_s: float) -> Iterator[Diagnostic]:
    """The tracks of one stage (or of the program): one per channel, each sound."""
    seen: dict[str, int] = {}
    for index, track in enumerate(tracks):
        here: Where = (*where, "track", index)
        if track.channel in seen:
            say = f"Channel {track.channel} has a second track; the first is track {seen[track.channel] + 1}."
            yield _error("D132", say, (*here, "channel"), "Merge their keyframes into one track.")
        seen.setdefault(track.channel, index)
        whole = "stage" if where else "program"
        yield from check_times(track.keyframes, (*here, "keyframes"), duration_s, whole)
        yield from _check_values(track, here)
        yield from _check_modulator(track, here, duration_s)


def check_times(
    keys: Sequence[Keyframe | RateKeyframe], where: Where, duration_s: float, whole: str = "stage"
) -> Iterator[Diagnostic]:
    """In order, no two at the same time, none after the end."""
    for index, key in enumerate(keys):
        place: Where = (*where, index, "t")
        if key.t > duration_s:
            say = f"This keyframe stands at {key.t:g} s; the {whole} lasts {duration_s:g} s."
            hint = f"Choose a time from 0 to {duration_s:g}, or lengthen the {whole}."
            yield _error("D131", say, place, hint)
        if index and key.t <= keys[index - 1].t:
            say = (
                f"This keyframe stands at {shown(key.t)} s, not after the one before it "
                f"({shown(keys[index - 1].t)} s)."
            )
            yield _error("D130", say, place, "Sort the keyframes by time, each later than the last.")


def _check_values(track: Track, where: Where) -> Iterator[Diagnostic]:
    """The first value that does not suit its channel, and how many are like it: one mistake, one finding."""
    low, high = HEAT_C
    heat = track.channel == "heat"
    wrong = [
        (index, key.v)
        for index, key in enumerate(track.keyframes)
        if (key.v != 0 and not low <= key.v <= high if heat else key.v > 1)
    ]
    if not wrong:
        yield from _check_off(track, where)
        return
    index, v = wrong[0]
    more = f" (and so are {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    must = f"{low:g} to {high:g} degrees Celsius, or 0 for off" if heat else "a level from 0 to 1"
    hint = (
        "Heat is in degrees Celsius at the skin, not a level: 38 is warm, caps end at 41."
        if heat
        else f"For {v:g} % write {v / 100:.2f}."
    )
    say = f"v is {v:g} on {track.channel}{more}; it must be {must}."
    yield _error("D124", say, (*where, "keyframes", index, "v"), hint)


def _check_off(track: Track, where: Where) -> Iterator[Diagnostic]:
    """Heat does not glide to or from off: there are no degrees in between."""
    if track.channel != "heat":
        return
    for index, (key, after) in enumerate(zip(track.keyframes, track.keyframes[1:], strict=False)):
        if (key.v == 0) != (after.v == 0) and key.interp != "hold":
            say = f"Heat goes from {key.v:g} to {after.v:g} by '{key.interp}'; to or from off it holds."
            yield _error("D136", say, (*where, "keyframes", index), 'Add interp = "hold" to this keyframe.')


def _check_modulator(track: Track, where: Where, duration_s: float) -> Iterator[Diagnostic]:
    if track.modulate is None:
        return
    place: Where = (*where, "modulate")
    if track.channel == "heat":
        yield _error("D134", "Heat cannot be modulated: a pad is far too slow.", place, "Take modulate out.")
    if isinstance(track.modulate.rate_hz, tuple):
        yield from check_times(track.modulate.rate_hz, (*place, "rate_hz"), duration_s)
