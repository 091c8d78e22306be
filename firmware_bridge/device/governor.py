# The governor: the only place that clamps, between what is asked and what reaches the pins. It
# knows channels, regions and time; nothing of programs, messages or states. Everything is off
# until it is told otherwise. CircuitPython subset; integers; nothing allocates after __init__.
#
# Per motor channel: envelope -> ceiling and slew -> gain -> modulator -> applied. The ceiling is
# the lowest of device, profile, session, region, soft (rising from zero), bench and bucket.

from firmware_bridge.device.limits import (
    BENCH_LEVEL,
    BENCH_PULSE_MS,
    BUCKET_MS,
    BUCKET_RESTART_MS,
    CLIMB_FALL,
    CLIMB_REST_MS,
    GAIN_RISE_PER_4MS,
    MAX_LEVEL,
    PERCUSSION_REGIONS,
    REGION_CAP,
    SLEW_DOWN_PER_MS,
    SLEW_UP_PER_MS,
    SOFT_RISE_PER_MS,
    STILL_MS,
)
from firmware_bridge.protocol.messages import FULL_SCALE, MOTOR_CHANNELS
from firmware_bridge.protocol.states import (
    RULE_BENCH,
    RULE_BUCKET,
    RULE_BURST,
    RULE_DEVICE,
    RULE_NONE,
    RULE_PERCUSSION,
    RULE_PROFILE,
    RULE_REGION,
    RULE_SESSION,
    RULE_SLEW,
    RULE_SOFT,
)

REGION_COUNT = len(REGION_CAP)


class Bucket:
    """How much motor time is left: 900 s full, -1 a second on, +1 off; once empty, locked to 300 s."""

    def __init__(self) -> None:
        self.left_ms = BUCKET_MS
        self.locked = False

    def pass_time(self, elapsed_ms: int, on: bool) -> None:
        if on:
            self.left_ms -= elapsed_ms
            if self.left_ms <= 0:
                self.left_ms = 0
                self.locked = True
        elif self.left_ms < BUCKET_MS:
            self.left_ms += elapsed_ms
            if self.left_ms > BUCKET_MS:
                self.left_ms = BUCKET_MS
            if self.locked and self.left_ms >= BUCKET_RESTART_MS:
                self.locked = False


