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
    FROZEN_ASK_MS,
    FROZEN_DUTY,
    FROZEN_MS,
    HOLD_AT_C100,
    HOLD_MS,
    HOLD_NONE_C100,
    HOLD_PART_MS,
    HOLD_STEADY_C100,
    MAX_HEAT_C100,
    NTC_BAD_READINGS,
    NTC_RAW_MAX,
    NTC_RAW_MIN,
    NTC_STALE_MS,
    RISE_BLINK_MS,
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
NOT_READ_C100 = -30000  # 0.01 C, colder than any table: an empty place among them
DRIVEN_MS = 120000  # a fall is suspicious for this long after the last power (E)
FROZEN_SUM = FROZEN_DUTY * FROZEN_MS // 100  # duty x 100 ms
PASSING = (F_NTC_RANGE, F_NTC_STALE, F_OVER_TEMPERATURE)  # a reading may show that these are gone
PARTS = HOLD_MS // HOLD_PART_MS
HALF_SHOWN = 2 * FULL_DUTY // 1000 * RISE_MS // 100  # what a rise of 0.01 K pays for, see _watch_shown


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
        # What is suspected. Neither off nor a cleared fault forgets it: a window that has found
        # something starts anew, and everything else ends by itself.
        self._drove = 0  # the greatest duty since the last step: off just before it hides nothing
        self._same_sum = 0  # power driven at one and the same reading, duty x 100 ms
        self._same_most = 0  # and the greatest duty among it
        self._asked_ms = 0  # how long power has been waiting for that reading to move
        self._rise_ms = 0  # time at high power, and since then
        self._rise_low_ms = 0
        self._rise_from = 0
        self._past = [NOT_READ_C100] * PAST
        self._past_at = 0
        self._driven_ago_ms = DRIVEN_MS
        self._warmest = NOT_READ_C100  # lately, but for 1 K
        self._owed = 0  # rise that power should have brought and has not
        self._warmed = 0  # since the power began to settle
        self._settle_ms = 0
        self._held = [0] * PARTS  # mean power of each part of the last minute
        self._held_at = 0
        self._held_ms = 0  # the part that is being counted
        self._held_sum = 0
        self._off_ms = AFTER_OFF_MS + AFTER_OFF_WATCH_MS  # long ago
        self._off_c100 = 0

    def off(self) -> None:
        """Power off now; between steps too. What was driven is judged all the same."""
        if self.duty > self._drove:
            self._drove = self.duty
        self.duty = 0
        self._integral = 0

    def clear(self) -> None:
        """Forgets a fault (the controller has checked that its cause is gone), and nothing else."""
        self.fault = F_NONE

    def step(self, elapsed_ms: int, raw: int, target_c100: int) -> int:
        """Takes a reading (-1: none came) and the target (0: off); returns the duty."""
        if self.duty > self._drove:
            self._drove = self.duty
        self._read(elapsed_ms, raw)
        if self.trusted and self.temperature_c100 >= TRIP_C100:
            self._fail(F_OVER_TEMPERATURE, self.temperature_c100)
        self._watch_after_off(elapsed_ms)
        self._supervise(elapsed_ms)
        self._drove = 0
        if target_c100 > 0 and not self.trusted:
            self._fail(self._doubt, self._raw)
        if not 0 < target_c100 <= MAX_HEAT_C100 or self.fault:
            self.off()
        elif self._asks(elapsed_ms):
            self.duty = 0  # and the integral stays: it is asked of a pad that is held
        else:
            self._control(elapsed_ms, target_c100)
        return self.duty

    def _fail(self, fault: int, value: int) -> None:
        """The first fault stays, but what no reading can lift is not hidden behind one that it can."""
        if self.fault == F_NONE or (self.fault in PASSING and fault not in PASSING):
            self.fault = fault
            self.value = value if value > 0 else 0
        self.off()

    # -- the sensor ----------------------------------------------------------------------------

    def _read(self, elapsed_ms: int, raw: int) -> None:
        if NTC_RAW_MIN <= raw <= NTC_RAW_MAX:
            self._stale_ms = 0
            self._bad = 0
            if raw != self._raw:
                self._same_sum = 0
                self._same_most = 0
            self._raw = raw
            self.temperature_c100 = self.c100(raw)
            self.trusted = True
            return
        if self._stale_ms <= NTC_STALE_MS:  # since the last good one: a bad one is none
            self._stale_ms += elapsed_ms
        if raw >= 0 and self._bad < NTC_BAD_READINGS:
            self._bad += 1
        if self._bad >= NTC_BAD_READINGS:
            if raw >= 0:
                self._raw = raw
            self._distrust(F_NTC_RANGE)
        elif self._stale_ms > NTC_STALE_MS:
            self._distrust(F_NTC_STALE)

    def _distrust(self, doubt: int) -> None:
        """A reading gone bad becomes a fault as soon as heat is asked for; until then it is a doubt."""
        if self.trusted:
            for at in range(PAST):  # the next good reading may be of another pad: it has not fallen
                self._past[at] = NOT_READ_C100
        self.trusted = False
        self._doubt = doubt
        if self._drove:
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
    # None of it looks at the target, which is the host's word. Windows outlast moments without power:
    # a program that switches the heat off for a blink must not blind the supervisor.

    def _supervise(self, elapsed_ms: int) -> None:
        """Judges the time since the last step, driven at ``_drove``."""
        if not self.trusted:
            return
        if self._drove:
            self._driven_ago_ms = 0
        elif self._driven_ago_ms < DRIVEN_MS:
            self._driven_ago_ms += elapsed_ms
        self._watch_frozen(elapsed_ms)
        self._watch_rise(elapsed_ms)
        self._watch_fall()
        warmer = self._warmer()
        self._watch_shown(elapsed_ms, warmer)
        self._watch_holding(elapsed_ms, warmer)

    def _watch_frozen(self, elapsed_ms: int) -> None:
        """10 s at half power and above, 20 s at a quarter: less power only takes longer."""
        drove = self._drove if self._drove < FROZEN_DUTY else FROZEN_DUTY
        self._same_sum += drove * elapsed_ms // 100
        if self._drove > self._same_most:
            self._same_most = self._drove
        if self._same_sum >= FROZEN_SUM:
            self._same_sum = 0
            self._fail(F_NTC_FROZEN, self._raw)

    def _asks(self, elapsed_ms: int) -> bool:
        """Whether power waits for the reading to move. A pad at rest on a quiet converter reads the same for
        minutes, and so does a frozen sensor. Half-way to that suspicion the power is taken away, and who is
        live gets cooler. Not asked where there was more power than holds: that had to show by itself."""
        if self._same_sum * 2 < FROZEN_SUM:
            self._asked_ms = 0
            return False
        if self._same_most * 2 > self._hold_duty * 3:
            return False
        self._asked_ms += elapsed_ms
        if self._asked_ms >= FROZEN_ASK_MS:
            self._same_sum = 0
            self._asked_ms = 0
            self._fail(F_NTC_FROZEN, self._raw)
        return True

    def _watch_rise(self, elapsed_ms: int) -> None:
        now = self.temperature_c100
        if self._drove >= RISE_DUTY:
            if not self._rise_ms:
                self._rise_from = now
            self._rise_ms += elapsed_ms
            self._rise_low_ms = 0
            if self._rise_ms >= RISE_MS:
                if (now - self._rise_from) * 2 < self._rise_c100:
                    self._fail(F_HEAT_NO_RISE, now)
                self._rise_ms = 0
        elif self._rise_ms:
            self._rise_low_ms += elapsed_ms
            if self._rise_low_ms >= RISE_BLINK_MS:
                self._rise_ms = 0

    def _watch_fall(self) -> None:
        """No pad cools by 3 K within 5 s by itself, driven or switched off a while ago."""
        now = self.temperature_c100
        if max(self._past) - now >= FALL_C100 and self._driven_ago_ms < DRIVEN_MS:
            self._fail(F_HEAT_FELL, now)
        self._past[self._past_at] = now
        self._past_at = (self._past_at + 1) % PAST

    def _warmer(self) -> int:
        """By how much the pad got warmer than it lately was. To and fro within 1 K counts once."""
        now = self.temperature_c100
        before = self._warmest
        if now > before:
            self._warmest = now
            return now - before if before != NOT_READ_C100 else 0
        if now < before - HOLD_STEADY_C100:
            self._warmest = now + HOLD_STEADY_C100
            self._settle_ms = 0  # put on colder skin: it takes more again, at first
        return 0

    def _watch_shown(self, elapsed_ms: int, warmer: int) -> None:
        """Power beyond what may hold this temperature must show: as half of the rise that it predicts.

        What is owed is kept in shares of 0.01 K, HALF_SHOWN of them. The limit is what the row above
        demands of 20 s at full power; 30 s at two thirds owe as much.
        """
        above = self.temperature_c100 - HOLD_NONE_C100
        if above < 0:
            above = 0
        elif above > HOLD_AT_C100 - HOLD_NONE_C100:
            above = HOLD_AT_C100 - HOLD_NONE_C100
        holds = self._hold_duty * 3 // 2 * above // (HOLD_AT_C100 - HOLD_NONE_C100)
        self._owed += self._rise_c100 * (self._drove - holds) // 1000 * elapsed_ms // 100
        self._owed -= warmer * HALF_SHOWN
        if self._owed < 0:
            self._owed = 0
        elif self._owed * 2 >= self._rise_c100 * HALF_SHOWN:
            self._owed = 0
            self._fail(F_HEAT_NO_RISE, self.temperature_c100)

    def _watch_holding(self, elapsed_ms: int, warmer: int) -> None:
        """Mean power of the last minute, at a temperature that does not climb.

        Skin takes more at first: after every 1 K gained or lost a minute passes before anything is counted.
        Judged every 10 s, so power that begins once this has settled is seen after 70 s at most.
        """
        self._warmed += warmer
        if self._warmed > HOLD_STEADY_C100:
            self._warmed = 0
            self._settle_ms = 0
        if self._settle_ms < HOLD_MS:
            self._settle_ms += elapsed_ms
            return
        self._held_ms += elapsed_ms
        self._held_sum += self._drove * elapsed_ms // 100
        if self._held_ms < HOLD_PART_MS:
            return
        last = self._held_sum // (self._held_ms // 100)
        self._held[self._held_at] = last
        self._held_at = (self._held_at + 1) % PARTS
        self._held_ms = 0
        self._held_sum = 0
        mean = 0
        for each in self._held:
            mean += each
        mean //= PARTS
        # Cold skin takes this much for a while, and less and less: not while the last part is below.
        if mean * 2 > self._hold_duty * 3 and last * 2 > self._hold_duty * 3:
            for at in range(PARTS):
                self._held[at] = 0
            self._fail(F_HEAT_HOLDING, mean)

    def _watch_after_off(self, elapsed_ms: int) -> None:
        """Off, warmer than a body, and still getting warmer after a while: something conducts."""
        if self._drove:
            self._off_ms = 0
            return
        if self._off_ms >= AFTER_OFF_MS + AFTER_OFF_WATCH_MS or not self.trusted:
            return
        before = self._off_ms
        self._off_ms += elapsed_ms
        if self._off_ms < AFTER_OFF_MS:
            return
        if before < AFTER_OFF_MS or self._off_c100 < AFTER_OFF_FROM_C100:
            self._off_c100 = self.temperature_c100
        elif self.temperature_c100 - self._off_c100 >= AFTER_OFF_C100:
            self._off_c100 = self.temperature_c100
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
