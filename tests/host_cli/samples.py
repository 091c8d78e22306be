"""Small parts that several tests of the command line use."""

from __future__ import annotations

import math

from host_cli.curves import Curves, Lane
from host_cli.showing.view import Bar, View
from programs.timeline import Join, Pass

VIEW = View(
    title="Evening shoulders",
    simulated=True,
    state="RUNNING",
    step=3,
    steps=12,
    name="Knead",
    technique="petrissage",
    region="shoulders",
    side="left",
    cue="Slow circles along the top of the shoulder, never on the bone.",
    upcoming="Percuss, upper-back left",
    stage_left_s=65,
    at_s=220,
    left_s=500,
    duration_s=720,
    bars=(Bar("vibration", 0.28, 0.27, 0.35), Bar("percussion", 0.1, 0.0, 0.35, "region cap")),
    heat_asked_c=39.0,
    pad_c=37.9,
    gain=0.95,
    direction="short circles over the muscle",
    hand_points=12.3,
)


def curves(title: str = "Evening", rows: int = 600) -> Curves:
    """A minute of a wave of which a part was not applied, and a pad that warms up."""
    t_s = [60 * row / rows for row in range(rows)]
    asked = [0.3 * (0.5 - 0.5 * math.cos(t)) for t in t_s]
    applied = [a if t < 30 else a / 2 for a, t in zip(asked, t_s, strict=True)]
    motor = Lane("vibration", "", 0.0, 0.4, asked, [0.35] * rows, applied)
    warm = [None if t < 10 else 39.0 for t in t_s]
    pad = [min(39.0, 30 + t / 5) for t in t_s]
    heat = Lane("heat", "°C", 29.0, 42.0, warm, [40.0] * rows, pad, "pad, simulated", [0.4] * rows)
    passes = tuple(
        Pass(i, i, name, "petrissage", "shoulders", side, i * 20_000, (i + 1) * 20_000)
        for i, (name, side) in enumerate((("Glide", "left"), ("Knead", "right"), ("Close", None)))
    )
    joins = (Join("vibration", 19_000, 20_000),)
    return Curves(title, "evening on heated-head, SIM (seed 0)", 60.0, t_s, (motor, heat), passes, joins)


# Two quiet minutes that pass every rule.
BREAK = """
format = "thrum/1"
id = "short"
title = "Short"
summary = "Two minutes."
kind = "break"
posture = "seated"

[[stage]]
technique = "effleurage"
region = "shoulders"
side = "both"
duration_s = 36
intensity = [0.06, 0.12]
cue = "Glide along the top of the shoulder."

[[stage]]
technique = "closing-sweeps"
region = "shoulders"
side = "both"
duration_s = 30
intensity = [0.12, 0.0]
cue = "Light sweeps; tell them it is over."
"""