class Governor:
    """Both motor channels.

    max_levels  the profile's limits, 0..10000, per motor channel
    percussive  per motor channel: its output is a percussive head (then it is refused wherever
                percussion is, whatever its name)
    """

    def __init__(self, max_levels: tuple[int, int], percussive: tuple[bool, bool]) -> None:
        self.bench = True  # until the controller has seen a commissioning stamp
        self.allowed = [0, 0]
        self.rule = [RULE_NONE, RULE_NONE]  # what held the channel down at the last step
        self.applied = [0, 0]
        self.level = [0, 0]  # after ceiling and slew, before gain and modulator
        self.limited_ms = [0, 0]
        self.gain = FULL_SCALE  # asked for
        self.gain_max = FULL_SCALE
        self.gain_now = FULL_SCALE  # in force: rises slowly, falls at once
        self.bucket = Bucket()
        self._max_levels = max_levels
        self._percussive = percussive
        self._cap = [0] * (MOTOR_CHANNELS * REGION_COUNT)
        self._cap_rule = [RULE_SESSION] * (MOTOR_CHANNELS * REGION_COUNT)
        self._soft = 0
        self._pulse_ms = 0  # bench limits: how long any motor has been on, and off since
        self._rest_ms = BENCH_PULSE_MS
        self._factor = [0, 0]  # modulators as last let through,
        self._top = [FULL_SCALE, FULL_SCALE]  # the highest since their last climb began,
        self._since_climb_ms = [CLIMB_REST_MS, CLIMB_REST_MS]  # and how long ago it began
        self._still_ms = [0, 0]  # how long a channel has had a level and no motion
        self._ramp_from = [0, 0]
        self._ramp_ms = 0
        self._ramped_ms = 0

    def set_session(self, ceiling_vibration: int, ceiling_percussion: int) -> None:
        """Takes the session's ceilings; the table of caps per channel and region follows from them."""
        for channel in range(MOTOR_CHANNELS):
            ceiling = ceiling_percussion if channel else ceiling_vibration
            cap, rule = MAX_LEVEL, RULE_DEVICE
            if self._max_levels[channel] < cap:
                cap, rule = self._max_levels[channel], RULE_PROFILE
            if not ceiling >= cap:
                cap, rule = (ceiling if ceiling > 0 else 0), RULE_SESSION
            for region in range(REGION_COUNT):
                at = channel * REGION_COUNT + region
                self._cap[at] = cap
                self._cap_rule[at] = rule
                if REGION_CAP[region] < cap:
                    self._cap[at] = REGION_CAP[region]
                    self._cap_rule[at] = RULE_REGION
                if (channel == 1 or self._percussive[channel]) and not PERCUSSION_REGIONS >> region & 1:
                    self._cap[at] = 0
                    self._cap_rule[at] = RULE_PERCUSSION
        self.gain = self.gain_max = self.gain_now = FULL_SCALE
        self.limited_ms[0] = self.limited_ms[1] = 0

    def set_gain(self, gain: int, gain_max: int) -> None:
        """Factors on both motors; the ceiling only ever falls within a session."""
        if 0 <= gain_max < self.gain_max:
            self.gain_max = gain_max
        self.gain = gain if 0 <= gain <= self.gain_max else self.gain_max
        if self.gain_now > self.gain:
            for channel in range(MOTOR_CHANNELS):  # a level that is held or ramped comes down as well
                self.applied[channel] = self.applied[channel] * self.gain // self.gain_now
                self._ramp_from[channel] = self._ramp_from[channel] * self.gain // self.gain_now
            self.gain_now = self.gain

    def begin(self) -> None:
        """Start, resume, recovery: everything from zero, under a ceiling that rises slowly."""
        self._soft = 0
        self.level[0] = self.level[1] = 0
        self.applied[0] = self.applied[1] = 0

    def run(self, elapsed_ms: int, region: int, envelope: list[int], factor: list[int]) -> None:
        """One step of both channels toward what the player asks for."""
        if self._soft < FULL_SCALE:
            self._soft += SOFT_RISE_PER_MS * elapsed_ms
        if self.gain_now < self.gain:
            self.gain_now += GAIN_RISE_PER_4MS * elapsed_ms // 4
            if self.gain_now > self.gain:
                self.gain_now = self.gain
        moving = False
        for channel in range(MOTOR_CHANNELS):
            ceiling = 0
            rule = RULE_REGION
            if 0 <= region < REGION_COUNT:
                at = channel * REGION_COUNT + region
                ceiling = self._cap[at]
                rule = self._cap_rule[at]
            want = envelope[channel]
            if self._soft < ceiling:
                ceiling = self._soft
                rule = RULE_SOFT
            if self.bucket.locked:
                ceiling = 0
                rule = RULE_BUCKET
            if self.bench and self._bench_ceiling() < ceiling:
                ceiling = self._bench_ceiling()
                rule = RULE_BENCH
            self.allowed[channel] = ceiling
            level = self.level[channel]
            if 0 <= want <= ceiling:
                rule = RULE_NONE
            else:
                self.limited_ms[channel] += elapsed_ms
                want = ceiling if want > 0 else 0
            if want > level:
                level += SLEW_UP_PER_MS * elapsed_ms
                if level < want:
                    rule = rule if rule else RULE_SLEW
                else:
                    level = want
            elif want < level:
                level -= SLEW_DOWN_PER_MS * elapsed_ms
                if level < want:
                    level = want
                if level > ceiling:
                    level = ceiling  # a ceiling is never slewed to
            self.level[channel] = level
            through = self._modulator(channel, factor[channel], elapsed_ms)
            if level and through != factor[channel]:
                rule = RULE_BURST
                self.limited_ms[channel] += elapsed_ms
            self.rule[channel] = rule
            if level:
                level = level * self.gain_now // FULL_SCALE
                if level:
                    moving = True  # a burst counts whole, its pauses too
                    level = level * through // FULL_SCALE
            self.applied[channel] = level
            self._forget_still(channel, elapsed_ms)
        self._count(elapsed_ms, moving)

    def _bench_ceiling(self) -> int:
        """Not commissioned: a tenth, in pulses of two seconds with as long a rest between them."""
        return 0 if self._pulse_ms >= BENCH_PULSE_MS else BENCH_LEVEL

    def _modulator(self, channel: int, factor: int, elapsed_ms: int) -> int:
        """A climb that begins sooner after the last than any lawful burst has it does not pass.

        However many steps it takes, and on whatever waves, it is one climb until it has fallen.
        """
        if self._since_climb_ms[channel] < CLIMB_REST_MS:
            self._since_climb_ms[channel] += elapsed_ms
        before = self._factor[channel]
        if factor > before:
            if self._top[channel] - before > CLIMB_FALL:
                if self._since_climb_ms[channel] < CLIMB_REST_MS:
                    return before
                self._since_climb_ms[channel] = 0
                self._top[channel] = factor
            elif factor > self._top[channel]:
                self._top[channel] = factor
        self._factor[channel] = factor
        return factor

    def _forget_still(self, channel: int, elapsed_ms: int) -> None:
        """What has stood still for longer than any burst is off starts from zero again."""
        if self.applied[channel] or not self.level[channel]:
            self._still_ms[channel] = 0
        elif self._still_ms[channel] < STILL_MS:
            self._still_ms[channel] += elapsed_ms
        else:
            self.level[channel] = 0

    def _count(self, elapsed_ms: int, moving: bool) -> None:
        """Motor time, for the bucket and for the pulses of bench limits; in every state."""
        self.bucket.pass_time(elapsed_ms, moving)
        if moving:
            self._rest_ms = 0
            if self._pulse_ms < BENCH_PULSE_MS:
                self._pulse_ms += elapsed_ms
        elif self._rest_ms < BENCH_PULSE_MS:
            self._rest_ms += elapsed_ms
            if self._rest_ms >= BENCH_PULSE_MS:
                self._pulse_ms = 0

    def start_ramp(self, ramp_ms: int) -> None:
        """From now on ``ramp`` takes the applied levels straight to zero in ``ramp_ms``."""
        self._ramp_ms = ramp_ms
        self._ramped_ms = 0
        for channel in range(MOTOR_CHANNELS):
            self._ramp_from[channel] = self.applied[channel]
            self.rule[channel] = RULE_NONE

    def ramp(self, elapsed_ms: int) -> bool:
        """One step of the ramp; True once both channels are at zero."""
        self._ramped_ms += elapsed_ms
        left = self._ramp_ms - self._ramped_ms
        moving = False
        for channel in range(MOTOR_CHANNELS):
            level = self._ramp_from[channel] * left // self._ramp_ms if left > 0 else 0
            if level < self.applied[channel]:
                self.applied[channel] = level
            self.level[channel] = 0
            self.allowed[channel] = self.applied[channel]
            if self.applied[channel]:
                moving = True
        self._count(elapsed_ms, moving)
        return not moving

    def hold(self, elapsed_ms: int) -> None:
        """Levels stay as they are (the first moments of an underrun)."""
        self._count(elapsed_ms, self.applied[0] > 0 or self.applied[1] > 0)

    def off(self, elapsed_ms: int) -> None:
        """Zero, at once."""
        for channel in range(MOTOR_CHANNELS):
            self.level[channel] = 0
            self.applied[channel] = 0
            self.allowed[channel] = 0
            self.rule[channel] = RULE_NONE
        self._count(elapsed_ms, False)
