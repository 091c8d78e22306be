# The player: a bounded queue of records, and what they ask for at the playhead. It knows nothing
# of limits beyond what a record may say at all; the governor comes after it.
# CircuitPython subset; after __init__ nothing allocates; integers only.

from firmware_bridge.device.limits import (
    BUFFER_MAX_MS,
    BURST_MAX_MHZ,
    BURST_MIN_MHZ,
    BURST_PHASE_MIN_MS,
    WAVE_MAX_MHZ,
)
from firmware_bridge.protocol.messages import (
    FULL_SCALE,
    LAST,
    MAX_RECORD_MS,
    MIN_RECORD_MS,
    MOTOR_CHANNELS,
    NAMES_VIBRATION,
    REGIONS,
    SAW_DOWN,
    SAW_UP,
    SQUARE,
    TRIANGLE,
    WAVE_GOES_ON,
    WAVE_NEW,
    WAVE_NONE,
    WAVE_SHIFT,
    get_u16,
)

SLOTS = BUFFER_MAX_MS // MIN_RECORD_MS + 1
CHANNELS = 3
HEAT = 2
# A slot of the queue: duration, region, flags, end levels of three channels, then for each motor
# what its modulator does and, if new: shape, rate start, rate end, depth, duty, phase.
_DURATION, _REGION, _FLAGS, _LEVEL, _WAVE = 0, 1, 2, 3, 6
_WAVE_WORDS = 7
SLOT_WORDS = _WAVE + MOTOR_CHANNELS * _WAVE_WORDS
TURN_UT = 1000000  # one turn of a modulator in micro-turns

# (1 - cos(pi x)) / 2 at x = 0, 1/64 ... 1, times 10000; linear between (error below 0.02 %).
# fmt: off
_HALF_COSINE = (
    0, 6, 24, 54, 96, 150, 215, 292, 381, 480, 590, 711, 843, 984, 1135, 1295,
    1464, 1642, 1828, 2022, 2222, 2429, 2643, 2862, 3087, 3316, 3549, 3785, 4025, 4266, 4510, 4755,
    5000, 5245, 5490, 5734, 5975, 6215, 6451, 6684, 6913, 7138, 7357, 7571, 7778, 7978, 8172, 8358,
    8536, 8705, 8865, 9016, 9157, 9289, 9410, 9520, 9619, 9708, 9785, 9850, 9904, 9946, 9976, 9994,
    10000, 10000,
)
# fmt: on


def wave_factor(shape: int, depth: int, duty: int, phase_ut: int) -> int:
    """What is left of the envelope, 0..10000: 1 - depth (1 - s) / 2, never above 10000."""
    turn = phase_ut // 100
    if shape == SQUARE:
        up = 10000 if turn < duty else 0
    elif shape == SAW_UP:
        up = turn
    elif shape == SAW_DOWN:
        up = 10000 - turn
    else:
        if turn < duty:
            up = turn * 10000 // duty
        else:
            up = (10000 - turn) * 10000 // (10000 - duty)
        if shape != TRIANGLE:
            place = up * 64
            step = place // 10000
            base = _HALF_COSINE[step]
            up = base + (_HALF_COSINE[step + 1] - base) * (place - step * 10000) // 10000
    return 10000 - depth * (10000 - up) // 10000


def wave_allowed(shape: int, rate_start: int, rate_end: int, depth: int, duty: int, phase: int) -> bool:
    """Whether a record may ask for this modulator at all."""
    if not 1 <= shape <= SQUARE or depth > FULL_SCALE or duty > FULL_SCALE or phase >= FULL_SCALE:
        return False
    if shape != SQUARE:
        return 0 < rate_start <= WAVE_MAX_MHZ and 0 < rate_end <= WAVE_MAX_MHZ
    for rate in range(2):
        mhz = rate_end if rate else rate_start
        if not BURST_MIN_MHZ <= mhz <= BURST_MAX_MHZ:
            return False
        # on lasts duty/10000 of a period of 10^6/mhz ms
        if not (duty * 100 >= BURST_PHASE_MIN_MS * mhz and (10000 - duty) * 100 >= BURST_PHASE_MIN_MS * mhz):
            return False
    return True


