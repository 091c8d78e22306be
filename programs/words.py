"""What people write instead of the words of a program, and what to tell them.

Everyday names of techniques and regions lead to the word of the language. What must not be worked
(kidney area, spine, bone: domain A6, A7) is no word of it on purpose; here is why, and what to
write instead.
"""

from __future__ import annotations

import re
from typing import Any

from programs.diagnostics import Where

TECHNIQUE_FOR = {
    "gliding": "effleurage", "stroking": "effleurage", "glide": "effleurage", "strokes": "effleurage",
    "kneading": "petrissage", "knead": "petrissage", "rubbing": "friction", "circles": "friction",
    "percussion": "tapotement", "tapping": "tapotement", "cupping": "tapotement", "chopping": "tapotement",
    "shaking": "vibration", "pressing": "compression", "press": "compression", "warmth": "heat",
    "knot": "trigger-point", "acupressure": "trigger-point", "pause": "rest", "break": "rest",
    "sweeps": "closing-sweeps", "closing": "closing-sweeps", "foam-roller": "rolling",
    "tennis-ball": "rolling",
}  # fmt: skip
REGION_FOR = {
    "trapezius": "shoulders", "shoulder": "shoulders", "shoulder-blades": "upper-back", "lats": "back",
    "glutes": "hips", "hip": "hips", "lumbar": "lower-back", "whole-back": "back", "mid-back": "upper-back",
    "upper": "upper-back", "lower": "lower-back", "skull": "neck", "head": "neck",
}  # fmt: skip
WORD_FOR = {  # key: everyday word -> word of the language
    "technique": TECHNIQUE_FOR,
    "region": REGION_FOR,
    "posture": {
        "sitting": "seated", "sit": "seated", "sits": "seated", "chair": "seated", "upright": "seated",
        "prone": "lying", "face-down": "lying", "laying": "lying", "lie": "lying", "lying-down": "lying",
    },
    "strength": {
        "strong": "firm", "hard": "firm", "deep": "firm", "high": "firm", "heavy": "firm",
        "soft": "light", "gentle": "light", "low": "light", "mild": "light",
        "normal": "medium", "moderate": "medium", "middle": "medium", "average": "medium",
    },
    "side": {"two": "both", "each": "both", "l": "left", "r": "right", "left-and-right": "both"},
    "for": {
        "partner": "other", "others": "other", "someone": "other", "me": "self", "myself": "self",
        "oneself": "self", "yourself": "self",
    },
    "kind": {"short": "break", "full": "session", "massage": "session"},
    "channel": {
        "vibrate": "vibration", "shaking": "vibration", "percuss": "percussion", "tapping": "percussion",
        "tapotement": "percussion", "warmth": "heat", "temperature": "heat", "heater": "heat",
    },
    "interp": {
        "step": "hold", "constant": "hold", "straight": "linear", "ease": "smooth", "spline": "monotone",
    },
    "shape": {"pulse": "square", "on-off": "square", "burst": "square", "round": "sine", "wave": "sine"},
}  # fmt: skip
_HURTS = "is never worked: pressure there hurts without benefit."
_SPINE = f"The spine {_HURTS} Work the muscle beside it: write 'back', 'upper-back' or 'lower-back'."
_KIDNEY = (
    "It is never worked: no ribs protect the organs. For the muscle beside the spine write 'lower-back'."
)
_BONE = f"Bone {_HURTS} Name the muscle around it, such as 'upper-back'."
NOT_WORKED = {
    "spine": _SPINE, "vertebrae": _SPINE, "backbone": _SPINE, "kidney": _KIDNEY, "kidneys": _KIDNEY,
    "kidney-area": _KIDNEY, "flank": _KIDNEY, "bone": _BONE, "shoulder-blade": _BONE, "scapula": _BONE,
    "ribs": _BONE, "joints": _BONE,
}  # fmt: skip


def meant(where: Where, value: Any) -> str | None:
    """The word of the language for an everyday one.

    >>> meant(("stage", 0, "technique"), "kneading"), meant(("posture",), "sitting")
    ('petrissage', 'seated')
    """
    if not isinstance(value, str) or not where:
        return None
    return WORD_FOR.get(str(where[-1]), {}).get(_plain(value))


def advice(where: Where, value: Any) -> str:
    """A hint for a word or a number that is not in the language; empty when there is none.

    >>> advice(("stage", 0, "technique"), "kneading")
    "Did you mean 'petrissage'?"
    """
    if isinstance(value, str) and where and where[-1] == "region" and _plain(value) in NOT_WORKED:
        return NOT_WORKED[_plain(value)]
    word = meant(where, value)
    return f"Did you mean '{word}'?" if word else ""


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")


_CLOCK = re.compile(r"(?<![\d:])(\d{1,3}):([0-5]\d)(?![\d:])")
_COMMA = re.compile(r"=\s*\"?(\d+),(\d+)\"?\s*(?:[,}\]#]|$)")
_PER_CENT = re.compile(r"=\s*\"?(\d+(?:\.\d+)?)\s?%")
_UNIT = re.compile(r"=\s*\"?(\d+(?:\.\d+)?)\s?(?:s|sec|secs|seconds|hz|c|°c|°)\b", re.IGNORECASE)
_MINUTES = re.compile(r"=\s*\"?(\d+(?:\.\d+)?)\s?(?:m|min|mins|minutes)\b", re.IGNORECASE)


def number_hint(line: str) -> str:
    """How to write the number that stands in a line (``key = value``) as people write it by hand.

    >>> number_hint("duration_s = 1:30"), number_hint("v = 0,15"), number_hint("depth = 20%")
    ('Times are in seconds: write 90.', 'Decimals have a point: write 0.15.', '20 % is written 0.20.')
    """
    line = line[:500]
    if found := _CLOCK.search(line):
        return f"Times are in seconds: write {int(found[1]) * 60 + int(found[2])}."
    if found := _PER_CENT.search(line):
        return f"{found[1]} % is written {float(found[1]) / 100:.2f}."
    if found := _COMMA.search(line):
        return f"Decimals have a point: write {found[1]}.{found[2]}."
    if found := _MINUTES.search(line):
        return f"Times are in seconds: write {float(found[1]) * 60:g}."
    if found := _UNIT.search(line):
        return f"The key says the unit: write {found[1]}."
    return ""
