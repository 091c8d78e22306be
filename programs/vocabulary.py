"""The words of a program: what may stand under ``technique``, ``region`` and so on.

Each entry is ``slug: (id, one line)``; the ids are those of the domain table that the
traceability test reads (T techniques, A regions). What must not be worked (kidney area, spine,
bone) is deliberately not a word here.
"""

from __future__ import annotations

REGIONS: dict[str, tuple[str, str]] = {
    "neck": ("A1", "light only: arteries and nerves lie near the surface"),
    "shoulders": ("A2", "upper trapezius: where most tension sits, easily overworked"),
    "upper-back": ("A3", "the muscle over and around the shoulder blades, never their ridge"),
    "lower-back": ("A4", "gentle always: no ribs protect the organs here"),
    "hips": ("A5", "the muscle just under the pelvic ridge, and the glutes"),
    "back": ("A10", "the whole back, for strokes that run along it; no percussion"),
}

TECHNIQUES: dict[str, tuple[str, str]] = {
    "effleurage": ("T1", "long gliding strokes, pressure on the way, none on the return"),
    "petrissage": ("T2", "kneading: shorter circular strokes with more pressure"),
    "friction": ("T3", "small deep circles on one spot"),
    "tapotement": ("T4", "brief quick contacts: percussion in bursts"),
    "vibration": ("T5", "steady shaking that loosens stiff muscle"),
    "compression": ("T6", "slow press, hold and release"),
    "trigger-point": ("T7", "sustained pressure on a knot, then release"),
    "lifting": ("T8", "alternating surges up and down the back, counted passes"),
    "fanning": ("T9", "alternating surges toward the hips"),
    "twists": ("T10", "symmetric surges across, three passes"),
    "rolling": ("T11", "slow rolling, up and down"),
    "skull-base": ("T12", "light small circles along the ridge where head meets neck"),
    "closing-sweeps": ("T13", "light sweeps that say it is over"),
    "rest": ("T14", "the device is off: breathe, stretch"),
    "heat": ("T16", "warmth alone"),
    "custom": ("E", "only the tracks that the stage writes itself"),
}

SIDES = ("left", "right", "both")
STRENGTHS = ("light", "medium", "firm")
STYLES = ("swedish", "deep-tissue", "shiatsu", "trigger-point")
POSTURES = ("seated", "lying")
RECIPIENTS = ("other", "self")
KINDS = ("session", "break")
INTERPOLATIONS = ("linear", "hold", "smooth", "monotone")
