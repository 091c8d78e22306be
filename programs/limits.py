"""Every number that the checker and the compiler keep: value, unit, reason, source.

Sources: the guides G0..G4 and rules R1..R20 of the domain table; "E" is an engineering choice of
this project, not a guide's. Levels are fractions of full scale, the strongest level that the
profile's author has felt on their own back. The device has its own copy of what it enforces.
"""

from __future__ import annotations

# fmt: off
# Ceilings of the envelope
STRENGTH_CAP = {"light": 0.35, "medium": 0.60, "firm": 0.85}  # R4 R16: light by default, firm opted into (E)
REGION_CAP = {"neck": 0.30, "lower-back": 0.50, "back": 0.50}  # A1: nerves near the surface; A4: no ribs (E)
NO_PERCUSSION = ("neck", "lower-back", "back")  # R6: kidneys (G4); injuries published for neck, abdomen
HEAT_DEFAULT_C = 40.0      # C; where a program names no cap of its own (E)
HEAT_CEILING_C = 41.0      # C; IEC 60601-1 table 24 wants disclosure above it; CEM43 of 15 then takes 240 min
HEAT_FLOOR_C = 30.0        # C; below it a pad does not warm skin at all (E)

# Change of the envelope
RISE_PER_S = 0.25          # full scale per s, authored and joins; R1 R12: up slowly (E)
FALL_PER_S = 0.50          # full scale per s, authored and joins; R12: no abrupt changes (E)
GAP_S = 3.0                # s at zero after a change of region or side: time to lift off and set down (E)
SHORTEST_STAGE_S = 1.0     # s; anything shorter is a jolt, not a stage (E)
JOIN_SHARE = 0.20          # of a stage; a join that takes more changes what the author wrote (E)

# Modulators: 10 ms tick of the device, motors take 32-180 ms to rise
WAVE_MAX_HZ = 4.0          # Hz; sine, triangle and saws (E)
BURST_MIN_HZ = 0.5         # Hz; a slower square is a series of starts, not a rhythm (E)
BURST_MAX_HZ = 10.0        # Hz; square (E)
EDGE_MIN_S = 0.030         # s; shortest on, off, rise and fall of a modulator (E)
WAVE_DUTY = (0.10, 0.90)   # share of the period that a sine or triangle rises (E)
BURST_DUTY = (0.05, 0.95)  # share of the period that a square is on (E)

# Start, warm-up, close
START_S = 30.0             # s of motor time at the start; R1: never begin at the working level (E)
RESTART_S = 10.0           # s of motor time after a long rest; R1 (E)
LONG_REST_S = 60.0         # s off that make the next stroke a new start; R1 (E)
START_LEVEL = 0.20         # of full scale; R1 (E)
WARM_S = 60.0              # s of effleurage or compression in the region first; R2 (E)
WARM_LEVEL = 0.30          # of full scale; above it a region must be warm; R2 (E)
WARMING = ("effleurage", "compression")  # T1, T6; R2 (G1 G2 G4)
DEEP = ("friction", "tapotement", "trigger-point")  # T3, T4, T7: need a warm region; R2, R8
CLOSE_S = 45.0             # s of the end; R3: end with gentle, soothing strokes (E)
CLOSE_LEVEL = 0.20         # of full scale; R3 (E)
CLOSE_SILENT_S = 5.0       # s of the end that may play nothing; a close is felt; R3 (E)
CLOSING = ("effleurage", "closing-sweeps")  # T1, T13; R3 (G0 G1 G3 G4)

# Balance
SIDE_TIME = 0.10           # of the longer side; R7: both sides evenly (G0 G4; number E)
SIDE_LEVEL = 0.05          # of full scale; R7 (E)
ONE_SIDED = ("friction", "trigger-point")  # T3, T7 may be one-sided with a reason; R7 (E)
SPOT_S = 60.0              # s on one spot before a move; R8: a minute or two on a knot (G4)
SPOT_PAUSE_S = 10.0        # s; a shorter pause is no rest for a spot, it goes on there; R8 (E)
CUSTOM_SPOT_S = 120.0      # s of a custom stage without a move; R8: a minute or two on a knot (G4)
CUSTOM_SPOT_LEVEL = 0.20   # of full scale; up to it a custom stage may stay; R8 (E)
BILATERAL = ("shoulders", "upper-back", "lower-back", "hips")  # regions with two sides; R7
SHOULDER_SHARE = (0.20, 0.45)  # of worked time, whole-back programs; R9 (G0; E)

# Time
SESSION_S = (600.0, 3600.0)  # s; R10: short 10-15 min, long 30-60 min (G3); 15-30 min allowed (E)
BREAK_S = (120.0, 600.0)   # s, the upper end excluded; a desk break says that it is short (E)
TOTAL_S = {                # s over the whole program; R11 (G2)
    "effleurage": (180.0, 300.0),
    "petrissage": (120.0, 300.0),
    "tapotement": (120.0, 180.0),
}
TOTAL_PASSES = {"lifting": (2, 3), "twists": (3, 3)}  # passes; R11 (G2)
STROKE_S = 2.0             # s, shortest stroke period; R13: strokes too fast irritate (G0; number E)
SLOW = (                   # techniques that the shortest period binds; R13
    "effleurage", "petrissage", "compression", "lifting", "fanning", "twists", "rolling", "closing-sweeps",
)
WOBBLE_MAX_HZ = 3.0        # Hz; friction and skull base; R13 (E)
VARIETY = 2                # techniques besides opening and close; R14 (G0 G1 G2; number E)
MONOTONY_S = 300.0         # s of one technique on end; R14 (E)
OPERATOR_S = 900.0         # s without a rest; R19: the operator tires too (G1 G4; number E)
OPERATOR_REST_S = 30.0     # s; R19 (E)
REGION_BALANCE = 3.0       # longest over shortest region, if not top to bottom; R18 (G4; number E)
NOT_BY_ONESELF = ("lower-back", "hips", "back")  # S12: not behind one's own back with a device (E)

# Motor bucket: -1 per second on, +1 per second off; makers switch off after 10 to 15 min
BUCKET_S = 900             # s in a full bucket (resellers' data sheets)
BUCKET_REFILL_S = 300      # s that must be in it again once it ran empty (E)
BUCKET_SPARE_S = 2         # s that must be left, so that rounding never empties it on the device (E)

# What the rig can follow
DEPTH_LEFT = 0.5           # of a modulator's depth; below it the rhythm is not felt (E)
HEAT_LATE_S = 60.0         # s that a pad may lag behind the program without a word (E)
SKIN_C = 30.0              # C; skin under clothes where warming starts (E)

# Rendering
CURVE_TOLERANCE = 0.0015   # of full scale; a straight piece may be off the curve by this much
RATE_TOLERANCE_HZ = 0.001  # Hz; the same for keyframed rates
PHASE_TOLERANCE = 0.0015   # turns; integer phase may drift this far from the exact one before it is set anew
WAVE_TOLERANCE = 0.003     # of full scale; what that drift may do to a steep wave
MIN_SEGMENT_MS, MAX_SEGMENT_MS = 20, 500  # ms; wire protocol
# fmt: on
