"""What every key of a program means, in one sentence of plain words.

Read by the JSON Schema (what an editor shows), by ``thrum new`` (the comments of a copy) and by the
table of keys in docs/authoring.md; a test fails when a model has a key that is not here.
"""

from __future__ import annotations

from programs.strict import Strict

# model: {key: (title, what it means)}; keys as they stand in a file
MEANINGS: dict[str, dict[str, tuple[str, str]]] = {
    "Program": {
        "format": ("Format", "The version of this language; always the same."),
        "id": ("Id", "What you type to name the program: lower-case words joined by hyphens."),
        "title": ("Title", "What it is called."),
        "summary": ("Summary", "One sentence for the list of programs."),
        "kind": ("Kind", "A session lasts 10 to 60 minutes; a break 2 to under 10, and says so."),
        "strength": ("Strength", "What it was written for: light up to 0.35, medium 0.60, firm 0.85."),
        "style": ("Style", "The school that it follows, if any."),
        "posture": ("Posture", "How the person is supported."),
        "for": ("For whom", "Another person, or oneself (then neck and shoulders only)."),
        "sources": ("Sources", "Where the order and the strokes come from."),
        "caps": ("Caps", "Ceilings for the whole program; they may only lower what is allowed anyway."),
        "allow": ("Waivers", "Warnings that are meant, each with a reason; errors cannot be waived."),
        "track": ("Program tracks", "Heat that runs through the whole program."),
        "stage": ("Stages", "The steps of the massage, in the order in which they are played."),
    },
    "Stage": {
        "name": ("Name", "What to call this step; without it the technique's name."),
        "technique": ("Technique", "The stroke; it draws the curve. See: thrum techniques."),
        "region": ("Region", "What is worked: the muscle there, never spine or bone."),
        "side": ("Side", "Both plays the stage twice, left then right; times are per side."),
        "duration_s": ("Duration", "Seconds, on each side."),
        "intensity": ("Intensity", "Peak level at the start and at the end, 0 to 1 of full scale."),
        "shape": ("Shape", "The technique's own numbers, such as the length of a stroke."),
        "cue": ("Cue", "What the person who holds the device should do, said at the start."),
        "cues": ("Cues", "More to say, each at its time."),
        "track": ("Tracks", "A curve of your own, in place of what the technique draws there."),
        "caps": ("Caps", "Ceilings for this stage; they may only lower what is allowed anyway."),
        "if_missing": ("If missing", "Skip what the rig has no output for, instead of refusing."),
        "one_sided": ("One-sided", "Why only one side is worked."),
    },
    "Track": {
        "channel": ("Channel", "What it drives."),
        "keyframes": ("Keyframes", "The points of the curve, in order; it holds before and after them."),
        "modulate": ("Modulator", "A rhythm; it can only lower the curve."),
        "if_missing": ("If missing", "Skip this track where the rig has no output for it."),
    },
    "Keyframe": {
        "t": ("Time", "Seconds from the start of the stage (program track: of the program)."),
        "v": ("Value", "A level from 0 to 1; for heat degrees Celsius, 0 is off."),
        "interp": ("Way to the next", "Straight, held, or smooth; none goes beyond its two points."),
    },
    "RateKeyframe": {
        "t": ("Time", "Seconds from the start of the stage."),
        "v": ("Rate", "Beats per second."),
        "interp": ("Way to the next", "Straight, held, or smooth; none goes beyond its two points."),
    },
    "Modulate": {
        "shape": ("Shape", "A square is on and off, a sine is round."),
        "rate_hz": ("Rate", "Beats per second, or a curve of them."),
        "depth": ("Depth", "How far it lowers the curve: 0 not at all, 1 down to zero."),
        "duty": ("Duty", "The share of each beat that is on, or rises."),
    },
    "Caps": {
        "intensity": ("Intensity", "No motor level goes above this."),
        "heat_c": ("Heat", "No surface temperature goes above this, degrees Celsius."),
    },
    "Cue": {
        "t": ("Time", "Seconds from the start of the stage."),
        "say": ("Say", "What to do: where, which way, how; beside the spine, never on it."),
        "move": ("Move", "The head goes to another spot now."),
    },
    "Allow": {
        "rule": ("Rule", "The code of the warning, such as R9."),
        "why": ("Why", "The reason; it is shown before the program runs."),
    },
}  # fmt: skip


def meaning(model: type[Strict] | str, key: str) -> tuple[str, str]:
    """Title and meaning of a key.

    >>> meaning("Stage", "side")
    ('Side', 'Both plays the stage twice, left then right; times are per side.')
    """
    return MEANINGS[model if isinstance(model, str) else model.__name__][key]
