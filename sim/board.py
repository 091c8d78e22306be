"""The simulated board: the pins, inputs and memory that the device's controller is given.

It has the interface of every real board (see the device package) and adds only what a bench has
besides: ``step`` lets 10 ms of physics pass, ``changes`` keeps what was written to each output,
and fault injection may change what an input says. Rules kept here:

1. Nothing is limited or corrected: the board does what it is told, as hardware does.
2. ENABLE is a one-shot: power passes only while the line keeps changing, and drops 150 ms after
   the last change (the design asks for at most 200 ms).
3. Noise comes from the seed alone; the same seed gives the same readings in the same order.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from programs.profile import Profile
from sim.battery import HALF
from sim.heat import ADC_TOP, ntc_raw
from sim.person import Person
from sim.plant import STEP_MS, Plant

ONE_SHOT_MS = 150
ENABLE_OPENS_C = 45.0  # a comparator on the pad opens ENABLE before the cut-off acts (safety.md)
NTC_NOISE_COUNTS = 6.0  # standard deviation, of 65535: about 0.02 K near 40 C (E)
CURRENT_NOISE_MA = 2.0
NOISE_LENGTH = 4099  # prime, so that readings at a steady rate do not see a short cycle


class SimBoard:
    """Simulated pins over a simulated rig.

    ``changes``: with ``record``, a list of (t_ms, output, duty_u16), one entry per change of an output.

    Fault injection: ``on_ntc``, ``on_current``, ``on_supply`` and ``on_stop`` change what an input says,
    each entry what the one before it gave; ``line_stuck`` and ``jammed`` count what keeps the ENABLE
    line from moving and its one-shot from dropping, ``unfollowed`` and ``jammed_steps`` when they did;
    ``welded`` what keeps the comparator from opening ENABLE, too. ``leaked_steps`` counts those in which
    an output had power only because ENABLE could not drop.
    """

    simulated = 1

    def __init__(
        self,
        profile: Profile,
        stamp: int,
        seed: int = 0,
        person: Person | None = None,
        record: bool = False,
        noise: float = 1.0,  # times the usual one
        charge: float = HALF,
    ) -> None:
        self.name = "simulator"
        self.reset_cause = 0
        self.plant = Plant(profile, person, charge=charge)
        self.now_ms = 0
        self.enabled = False
        self.comparator_open = False  # like the cut-off it does not reset itself: it would hold a pad at 45 C
        self.changes: list[tuple[int, int, int]] = []
        self.on_ntc: list[Callable[[int], int]] = []
        self.on_current: list[Callable[[int], int]] = []
        self.on_supply: list[Callable[[int], int]] = []
        self.on_stop: list[Callable[[bool], bool]] = []
        self.line_stuck = self.unfollowed = 0
        self.jammed = self.jammed_steps = self.welded = self.leaked_steps = 0
        self.watchdog_fed_ms = 0
        self.reading = ADC_TOP // 2  # what the controller was last told of the pad's sensor; -1: nothing
        self._record = record
        self._duties = self.plant.duties
        self._level = 0
        self._enabled_until_ms = 0
        self._stamp = stamp
        self._fault = (0, 0, 0, 0)
        self.heater = next((o.heater for o in profile.outputs if o.heater is not None), None)
        self.touched_c: float | None = None  # C, of what lies on the pad: its sensor follows at once
        self._ntc_c = self._raw = -1.0  # what the sensor feels, and its reading before noise
        self._set_up_noise(seed, noise)
        self._read_pad()

    def _set_up_noise(self, seed: int, noise: float) -> None:
        source = random.Random(seed)
        self._noise = [source.gauss(0.0, noise) for _ in range(NOISE_LENGTH)]
        self._noise_at = 0

    # What the controller calls.

    def write_duty(self, output: int, duty_u16: int) -> None:
        if self._duties[output] != duty_u16:
            self._duties[output] = duty_u16
            if self._record:
                self.changes.append((self.now_ms, output, duty_u16))

    def enable(self, level: int) -> None:
        if level != self._level:
            if self.line_stuck:
                self.unfollowed += 1
                return
            self._level = level
            self._enabled_until_ms = self.now_ms + ONE_SHOT_MS

    def ntc_raw(self) -> int:
        raw = self._raw
        if raw < 0.0:
            self.reading = -1
            return -1
        at = self._noise_at = (self._noise_at + 1) % NOISE_LENGTH
        reading = int(raw + NTC_NOISE_COUNTS * self._noise[at])
        if reading > ADC_TOP:
            reading = ADC_TOP
        for hook in self.on_ntc:
            if reading >= 0:
                reading = hook(reading)
        self.reading = reading
        return reading

    def current_ma(self) -> int:
        at = self._noise_at = (self._noise_at + 1) % NOISE_LENGTH
        reading = int(self.plant.current_a * 1000.0 + CURRENT_NOISE_MA * self._noise[at])
        if reading < 0:
            reading = 0
        for hook in self.on_current:
            reading = hook(reading)
        return reading

    def supply_mv(self) -> int:
        reading = int(self.plant.supply_v * 1000.0)
        for hook in self.on_supply:
            reading = hook(reading)
        return reading

    def stop_open(self) -> bool:
        is_open = False
        for hook in self.on_stop:
            is_open = hook(is_open)
        return is_open

    def feed_watchdog(self) -> None:
        self.watchdog_fed_ms = self.now_ms

    def load_stamp(self) -> int:
        return self._stamp

    def save_stamp(self, crc: int) -> None:
        self._stamp = crc

    def load_fault(self) -> tuple[int, int, int, int]:
        return self._fault

    def save_fault(self, code: int, tick: int, channel: int, value: int) -> None:
        self._fault = (code, tick, channel, value)

    # What only a bench can do.

    @property
    def powered(self) -> bool:
        """Whether any output gets power: a duty or a shorted transistor, ENABLE and cut-off closed."""
        plant = self.plant
        if not self.enabled or not plant.supply_v > 0.0:
            return False
        heater, duties = plant.heater_index, self._duties
        for output, duty in enumerate(duties):
            if duty and output != heater:
                return True
        heating = plant.heater_stuck_on or (heater >= 0 and duties[heater] > 0)
        return heating and not plant.cut_off_open

    def reset_pins(self) -> None:
        """What a reset does to the pins: each lets go, and a resistor pulls it to zero."""
        for output in range(len(self._duties)):
            self.write_duty(output, 0)
        self.enable(0)

    def step(self, now_ms: int) -> None:
        """Let physics catch up with the device's clock, in exact steps of 10 ms."""
        plant = self.plant
        while self.now_ms < now_ms:
            self.now_ms += STEP_MS
            enabled = self.now_ms <= self._enabled_until_ms
            held = False  # by a fault alone
            if not enabled and self.jammed:
                enabled = held = True
                self.jammed_steps += 1
            if plant.pad_c >= ENABLE_OPENS_C:
                self.comparator_open = True
            if enabled and self.comparator_open:
                enabled = held = bool(self.welded)
            self.enabled = enabled
            if held and self.powered:
                self.leaked_steps += 1
            plant.step(enabled)
        self._read_pad()

    def _read_pad(self) -> None:
        """What the ADC would see of the pad's sensor, before noise; worked out when it has moved."""
        heat = self.plant.heat
        if heat is None or self.heater is None:
            return
        felt_c = heat.ntc_c if self.touched_c is None else self.touched_c
        if felt_c != self._ntc_c:
            self._ntc_c = felt_c
            self._raw = ntc_raw(felt_c, self.heater)
