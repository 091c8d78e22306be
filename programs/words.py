"""What people write instead of the words of a program, and what to tell them.

Everyday names of techniques and regions lead to the word of the language. What must not be worked
(kidney area, spine, bone: domain A6, A7) is no word of it on purpose; here is why, and what to
write instead.
"""

from __future__ import annotations

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


def advice(where: Where, value: Any) -> str:
    """A hint for a word that is not in the language; empty when there is none.

    >>> advice(("stage", 0, "technique"), "kneading")
    "Did you mean 'petrissage'?"
    """
    if not isinstance(value, str) or not where:
        return ""
    word = value.strip().lower().replace("_", "-").replace(" ", "-")
    if where[-1] == "region" and word in NOT_WORKED:
        return NOT_WORKED[word]
    known = {"technique": TECHNIQUE_FOR, "region": REGION_FOR}.get(str(where[-1]), {})
    return f"Did you mean '{known[word]}'?" if word in known else ""
