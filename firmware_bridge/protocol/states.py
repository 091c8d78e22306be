# The device's states, reasons and faults, and what leads from state to state. The docs and their
# diagram are made from these tables, with the comments on their lines; a test drives the controller
# through every row of TRANSITIONS and finds no other. CircuitPython subset.

BOOT, SAFE, ARMED, RUNNING, PAUSED, STOPPING, FAULT = 0, 1, 2, 3, 4, 5, 6
STATES = ("BOOT", "SAFE", "ARMED", "RUNNING", "PAUSED", "STOPPING", "FAULT")

# (from, event, to). "RESUME" and so on are commands; the others are the device's own events.
# FAULT is reached from every state by "fault" and is listed once.
TRANSITIONS = (
    (BOOT, "self-test passed", SAFE),
    (SAFE, "ARM", ARMED),
    (ARMED, "RESUME", RUNNING),
    (ARMED, "STOP", SAFE),
    (ARMED, "HELLO of another session", SAFE),
    (ARMED, "no changed token for 1000 ms", SAFE),
    (RUNNING, "PAUSE", PAUSED),
    (RUNNING, "no changed token for 1000 ms", PAUSED),
    (PAUSED, "RESUME", RUNNING),
    (PAUSED, "60 s", STOPPING),
    (PAUSED, "STOP", STOPPING),
    (PAUSED, "HELLO of another session", STOPPING),
    (RUNNING, "STOP", STOPPING),
    (RUNNING, "HELLO of another session", STOPPING),
    (RUNNING, "75 min of running", STOPPING),
    (RUNNING, "supply voltage low", STOPPING),
    (RUNNING, "motor bucket empty", STOPPING),
    (RUNNING, "last record played", SAFE),
    (STOPPING, "outputs at zero", SAFE),
    (FAULT, "CLEAR, cause gone for 5 s", SAFE),
    (None, "fault", FAULT),
)

# Why the device last left RUNNING or ended a session; the order is the wire's.
REASONS = (
    "none",
    "completed",
    "stopped by command",
    "paused by command",
    "heartbeat token stood still",  # kept when another session says hello: its host will ask
    "paused for over 60 s",
    "ran for 75 min",
    "another session said hello",
    "fault",
    "supply voltage low",
    "motor bucket empty",
)
(
    WHY_NONE,
    WHY_COMPLETED,
    WHY_STOP,
    WHY_PAUSE,
    WHY_SILENCE,
    WHY_PAUSE_TIMEOUT,
    WHY_RUN_LIMIT,
    WHY_NEW_SESSION,
    WHY_FAULT,
    WHY_SUPPLY,
    WHY_BUCKET,
) = range(11)

# What can be wrong; latched, cleared only by CLEAR. The order is the wire's.
FAULTS = (
    "none",
    "LINK_LOST",  # PAUSED, and no changed token for 3000 ms; value: how long, ms
    "UNDERRUN",  # nothing to play for over 2 s, or for the third time in 60 s; value: ms, or how often
    "ESTOP",  # the command
    "STOP_INPUT",  # open in any state, unless it proves a STAMP
    "TICK_LATE",  # over 200 ms between two steps of a session; value: ms
    "OUTPUT_CHECK",  # a level where nothing may be driven, or a motor's duty above 60000; value: that
    "CURRENT_AT_ZERO",  # for 500 ms, all outputs off: over 60 mA above the rig's idle current; value: mA
    "SUPPLY_LOW",  # for 500 ms below 2.8 V per cell; value: mV
    "NTC_RANGE",  # four readings in a row open or shorted, while heating or asked to; value: the reading
    "NTC_STALE",  # no good reading for over 500 ms, while heating or asked to; value: the last one
    "NTC_FROZEN",  # one and the same reading through 10 s at half power; value: the reading
    "OVER_TEMPERATURE",  # the pad at 43 C or above, in any state; value: 0.01 C
    "HEAT_NO_RISE",  # power without half of the warmth that the profile expects of it; value: 0.01 C
    "HEAT_FELL",  # by 3 K within 5 s, up to 120 s after the last power; value: 0.01 C
    "HEAT_HOLDING",  # over 1.5 x the holding power for a minute, the pad not getting warmer; value: power
    "HEAT_AFTER_OFF",  # above 37 C and 1 K warmer, 10 to 70 s after the last power; value: 0.01 C
    "INTERNAL",  # the self-test: a configuration that cannot be; only a reset with another one helps
)
(
    F_NONE,
    F_LINK_LOST,
    F_UNDERRUN,
    F_ESTOP,
    F_STOP_INPUT,
    F_TICK_LATE,
    F_OUTPUT_CHECK,
    F_CURRENT_AT_ZERO,
    F_SUPPLY_LOW,
    F_NTC_RANGE,
    F_NTC_STALE,
    F_NTC_FROZEN,
    F_OVER_TEMPERATURE,
    F_HEAT_NO_RISE,
    F_HEAT_FELL,
    F_HEAT_HOLDING,
    F_HEAT_AFTER_OFF,
    F_INTERNAL,
) = range(18)

# Which ceiling held a channel down; 0: none did. The order is the wire's.
RULES = (
    "none",
    "device limit",
    "profile limit",
    "session ceiling",
    "region cap",
    "percussion not allowed here",
    "rising again from zero",
    "motor bucket empty",
    "bench limits (not commissioned)",
    "slew",
    "modulator jumps too often",
)
(
    RULE_NONE,
    RULE_DEVICE,
    RULE_PROFILE,
    RULE_SESSION,
    RULE_REGION,
    RULE_PERCUSSION,
    RULE_SOFT,
    RULE_BUCKET,
    RULE_BENCH,
    RULE_SLEW,
    RULE_BURST,
) = range(11)

POWER_ON = 0
RESET_CAUSES = ("power on", "watchdog", "software", "brown-out", "unknown")
