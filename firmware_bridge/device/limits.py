# What this firmware allows, whatever the host and the profile say. One number a line: unit, reason,
# source. "design" and "safety" are the project's own documents; E is an engineering choice.
# A profile or a session may only go lower. CircuitPython subset.

# Levels are 0..10000 of the profile's full scale. Regions are indexed as on the wire:
# nowhere, neck, shoulders, upper-back, lower-back, hips, back.
MAX_LEVEL = 8500  # the firm ceiling, the strongest that anyone can choose (safety: by strength; R4 R16; E)
REGION_CAP = (0, 3000, 8500, 8500, 5000, 8500, 5000)  # neck, lower back and back are gentle (A1 A4; E)
PERCUSSION_REGIONS = 0b0101100  # shoulders, upper-back, hips; never neck, lower-back, back (R6)
MAX_HEAT_C100 = 4100  # 0.01 C at the surface (IEC 60601-1 table 24: disclosure above 41 C)
TRIP_C100 = 4300  # 0.01 C, software over-temperature trip, latched (E)

BENCH_LEVEL = 1000  # until commissioned: 10 % (F34; E)
BENCH_PULSE_MS = 2000  # until commissioned: longest motor pulse (E)
BENCH_HEAT_C100 = 3200  # until commissioned: 32 C (E)

SLEW_UP_PER_MS = 10  # level per ms: 1.0/s up ("up slow, down fast"; E)
SLEW_DOWN_PER_MS = 80  # level per ms: 8.0/s down (E)
SOFT_RISE_PER_MS = 3  # level per ms: 0.30/s from zero after start, pause, underrun, skip (E)
GAIN_RISE_PER_4MS = 10  # factor per 4 ms: 0.25/s (design: GAIN)

WAVE_MAX_MHZ = 4000  # waves up to 4 Hz (10 ms tick, motor rise 32-180 ms; E)
BURST_MIN_MHZ = 500  # bursts 0.5-10 Hz (E)
BURST_MAX_MHZ = 10000  # mHz; faster than a motor follows (rise 32-180 ms; E)
BURST_PHASE_MIN_MS = 30  # a burst's on and off last at least this (E)
CLIMB_REST_MS = 90  # between the starts of two climbs of a modulator; a 10 Hz burst has 100, less a tick (E)
CLIMB_FALL = 200  # of 10000: a rise after a fall of more than this is a new climb; less is not felt (E)
STILL_MS = 2500  # ms that a level without motion is kept; a burst of 0.5 Hz is off for 2 s at most (E)

BUFFER_MAX_MS = 1500  # the longest the device plays without hearing more (design: wire)
START_MS = 600  # buffered before motion begins, or everything up to the last record (design: RESUME)

SILENCE_PAUSE_MS = 1000  # no changed token: ramp to zero, heat off (design: dead-man)
SILENCE_FAULT_MS = 3000  # still none: latched LINK_LOST
SILENCE_RAMP_MS = 200  # ms to zero, gentler than a stop: nobody asked for one (design: dead-man)
PAUSE_RAMP_MS = 150  # ms to zero (design: PAUSE)
PAUSE_MAX_MS = 60000  # then STOPPING
STOP_RAMP_MS = 150  # ms to zero (design: STOP)
UNDERRUN_HOLD_MS = 100  # ms that levels stay: most late data comes within (design: underrun)
UNDERRUN_RAMP_MS = 250  # ms to zero after that (design: underrun)
UNDERRUN_MAX_MS = 2000  # one longer than this latches
UNDERRUN_WINDOW_MS = 60000  # three within this latch
RUN_MAX_S = 4500  # 75 min of RUNNING in one session (R10)
CAUSE_GONE_MS = 5000  # a fault's cause must be gone this long before CLEAR (design)
STAMP_WINDOW_MS = 30000  # the stop input must be opened within this after STAMP (design)

BUCKET_MS = 900000  # 15 min of motor; -1 per ms on, +1 per ms off (makers' auto-off 10-15 min)
BUCKET_RESTART_MS = 300000  # once empty, off until it holds this much

TICK_LATE_MS = 50  # counted
TICK_FAULT_MS = 200  # fault: nobody knows what happened meanwhile

SLOW_MS = 100  # sensors are read and heat is stepped this often
CURRENT_MARGIN_MA = 60  # above idle: something draws that was not asked to (E)
CURRENT_ZERO_MS = 500  # for this long, while everything is commanded off: shorted transistor (F41)
CELL_RAMP_MV = 3000  # per cell: stop gently (W)
CELL_OFF_MV = 2800  # per cell: off (W)
SUPPLY_MS = 500  # a sag must last this long before it counts (E)

NTC_BAD_READINGS = 4  # in a row: the sensor is not believed (Klipper's count)
NTC_STALE_MS = 500  # no reading for longer than this
NTC_RAW_MIN = 655  # of 65535: below, the sensor is shorted (1 %; E)
NTC_RAW_MAX = 64880  # above, it is open (99 %; E)
HEAT_BACK_C100 = 4100  # a heat fault's cause is not gone while the pad is at or above this
FROZEN_MS = 10000  # the same unfiltered value this long at >= 50 % power, in proportion longer at less
FROZEN_DUTY = 5000  # of 10000: power at which a pad cannot stand still (safety: heat supervision)
FROZEN_ASK_MS = 60000  # ms without power for a reading that stood still under what may hold a pad to move (E)
RISE_MS = 20000  # at >= 80 % power the pad must rise half of what the profile expects in this time
RISE_BLINK_MS = 2000  # ms of less power that do not end this window; in longer ones a pad may cool (E)
RISE_DUTY = 8000  # of 10000: power at which the rise is judged (safety: heat supervision)
FALL_MS = 5000  # a fall of 3 K within this time while driven: the sensor came off (F40)
FALL_C100 = 300  # 0.01 C (safety: heat supervision)
HOLD_MS = 60000  # ms: mean power over this time against the holding power (safety: heat supervision)
HOLD_PART_MS = 10000  # ms: the mean is taken anew this often (E)
HOLD_STEADY_C100 = 100  # 0.01 C; a pad that gained more is settling: for HOLD_MS its power is not counted (E)
HOLD_NONE_C100 = 2600  # 0.01 C: what nobody has to hold: skin is warmer, and no program asks for it (E)
HOLD_AT_C100 = 4000  # 0.01 C: here holding takes what the profile says, in between in proportion (E)
AFTER_OFF_MS = 10000  # this long after off the pad must no longer rise (safety: heat supervision)
AFTER_OFF_C100 = 100  # 0.01 C: by 1 K (safety: heat supervision)
AFTER_OFF_FROM_C100 = 3700  # 0.01 C: judged above this only: a body (core 37 C) warms a cooler pad by itself
AFTER_OFF_WATCH_MS = 60000  # ms: and watched for this long (E)

# The last check, on the number that goes to the pin. Written out on purpose, not derived.
LAST_DUTY_U16 = 60000  # no motor pin is ever written above this