class Player:
    """Queue and playhead.

    ``envelope`` (three channels; heat in 0.01 C), ``factor`` (two motors, 0..10000) and ``region``
    are what the records ask for now. ``finished``: the record marked last has been played.
    ``empty``: nothing is left to play, and that was not the end.
    """

    def __init__(self) -> None:
        self.envelope = [0, 0, 0]
        self.factor = [10000, 10000]
        self.region = 0
        self.finished = False
        self.empty = True
        self.playhead_ms = 0
        self.buffered_ms = 0
        self._slots = [0] * (SLOTS * SLOT_WORDS)
        self._head = 0  # slot being played
        self._count = 0
        self._at_ms = 0  # into the record being played
        self._last_queued = False
        self._queued_wave = [0, 0]  # shape of each motor's modulator after the last queued record
        self._start = [0, 0, 0]
        self._end = [0, 0, 0]
        self._shape = [0, 0]
        self._rate = [0, 0]  # at the start of the record
        self._climb = [0, 0]  # end rate - start rate
        self._depth = [0, 0]
        self._duty = [0, 0]
        self._phase = [0, 0]  # micro-turns at the start of the record

    def flush(self) -> None:
        """Forgets everything queued; the next record starts from level 0. The playhead stays."""
        self._head = 0
        self._count = 0
        self._at_ms = 0
        self._last_queued = False
        self.buffered_ms = 0
        self.finished = False
        self.empty = True
        self.region = 0
        for channel in range(CHANNELS):
            self.envelope[channel] = 0
            self._start[channel] = 0
            self._end[channel] = 0
        for motor in range(MOTOR_CHANNELS):
            self.factor[motor] = 10000
            self._queued_wave[motor] = 0
            self._shape[motor] = 0
            self._rate[motor] = 0
            self._climb[motor] = 0
            self._phase[motor] = 0

    def rewind(self) -> None:
        """The playhead starts to count anew (at RESUME)."""
        self.playhead_ms = 0

    @property
    def complete(self) -> bool:
        """Whether the last record is queued, so that waiting for more makes no sense."""
        return self._last_queued

    # -- queueing ------------------------------------------------------------------------------

    def enqueue(self, data: bytes | bytearray, at: int, end: int, regions: int) -> bool:
        """Queues the records in data[at:end], all of them or none.

        ``regions``: bit set of those named at ARM; a record may name no other (0, nowhere, always).
        False: something does not fit or is not allowed, and nothing was queued.
        """
        added = 0
        added_ms = 0
        last = self._last_queued
        wave0 = self._queued_wave[0]
        wave1 = self._queued_wave[1]
        while at < end:
            if last or self._count + added >= SLOTS:
                break
            at = self._read_record(data, at, end, added, regions)
            if at < 0:
                break
            slot = ((self._head + self._count + added) % SLOTS) * SLOT_WORDS
            added += 1
            added_ms += self._slots[slot + _DURATION]
            last = self._slots[slot + _FLAGS] & LAST != 0
        if at != end or not added or self.buffered_ms + added_ms > BUFFER_MAX_MS:
            self._queued_wave[0] = wave0
            self._queued_wave[1] = wave1
            return False
        self._count += added
        self.buffered_ms += added_ms
        self._last_queued = last
        return True

    def _read_record(self, data: bytes | bytearray, at: int, end: int, ahead: int, regions: int) -> int:
        """One record into the slot ``ahead`` of the queue's end; the place after it, -1: refused."""
        if at + 4 > end:
            return -1
        slots = self._slots
        slot = ((self._head + self._count + ahead) % SLOTS) * SLOT_WORDS
        duration = get_u16(data, at)
        region = data[at + 2]
        flags = data[at + 3]
        at += 4
        if not MIN_RECORD_MS <= duration <= MAX_RECORD_MS or region >= len(REGIONS):
            return -1
        if region and not regions >> region & 1:
            return -1
        slots[slot + _DURATION] = duration
        slots[slot + _REGION] = region
        slots[slot + _FLAGS] = flags
        for channel in range(CHANNELS):
            named = flags & NAMES_VIBRATION << channel
            if named:
                if at + 2 > end:
                    return -1
                level = get_u16(data, at)
                if level > FULL_SCALE:
                    return -1
                slots[slot + _LEVEL + channel] = level
                at += 2
            if channel == HEAT:
                continue
            what = flags >> WAVE_SHIFT[channel] & 3
            wave = slot + _WAVE + channel * _WAVE_WORDS
            if not named:
                if what:
                    return -1  # a channel that is not named says nothing about its modulator
                slots[wave] = WAVE_GOES_ON
            elif what == WAVE_NEW:
                if at + 11 > end:
                    return -1
                at = self._read_wave(data, at, wave)
                if at < 0:
                    return -1
                self._queued_wave[channel] = slots[wave + 1]
            elif what == WAVE_NONE:
                slots[wave] = WAVE_NONE
                self._queued_wave[channel] = 0
            elif what == WAVE_GOES_ON and self._queued_wave[channel]:
                slots[wave] = WAVE_GOES_ON
            else:
                return -1
        return at

    def _read_wave(self, data: bytes | bytearray, at: int, wave: int) -> int:
        slots = self._slots
        slots[wave] = WAVE_NEW
        slots[wave + 1] = data[at]
        for word in range(5):
            slots[wave + 2 + word] = get_u16(data, at + 1 + 2 * word)
        if not wave_allowed(
            slots[wave + 1],
            slots[wave + 2],
            slots[wave + 3],
            slots[wave + 4],
            slots[wave + 5],
            slots[wave + 6],
        ):
            return -1
        return at + 11

    # -- playing -------------------------------------------------------------------------------

    def advance(self, elapsed_ms: int) -> int:
        """Moves the playhead and evaluates there; returns the milliseconds that found no record."""
        slots = self._slots
        left = elapsed_ms
        while True:
            if not self._count:
                self.empty = not self.finished
                break
            slot = self._head * SLOT_WORDS
            if self.empty:
                self._open(slot)
                self.empty = False
            duration = slots[slot]
            rest = duration - self._at_ms
            if left < rest:
                self._at_ms += left
                self.playhead_ms += left
                self.buffered_ms -= left
                left = 0
                break
            left -= rest
            self.playhead_ms += rest
            self.buffered_ms -= rest
            self._close(slot, duration)
            if self.finished:
                break
        self._evaluate()
        return left

    def _open(self, slot: int) -> None:
        """Begins the record at the head of the queue."""
        slots = self._slots
        flags = slots[slot + _FLAGS]
        self.region = slots[slot + _REGION]
        self._at_ms = 0
        for channel in range(CHANNELS):
            self._start[channel] = self._end[channel]
            if flags & NAMES_VIBRATION << channel:
                self._end[channel] = slots[slot + _LEVEL + channel]
        for motor in range(MOTOR_CHANNELS):
            wave = slot + _WAVE + motor * _WAVE_WORDS
            what = slots[wave]
            if what == WAVE_NEW:
                self._shape[motor] = slots[wave + 1]
                self._rate[motor] = slots[wave + 2]
                self._climb[motor] = slots[wave + 3] - slots[wave + 2]
                self._depth[motor] = slots[wave + 4]
                self._duty[motor] = slots[wave + 5]
                self._phase[motor] = slots[wave + 6] * 100
            elif what == WAVE_NONE:
                self._shape[motor] = 0

    def _close(self, slot: int, duration: int) -> None:
        """Ends the record being played: modulators go on from where they are."""
        for motor in range(MOTOR_CHANNELS):
            if self._shape[motor]:
                climb = self._climb[motor]
                phase = self._phase[motor] + self._rate[motor] * duration + climb * duration // 2
                self._phase[motor] = phase % TURN_UT
                self._rate[motor] += climb
                self._climb[motor] = 0
        if self._slots[slot + _FLAGS] & LAST:
            self.finished = True
        self._head = (self._head + 1) % SLOTS
        self._count -= 1
        if self._count and not self.finished:
            self._open(self._head * SLOT_WORDS)
        else:
            self._at_ms = 0
            for channel in range(CHANNELS):
                self._start[channel] = self._end[channel]

    def _evaluate(self) -> None:
        at = self._at_ms
        duration = self._slots[self._head * SLOT_WORDS] if self._count else 1
        envelope = self.envelope
        for channel in range(CHANNELS):
            end = self._end[channel]
            start = self._start[channel]
            if start == end:
                envelope[channel] = end
            elif channel == HEAT and (start == 0 or end == 0):
                envelope[channel] = end  # heat never ramps from or to off
            else:
                envelope[channel] = start + (end - start) * at // duration
        for motor in range(MOTOR_CHANNELS):
            shape = self._shape[motor]
            if shape:
                climb = self._climb[motor] * at // duration
                phase = (self._phase[motor] + self._rate[motor] * at + climb * at // 2) % TURN_UT
                self.factor[motor] = wave_factor(shape, self._depth[motor], self._duty[motor], phase)
            else:
                self.factor[motor] = 10000
