# The heat supervisor: turns a target temperature into pad power, and distrusts everything: the
# sensor, the pad, the transistor. Off until told otherwise, off for good once something is wrong.
# Knows nothing of programs or messages. CircuitPython subset; integers; stepped every 100 ms.

from firmware_bridge.device.limits import (
    AFTER_OFF_C100,
    AFTER_OFF_FROM_C100,
    AFTER_OFF_MS,
    AFTER_OFF_WATCH_MS,
    FALL_C100,
    FALL_MS,
    FROZEN_DUTY,
    FROZEN_MS,
    HOLD_BAND_C100,
    HOLD_MS,
    HOLD_STEADY_C100,
    MAX_HEAT_C100,
    NTC_BAD_READINGS,
    NTC_RAW_MAX,
    NTC_RAW_MIN,
    NTC_STALE_MS,
    RISE_DUTY,
    RISE_MS,
    SLOW_MS,
    TRIP_C100,
)
from firmware_bridge.protocol.states import (
    F_HEAT_AFTER_OFF,
    F_HEAT_FELL,
    F_HEAT_HOLDING,
    F_HEAT_NO_RISE,
    F_NONE,
    F_NTC_FROZEN,
    F_NTC_RANGE,
    F_NTC_STALE,
    F_OVER_TEMPERATURE,
)

FULL_DUTY = 10000
GAIN_DUTY_PER_C100 = 100  # full power from 1 K below the target (E)
INTEGRAL_MS = 60000  # time in which a lasting error is made up for once (E)
INTEGRAL_BAND_C100 = 50  # integrated only this near: the way there must not wind it up (E)
INTEGRAL_MAX = FULL_DUTY * INTEGRAL_MS
PAST = FALL_MS // SLOW_MS  # readings kept to see a fall
DRIVEN_MS = 120000  # a fall is suspicious for this long after the last power (E)


