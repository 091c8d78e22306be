# The device's states, reasons and faults, and which command leads where: one table, from which the
# controller works and the diagram in the docs is drawn. CircuitPython subset.

BOOT, SAFE, ARMED, RUNNING, PAUSED, STOPPING, FAULT = 0, 1, 2, 3, 4, 5, 6
STATES = ("BOOT", "SAFE", "ARMED", "RUNNING", "PAUSED", "STOPPING", "FAULT")

# (from, event, to). "RESUME" and so on are commands; the others are the device's own events.
# FAULT is reached from every state by "fault" and is listed once.
TRANSITIONS = (
    (BOOT, "self-test passed", SAFE),
    (SAFE, "ARM", ARMED),
    (ARMED, "RESUME", RUNNING),
    (ARMED, "STOP", SAFE),
    (ARMED, "no changed token for 1000 ms", SAFE),
    (RUNNING, "PAUSE", PAUSED),
    (RUNNING, "no changed token for 1000 ms", PAUSED),
    (PAUSED, "RESUME", RUNNING),
    (PAUSED, "60 s", STOPPING),
    (PAUSED, "STOP", STOPPING),
    (RUNNING, "STOP", STOPPING),
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
    "heartbeat token stood still",
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
    "LINK_LOST",
    "UNDERRUN",
    "ESTOP",
    "STOP_INPUT",
    "TICK_LATE",
    "OUTPUT_CHECK",
    "CURRENT_AT_ZERO",
    "SUPPLY_LOW",
    "NTC_RANGE",
    "NTC_STALE",
    "NTC_FROZEN",
    "OVER_TEMPERATURE",
    "HEAT_NO_RISE",
    "HEAT_FELL",
    "HEAT_HOLDING",
    "HEAT_AFTER_OFF",
    "INTERNAL",
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

RESET_CAUSES = ("power on", "watchdog", "software", "brown-out", "unknown")