class Heat:
    """One pad with one sensor.

    ntc_raw, ntc_c100  the sensor's table: ADC values falling, temperatures rising
    rise_c100          what full power should add in 20 s; half of it is demanded
    hold_duty          power that holds the profile's limit, 0..10000
    """

    def __init__(
        self, ntc_raw: tuple[int, ...], ntc_c100: tuple[int, ...], rise_c100: int, hold_duty: int
    ) -> None:
        self.duty = 0  # 0..10000 of full power
        self.temperature_c100 = 0  # last good reading; only believe it when `trusted`
        self.trusted = False
        self.fault = F_NONE
        self.value = 0  # what was seen when the fault was found
        self._raw_table = ntc_raw
        self._c100_table = ntc_c100
        self._rise_c100 = rise_c100
        self._hold_duty = hold_duty
        self._integral = 0  # duty x ms
        self._bad = 0
        self._stale_ms = 0
        self._doubt = F_NTC_STALE  # what is wrong with the sensor while it is not trusted
        self._raw = -1
        self._past = [0] * PAST
        self.forget()
        self._off_ms = AFTER_OFF_MS + AFTER_OFF_WATCH_MS  # long ago
        self._off_c100 = 0

    def forget(self) -> None:
        """Empties the windows of suspicion: at the start, and when a fault is cleared."""
        self._same_ms = 0  # driven time with one and the same reading
        self._rise_ms = 0  # time at high power, and since then
        self._rise_low_ms = 0
        self._rise_from = 0
        self._past_count = 0
        self._past_at = 0
        self._driven_ago_ms = DRIVEN_MS
        self._hold_ms = 0
        self._hold_sum = 0
        self._hold_out_ms = 0
        self._hold_target = 0
        self._settle_ms = 0  # near the present target, before its power is judged

    def off(self) -> None:
        """Power off now; between steps too. What is suspected is not forgotten by that."""
        if self.duty:
            self._off_ms = 0
        self.duty = 0
        self._integral = 0

    def clear(self) -> None:
        """Forgets a fault (the controller has checked that its cause is gone)."""
        self.fault = F_NONE
        self.forget()

    def step(self, elapsed_ms: int, raw: int, target_c100: int) -> int:
        """Takes a reading (-1: none came) and the target (0: off); returns the duty."""
        self._read(elapsed_ms, raw)
        if self.trusted and self.temperature_c100 >= TRIP_C100:
            self._fail(F_OVER_TEMPERATURE, self.temperature_c100)
        self._watch_after_off(elapsed_ms)
        self._supervise(elapsed_ms, target_c100)
        if target_c100 > 0 and not self.trusted:
            self._fail(self._doubt, self._raw)
        if not 0 < target_c100 <= MAX_HEAT_C100 or self.fault:
            self.off()
        else:
            self._control(elapsed_ms, target_c100)
        return self.duty

    def _fail(self, fault: int, value: int) -> None:
        if self.fault == F_NONE:
            self.fault = fault
            self.value = value if value > 0 else 0
        self.off()

    # -- the sensor ----------------------------------------------------------------------------

    def _read(self, elapsed_ms: int, raw: int) -> None:
        if raw < 0:
            if self._stale_ms <= NTC_STALE_MS:
                self._stale_ms += elapsed_ms
            if self._stale_ms > NTC_STALE_MS:
                self._distrust(F_NTC_STALE)
            return
        self._stale_ms = 0
        if not NTC_RAW_MIN <= raw <= NTC_RAW_MAX:
            if self._bad < NTC_BAD_READINGS:
                self._bad += 1
            if self._bad >= NTC_BAD_READINGS:
                self._raw = raw
                self._distrust(F_NTC_RANGE)
            return
        self._bad = 0
        if raw != self._raw:
            self._same_ms = 0
        self._raw = raw
        self.temperature_c100 = self.c100(raw)
        self.trusted = True

    def _distrust(self, doubt: int) -> None:
        """A reading gone bad becomes a fault as soon as heat is asked for; until then it is a doubt."""
        self.trusted = False
        self._doubt = doubt
        if self.duty:
            self._fail(doubt, self._raw)

    def c100(self, raw: int) -> int:
        """Temperature in 0.01 C, linear between the rows of the table, its ends beyond them."""
        table = self._raw_table
        if raw >= table[0]:
            return self._c100_table[0]
        last = len(table) - 1
        if raw <= table[last]:
            return self._c100_table[last]
        low, high = 0, last  # table[low] > raw >= table[high]
        while high - low > 1:
            middle = (low + high) // 2
            if raw < table[middle]:
                low = middle
            else:
                high = middle
        span = table[low] - table[high]
        rise = self._c100_table[high] - self._c100_table[low]
        return self._c100_table[low] + rise * (table[low] - raw) // span

    # -- suspicion -----------------------------------------------------------------------------
    # Each window counts driven time, and outlasts moments without power: a program that switches
    # the heat off for a blink must not blind the supervisor.

    def _supervise(self, elapsed_ms: int, target_c100: int) -> None:
        """Judges the time since the last step, driven at ``duty``."""
        if not self.trusted:
            return
        if self.duty:
            self._driven_ago_ms = 0
        elif self._driven_ago_ms < DRIVEN_MS:
            self._driven_ago_ms += elapsed_ms
        self._watch_frozen(elapsed_ms)
        self._watch_rise(elapsed_ms)
        self._watch_fall()
        self._watch_holding(elapsed_ms, target_c100)

    def _watch_frozen(self, elapsed_ms: int) -> None:
        if self.duty >= FROZEN_DUTY:
            self._same_ms += elapsed_ms
            if self._same_ms >= FROZEN_MS:
                self._fail(F_NTC_FROZEN, self._raw)

    def _watch_rise(self, elapsed_ms: int) -> None:
        if self.duty >= RISE_DUTY:
            if not self._rise_ms:
                self._rise_from = self.temperature_c100
            self._rise_ms += elapsed_ms
            self._rise_low_ms = 0
            if self._rise_ms >= RISE_MS:
                if (self.temperature_c100 - self._rise_from) * 2 < self._rise_c100:
                    self._fail(F_HEAT_NO_RISE, self.temperature_c100)
                self._rise_ms = 0
        elif self._rise_ms:
            self._rise_low_ms += elapsed_ms
            if self._rise_low_ms >= RISE_MS:
                self._rise_ms = 0

    def _watch_fall(self) -> None:
        """No pad cools by 3 K in 5 s by itself, driven or switched off a while ago."""
        now = self.temperature_c100
        fell = self._past_count >= PAST and self._past[self._past_at] - now >= FALL_C100
        if fell and self._driven_ago_ms < DRIVEN_MS:
            self._fail(F_HEAT_FELL, now)
        self._past[self._past_at] = now
        self._past_at = (self._past_at + 1) % PAST
        if self._past_count < PAST:
            self._past_count += 1

    def _watch_holding(self, elapsed_ms: int, target_c100: int) -> None:
        """Power near a steady target. A target that climbs takes more, and so does skin at first."""
        if not -HOLD_STEADY_C100 <= target_c100 - self._hold_target <= HOLD_STEADY_C100:
            if target_c100 <= 0 and self._hold_out_ms < HOLD_MS:
                self._hold_out_ms += elapsed_ms  # off for a moment is no new target
                return
            self._hold_target = target_c100
            self._settle_ms = 0
            self._hold_ms = 0
        self._hold_out_ms = 0
        if not -HOLD_BAND_C100 <= self.temperature_c100 - target_c100 <= HOLD_BAND_C100:
            return
        if self._settle_ms < HOLD_MS:
            self._settle_ms += elapsed_ms
            return
        if not self._hold_ms:
            self._hold_sum = 0
        self._hold_ms += elapsed_ms
        self._hold_sum += self.duty * elapsed_ms // 100
        if self._hold_ms >= HOLD_MS:
            mean = self._hold_sum // (self._hold_ms // 100)
            self._hold_ms = 0
            if mean * 2 > self._hold_duty * 3:
                self._fail(F_HEAT_HOLDING, mean)

    def _watch_after_off(self, elapsed_ms: int) -> None:
        """Off, warmer than a body, and still getting warmer after a while: something conducts."""
        if self.duty or self._off_ms >= AFTER_OFF_MS + AFTER_OFF_WATCH_MS or not self.trusted:
            return
        before = self._off_ms
        self._off_ms += elapsed_ms
        if self._off_ms < AFTER_OFF_MS:
            return
        if before < AFTER_OFF_MS or self._off_c100 < AFTER_OFF_FROM_C100:
            self._off_c100 = self.temperature_c100
        elif self.temperature_c100 - self._off_c100 >= AFTER_OFF_C100:
            self._fail(F_HEAT_AFTER_OFF, self.temperature_c100)

    # -- control -------------------------------------------------------------------------------

    def _control(self, elapsed_ms: int, target_c100: int) -> None:
        """Proportional, and an integral near the target for what the pad loses there."""
        error = target_c100 - self.temperature_c100
        if -INTEGRAL_BAND_C100 <= error <= INTEGRAL_BAND_C100:
            self._integral += error * GAIN_DUTY_PER_C100 * elapsed_ms
            if self._integral < 0:
                self._integral = 0
            elif self._integral > INTEGRAL_MAX:
                self._integral = INTEGRAL_MAX
        duty = error * GAIN_DUTY_PER_C100 + self._integral // INTEGRAL_MS
        if duty > FULL_DUTY:
            duty = FULL_DUTY
        self.duty = duty if duty > 0 else 0
